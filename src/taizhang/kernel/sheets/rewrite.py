"""A new workbook of the same cells as text, with the findings in it: for what was no .xlsx, or is too large to be edited in place."""

import io
import re
from typing import TYPE_CHECKING

import xlsxwriter

from taizhang.kernel.sheets.bulk import fill
from taizhang.kernel.sheets.reading import RawSheet, Workbook
from taizhang.kernel.sheets.wording import FINDINGS_HEADINGS, FINDINGS_SHEET, summary

if TYPE_CHECKING:
    from taizhang.kernel.sheets.annotate import Mark

_LONGEST = 32_767
_MOST_COMMENTS = 20_000
_SLICE = 10_000
BULK = 50_000  # cells from which a sheet is written by columns
_WIDTHS = (16, 8, 24, 10, 60, 30)


def rewrite(workbook: Workbook, marks: "dict[str, list[Mark]]", rows: list[tuple[str, ...]], note: str) -> bytes:
    """The sheets of `workbook` as strings, row for row and column for column, then the findings sheet.

    Cost     O(cells); one slice of rows in memory at a time
    """
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {"B": book.add_format({"bg_color": "#FFC7CE"}), "W": book.add_format({"bg_color": "#FFEB9C"})}
    formats["E"] = formats["B"]
    taken: set[str] = set()
    for raw in workbook.sheets:
        sheet = book.add_worksheet(_name(raw.name, taken))
        _cells(sheet, raw, marks.get(raw.name, []), formats)
        if raw.hidden and raw is not workbook.sheets[0]:
            sheet.hide()
    sheet = book.add_worksheet(_name(FINDINGS_SHEET, taken))
    for number, row in enumerate([(summary(rows, note),), FINDINGS_HEADINGS, *rows]):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text[:_LONGEST])
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 0)
    book.close()
    large = {number: raw for number, raw in enumerate(workbook.sheets, 1) if raw.rows * raw.columns > BULK}
    return fill(kept.getvalue(), large) if large else kept.getvalue()


def _cells(sheet: "xlsxwriter.worksheet.Worksheet", raw: RawSheet, marks: "list[Mark]", formats: "dict[str, object]") -> None:
    by_row: dict[int, dict[int, Mark]] = {}
    for number, mark in enumerate(marks):
        by_row.setdefault(mark.row, {})[mark.column] = mark
        if number < _MOST_COMMENTS:
            sheet.write_comment(mark.row - 1, mark.column, mark.message[:2000], {"author": "台账", "x_scale": 2})
    if raw.rows * raw.columns > BULK:  # the cells are put in afterwards, these are only their styles
        for row, wrong in sorted(by_row.items()):
            for column, mark in sorted(wrong.items()):
                if mark.severity in formats:
                    sheet.write_blank(row - 1, column, None, formats[mark.severity])
        return
    for cut in raw.frame.iter_slices(_SLICE):
        for row, hidden, *cells in cut.iter_rows():
            wrong = by_row.get(row, {})
            for column, text in enumerate(cells):
                style = formats.get(wrong[column].severity) if column in wrong else None
                if text:
                    sheet.write_string(row - 1, column, text[:_LONGEST], style)
                elif style is not None:
                    sheet.write_blank(row - 1, column, None, style)
            if hidden:
                sheet.set_row(row - 1, None, None, {"hidden": True})


def _name(wanted: str, taken: set[str]) -> str:
    """A sheet name Excel takes, told apart from those before it."""
    base = re.sub(r"[\[\]:*?/\\]", "_", wanted).strip("'")[:31] or "表"
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        name = f"{base[:26]}（{number}）"
    taken.add(name.lower())
    return name
