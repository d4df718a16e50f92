"""One pass over the XML of a worksheet, in blocks of whole rows, without building a tree.

It finds what a fast reader hides or chokes on: the corners of the content, hidden rows, merged ranges, numbers that Excel has
already rounded, errors, and formulas nobody has calculated. Speed comes from asking only for what is new ("a column further right
than any so far"), so that an ordinary sheet is a few literal searches over each block.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.refusal import CannotRead

LONGEST_ROW = 64 << 20
FIRST = 1 << 16  # what is needed to see how a writer spells its tags
MOST_MERGES = 200_000
UNCALCULATED = "#公式未计算"
_DIGITS = re.compile(rb">(-?\d+(?:\.\d*)?(?:[Ee]\+?\d{1,3})?)<")


@dataclass(slots=True)
class Extent:
    """What was seen of one sheet. Rows and columns are 1-based; 0 = no content. `texts` are cells whose text the fast reader
    would give wrongly: (row, column, text). `merges` are (first row, first column, last row, last column)."""

    last_row: int = 0
    first_column: int = 0
    last_column: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    texts: list[tuple[int, int, str]] = field(default_factory=list)


def column_number(letters: str) -> int:
    """``A`` → 1, ``XFD`` → 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → ``A``, 16384 → ``XFD``."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _right_of(number: int) -> str:
    """A pattern for the letters of every column right of `number`."""
    letters = column_letters(number) or "@"
    ways = [f"[A-Z]{{{len(letters) + 1},}}"] if number else ["[A-Z]+"]
    for at, letter in enumerate(letters):
        if "@" < letter < "Z":
            ways.append(f"{letters[:at]}[{chr(ord(letter) + 1)}-Z][A-Z]{{{len(letters) - at - 1}}}")
    return "|".join(ways)


def _left_of(number: int) -> str:
    """A pattern for the letters of every column left of `number`, which is at least 2."""
    letters = column_letters(number)
    ways = [f"[A-Z]{{1,{len(letters) - 1}}}"] if len(letters) > 1 else []
    for at, letter in enumerate(letters):
        if letter > "A":
            ways.append(f"{letters[:at]}[A-{chr(ord(letter) - 1)}][A-Z]{{{len(letters) - at - 1}}}")
    return "|".join(ways)


@lru_cache(maxsize=2048)
def _cell(prefix: str, lead: str, letters: str) -> re.Pattern[bytes]:
    """A cell with content in one of the columns `letters`."""
    return re.compile(rf'<{prefix}c {lead}r="({letters})(\d+)"[^>]*(?<!/)>(?!</{prefix}c>)'.encode())


