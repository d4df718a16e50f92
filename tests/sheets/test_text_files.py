"""CSV in the encodings offices use, and the HTML table saved under .xls."""

import codecs

import pytest

from taizhang.kernel.sheets.reading import CannotRead, Workbook, read_workbook
from tests.sheets.makers import xlsx

LINES = "户主姓名,证件号码\r\n张三,99010119900101123x\r\n"


def texts(source: bytes, number: int = 0) -> list[tuple[str | None, ...]]:
    return read_workbook(source).sheets[number].frame.drop("row", "hidden").rows()


@pytest.mark.parametrize(
    "source",
    [
        LINES.encode(),
        codecs.BOM_UTF8 + LINES.encode(),
        LINES.encode("gb18030"),
        LINES.encode("utf-16"),
        LINES.encode("utf-16-le"),
        LINES.replace(",", "\t").encode("gb18030"),
        LINES.replace(",", ";").encode(),
    ],
    ids=["utf8", "bom", "gb18030", "utf16", "utf16-le", "tab", "semicolon"],
)
def test_delimited_text_is_read_in_every_encoding(source: bytes) -> None:
    assert texts(source) == [("户主姓名", "证件号码"), ("张三", "99010119900101123x")]


def test_the_guard_that_exports_put_around_numbers_is_taken_off() -> None:
    assert texts('姓名,号码\n张三,="990101199001011230"\n'.encode())[1] == ("张三", "990101199001011230")


def test_a_line_break_inside_quotes_is_one_cell_and_rows_may_be_ragged() -> None:
    assert texts('姓名,备注\n张三,"一\n二"\n李四\n'.encode()) == [("姓名", "备注"), ("张三", "一\n二"), ("李四", None)]


def test_rare_surnames_outside_gbk_survive() -> None:
    assert texts("姓名,村\n𠮷三,某\n".encode("gb18030"))[1][0] == "𠮷三"


def test_a_csv_beyond_the_columns_is_refused() -> None:
    with pytest.raises(CannotRead, match="第 1 行超过上限"):
        read_workbook((",".join(["列"] * 400) + "\n").encode())


def page(inside: str, charset: str = "utf-8") -> Workbook:
    text = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body>{inside}</body></html>'
    return read_workbook(text.encode("gb18030" if charset.startswith("gb") else charset))


def rows(book: Workbook, number: int = 0) -> list[tuple[str | None, ...]]:
    return book.sheets[number].frame.drop("row", "hidden").rows()


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "gb2312"])
def test_an_html_table_is_read_in_its_charset(charset: str) -> None:
    book = page("<table><tr><th>户主姓名</th><td>村</td></tr><tr><td>张三&nbsp;</td><td>某<br>村</td></tr></table>", charset)
    assert (book.kind, rows(book)) == ("html", [("户主姓名", "村"), ("张三", "某\n村")])


def test_spans_are_spread_and_known_as_merged_ranges() -> None:
    book = page("<table><tr><td rowspan=2>序号</td><td colspan=2>户主</td></tr><tr><td>姓名</td><td>号码</td></tr></table>")
    assert rows(book) == [("序号", "户主", None), (None, "姓名", "号码")]
    assert book.sheets[0].merges == ((1, 1, 2, 1), (1, 2, 1, 3))


def test_several_tables_are_several_sheets_and_a_nested_one_is_its_own() -> None:
    book = page("<table><tr><td>甲<table><tr><td>内</td></tr></table></td></tr></table><table><tr><td>乙</td></tr></table>")
    assert [rows(book, number)[0][0] for number in range(3)] == ["甲", "内", "乙"]


def test_hostile_spans_are_refused() -> None:
    with pytest.raises(CannotRead):
        page("<table><tr><td rowspan=99999999 colspan=9999999>x</td></tr></table>")


def test_no_entity_of_a_page_is_resolved_from_outside() -> None:
    text = '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/hostname">]><html><table><tr><td>[&a;]</td></tr></table></html>'
    assert texts(text.encode()) == [("[&a;]",)]


def test_a_page_without_a_table_is_refused() -> None:
    with pytest.raises(CannotRead, match="没有表格"):
        page("<p>请先登录</p>")


def test_a_workbook_and_its_csv_give_the_same_text() -> None:
    assert texts(LINES.encode()) == texts(xlsx([["户主姓名", "证件号码"], ["张三", "99010119900101123x"]]))
