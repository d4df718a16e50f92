"""数据字典 as a workbook: what goes out is what is declared."""

import io
from itertools import chain

import openpyxl

from taizhang.ledgers.dictionary_book import dictionary_book
from taizhang.policy.archive import FACT_TABLES
from taizhang.policy.code_lists import all_code_lists
from taizhang.policy.dictionary_rows import parts


def sheets() -> dict[str, list[tuple[str, ...]]]:
    """Headings and rows of every sheet, as openpyxl reads them."""
    book = openpyxl.load_workbook(io.BytesIO(dictionary_book()))
    return {sheet.title: [tuple(cell or "" for cell in row) for row in sheet.iter_rows(min_row=3, values_only=True)] for sheet in book}


def test_every_part_comes_back_as_it_was_declared():
    assert sheets() == {part.title: [part.heads, *part.rows] for part in parts()}


def test_every_fact_and_every_code_stands_in_it():
    found = sheets()
    assert {row[3] for row in found["指标"][1:]} == {fact.name for fact in chain.from_iterable(FACT_TABLES.values())}
    codes = {(one.name, code.key) for one in all_code_lists().values() for code in one.codes}
    assert {(row[1], row[4]) for row in found["代码表"][1:] if row[4]} == codes


def test_what_is_not_verified_says_so():
    told = {row[3]: row[-1] for row in sheets()["指标"][1:]}
    assert told["aid_loan_yuan"].startswith("未核实")
    assert told["hh_relocated"].startswith("已核实")


def test_no_cell_is_a_formula_or_a_number():
    book = openpyxl.load_workbook(io.BytesIO(dictionary_book()))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
