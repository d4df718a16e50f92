"""Invented numbers that pass every check and belong to nobody: identity numbers under prefix 99, phones, bank accounts."""

import polars as pl

from taizhang.kernel.identity import CHECK_CHARACTERS, WEIGHTS

CARD_PREFIX = "990001"
PHONE_PREFIX, SURVEYOR_PREFIX = 199, 198
_PHONES = 10**8
_ACCOUNTS = 10**12
_SERIALS = {True: list(range(1, 1000, 2)), False: [n for n in range(2, 1000, 2) if n % 100]}
_STRIDE = 197  # shares no factor with either count of serials, so that it visits each once


class TooManyBirths(Exception):
    """More persons of one sex were invented for one county and day than there are serials."""


class Serials:
    """Which serials of a county, day and sex were given out, over all parts of one invention."""

    def __init__(self) -> None:
        self._given = pl.DataFrame(schema={"area6": pl.String(), "birth": pl.Date(), "male": pl.Boolean(), "given": pl.Int64()})

    def take(self, people: pl.DataFrame) -> pl.Series:
        """A serial for each line (area6, birth, male) that no line before had.

        Raises   TooManyBirths
        """
        who = ["area6", "birth", "male"]
        ranked = people.select(*who, rank=pl.int_range(pl.len()).over(who)).join(self._given, on=who, how="left", maintain_order="left")
        rank = pl.col("rank") + pl.col("given").fill_null(0)
        ranked = ranked.with_columns(rank=rank)
        self._given = (
            pl.concat([self._given, ranked.group_by(who).agg(given=pl.col("rank").max() + 1)]).group_by(who).agg(pl.col("given").max())
        )
        if ranked.filter(pl.col("rank") >= len(_SERIALS[False])).height:
            raise TooManyBirths("one county has more births on one day than there are serials: give more counties")
        start = pl.col("birth").to_physical().cast(pl.Int64) * 31 + pl.col("rank") * _STRIDE
        of = {sex: pl.lit(pl.Series(serials)).gather(start % len(serials)) for sex, serials in _SERIALS.items()}
        return ranked.select(pl.when("male").then(of[True]).otherwise(of[False]).alias("serial")).to_series()


def identity_number(area6: str, birth: str, serial: str) -> pl.Expr:
    """The 18 places from the columns area6, birth and serial."""
    day = (
        pl.col(birth).dt.year().cast(pl.Int64) * 10000
        + pl.col(birth).dt.month().cast(pl.Int64) * 100
        + pl.col(birth).dt.day().cast(pl.Int64)
    )
    core = pl.col(area6).cast(pl.Int64) * 10**11 + day * 1000 + pl.col(serial)
    total = pl.sum_horizontal(core // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(WEIGHTS))
    return core.cast(pl.String) + pl.lit(pl.Series(list(CHECK_CHARACTERS))).gather(total % 11)


def phone(number: pl.Expr, prefix: int = PHONE_PREFIX) -> pl.Expr:
    """An invented mobile number for each whole number below a hundred million, each once."""
    scattered = (number.cast(pl.Int64) * 48_271 + 7_654_321) % _PHONES
    return (scattered + prefix * _PHONES).cast(pl.String)


def account(number: pl.Expr) -> pl.Expr:
    """An invented card of 19 digits for each whole number below 10^12, each once, with its check digit (Luhn)."""
    scattered = (number.cast(pl.Int64) * 1_000_003 + 271_828_182_845) % _ACCOUNTS
    first18 = int(CARD_PREFIX) * _ACCOUNTS + scattered
    total = pl.lit(0, dtype=pl.Int64)
    for place in range(18):  # from the right; the check digit stands behind, so the first is doubled
        digit = first18 // 10**place % 10
        doubled = digit * 2 - pl.when(digit > 4).then(9).otherwise(0)
        total = total + (doubled if place % 2 == 0 else digit)
    return first18.cast(pl.String) + ((10 - total % 10) % 10).cast(pl.String)


def disability_card(id_no: pl.Expr, kind: pl.Expr, grade: pl.Expr) -> pl.Expr:
    """The 20 places of a disability card: the identity number, kind 1-7, grade 1-4."""
    return id_no + kind.cast(pl.String) + grade.cast(pl.String)
