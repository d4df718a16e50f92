"""What the register of households counts of villages and natural villages in a period: one query for a whole page.

Counted are the archives of households on the register and their members as the period tells them. Which number stands beside which typed
total is said in `policy.villages`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from taizhang.households.models import Period
from taizhang.kernel.areas import LENGTH, subtree
from taizhang.policy.ages import years_before
from taizhang.policy.archive import NATURAL_VILLAGE_FACTS, VILLAGE_FACTS
from taizhang.policy.villages import NATURAL_VILLAGE_TOTALS, VILLAGE_TOTALS, Beside, beside
from taizhang.villages.models import NaturalVillagePeriod, VillagePeriod

POOR = "a.status in ('poor', 'pre_out', 'returned')"
_LABOUR = "x.labour in ('ordinary', 'skilled', 'weak')"
_DISABLED = "x.health like '%%disabled%%'"
_LOAN, _YULU = "kind = 'finance'", "measure_item like '%%雨露%%'"
_MEMBERS = {
    "persons": "1 = 1",
    "women": "p.sex = 'female'",
    "minority_persons": "p.ethnicity <> 'han'",
    "disabled_persons": _DISABLED,
    "labour": _LABOUR,
    "away_workers": "x.work_months > 0",
    "dibao_persons": "x.dibao",
    "wubao_persons": "x.tekun",
    "med_persons": "x.med_resident",
    "pen_resident": "x.pen_resident",
    "pen_employee": "x.pen_employee",
    "pen_covered": "x.pen_resident or x.pen_employee",
    "party_members": "x.political = 'ccp_member'",
    "preschool_pupils": "x.school_status = 'kindergarten'",
    "children_3_to_5": "p.birth_date > %(six)s and p.birth_date <= %(three)s",
}
_HOUSEHOLDS = {
    "households": "1 = 1",
    "poor_households": POOR,
    "plain_poor_households": f"{POOR} and a.hh_attr = 'general_poor'",
    "dibao_poor_hh": f"{POOR} and a.hh_attr = 'dibao_poor'",
    "wubao_poor_hh": f"{POOR} and a.hh_attr = 'wubao_poor'",
    "dibao_households": "a.hh_attr in ('dibao', 'dibao_poor') or t.dibao_persons > 0",
    "wubao_households": "a.hh_attr in ('wubao', 'wubao_poor') or t.wubao_persons > 0",
    "coop_poor_hh": f"{POOR} and a.in_coop",
    "unsafe_water_hh": "not a.water_safe",
    "hard_water_hh": "a.water_hard",
    "powerless_hh": "not a.has_power",
    "unsafe_house_hh": "a.is_unsafe",
    "tv_hh": "a.has_tv",
    "loan_year_hh": "s.loans > 0",
    "loan_overdue_hh": "s.overdue > 0",
}
_OF_MEMBERS = {
    "poor_persons": ("persons", POOR),
    "plain_poor_persons": ("persons", f"{POOR} and a.hh_attr = 'general_poor'"),
    "dibao_poor_persons": ("persons", f"{POOR} and a.hh_attr = 'dibao_poor'"),
    "wubao_poor_persons": ("persons", f"{POOR} and a.hh_attr = 'wubao_poor'"),
    "disabled_poor": ("disabled_persons", POOR),
    "poor_labour": ("labour", POOR),
    "unsafe_house_poor": ("persons", f"{POOR} and a.is_unsafe"),
}
NAMES = (*_HOUSEHOLDS, *_MEMBERS, *_OF_MEMBERS, "yulu_persons")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted: of each village, and of each group of households in it by the name of their 自然村/组."""

    villages: Mapping[str, Mapping[str, int]]
    groups: Mapping[tuple[str, str], Mapping[str, int]]


def counted(period: Period, area: str) -> Counted:
    """`counted_within` for an area."""
    return counted_within(period, *subtree(area))


def counted_within(period: Period, low: str, high: str) -> Counted:
    """Count the households and members of every village of a range of codes, as the archives of a period tell them.

    Gives    zero for what is there and counts nobody; a village without any household is absent
    Cost     1 query; by index, O(households of the range)
    """
    on = period.reference_on
    told = {"period": period.pk, "low": low, "high": high, "on": on, "three": years_before(on, 3), "six": years_before(on, 6)}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, told)
        rows = cursor.fetchall()
    groups = {(village, group): dict(zip(NAMES, (int(n or 0) for n in numbers), strict=True)) for village, group, *numbers in rows}
    villages: dict[str, dict[str, int]] = {}
    for (village, _), numbers in groups.items():
        kept = villages.setdefault(village, dict.fromkeys(NAMES, 0))
        for name, number in numbers.items():
            kept[name] += number
    return Counted(villages, groups)


def beside_village(archive: VillagePeriod | None, counts: Mapping[str, int]) -> dict[str, Beside]:
    """The totals of a village, typed beside counted."""
    return beside(VILLAGE_TOTALS, _typed(archive, VILLAGE_FACTS), counts)


def beside_natural_village(archive: NaturalVillagePeriod | None, counts: Mapping[str, int]) -> dict[str, Beside]:
    """The totals of a natural village, typed beside counted."""
    return beside(NATURAL_VILLAGE_TOTALS, _typed(archive, NATURAL_VILLAGE_FACTS), counts)


def _typed(archive: Any, facts: Any) -> dict[str, Any]:
    return {} if archive is None else {fact.name: getattr(archive, fact.name) for fact in facts}


def _sum(condition: str, what: str = "1") -> str:
    return f"sum(case when {condition} then {what} else 0 end)"


_MEMBER_SUMS = ", ".join(f"{_sum(condition)} as {name}" for name, condition in _MEMBERS.items())
_SUMS = ", ".join(
    [
        *(_sum(condition) for condition in _HOUSEHOLDS.values()),
        *(f"coalesce(sum(t.{name}), 0)" for name in _MEMBERS),
        *(_sum(condition, f"coalesce(t.{name}, 0)") for name, condition in _OF_MEMBERS.values()),
        "coalesce(sum(s.yulu), 0)",
    ]
)
_SQL = (
    f"select substr(a.area, 1, {LENGTH}), h.group_name, {_SUMS} from household_period a"  # noqa: S608 - names of our own columns only
    " join household h on h.id = a.household_id"
    f" left join (select m.household_id, {_MEMBER_SUMS} from membership m join person p on p.id = m.person_id"
    " left join member_period x on x.person_id = m.person_id and x.period_id = %(period)s"
    " where (m.open or m.drop_on > %(on)s) and m.area >= %(low)s and m.area < %(high)s group by m.household_id) t"
    " on t.household_id = a.household_id"
    f" left join (select household_id, {_sum(_LOAN)} as loans, {_sum('fin_overdue')} as overdue,"
    f" count(distinct case when {_YULU} then person_id end) as yulu from measure"
    " where period_id = %(period)s and area >= %(low)s and area < %(high)s and not withdrawn group by household_id) s"
    " on s.household_id = a.household_id"
    " where a.period_id = %(period)s and a.area >= %(low)s and a.area < %(high)s and a.valid"
    f" group by substr(a.area, 1, {LENGTH}), h.group_name"
)
