"""Text files into sheets of text: delimited text, and the HTML table that many systems save under .xls. Runs in the child."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from lxml import etree
from lxml import html as lxml_html

from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.kernel.sheets.store import SheetCells

_GUARDED = re.compile(r'^="(.*)"$', re.S)  # ="990101…": how exports keep Excel from rounding a number
_SPACES = re.compile(r"[ \t\r\f\xa0]+")
_SLICE = 20_000
Grid = dict[tuple[int, int], str]


def _too_many(sheet: str, row: int, limits: Limits) -> CannotRead:
    return CannotRead(f"工作表“{sheet}”第 {row} 行超过上限（{limits.rows} 行、{limits.columns} 列）。请拆成几个文件分别导入。", "rows")


def decode(data: bytes, encoding: str) -> str:
    """The text of a file, by the sniffed encoding or the next best.

    Raises   CannotRead, naming the line where it stops being text
    """
    for name in dict.fromkeys((encoding, "utf-8", "gb18030")):
        try:
            return data.decode(name)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise CannotRead(f"第 {line} 行附近的文字编码混乱，无法读取。请用 Excel 或 WPS 打开核对后另存为 .xlsx 再导入。", "encoding")


def delimited(source: Path, encoding: str, limits: Limits) -> Iterator[SheetCells]:
    """The one sheet of a delimited text file. Row numbers are those Excel would show."""
    text = decode(source.read_bytes(), encoding).removeprefix("\ufeff")
    csv.field_size_limit(1 << 20)
    lines = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    slices: list[list[pa.Array]] = []
    rows: list[list[str]] = []
    try:
        for row in lines:
            rows.append(row)
            if len(row) > limits.columns or len(slices) * _SLICE + len(rows) > limits.rows:
                raise _too_many("CSV", len(slices) * _SLICE + len(rows), limits)
            if len(rows) == _SLICE:
                slices.append(_columns(rows))
                rows = []
    except csv.Error as broken:
        raise CannotRead(f"第 {lines.line_num} 行附近引号不配对或单元格过长，无法读取。请另存为 .xlsx 再导入。", "csv.broken") from broken
    slices.append(_columns(rows))
    yield SheetCells("CSV", _stack(slices))


def _delimiter(text: str) -> str:
    sample = text[:20_000].splitlines()[:20]
    return max(",\t;", key=lambda mark: sum(line.count(mark) for line in sample))


def _columns(rows: list[list[str]]) -> list[pa.Array]:
    width = max(map(len, rows), default=0)
    padded = [row if len(row) == width else row + [""] * (width - len(row)) for row in rows]
    return [pa.array([_cell(text) for text in column], pa.string()) for column in zip(*padded, strict=True)]


def _cell(text: str) -> str | None:
    if not text:
        return None
    guarded = _GUARDED.match(text) if text[0] == "=" else None
    return guarded[1] if guarded else text


def _stack(slices: list[list[pa.Array]]) -> list[pa.Array]:
    width = max(map(len, slices), default=0)
    heights = [len(columns[0]) if columns else 0 for columns in slices]
    filled = [columns + [pa.nulls(height, pa.string())] * (width - len(columns)) for columns, height in zip(slices, heights, strict=True)]
    return [pa.concat_arrays([columns[at] for columns in filled]) for at in range(width)]


def html(source: Path, encoding: str, limits: Limits) -> Iterator[SheetCells]:
    """Each table of an HTML page as one sheet, spans spread out. Nested tables are sheets of their own."""
    text = decode(source.read_bytes(), encoding).removeprefix("\ufeff")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    try:
        root = lxml_html.document_fromstring(text, parser=lxml_html.HTMLParser(no_network=True, huge_tree=False, encoding=None))
    except (etree.ParserError, ValueError) as broken:
        raise CannotRead("网页文件里没有内容，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。", "html.empty") from broken
    found = False
    for number, table in enumerate(root.iter("table"), 1):
        sheet = _table(table, f"表{number}", limits)
        if sheet.columns:
            found = True
            yield sheet
    if not found:
        raise CannotRead("网页文件里没有表格。请重新导出，或用 Excel 另存为 .xlsx 再导入。", "html.no_table")


def _table(table: "etree._Element", name: str, limits: Limits) -> SheetCells:
    grid: Grid = {}
    taken: set[tuple[int, int]] = set()
    merges: list[tuple[int, int, int, int]] = []
    hidden: list[int] = []
    number = 0
    for number, row in enumerate(table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr"), 1):
        if "display:none" in (row.get("style") or "").replace(" ", "").lower():
            hidden.append(number)
        at = 1
        for cell in row.xpath("./td|./th"):
            while (number, at) in taken:
                at += 1
            bottom, right = number + _span(cell, "rowspan", limits.rows) - 1, at + _span(cell, "colspan", limits.columns) - 1
            if right > limits.columns or bottom > limits.rows or len(taken) + (bottom - number + 1) * (right - at + 1) > limits.cells:
                raise _too_many(name, number, limits)
            grid[number, at] = _text(cell)
            if (bottom, right) != (number, at):
                taken.update((r, c) for r in range(number, bottom + 1) for c in range(at, right + 1))
                merges.append((number, at, bottom, right))
            at = right + 1
    width = max((column for _, column in grid), default=0)
    columns = [pa.array([grid.get((r, c)) or None for r in range(1, number + 1)], pa.string()) for c in range(1, width + 1)]
    return SheetCells(name, columns, hidden_rows=hidden, merges=merges)


def _span(cell: "etree._Element", which: str, most: int) -> int:
    typed = (cell.get(which) or "").strip()
    return min(max(int(typed), 1), most + 1) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 1


def _text(cell: "etree._Element") -> str:
    """The text of one cell without that of tables inside it; a line break stays a line break."""
    if len(cell) == 0:
        return _SPACES.sub(" ", cell.text or "").strip()
    pieces: list[str] = []
    for node in cell.iter():
        if node.tag == "br":
            pieces.append("\n")
        inside = any(up.tag == "table" for up in node.iterancestors() if up is not cell and cell in up.iterancestors())
        if isinstance(node.tag, str) and node.tag not in ("table", "script", "style") and not inside and node.text:
            pieces.append(node.text)
        if node is not cell and node.tail:
            pieces.append(node.tail)
    return _SPACES.sub(" ", "".join(pieces)).strip()
