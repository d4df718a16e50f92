"""Periods side by side (期次对照): a household's archives and its members', what differs marked."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.households.models import HouseholdPeriod, IncomeWorksheet, MemberPeriod, Membership, Period
from taizhang.policy.archive import HOUSEHOLD_FACTS, MEMBER_FACTS, SECTIONS, WORKSHEET_FACTS, Fact
from taizhang.web.households import showing
from taizhang.web.households.one import archives_of, members_of, seen
from taizhang.web.jinja import page
from taizhang.web.past import AS_OF, as_asked, carried, past_of, reads_past_of_household

FEWEST, MOST = 2, 4
AWAY = "不在户"
Rows = Sequence[Any]  # one row of a register for each period, None where there is none


@reads_past_of_household
def household_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """The archives of a household in two to four periods side by side, as they stand or as of a moment.

    Cost     4 queries, and 1 for each period's members
    """
    household = seen(request, pk)
    archives = archives_of(household)
    chosen = _chosen(archives, request.GET.getlist("period"))
    only = request.GET.get("only", "") == "differing"
    periods = [a.period for a in chosen]
    sheets = {w.period_id: w for w in IncomeWorksheet.objects.filter(household=household, period__in=periods)}
    groups = [*_household_groups(chosen), _group("收入核算明细", WORKSHEET_FACTS, [sheets.get(p.pk) for p in periods], told_only=True)]
    members = _member_groups(household, periods)
    asked = [*(("period", p.key) for p in periods), *as_asked().items()]
    address = reverse("household_compare", args=[pk])
    found = [g for g in (*groups, *members) if g["rows"]]
    context = {
        "title": f"{archives[0].head_name if archives else household.household_no} · 期次对照",
        "crumbs": [
            ("户档案", carried(reverse("households"))),
            (f"户 {household.household_no}", carried(reverse("household_show", args=[pk]))),
            ("期次对照", None),
        ],
        "choices": [{"key": a.period.key, "title": a.period.title, "chosen": a in chosen} for a in archives],
        "columns": [{"title": p.title, "frozen": p.state == Period.FROZEN} for p in periods],
        "enough": len(chosen) >= FEWEST,
        "only": only,
        "chips": [
            {"title": "全部栏目", "url": f"{address}?{urlencode(asked)}", "here": not only},
            {
                "title": "只看不同",
                "url": f"{address}?{urlencode([*asked, ('only', 'differing')])}",
                "here": only,
                "count": sum(row["differs"] for g in found for row in g["rows"]),
            },
        ],
        "past": past_of(request),
        "as_of": as_asked().get(AS_OF),
        "groups": [kept for g in found if (kept := _kept(g, only))["rows"]],
    }
    return page(request, "households/compare.html", context)


def side_by_side(facts: Iterable[Fact], rows: Rows) -> list[dict[str, Any]]:
    """One line a fact: its value in every row, and whether they differ. A row that does not stand tells nothing and differs from none."""
    return [_line(fact, rows) for fact in facts]


def _chosen(archives: list[HouseholdPeriod], asked: list[str]) -> list[HouseholdPeriod]:
    """The archives asked for, the oldest first; the newest two where fewer are."""
    wanted = [a for a in archives if a.period.key in asked][:MOST]
    return list(reversed(wanted if len(wanted) >= FEWEST else archives[:FEWEST]))


def _household_groups(archives: list[HouseholdPeriod]) -> list[dict[str, Any]]:
    sections = dict.fromkeys(f.section for f in HOUSEHOLD_FACTS)
    return [_group(SECTIONS[name], [f for f in HOUSEHOLD_FACTS if f.section == name], archives) for name in sections]


def _member_groups(household: Any, periods: list[Period]) -> list[dict[str, Any]]:
    """One group a person who was a member in any of the periods: whether he was there, his relation, and what was surveyed."""
    there: dict[int, dict[int, Membership]] = {}
    names: dict[int, str] = {}
    for period in periods:
        for member in members_of(household, period):
            if member.add_on is None or member.add_on <= period.reference_on:
                there.setdefault(member.person_id, {})[period.pk] = member
                names[member.person_id] = member.person.name
    surveyed = {(a.person_id, a.period_id): a for a in MemberPeriod.objects.filter(person__in=there, period__in=periods)}
    return [
        _member_group(names[pk], [held.get(p.pk) for p in periods], [surveyed.get((pk, p.pk)) for p in periods])
        for pk, held in there.items()
    ]


def _member_group(name: str, members: Rows, archives: Rows) -> dict[str, Any]:
    relations = [showing.label("relation", m.relation) if m else AWAY for m in members]
    first = {"label": "与户主关系", "unit": "", "values": relations, "differs": len(set(relations)) > 1}
    group = _group(f"成员 {name}", MEMBER_FACTS, [a if m else None for m, a in zip(members, archives, strict=True)])
    return {**group, "rows": [first, *group["rows"]]}


def _group(title: str, facts: Iterable[Fact], rows: Rows, *, told_only: bool = False) -> dict[str, Any]:
    lines = side_by_side(facts, rows)
    return {"title": title, "rows": [ln for ln in lines if not told_only or any(v is not None for v in ln["values"])]}


def _line(fact: Fact, rows: Rows) -> dict[str, Any]:
    stored = {_comparable(getattr(row, fact.name)) for row in rows if row is not None}
    values = [showing.shown(fact, row) if row is not None else None for row in rows]
    return {"label": fact.zh, "unit": showing.unit(fact), "values": values, "differs": len(stored) > 1}


def _comparable(value: Any) -> Any:
    """Equal secrets seal to equal bytes; blank text is as unknown as none."""
    return bytes(value) if isinstance(value, memoryview) else None if value == "" else value


def _kept(group: dict[str, Any], only: bool) -> dict[str, Any]:
    return {**group, "rows": [row for row in group["rows"] if row["differs"] or not only]}
