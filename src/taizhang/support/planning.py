"""What a wish for a pairing does to the pairings that stand: nothing, an end, a new row, or an end and a new row. Pure.

Days are half open: a pairing holds from its first day and no longer on its last, so one ends on the day on which the next begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

SAME, NEW, CHANGE, END, REFUSED = "same", "new", "change", "end", "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """A pairing that stands, or (`pk` 0) one that an earlier wish of the same batch adds."""

    pk: int
    version: int
    helper: int
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Wish:
    """That a helper be paired with a household from a day on. Without `to_on` it holds until further notice; without `from_on` the wish
    speaks of a pairing that stands. `exact`: a sheet says so; a first day that differs from the register's is then no small matter."""

    helper: int
    from_on: date | None
    to_on: date | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What a wish comes to. `closes` are rows that end on `on`; `adds` a row; `why` says in Chinese why a wish is refused."""

    kind: str
    closes: tuple[Row, ...] = ()
    on: date | None = None
    adds: Row | None = None
    why: str = ""


@dataclass(slots=True)
class Plan:
    """The steps of all wishes of one household in one capacity, in their order."""

    steps: list[Step] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def plan_of(rows: Sequence[Row], wishes: Iterable[Wish]) -> Plan:
    """Take wishes one after another, each upon what the earlier ones leave."""
    plan = Plan(rows=sorted(rows, key=lambda r: (r.from_on, r.pk)))
    for wish in wishes:
        step = step_of(plan.rows, wish)
        plan.steps.append(step)
        closed = {id(row) for row in step.closes}
        plan.rows = [replace(row, to_on=step.on) if id(row) in closed else row for row in plan.rows]
        if step.adds is not None:
            plan.rows = sorted([*plan.rows, step.adds], key=lambda r: (r.from_on, r.pk))
    return plan


def step_of(rows: Sequence[Row], wish: Wish) -> Step:
    """What one wish does to the valid pairings of one household in one capacity."""
    if wish.from_on is not None and wish.to_on is not None and wish.to_on < wish.from_on:
        return Step(REFUSED, why="结对结束日期早于开始日期,请核对")
    known = _spoken_of(rows, wish)
    if known is not None and wish.exact and wish.from_on not in (None, known.from_on):
        return Step(REFUSED, why=f"名册上与此人{span(known)}结对,开始日期与表中不同;开始日期不能改,登记有误的请作废后重新结对")
    if known is not None:
        return _ended(known, wish)
    if wish.from_on is None:
        return Step(REFUSED, why="没有结对开始日期:换人或新结对都要写明从哪一天起")
    overlapping = [row for row in rows if _overlap(row, wish)]
    closable = [row for row in overlapping if row.to_on is None and wish.to_on is None and row.from_on <= wish.from_on and row.pk]
    if len(closable) < len(overlapping):
        other = next(row for row in overlapping if row not in closable)
        return Step(REFUSED, why=f"与已有的结对重叠:{span(other)}已有帮扶责任人,请核对日期")
    adds = Row(0, 0, wish.helper, wish.from_on, wish.to_on)
    return Step(CHANGE, tuple(closable), wish.from_on, adds) if closable else Step(NEW, adds=adds)


def span(row: Row) -> str:
    """From when to when, in words."""
    return f"{row.from_on}至{row.to_on}" if row.to_on else f"{row.from_on}起"


def holds(row: Row, on: date) -> bool:
    """Whether a pairing holds on a day."""
    return row.from_on <= on and (row.to_on is None or on < row.to_on)


def _spoken_of(rows: Sequence[Row], wish: Wish) -> Row | None:
    """The pairing with the same helper that a wish speaks of: the one of that day, or the one that stands."""
    own = [row for row in rows if row.helper == wish.helper]
    if wish.from_on is None:
        return next((row for row in own if row.to_on is None), None)
    if same_day := [row for row in own if row.from_on == wish.from_on]:
        return same_day[-1]
    standing = (row for row in own if row.to_on is None and wish.to_on is None and (wish.exact or row.from_on < wish.from_on))
    return next(standing, None)


def _ended(row: Row, wish: Wish) -> Step:
    """A wish about a pairing that is known: it stands as it is, or it ends."""
    if wish.to_on == row.to_on or (wish.to_on is None and row.to_on is None):
        return Step(SAME)
    if row.to_on is not None:
        return Step(REFUSED, why=f"这次结对{span(row)},已经结束,不能再改")
    if wish.to_on is None or wish.to_on < row.from_on:
        return Step(REFUSED, why="结对结束日期早于开始日期,请核对")
    return Step(END, (row,), wish.to_on)


def _overlap(row: Row, wish: Wish) -> bool:
    """Whether the days of a row and of a wish meet; an empty row (ended on its first day) meets nothing."""
    if wish.from_on is None or row.from_on == row.to_on:
        return False
    if wish.to_on is not None and (wish.from_on == wish.to_on or wish.to_on <= row.from_on):
        return False
    return row.to_on is None or wish.from_on < row.to_on
