"""What the streaming scan sees of a sheet, and what the reader makes of odd but honest writers."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.reading import CannotRead, read_workbook
from taizhang.kernel.sheets.scan import FIRST, Extent, SheetScan, column_letters, column_number
from tests.sheets import bombs
from tests.sheets.makers import xls


def scanned(xml: str, size: int = 1 << 20) -> Extent:
    scan = SheetScan("名单", Limits.upload())
    data = xml.encode()
    [scan.feed(data[at : at + size]) for at in range(0, len(data), size)]
    return scan.close()


def rows_of(inside: str) -> list[tuple[str | None, ...]]:
    return read_workbook(bombs.book(bombs.cells(inside))).sheets[0].frame.drop("row", "hidden").rows()


LONG = bombs.cells(
    "".join(f'<row r="{r}"{" hidden=" + chr(34) + "1" + chr(34) if r % 7 == 0 else ""}><c r="C{r}"><v>{10**15 + r}0</v></c>'
            f'<c r="AA{r}" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>' for r in range(3, 1200))
).replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="C3:D4"/></mergeCells>')  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(size=st.integers(200, 5000))
def test_the_size_of_the_chunks_changes_nothing(size: int) -> None:
    assert len(LONG) > FIRST
    assert scanned(LONG, size) == scanned(LONG)


def test_corners_hidden_rows_merges_and_odd_cells_are_seen() -> None:
    seen = scanned(LONG)
    assert (seen.last_row, seen.first_column, seen.last_column, seen.merges) == (1199, 3, 27, [(3, 3, 4, 4)])
    assert (seen.hidden_rows[0], len(seen.hidden_rows)) == (7, 171)
    assert sorted(seen.texts)[:2] == [(3, 3, "1.00000E+16"), (3, 27, "#DIV/0!")]


@given(st.integers(1, 16384))
def test_column_letters_and_numbers_are_each_others_inverse(number: int) -> None:
    assert column_number(column_letters(number)) == number


@pytest.mark.parametrize("columns", [[1], [2, 1], [40, 3], [26, 27], [53, 52, 1], [300, 299]])
def test_the_outer_columns_are_found_in_any_order(columns: list[int]) -> None:
    inside = "".join(f'<c r="{column_letters(column)}1"><v>1</v></c>' for column in columns)
    seen = scanned(bombs.cells(f'<row r="1">{inside}</row>'))
    assert (seen.first_column, seen.last_column) == (min(columns), max(columns))


def test_a_writer_that_prefixes_its_tags_is_read() -> None:
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="2" hidden="1">'
        '<x:c r="B2"><x:v>990101199001011230</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    frame = read_workbook(bombs.book(xml)).sheets[0].frame
    assert frame.row(1) == (2, True, None, "9.90101E+17")


def test_a_writer_that_numbers_nothing_is_read() -> None:
    assert rows_of("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>") == [("1", "2"), ("3", None)]


def test_a_writer_that_numbers_only_cells_is_read() -> None:
    assert rows_of('<row><c r="B1"><v>1</v></c></row><row><c r="B2"><v>2</v></c></row>') == [(None, "1"), (None, "2")]


def test_a_cached_result_is_the_text_and_a_missing_one_is_called_so() -> None:
    inside = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+2</f></c><c r="C1"><f>1+3</f><v></v></c></row>'
    assert rows_of(inside) == [("2", "#公式未计算", "#公式未计算")]


def test_a_long_number_typed_as_text_is_not_called_destroyed() -> None:
    inside = '<row r="1"><c r="A1" t="str"><f>A2</f><v>990101199001011230</v></c><c r="B1"><v>5.2E+17</v></c></row>'
    assert rows_of(inside) == [("990101199001011230", "5.20000E+17")]


def renamed(source: bytes, new: str) -> bytes:
    """An OLE file whose Workbook stream has another name."""
    old, name = "Workbook".encode("utf-16-le"), new.encode("utf-16-le")
    at = source.index(old)
    entry = bytearray(source[at : at + 128])
    entry[: len(name) + 2] = name + b"\0\0"
    struct.pack_into("<H", entry, 64, len(name) + 2)
    return source[:at] + bytes(entry) + source[at + 128 :]


@pytest.mark.parametrize(
    ("stream", "code"), [("EncryptedPackage", "encrypted"), ("WordDocument", "stranger"), ("Book", "xls.old"), ("Contents", "stranger")]
)
def test_other_ole_files_are_refused_by_name(stream: str, code: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read_workbook(renamed(xls([["姓名"]]), stream))
    assert refused.value.code == code


def test_an_xls_with_a_password_is_refused_by_name() -> None:
    source = xls([["姓名"]])
    codepage = source.index(b"\x42\x00\x02\x00")
    with pytest.raises(CannotRead, match="打开密码"):
        read_workbook(source[:codepage] + b"\x2f\x00" + source[codepage + 2 :])
