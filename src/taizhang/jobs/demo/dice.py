"""Chance by counting: every random value is a function of the seed, a word and the row's own number.

So the same household comes out whatever the size of the part it is made in, and on every machine. The mixing is SplitMix64.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_TABLE = 1 << 12


@dataclass(frozen=True)
class Dice:
    """Dice of one seed, thrown once for each row by the whole number in column `key`."""

    seed: int
    key: str

    def unit(self, what: str) -> pl.Expr:
        """Evenly from 0 to 1, without 1."""
        start = int.from_bytes(hashlib.sha256(f"{self.seed}/{what}".encode()).digest()[:8], "little")
        mixed = pl.col(self.key).cast(pl.UInt64) * _wide(_STEP) + _wide(start)
        mixed = (mixed ^ (mixed // _wide(1 << 30))) * _wide(_FIRST)
        mixed = (mixed ^ (mixed // _wide(1 << 27))) * _wide(_SECOND)
        return (mixed // _wide(1 << 11)).cast(pl.Float64) / float(1 << 53)

    def chance(self, what: str, share: float | pl.Expr) -> pl.Expr:
        """True in that share of the rows."""
        return self.unit(what) < share

    def whole(self, what: str, lowest: int, highest: int) -> pl.Expr:
        """Evenly a whole number, both ends within."""
        return (self.unit(what) * (highest - lowest + 1)).floor().cast(pl.Int64) + lowest

    def bell(self, what: str, middle: float, spread: float) -> pl.Expr:
        """Nearly a normal distribution: four even throws, never further than 3.5 spreads from the middle."""
        total = sum((self.unit(f"{what}/{throw}") for throw in range(4)), start=pl.lit(-2.0))
        return total * (spread * 3**0.5) + middle

    def skewed(self, what: str, middle: float, spread: float) -> pl.Expr:
        """Log-normal around a median."""
        return self.bell(what, 0, spread).exp() * middle

    def one(self, what: str, choices: Sequence[str]) -> pl.Expr:
        """One of several texts, each as often."""
        return _from(pl.Series(list(choices), dtype=pl.String), self.whole(what, 0, len(choices) - 1))

    def pick(self, what: str, weights: Mapping[str, float]) -> pl.Expr:
        """One of several texts by weight (to a part in 4,096); the text "" stands for null."""
        total, so_far, table = sum(weights.values()), 0.0, []
        for text, weight in weights.items():
            so_far += weight
            table += [text or None] * (round(so_far / total * _TABLE) - len(table))
        return _from(pl.Series(table, dtype=pl.String), self.whole(what, 0, _TABLE - 1))


def _from(table: pl.Series, index: pl.Expr) -> pl.Expr:
    return pl.lit(table).gather(index)


def _wide(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)
