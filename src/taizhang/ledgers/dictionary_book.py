"""数据字典 as a workbook: one sheet a part, made from the declarations. It only goes out: the dictionary is changed in the program."""

import io

import xlsxwriter

from taizhang.policy.dictionary_rows import Part, parts

TITLE = "数据字典"
SAYS = "由系统的声明生成;标“未核实”的内容,在取得文件依据之前不作为系统的默认值。"
WIDEST = 60


def dictionary_book() -> bytes:
    """The workbook.

    Gives    one sheet for each of `parts()`: title, note, headings in row 3, one row a fact, a choice, a line, a transition, a mark
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    for part in parts():
        _sheet(book, part)
    book.close()
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, part: Part) -> None:
    title = book.add_format({"bold": True, "font_size": 16, "font_name": "宋体"})
    small = book.add_format({"font_size": 9, "font_color": "#6B7280", "font_name": "宋体"})
    heading = book.add_format(
        {"bold": True, "border": 1, "border_color": "#9CA3AF", "bg_color": "#EAF1FA", "font_name": "宋体", "align": "center"}
    )
    text = book.add_format({"num_format": "@", "font_name": "宋体", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(part.title)
    sheet.write_string(0, 0, f"{TITLE} · {part.title}", title)
    sheet.write_string(1, 0, SAYS, small)
    for at, head in enumerate(part.heads):
        sheet.write_string(2, at, head, heading)
        longest = max((_width(row[at]) for row in part.rows), default=0)
        sheet.set_column(at, at, min(max(longest, _width(head)) + 2, WIDEST), text)
    for number, row in enumerate(part.rows, start=3):
        for at, cell in enumerate(row):
            sheet.write_string(number, at, cell, text)
    sheet.freeze_panes(3, 0)
    sheet.autofilter(2, 0, 2 + len(part.rows), len(part.heads) - 1)


def _width(text: str) -> int:
    """How wide a text is in characters, a Chinese one counting for two."""
    return sum(1 if sign.isascii() else 2 for sign in text)
