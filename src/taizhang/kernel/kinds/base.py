"""What a kind of value is: one object that reads a column of typed text, and shows values as text again.

A kind serves four places at once: the columns of a ledger, the fields of a form, the columns of a table and the
documentation. It is vectorised: one call reads a whole column.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import polars as pl

from taizhang.kernel.findings import Severity


@dataclass(frozen=True, slots=True)
class Read:
    """A column that was read. `values` has the kind's dtype, null where blank or unreadable; `problems` is a String column,
    null where all is well, else a problem code such as ``"yuan.not_a_number"``. Both have the length of the text."""

    values: pl.Series
    problems: pl.Series


class Kind(ABC):
    """A kind of value (金额, 日期, 证件号码, one label of a code list …).

    Laws, held by property tests: ``read(show(v)).values == v`` for every v that `read` can give, with no problems;
    blank text (empty, spaces, full-width spaces, null, and the dashes ``-`` ``—`` ``/`` ``\\`` ``无`` only where the kind says so)
    gives null and no problem; `read` never raises on any text.
    """

    name: str  # ascii word, e.g. "yuan"; also the prefix of its problem codes
    zh: str  # what the documentation and the template's note call it, e.g. "金额(元,最多两位小数)"
    dtype: pl.DataType
    secret: bool = False

    @abstractmethod
    def read(self, text: pl.Series) -> Read:
        """Text as typed → values and problems. `text` is String, may hold nulls."""

    def show(self, values: pl.Series) -> pl.Series:
        """Values → the text a sheet or page shows (null → null): a text is shown as it is."""
        return values

    @abstractmethod
    def says(self, problem: str, typed: str) -> str:
        """The Chinese sentence for a problem code: what is wrong and what would be right."""

    def severity(self, problem: str) -> Severity:
        """ERROR unless the kind knows better."""
        return Severity.ERROR

    def read_one(self, text: str | None) -> tuple[object, str | None]:
        """One typed text → (value, problem), for a form."""
        read = self.read(pl.Series([text], dtype=pl.String))
        return read.values[0], read.problems[0]

    def show_one(self, value: object) -> str:
        """One value → its text, "" for None."""
        shown = self.show(pl.Series([value], dtype=self.dtype))[0]
        return "" if shown is None else str(shown)
