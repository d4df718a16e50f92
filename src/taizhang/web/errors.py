"""Refusals as pages: which exception is which page, and the pages for addresses that no page answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from taizhang.accounts import access
from taizhang.households.services.refusals import BadFacts, Refused
from taizhang.journal.posting import AlreadyPosted


def answer(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The page of a refusal that no form has shown by itself; None for what is no refusal but a mistake of ours."""
    if isinstance(exception, access.NotFound):
        return refused(request, 404)
    if isinstance(exception, access.NotPermitted):
        return refused(request, 403, says=str(exception))
    if isinstance(exception, BadFacts):
        return refused(request, 422, findings=[finding.message for finding in exception.findings])
    if isinstance(exception, Refused | AlreadyPosted):
        return refused(request, 409, says=str(exception))
    return None


def refused(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """The page of a status."""
    return render(request, f"errors/{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return refused(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return refused(request, 403)


def unsafe_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form is older than the session, or came from elsewhere."""
    return refused(request, 403, says="页面已过期,请返回并刷新后重新提交")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return refused(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: leans on nothing that may be broken."""
    return render(request, "errors/500.html", {"shell": None, "number": getattr(request, "request_id", None)}, status=500)
