"""Where the table on a sheet begins and ends: title and unit rows above, headings of several levels, what is no data below."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from taizhang.kernel.sheets import rows
from taizhang.kernel.sheets.reading import RawSheet, Workbook
from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.kernel.sheets.wording import FINDINGS_HEADINGS, FINDINGS_SHEET, code, loose, plain, tidy

LOOK = 40  # rows from the top among which a heading is looked for
_ASIDE = re.compile(r"[:：]|^\d{4}年|^\(?单位|^(?:填报|制表|审核)")
_VALUE = re.compile(r"^[-+]?[\d,.%/:\-年月日Xx ]+$|^\d(?:\.\d+)?E\+?\d+$")
Grid = list[list[str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """One column. `index` counts from column A = 0; `path` are the levels from above, `text` joins them; a second column of the same
    text is called `…（2）`."""

    index: int
    text: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no data, and why."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one sheet. `body` has `row`, `hidden` and `c<index>` of each heading. Blank rows are only counted."""

    sheet: str
    headings: tuple[Heading, ...]
    heading_rows: tuple[int, int]
    body: pl.DataFrame
    left_out: tuple[LeftOut, ...]
    blank_rows: int
    sure: bool

    @property
    def hidden_rows(self) -> list[int]:
        """Rows that are data although their user has hidden them."""
        return self.body.filter("hidden")["row"].to_list()


def find_tables(workbook: Workbook, vocabulary: Iterable[str] = ()) -> list[Table]:
    """The tables of all sheets that have one.

    Raises   CannotRead when no sheet has one
    """
    return list(each_table(workbook, vocabulary))


def each_table(workbook: Workbook, vocabulary: Iterable[str] = ()) -> Iterator[Table]:
    """`find_tables`, one sheet in memory at a time."""
    words = Vocabulary(vocabulary)
    found = False
    for sheet in workbook.sheets:
        table = find_table(sheet, words)
        if table is not None and not _ours(table):
            found = True
            yield table
    if not found:
        raise CannotRead("没有找到表头：文件里没有一行像是列名。请确认选对了文件，并保留原表的表头。", "no_heading")


def _ours(table: Table) -> bool:
    """A findings sheet of an earlier round is no table of the user's."""
    return table.sheet.startswith(FINDINGS_SHEET) and tuple(h.text for h in table.headings) == FINDINGS_HEADINGS


class Vocabulary:
    """The words a heading may be: labels, aliases and codes of the wanted columns."""

    def __init__(self, words: Iterable[str]) -> None:
        given = [word for word in words if word]
        self._known = {form(word) for word in given for form in (plain, loose)} | {word.upper() for word in given}

    def knows(self, text: str) -> bool:
        """Whether this cell is one of the words."""
        return bool(text) and (plain(text) in self._known or loose(text) in self._known or code(text) in self._known)


def find_table(
    sheet: RawSheet, vocabulary: "Vocabulary | Iterable[str]" = (), *, heading_rows: tuple[int, int] | None = None
) -> Table | None:
    """The table of one sheet, None where there is none.

    Reads    the sheet's frame, once
    Blank    `heading_rows` (first and last, as in Excel) given by a person override the search
    Cost     O(cells), vectorised
    """
    words = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
    frame = sheet.frame
    if frame.height == 0 or frame.width < 3:
        return None
    grid = spread(frame, sheet.merges)
    sure = heading_rows is not None
    if heading_rows is None:
        leaf, sure = _leaf(grid, words)
        if leaf is None:
            return None
        top, leaf = _block(grid, sheet.merges, leaf)
    else:
        top, leaf = heading_rows[0] - 1, heading_rows[1] - 1
    headings = _named(grid, top, leaf, sheet.merges, frame)
    if not headings:
        return None
    body, left_out, blank = rows.split(frame, leaf + 1, [h.index for h in headings], grid[: leaf + 1], _serial(headings))
    above = [LeftOut(at + 1, "表头上方的标题或说明") for at in range(top) if any(grid[at])]
    return Table(sheet.name, headings, (top + 1, leaf + 1), body, (*above, *(LeftOut(row, why) for row, why in left_out)), blank, sure)


def spread(frame: pl.DataFrame, merges: Iterable[tuple[int, int, int, int]]) -> Grid:
    """The first rows as tidy text, each merged range filled with the text of its corner."""
    head = frame.head(LOOK).drop("row", "hidden")
    grid = [[tidy(cell or "") for cell in row] for row in head.rows()]
    width = head.width
    for top, left, bottom, right in merges:
        if 1 <= top <= len(grid) and 1 <= left <= width:
            corner = grid[top - 1][left - 1]
            for row in grid[top - 1 : bottom]:
                row[left - 1 : right] = [corner] * (min(right, width) - left + 1)
    return grid


