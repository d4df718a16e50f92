"""File → text of cells → which heading is which column (hops 1-2 and the matching before hop 3)."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from taizhang.intake.checking import Picked
from taizhang.kernel.ledgers import Ledger
from taizhang.kernel.sheets.headings import Table, each_table, find_table
from taizhang.kernel.sheets.matching import Wanted, match
from taizhang.kernel.sheets.reading import Limits, Workbook, read_workbook

AGAIN = "again."  # the home of a column that a sheet prints a second time
KEPT_ROWS = 200_000  # a workbook of more rows is held sheet by sheet


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table on a sheet, told so that a person can look at it: its headings, what was left out, which heading is which column.

    `columns` maps a field to {index, heading, how, sure, unit}; `unknown` are headings that no column takes, `ambiguous`
    those that fit more than one; `missing` labels of
    columns that no heading gives; `asks` is True while something has to be decided by a person.
    """

    sheet: str
    fingerprint: str
    rows: int
    headings: list[dict[str, Any]]
    columns: dict[str, dict[str, Any]]
    unknown: list[dict[str, Any]]
    ambiguous: list[dict[str, Any]]
    missing: list[str]
    required_missing: list[str]
    left_out: list[dict[str, Any]]
    hidden_rows: int
    heading_row: int
    asks: bool


def read_tables(content: bytes, ledger: Ledger, *, limits: Limits | None = None) -> tuple[Workbook, Iterator[Table]]:
    """The tables of a file, one after the other.

    Raises   CannotRead with one clear sentence; that no sheet has a table is said when the first is asked for
    """
    workbook = read_workbook(content, limits=limits)
    return workbook, each_table(workbook, _vocabulary(ledger))


def slim(table: Table, workbook: Workbook) -> Table:
    """The table without its cells where the workbook is large: `body_of` reads them again when their turn comes."""
    large = sum(sheet.rows for sheet in workbook.sheets) > KEPT_ROWS
    return replace(table, body=table.body.clear()) if large else table


def match_table(
    table: Table, ledger: Ledger, *, remembered: dict[str, str] | None = None, chosen: dict[int, str] | None = None
) -> FoundTable:
    """Match the headings of one table to the columns of the ledger."""
    found = match(table.headings, _wanted(ledger), remembered=remembered, chosen=chosen)
    required = {c.field: c.heading for c in ledger.columns if c.required}
    return FoundTable(
        sheet=table.sheet,
        fingerprint=fingerprint_of(table),
        rows=table.body.height,
        headings=[{"index": h.index, "text": h.text} for h in table.headings],
        columns={field: asdict(pick) for field, pick in found.columns.items()},
        unknown=[{"index": h.index, "text": h.text} for h in found.unknown],
        ambiguous=[{"index": h.index, "text": h.text} for case in found.ambiguous for h in case.headings],
        missing=[w.label for w in found.missing if w.key in ledger.fields and not w.key.startswith(AGAIN)],
        required_missing=[heading for field, heading in required.items() if field not in found.columns],
        left_out=[asdict(row) for row in table.left_out],
        hidden_rows=len(table.hidden_rows),
        heading_row=table.heading_rows[1],
        asks=not found.sure,
    )


def picked(found: FoundTable) -> dict[str, Picked]:
    """Where each field stands, for reading the body."""
    return {field: Picked(pick["index"], pick["heading"], pick.get("unit", "")) for field, pick in found.columns.items()}


def fingerprint_of(table: Table) -> str:
    """What a form is known by: its headings in order."""
    return hashlib.sha256("\n".join(h.text for h in table.headings).encode()).hexdigest()


def body_of(table: Table, wanted: dict[str, Picked], workbook: Workbook) -> pl.DataFrame:
    """The cells of a table, only the columns that are read."""
    if table.body.is_empty():
        again = find_table(workbook.sheet(table.sheet), heading_rows=table.heading_rows)
        table = again if again is not None else table
    return table.body.select("row", *dict.fromkeys(f"c{where.index}" for where in wanted.values()))


def _wanted(ledger: Ledger) -> list[Wanted]:
    return [Wanted(c.field, c.label, c.aliases, c.codes, c.group) for c in ledger.readable]


def _vocabulary(ledger: Ledger) -> list[str]:
    words = [(c.label, c.group, *c.aliases, *c.codes) for c in ledger.readable]
    return [word for several in words for word in several if word]
