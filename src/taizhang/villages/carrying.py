"""Archives of villages and natural villages carried into a newer period as drafts (结转), set-wise: two statements.

Carried: everything surveyed that does not belong to one window, and what a decision changed. Not carried: incomes of the older window, and
who surveyed when. Natural villages that are closed are left. What the newer period has already stays as it is.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from taizhang.accounts import access
from taizhang.households.models import Period
from taizhang.kernel.areas import subtree
from taizhang.policy.archive import NATURAL_VILLAGE_FACTS, VILLAGE_FACTS, facts_in

NOT_CARRIED = frozenset(
    {*(fact.name for fact in facts_in("v_income")), "v_tourism_hh_yuan", "v_med_aid_times", *(fact.name for fact in facts_in("v_survey"))}
)
"""Facts that belong to one window or to one survey."""


def carry_villages(old: Period, new: Period, within: str) -> int:
    """Copy the archives of villages and of natural villages, inside the open posting; `within` as in `roll_over_period`.

    Writes   1 village_period and 1 nv_period for each archive carried
    Gives    how many were carried
    Cost     2 statements
    """
    return _carry_villages(old, new, within) + _carry_natural_villages(old, new, within)


def _carry_villages(old: Period, new: Period, within: str) -> int:
    columns = _names(fact.name for fact in VILLAGE_FACTS if fact.name not in NOT_CARRIED)
    inside, bounds = _inside(within)
    return _run(
        f"insert into village_period (period_id, area, version, came_from, draft, {', '.join(columns)})"  # noqa: S608 - names of our own columns only
        f" select %s, p.area, 1, '', %s, {', '.join(f'p.{name}' for name in columns)} from village_period p"
        f" where p.period_id = %s{inside}"
        " and not exists (select 1 from village_period n where n.period_id = %s and n.area = p.area) order by p.id",
        [new.pk, True, old.pk, *bounds, new.pk],
    )


def _carry_natural_villages(old: Period, new: Period, within: str) -> int:
    columns = _names(fact.name for fact in NATURAL_VILLAGE_FACTS)
    inside, bounds = _inside(within)
    return _run(
        f"insert into nv_period (natural_village_id, period_id, area, version, came_from, draft, {', '.join(columns)})"  # noqa: S608 - names of our own columns only
        f" select p.natural_village_id, %s, v.area, 1, '', %s, {', '.join(f'p.{name}' for name in columns)} from nv_period p"
        " join natural_village v on v.id = p.natural_village_id and v.closed_on is null"
        f" where p.period_id = %s{inside}"
        " and not exists (select 1 from nv_period n where n.natural_village_id = p.natural_village_id and n.period_id = %s) order by p.id",
        [new.pk, True, old.pk, *bounds, new.pk],
    )


def _inside(within: str) -> tuple[str, list[str]]:
    if not within or within == access.NATION:
        return "", []
    return " and p.area >= %s and p.area < %s", list(subtree(within))


def _names(facts: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in facts]


def _run(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
