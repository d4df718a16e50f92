"""Files as they come: one child process, every cell as text, row numbers as in Excel."""

import datetime
import io

import openpyxl
import pytest
import xlwt

from taizhang.kernel.sheets.reading import CannotRead, read_workbook
from tests.sheets.makers import xlsx


def texts(source: bytes) -> list[tuple[str | None, ...]]:
    frame = read_workbook(source).sheets[0].frame
    return frame.drop("row", "hidden").rows()


def test_numbers_come_as_their_user_sees_them() -> None:
    typed = [9600, 9600.5, 0.1 + 0.2, 12345678901, 990101199001011230, datetime.date(2018, 8, 30), datetime.time(8, 30)]
    assert texts(xlsx([typed])) == [("9600", "9600.5", "0.3", "12345678901", "9.90101E+17", "2018-08-30", "08:30:00")]


def test_an_id_number_typed_as_text_is_left_alone() -> None:
    assert texts(xlsx([["990101199001011200"]])) == [("990101199001011200",)]


def test_rows_and_columns_before_the_first_cell_are_counted() -> None:
    book = openpyxl.Workbook()
    book.active["C4"] = "户主姓名"
    kept = io.BytesIO()
    book.save(kept)
    frame = read_workbook(kept.getvalue()).sheets[0].frame
    assert frame["row"].to_list() == [1, 2, 3, 4]
    assert frame.row(3) == (4, False, None, None, "户主姓名")


def test_an_old_xls_gives_the_same_text() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    dates = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    sheet.write(1, 1, "张三")
    sheet.write(1, 2, 9600)
    sheet.write(1, 3, 990101199001011230)
    sheet.write(1, 4, datetime.date(2018, 8, 30), dates)
    kept = io.BytesIO()
    book.save(kept)
    assert texts(kept.getvalue()) == [(None,) * 5, (None, "张三", "9600", "9.90101E+17", "2018-08-30")]


def test_something_else_is_refused_by_name() -> None:
    with pytest.raises(CannotRead, match="PDF 文件"):
        read_workbook(b"%PDF-1.7 ...")
