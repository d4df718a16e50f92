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
    columns = [_plain_dates(column) for column in sheet.columns] if sheet.typed else sheet.columns
    if sheet.texts:
        columns = _overwrite(columns, sheet.texts)
    height = len(columns[0]) if columns else 0
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


def _overwrite(columns: list[pa.Array], texts: list[tuple[int, int, str]]) -> list[pa.Array]:
    """The columns with some texts put in; a text may lie beyond what the reader saw."""
    height = max(len(columns[0]) if columns else 0, *(row for row, _, _ in texts))
    width = max(len(columns), *(column for _, column, _ in texts))
    by_column: dict[int, list[tuple[int, str]]] = {}
    for row, column, text in texts:
        by_column.setdefault(column - 1, []).append((row - 1, text))
    result = []
    for at in range(width):
        column = columns[at] if at < len(columns) else pa.nulls(0, pa.string())
        if len(column) < height:
            column = pa.concat_arrays([column, pa.nulls(height - len(column), pa.string())])
        if at in by_column:
            values = column.to_pylist()
            for row, text in by_column[at]:
                values[row] = text
            column = pa.array(values, pa.string())
        result.append(column)
    return result
