"""Workbooks made by real writers, for the tests of this folder."""

import io
from collections.abc import Iterable

import openpyxl
import xlwt

Rows = Iterable[Iterable[object]]


def xlsx(rows: Rows, *, title: str = "名单", merges: Iterable[str] = (), hidden: Iterable[int] = ()) -> bytes:
    """One sheet written by openpyxl."""
    book = openpyxl.Workbook()
    fill(book.active, rows, title, merges, hidden)
    return saved(book)


def fill(sheet: object, rows: Rows, title: str, merges: Iterable[str] = (), hidden: Iterable[int] = ()) -> None:
    """Rows, merged ranges and hidden rows into an openpyxl sheet."""
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    for row in hidden:
        sheet.row_dimensions[row].hidden = True


def xls(rows: Rows, *, title: str = "名单", merges: Iterable[tuple[int, int, int, int]] = (), hidden: Iterable[int] = ()) -> bytes:
    """One sheet of BIFF8 written by xlwt. `merges` are (first row, last row, first column, last column) from 0."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(title)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(at, column, value)
    for area in merges:
        sheet.merge(*area)
    for row in hidden:
        sheet.row(row - 1).hidden = True
    return saved(book)


def saved(book: object) -> bytes:
    """The bytes of a book of openpyxl or xlwt."""
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def sheet_of(text: str) -> list[list[str | None]]:
    """A docstring table as rows; an empty cell is None."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return [[cell.strip() or None for cell in line.strip("|").split("|")] for line in lines]
