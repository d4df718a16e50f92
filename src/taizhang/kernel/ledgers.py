"""What a ledger (台账) is: a declared sheet over facts that stand in the register. It reads them in, writes them out, stores nothing.

Lines of a sheet travel as one Polars frame: one column per `Column.field`, named by the home of the fact
(``household.phone``, ``member.health``, ``person.name``, ``membership.relation``, ``key.household_no`` …), with typed values,
and `SHEET` and `ROW` saying where each line stands in the workbook.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from taizhang.kernel.kinds.base import Kind

SHEET, ROW = "line.sheet", "line.row"

Check = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    `label` is printed as heading, under `group` where the sheet has two levels of headings; `aliases` are what other versions
    print there, `codes` national column codes (a hint only). `key` is the home and name of the fact. `derived` columns are
    printed and compared, never read in. `note` stands on the template.
    """

    label: str
    field: str
    kind: Kind
    required: bool = False
    aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    group: str = ""
    derived: bool = False
    note: str = ""
    mark: str = "V"

    @property
    def secret(self) -> bool:
        """Sealed at rest, masked by default on every page and sheet."""
        return self.kind.secret

    @property
    def heading(self) -> str:
        """The heading with its upper level, as findings name it."""
        return f"{self.group}/{self.label}" if self.group else self.label


@dataclass(frozen=True, slots=True)
class Ledger:
    """A declared sheet. `grain` says to a person what one line is, `line` to the importer (a key of `intake.grains`); `checks` look at all
    lines together and give findings.

    `read_also` are columns that other versions of the sheet have: read in where they stand, never asked for and never printed. `only`
    tells whom the sheet lists: those of whom any of the fields holds one of the values; empty: everybody. `heads_only`: one line a
    household, its head's. `every_line`: what is the household's stands on each of its lines, not on the first alone.
    """

    key: str
    title: str
    grain: str
    source: str
    columns: tuple[Column, ...]
    checks: tuple[Check, ...] = ()
    mark: str = "V"
    headings_in_row: int = 1
    notes: tuple[str, ...] = field(default=())
    line: str = "household_member"
    read_also: tuple[Column, ...] = ()
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()
    heads_only: bool = False
    every_line: bool = False

    def column(self, name: str) -> Column:
        """The column of a field.

        Raises   StopIteration (our own mistake)
        """
        return next(c for c in self.readable if c.field == name)

    @property
    def readable(self) -> tuple[Column, ...]:
        """Every column that a sheet may have."""
        return (*self.columns, *self.read_also)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the sheet, in order."""
        return tuple(c.field for c in self.columns)

    @property
    def version(self) -> str:
        """Eight places that change when the columns change: printed on every template and export."""
        text = "\n".join(f"{c.heading}\t{c.field}\t{c.kind.name}" for c in self.columns)
        return hashlib.sha256(f"{self.key}\n{text}".encode()).hexdigest()[:8]
