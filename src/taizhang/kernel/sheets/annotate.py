"""The user's own workbook given back: wrong cells coloured, a comment on each, and a sheet that lists the findings."""

import io
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import openpyxl
import polars as pl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from taizhang.kernel.sheets.reading import RawSheet, Workbook
from taizhang.kernel.sheets.rewrite import rewrite
from taizhang.kernel.sheets.wording import FINDINGS_HEADINGS, FINDINGS_SHEET, HINT, summary

MOST_CELLS = 400_000
MOST_BYTES = 64 << 20
MOST_COMMENTS = 20_000
AUTHOR = "台账"
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
SEVERITIES = {"B": "不能保存", "E": "必须改正", "W": "需要核实", "I": HINT}
_WIDTHS = (16, 8, 24, 10, 60, 30)
_LONGEST = 32_767


@dataclass(frozen=True, slots=True)
class Mark:
    """What one cell gets. `row` is 1-based, `column` 0-based; `severity` is the worst of its findings."""

    row: int
    column: int
    severity: str
    message: str


def annotate(original: bytes, workbook: Workbook, findings: pl.DataFrame, *, columns: Mapping[tuple[str, str], int]) -> bytes:
    """An .xlsx with the findings in it.

    `columns` is (sheet, heading text) → column index from A = 0. An .xlsx keeps its styles and merged cells and no row moves; any other
    kind, and a very large sheet, comes back as a new workbook of the same cells as text, which its findings sheet says.
    No cell of ours is a formula, and the formulas of the original become their results.
    """
    marks = _marks(findings, columns)
    if workbook.kind == "xlsx" and _small(original, workbook):
        try:
            return _in_place(original, workbook, findings, marks)
        except Exception:  # noqa: S110 - openpyxl fails on much that Excel and our reader take; the user gets a workbook all the same
            pass
    return rewrite(workbook, marks, listed(findings), "原文件不是 .xlsx 或者太大：本文件是按原表内容新建的，原来的样式没有保留。")


def listed(findings: pl.DataFrame) -> list[tuple[str, ...]]:
    """The rows of the findings sheet, as text."""
    return [
        (f["sheet"], str(f["row"] or ""), f["column"], SEVERITIES.get(f["severity"], f["severity"]), f["message"], f["typed"] or "")
        for f in findings.sort("sheet", "row", maintain_order=True).iter_rows(named=True)
    ]


def _marks(findings: pl.DataFrame, columns: Mapping[tuple[str, str], int]) -> dict[str, list[Mark]]:
    """By sheet. A finding about a whole row marks the row's first column; one about a whole sheet marks nothing."""
    first: dict[str, int] = {}
    for (sheet, _), index in columns.items():
        first[sheet] = min(first.get(sheet, index), index)
    cells: dict[tuple[str, int, int], list[tuple[str, str]]] = {}
    for sheet, row, column, severity, message in findings.select("sheet", "row", "column", "severity", "message").iter_rows():
        index = columns.get((sheet, column), first.get(sheet, 0))
        if row > 0:
            cells.setdefault((sheet, row, index), []).append((severity, message))
    marks: dict[str, list[Mark]] = {}
    for (sheet, row, index), said in sorted(cells.items()):
        worst = min((severity for severity, _ in said), key="BEWI".find)
        marks.setdefault(sheet, []).append(Mark(row, index, worst, "\n".join(dict.fromkeys(message for _, message in said))))
    return marks


def _small(original: bytes, workbook: Workbook) -> bool:
    if sum(sheet.rows * sheet.columns for sheet in workbook.sheets) > MOST_CELLS:
        return False
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        return sum(info.file_size for info in archive.infolist()) <= MOST_BYTES


def _in_place(original: bytes, workbook: Workbook, findings: pl.DataFrame, marks: dict[str, list[Mark]]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl cannot keep is not the user's matter
        book = openpyxl.load_workbook(io.BytesIO(original))
        changed = False
        for raw in workbook.sheets:
            if raw.name in book.sheetnames and isinstance(book[raw.name], Worksheet):
                sheet = book[raw.name]
                changed |= _clean(sheet, raw)
                _mark(sheet, marks.get(raw.name, []))
        note = "原表的公式已换成计算结果。" if changed else ""
        _list(_fresh(book), listed(findings), note)
        kept = io.BytesIO()
        book.save(kept)
    return kept.getvalue()


def _clean(sheet: Worksheet, raw: RawSheet) -> bool:
    """Formulas become their results, and the marks of an earlier round go. Whether there was a formula."""
    frame: pl.DataFrame | None = None
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()
            if cell.data_type == "f":
                frame = raw.frame if frame is None else frame
                name = f"c{cell.column - 1}"
                known = cell.row <= frame.height and name in frame.columns
                _write(cell, frame[name][cell.row - 1] if known else None)
    return frame is not None


def _write(cell: Cell, text: str | None) -> None:
    """Text as a string cell, whatever it begins with."""
    if text is None:
        cell.value = None
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    cell.data_type = "s"


def _mark(sheet: Worksheet, marks: list[Mark]) -> None:
    corners = {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, min(area.max_row, area.min_row + 1000) + 1)
        for column in range(area.min_col, min(area.max_col, area.min_col + 300) + 1)
    }
    for number, mark in enumerate(marks):
        row, column = corners.get((mark.row, mark.column + 1), (mark.row, mark.column + 1))
        cell = sheet.cell(row, column)
        if isinstance(cell, MergedCell):
            continue
        if mark.severity != "I":
            cell.fill = PatternFill("solid", fgColor=RED if mark.severity in "BE" else YELLOW)
        if number < MOST_COMMENTS:
            before = f"{cell.comment.text}\n" if cell.comment is not None else ""
            cell.comment = Comment((before + mark.message)[:2000], AUTHOR, height=90, width=280)


def _fresh(book: openpyxl.Workbook) -> Worksheet:
    """The findings sheet: ours of an earlier round is replaced, a sheet of that name by somebody else is left alone."""
    name, number = FINDINGS_SHEET, 1
    while name in book.sheetnames:
        there = book[name]
        if isinstance(there, Worksheet) and tuple(cell.value for cell in there[2])[: len(FINDINGS_HEADINGS)] == FINDINGS_HEADINGS:
            book.remove(there)
        else:
            number += 1
            name = f"{FINDINGS_SHEET}（{number}）"
    return book.create_sheet(name)


def _list(sheet: Worksheet, rows: list[tuple[str, ...]], note: str) -> None:
    for number, row in enumerate([(summary(rows, note),), FINDINGS_HEADINGS, *rows], 1):
        for column, text in enumerate(row, 1):
            _write(sheet.cell(number, column), text)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cell in sheet["E"][2:]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A3"
