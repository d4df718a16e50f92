"""How every kind reads a column: the easy cells by expressions, the odd spellings once each in Python."""

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Callable
from decimal import Decimal

import polars as pl

from taizhang.kernel.kinds.base import Kind, Read

One = Callable[[str], tuple[object, str | None]]

SPACES = " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
DASHES = frozenset({"-", "--", "---", "—", "——", "–", "−", "－", "/", "／", "\\", "＼", "无"})
_GAPS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]+")


def squeezed(text: str) -> str:
    """Half width, without any space or invisible character."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text).replace("\u2212", "-"))


def is_dash(squeezed_text: str) -> bool:
    """Whether a squeezed text is one of the signs people put into an empty cell."""
    return squeezed_text in DASHES


def read_columns(text: pl.Series, fast: pl.Series, one: One) -> Read:
    """The values of `fast`; where it is null and something was typed, `one` answers, once for each distinct text.

    Cost     O(rows) in expressions, O(distinct odd spellings) in Python
    """
    text = text.cast(pl.String)
    odd = text.filter(fast.is_null() & text.is_not_null()).unique()
    if odd.is_empty():
        return Read(fast, _nothing(len(text), pl.String()))
    answers = [one(typed) for typed in odd]
    table = pl.DataFrame(
        {
            "text": odd,
            "slow": pl.Series([answer[0] for answer in answers], dtype=fast.dtype),
            "problem": pl.Series([answer[1] for answer in answers], dtype=pl.String),
        }
    )
    rows = pl.DataFrame({"text": text, "fast": fast}).with_columns(
        odd=pl.when(pl.col("fast").is_null()).then(pl.col("text")),
    )
    joined = rows.join(table, left_on="odd", right_on="text", how="left", maintain_order="left")
    values = joined.select(pl.coalesce("fast", "slow").alias("value")).to_series()
    return Read(values, joined["problem"])


def read_each(text: pl.Series, one: One, dtype: pl.DataType) -> Read:
    """Every distinct text through `one`."""
    return read_columns(text, _nothing(len(text), dtype), one)


class Spelled(Kind):
    """A kind that reads every distinct spelling by itself."""

    def read(self, text: pl.Series) -> Read:
        """Every spelling once."""
        return read_each(text, self._one, self.dtype)

    @abstractmethod
    def _one(self, typed: str) -> tuple[object, str | None]:
        """One spelling → value and problem."""


def without_zeros(number: Decimal) -> str:
    """A number as a person writes it: no exponent, no zeros at the end."""
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def quoted(typed: str, most: int = 30) -> str:
    """The typed text between Chinese quotation marks, cut short."""
    flat = " ".join(typed.split())
    return f"“{flat if len(flat) <= most else flat[:most] + '…'}”"


def _nothing(length: int, dtype: pl.DataType) -> pl.Series:
    return pl.Series("nothing", [None], dtype=dtype).new_from_index(0, length)
