"""Findings: what is wrong with what a user typed, as values that can be counted, shown and explained.

What a user typed never raises. One wrong cell is a `Finding`; the findings of a whole sheet travel as one Polars
frame with the columns of `FINDINGS` (the same names), so that a million rows cost no million objects.
"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class Severity(StrEnum):
    """How much a finding stops. Source: domain/archives.md 2."""

    BLOCK = "B"  # the row cannot be saved
    ERROR = "E"  # must be mended before the row can be accepted
    WARNING = "W"  # must be mended or explained
    INFO = "I"


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a cell as its user sees it. `row` is the number at the left edge of the sheet (1-based; 0 = the whole sheet),
    `column` the heading as typed ("" = the whole row)."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, and what would be right (in Chinese)."""

    code: str
    where: Where
    message: str
    severity: Severity
    typed: str = ""


FINDINGS: dict[str, pl.DataType] = {
    "sheet": pl.String(),
    "row": pl.Int64(),
    "column": pl.String(),
    "code": pl.String(),
    "severity": pl.String(),
    "message": pl.String(),
    "typed": pl.String(),
}


def no_findings() -> pl.DataFrame:
    """An empty findings frame."""
    return pl.DataFrame(schema=FINDINGS)


def as_frame(findings: list[Finding]) -> pl.DataFrame:
    """Single findings as one frame."""
    rows = [(f.where.sheet, f.where.row, f.where.column, f.code, f.severity.value, f.message, f.typed) for f in findings]
    return pl.DataFrame(rows, schema=FINDINGS, orient="row")
