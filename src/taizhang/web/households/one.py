"""One household (一户一档): five tabs and its history."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.access import NotFound
from taizhang.accounts.permissions import Permission
from taizhang.households.models import (
    CorrectionOrder,
    Household,
    HouseholdEvent,
    HouseholdMark,
    HouseholdPeriod,
    Identification,
    IncomeWorksheet,
    Measure,
    MemberPeriod,
    Membership,
    Period,
    Person,
    WorkSpell,
)
from taizhang.households.sealing import masked
from taizhang.journal import moments
from taizhang.places.tree import path_of
from taizhang.policy.ages import age_of
from taizhang.policy.archive import MEMBER_FACTS
from taizhang.support.models import Pairing
from taizhang.web.households import showing
from taizhang.web.households.measures_shown import measures_tab
from taizhang.web.households.operations.menu import operations_of
from taizhang.web.households.periods import all_periods, current_period, frozen_here, shut_to
from taizhang.web.households.standing_now import standing_of
from taizhang.web.jinja import page, partial, yuan
from taizhang.web.journal.sentences import MOST, entries_of, told_of
from taizhang.web.past import as_asked, household_as_of, past_of, reads_past_of_household
from taizhang.web.shell import link
from taizhang.web.support.duties import duties
from taizhang.web.tree import list_url, side_of

MEMBER_ACTS = (("修改", "member_edit"), ("登记务工", "spell_add"), ("减少", "member_leave"))
TABS = (("facts", "底数"), ("problems", "问题"), ("measures", "对策"), ("duties", "责任"), ("tasks", "任务"))


def seen(request: HttpRequest, pk: int, permission: Permission = Permission.HOUSEHOLD_VIEW) -> Household:
    """A household, fetched through the scope.

    Raises   NotFound
    """
    if moments.standing.get() is not None and getattr(request, "stands_open", False):
        return access.fetch(Household.objects, pk=pk)  # who may see it as it is now may see what it was, wherever it stood
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


@reads_past_of_household
def household_show(request: HttpRequest, pk: int) -> HttpResponse:
    """The household page, now or as of a moment."""
    household = seen(request, pk)
    archives = archives_of(household)
    archive = archive_asked(request, archives)
    tab = request.GET.get("tab", "facts")
    if tab not in dict(TABS):
        raise NotFound
    context = _head(request, household, archive, archives, tab)
    if tab == "facts":
        context |= _facts(request, household, archive)
    if tab == "duties":
        context["duties"] = duties(request, household)
    if tab == "measures":
        context |= measures_tab(request, household, archive)
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
    period, area = archive.period, household.area
    path = path_of(area, moments.today())
    archive.household = household
    return {
        **side_of(request, area[:12], "village"),
        "household": {
            "head_name": archive.head_name or "(无户主)",
            "household_no": household.household_no,
            "area_path": " · ".join(path[-2:]) or area,
            "period_name": period.title,
            "frozen": frozen_here(request, period, area),
            "marks": [mark for mark in (showing.attribute(archive.hh_attr), showing.status(archive.status)) if mark],
            "line": _line(household, archive),
        },
        "links": _links(request, household, period, compares=len(archives) > 1),
        "periods": [{"title": a.period.title, "url": _tab_url(household, a.period, "facts"), "here": a.pk == archive.pk} for a in archives],
        "tabs": _tabs(request, household, period, tab),
        "tab": tab,
        "past": past_of(request),
        "operations": operations_of(request, archive),
        "standing": standing_of(request, archive),
        "entries": [],
        "older_url": None,
    }


def _links(request: HttpRequest, household: Household, period: Period, *, compares: bool) -> dict[str, str | None]:
    user, area, asked = request.user, household.area, urlencode({"period": period.key})
    shut = bool(household.closed) or shut_to(request, period, area)
    acts = {"edit": "household_edit", "add_member": "member_add", "worksheet": "worksheet_edit", "change_head": "head_change"}
    return {
        "list": list_url(area[:12], "village"),
        **{key: None if shut else link(user, name, household.pk, query=asked, area=area) for key, name in acts.items()},
        "compare": link(user, "household_compare", household.pk, area=area) if compares else None,
        "unmask": link(user, "unmask", household.pk, query=asked, area=area),
        "print": None,
    }


def _tab_url(household: Household, period: Period, tab: str) -> str:
    asked = {"tab": tab, "period": period.key, **as_asked()}
    return f"{reverse('household_show', args=[household.pk])}?{urlencode(asked)}"


def _tabs(request: HttpRequest, household: Household, period: Period, tab: str) -> list[dict[str, Any]]:
    tabs = [{"title": title, "url": _tab_url(household, period, key), "here": key == tab} for key, title in TABS]
    asked = {"period": period.key, **as_asked()}
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
        "modules": showing.module_sections(archive),
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
        "url": link(request.user, "person_show", person.pk),
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
    if shut_to(request, period, membership.area):
        return []
    links = [(title, link(request.user, name, membership.pk, *further, query=query, area=membership.area)) for title, name in acts]
    return [{"title": title, "url": url} for title, url in links if url]


def _history(request: HttpRequest, household: Household) -> dict[str, Any]:
    """Cost: 16 queries."""
    rows, names = _named_rows(request, household)
    told, before = told_of(rows), request.GET.get("before", "")
    shown = [t for t in told if not before.isdecimal() or t.position < int(before)]
    older = f"?{urlencode({'before': shown[MOST - 1].position})}" if len(shown) > MOST else None
    entries = entries_of(shown[:MOST], lambda table, pk, image: names.get(table, {}).get(pk, ""))
    return {"entries": [{**entry, "then_url": household_as_of(household.pk, entry["position"])} for entry in entries], "older_url": older}


def _named_rows(request: HttpRequest, household: Household) -> tuple[list[tuple[Any, Iterable[int]]], dict[str, dict[int, str]]]:
    """The rows whose history is the household's, and what those are called of which it has several, by table."""
    members = list(Membership.objects.filter(household=household).select_related("person").order_by("pk"))
    persons = {m.person_id: m.person.name for m in members}
    families = {m.pk: m.person.name for m in members}

    def of_house(model: Any, called: str) -> dict[int, str]:
        return dict(model.objects.filter(household=household).values_list("pk", called))

    def of_persons(model: Any) -> dict[int, str]:
        return {pk: persons[person] for pk, person in model.objects.filter(person__in=persons).values_list("pk", "person_id")}

    named = {
        Membership: families,
        Person: persons,
        MemberPeriod: of_persons(MemberPeriod),
        WorkSpell: of_persons(WorkSpell),
        Measure: of_house(Measure, "measure_item"),
        HouseholdMark: {mark.pk: mark.get_kind_display() for mark in HouseholdMark.objects.filter(household=household)},
        CorrectionOrder: {pk: f"更正单 {pk}" for pk in of_house(CorrectionOrder, "pk")},
        Pairing: of_house(Pairing, "helper__helper_name"),
    }
    by_period = {model: of_house(model, "period__title") for model in (HouseholdPeriod, IncomeWorksheet)}
    plain = {model: of_house(model, "pk") for model in (HouseholdEvent, Identification)}
    rows = [(Household, [household.pk]), *(named | by_period | plain).items()]
    named |= by_period if len(all_periods(request)) > 1 else {}
    return rows, {model._meta.db_table: called for model, called in named.items()}
