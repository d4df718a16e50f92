"""Lines of a ledger → its workbook: title, stamp, headings of one or two levels, and every line as text or number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from taizhang.intake.exporting.stream import GROUPED, HEADED, ROWS_A_SHEET, STAMP, TITLE, BookStream, Head, StreamColumn
from taizhang.kernel.kinds.base import Kind
from taizhang.kernel.kinds.numbers import Number
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.kernel.sheets.scan import column_letters

NUMBER_MARK = "导出编号"
TEMPLATE_MARK = "空白表"
UNITS = "单位:金额为元(栏目注明万元的除外),土地为亩,住房面积为平方米,距离为公里"
WIDTHS = {"id_number": 22, "account": 22, "phone": 14, "area_code": 15, "day": 12, "name": 12, "yes_no": 10, "text": 16, "some_of": 20}
MERGED_WIDTH = 14  # the title stands over the columns that a screen shows


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a workbook says of itself, so that it can be compared when it comes back."""

    export: int
    period: str
    reference_on: date
    at: datetime
    position: int
    as_of: str = ""

    def text(self, ledger: Ledger) -> str:
        """One line of words."""
        said = (
            f"{NUMBER_MARK}:E{self.export}-{ledger.version}",
            f"期次:{self.period}",
            f"标准时点:{self.reference_on.isoformat()}",
            f"导出时间:{self.at:%Y-%m-%d %H:%M:%S}",
            f"流水位置:{self.position}",
            *([f"截至:{self.as_of}"] if self.as_of else []),
            UNITS,
        )
        return "  ".join(said)


@dataclass(frozen=True, slots=True)
class Written:
    """How many lines stand in a workbook, and what could not be written whole."""

    rows: int
    findings: pl.DataFrame


def write_workbook(path: Path, ledger: Ledger, lines: Iterable[pl.DataFrame], stamp: str, *, rows_a_sheet: int = ROWS_A_SHEET) -> Written:
    """Write the lines, frame by frame; secrets stand in them as the text that is to be shown.

    Writes   one .xlsx
    Cost     O(cells), memory for one frame
    """
    columns = [StreamColumn(c.heading, is_number(c), width_of(c)) for c in ledger.columns]
    book = BookStream(path, ledger.title, columns, head_of(ledger, stamp), rows_a_sheet=rows_a_sheet)
    for frame in lines:
        book.write(shown(frame, ledger))
    book.close()
    return Written(book.rows, book.findings)


def shown(lines: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Typed values → the text of each cell, in the order of the sheet; a field that the lines do not have is blank."""
    blank = pl.Series([None], dtype=pl.String).new_from_index(0, lines.height)
    return pl.DataFrame([(_texts(lines[c.field], c.kind) if c.field in lines.columns else blank).alias(c.field) for c in ledger.columns])


def _texts(values: pl.Series, kind: Kind) -> pl.Series:
    """A column as its kind shows it. A stored code that its list does not have goes out as it stands: one must not keep back all."""
    try:
        return kind.show(values)
    except (KeyError, pl.exceptions.InvalidOperationError):
        distinct = values.drop_nulls().unique()
        answers = pl.Series([_text(value, kind) for value in distinct], dtype=pl.String)
        return values.replace_strict(distinct, answers, return_dtype=pl.String)


def _text(value: object, kind: Kind) -> str:
    try:
        return kind.show_one(value)
    except (KeyError, pl.exceptions.InvalidOperationError):
        return str(value)


def is_number(column: Column) -> bool:
    """Whether a column holds numbers that a table program should add up; codes and personal numbers are text."""
    return isinstance(column.kind, Number)


def width_of(column: Column) -> int:
    """The width of a column in characters, a Chinese one counting for two."""
    return max(WIDTHS.get(column.kind.name, 12), min(2 * len(column.label), 18))


def head_of(ledger: Ledger, stamp: str) -> Head:
    """Title, stamp and headings; a column without a group has its heading merged over both levels."""
    width = len(ledger.columns)
    over = column_letters(min(width, MERGED_WIDTH))
    top = [(TITLE, (ledger.title, *[""] * (width - 1))), (STAMP, (stamp, *[""] * (width - 1)))]
    merges = [f"A1:{over}1", f"A2:{over}2"] if width > 1 else []
    labels = tuple(c.label for c in ledger.columns)
    if not any(c.group for c in ledger.columns):
        return Head((*top, (HEADED, labels)), tuple(merges))
    upper, lower = list(labels), [""] * width
    for first, last, group in groups_of(ledger):
        left, right = column_letters(first + 1), column_letters(last + 1)
        if not group:
            merges += [f"{column_letters(at + 1)}3:{column_letters(at + 1)}4" for at in range(first, last + 1)]
            continue
        upper[first : last + 1] = [group, *[""] * (last - first)]
        lower[first : last + 1] = labels[first : last + 1]
        merges += [f"{left}3:{right}3"] if last > first else []
    return Head((*top, (GROUPED, tuple(upper)), (HEADED, tuple(lower))), tuple(merges))


def groups_of(ledger: Ledger) -> list[tuple[int, int, str]]:
    """Neighbouring columns of one group: first, last (from 0), the group's name, "" for columns without one."""
    runs: list[tuple[int, int, str]] = []
    for at, column in enumerate(ledger.columns):
        if runs and runs[-1][2] == column.group:
            runs[-1] = (runs[-1][0], at, column.group)
        else:
            runs.append((at, at, column.group))
    return runs
