"""The user's own workbook back: coloured, commented, listed; never a formula, never a moved row."""

import io
import zipfile

import openpyxl
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from taizhang.kernel.findings import FINDINGS, Finding, Severity, Where, as_frame
from taizhang.kernel.sheets import annotate as annotating
from taizhang.kernel.sheets import rewrite as rewriting
from taizhang.kernel.sheets.annotate import annotate
from taizhang.kernel.sheets.headings import find_tables
from taizhang.kernel.sheets.reading import read_workbook
from tests.sheets.makers import fill, saved, xls, xlsx

ROWS = [["户主姓名", "年纯收入"], ["张三", "约1200"], ["李四", "9600"]]
COLUMNS = {("名单", "户主姓名"): 0, ("名单", "年纯收入"): 1}


def wrong(row: int, column: str, message: str = "不是数", severity: Severity = Severity.ERROR, typed: str = "约1200") -> Finding:
    return Finding("x.y", Where("名单", row, column), message, severity, typed)


def back(source: bytes, *findings: Finding) -> bytes:
    return annotate(source, read_workbook(source), as_frame(list(findings)), columns=COLUMNS)


def opened(source: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(source))


def test_a_wrong_cell_is_red_and_says_why() -> None:
    sheet = opened(back(xlsx(ROWS), wrong(2, "年纯收入")))["名单"]
    assert (sheet["B2"].fill.fgColor.rgb, sheet["B2"].comment.text, sheet["B2"].value) == ("FFFFC7CE", "不是数", "约1200")
    assert sheet["B3"].comment is None


def test_a_warning_is_yellow_and_a_worse_finding_on_the_same_cell_wins() -> None:
    findings = [wrong(3, "年纯收入", "偏高", Severity.WARNING), wrong(2, "年纯收入", "偏低", Severity.WARNING), wrong(2, "年纯收入")]
    sheet = opened(back(xlsx(ROWS), *findings))["名单"]
    assert sheet["B3"].fill.fgColor.rgb == "FFFFEB9C"
    assert (sheet["B2"].fill.fgColor.rgb, sheet["B2"].comment.text) == ("FFFFC7CE", "偏低\n不是数")


