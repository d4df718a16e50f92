"""What is refused, by name and with what to do; and what dies in the child without hurting anyone."""

import dataclasses
import io
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from taizhang.kernel.sheets import reading
from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.reading import CannotRead, read_workbook
from tests.sheets import bombs
from tests.sheets.makers import saved, xls, xlsx

ONE = bombs.cells('<row r="1"><c r="A1"><v>1</v></c></row>')


def zipped(**members: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return kept.getvalue()


def flagged() -> bytes:
    data = bytearray(bombs.book(ONE))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"%PDF-1.7", "stranger"),
        (b"\x89PNG\r\n\x1a\n\x00", "stranger"),
        (b"\x00\x01\x02\x03" * 50, "stranger"),
        (b"PK\x03\x04 broken", "zip.broken"),
        (zipped(word__document_xml=b"<w/>"), "stranger"),
        (zipped(readme=b"hello"), "stranger"),
        (zipped(content_xml=b"<ods/>"), "ods"),
        (bombs.book(ONE, more={"xl/vbaProject.bin": b"x"}), "macro"),
        (bombs.book(ONE, more={"xl/externalLinks/externalLink1.xml": b"<x/>"}), "external_links"),
        (bombs.book(ONE, more={"../../evil.xml": b"<x/>"}), "member_path"),
        (bombs.book(ONE, more={"/etc/evil.xml": b"<x/>"}), "member_path"),
        (bombs.book(ONE, more={f"xl/media/{number}.bin": b"x" for number in range(200)}), "members"),
        (flagged(), "encrypted"),
        (bombs.nested(), "doctype"),
        (bombs.outside(), "doctype"),
        (bombs.book(ONE, strings=bombs.ENTITIES + "<sst/>"), "doctype"),
        (bombs.book(ONE, more={"xl/odd.xml": "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x><x/>".encode("utf-16")}), "xml_encoding"),
        (bombs.sparse(), "rows"),
        (bombs.wide(), "columns"),
        (bombs.strings(20), "ratio"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "xml2003"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "mht"),
        (b'{"rows": []}', "stranger"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(source: bytes, code: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read_workbook(source)
    assert (refused.value.code, refused.value.message[-1]) == (code, "。")


def test_a_cell_too_far_right_is_named() -> None:
    with pytest.raises(CannotRead, match="工作表“名单”第 7 行第 XFD 列有内容，超过上限 300 列"):
        read_workbook(bombs.wide())


def test_too_many_rows_are_refused_before_they_are_read() -> None:
    with pytest.raises(CannotRead, match="超过上限 50000 行"):
        read_workbook(bombs.tall(60_000), limits=dataclasses.replace(Limits.upload(), rows=50_000))


def test_a_declared_total_beyond_the_limit_is_refused() -> None:
    with pytest.raises(CannotRead) as refused:
        read_workbook(bombs.strings(3), limits=dataclasses.replace(Limits.upload(), total_bytes=2 << 20))
    assert refused.value.code == "total_bytes"


def test_formatted_but_empty_cells_count_for_nothing() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="3"/></row><row r="1048576"><c r="A1048576" s="3"></c></row>'
    assert read_workbook(bombs.book(bombs.cells(rows))).sheets[0].rows == 1


def test_a_bomb_the_scan_cannot_see_dies_in_the_child_and_names_the_sheet() -> None:
    with pytest.raises(CannotRead, match="读取工作表“名单”") as refused:
        read_workbook(bombs.hidden_corner())
    assert refused.value.code == "died"


def test_a_reading_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(CannotRead, match="超过了时间上限"):
        read_workbook(xlsx([["姓名"]]), limits=dataclasses.replace(Limits.upload(), seconds=0))


def test_a_killed_child_is_a_refusal(monkeypatch) -> None:
    real = subprocess.run

    def killed(command: list[str], **how: object) -> object:
        return real([sys.executable, "-c", f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"], **how)

    monkeypatch.setattr(reading.subprocess, "run", killed)
    with pytest.raises(CannotRead, match="内存超限或文件已损坏"):
        read_workbook(xlsx([["姓名"]]))


def test_a_reader_without_memory_is_a_refusal() -> None:
    with pytest.raises(CannotRead, match="内存超限"):
        read_workbook(bombs.tall(150_000), limits=dataclasses.replace(Limits.upload(), memory_bytes=120 << 20))


def test_nothing_is_left_behind_by_a_refusal(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(reading.tempfile, "tempdir", str(tmp_path))
    with pytest.raises(CannotRead):
        read_workbook(b"%PDF-1.7")
    assert os.listdir(tmp_path) == []


def test_an_xls_with_a_cell_too_far_right_is_refused() -> None:
    with pytest.raises(CannotRead) as refused:
        read_workbook(xls([["姓名"] * 12]), limits=dataclasses.replace(Limits.upload(), columns=10))
    assert refused.value.code == "cells"


def test_a_truncated_xls_is_refused_or_read() -> None:
    with pytest.raises(CannotRead):
        read_workbook(xls([["姓名"] * 12] * 500)[:9000])


def test_the_ending_does_not_matter(tmp_path: Path) -> None:
    kept = tmp_path / "名单.xls"
    kept.write_bytes(xlsx([["姓名"]]))
    assert read_workbook(kept).kind == "xlsx"


def test_the_child_is_not_given_our_settings(monkeypatch) -> None:
    monkeypatch.setenv("TAIZHANG_SECRET", "x")
    assert "TAIZHANG_SECRET" not in reading._environment()


def test_several_sheets_come_in_tab_order_with_their_hidden_state() -> None:
    book = openpyxl.Workbook()
    book.active.title = "甲"
    book.active["A1"] = 1
    book.create_sheet("乙").sheet_state = "hidden"
    assert [(sheet.name, sheet.hidden, sheet.rows) for sheet in read_workbook(saved(book)).sheets] == [("甲", False, 1), ("乙", True, 0)]
