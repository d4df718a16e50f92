"""The blank workbook of a ledger: its headings, drop-downs out of the code lists, a note on every heading."""

import io

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from taizhang.intake.exporting.stream import GROUPED, HEADED, STAMP, TITLE
from taizhang.intake.exporting.workbook import TEMPLATE_MARK, UNITS, head_of, is_number, width_of
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.kernel.sheets.scan import column_number
from taizhang.ledgers.wording import choices_of, list_of, note_of

CODES, HELP = "代码", "填表说明"
ROWS = 5_000  # rows that the drop-downs reach down to
NOTE_WIDTH, NOTE_LINE = 260, 22
Formats = dict[int, Format]


def template_of(ledger: Ledger) -> bytes:
    """The blank .xlsx of a ledger.

    Gives    three sheets: the ledger's, 填表说明, and 代码 (hidden) with the labels that the drop-downs offer
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = _formats(book)
    sheet = book.add_worksheet(ledger.title[:31])
    below = _headings(sheet, ledger, formats)
    _help(book.add_worksheet(HELP), ledger, formats)
    ranges = _codes(book.add_worksheet(CODES), ledger)
    text = book.add_format({"num_format": "@"})
    for index, column in enumerate(ledger.columns):
        sheet.set_column(index, index, width_of(column), None if is_number(column) else text)
        _choose(sheet, column, index, below, ranges)
    sheet.freeze_panes(below, 0)
    book.close()
    return out.getvalue()


def stamp_of(ledger: Ledger) -> str:
    """Which form this is, and of which version."""
    return f"{TEMPLATE_MARK}:{ledger.key}-{ledger.version}  {UNITS}"


def _formats(book: xlsxwriter.Workbook) -> Formats:
    middle = {"align": "center", "valign": "vcenter", "text_wrap": True, "num_format": "@", "font_name": "宋体"}
    edged = middle | {"bold": True, "border": 1, "border_color": "#9CA3AF"}
    return {
        TITLE: book.add_format(middle | {"bold": True, "font_size": 16}),
        STAMP: book.add_format({"font_size": 9, "font_color": "#6B7280", "num_format": "@", "font_name": "宋体"}),
        GROUPED: book.add_format(edged | {"bg_color": "#D6E4F5"}),
        HEADED: book.add_format(edged | {"bg_color": "#EAF1FA"}),
    }


def _headings(sheet: Worksheet, ledger: Ledger, formats: Formats) -> int:
    """Title, stamp and headings with their notes; gives the number of rows that they take."""
    head = head_of(ledger, stamp_of(ledger))
    for row, (style, texts) in enumerate(head.rows):
        for index, text in enumerate(texts):
            if text or style in (GROUPED, HEADED):
                sheet.write_string(row, index, text, formats[style])
    for ref in head.merges:
        (top, left), (bottom, right) = (_place(corner) for corner in ref.split(":"))
        style, texts = head.rows[top]
        sheet.merge_range(top, left, bottom, right, texts[left], formats[style])
    top = next(at for at, (style, _) in enumerate(head.rows) if style in (GROUPED, HEADED))
    for index, column in enumerate(ledger.columns):
        note = note_of(column)
        height = NOTE_LINE * (note.count("\n") + 2 + len(note) // 24)
        at = len(head.rows) - 1 if column.group else top
        sheet.write_comment(at, index, note, {"width": NOTE_WIDTH, "height": height, "author": ""})
    sheet.set_row(0, 26)
    sheet.set_row(len(head.rows) - 1, 32)
    return len(head.rows)


def _codes(sheet: Worksheet, ledger: Ledger) -> dict[str, str]:
    """The labels of every code list, one column a list; gives where each stands."""
    sheet.hide()
    ranges: dict[str, str] = {}
    for column in ledger.columns:
        name, labels = list_of(column), choices_of(column)
        if not labels or name in ranges:
            continue
        at = len(ranges)
        sheet.write_string(0, at, name)
        for row, label in enumerate(labels, start=1):
            sheet.write_string(row, at, label)
        ranges[name] = f"={CODES}!{xl_range_abs(1, at, len(labels), at)}"
    return ranges


def _choose(sheet: Worksheet, column: Column, index: int, below: int, ranges: dict[str, str]) -> None:
    """The drop-down of one column. Several labels in one cell may be typed, so there only a hint is given."""
    source: str | list[str] | None = ["是", "否"] if column.kind.name == "yes_no" else ranges.get(list_of(column))
    if source is None:
        return
    strict = column.kind.name != "some_of"
    sheet.data_validation(
        below,
        index,
        below + ROWS - 1,
        index,
        {
            "validate": "list",
            "source": source,
            "show_error": strict,
            "error_title": "不在选项之内",
            "error_message": f"请从下拉选项中选择“{column.label[:20]}”,不清楚的留空",
        },
    )


def _help(sheet: Worksheet, ledger: Ledger, formats: Formats) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, f"{ledger.title}{HELP}", formats[TITLE])
    lines = [("一行是什么", ledger.grain), *(("注意", note) for note in ledger.notes), ("表样", stamp_of(ledger))]
    helps = ((c.heading, note_of(c).partition("\n")[2].replace("\n", ";")) for c in ledger.columns)
    lines += [(heading, f"填写:{says}") for heading, says in helps]  # so that no line of this sheet is taken for headings
    for row, (what, how) in enumerate(lines, start=1):
        sheet.write_string(row, 0, what)
        sheet.write_string(row, 1, how)


def _place(corner: str) -> tuple[int, int]:
    letters = corner.rstrip("0123456789")
    return int(corner[len(letters) :]) - 1, column_number(letters) - 1
