"""Grains whose line is one row of one table: a village, a natural village, a pairing … Reading, comparing, refusing, writing and giving out
are the same for all of them; a grain of this kind says what its table is and how a line finds its row.

    class OfVillage(OneRow):
        key, home, model, facts = "village", "village", VillagePeriod, VILLAGE_FACTS
        def standing(...) -> the rows that the lines speak of
        def add(...)      -> new rows
        def outgoing(...) -> the lines of an export
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import Period
from taizhang.households.query import BadQuery
from taizhang.households.sealing import seal_lines
from taizhang.households.services.common import DRAFT
from taizhang.households.services.refusals import LostRace, OutsideWindow
from taizhang.households.services.windows import insist_on_windows
from taizhang.intake import refusing
from taizhang.intake.areas import with_area
from taizhang.intake.cells import Checked, Picked, framed, read_cells
from taizhang.intake.grains.base import Home, Once, Outgoing
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import BLOCKED, CHANGE, CONFLICT, KINDS, NEW, SAME, Proposals
from taizhang.intake.reach import may_write, scope_below
from taizhang.journal.models import Posted
from taizhang.kernel.findings import Severity
from taizhang.kernel.ledgers import ROW, SHEET, Ledger
from taizhang.policy.archive import Fact

GROUP, CAME_FROM = writing.GROUP, writing.CAME_FROM
LINE_KEY = "line.key"  # what a line speaks of: two lines with the same key are one too many
ROW_ID, ROW_VERSION, ROW_AREA = "row_id", "row_version", "row_area"
OUTSIDE, NOT_YOURS = "不在您的管辖区域以内", "您的岗位不能修改这张台账的内容"
NO_CONDITIONS = "这张台账只按期次和区划导出,不能再加查询条件"
RECORDED = "line.recorded"  # the row of an act that was done already, where a line tells of it by the day on which it was done
Refusal = tuple[pl.Expr, pl.Expr]


class OneRow:
    """A grain of one row a line. `keyed_by` are the fields that name the row; together they are its `line.key`."""

    key: str
    home: str
    model: type[Posted]
    facts: tuple[Fact, ...]
    keyed_by: tuple[str, ...] = ("key.area",)
    key_heading = "行政村"
    twice = "前面的行里已经填过,同一对象只能出现一次"
    correct: Permission = Permission.HOUSEHOLD_CORRECT  # what a user needs to change such a row
    operation = ""  # the operation whose windows bind such a sheet; "" none
    locked: Permission | None = None  # what he needs to change a locked fact; None: no sheet can
    needs: tuple[Permission, ...] = ()
    says: Mapping[str, str] = {}
    own = False
    confirms = True  # what such a sheet tells of a draft is a survey: it is a draft no more
    known = ROW_ID
    same = ("kind", "why", "key.area", ROW_ID)

    @cached_property
    def homes(self) -> Mapping[str, Home]:
        """The one table."""
        return {self.home: Home(self.model, ROW_ID, ROW_VERSION, {f.name: f.kind for f in self.facts})}

    @cached_property
    def once(self) -> Once:
        """One line a thing, over all sheets of a workbook."""
        return Once(LINE_KEY, self.key_heading, "line.twice", self.twice)

    # ---- what each grain of this kind gives

    def standing(self, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
        """The rows that the lines speak of: `line.key`, `row_id`, `row_version`, `row_area` and ``now.HOME.FACT``.

        Cost     few queries for all lines
        """
        raise NotImplementedError

    def add(self, fresh: pl.DataFrame, period: Period) -> None:
        """Write the rows of new lines, inside the open posting."""
        raise NotImplementedError

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """The lines of an order."""
        raise NotImplementedError

    def title(self, line: Mapping[str, Any]) -> str:
        """What a line is called."""
        return str(line.get("key.village") or line.get("key.area") or "")

    def refusals(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """Further reasons why a line cannot be taken, in the order in which a person wants to hear them."""
        return ()

    # ---- what is the same for all

    def check(self, *, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked], ledger: Ledger) -> Checked:
        """Every line by itself."""
        lines, findings = read_cells(sheet=sheet, body=body, picked=picked, ledger=ledger)
        lines = seal_lines(lines, [c.field for c in ledger.columns if c.secret]).with_row_index(GROUP).cast({GROUP: pl.Int64})
        findings += [check(lines) for check in ledger.checks]
        return Checked(lines, pl.concat(findings).sort("row", maintain_order=True))

    def place(self, lines: pl.DataFrame, by: User, area: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The village of each line and its `line.key`; lines that speak of what an earlier line of the sheet speaks of."""
        lines, astray = with_area(lines, scope_below(by, area), timezone.localdate(), area)
        parts = [pl.col(name) if name in lines.columns else pl.lit(None, dtype=pl.String) for name in self.keyed_by]
        lines = lines.with_columns(pl.concat_str(parts, separator="/").alias(LINE_KEY))
        again = lines.filter(pl.col(LINE_KEY).is_not_null() & ~pl.col(LINE_KEY).is_first_distinct())
        rows = again.select(pl.col(ROW).alias("row"), pl.lit("line.twice").alias("code"))
        sheet = lines[SHEET][0] if lines.height else ""
        twice = framed(rows, sheet, self.key_heading, pl.lit(Severity.ERROR.value), pl.lit(self.twice), pl.lit(""))
        return lines, pl.concat([astray, twice])

    def propose(self, by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
        """Each line beside its row: new, change, same, conflict or blocked."""
        now = lines.join(self.standing(lines, period), on=LINE_KEY, how="left", maintain_order="left")
        differs = [name for name in self._told(now) if name in now.columns]
        stands = pl.col(ROW_ID).is_not_null()
        now = now.with_columns(
            (pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(f"now.{name}")) & stands).alias(f"?{name}") for name in differs
        )
        now = now.with_columns(refusing.wrong_lines(now, findings).alias("own"))
        why = pl.when("own").then(pl.lit(refusing.OWN))
        why = why.when(pl.lit(not may_write(by, period, area))).then(pl.lit(refusing.FROZEN))
        for refused, says in (*self._reach(by, area), *self.refusals(now, by, area), *self._unchangeable(differs, by, area)):
            why = why.when(refused.fill_null(False)).then(says)
        changed = pl.concat_list(pl.when(f"?{name}").then(pl.lit(name)) for name in differs) if differs else _NOTHING
        now = now.with_columns(why.otherwise(None).alias("why"), changed.list.drop_nulls().alias("changed"))
        kind = pl.when("own").then(pl.lit(BLOCKED)).when(pl.col("why").is_not_null()).then(pl.lit(CONFLICT)).when(~stands).then(pl.lit(NEW))
        kind = kind.when(pl.col("changed").list.len() > 0).then(pl.lit(CHANGE)).otherwise(pl.lit(SAME))
        now = now.with_columns(kind.alias("kind"))
        counts = dict(now["kind"].value_counts().iter_rows())
        rows = now.select(SHEET, ROW, GROUP, "kind", "why", "changed", "key.area", ROW_ID, ROW_VERSION)
        return Proposals(rows, now.select(c for c in now.columns if c.startswith("now.")), {k: counts.get(k, 0) for k in KINDS})

    def whole(self, staged: pl.DataFrame, wanted: pl.Series, fresh: pl.Series) -> tuple[pl.Series, int]:
        """Every line stands alone."""
        return wanted & fresh, int((wanted & ~fresh).sum())

    def write(self, lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
        """New rows and changed ones.

        Raises   LostRace
        """
        rows = proposals.rows.drop(SHEET, ROW, GROUP, "key.area")
        place = pl.format("{}/{}/{}", pl.lit(str(batch.pk)), pl.col(SHEET), pl.col(ROW)).alias(CAME_FROM)
        work = pl.concat([lines, rows, proposals.now], how="horizontal").with_columns(place).filter(take)
        fresh, changed = work.filter(pl.col("kind") == NEW), work.filter(pl.col("kind") == CHANGE)
        if fresh.height:
            self.add(fresh, period)
        if changed.height:
            self.change(changed)
        return {NEW: fresh.height, CHANGE: changed.height}

    def change(self, changed: pl.DataFrame) -> None:
        """Change rows at the versions that were read: what a line leaves blank stays as it is.

        Raises   LostRace
        """
        told = [name.partition(".")[2] for name in self._told(changed)]
        values = [pl.coalesce(f"{self.home}.{n}", f"now.{self.home}.{n}").alias(n) for n in told]
        own = self.further(changed)
        if self.confirms and any(column.name == DRAFT for column in self.model._meta.concrete_fields):
            own = own | {DRAFT: pl.lit(False)}
        told, values = [*told, *own], [*values, *(value.alias(name) for name, value in own.items())]
        wanted = changed.select(pl.col(ROW_ID).alias("id"), pl.col(ROW_VERSION).alias("version"), *values, CAME_FROM)
        if writing.change(self.model, wanted, told) != wanted.height:
            raise LostRace

    def further(self, changed: pl.DataFrame) -> dict[str, pl.Expr]:
        """Columns that follow from what a changed line tells."""
        return {}

    def heads(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Every line has a card of its own."""
        return rows

    def family(self, rows: pl.DataFrame, row: Mapping[str, Any]) -> list[int]:
        """None."""
        return []

    def query(self, period: Period, told: Mapping[str, Any]) -> dict[str, Any]:
        """No conditions but the period and the area."""
        if any(value not in ("", None) for name, value in told.items() if name != "period"):
            raise BadQuery(NO_CONDITIONS)
        return {}

    def _told(self, frame: pl.DataFrame) -> list[str]:
        """The fields of the home that a sheet tells and that are not derived."""
        return [f"{self.home}.{f.name}" for f in self.facts if not f.derived and f"{self.home}.{f.name}" in frame.columns]

    def _reach(self, by: User, area: str) -> Iterable[Refusal]:
        """Rows outside the area of the batch, or of the user, and rows that he may not correct."""
        inside = refusing.inside(pl.coalesce(ROW_AREA, "key.area"), scope_below(by, area).ranges)
        yield ~inside, pl.lit(OUTSIDE)
        yield pl.lit(not access.may(by, self.correct, area)), pl.lit(NOT_YOURS)
        if self.operation and (shut := _shut(by, self.operation, area)):
            yield pl.lit(True), pl.lit(shut)

    def _unchangeable(self, differs: list[str], by: User, area: str) -> Iterable[Refusal]:
        """Facts that this user, or a sheet at all, cannot change; a new row may bring them."""
        free = self.locked is not None and access.may(by, self.locked, area)
        labels = {f"{self.home}.{f.name}": f for f in self.facts}
        for name in differs:
            fact = labels[name]
            if fact.locked and not free:
                yield pl.col(f"?{name}"), pl.lit(refusing.LOCKED_SAYS.format(fact.zh))
            if fact.events_only:
                yield pl.col(f"?{name}"), pl.lit(refusing.EVENTS_SAYS.format(fact.zh))


def unless_recorded(refusals: Iterable[Refusal], now: pl.DataFrame, home: str) -> Iterable[Refusal]:
    """The same refusals, none for a line that tells of a recorded act exactly as it stands: there is nothing to be done."""
    differs = [pl.col(name) for name in now.columns if name.startswith(f"?{home}.")]
    stands = pl.col(RECORDED).is_not_null() & ~pl.any_horizontal(*differs, pl.lit(value=False))
    for refused, says in refusals:
        yield refused.fill_null(value=False) & ~stands, says


def with_recorded(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines that were staged before acts were recognised have none."""
    return lines if RECORDED in lines.columns else lines.with_columns(pl.lit(None, dtype=pl.Int64).alias(RECORDED))


def _shut(by: User, operation: str, area: str) -> str:
    """What to say where the window of an operation is shut, "" where it is not."""
    try:
        insist_on_windows(by, operation, [area], timezone.now())
    except OutsideWindow as refused:
        return str(refused)
    return ""


_NOTHING = pl.lit([], dtype=pl.List(pl.String))
