"""The statements that carry archives of an older period into a newer one as drafts (结转), set-wise: two of them.

Carried: of each household on the register everything that was surveyed of it and does not belong to one window, with the head and the
number of members of today; of each open membership what was surveyed of the person. All of it as drafts: nobody has looked at it yet.

Not carried, and why: income with its worksheet, work months, work spells and plans to work (of the older window); the day of the survey and
the head's signature (there has been no survey yet); how a household was identified (it happened in the older period); archives of closed
households and of persons who left.

Measures (到户措施) are not carried either, not even those that still run. A measure is what was done for a household in one period: offices
fill them in year by year (archives.md 3.2 [S10]), its money is that of the period, and what is counted from measures, such as 当年贷款户
(1.8 ADA020), is counted by period: carried over, a grant would be paid twice. Who still receives it is told anew with the new money.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from taizhang.accounts import access
from taizhang.households.models import Period
from taizhang.households.writing import HOUSEHOLD_COLUMNS, MEMBER_COLUMNS
from taizhang.kernel.areas import subtree
from taizhang.policy.archive import WORK_PLAN, facts_in

NOT_CARRIED = frozenset({*(fact.name for fact in facts_in("income")), *WORK_PLAN, "work_months", "surveyed_on", "head_signature"})
"""Facts of the archives that belong to one window or to one survey."""
OF_TODAY = "member_count"
BESIDE: "list[Callable[[Period, Period, str], int]]" = []
"""What the rooms above carry with a period, given (old, new, within): each adds its own when it starts, for this one cannot ask them."""


def carry_households(old: Period, new: Period, within: str) -> int:
    """Archives of households that are on the register, with the head and the number of members as they stand now.

    Gives    how many were carried
    Cost     1 statement
    """
    columns = _names(name for name in HOUSEHOLD_COLUMNS if name not in NOT_CARRIED and name != OF_TODAY)
    carried = ", ".join(f"p.{name}" for name in columns)
    inside, bounds = _inside("h", within)
    _measure("household", "household_period", "membership", "person")
    return _run(
        "insert into household_period (household_id, period_id, area, version, came_from, draft, valid, head_name, head_initials,"  # noqa: S608 - names of our own columns only
        f" {OF_TODAY}, {', '.join(columns)})"
        " select p.household_id, %s, h.area, 1, '', %s, %s, coalesce(n.name, ''), coalesce(n.initials, ''),"
        f" (select count(*) from membership o where o.household_id = h.id and o.open), {carried}"
        " from household_period p join household h on h.id = p.household_id"
        " left join membership m on m.household_id = h.id and m.open and m.relation = 'head'"
        " left join person n on n.id = m.person_id"
        f" where p.period_id = %s and h.closed = ''{inside}"
        " and not exists (select 1 from household_period e where e.household_id = p.household_id and e.period_id = %s) order by p.id",
        [new.pk, True, True, old.pk, *bounds, new.pk],
    )


def carry_members(old: Period, new: Period, within: str) -> int:
    """Archives of the members of today, of households that have one in the new period.

    Gives    how many were carried
    Cost     1 statement
    """
    columns = _names(name for name in MEMBER_COLUMNS if name not in NOT_CARRIED)
    carried = ", ".join(f"p.{name}" for name in columns)
    inside, bounds = _inside("m", within)
    _measure("household_period", "member_period")
    return _run(
        f"insert into member_period (person_id, period_id, area, version, came_from, draft, {', '.join(columns)})"  # noqa: S608 - names of our own columns only
        f" select p.person_id, %s, m.area, 1, '', %s, {carried} from member_period p"
        " join membership m on m.person_id = p.person_id and m.open"
        " join household_period k on k.household_id = m.household_id and k.period_id = %s"
        f" where p.period_id = %s{inside}"
        " and not exists (select 1 from member_period e where e.person_id = p.person_id and e.period_id = %s) order by p.id",
        [new.pk, True, new.pk, old.pk, *bounds, new.pk],
    )


def carry_beside(old: Period, new: Period, within: str) -> int:
    """Archives of the rooms above, such as those of villages.

    Gives    how many were carried
    """
    return sum(carry(old, new, within) for carry in BESIDE)


def _inside(row: str, within: str) -> tuple[str, list[str]]:
    """An area as a condition on a table's column."""
    if not within or within == access.NATION:
        return "", []
    return f" and {row}.area >= %s and {row}.area < %s", list(subtree(within))


def _names(facts: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in facts]


def _measure(*tables: str) -> None:
    """Tell PostgreSQL how large its tables are now: right after a large import it would take them for empty, and look through the rows
    that are being carried once for each of them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"analyze {', '.join(tables)}")


def _run(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
