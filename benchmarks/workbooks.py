"""Workbooks of many synthetic persons, 40 columns, as an office would send them: several sheets of at most 100,000 rows."""

from pathlib import Path

import polars as pl

from taizhang.jobs.demo.people import people
from taizhang.ledgers import ledger
from taizhang.ledgers.stream import write_book

SHEET_ROWS = 100_000
KEYS = ("key.area", "key.group", "key.household_no")
PERSONS = ("person.name", "person.id_type", "person.id_no", "person.sex", "person.ethnicity", "membership.relation")
COLUMNS = 40


def fields() -> list[str]:
    """Forty fields of the household archive: keys, identity, family, and what is surveyed of members and households."""
    everything = [c for c in ledger("household-archive").columns if not c.derived]
    members = [c.field for c in everything if c.field.startswith("member.")]
    houses = [c.field for c in everything if c.field.startswith("household.") and c.field != "household.inc_transfer_yuan"]
    return [*KEYS, *PERSONS, *members[:19], *houses[: COLUMNS - len(KEYS) - len(PERSONS) - 19]]


def write_workbook(path: Path, persons: int, *, seed: int = 7) -> int:
    """Write a workbook of about `persons` lines.

    Gives    the number of lines written
    """
    lines = people(round(persons / 3.4) + 50, seed).head(persons)
    declared = ledger("household-archive")
    wanted = [declared.column(f) for f in fields()]
    shown = pl.DataFrame([c.kind.show(lines[c.field]).alias(c.field) if c.field in lines.columns else _blank(c.field, lines.height) for c in wanted])
    sheets = [(f"第{at // SHEET_ROWS + 1}页", shown.slice(at, SHEET_ROWS)) for at in range(0, lines.height, SHEET_ROWS)]
    write_book(path, [c.label for c in wanted], sheets)
    return lines.height


def _blank(name: str, height: int) -> pl.Series:
    return pl.Series(name, [None] * height, dtype=pl.String)
