"""One household (一户一档): five tabs and its history."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.access import NotFound
from taizhang.accounts.permissions import Permission
from taizhang.households.models import (
    Household,
    HouseholdPeriod,
    Identification,
    IncomeWorksheet,
    MemberPeriod,
    Membership,
    Period,
    Person,
    WorkSpell,
)
from taizhang.households.sealing import masked
from taizhang.places.tree import path_of
from taizhang.policy.ages import age_of
from taizhang.policy.archive import MEMBER_FACTS
from taizhang.web.households import showing
from taizhang.web.households.periods import all_periods, current_period
from taizhang.web.jinja import page, partial, yuan
from taizhang.web.journal.sentences import MOST, entries_of, told_of
from taizhang.web.shell import link
from taizhang.web.tree import side_of

MEMBER_ACTS = (("修改", "member_edit"), ("登记务工", "spell_add"), ("减少", "member_leave"))
TABS = (("facts", "底数"), ("problems", "问题"), ("measures", "对策"), ("duties", "责任"), ("tasks", "任务"))


def seen(request: HttpRequest, pk: int, permission: Permission = Permission.HOUSEHOLD_VIEW) -> Household:
    """A household, fetched through the scope.

    Raises   NotFound
    """
    return access.fetch(Household.objects.visible_to(request.user, permission), pk=pk)


def archives_of(household: Household) -> list[HouseholdPeriod]:
    """Its archives, the newest first.

    Cost     1 query
    """
    return list(
        HouseholdPeriod.objects.filter(household=household).select_related("period").order_by("-period__reference_on", "-period__key")
    )


def archive_asked(request: HttpRequest, archives: list[HouseholdPeriod]) -> HouseholdPeriod:
    """The archive of the period in the address, else of the session's period, else the newest.

    Raises   NotFound when the period in the address has none, or there is none at all
    """
    asked = request.GET.get("period", "")
    if asked:
        found = [a for a in archives if a.period.key == asked]
    else:
        current = current_period(request)
        found = [*(a for a in archives if current and a.period_id == current.pk), *archives]
    if not found:
        raise NotFound
    return found[0]


def worksheet_of(archive: HouseholdPeriod) -> IncomeWorksheet | None:
    """The income worksheet beside an archive.

    Cost     1 query
    """
    return IncomeWorksheet.objects.filter(household=archive.household_id, period=archive.period_id).first()


def household_show(request: HttpRequest, pk: int) -> HttpResponse:
    """The household page."""
    household = seen(request, pk)
    archives = archives_of(household)
    archive = archive_asked(request, archives)
    tab = request.GET.get("tab", "facts")
    if tab not in dict(TABS):
        raise NotFound
    context = _head(request, household, archive, archives, tab)
    if tab == "facts":
        context |= _facts(request, household, archive)
    return page(request, "households/show.html", context)


def household_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to the household, its members and its archives."""
    household = seen(request, pk, Permission.JOURNAL_VIEW)
    archives = archives_of(household)
    context = _head(request, household, archive_asked(request, archives), archives, "history")
    return page(request, "households/show.html", context | _history(request, household))


def members_of(household: Household, period: Period) -> list[Membership]:
    """Who belongs to the household as the archive of the period tells it, the head first.

    Cost     1 query
    """
    stands = Q(open=True) | Q(drop_on__gt=period.reference_on)
    found = list(Membership.objects.filter(stands, household=household).select_related("person").order_by("pk"))
    return sorted(found, key=lambda m: m.relation != "head")


