"""Accounts in one's area: list, one account, opening, disabling, new password."""

from secrets import token_urlsafe
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.access import NotPermitted, Permission
from taizhang.accounts.binding import unbind_generator
from taizhang.accounts.granting import GrantImpossible, not_oneself, require_over
from taizhang.accounts.keeping import UsernameTaken, WeakPassword, create_account, disable_account, enable_account, set_password
from taizhang.accounts.models import Grant, SignIn, User
from taizhang.accounts.permissions import Rank
from taizhang.accounts.rulebook import rulebook
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.journal.replay import history
from taizhang.web.accounts.showing import (
    LEVELS,
    area_field,
    field,
    form_page,
    key_of,
    levels_for,
    place_name,
    place_names,
    show,
    state_of,
    state_of_grant,
)
from taizhang.web.journal.words import act

PAGE = 50
COLUMNS = (
    {"key": "person", "title": "姓名", "kind": "link", "lead": True},
    {"key": "name", "title": "登录名", "kind": "mono"},
    {"key": "place", "title": "所属区划"},
    {"key": "roles", "title": "岗位"},
    {"key": "state", "title": "状态", "kind": "status"},
)
GRANT_COLUMNS = (
    {"key": "role", "title": "岗位", "lead": True},
    {"key": "area", "title": "地区"},
    {"key": "level", "title": "级别"},
    {"key": "from_on", "title": "起", "kind": "day"},
    {"key": "to_on", "title": "止", "kind": "day"},
    {"key": "state", "title": "状态", "kind": "status"},
)


def users(request: HttpRequest) -> HttpResponse:
    """The accounts of one's area (用户与授权)."""
    query, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    found = User.objects.visible_to(request.user, Permission.ACCOUNTS_VIEW).select_related("person")
    if query:
        found = found.filter(Q(username__icontains=query) | Q(person__name__icontains=query))
    if request.GET.get("state") in ("on", "off"):
        found = found.filter(is_active=request.GET["state"] == "on")
    page = list(found.filter(username__gt=after).order_by("username").prefetch_related(_grants_seen_by(request.user))[: PAGE + 1])
    names = place_names((user.area, user.level) for user in page)
    kept = {name: request.GET[name] for name in ("q", "state") if request.GET.get(name)}
    context = {
        "query_url": reverse("users"),
        "reset_url": reverse("users"),
        "hidden": {},
        "fields": [
            {"name": "q", "label": "姓名或登录名", "kind": "text", "value": query},
            {
                "name": "state",
                "label": "状态",
                "kind": "select",
                "value": request.GET.get("state", ""),
                "choices": [("on", "启用"), ("off", "停用")],
            },
        ],
        "columns": COLUMNS,
        "rows": [_row(request.user, user, names) for user in page[:PAGE]],
        "pager": _pager(page, kept),
        "links": {"add": reverse("user_add") if access.may(request.user, Permission.ACCOUNTS_MANAGE) else None},
    }
    return show(request, "accounts/users.html", context)


