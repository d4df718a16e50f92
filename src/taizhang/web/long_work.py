"""Long work under way (`intake.longwork`): the page with how far it is, asked again every second, that may be left and found again."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect

from taizhang.intake import longwork, progress
from taizhang.web.jinja import asks_for_part, page

Crumbs = list[tuple[str, str | None]]


def work_page(
    request: HttpRequest,
    work: str,
    *,
    title: str,
    doing: str,
    crumbs: Crumbs,
    unit: str,
    leave: str,
    poll_url: str,
    cancel_url: str,
    even: bool = True,
) -> HttpResponse:
    """The progress of work under a name; `doing` is what is being done, `leave` what leaving the page and cancelling mean. Only work in
    `even` steps tells its pace and when it will be over.
    """
    found, meter = longwork.standing_of(work), progress.progress_of(work)
    job: dict[str, Any] = {
        "title": doing,
        "state": found.state if found else longwork.WAITING,
        "done": meter.done if meter else 0,
        "total": meter.total if meter else None,
        "rate": meter.rate if meter and even else 0,
        "left_seconds": meter.left if meter and meter.rate and even else None,
        "unit": unit,
        "leave": leave,
    }
    context = {"crumbs": crumbs, "title": title, "job": job, "poll_url": poll_url, "cancel_url": cancel_url}
    return page(request, "long_work.html", context)


def onward(request: HttpRequest, url: str) -> HttpResponse:
    """Away from the page of work that is over, by whichever of the two asked: the browser or the bar in it."""
    return HttpResponseClientRedirect(url) if asks_for_part(request) else HttpResponseRedirect(url)


def call_off(work: str) -> None:
    """Ask the worker to stop, where one is at it or will be."""
    if longwork.is_under_way(work):
        progress.cancel(work)