def _leaf(grid: Grid, words: Vocabulary) -> tuple[int | None, bool]:
    """The row (from 0) with the most known headings, else the first that has the shape of one."""
    scores = [len({text for text in row if words.knows(text)}) for row in grid]
    best = max(scores, default=0)
    if best >= 2:
        return scores.index(best), True
    named = [[text for text in row if text and not _VALUE.match(text) and len(text) <= 40] for row in grid]
    filled = [sum(map(bool, row)) for row in grid]
    width = max(filled, default=0)
    for at, texts in enumerate(named):
        whole = len(set(texts)) >= max(2, 0.3 * width) and len(texts) >= max(0.6 * width, 0.8 * filled[at])
        if whole and sum(bool(_ASIDE.search(text)) for text in grid[at]) * 2 < filled[at]:
            return at, False
    return (scores.index(best), False) if best else (None, False)


def _block(grid: Grid, merges: Iterable[tuple[int, int, int, int]], leaf: int) -> tuple[int, int]:
    """First and last heading row (from 0) around a row that is certainly one of them."""
    ranges = [merge for merge in merges if merge[0] <= len(grid)]
    top = leaf
    for first, _, last, _ in ranges:
        if first - 1 <= leaf <= last - 1:
            top, leaf = min(top, first - 1), max(leaf, min(last, len(grid)) - 1)
    if leaf + 1 < len(grid) and _lower(grid, ranges, leaf):
        leaf += 1
    while top > 0 and _upper(grid[top - 1], grid[leaf]):
        top -= 1
    return top, leaf


def _lower(grid: Grid, merges: list[tuple[int, int, int, int]], at: int) -> bool:
    """Whether the row below is a lower level: it names what the row `at` only groups."""
    above, below = grid[at], grid[at + 1]
    if not any(below) or any(_VALUE.match(text) for text in below):
        return False
    groups = [m for m in merges if m[0] == m[2] == at + 1 and m[3] > m[1] and m[3] - m[1] + 1 < len(above)]
    if groups:
        return all(sum(map(bool, below[left - 1 : right])) >= 2 for _, left, _, right in groups)
    used = [number for number, text in enumerate(above) if text]
    gaps = [number for number in range(used[0], len(above)) if not above[number]] if used else []
    under_gaps = sum(bool(below[number]) for number in gaps)
    return bool(gaps) and under_gaps == len(gaps) and any(not text for text in below)


def _upper(above: list[str], leaf: list[str]) -> bool:
    """Whether a row above the headings groups them, rather than being a title, a unit or who filled the sheet in."""
    texts = {text for text in above if text}
    if not texts or any(_ASIDE.search(text) or _VALUE.match(text) or len(text) > 20 for text in texts):
        return False
    width = sum(map(bool, leaf))
    if len(texts) == 1:
        return 2 <= sum(map(bool, above)) < 0.9 * width
    return True


def _named(grid: Grid, top: int, leaf: int, merges: Iterable[tuple[int, int, int, int]], frame: pl.DataFrame) -> tuple[Heading, ...]:
    block = [list(row) for row in grid[top : leaf + 1]]
    known = {row for first, _, last, _ in merges for row in range(first - 1, last)}
    for at, row in enumerate(block[:-1]):
        if top + at not in known:
            _forward(row, block[at + 1 :])
    seen: dict[str, int] = {}
    headings = []
    filled = frame.slice(leaf + 1).select(pl.exclude("row", "hidden").is_not_null().any()).row(0)
    for index in range(len(block[0])):
        levels = [row[index] for row in block if row[index]]
        path = tuple(text for at, text in enumerate(levels) if at == 0 or text != levels[at - 1])
        if not path and not filled[index]:
            continue
        path = path or (f"（第 {rows.letters(index)} 列无标题）",)
        text = "/".join(path)
        seen[text] = seen.get(text, 0) + 1
        headings.append(Heading(index, text if seen[text] == 1 else f"{text}（{seen[text]}）", path))
    return tuple(headings)


def _forward(row: list[str], below: Grid) -> None:
    """A group's name runs right over the blanks that have a name below."""
    group = ""
    for index, text in enumerate(row):
        if text:
            group = text if any(level[index] for level in below) else ""
        elif group and any(level[index] for level in below):
            row[index] = group
        else:
            group = ""


def _serial(headings: tuple[Heading, ...]) -> int | None:
    return next((h.index for h in headings if plain(h.path[-1]) in ("序号", "编号", "行号", "no")), None)
