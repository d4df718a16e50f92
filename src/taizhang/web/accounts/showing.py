"""What the pages of accounts share: rendering, typed values, and words for areas and states."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from taizhang.accounts.access import NATION, Permission, role_of, scope_of, standing_grants
from taizhang.accounts.models import Grant, User
from taizhang.accounts.permissions import Rank
from taizhang.places.models import Place
from taizhang.web.jinja import render_part

MOST_PLACES = 2000  # as many names as a select can hold; a province types the code
LEVELS = {rank.value: rank.zh for rank in Rank}


def show(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A page, or its part for HTMX."""
    if request.htmx:
        return HttpResponse(render_part(request, template, context), status=status)
    return render(request, template, dict(context), status=status)


def field(name: str, label: str, typed: Mapping[str, str], errors: Mapping[str, str], *, kind: str = "text", **more: Any) -> dict[str, Any]:
    """One row of a form, for ui.field."""
    return {"name": name, "label": label, "kind": kind, "value": typed.get(name, ""), "error": errors.get(name), **more}


def form_page(
    request: HttpRequest,
    *,
    title: str,
    sections: list[dict[str, Any]],
    cancel_url: str,
    crumbs: Iterable[tuple[str, str | None]],
    errors: Iterable[str] = (),
    note: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """A form of this room on accounts/grant.html, with a fresh idempotency key or the one that was sent."""
    context = {
        "title": title,
        "sections": sections,
        "cancel_url": cancel_url,
        "crumbs": list(crumbs),
        "errors": list(errors),
        "conflict": None,
        "note": note,
        "version": None,
        "idempotency_key": request.POST.get("idempotency_key") or uuid4().hex,
    }
    return show(request, "accounts/grant.html", context, status)


def area_field(user: User, label: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """An area inside the reach of who keeps accounts: to be picked by name, or typed as a code where the list is empty or too long.

    Cost     2 queries
    """
    scope = scope_of(user, Permission.ACCOUNTS_MANAGE)
    inside = Place.objects.within(list(scope.ranges)).filter(to_on__isnull=True, level__in=list(LEVELS))
    rows = list(inside.order_by("code").values_list("code", "name")[: MOST_PLACES + 1])
    if 0 < len(rows) <= MOST_PLACES:
        return field("area", label, typed, errors, kind="find", required=True, choices=[(code, f"{name} {code}") for code, name in rows])
    return field("area", label, typed, errors, required=True, placeholder="12 位代码")


def levels_for(user: User) -> list[tuple[str, str]]:
    """The levels at which a user may keep accounts: his own and those below, as choices."""
    held = {grant.level for grant in standing_grants(user) if Permission.ACCOUNTS_MANAGE in role_of(grant).may}
    order = list(LEVELS)
    first = min((order.index(level) for level in held), default=len(order))
    return list(LEVELS.items())[first:]


def key_of(request: HttpRequest) -> str | None:
    """The idempotency key that a form carried."""
    return request.POST.get("idempotency_key") or None


def typed_day(text: str, name: str, errors: dict[str, str], *, required: bool) -> date | None:
    """A date out of a form; what is wrong with it goes into `errors`."""
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None and (required or text.strip()):
        errors[name] = "请填写日期,例如 2026-10-01"
    return found


def place_name(area: str, level: str) -> str:
    """The name of an area, or its code where the list of places does not hold it.

    Cost     1 query
    """
    if area == NATION:
        return "全国"
    return Place.objects.filter(code=area, level=level, to_on__isnull=True).values_list("name", flat=True).first() or area


def place_names(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The names of many areas by (code, level).

    Cost     1 query
    """
    wanted = set(pairs)
    rows = Place.objects.filter(code__in={area for area, _ in wanted}, to_on__isnull=True).values_list("code", "level", "name")
    known = {(code, level): name for code, level, name in rows}
    return {pair: "全国" if pair[0] == NATION else known.get(pair, pair[0]) for pair in wanted}


def state_of(user: User) -> dict[str, str]:
    """Whether an account is in use, as a status."""
    return {"label": "启用", "colour": "green"} if user.is_active else {"label": "停用", "colour": "secondary"}


def state_of_grant(grant: Grant, today: date) -> dict[str, str]:
    """Whether a grant counts today, as a status."""
    if grant.ended_at is not None:
        return {"label": "已收回", "colour": "secondary"}
    if grant.from_on > today:
        return {"label": "未生效", "colour": "azure"}
    if grant.to_on is not None and grant.to_on < today:
        return {"label": "已过期", "colour": "secondary"}
    return {"label": "有效", "colour": "green"}