class SheetScan:
    """Feed it the decompressed bytes of a sheet, then close it.

    Raises   CannotRead when the content passes a limit, naming the cell
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._rest = b""
        self._extent = Extent()
        self._prefix: str | None = None
        self._lead = ""
        self._formulas = False
        self._counted = 0  # rows seen, for writers that do not number them

    def feed(self, chunk: bytes) -> None:
        """The next bytes."""
        block = self._rest + chunk
        if self._prefix is None:
            if len(block) < FIRST:
                self._rest = block
                return
            self._prepare(block)
        cut = block.rfind(self._row_tag)
        if cut <= 0:
            if len(block) > LONGEST_ROW:
                raise CannotRead(f"工作表“{self._name}”里有一行太长，无法读取。请检查后重新导出。", "row_bytes")
            self._rest = block
            return
        self._rest = block[cut:]
        self._rows(block[:cut])

    def close(self) -> Extent:
        """What was seen."""
        if self._prefix is None:
            self._prepare(self._rest)
        self._rows(self._rest)
        self._merged(self._rest)
        self._extent.texts.sort()
        return self._extent

    def _prepare(self, block: bytes) -> None:
        root = re.search(rb"<(\w+:)?worksheet\b", block)
        prefix = (root[1] or b"").decode() if root else ""
        self._prefix = prefix
        self._row_tag = next(
            (tag for tag in (f"<{prefix}row ".encode(), f"<{prefix}row>".encode()) if tag in block), f"<{prefix}row ".encode()
        )
        self._c_tag = f"<{prefix}c ".encode()
        self._formula_end = f"</{prefix}f>".encode()
        self._row = re.compile(rf"<{prefix}row\b([^>]*)>".encode())
        self._value = re.compile(rf"<{prefix}(?:v|is|f)[ >]".encode())
        self._big = re.compile(rf"<{prefix}v>-?(?:\d(?:\.\d+)?[Ee]\+?\d\d|\d{{16}})".encode())
        self._unknown = re.compile(rf"(?:</{prefix}f>|<{prefix}f[^>]*/>)(?:<{prefix}v */>|<{prefix}v></{prefix}v>)?</{prefix}c>".encode())
        self._error = re.compile(rf"<{prefix}c [^>]*t=\"e\"[^>]*>(?:<{prefix}f.*?</{prefix}f>)?<{prefix}v>([^<]*)<".encode())
        if block.count(self._c_tag) != block.count(self._c_tag + b'r="'):
            self._lead = r"(?:[^>]*?\s)?"

    def _rows(self, block: bytes) -> None:
        if self._unnumbered(block):
            return
        last = self._last_content(block)
        if last:
            self._extent.last_row = max(self._extent.last_row, last)
            self._check_rows()
        self._columns(block)
        if b"hidden=" in block:
            self._hidden(block)
        for found in self._big.finditer(block):
            self._destroyed(block, found.start(), block[found.start() : found.start() + 60])
        if b't="e"' in block:
            for found in self._error.finditer(block):
                self._put(found[0], found[1].decode("utf-8", "replace"))
        self._formulas = self._formulas or self._formula_end in block
        if self._formulas:
            for found in self._unknown.finditer(block):
                self._put(block[block.rfind(self._c_tag, 0, found.start()) :][:200], UNCALCULATED)

    def _last_content(self, block: bytes) -> int:
        at = max(block.rfind(f"</{self._prefix}{end}>".encode()) for end in ("v", "is", "f"))
        start = block.rfind(self._row_tag, 0, at) if at > 0 else -1
        number = re.search(rb'\sr="[A-Z]*(\d{1,9})"', block[start:at]) if start >= 0 else None
        return int(number[1]) if number else 0

    def _check_rows(self) -> None:
        if self._extent.last_row > self._limits.rows:
            raise CannotRead(
                f"工作表“{self._name}”有内容的行到了第 {self._extent.last_row} 行，超过上限 {self._limits.rows} 行。"
                "请删去下方多余内容，或拆成几个文件分别导入。",
                "rows",
            )

    def _columns(self, block: bytes) -> None:
        extent, prefix, at = self._extent, self._prefix or "", 0
        while found := _cell(prefix, self._lead, _right_of(extent.last_column)).search(block, at):
            extent.last_column = column_number(found[1].decode())
            extent.first_column = extent.first_column or extent.last_column
            at = found.start()
            if extent.last_column > self._limits.columns:
                raise CannotRead(
                    f"工作表“{self._name}”第 {found[2].decode()} 行第 {found[1].decode()} 列有内容，超过上限 {self._limits.columns} 列。"
                    "请删去右侧多余的列再导入。",
                    "columns",
                )
        at = 0
        while extent.first_column > 1 and (found := _cell(prefix, self._lead, _left_of(extent.first_column)).search(block, at)):
            extent.first_column = column_number(found[1].decode())
            at = found.start()
        if extent.last_row * (extent.last_column - extent.first_column + 1) > self._limits.cells:
            raise CannotRead(
                f"工作表“{self._name}”约有 {extent.last_row} 行 × {extent.last_column} 列，超过一张表 {self._limits.cells} 格的上限。"
                "请拆成几个文件分别导入。",
                "cells",
            )

    def _hidden(self, block: bytes) -> None:
        for found in self._row.finditer(block):
            if b'hidden="1"' in found[1] or b'hidden="true"' in found[1]:
                number = re.search(rb'\sr="(\d{1,9})"', found[1])
                if number:
                    self._extent.hidden_rows.append(int(number[1]))

    def _destroyed(self, block: bytes, at: int, value: bytes) -> None:
        """A number of more than 15 digits: Excel keeps 15 and shows an exponent, so that is its text."""
        tag = block[block.rfind(self._c_tag, 0, at) : at]
        digits = _DIGITS.search(value)
        if digits and abs(float(digits[1])) >= 1e15 and not re.match(rb'[^>]*\st="(?!n")', tag):
            self._put(tag, f"{float(digits[1]):.5E}")

    def _put(self, tag: bytes, text: str) -> None:
        found = re.match(rb'[^>]*?\sr="([A-Z]{1,3})(\d{1,7})"', tag)
        if found:
            self._extent.texts.append((int(found[2]), column_number(found[1].decode()), text))

    def _unnumbered(self, block: bytes) -> bool:
        """Rows and cells without references: some writers leave them out, and then they are counted."""
        if b' r="' in block or self._row_tag not in block:
            return False
        for row in block.split(self._row_tag)[1:]:
            self._counted += 1
            cells = len(re.findall(rf"<{self._prefix}c[ />]".encode(), row))
            if cells and self._value.search(row):
                self._extent.last_row = self._counted
                self._extent.first_column = 1
                self._extent.last_column = max(self._extent.last_column, cells)
        self._check_rows()
        return True

    def _merged(self, tail: bytes) -> None:
        refs = re.compile(rf'<{self._prefix}mergeCell\b[^>]*?\sref="([A-Z]{{1,3}})(\d+):([A-Z]{{1,3}})(\d+)"'.encode())
        for found in refs.finditer(tail):
            if len(self._extent.merges) >= MOST_MERGES:
                return
            left, top, right, bottom = (part.decode() for part in found.groups())
            self._extent.merges.append((int(top), column_number(left), int(bottom), column_number(right)))