def _head(
    request: HttpRequest, household: Household, archive: HouseholdPeriod, archives: list[HouseholdPeriod], tab: str
) -> dict[str, Any]:
    user, period = request.user, archive.period
    asked = {"period": period.key}
    show, area = reverse("household_show", args=[household.pk]), household.area
    frozen = period.state == Period.FROZEN and not access.may(user, Permission.HOUSEHOLD_CORRECT_FROZEN, area)

    def act(name: str) -> str | None:
        return None if frozen or household.closed else link(user, name, household.pk, query=urlencode(asked), area=area)

    path = path_of(area, timezone.localdate())
    return {
        **side_of(request, area[:12], "village"),
        "household": {
            "head_name": archive.head_name or "(无户主)",
            "household_no": household.household_no,
            "area_path": " · ".join(path[-2:]) or area,
            "period_name": period.title,
            "frozen": period.state == Period.FROZEN,
            "marks": [mark for mark in (showing.attribute(archive.hh_attr), showing.status(archive.status)) if mark],
            "line": _line(household, archive),
        },
        "links": {
            "list": f"{reverse('households')}?{urlencode({'area': area[:12], 'level': 'village'})}",
            "edit": act("household_edit"),
            "add_member": act("member_add"),
            "worksheet": act("worksheet_edit"),
            "change_head": act("head_change"),
            "unmask": link(user, "unmask", household.pk, query=urlencode(asked), area=area),
            "print": None,
        },
        "periods": [
            {"title": a.period.title, "url": f"{show}?{urlencode({'tab': 'facts', 'period': a.period.key})}", "here": a.pk == archive.pk}
            for a in archives
        ],
        "tabs": _tabs(request, household, period, tab),
        "tab": tab,
        "entries": [],
        "older_url": None,
    }


def _tabs(request: HttpRequest, household: Household, period: Period, tab: str) -> list[dict[str, Any]]:
    show, asked = reverse("household_show", args=[household.pk]), {"period": period.key}
    tabs = [{"title": title, "url": f"{show}?{urlencode({'tab': key, **asked})}", "here": key == tab} for key, title in TABS]
    history = link(request.user, "household_history", household.pk, query=urlencode(asked), area=household.area)
    return [*tabs, {"title": "历史", "url": history, "here": tab == "history"}] if history else tabs


def _line(household: Household, archive: HouseholdPeriod) -> list[tuple[str, str]]:
    """The few facts that are said first; unknown ones say so."""
    told: list[tuple[str, str | None]] = [
        ("户编号", household.household_no),
        ("村民小组", household.group_name or None),
        ("人口", None if archive.member_count is None else f"{archive.member_count} 人"),
        ("人均纯收入", None if archive.inc_net_pc_yuan is None else f"{yuan(archive.inc_net_pc_yuan)} 元"),
        ("主要致贫原因", showing.label("cause", archive.main_cause)),
        ("首次识别", partial(archive.first_identified_on) or None),
    ]
    return [(label, value or "未填") for label, value in told]


def _facts(request: HttpRequest, household: Household, archive: HouseholdPeriod) -> dict[str, Any]:
    period = archive.period
    sections = [showing.base_section(archive)]
    identified = Identification.objects.filter(household=household, period=period).first()
    if identified is not None:
        sections.append(_identified(identified))
    worksheet = worksheet_of(archive)
    members = members_of(household, period)
    spells = WorkSpell.objects.filter(person__in=[m.person_id for m in members], period=period, withdrawn=False)
    worked = list(spells.order_by("spell_from_on", "pk"))
    starts = archive.inc_from_on or period.income_from
    ends = archive.inc_to_on or period.income_to
    return {
        "sections": sections,
        "members": {"columns": showing.member_columns(spells=bool(worked)), "rows": _members(request, members, worked, period)},
        "spells": {"columns": showing.spell_columns(), "rows": _spells(request, members, worked, period)},
        "income": {"note": f"{starts} 至 {ends}", "lines": showing.income_lines(archive, worksheet)},
        "worksheet": None if worksheet is None else showing.worksheet_section(archive, worksheet),
        "living": showing.living_sections(archive),
    }


def _identified(row: Identification) -> dict[str, Any]:
    days = [f for f in Identification._meta.concrete_fields if f.get_internal_type() == "DateField"]
    facts = [{"label": "类别", "value": row.get_kind_display()}, *({"label": f.verbose_name, "value": getattr(row, f.name)} for f in days)]
    return {"title": "识别程序", "facts": facts}


