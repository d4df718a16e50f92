"""What the pages of this room share: columns, names of heads and places, choices, days out of a form."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Membership
from taizhang.households.sealing import masked
from taizhang.journal.moments import today
from taizhang.places.tree import names_of, paths_of
from taizhang.support.models import Helper, Pairing, SupportUnit, TeamMember
from taizhang.support.query import line_above, warning_on_pairing
from taizhang.web.households.forms import day_of, plain
from taizhang.web.households.showing import label
from taizhang.web.imports.showing import area_choices
from taizhang.web.past import carried, reading_past

MOST = 500  # choices in one select; a longer list is searched by name on its own page
ROLES = (
    ("is_first_secretary", "第一书记"),
    ("is_team_leader", "队长"),
    ("is_deputy_leader", "副队长"),
    ("is_village_officer", "包村干部"),
    ("is_plain_member", "队员"),
)
PAIRING_COLUMNS = (
    {"key": "head", "title": "户主", "kind": "link", "lead": True},
    {"key": "number", "title": "户编号", "kind": "mono"},
    {"key": "place", "title": "乡镇/村"},
    {"key": "role", "title": "结对身份"},
    {"key": "from_on", "title": "开始", "kind": "day"},
    {"key": "to_on", "title": "结束", "kind": "day"},
    {"key": "state", "title": "状态", "kind": "status"},
    {"key": "warning", "title": "提醒", "kind": "wrap"},
)


def heads_of(households: Iterable[int]) -> dict[int, str]:
    """The names of the heads of households.

    Cost     1 query
    """
    rows = Membership.objects.filter(household__in=list(households), open=True, relation="head")
    return dict(rows.values_list("household_id", "person__name"))


def places_of(areas: Iterable[str]) -> dict[str, str]:
    """Township and village of areas, in words.

    Cost     1 query
    """
    wanted = {area for area in areas if area}
    paths = paths_of(wanted, today()) if wanted else {}
    return {area: "/".join(path[-2:]) or area for area, path in paths.items()}


def place_of(area: str) -> str:
    """The name of one area, or its code.

    Cost     1 query
    """
    return names_of([area], today()).get(area, area) or area


def pairing_rows(user: User, pairings: list[Pairing], on: date) -> list[dict[str, Any]]:
    """Pairings of one helper as rows, with what may be done to each. Cost: 2 queries."""
    heads = heads_of(p.household_id for p in pairings)
    places = places_of({p.household.area for p in pairings})
    scope = access.scope_of(user, Permission.PAIRING_CHANGE)
    return [
        {
            "url": carried(f"{reverse('household_show', args=[p.household_id])}?tab=duties"),
            "head": heads.get(p.household_id) or "(无户主)",
            "number": p.household.household_no,
            "place": places.get(p.household.area, p.household.area),
            "role": label("pairing_role", p.pairing_role),
            "from_on": p.from_on,
            "to_on": p.to_on,
            "state": state_of(p, on),
            "warning": warning_on_pairing(p, on) or None,
            "acts": acts_on(p) if not reading_past() and scope.contains(p.household.area) else [],
        }
        for p in pairings
    ]


def acts_on(pairing: Pairing) -> list[dict[str, str]]:
    """What may be done to a pairing by who may change it."""
    if not pairing.valid:
        return []
    acts = [("更换", f"{reverse('pairing_add')}?household={pairing.household_id}")] if pairing.to_on is None else []
    acts += [("结束", reverse("pairing_end", args=[pairing.pk]))] if pairing.to_on is None else []
    acts += [("作废", reverse("pairing_withdraw", args=[pairing.pk]))]
    return [{"title": title, "url": url} for title, url in acts]


def state_of(pairing: Pairing, on: date) -> dict[str, str]:
    """Whether a pairing holds, as a status."""
    if not pairing.valid:
        return {"label": "作废", "colour": "secondary"}
    if pairing.to_on is not None and pairing.to_on <= on:
        return {"label": "已结束", "colour": "secondary"}
    return {"label": "在帮", "colour": "green"}


def roles_of(member: TeamMember) -> str:
    """What a member is in his team, in words."""
    return "、".join(zh for name, zh in ROLES if getattr(member, name)) or "未填"


def phone_of(row: Any, name: str) -> str | None:
    """A phone as anyone may see it."""
    sealed = getattr(row, name)
    return masked(bytes(sealed), name) if sealed else None


def units_for(user: User) -> list[tuple[str, str]]:
    """The units that a user may name: what he sees, and what the offices above him keep.

    Cost     1 query
    """
    ranges = access.scope_of(user, Permission.SUPPORT_KEEP).ranges
    above = {area for low, _ in ranges if low for area in line_above(low[:12])}
    seen = SupportUnit.objects.visible_to(user).values("pk")
    rows = SupportUnit.objects.filter(Q(pk__in=seen) | Q(area__in=above), ended_on__isnull=True)
    return [(str(pk), name) for pk, name in rows.order_by("initials", "pk").values_list("pk", "unit_name")[:MOST]]


def unit_named(user: User, typed: str, errors: dict[str, str]) -> SupportUnit | None:
    """The unit that a form names, among those the user may name; what is wrong goes into `errors`."""
    if not typed:
        return None
    if typed not in dict(units_for(user)):
        errors["unit"] = "没有这个单位,请从名单中选择"
        return None
    return SupportUnit.objects.get(pk=int(typed))


def day_typed(request: HttpRequest, name: str, errors: dict[str, str], *, required: bool = True) -> date | None:
    """A day out of a form; what is wrong with it goes into `errors`."""
    if not required and not request.POST.get(name, "").strip():
        return None
    return day_of(request, name, errors, "请填写日期，例如 2026-10-01")


def village_field(request: HttpRequest, name: str, zh: str, errors: dict[str, str]) -> dict[str, Any]:
    """A village to choose among those that the user keeps."""
    areas = area_choices(request.user, Permission.SUPPORT_KEEP)
    villages = [(code, told) for code, told in areas if not code.endswith("000")]
    return plain(name, zh, request.POST, errors, kind="find", choices=villages, required=True)


def helper_choices(offered: Iterable[Helper]) -> list[tuple[str, str]]:
    """Helpers to choose from, each with his unit."""
    return [(str(h.pk), f"{h.helper_name}({h.unit.unit_name if h.unit else '未填单位'})") for h in offered]
