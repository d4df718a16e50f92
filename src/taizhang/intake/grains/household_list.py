"""One line is one household of the list, with the columns that its reader chose: given out only, never read in."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from taizhang.accounts.permissions import Permission
from taizhang.households import listed
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.households.query import BadQuery, households_matching, inside, query_of
from taizhang.intake.exporting.rows import archives_of
from taizhang.intake.grains.base import Home, Once, Outgoing
from taizhang.intake.models import Export
from taizhang.kernel import kinds
from taizhang.kernel.kinds.numbers import Number
from taizhang.kernel.ledgers import Column, Ledger

KEY, COLUMNS = "household-list", "columns"
TITLE = "户列表(所选栏目)"
PIECE = 500
LONGEST = 2_000
_FIELD = "list.{}"


def list_ledger(query: Mapping[str, Any]) -> Ledger:
    """The sheet of the chosen columns: text but for what a table program should add up; secrets masked."""
    return Ledger(
        key=KEY,
        title=TITLE,
        grain="一行是列表中的一户",
        source="所选的栏目",
        columns=tuple(_column(column) for column in _chosen(query)),
        line="household_list",
    )


class HouseholdList:
    """What the list's own export must know; a workbook of it is never taken in."""

    key = "household_list"
    homes: Mapping[str, Home] = {}
    same: tuple[str, ...] = ()
    known = ""
    once: Once | None = None
    needs: tuple[Permission, ...] = ()
    says: Mapping[str, str] = {}
    own = True

    def query(self, period: Period, told: Mapping[str, Any]) -> dict[str, Any]:
        """The conditions and columns, checked."""
        conditions = {name: value for name, value in told.items() if name != COLUMNS}
        wanted = query_of(period.pk, conditions).as_dict()
        return {k: v for k, v in wanted.items() if k != "period"} | {COLUMNS: [column.key for column in _chosen(told)]}

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """Every household that the order asks for, in the list's order."""
        conditions = {name: value for name, value in export.query.items() if name != COLUMNS}
        wanted = households_matching(export.by, query_of(export.period_id, conditions), permission=Permission.EXPORT_RUN)
        archives = archives_of(inside(wanted, export.area))
        return Outgoing(len(archives), _frames(archives, _chosen(export.query), ledger))

    def __getattr__(self, name: str) -> Any:
        raise BadQuery("户列表只能导出,不能导入")


GRAIN = HouseholdList()


def _chosen(query: Mapping[str, Any]) -> tuple[listed.Column, ...]:
    told: Iterable[str] = query.get(COLUMNS) or ()
    return listed.known(told) or listed.known(listed.DEFAULT)


def _column(column: listed.Column) -> Column:
    number = column.fact is not None and isinstance(column.fact.kind, Number)
    kind = column.fact.kind if number and column.fact is not None else kinds.text(LONGEST)
    return Column(column.zh, _FIELD.format(column.key), kind)


def _frames(archives: array, wanted: tuple[listed.Column, ...], ledger: Ledger) -> Iterator[pl.DataFrame]:
    for first in range(0, len(archives), PIECE):
        ids = archives[first : first + PIECE].tolist()
        rows = HouseholdPeriod.objects.select_related("household").in_bulk(ids)
        values = listed.values_of([rows[pk] for pk in ids if pk in rows], wanted)
        yield pl.DataFrame(
            [_series(c, column, [row[column.key] for row in values]) for c, column in zip(ledger.columns, wanted, strict=True)]
        )


def _series(sheet: Column, column: listed.Column, values: list[Any]) -> pl.Series:
    if isinstance(sheet.kind, Number) and all(value is None or isinstance(value, int | Decimal) for value in values):
        return pl.Series(sheet.field, values, dtype=sheet.kind.dtype, strict=False)
    return pl.Series(sheet.field, [_text(value) for value in values], dtype=pl.String).cast(sheet.kind.dtype, strict=False)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)
