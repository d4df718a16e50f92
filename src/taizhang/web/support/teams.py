"""Village teams (驻村工作队): the list, one team with its members now and before, sending, joining, leaving."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.journal.moments import today
from taizhang.policy.archive import TEAM_FACTS, TEAM_MEMBER_FACTS
from taizhang.support.models import TeamMember, VillageTeam
from taizhang.support.query import offered_to
from taizhang.support.services.teams import add_team, add_team_member, correct_team, correct_team_member, end_team, end_team_member
from taizhang.web.households.forms import Typed, field_of, plain, read_facts, reason_of, reason_section, version_of
from taizhang.web.households.keyset import leaf, pager
from taizhang.web.households.saving import form_page, saved, signed
from taizhang.web.jinja import page
from taizhang.web.past import as_asked, carried, moment_field, past_of, reading_past, reads_past_of_support
from taizhang.web.shell import link
from taizhang.web.support.showing import (
    MOST,
    day_typed,
    helper_choices,
    phone_of,
    place_of,
    places_of,
    roles_of,
    unit_named,
    units_for,
    village_field,
)

KEYS = (("area", 1), ("id", 1))
COLUMNS = (
    {"key": "place", "title": "乡镇/村", "kind": "link", "lead": True},
    {"key": "team", "title": "工作队"},
    {"key": "secretary", "title": "第一书记"},
    {"key": "members", "title": "在任队员", "kind": "number"},
    {"key": "unit", "title": "派出单位"},
    {"key": "from_on", "title": "进驻", "kind": "day"},
    {"key": "to_on", "title": "撤离", "kind": "day"},
)
MEMBER_COLUMNS = (
    {"key": "name", "title": "姓名", "kind": "link", "lead": True},
    {"key": "roles", "title": "职责"},
    {"key": "unit", "title": "所在单位"},
    {"key": "phone", "title": "联系电话", "kind": "mono"},
    {"key": "from_on", "title": "到任", "kind": "day"},
    {"key": "to_on", "title": "离任", "kind": "day"},
)


@reads_past_of_support
def teams(request: HttpRequest) -> HttpResponse:
    """The teams of the villages in the user's area, now or as of a moment."""
    q = request.GET.get("q", "").strip()
    found = VillageTeam.objects.visible_to(request.user, Permission.SUPPORT_VIEW).select_related("unit")
    if q:
        found = found.filter(Q(team_name__contains=q))
    leafed = leaf(found, KEYS, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    kept, total = ({"q": q} if q else {}) | as_asked(), found.count()
    context = {
        "query_url": reverse("teams"),
        "reset_url": carried(reverse("teams")),
        "fields": [{"name": "q", "label": "工作队名称", "kind": "text", "value": q}, moment_field()],
        "total": total,
        "past": past_of(request),
        "columns": COLUMNS,
        "rows": _rows(leafed.rows),
        "pager": pager(leafed, reverse("teams"), kept, request.GET.get("at", ""), total),
        "links": {"add": link(request.user, "team_add"), "helpers": link(request.user, "helpers")},
    }
    return page(request, "support/teams.html", context)


@reads_past_of_support
def team_show(request: HttpRequest, pk: int) -> HttpResponse:
    """One team, now or as of a moment."""
    team = _seen(request, pk, Permission.SUPPORT_VIEW)
    members = list(TeamMember.objects.filter(team=team).select_related("helper__unit").order_by("from_on", "pk"))
    keeps = not reading_past() and access.may(request.user, Permission.SUPPORT_KEEP, team.area)
    on = today()
    standing = [m for m in members if m.to_on is None or m.to_on > on]
    context = {
        "past": past_of(request),
        "team": {"name": team.team_name, "place": place_of(team.area)},
        "facts": [
            {"label": "所驻村", "value": place_of(team.area)},
            {"label": "派出单位", "value": team.unit.unit_name if team.unit else None},
            {"label": "进驻日期", "value": team.from_on},
            *([{"label": "撤离日期", "value": team.to_on}] if team.to_on else []),
        ],
        "columns": MEMBER_COLUMNS,
        "now": [_member_row(m, keeps) for m in standing],
        "before": [_member_row(m, False) for m in members if m not in standing],
        "links": {
            "list": carried(reverse("teams")),
            "edit": reverse("team_edit", args=[pk]) if keeps else None,
            "end": reverse("team_end", args=[pk]) if keeps and team.to_on is None else None,
            "add": reverse("team_member_add", args=[pk]) if keeps and team.to_on is None else None,
        },
    }
    return page(request, "support/team.html", context)


def team_add(request: HttpRequest) -> HttpResponse:
    """Send a team to a village."""
    typed = read_facts(request.POST, TEAM_FACTS) if request.method == "POST" else Typed()

    def form(**told: Any) -> HttpResponse:
        area = village_field(request, "area", "所驻村", typed.errors)
        fields = [area, *_team_fields(request, None, typed), plain("on", "进驻日期", request.POST, typed.errors, kind="day", required=True)]
        return _form(request, "登记驻村工作队", fields, typed, cancel=reverse("teams"), **told)

    if request.method != "POST":
        return form()
    area, on = request.POST.get("area", "").strip(), day_typed(request, "on", typed.errors)
    unit = unit_named(request.user, request.POST.get("unit", ""), typed.errors)
    if not area:
        typed.errors["area"] = "请选择行政村"
    if not typed.values.get("team_name"):
        typed.errors.setdefault("team_name", "必填")
    if typed.errors or on is None:
        return form(status=422)
    told = signed(request, "team.add")
    return saved(
        lambda: add_team(area=area, unit=unit, facts=typed.values, on=on, **told),
        go=lambda pk: reverse("team_show", args=[pk]),
        form=form,
        errors=typed.errors,
    )


def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a team's name and unit."""
    team = _seen(request, pk)
    typed = read_facts(request.POST, TEAM_FACTS) if request.method == "POST" else Typed()
    back = reverse("team_show", args=[pk])

    def form(**told: Any) -> HttpResponse:
        fields = _team_fields(request, team, typed)
        return _form(request, f"更正 {team.team_name}", fields, typed, cancel=back, version=team.version, why=True, **told)

    if request.method != "POST":
        return form()
    unit, reason = unit_named(request.user, request.POST.get("unit", ""), typed.errors), reason_of(request, typed.errors)
    if typed.errors:
        return form(status=422)
    told = signed(request, "team.correct", reason)
    return saved(
        lambda: correct_team(team=team, version=version_of(request), unit=unit, facts=typed.values, **told),
        go=back,
        form=form,
        errors=typed.errors,
    )


def team_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A team leaves its village, and every member with it."""
    team = _seen(request, pk)
    return _ending(
        request,
        f"{team.team_name}撤离",
        "撤离日期",
        reverse("team_show", args=[pk]),
        team.version,
        "team.end",
        lambda **told: end_team(team=team, **told),
    )


def team_member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A helper joins a team."""
    team = _seen(request, pk)
    typed = read_facts(request.POST, TEAM_MEMBER_FACTS) if request.method == "POST" else Typed()
    back = reverse("team_show", args=[pk])
    offered = offered_to([team.area])

    def form(**told: Any) -> HttpResponse:
        choices = helper_choices(offered[:MOST])
        fields = [
            plain("helper", "姓名", request.POST, typed.errors, kind="find", choices=choices, required=True, help="没有的先登记帮扶责任人"),
            plain("on", "到任日期", request.POST, typed.errors, kind="day", required=True),
            *(field_of(f, TeamMember(), typed) for f in TEAM_MEMBER_FACTS),
        ]
        return _form(request, f"{team.team_name} 增加队员", fields, typed, cancel=back, **told)

    if request.method != "POST":
        return form()
    named = request.POST.get("helper", "")
    helper = offered.filter(pk=int(named)).first() if named.isdecimal() and len(named) < 19 else None
    on = day_typed(request, "on", typed.errors)
    if helper is None:
        typed.errors["helper"] = "请从名单中选择"
    if typed.errors or on is None or helper is None:
        return form(status=422)
    told = signed(request, "team_member.add")
    return saved(
        lambda: add_team_member(team=team, helper=helper, facts=typed.values, on=on, **told),
        go=back,
        form=form,
        errors=typed.errors,
    )


def team_member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what a member is in his team."""
    member = _member(request, pk)
    typed = read_facts(request.POST, TEAM_MEMBER_FACTS) if request.method == "POST" else Typed()
    back = reverse("team_show", args=[member.team_id])

    def form(**told: Any) -> HttpResponse:
        fields = [field_of(f, member, typed) for f in TEAM_MEMBER_FACTS]
        title = f"更正队员职责 {member.helper.helper_name}"
        return _form(request, title, fields, typed, cancel=back, version=member.version, why=True, **told)

    if request.method != "POST":
        return form()
    reason = reason_of(request, typed.errors)
    if typed.errors:
        return form(status=422)
    told = signed(request, "team_member.correct", reason)
    return saved(
        lambda: correct_team_member(member=member, version=version_of(request), facts=typed.values, **told),
        go=back,
        form=form,
        errors=typed.errors,
    )


def team_member_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A member leaves his team."""
    member = _member(request, pk)
    back = reverse("team_show", args=[member.team_id])
    title = f"{member.helper.helper_name}离任"
    return _ending(
        request, title, "离任日期", back, member.version, "team_member.end", lambda **told: end_team_member(member=member, **told)
    )


def _ending(request: HttpRequest, title: str, what: str, back: str, version: int, action: str, act: Any) -> HttpResponse:
    typed = Typed()

    def form(**told: Any) -> HttpResponse:
        fields = [plain("on", what, request.POST, typed.errors, kind="day", required=True)]
        return _form(request, title, fields, typed, cancel=back, version=version, **told)

    if request.method != "POST":
        return form()
    on: date | None = day_typed(request, "on", typed.errors)
    if on is None:
        return form(status=422)
    told = signed(request, action)
    return saved(lambda: act(version=version_of(request), on=on, **told), go=back, form=form)


def _seen(request: HttpRequest, pk: int, permission: Permission = Permission.SUPPORT_KEEP) -> VillageTeam:
    return access.fetch(VillageTeam.objects.visible_to(request.user, permission).select_related("unit"), pk=pk)


def _member(request: HttpRequest, pk: int) -> TeamMember:
    return access.fetch(TeamMember.objects.visible_to(request.user, Permission.SUPPORT_KEEP).select_related("team", "helper"), pk=pk)


def _rows(found: list[VillageTeam]) -> list[dict[str, Any]]:
    """Cost: 2 queries."""
    places = places_of({team.area for team in found})
    serving = TeamMember.objects.standing(today()).filter(team__in=[team.pk for team in found]).select_related("helper").order_by("pk")
    members: dict[int, list[TeamMember]] = {}
    for member in serving:
        members.setdefault(member.team_id, []).append(member)
    return [
        {
            "url": carried(reverse("team_show", args=[team.pk])),
            "place": places[team.area],
            "team": team.team_name,
            "secretary": "、".join(m.helper.helper_name for m in members.get(team.pk, ()) if m.is_first_secretary) or None,
            "members": len(members.get(team.pk, ())),
            "unit": team.unit.unit_name if team.unit else None,
            "from_on": team.from_on,
            "to_on": team.to_on,
        }
        for team in found
    ]


def _member_row(member: TeamMember, keeps: bool) -> dict[str, Any]:
    acts = [("更正职责", "team_member_edit"), ("离任", "team_member_end")] if keeps and member.to_on is None else []
    return {
        "url": carried(reverse("helper_show", args=[member.helper_id])),
        "name": member.helper.helper_name,
        "roles": roles_of(member),
        "unit": member.helper.unit.unit_name if member.helper.unit else None,
        "phone": phone_of(member.helper, "helper_phone"),
        "from_on": member.from_on,
        "to_on": member.to_on,
        "acts": [{"title": title, "url": reverse(name, args=[member.pk])} for title, name in acts],
    }


def _team_fields(request: HttpRequest, team: VillageTeam | None, typed: Typed) -> list[dict[str, Any]]:
    unit = plain("unit", "派出单位", request.POST, typed.errors, kind="find", choices=units_for(request.user))
    unit["value"] = request.POST.get("unit", str(team.unit_id or "") if team else "")
    return [*(field_of(f, team or VillageTeam(), typed) for f in TEAM_FACTS), unit]


def _form(
    request: HttpRequest, title: str, fields: list[dict[str, Any]], typed: Typed, *, cancel: str, why: bool = False, **told: Any
) -> HttpResponse:
    sections = [{"title": title, "fields": fields}, *([reason_section(request.POST, typed.errors)] if why else [])]
    crumbs = [("驻村工作队", reverse("teams")), (title, None)]
    return form_page(request, title=title, crumbs=crumbs, sections=sections, cancel_url=cancel, errors=typed.errors, **told)
