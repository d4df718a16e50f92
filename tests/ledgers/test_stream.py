"""The bulk writer: what it writes is read back by everyone's reader, and is never anything but text and numbers."""

import io
import re
import tempfile
import unicodedata
import zipfile
from pathlib import Path

import fastexcel
import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from taizhang.intake.exporting.stream import HEADED, BookStream, Head, StreamColumn
from taizhang.kernel.sheets.reading import read_workbook

HEAD = Head(((HEADED, ("备注", "金额")),))
COLUMNS = (StreamColumn("备注", False, 20), StreamColumn("金额", True, 12))
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
NEVER_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def written(texts: list[str | None], numbers: list[str | None] | None = None, **options: int) -> bytes:
    """A workbook of two columns."""
    rows = pl.DataFrame({"a": texts, "b": numbers or [None] * len(texts)}, schema={"a": pl.String, "b": pl.String})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        book = BookStream(path, "名单", COLUMNS, HEAD, **options)
        book.write(rows)
        book.close()
        return path.read_bytes()


def column(content: bytes, name: str = "A") -> list[object]:
    """What openpyxl reads below the heading."""
    return [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).active[name]][1:]


def as_one_cell(text: str) -> str:
    """What a cell of XML can hold of a text."""
    return NEVER_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@settings(max_examples=300, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=20))
def test_any_text_comes_back_as_text(texts):
    sheet = openpyxl.load_workbook(io.BytesIO(written(texts))).active
    assert [as_one_cell(unescaped(cell.value)) for cell in sheet["A"][1:]] == [as_one_cell(text) for text in texts]
    assert {cell.data_type for cell in sheet["A"][1:]} <= {"s", "inlineStr", "n"}


def unescaped(value: object) -> str:
    """openpyxl leaves the escape of an underscore as it stands in the file."""
    return re.sub(r"_x005F_(x[0-9A-Fa-f]{4}_)", r"_\1", str(value or ""))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x")', "'=1", "_x0041_", "<f>1</f>", "]]>", "&amp;"]
)
def test_nothing_that_looks_like_a_formula_becomes_one(text):
    content = written([text])
    assert fastexcel.read_excel(content).load_sheet(0).to_polars()["备注"].to_list() == [text]
    assert all(
        b"<f" not in zipfile.ZipFile(io.BytesIO(content)).read(name)
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
        if "sheet" in name
    )


@pytest.mark.parametrize("text", [" 前后 ", "两行\n字", "  ", "\t制表"])
def test_blanks_and_line_ends_are_kept(text):
    content = written([text])
    assert column(content) == [text]
    assert read_workbook(content).sheets[0].frame["c0"].to_list()[1:] == [text]


def test_every_part_is_well_formed():
    parts = zipfile.ZipFile(io.BytesIO(written(["<&>\"'\x01", "𠮷", None], ["1.5", None, "-3"])))
    assert [etree.fromstring(parts.read(name)).tag for name in parts.namelist()]
    assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]


def test_numbers_can_be_added_up():
    content = written(["甲", "乙"], ["9600.5", "400"])
    assert sum(column(content, "B")) == 10000.5


@pytest.mark.parametrize("number", ["74123070711.953", "-123456789012.34", "99999999999999", "1234567.89", "0.001"])
def test_a_number_comes_back_with_every_place_and_no_tail(number):
    assert read_workbook(written(["甲"], [number])).sheets[0].frame["c1"].to_list()[1:] == [number]


def test_a_blank_stays_blank():
    content = written(["甲", None, "丙"], [None, "1", None])
    assert column(content) == ["甲", None, "丙"]
    assert column(content, "B") == [None, 1, None]


def test_a_full_sheet_is_followed_by_the_next_under_the_same_heading():
    content = written([f"第{n}行" for n in range(7)], rows_a_sheet=3)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["名单", "名单(2)", "名单(3)"]
    assert [[cell.value for cell in sheet["A"]] for sheet in book] == [
        ["备注", "第0行", "第1行", "第2行"],
        ["备注", "第3行", "第4行", "第5行"],
        ["备注", "第6行"],
    ]


@pytest.mark.parametrize("sign", ["长", "𠮷"])
def test_a_text_that_no_cell_holds_is_cut_and_that_is_said(tmp_path, sign):
    book = BookStream(tmp_path / "x.xlsx", "名单", COLUMNS, HEAD)
    book.write(pl.DataFrame({"a": ["短", sign * 40_000], "b": [None, None]}, schema={"a": pl.String, "b": pl.String}))
    book.close()
    cut = column((tmp_path / "x.xlsx").read_bytes())[1]
    assert 32_766 <= len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert book.findings.select("sheet", "row", "column", "code", "severity").rows() == [("名单", 3, "备注", "export.cut", "W")]


def test_a_sheet_without_rows_opens():
    assert openpyxl.load_workbook(io.BytesIO(written([]))).active.max_row == 1


def test_the_headings_stay_in_sight_and_can_be_filtered():
    sheet = openpyxl.load_workbook(io.BytesIO(written(["甲", "乙"]))).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")


def test_whole_columns_of_text_are_text_for_what_is_typed_later():
    sheet = openpyxl.load_workbook(io.BytesIO(written(["甲"]))).active
    assert (sheet.column_dimensions["A"].number_format, sheet.column_dimensions["B"].number_format) == ("@", "General")


def test_names_beyond_the_basic_plane_survive():
    assert column(written([unicodedata.normalize("NFC", "𠮷𡈽𠂉")])) == ["𠮷𡈽𠂉"]
