"""A carrying over under way (结转): how far it is, and calling off the rest."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from taizhang.accounts import access
from taizhang.households.models import Period
from taizhang.intake import progress, rolling
from taizhang.web.jinja import page

LEAVE = "可以离开本页，稍后从“期次与窗口”回来查看；取消以后已带过来的县保留，其余不再带。"


def period_rolling(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; once it is over, on to what it came to."""
    period = access.fetch(Period.objects.order_by("pk"), pk=pk)
    back = reverse("period_rollover", args=[pk])
    if not rolling.is_under_way(period):
        return HttpResponseClientRedirect(back) if request.htmx else HttpResponseRedirect(back)
    return rolling_page(request, period)


def period_roll_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off what is not carried yet."""
    period = access.fetch(Period.objects.order_by("pk"), pk=pk)
    if rolling.is_under_way(period):
        progress.cancel(rolling.name_of(period))
    return HttpResponseRedirect(reverse("period_rollover", args=[pk]))


def rolling_page(request: HttpRequest, period: Period) -> HttpResponse:
    """The page with the progress."""
    found, meter = rolling.rolling_of(period), progress.progress_of(rolling.name_of(period))
    job: dict[str, Any] = {
        "title": f"正在结转到{period.title}",
        "state": found.state if found else rolling.WAITING,
        "done": meter.done if meter else 0,
        "total": meter.total if meter else None,
        "rate": meter.rate if meter else 0,
        "left_seconds": meter.left if meter and meter.rate else None,
        "unit": "户",
        "leave": LEAVE,
    }
    context = {
        "title": f"结转到{period.title}",
        "job": job,
        "poll_url": reverse("period_rolling", args=[period.pk]),
        "cancel_url": reverse("period_roll_cancel", args=[period.pk]),
    }
    return page(request, "periods/rolling.html", context)
