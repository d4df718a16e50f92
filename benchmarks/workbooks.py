"""Workbooks of many synthetic persons, 40 columns, as an office would send them: several sheets of at most 100,000 rows."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from taizhang.intake.exporting.workbook import write_workbook
from taizhang.jobs.demo.people import people_in_parts
from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers import ledger
from taizhang.places.fictitious import fictitious_places

SHEET_ROWS = 100_000
PERSONS_A_HOUSEHOLD = 3.4
COUNTY = "990101"
KEYS = ("key.area", "key.group")
PERSONS = ("person.name", "person.id_type", "person.id_no", "person.sex", "person.ethnicity", "membership.relation")
COLUMNS = 40


def forty_columns() -> Ledger:
    """The household archive cut to forty columns: keys, identity, family, what is surveyed of members and of households."""
    whole = ledger("household-archive")
    free = [c.field for c in whole.columns if not c.derived]
    members = [f for f in free if f.startswith("member.")][:19]
    houses = [f for f in free if f.startswith("household.") and "inc_transfer" not in f]
    wanted = [*KEYS, *PERSONS, *members, *houses][:COLUMNS]
    return replace(whole, columns=tuple(whole.column(f) for f in wanted))


def lines(persons: int, *, seed: int = 7) -> list[pl.DataFrame]:
    """About `persons` invented lines, in parts of whole households."""
    parts, told = [], 0
    county = fictitious_places().filter(pl.col("code").str.starts_with(COUNTY))
    for part in people_in_parts(round(persons / PERSONS_A_HOUSEHOLD * 1.1) + 100, seed, county):
        parts.append(part.head(persons - told))
        told += parts[-1].height
        if told >= persons:
            break
    return parts


def write(path: Path, persons: int, *, seed: int = 7) -> int:
    """Write a workbook of `persons` lines, 100,000 a sheet.

    Gives    the number of lines written
    """
    made = lines(persons, seed=seed)
    write_workbook(path, forty_columns(), iter(made), "", rows_a_sheet=SHEET_ROWS)
    return sum(part.height for part in made)
