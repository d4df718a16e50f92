"""What a grain must know. Lines and proposals travel as frames, as `kernel.ledgers` and `intake.proposing` describe them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import polars as pl

from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.intake.cells import Checked, Picked
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import Proposals
from taizhang.journal.models import Posted
from taizhang.kernel.kinds.base import Kind
from taizhang.kernel.ledgers import Ledger


class Home(NamedTuple):
    """The table behind the fields of one home (``village.…``): its model, where proposals hold the row's id and the version that was read,
    and the kinds of its facts."""

    model: type[Posted]
    row_id: str
    version: str
    kinds: Mapping[str, Kind]


class Once(NamedTuple):
    """What may stand on one line of a workbook only: the field, the heading to name, the finding's code and words."""

    field: str
    heading: str
    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Lines on their way out: how many there will be, and frames with `ledger.fields` as typed values (secrets as text to be shown)."""

    total: int
    frames: Iterator[pl.DataFrame]


class Grain(Protocol):
    """What one line is about.

    `homes` the tables behind the fields; `same` columns of the proposals that must not have moved when a line is accepted; `known` the
    column that holds an id where the thing stands on the register; `once` what may not come twice; `needs` what accepting needs beside
    IMPORT_ACCEPT; `says` sentences of the proposals' page that are not those of households, by kind. `own`: what goes out is cut to what
    the account sees line by line, so that one who sees only his own may order it.
    """

    key: str
    homes: Mapping[str, Home]
    same: tuple[str, ...]
    known: str
    once: Once | None
    needs: tuple[Permission, ...]
    says: Mapping[str, str]
    own: bool

    def check(self, *, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked], ledger: Ledger) -> Checked:
        """Text of cells → typed, sealed lines with `line.sheet`, `line.row`, `line.household` (which lines go together), and findings."""

    def place(self, lines: pl.DataFrame, by: User, area: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Lines with `key.area`, and findings where it cannot be told."""

    def propose(self, by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
        """The lines against the register as it stands (`Proposals`). Nothing is written."""

    def whole(self, staged: pl.DataFrame, wanted: pl.Series, fresh: pl.Series) -> tuple[pl.Series, int]:
        """Which lines are taken of those wanted and unchanged since, and how many wanted ones are stale: what must go together does."""

    def write(self, lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
        """Write the taken lines inside the open posting; gives how many by kind.

        Raises   LostRace
        """

    def title(self, line: Mapping[str, Any]) -> str:
        """What a line is called on the proposals' page."""

    def heads(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The new lines that get a card of their own."""

    def family(self, rows: pl.DataFrame, row: Mapping[str, Any]) -> list[int]:
        """The lines (column `at`) that a new line's card shows together; none where it stands alone."""

    def query(self, period: Period, told: Mapping[str, Any]) -> dict[str, Any]:
        """The conditions of an export, checked, as its manifest keeps them.

        Raises   BadQuery
        """

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """The lines of an order, read in the moment that is open."""
