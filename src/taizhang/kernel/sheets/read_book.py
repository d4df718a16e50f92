"""Workbooks into sheets of text: .xlsx and BIFF8 .xls through fastexcel, after the guard. Runs in the child."""

from collections.abc import Callable, Iterator
from pathlib import Path

import fastexcel
import pyarrow as pa

from taizhang.kernel.sheets.biff import inspect_xls
from taizhang.kernel.sheets.guard import SheetPart, inspect
from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.kernel.sheets.sniff import SAVE_AS
from taizhang.kernel.sheets.store import SheetCells


def xlsx(source: Path, limits: Limits, announce: Callable[[str], None]) -> Iterator[SheetCells]:
    """The sheets of an .xlsx, one in memory at a time."""
    return _load(source, ".xlsx", inspect(source, limits), announce)


def xls(source: Path, limits: Limits, announce: Callable[[str], None]) -> Iterator[SheetCells]:
    """The sheets of a BIFF8 .xls, one in memory at a time."""
    return _load(source, ".xls", inspect_xls(source.read_bytes(), limits), announce)


def _load(source: Path, suffix: str, parts: list[SheetPart], announce: Callable[[str], None]) -> Iterator[SheetCells]:
    try:
        # the reader trusts the ending of a path and the content of bytes
        reader = fastexcel.read_excel(source if source.suffix.lower() == suffix else source.read_bytes())
    except fastexcel.FastExcelError as broken:
        raise CannotRead(f"工作簿读不通，文件已损坏。{SAVE_AS}", "workbook.broken") from broken
    for part in parts:
        announce(part.name)
        yield _sheet(reader, part)


def _sheet(reader: fastexcel.ExcelReader, part: SheetPart) -> SheetCells:
    extent = part.extent
    try:
        batch = reader.load_sheet(part.name, header_row=None, skip_rows=0, dtypes="string", eager=True)
    except fastexcel.FastExcelError as broken:
        raise CannotRead(f"工作表“{part.name}”读不通，文件已损坏。{SAVE_AS}", "sheet.broken") from broken
    blank = pa.nulls(batch.num_rows, pa.string())
    columns = [blank] * (max(extent.first_column, 1) - 1) + [column.cast(pa.string()) for column in batch.columns]
    texts = [(row, column, text) for row, column, text in extent.texts if row <= extent.last_row and column <= extent.last_column]
    return SheetCells(part.name, columns, part.hidden, extent.hidden_rows, extent.merges, texts, typed=True)
