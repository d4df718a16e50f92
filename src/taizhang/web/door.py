"""The door: every request passes here, and only what the access policy declares goes on to a page.

In order: the address has an entry (else 404), the method is declared (405), the session is alive, the account has the permission (403),
the request carries nothing that is not declared (400), and an area it names lies inside the scope (403).
"""

import logging
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from taizhang.accounts import access
from taizhang.accounts.permissions import LogClass, Relation
from taizhang.accounts.rulebook import Route, Rule, rulebook
from taizhang.accounts.sessions import open_session, use_session
from taizhang.journal import posting
from taizhang.web.errors import answer, refused

log = logging.getLogger("taizhang.door")
OPEN_TO_ONE_WHO_MUST_CHANGE = ("account", "sign_out")


class DoorMiddleware:
    """Every request passes here; `request.rule` is the rule it passed by, `request.request_id` its name in the journal."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request in, or answer it at the door."""
        request.request_id = uuid4().hex
        posting.request_id.set(request.request_id)
        request.rule = None
        response = self._answer_at_door(request) or self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Request-Id"] = request.request_id
        self._log(request, response)
        return response

    def process_view(self, request: HttpRequest, view, args: tuple, kwargs: dict) -> HttpResponse | None:
        """Refuse what the rule does not declare, before the page sees it."""
        rule: Rule | None = request.rule
        if rule is None:
            return refused(request, 404)
        wrong = [*rule.unknown_query(request.GET), *rule.unknown_fields(request.POST), *rule.unknown_files(request.FILES)]
        if wrong:
            return refused(request, 400, says=f"请求带有本页不接受的栏目:{'、'.join(sorted(wrong))}")
        if rule.relation is Relation.AREA:
            named = [kwargs["area"]] if "area" in kwargs else [*request.GET.getlist("area"), *request.POST.getlist("area")]
            scope = access.scope_of(request.user, rule.permission)
            if not all(scope.touches(area) for area in named if area):
                return refused(request, 403, says="这个地区不在您的管辖范围内")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a refusal that no page has shown by itself into its page."""
        return answer(request, exception)

    def _answer_at_door(self, request: HttpRequest) -> HttpResponse | None:
        try:
            name = resolve(request.path_info).view_name
        except Resolver404:
            return None  # the page for unknown addresses answers
        route = rulebook().routes.get(name)
        if route is None:
            return refused(request, 404)
        rule = route.rules.get("GET" if request.method == "HEAD" else str(request.method))
        if rule is None:
            return HttpResponse(status=405, headers={"Allow": ", ".join(sorted(route.rules))})
        turned_away = None if route.public else self._check_account(request, route, rule)
        if turned_away is None:
            request.rule = rule
        return turned_away

    def _check_account(self, request: HttpRequest, route: Route, rule: Rule) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        over = _session_over(request, rule)
        if over:
            logout(request)
            return to_sign_in(request, over)
        access.read_once(request.user)
        if request.user.must_change and route.name not in OPEN_TO_ONE_WHO_MUST_CHANGE:
            return _go(request, reverse("account"))
        if rule.permission is not None and not access.may(request.user, rule.permission):
            return refused(request, 403)
        return None

    def _log(self, request: HttpRequest, response: HttpResponse) -> None:
        if request.rule is not None and request.rule.log is not LogClass.NONE:
            log.info(
                "%s %s account=%s %s %s -> %s",
                request.request_id,
                request.rule.log,
                request.user.pk,
                request.method,
                request.path,
                response.status_code,
            )


def to_sign_in(request: HttpRequest, why: str = "") -> HttpResponse:
    """Send somebody to the sign-in page, to come back to where he was."""
    asked = {"next": request.get_full_path()} if request.method == "GET" and not request.htmx else {}
    words = asked | ({"why": why} if why else {})
    return _go(request, reverse("sign_in") + (f"?{urlencode(words)}" if words else ""))


def source_of(request: HttpRequest) -> str:
    """The address that a request came from; a proxy in front has to set it on the connection."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def _session_over(request: HttpRequest, rule: Rule) -> str:
    """Why the session of a signed-in request is over, or "" while it is alive. A session that is not entered yet is entered."""
    at = timezone.now()
    if "sign_in" not in request.session:
        opened = open_session(request.user, at=at, source=source_of(request), agent=request.headers.get("User-Agent", ""))
        request.session["sign_in"] = opened.pk
        return ""
    return use_session(request.session["sign_in"], request.user, at=at, quiet=rule.quiet)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)
