"""A carrying over under way (结转): how far it is, and calling off the rest."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.accounts import access
from taizhang.households.models import Period
from taizhang.intake import longwork, rolling
from taizhang.web.long_work import call_off, onward, work_page

LEAVE = "可以离开本页，稍后从“期次与窗口”回来查看；取消以后已带过来的县保留，其余不再带。"


def period_rolling(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; once it is over, on to what it came to."""
    period = access.fetch(Period.objects.order_by("pk"), pk=pk)
    if not longwork.is_under_way(rolling.name_of(period)):
        return onward(request, reverse("period_rollover", args=[pk]))
    return rolling_page(request, period)


def period_roll_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off what is not carried yet."""
    call_off(rolling.name_of(access.fetch(Period.objects.order_by("pk"), pk=pk)))
    return HttpResponseRedirect(reverse("period_rollover", args=[pk]))


def rolling_page(request: HttpRequest, period: Period) -> HttpResponse:
    """The page with the progress."""
    title = f"结转到{period.title}"
    return work_page(
        request,
        rolling.name_of(period),
        title=title,
        doing=f"正在{title}",
        crumbs=[("期次与窗口", reverse("periods")), (title, None)],
        unit="户",
        leave=LEAVE,
        poll_url=reverse("period_rolling", args=[period.pk]),
        cancel_url=reverse("period_roll_cancel", args=[period.pk]),
    )
