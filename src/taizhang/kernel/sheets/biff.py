"""What a BIFF8 .xls holds before a reader may touch it, by walking its records. Source: trust.md 6.1; [MS-XLS] 2.3, 2.4."""

import struct
from collections.abc import Iterator

from taizhang.kernel.sheets.guard import SheetPart
from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.ole import Compound
from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.kernel.sheets.scan import Extent
from taizhang.kernel.sheets.sniff import SAVE_AS

BOF, EOF, BOUNDSHEET, FILEPASS = 0x0809, 0x000A, 0x0085, 0x002F
ROW, MERGED, NUMBER, FORMULA, BOOLERR = 0x0208, 0x00E5, 0x0203, 0x0006, 0x0205
MULRK, CELLS = 0x00BD, frozenset((0x00FD, 0x0204, 0x027E, NUMBER, FORMULA, BOOLERR, 0x00D6))
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def inspect_xls(data: bytes, limits: Limits) -> list[SheetPart]:
    """The worksheets of a BIFF8 workbook, in the order of their tabs.

    Raises   CannotRead
    """
    book = Compound(data).stream("Workbook")
    parts = []
    for kind, at, length in _records(book, 0):
        if kind == FILEPASS:
            raise CannotRead("工作簿加了打开密码，无法读取。请打开后取消密码，另存为 .xlsx 再导入。", "encrypted")
        if kind == BOF and length >= 2 and struct.unpack_from("<H", book, at)[0] != 0x0600:
            raise CannotRead(f"这是 Excel 95 或更早的工作簿，格式太旧，无法读取。{SAVE_AS}", "xls.old")
        if kind == BOUNDSHEET and length >= 8:
            start, state, sheet_kind, size, wide = struct.unpack_from("<IBBBB", book, at)
            if sheet_kind == 0:
                raw = book[at + 8 : at + 8 + (size * 2 if wide & 1 else size)]
                name = raw.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
                parts.append(SheetPart(name, state & 3 != 0, _extent(book, start, name, limits)))
        if kind == EOF:
            break
    if not parts:
        raise CannotRead(f"工作簿里没有工作表，文件已损坏。{SAVE_AS}", "workbook.broken")
    return parts


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, position of the body, length of the body)."""
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, at + 4, min(length, len(book) - at - 4)
        at += 4 + length


def _extent(book: bytes, start: int, name: str, limits: Limits) -> Extent:
    extent = Extent()
    depth = 0
    for kind, at, length in _records(book, start):
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            break
        if depth > 1:  # a chart inside the sheet
            continue
        if kind in CELLS and length >= 6:
            row, column = struct.unpack_from("<HH", book, at)
            _grow(extent, row + 1, column + 1, column + 1)
            _odd(extent, book, kind, at, length, row + 1, column + 1)
        elif kind == MULRK and length >= 6:
            row, first, last = (*struct.unpack_from("<HH", book, at), struct.unpack_from("<H", book, at + length - 2)[0])
            _grow(extent, row + 1, first + 1, last + 1)
        elif kind == ROW and length >= 16 and book[at + 12] & 0x20:
            extent.hidden_rows.append(struct.unpack_from("<H", book, at)[0] + 1)
        elif kind == MERGED and length >= 2:
            count = min(struct.unpack_from("<H", book, at)[0], (length - 2) // 8)
            for top, bottom, left, right in struct.iter_unpack("<HHHH", book[at + 2 : at + 2 + count * 8]):
                extent.merges.append((top + 1, left + 1, bottom + 1, right + 1))
    if extent.last_row * extent.last_column > limits.cells or extent.last_column > limits.columns:
        raise CannotRead(
            f"工作表“{name}”有 {extent.last_row} 行 × {extent.last_column} 列，超过上限（{limits.columns} 列、{limits.cells} 格）。"
            "请删去右侧多余的列，或拆成几个文件分别导入。",
            "cells",
        )
    return extent


def _grow(extent: Extent, row: int, first: int, last: int) -> None:
    extent.last_row = max(extent.last_row, row)
    extent.first_column = min(extent.first_column or first, first)
    extent.last_column = max(extent.last_column, last)


def _odd(extent: Extent, book: bytes, kind: int, at: int, length: int, row: int, column: int) -> None:
    """A number that Excel has rounded, or an error: the text its user sees."""
    if kind in (NUMBER, FORMULA) and length >= 14 and not (kind == FORMULA and book[at + 12 : at + 14] == b"\xff\xff"):
        number = struct.unpack_from("<d", book, at + 6)[0]
        if abs(number) >= 1e15:
            extent.texts.append((row, column, f"{number:.5E}"))
    elif kind == BOOLERR and length >= 8 and book[at + 7]:
        extent.texts.append((row, column, _ERRORS.get(book[at + 6], "#N/A")))
    elif kind == FORMULA and length >= 14 and book[at + 12 : at + 14] == b"\xff\xff" and book[at + 6] == 2:
        extent.texts.append((row, column, _ERRORS.get(book[at + 8], "#N/A")))
