"""One's own account: password and one-time codes."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup
from segno import make_qr

from taizhang.accounts.binding import CodeWrong, address_of, bind_generator, bound_generator, key_of, offered_generator
from taizhang.accounts.keeping import WeakPassword, set_password
from taizhang.accounts.signing_in import Verdict, weigh_own_password
from taizhang.journal.posting import Cause
from taizhang.web.accounts.showing import field, form_page, show
from taizhang.web.accounts.showing import key_of as request_key


def account(request: HttpRequest) -> HttpResponse:
    """One's own account (我的账号): change the password."""
    if request.method != "POST":
        return _account_page(request, {})
    old, new, again = (request.POST.get(name, "") for name in ("old_password", "password", "again"))
    errors = _what_is_wrong(request, old, new, again)
    if errors:
        return _account_page(request, errors, status=422)
    try:
        changed = set_password(
            by=request.user,
            at=timezone.now(),
            cause=Cause("password.set"),
            user=request.user,
            password=new,
            keep_session=request.session["sign_in"],
            idempotency_key=request_key(request),
        )
    except WeakPassword as weak:
        return _account_page(request, {"password": " ".join(weak.says)}, status=422)
    update_session_auth_hash(request, changed)
    return HttpResponseRedirect(reverse("account") + "?done=password")


def totp(request: HttpRequest) -> HttpResponse:
    """Bind a generator of one-time codes to one's own account (绑定动态验证码)."""
    if bound_generator(request.user) is not None:
        return _totp_page(request, bound=True, status=200 if request.method == "GET" else 409)
    if request.method != "POST":
        return _totp_page(request)
    try:
        bind_generator(
            by=request.user,
            at=timezone.now(),
            cause=Cause("totp.bind"),
            code=request.POST.get("code", ""),
            idempotency_key=request_key(request),
        )
    except CodeWrong as wrong:
        return _totp_page(request, errors=(str(wrong),), status=422)
    return HttpResponseRedirect(reverse("totp"))


def _what_is_wrong(request: HttpRequest, old: str, new: str, again: str) -> dict[str, str]:
    if new != again:
        return {"again": "两次输入的新密码不一致"}
    if new == old:
        return {"password": "新密码不能与原密码相同"}
    answer = weigh_own_password(at=timezone.now(), user=request.user, password=old)
    if answer.verdict is Verdict.WAIT:
        return {"old_password": f"输错次数过多,请 {answer.wait_seconds} 秒后再试"}
    return {} if answer.verdict is Verdict.OK else {"old_password": "原密码不正确"}


def _account_page(request: HttpRequest, errors: dict[str, str], status: int = 200) -> HttpResponse:
    note = "密码已修改,其他设备上的登录已退出。" if request.GET.get("done") == "password" else None
    if request.user.must_change:
        note = "您使用的是一次性密码,请先设置自己的密码。"
    own = [
        field("old_password", "原密码", {}, errors, kind="password", required=True),
        field("password", "新密码", {}, errors, kind="password", required=True, help="至少 10 位,不能全为数字,不能是常见密码"),
        field("again", "再输一次新密码", {}, errors, kind="password", required=True),
    ]
    return form_page(
        request,
        title="修改密码",
        sections=[{"title": f"账号 {request.user.username}", "fields": own}],
        cancel_url="/",
        crumbs=[("我的账号", None)],
        note=note,
        status=status,
    )


def _totp_page(request: HttpRequest, *, bound: bool = False, errors: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    offered = None if bound else offered_generator(request.user)
    context = {
        "bound": bound,
        "secret": key_of(offered) if offered else None,
        "picture": _picture(address_of(offered)) if offered else None,
        "errors": errors,
        "cancel_url": reverse("account"),
        "idempotency_key": None,
    }
    return show(request, "accounts/totp.html", context, status)


def _picture(text: str) -> Markup:
    """A QR picture as SVG that stands in the page itself: its key is fetched from no second address and kept in no cache."""
    drawn = make_qr(text, error="m").svg_inline(scale=4, border=4, light="#fff", svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by the library: squares and numbers only
