"""The register as it stood on a day or at a position of the journal (截至某日), for an area or for all.

Every table that speaks of a household, a person or an area is laid out; accounts and grants are not: who may look is who may look now.
The names of places follow the day (`places` keeps them by day).
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from django.db import connection

from taizhang.accounts.access import NATION
from taizhang.households.models import Household, HouseholdPeriod, Membership, Person
from taizhang.journal.models import Posted
from taizhang.journal.moments import Moment
from taizhang.journal.past import changes_since, moved_from, moved_out_of, real, standing_at, stood_at
from taizhang.journal.triggers import posted_models
from taizhang.kernel.areas import subtree

ENTRIES_EACH = 15  # looks at the journal for one household with its members: more changes than that make the whole dearer than an area
LARGEST = 100_000  # households of an area that are counted
NOT_OF_THE_REGISTER = ("accounts", "places")
OF_THE_USER = ("saved_query",)  # tools of whoever asks now


def register_at(moment: Moment, area: str = "") -> AbstractContextManager[Moment]:
    """Inside, every list, count, page and export reads the register as it stood.

    `area` says that only this area is asked about: what the households of other areas were need not be there.

    Cost     the rows of the area, or the changes since where there are few or no area is named
    """
    part = None if area in ("", NATION) or _cheaper_whole(moment, *subtree(area)) else partial(_part, subtree(area))
    return standing_at(moment, register_models(), part)


def _cheaper_whole(moment: Moment, low: str, high: str) -> bool:
    here = Household.objects.filter(area__gte=low, area__lt=high)[:LARGEST].count()
    return changes_since(moment.position) <= ENTRIES_EACH * here


def register_about(moment: Moment, row: Posted) -> AbstractContextManager[Moment]:
    """Inside, what has to do with one person, or one helper, stands as it stood: the households that he ever belonged to or helped, their
    members, and what hangs on either. Of other households nothing is there.

    Cost     the rows of those households
    """
    return standing_at(moment, register_models(), partial(_part_about, row))


def register_models() -> list[type[Posted]]:
    """Every journalled table of the register."""
    return [m for m in posted_models() if m._meta.app_label not in NOT_OF_THE_REGISTER and m._meta.db_table not in OF_THE_USER]


def archives_then(moment: Moment, period: int, low: str, high: str, width: int) -> dict[str, int]:
    """How many valid archives of a period stood in areas from one code up to another, by the leading digits of the area: without laying
    anything out, since it is enough that a row was there, counted, and somewhere.

    Cost     1 query, which asks the journal's index once for each archive
    """
    table, position = real(HouseholdPeriod), int(moment.position)
    noted = (
        "select m.pk, m.col, m.was from journal_moved m where m.id in (select min(x.id) from journal_moved x"  # noqa: S608 - whole numbers
        " join journal_schema s on s.id = x.schema_id join journal_receipt r on r.tx_id = x.tx_id"
        f" where s.tbl = 'household_period' and x.col in ('area', 'valid') and r.position > {position} group by x.pk, x.col)"
    )
    stood = stood_at(HouseholdPeriod, "t.id", position)
    was_valid = "coalesce(v.was, case when t.valid then '1' else '0' end) = '1'"
    with connection.cursor() as cursor:
        cursor.execute(
            f"with noted as ({noted}) select substr(area, 1, %s) as stem, count(*) from ("  # noqa: S608 - our own names
            f"select t.area from {table} t where t.period_id = %s and t.area >= %s and t.area < %s and t.valid and {stood}"
            " and t.id not in (select pk from noted)"
            " union all select coalesce(a.was, t.area) as area from (select distinct pk from noted) n"
            f" join {table} t on t.id = n.pk left join noted a on a.pk = t.id and a.col = 'area'"
            " left join noted v on v.pk = t.id and v.col = 'valid'"
            f" where t.period_id = %s and coalesce(a.was, t.area) >= %s and coalesce(a.was, t.area) < %s and {was_valid} and {stood}"
            ") w group by stem",
            [width, period, low, high, period, low, high],
        )
        return dict(cursor.fetchall())


def _part(area: tuple[str, str], cursor: Any) -> Mapping[type[Posted], str]:
    """The numbers of the rows of an area: its households now and then, their members, and whatever hangs on either. What hangs on neither
    (periods, helpers, teams) is little, and laid out whole: it may stand in other areas."""
    low, high = area
    stood = f"was >= '{low}' and was < '{high}'"
    stands = f"area >= '{low}' and area < '{high}'"

    def inside(model: type[Posted], column: str = "id") -> str:
        table = model._meta.db_table
        moved = moved_from(model, "area", stood)
        there = f"select {column} as id from {table} where {stands}"  # noqa: S608 - codes and our own names
        return f"{there} union select {column} as id from {table} where id in ({moved})"  # noqa: S608

    periods = "period_id in (select id from period) and"
    archives = (
        f"select household_id as id from household_period where {periods} {stands}"  # noqa: S608
        f" union select household_id as id from household_period where id in ({moved_from(HouseholdPeriod, 'area', stood)})"
    )
    return _of_households(cursor, f"{inside(Household)} union {archives}", inside(Person))


def _part_about(row: Posted, cursor: Any) -> Mapping[type[Posted], str]:
    """The numbers of the rows that have to do with one row: the households that stood beside it in any row, now or once."""
    cursor.execute("create temporary table tz_about (id bigint primary key)")
    cursor.execute("insert into tz_about values (%s)", [row.pk])
    beside = ["select id from tz_about where 1 = 0"]
    for model in register_models():
        to = {f.related_model: str(f.column) for f in model._meta.concrete_fields if f.is_relation}
        if type(row) in to and Household in to:
            rows, column = _hanging(model, to[type(row)], "tz_about"), to[Household]
            beside.append(f"select {column} as id from {model._meta.db_table} where id in ({rows})")  # noqa: S608 - our own names
            beside.append(moved_out_of(model, column, rows))
    itself = "select id from tz_about" if isinstance(row, Person) else "select id from tz_about where 1 = 0"
    return _of_households(cursor, " union ".join(beside), itself)


def _of_households(cursor: Any, households: str, persons: str) -> Mapping[type[Posted], str]:
    """The rows of some households and persons, of the households' members, and of whatever hangs on either."""
    _keys(cursor, "tz_households", households)
    members = _hanging(Membership, "household_id", "tz_households")
    _keys(cursor, "tz_persons", f"{persons} union select person_id as id from membership where id in ({members})")  # noqa: S608
    return {model: select for model in register_models() if (select := _select(model))}


def _keys(cursor: Any, name: str, select: str) -> None:
    cursor.execute(f"create temporary table {name} (id bigint primary key)")
    cursor.execute(f"insert into {name} select distinct id from ({select}) w")  # noqa: S608 - our own names


def _select(model: type[Posted]) -> str:
    if model is Household:
        return "select id from tz_households"
    if model is Person:
        return "select id from tz_persons"
    columns = {f.column: f.related_model for f in model._meta.concrete_fields if f.is_relation}
    keys: dict[Any, str] = {Household: "tz_households", Person: "tz_persons"}
    hanging = [_hanging(model, str(column), keys[related]) for column, related in columns.items() if related in keys]
    return " union ".join(hanging)


def _hanging(model: type[Posted], column: str, keys: str) -> str:
    """The rows that hang on some keys, now or once."""
    moved = moved_from(model, column, f"was in (select cast(id as varchar(20)) from {keys})")  # noqa: S608 - our own names
    return f"select id from {model._meta.db_table} where {column} in (select id from {keys}) union {moved}"  # noqa: S608
