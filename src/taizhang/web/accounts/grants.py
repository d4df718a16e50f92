"""Giving and ending grants."""

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.access import NotPermitted
from taizhang.accounts.granting import AlreadyEnded, GrantImpossible, end_grant, grant_role, grantable_roles, require_over
from taizhang.accounts.models import Grant, User
from taizhang.accounts.rulebook import rulebook
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.web.accounts.showing import area_field, field, form_page, key_of, levels_for, place_name, typed_day


def grant_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a role over an area for a time (新增授权)."""
    user = access.fetch(User.objects.visible_to(request.user, request.rule.permission).select_related("person"), pk=pk)
    require_over(request.user, user)
    if request.method != "POST":
        today = timezone.localdate()
        return _page(request, user, {"area": user.area, "level": user.level, "from_on": str(today), "to_on": str(_a_year_after(today))}, {})
    typed = {name: request.POST.get(name, "").strip() for name in ("role", "area", "level", "from_on", "to_on", "reason")}
    errors = {name: "必填" for name in ("role", "area", "level", "reason") if not typed[name]}
    from_on = typed_day(typed["from_on"], "from_on", errors, required=True)
    to_on = typed_day(typed["to_on"], "to_on", errors, required=True)
    if errors or from_on is None:
        return _page(request, user, typed, errors, 422)
    try:
        grant_role(
            by=request.user,
            at=timezone.now(),
            cause=Cause("grant.add", reason=typed["reason"]),
            user=user,
            role=typed["role"],
            area=typed["area"],
            level=typed["level"],
            from_on=from_on,
            to_on=to_on,
            idempotency_key=key_of(request),
        )
    except GrantImpossible as wrong:
        return _page(request, user, typed, {wrong.field: str(wrong)}, 422)
    except NotPermitted as refused:
        return _page(request, user, typed, {}, 403, (str(refused),))
    except AlreadyPosted:
        pass  # the button was pressed twice: the first press did it
    return HttpResponseRedirect(reverse("user_show", args=[pk]))


def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant at once (收回授权)."""
    grant = access.fetch(Grant.objects.visible_to(request.user, request.rule.permission).select_related("user__person"), pk=pk)
    back = reverse("user_show", args=[grant.user_id])
    reason = request.POST.get("reason", "").strip()
    refused: str | None = None
    if request.method == "POST" and reason:
        try:
            end_grant(
                by=request.user, at=timezone.now(), cause=Cause("grant.end", reason=reason), grant=grant, idempotency_key=key_of(request)
            )
            return HttpResponseRedirect(back)
        except AlreadyPosted:
            return HttpResponseRedirect(back)
        except AlreadyEnded as ended:
            refused = str(ended)
    errors = {"reason": "请写明原因"} if request.method == "POST" and not reason else {}
    what = f"{rulebook().roles[grant.role].zh} · {place_name(grant.area, grant.level)}"
    return form_page(
        request,
        title="收回授权",
        sections=[{"title": what, "fields": [field("reason", "原因", {}, errors, required=True, wide=True)]}],
        cancel_url=back,
        crumbs=[("用户与授权", reverse("users")), (grant.user.person.name, back), ("收回授权", None)],
        errors=(refused,) if refused else (),
        status=409 if refused else 422 if errors else 200,
    )


def _page(
    request: HttpRequest, user: User, typed: dict[str, str], errors: dict[str, str], status: int = 200, refused: tuple[str, ...] = ()
) -> HttpResponse:
    back = reverse("user_show", args=[user.pk])
    roles = list(grantable_roles(request.user).items())
    fields = [
        field("role", "岗位", typed, errors, kind="select", choices=roles, required=True),
        area_field(request.user, "授权地区", typed, errors),
        field("level", "级别", typed, errors, kind="select", choices=levels_for(request.user), required=True),
        field("from_on", "起", typed, errors, kind="day", required=True),
        field("to_on", "止", typed, errors, kind="day", required=True, help="到期后授权自动失效"),
        field("reason", "依据或原因", typed, errors, required=True, wide=True),
    ]
    return form_page(
        request,
        title="新增授权",
        sections=[{"title": user.person.name, "fields": fields}],
        cancel_url=back,
        crumbs=[("用户与授权", reverse("users")), (user.person.name, back), ("新增授权", None)],
        errors=refused,
        status=status,
    )


def _a_year_after(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, 28))
