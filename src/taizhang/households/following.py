"""Rows that follow a change of areas (区划变更): set-wise, one statement a table, inside the posting that writes the event.

Which tables follow is read off the models: every business table with an `area` that speaks of a household or a person. A row without a
period stands now and follows. A row of a period follows while the period is open and its 标准时点 is not before the event's day: what was
surveyed as of an earlier day keeps the codes of that day, and so older figures still add up (`places.changes.codes_at` carries them over).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from taizhang.accounts import access
from taizhang.households.models import Household, Period, PeriodFreeze, Person
from taizhang.journal.models import Posted
from taizhang.kernel.areas import subtree
from taizhang.places.models import PlaceChange

BESIDE: "list[Callable[[int], dict[str, int]]]" = []
"""What follows in the rooms above, given an event: each adds its own when it starts, for this one cannot ask them."""
Watch = Callable[[int, int], None]  # told how many tables have followed, of how many; it may raise
LINES = f"{PlaceChange._meta.db_table} c where c.event = %s"
NEW_CODE = (
    f"coalesce((select c.new_code from {LINES} and c.level in ('village', 'group') and c.old_code = area),"  # noqa: S608
    f" (select c.new_code || substr(area, 13) from {LINES} and c.level = 'village' and c.old_code = substr(area, 1, 12)))"
)


def followers() -> Iterator[tuple[type[Model], bool]]:
    """Every table that follows, and whether its rows belong to a period."""
    for model in apps.get_models():
        if not issubclass(model, Posted):
            continue
        fields = {f.column: f for f in model._meta.concrete_fields}
        about = model in (Household, Person) or any(f.related_model in (Household, Person) for f in fields.values())
        if about and "area" in fields:
            yield model, "period_id" in fields


def periods_that_follow(on: date) -> list[Period]:
    """The open periods whose reference day is not before the day of an event, the newest first.

    Cost     1 query
    """
    return list(Period.objects.filter(state=Period.OPEN, reference_on__gte=on).order_by("-reference_on"))


def unwatched(done: int, total: int) -> None:
    """Nobody looks."""


def follow_event(event: int, periods: Sequence[Period], watch: Watch = unwatched) -> dict[str, int]:
    """Give every row that stands in an area of an event the code that the event tells. What is frozen by itself in a period stays.

    Progress is told in tables: to count the rows first would take half as long as to move them.

    Writes   a new version of each row that moves
    Gives    rows by table, tables without any left out
    Cost     1 query, and 1 statement a table; by index, O(rows that move)
    """
    of_periods = _of_periods([p.pk for p in periods])
    tables, moved = list(followers()), dict[str, int]()
    total = len(tables) + len(BESIDE)
    for done, (model, of_period) in enumerate(tables):
        watch(done, total)
        moved[model._meta.db_table] = _move(model, event, *(of_periods if of_period else ("", [])))
    for done, follows in enumerate(BESIDE, start=len(tables)):
        watch(done, total)
        moved |= follows(event)
    watch(total, total)
    return {table: rows for table, rows in moved.items() if rows}


def _of_periods(periods: list[int]) -> tuple[str, list[Any]]:
    """The condition that a row belongs to no period or to one that follows, outside of what is frozen by itself, with its values."""
    if not periods:
        return " and t.period_id is null", []
    said = f" and (t.period_id is null or t.period_id in ({', '.join(['%s'] * len(periods))}))"
    values: list[Any] = list(periods)
    for period, area in PeriodFreeze.objects.filter(period__in=periods, lifted=False).values_list("period", "area"):
        said += " and not (t.period_id = %s and t.area >= %s and t.area < %s)"
        values += [period, *(access.EVERYTHING if area == access.NATION else subtree(area))]
    return said, values


def _move(model: type[Model], event: int, kept: str, values: list[Any]) -> int:
    table = model._meta.db_table
    # letters sort after digits in every collation: from a code up to the code with a letter behind it is the area and all below
    inside = (
        f"select t.id from place_change c join {table} t on t.area >= c.old_code and t.area < c.old_code || 'A'"  # noqa: S608 - names of our own tables
        f" where c.event = %s and c.level in ('village', 'group') and c.old_code <> c.new_code{kept}"
    )
    statement = f"update {table} set area = {NEW_CODE}, version = version + 1, came_from = '' where id in ({inside})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [event, event, event, *values])
        return int(cursor.rowcount)