def test_the_findings_sheet_lists_every_finding() -> None:
    sheet = opened(back(xlsx(ROWS), wrong(2, "年纯收入"), wrong(0, "", "缺少一列", Severity.BLOCK, "")))["问题清单"]
    rows = [tuple(cell or "" for cell in row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == [
        ("工作表", "行号", "列名", "程度", "问题", "填写的内容"),
        ("名单", "", "", "不能保存", "缺少一列", ""),
        ("名单", "2", "年纯收入", "必须改正", "不是数", "约1200"),
    ]


def test_styles_merged_cells_and_rows_stay_where_they_are() -> None:
    book = openpyxl.Workbook()
    fill(book.active, [["台账", None], *ROWS], "名单", ["A1:B1"])
    book.active["A1"].font = Font(bold=True, size=20)
    sheet = opened(back(saved(book), wrong(3, "年纯收入")))["名单"]
    assert (sheet["A1"].font.size, str(sheet.merged_cells), sheet["B3"].value) == (20, "A1:B1", "约1200")


def test_a_hint_is_said_without_a_colour_and_counted_apart() -> None:
    book = opened(back(xlsx(ROWS), wrong(2, "年纯收入"), wrong(3, "年纯收入", "等同户的其他行", Severity.INFO)))
    assert (book["名单"]["B3"].comment.text, book["名单"]["B3"].fill.patternType) == ("等同户的其他行", None)
    assert book["问题清单"]["A1"].value.startswith("共 1 个问题，另有 1 条提示。")


def test_a_finding_inside_a_merged_range_goes_to_its_corner() -> None:
    sheet = opened(back(xlsx([*ROWS, [None, None]], merges=["A3:A4"]), wrong(4, "户主姓名")))["名单"]
    assert sheet["A3"].comment.text == "不是数"


def test_formulas_become_their_results_and_text_that_looks_like_one_stays_text() -> None:
    source = xlsx([["户主姓名", "年纯收入"], ["张三", "=1+1"]])
    result = back(source, wrong(2, "户主姓名", "=HYPERLINK(1)", typed="=cmd|' /C calc'!A0"))
    with zipfile.ZipFile(io.BytesIO(result)) as archive:
        sheets = b"".join(archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name)
    assert b"<f>" not in sheets
    assert opened(result)["问题清单"]["F3"].data_type == "s"


def test_a_sheet_of_that_name_by_somebody_else_is_left_alone() -> None:
    book = openpyxl.Workbook()
    fill(book.active, ROWS, "名单")
    book.create_sheet("问题清单")["A1"] = "自己的"
    result = opened(back(saved(book), wrong(2, "年纯收入")))
    assert result.sheetnames == ["名单", "问题清单", "问题清单（2）"]


def test_a_second_round_replaces_the_marks_of_the_first() -> None:
    first = back(xlsx(ROWS), wrong(2, "年纯收入"))
    second = opened(back(first, wrong(3, "年纯收入", "太大")))
    assert second.sheetnames == ["名单", "问题清单"]
    assert (second["名单"]["B2"].comment, second["名单"]["B2"].fill.fill_type) == (None, None)
    assert second["名单"]["B3"].comment.text == "太大"


def test_what_comes_back_can_be_read_again_without_its_findings_sheet() -> None:
    tables = find_tables(read_workbook(back(xlsx(ROWS), wrong(2, "年纯收入"))), ("户主姓名", "年纯收入"))
    assert [(table.sheet, table.body["c1"].to_list()) for table in tables] == [("名单", ["约1200", "9600"])]


def test_an_xls_comes_back_as_a_new_workbook_that_says_so() -> None:
    result = opened(back(xls(ROWS), wrong(2, "年纯收入")))
    assert [tuple(row) for row in result["名单"].iter_rows(values_only=True)] == [tuple(row) for row in ROWS]
    assert (result["名单"]["B2"].fill.fgColor.rgb, result["名单"]["B2"].comment.text) == ("FFFFC7CE", "不是数")
    assert "原来的样式没有保留" in result["问题清单"]["A1"].value


def test_a_huge_sheet_comes_back_as_a_new_workbook(monkeypatch) -> None:
    monkeypatch.setattr(annotating, "MOST_CELLS", 3)
    result = opened(back(xlsx(ROWS), wrong(2, "年纯收入")))
    assert "原来的样式没有保留" in result["问题清单"]["A1"].value


def test_a_large_sheet_written_by_columns_is_the_same_as_one_written_by_cells(monkeypatch) -> None:
    odd = [["户主姓名", "年纯收入"], ["a&b<c>\"d'", "=1+1"], ["_x0041_", " 两 端 "], ["多\n行", None], [None, "@x"]]
    findings = [wrong(2, "年纯收入"), wrong(4, "年纯收入", severity=Severity.WARNING), wrong(5, "户主姓名", severity=Severity.INFO)]
    monkeypatch.setattr(rewriting, "BULK", 10**9)
    by_cells = opened(back(xls(odd, hidden=[3]), *findings))["名单"]
    monkeypatch.setattr(rewriting, "BULK", 1)
    result = back(xls(odd, hidden=[3]), *findings)
    assert everything(opened(result)["名单"]) == everything(by_cells)
    assert read_workbook(result).sheet("名单").frame.drop("row", "hidden").rows() == [tuple(row) for row in odd]


def everything(sheet: object) -> list[tuple[object, ...]]:
    return [
        (cell.coordinate, cell.value, cell.data_type, cell.fill.fgColor.rgb, cell.comment and cell.comment.text)
        for row in sheet.iter_rows()
        for cell in row
    ] + [(sheet.row_dimensions[3].hidden,)]


WORKBOOK = read_workbook(xlsx(ROWS))


@settings(max_examples=40, deadline=None)
@given(typed=st.text(max_size=40), message=st.text(min_size=1, max_size=40), lead=st.sampled_from(["", "=", "+", "-", "@", "\t"]))
def test_any_text_is_written_as_text(typed: str, message: str, lead: str) -> None:
    findings = pl.DataFrame([("名单", 2, "年纯收入", "x", "E", lead + message, lead + typed)], schema=FINDINGS, orient="row")
    result = annotate(xlsx(ROWS), WORKBOOK, findings, columns=COLUMNS)
    with zipfile.ZipFile(io.BytesIO(result)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")