def user_show(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it was granted and what happened to it."""
    user = _seen(request, pk)
    once = request.session.pop(f"once/{pk}", None)
    keeps = _keeps(request.user, user)
    today = timezone.localdate()
    grants = Grant.objects.visible_to(request.user, Permission.ACCOUNTS_VIEW).filter(user=user).order_by("-from_on", "-pk")
    names = place_names((grant.area, grant.level) for grant in grants)
    last = SignIn.objects.filter(user=user, result="ok").order_by("-at").first()
    context = {
        "messages": [{"level": "success", "text": f"一次性密码:{once}(只显示这一次,请当面交给本人,首次登录后须更换)"}] if once else [],
        "user": {
            "name": user.username,
            "person": user.person.name,
            "place_name": place_name(user.area, user.level),
            "state": state_of(user),
        },
        "facts": [
            {"label": "所属区划", "value": place_name(user.area, user.level)},
            {"label": "级别", "value": Rank(user.level).zh},
            {"label": "最近登录", "value": last.at if last else None},
            {"label": "须改密码", "value": user.must_change},
        ],
        "columns": GRANT_COLUMNS,
        "rows": [_grant_row(grant, names, today, keeps) for grant in grants],
        "links": {
            "list": reverse("users"),
            "grant": reverse("grant_add", args=[pk]) if keeps and user.is_active else None,
            "reset_password": reverse("user_password", args=[pk]) if keeps else None,
            "reset_totp": reverse("user_totp", args=[pk]) if keeps else None,
            "disable": reverse("user_disable", args=[pk]) if keeps and user.is_active else None,
            "enable": reverse("user_enable", args=[pk]) if keeps and not user.is_active else None,
        },
        "entries": _entries(user),
    }
    return show(request, "accounts/user.html", context)


def user_add(request: HttpRequest) -> HttpResponse:
    """Open an account (新增用户)."""
    if request.method != "POST":
        return _add_page(request, {"area": request.user.area}, {})
    typed = {name: request.POST.get(name, "").strip() for name in ("username", "name", "area", "level")}
    errors = {name: "必填" for name, value in typed.items() if not value}
    if not errors and typed["level"] not in LEVELS:
        errors["level"] = "没有这个级别"
    if errors:
        return _add_page(request, typed, errors, 422)
    password = token_urlsafe(12)
    try:
        user = create_account(
            by=request.user,
            at=timezone.now(),
            cause=Cause("account.create"),
            password=password,
            must_change=True,
            idempotency_key=key_of(request),
            **typed,
        )
    except (GrantImpossible, UsernameTaken, WeakPassword) as refused:
        return _add_page(request, typed, {getattr(refused, "field", "username"): str(refused)}, 422)
    except NotPermitted as refused:
        return _add_page(request, typed, {"area": str(refused)}, 403)
    except AlreadyPosted:
        return HttpResponseRedirect(reverse("users"))
    return _show_once(request, user, password)


def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a one-time password (重置密码)."""
    user = _seen(request, pk)
    not_oneself(request.user, user)
    password = token_urlsafe(12)
    set_password(by=request.user, at=timezone.now(), cause=Cause("password.reset"), user=user, password=password, must_change=True)
    return _show_once(request, user, password)


def user_totp(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the generator of one-time codes off an account (解除动态验证码)."""
    unbind_generator(by=request.user, at=timezone.now(), cause=Cause("totp.unbind"), user=_seen(request, pk))
    return HttpResponseRedirect(reverse("user_show", args=[pk]))


def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable an account (停用)."""
    return _switch(request, pk, "停用账号", "account.disable", disable_account)


def user_enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Enable an account again (启用)."""
    return _switch(request, pk, "启用账号", "account.enable", enable_account)


def _switch(request: HttpRequest, pk: int, title: str, action: str, service: Any) -> HttpResponse:
    user = _seen(request, pk)
    require_over(request.user, user)
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST" and reason:
        service(by=request.user, at=timezone.now(), cause=Cause(action, reason=reason), user=user, idempotency_key=key_of(request))
        return HttpResponseRedirect(reverse("user_show", args=[pk]))
    errors = {"reason": "请写明原因"} if request.method == "POST" else {}
    return form_page(
        request,
        title=title,
        sections=[{"title": user.person.name, "fields": [field("reason", "原因", {}, errors, required=True, wide=True)]}],
        cancel_url=reverse("user_show", args=[pk]),
        crumbs=[("用户与授权", reverse("users")), (user.person.name, reverse("user_show", args=[pk])), (title, None)],
        status=422 if errors else 200,
    )


def _seen(request: HttpRequest, pk: int) -> User:
    return access.fetch(User.objects.visible_to(request.user, request.rule.permission).select_related("person"), pk=pk)


def _keeps(by: User, user: User) -> bool:
    try:
        require_over(by, user)
        not_oneself(by, user)
    except NotPermitted:
        return False
    return True


def _show_once(request: HttpRequest, user: User, password: str) -> HttpResponse:
    request.session[f"once/{user.pk}"] = password
    return HttpResponseRedirect(reverse("user_show", args=[user.pk]))


def _grants_seen_by(by: User) -> Prefetch:
    return Prefetch(
        "grant_set", Grant.objects.standing(timezone.localdate()).visible_to(by, Permission.ACCOUNTS_VIEW), to_attr="grants_seen"
    )


def _row(by: User, user: User, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    roles = rulebook().roles
    manages = access.may(by, Permission.ACCOUNTS_MANAGE, user.area)
    switch = ("user_disable", "停用") if user.is_active else ("user_enable", "启用")
    return {
        "url": reverse("user_show", args=[user.pk]),
        "person": user.person.name,
        "name": user.username,
        "place": names[user.area, user.level],
        "roles": "、".join(dict.fromkeys(roles[grant.role].zh for grant in user.grants_seen)) or None,
        "state": state_of(user),
        "acts": [{"title": switch[1], "url": reverse(switch[0], args=[user.pk])}] if manages and user.pk != by.pk else [],
    }


def _grant_row(grant: Grant, names: dict[tuple[str, str], str], today: Any, keeps: bool) -> dict[str, Any]:
    ends = keeps and grant.ended_at is None and (grant.to_on is None or grant.to_on >= today)
    return {
        "role": rulebook().roles[grant.role].zh,
        "area": names[grant.area, grant.level],
        "level": Rank(grant.level).zh,
        "from_on": grant.from_on,
        "to_on": grant.to_on,
        "state": state_of_grant(grant, today),
        "acts": [{"title": "收回", "url": reverse("grant_end", args=[grant.pk])}] if ends else [],
    }


def _entries(user: User) -> list[dict[str, Any]]:
    """The history of the account, newest first; who wrote is named by username."""
    changes = history(User, user.pk)[::-1]
    writers = dict(User.objects.filter(pk__in={change.actor for change in changes}).values_list("pk", "person__name"))
    return [
        {"at": change.at, "who": writers.get(change.actor, "系统"), "what": act(change.action), "why": change.reason} for change in changes
    ]


def _pager(page: list[User], kept: dict[str, str]) -> dict[str, Any] | None:
    if len(page) <= PAGE:
        return None
    words = "&".join(f"{name}={value}" for name, value in kept.items())
    following = f"{reverse('users')}?after={page[PAGE - 1].username}" + (f"&{words}" if words else "")
    return {"first": 1, "last": PAGE, "total": None, "pages": [], "previous_url": None, "next_url": following}


def _add_page(request: HttpRequest, typed: dict[str, str], errors: dict[str, str], status: int = 200) -> HttpResponse:
    own = [
        field("username", "登录名", typed, errors, required=True, help="全国不重复,例如单位简称加姓名拼音"),
        field("name", "使用人姓名", typed, errors, required=True),
        area_field(request.user, "所属区划", typed, errors),
        field("level", "级别", typed, errors, kind="select", choices=levels_for(request.user), required=True),
    ]
    return form_page(
        request,
        title="新增用户",
        sections=[{"title": "账号", "fields": own}],
        cancel_url=reverse("users"),
        crumbs=[("用户与授权", reverse("users")), ("新增用户", None)],
        note="保存后显示一次性密码;新账号没有授权前什么也看不到。",
        status=status,
    )
