"""Every ledger's example is read clean: every column found, nothing wrong, the lines that stand on it and no others."""

from pathlib import Path

import pytest

import taizhang.ledgers
from taizhang.intake.checking import check_table
from taizhang.intake.reading import body_of, match_table, picked, read_tables
from taizhang.ledgers import LEDGERS

FOLDER = Path(taizhang.ledgers.__file__).parent
ALL = pytest.mark.parametrize("ledger", LEDGERS.values(), ids=LEDGERS)
PEOPLE = [ledger for ledger in LEDGERS.values() if ledger.line == "household_member"]
OF_PEOPLE = pytest.mark.parametrize("ledger", PEOPLE, ids=[ledger.key for ledger in PEOPLE])


def example_of(ledger) -> bytes:
    """The example in the ledger's folder."""
    return next((FOLDER / ledger.key.replace("-", "_")).glob("example.*")).read_bytes()


def checked(ledger):
    """The example's table, what was matched, and what came of it."""
    workbook, found_tables = read_tables(example_of(ledger), ledger)
    tables = list(found_tables)
    found = match_table(tables[0], ledger)
    where = picked(found)
    return found, check_table(sheet=tables[0].sheet, body=body_of(tables[0], where, workbook), picked=where, ledger=ledger)


@ALL
def test_every_column_of_the_example_is_matched_without_asking(ledger):
    found, _ = checked(ledger)
    assert (found.unknown, found.missing, found.asks) == ([], [], False)


@ALL
def test_the_example_has_no_findings(ledger):
    _, result = checked(ledger)
    assert result.findings.rows() == []


@OF_PEOPLE
def test_the_example_has_eight_members_of_four_households(ledger):
    _, result = checked(ledger)
    assert (result.lines.height, result.lines["line.household"].n_unique()) == (4 if ledger.heads_only else 8, 4)


def test_title_unit_total_and_notes_of_the_old_workbook_are_left_out():
    found, _ = checked(LEDGERS["new-and-returned"])
    assert [(row["row"], row["why"]) for row in found.left_out] == [
        (1, "表头上方的标题或说明"),
        (2, "表头上方的标题或说明"),
        (13, "合计行"),
        (14, "表下的注释或落款"),
        (15, "表下的注释或落款"),
    ]


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("village-archive", 3),
        ("village-information", 3),
        ("natural-village-archive", 4),
        ("members-added", 2),
        ("members-left", 2),
        ("correction-orders", 3),
        ("work-away", 2),
        ("work-plans", 2),
    ],
)
def test_every_line_of_such_an_example_stands_by_itself(key, lines):
    _, result = checked(LEDGERS[key])
    assert (result.lines.height, result.lines["line.household"].n_unique()) == (lines, lines)


@OF_PEOPLE
def test_the_people_of_the_examples_live_under_the_unassigned_prefix(ledger):
    _, found_tables = read_tables(example_of(ledger), ledger)
    tables = list(found_tables)
    where = picked(match_table(tables[0], ledger))["person.id_no"]
    assert tables[0].body[f"c{where.index}"].str.starts_with("990101").all()
