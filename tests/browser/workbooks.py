"""The workbook of the main job: lines of the register as an office keeps them, with a title, a unit row, and mistakes."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from pathlib import Path

import openpyxl

from taizhang.kernel import identity

Line = dict[str, str | None]
SHEET, HEADING_ROW, FIRST_ROW = "户台账", 3, 4
NUMBER, NAME, RELATION, GROUP = "证件号码", "姓名", "与户主关系", "户编号"
OWN_NUMBERS = (GROUP, "人编号")
GIVEN = ("晓明", "晓红", "晓兰", "晓军", "晓华", "晓芳", "晓强", "晓丽")


def lines_of(path: Path) -> list[Line]:
    """The lines of an exported workbook, as text by heading."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[None if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return [dict(zip(rows[HEADING_ROW - 1], row, strict=True)) for row in rows[HEADING_ROW:]]


def headings_of(path: Path) -> list[str]:
    """The headings of a workbook, as an office would choose them: no sums."""
    return list(lines_of(path)[0])


def households_of(lines: list[Line]) -> list[list[Line]]:
    """The lines of each household, head first, as they stand in the sheet."""
    return [list(of) for _, of in groupby(lines, key=lambda line: line[GROUP])]


def as_new(household: list[Line], surname: str, born: str) -> list[Line]:
    """A household that is not on the register: the same facts, other people, no numbers of ours."""
    return [
        line | dict.fromkeys(OWN_NUMBERS) | {NAME: surname + given, NUMBER: _number(born, line[NUMBER] or "", at)}
        for at, (line, given) in enumerate(zip(household, GIVEN, strict=False))
    ]


def _number(born: str, number: str, at: int) -> str:
    """A valid number of somebody of the same day and sex, registered in another place."""
    return identity.make_id(born, date(int(number[6:10]), int(number[10:12]), int(number[12:14])), 900 + 2 * at + int(number[16]) % 2)


def write_workbook(path: Path, headings: list[str], lines: Iterable[Line]) -> Path:
    """A title, a unit row, the headings in row 3, the lines as text."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet["A1"], sheet["A2"] = "2018年贫困户信息台账", "单位:元、亩"
    for at, heading in enumerate(headings, start=1):
        sheet.cell(HEADING_ROW, at, heading)
        for row, line in enumerate(lines, start=FIRST_ROW):
            sheet.cell(row, at, line[heading]).number_format = "@"
    book.save(path)
    return path


def write_cells(path: Path, cells: dict[tuple[int, str], str | None], to: Path) -> Path:
    """The same workbook with some cells written otherwise: (row, heading) → text."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    at = {cell.value: cell.column for cell in sheet[HEADING_ROW]}
    for (row, heading), text in cells.items():
        sheet.cell(row, at[heading], text)
    book.save(to)
    return to
