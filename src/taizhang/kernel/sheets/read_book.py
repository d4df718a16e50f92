"""Workbooks into sheets of text: .xlsx and BIFF8 .xls through fastexcel, after the guard. Runs in the child."""

from collections.abc import Callable, Iterator
from pathlib import Path

import fastexcel
import pyarrow as pa

from taizhang.kernel.sheets import guard
from taizhang.kernel.sheets.beside import Beside
from taizhang.kernel.sheets.biff import inspect_xls
from taizhang.kernel.sheets.guard import SheetPart
from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.kernel.sheets.sniff import SAVE_AS
from taizhang.kernel.sheets.store import SheetCells


def xlsx(source: Path, limits: Limits, announce: Callable[[str], None]) -> Iterator[SheetCells]:
    """The sheets of an .xlsx, one in memory at a time. The directory is looked at first; the scan of the parts goes on beside the parse,
    and nothing is handed on before it has passed."""
    names = guard.names(source, limits)
    scan = Beside(lambda: guard.inspect(source, limits))
    return _load(source, ".xlsx", names, scan.result, announce)


def xls(source: Path, limits: Limits, announce: Callable[[str], None]) -> Iterator[SheetCells]:
    """The sheets of a BIFF8 .xls, one in memory at a time."""
    parts = inspect_xls(source.read_bytes(), limits)
    return _load(source, ".xls", [part.name for part in parts], lambda: parts, announce)


def _load(
    source: Path, suffix: str, names: list[str], scanned: Callable[[], list[SheetPart]], announce: Callable[[str], None]
) -> Iterator[SheetCells]:
    try:
        # the reader trusts the ending of a path and the content of bytes
        reader = fastexcel.read_excel(source if source.suffix.lower() == suffix else source.read_bytes())
    except fastexcel.FastExcelError as broken:
        scanned()  # the guard's word is clearer than the reader's
        raise CannotRead(f"工作簿读不通，文件已损坏。{SAVE_AS}", "workbook.broken") from broken
    for at, name in enumerate(names):
        announce(name)
        batch = _loaded(reader, name, scanned)
        yield _sheet(batch, scanned()[at])


def _loaded(reader: fastexcel.ExcelReader, name: str, scanned: Callable[[], list[SheetPart]]) -> pa.RecordBatch:
    try:
        return reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", eager=True)
    except fastexcel.FastExcelError as broken:
        scanned()
        raise CannotRead(f"工作表“{name}”读不通，文件已损坏。{SAVE_AS}", "sheet.broken") from broken


def _sheet(batch: pa.RecordBatch, part: SheetPart) -> SheetCells:
    extent = part.extent
    blank = pa.nulls(batch.num_rows, pa.string())
    columns = [blank] * (max(extent.first_column, 1) - 1) + [column.cast(pa.string()) for column in batch.columns]
    texts = [(row, column, text) for row, column, text in extent.texts if row <= extent.last_row and column <= extent.last_column]
    return SheetCells(part.name, columns, part.hidden, extent.hidden_rows, extent.merges, texts, typed=True)