def _members(request: HttpRequest, members: list[Membership], worked: list[WorkSpell], period: Period) -> list[dict[str, Any]]:
    archives = {a.person_id: a for a in MemberPeriod.objects.filter(person__in=[m.person_id for m in members], period=period)}
    spans = {m.pk: "；".join(showing.spell_span(s) for s in worked if s.person_id == m.person_id) or None for m in members}
    return [_member(request, m, archives.get(m.person_id), period) | {"spells": spans[m.pk]} for m in members]


def _spells(request: HttpRequest, members: list[Membership], worked: list[WorkSpell], period: Period) -> list[dict[str, Any]]:
    told = [(m, s) for m in members for s in worked if s.person_id == m.person_id]
    acts = (("修改", "spell_edit"), ("撤销", "spell_withdraw"))
    return [
        showing.spell_row(s, m.person.name) | {"acts": _acts(request, m, period, acts, s.pk, query="") if m.open else []} for m, s in told
    ]


def _member(request: HttpRequest, membership: Membership, archive: MemberPeriod | None, period: Period) -> dict[str, Any]:
    person = membership.person
    return {
        "name": person.name,
        "relation": showing.label("relation", membership.relation),
        "id_no": masked(bytes(person.id_no), "id_no") if person.id_no else None,
        "sex": showing.label("sex", person.sex),
        "age": age_of(person.birth_date, period.reference_on),
        "ethnicity": showing.label("ethnicity", person.ethnicity),
        "birth_date": person.birth_date,
        "id_type": showing.label("id_type", person.id_type),
        "state": showing.label("member_state", membership.state),
        "add_reason": showing.label("add_reason", membership.add_reason),
        "add_on": membership.add_on,
        **{f.name: showing.shown(f, archive) for f in MEMBER_FACTS},
        "acts": _acts(request, membership, period, MEMBER_ACTS, query=urlencode({"period": period.key})) if membership.open else [],
    }


def _acts(
    request: HttpRequest, membership: Membership, period: Period, acts: tuple[tuple[str, str], ...], *further: int, query: str
) -> list[dict[str, str]]:
    """What the user may do to a member, or to what stands under a member: (title, address name)."""
    if period.state == Period.FROZEN and not access.may(request.user, Permission.HOUSEHOLD_CORRECT_FROZEN, membership.area):
        return []
    links = [(title, link(request.user, name, membership.pk, *further, query=query, area=membership.area)) for title, name in acts]
    return [{"title": title, "url": url} for title, url in links if url]


def _history(request: HttpRequest, household: Household) -> dict[str, Any]:
    """Cost: 11 queries."""
    members = list(Membership.objects.filter(household=household).select_related("person").order_by("pk"))
    persons = {m.person_id: m.person.name for m in members}
    families = {m.pk: m.person.name for m in members}
    archives = dict(HouseholdPeriod.objects.filter(household=household).values_list("pk", "period__title"))
    surveys = dict(MemberPeriod.objects.filter(person__in=persons).values_list("pk", "person_id"))
    sheets = dict(IncomeWorksheet.objects.filter(household=household).values_list("pk", "period__title"))
    spells = dict(WorkSpell.objects.filter(person__in=persons).values_list("pk", "person_id"))
    steps = list(Identification.objects.filter(household=household).values_list("pk", flat=True))
    told = told_of(
        [
            (Household, [household.pk]),
            (HouseholdPeriod, archives),
            (Membership, families),
            (Person, persons),
            (MemberPeriod, surveys),
            (Identification, steps),
            (IncomeWorksheet, sheets),
            (WorkSpell, spells),
        ]
    )
    many = len(all_periods(request)) > 1
    names = {"membership": families, "person": persons, "member_period": {pk: persons[p] for pk, p in surveys.items()}}
    names["work_spell"] = {pk: persons[p] for pk, p in spells.items()}
    names |= {"household_period": archives, "income_worksheet": sheets} if many else {}
    before = request.GET.get("before", "")
    shown = [t for t in told if not before.isdecimal() or t.position < int(before)]
    older = f"?{urlencode({'before': shown[MOST - 1].position})}" if len(shown) > MOST else None
    return {"entries": entries_of(shown[:MOST], lambda table, pk, image: names.get(table, {}).get(pk, "")), "older_url": older}
