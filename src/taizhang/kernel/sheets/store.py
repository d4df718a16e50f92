"""One sheet between reader and parent: Arrow columns of text, written as one file. Runs in the child."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

pa.set_cpu_count(1)
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_CLOCK = r"^1899-12-3[01] (\d{2}:\d{2}:\d{2})$"


@dataclass(slots=True)
class SheetCells:
    """The cells of one sheet as text. `columns[0]` is column A, and the first value of each is row 1."""

    name: str
    columns: list[pa.Array]
    hidden: bool = False
    hidden_rows: Iterable[int] = ()
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    texts: list[tuple[int, int, str]] = field(default_factory=list)
    typed: bool = False  # dates were values, not text


def store(sheet: SheetCells, target: Path) -> dict[str, object]:
    """Write one sheet: `row`, `hidden`, then `c0` … Gives what the parent must know of it."""
    height = len(sheet.columns[0]) if sheet.columns else 0
    columns = sheet.columns
    if sheet.typed:
        columns = [_plain_dates(column) for column in columns]
    if sheet.texts:
        _overwrite(columns, sheet.texts, height)
    hidden = [False] * height
    for row in sheet.hidden_rows:
        if 0 < row <= height:
            hidden[row - 1] = True
    names = ["row", "hidden", *(f"c{at}" for at in range(len(columns)))]
    arrays = [pa.array(range(1, height + 1), pa.int32()), pa.array(hidden, pa.bool_()), *columns]
    table = pa.RecordBatch.from_arrays(arrays, names=names)
    with pa.OSFile(str(target), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_batch(table)
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "file": target.name,
        "rows": height,
        "columns": len(columns),
        "merges": sheet.merges,
    }


def _plain_dates(column: pa.Array) -> pa.Array:
    """A date without a time of day is its date alone; a time of day without a date is its time alone."""
    if pc.any(pc.match_substring(column, " 00:00:00")).as_py():
        column = pc.replace_substring_regex(column, _MIDNIGHT, r"\1")
    if pc.any(pc.match_substring(column, "1899-12-3")).as_py():
        column = pc.replace_substring_regex(column, _CLOCK, r"\1")
    return column


def _overwrite(columns: list[pa.Array], texts: list[tuple[int, int, str]], height: int) -> None:
    by_column: dict[int, list[tuple[int, str]]] = {}
    for row, column, text in texts:
        if row <= height and column <= len(columns):
            by_column.setdefault(column - 1, []).append((row - 1, text))
    for column, cells in by_column.items():
        values = columns[column].to_pylist()
        for at, text in cells:
            values[at] = text
        columns[column] = pa.array(values, pa.string())
