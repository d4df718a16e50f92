"""The blank workbooks."""

import io
import zipfile

import openpyxl
import pytest

from taizhang.intake.reading import match_table, read_tables
from taizhang.ledgers import LEDGERS
from taizhang.ledgers.template import CODES, HELP, template_of
from taizhang.ledgers.wording import list_of

ALL = pytest.mark.parametrize("ledger", LEDGERS.values(), ids=LEDGERS)


def filled(ledger) -> bytes:
    """The template with one line typed into it."""
    book = openpyxl.load_workbook(io.BytesIO(template_of(ledger)))
    sheet = book.worksheets[0]
    sheet.append([("演示村" if column.kind.name in ("text", "name") else "") for column in ledger.columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@ALL
def test_every_heading_of_a_filled_template_is_known_and_nothing_is_asked(ledger):
    _, found_tables = read_tables(filled(ledger), ledger)
    tables = list(found_tables)
    found = match_table(tables[0], ledger)
    assert (found.rows, found.unknown, found.missing, found.asks) == (1, [], [], False)


@ALL
def test_the_other_sheets_of_a_template_are_not_taken_for_data(ledger):
    _, found_tables = read_tables(filled(ledger), ledger)
    tables = list(found_tables)
    assert [len(match_table(table, ledger).columns) > 1 for table in tables] == [True] + [False] * (len(tables) - 1)


@ALL
def test_a_template_has_a_note_on_every_heading_and_its_version(ledger):
    book = openpyxl.load_workbook(io.BytesIO(template_of(ledger)))
    sheet = book.worksheets[0]
    notes = [cell.comment.text for row in sheet["3:4"] for cell in row if cell.comment]
    assert len(notes) == len(ledger.columns)
    assert f"{ledger.key}-{ledger.version}" in sheet["A2"].value


@ALL
def test_lists_are_offered_from_a_hidden_sheet(ledger):
    book = openpyxl.load_workbook(io.BytesIO(template_of(ledger)))
    assert book.sheetnames == [ledger.title, HELP, CODES]
    assert book[CODES].sheet_state == "hidden"
    offered = [v.formula1 for v in book.worksheets[0].data_validations.dataValidation]
    lists = any(list_of(column) for column in ledger.columns)
    assert any(formula.startswith(CODES) for formula in offered) == lists


def test_numbers_of_persons_are_typed_as_text():
    ledger = LEDGERS["household-archive"]
    book = openpyxl.load_workbook(io.BytesIO(template_of(ledger)))
    at = ledger.fields.index("person.id_no") + 1
    letters = openpyxl.utils.get_column_letter(at)
    assert book.worksheets[0].column_dimensions[letters].number_format == "@"


@ALL
def test_what_is_not_verified_is_said_on_the_heading(ledger):
    book = openpyxl.load_workbook(io.BytesIO(template_of(ledger)))
    notes = {cell.comment.text for row in book.worksheets[0]["3:4"] for cell in row if cell.comment and "未核实" in cell.comment.text}
    assert len(notes) == len({c.heading for c in ledger.columns if c.mark in ("I", "K")})


@ALL
def test_a_template_holds_no_formula_and_no_link(ledger):
    parts = zipfile.ZipFile(io.BytesIO(template_of(ledger)))
    sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [text for text in sheets if b"<f>" in text or b"<f " in text]
    assert not [name for name in parts.namelist() if "externalLink" in name]
