"""Signing in and out."""

from secrets import token_urlsafe

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import login as mark_verified

from taizhang.accounts.models import User
from taizhang.accounts.sessions import end_sessions
from taizhang.accounts.signing_in import Answer, Verdict, weigh_sign_in
from taizhang.accounts.throttle import MARK_DAYS, make_mark
from taizhang.web.door import source_of

MARK = "taizhang_mark"
SAYS = {
    "idle": "长时间未操作,已自动退出,请重新登录。",
    "absolute": "本次登录已满时限,请重新登录。",
    "password": "密码已修改,请用新密码登录。",
    "disabled": "账号状态有变动,请重新登录。",
    "out": "已退出登录。",
}
WRONG = "用户名、密码或验证码不正确。"


def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in (登录)."""
    if request.method != "POST":
        return _page(request, notice=SAYS.get(request.GET.get("why", "")))
    answer = weigh_sign_in(
        at=timezone.now(),
        name=request.POST.get("name", ""),
        password=request.POST.get("password", ""),
        code=request.POST.get("code", ""),
        source=source_of(request),
        agent=request.headers.get("User-Agent", ""),
        mark=request.COOKIES.get(MARK, ""),
    )
    match answer.verdict:
        case Verdict.OK:
            return _let_in(request, answer)
        case Verdict.WAIT:
            response = _page(request, wait_seconds=answer.wait_seconds, status=429)
            response.headers["Retry-After"] = str(answer.wait_seconds)
            return response
        case Verdict.CODE_MISSING:
            return _page(request, ask_code=True, notice="这个账号绑定了动态验证码,请再次输入密码和验证码。", status=422)
        case _:
            return _page(request, ask_code=answer.verdict is Verdict.CODE_WRONG, error=WRONG, status=422)


def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out (退出登录), on every device."""
    if isinstance(request.user, User) or request.user.is_authenticated:
        end_sessions(request.user, at=timezone.now(), why="out")
    logout(request)
    return HttpResponseRedirect(resolve_url("sign_in") + "?why=out")


def _let_in(request: HttpRequest, answer: Answer) -> HttpResponse:
    login(request, answer.user)
    request.session["sign_in"] = answer.session.pk
    if answer.device is not None:
        mark_verified(request, answer.device)
    response = HttpResponseRedirect(_where_to(request))
    response.set_cookie(
        MARK,
        make_mark(answer.user.username, token_urlsafe(12)),
        max_age=MARK_DAYS * 86400,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response


def _where_to(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/"


def _page(
    request: HttpRequest,
    *,
    ask_code: bool = False,
    error: str | None = None,
    notice: str | None = None,
    wait_seconds: int | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "name": request.POST.get("name", ""),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "ask_code": ask_code,
        "error": error,
        "notice": notice,
        "wait_seconds": wait_seconds,
    }
    return render(request, "sign_in.html", context, status=status)
