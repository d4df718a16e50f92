"""Dated events on places (并村, 改名, 撤并, 划转), and the way of old figures through them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from taizhang.journal.bulk import change_rows, take_ids, write_rows
from taizhang.journal.posting import Actor, Cause, posting
from taizhang.kernel import areas
from taizhang.places.levels import with_parents
from taizhang.places.models import Place, PlaceChange
from taizhang.places.moves import Move, MoveRefused, Planned, Standing, plan, roots
from taizhang.places.services import COLUMNS, COUNTRY
from taizhang.places.spelling import spelled
from taizhang.places.tree import range_of

LINE = ("id", "version", "came_from", "event", "kind", "changed_on", "level", "old_code", "new_code", "new_name", "reason", "document")


class BackwardRefused(Exception):
    """Codes are followed forward only: several areas may have become one, and nothing tells which a figure came from."""


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event: its kind, its first day, what becomes what, and the paper that orders it."""

    kind: str
    on: date
    moves: tuple[Move, ...]
    document: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an event will do: its lines, and the places that it was planned on."""

    lines: tuple[Planned, ...]
    standing: dict[tuple[str, str], Standing]

    @property
    def area(self) -> str:
        """The area of the posting: the county of every line, or the whole country."""
        counties = {areas.county_of(code) or COUNTRY for line in self.lines for code in (line.old_code, line.new_code)}
        return counties.pop() if len(counties) == 1 else COUNTRY


def plan_event(event: Event) -> Plan:
    """What an event will do; nothing is written.

    Raises   MoveRefused
    Cost     1 query for each area named
    """
    standing = _standing(event.moves)
    return Plan(tuple(plan(event.kind, event.on, event.moves, standing)), standing)


def write_event(planned: Plan, event: Event, *, tx: int, reason: str) -> None:
    """Write a planned event inside the open posting `tx`.

    Writes   1 place closed and 1 opened for each area that changes, 1 place_change for each line, carried ones too
    Raises   MoveRefused when a place was changed meanwhile
    """
    _close(planned.lines, planned.standing, event.on)
    _open(planned.lines, planned.standing, event)
    _note(planned.lines, event, tx, reason)


def change_places(*, by: Actor, at: datetime, cause: Cause, event: Event) -> int:
    """Change areas on a day: old ones are closed, new ones stand from then, and what lies below moves along with its last digits.

    Needs    nothing here: the caller has asked for permission over every old and new area
    Writes   what `write_event` writes; 1 posting
    Raises   MoveRefused, before anything is written
    Gives    the number of lines
    """
    planned = plan_event(event)
    with posting(by=by, at=at, cause=cause, area=planned.area) as opened:
        write_event(planned, event, tx=opened.tx, reason=cause.reason)
    return len(planned.lines)


def codes_at(codes: Iterable[str], from_day: date, to_day: date, level: str | None = None) -> dict[str, str]:
    """The codes under which areas of `from_day` stand on `to_day`: through chains of events, and several old ones to one.

    A code stands for the level its digits show; give `level` for 东莞 and the like.

    Raises   BackwardRefused
    Cost     1 query, O(codes + lines of events between the days)
    """
    if to_day < from_day:
        raise BackwardRefused(
            f"区划只能由早到晚换算:{from_day.isoformat()} 的口径不能换算到更早的 {to_day.isoformat()},请改用较晚日期的区划口径"
        )
    now = {code: code for code in codes}
    levels = {code: level or areas.level_of(code).name.lower() for code in now}
    for moved in _events(from_day, to_day):
        now = {code: moved.get((levels[code], stands), stands) for code, stands in now.items()}
    return now


def follow(code: str, since: date, level: str | None = None) -> str:
    """The code under which an area of a day stands after every event known.

    Cost     1 query
    """
    return codes_at([code], since, date.max, level)[code]


def _events(from_day: date, to_day: date) -> list[dict[tuple[str, str], str]]:
    """The lines of each event between two days, the oldest event first; lines of one event happen at once."""
    lines = PlaceChange.objects.filter(on__gt=from_day, on__lte=to_day).order_by("on", "event", "pk")
    found: dict[int, dict[tuple[str, str], str]] = {}
    for event, level, old, new in lines.values_list("event", "level", "old_code", "new_code"):
        found.setdefault(event, {})[level, old] = new
    return list(found.values())


def _standing(moves: Sequence[Move]) -> dict[tuple[str, str], Standing]:
    """The places in force at and below every old and new code, and those right above."""
    found: dict[tuple[str, str], Standing] = {}
    for code, level in {(code, move.level) for move in moves if areas.is_code(move.old_code) for code in roots(move)}:
        low, high = range_of(code, level)
        rows = Place.objects.filter(to_on__isnull=True, code__gte=low, code__lt=high)
        found |= {
            (row.level, row.code): Standing(row.pk, row.version, row.code, row.level, row.name, row.from_on, row.origin) for row in rows
        }
    return found


def _close(planned: Sequence[Planned], standing: dict[tuple[str, str], Standing], on: date) -> None:
    ending = {(line.level, line.old_code) for line in planned if line.closes}
    closed = change_rows(Place, ("to_on",), [(standing[key].pk, standing[key].version, on.isoformat()) for key in sorted(ending)])
    if closed < len(ending):
        raise MoveRefused("这些区划刚刚被别人改动过,请刷新后重新核对再提交")


def _open(planned: Sequence[Planned], standing: dict[tuple[str, str], Standing], event: Event) -> None:
    opening = {(line.level, line.new_code): line for line in planned if line.opens}
    if not opening:
        return
    rows = [(code, level, line.new_name, standing[level, line.old_code].origin) for (level, code), line in opening.items()]
    frame = with_parents(pl.DataFrame(rows, schema=["code", "level", "name", "origin"], orient="row"))
    same = {"version": 1, "came_from": "", "from_on": event.on.isoformat(), "to_on": None}
    whole = pl.concat([frame, spelled(frame["name"])], how="horizontal").with_columns(
        pl.Series("id", take_ids(Place, frame.height)), *(pl.lit(value).alias(name) for name, value in same.items())
    )
    write_rows(Place, COLUMNS, whole.select(COLUMNS).iter_rows())


def _note(planned: Sequence[Planned], event: Event, tx: int, reason: str) -> None:
    ids = take_ids(PlaceChange, len(planned))
    same = (tx, event.kind, event.on.isoformat())
    rows = (
        (pk, 1, "", *same, line.level, line.old_code, line.new_code, line.new_name, reason, event.document)
        for pk, line in zip(ids, planned, strict=True)
    )
    write_rows(PlaceChange, LINE, rows)
