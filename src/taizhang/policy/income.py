"""The derived income of a household, computed in one place (domain/archives.md 1.4).

What blank means: a single blank is not zero and stays NULL. A sum is NULL only if everything it sums is NULL; beside a figure that was
given, a blank part adds nothing. So a household of which no income at all is known has no totals, and is never shown with an income of 0.
"""

from collections.abc import Sequence

import polars as pl

from taizhang.policy.archive.income import WORKSHEET

MONEY = pl.Decimal(14, 2)
WIDE = pl.Decimal(38, 2)
SOURCES = ("inc_wage_yuan", "inc_business_yuan", "inc_property_yuan", "inc_transfer_yuan")
TRANSFER_PARTS = (
    "tr_family_planning_yuan",
    "tr_dibao_yuan",
    "tr_dibao_short_yuan",
    "tr_wubao_yuan",
    "tr_pension_yuan",
    "tr_ecology_yuan",
    "tr_other_yuan",
    "tr_retire_yuan",
    "tr_support_yuan",
    "tr_old_age_yuan",
    "tr_condolence_yuan",
    "tr_disability_yuan",
    "tr_soldier_pay_yuan",
    "tr_stable_subsidy_yuan",
    "tr_asset3y_yuan",
)
DERIVED = ("inc_transfer_yuan", "inc_total_yuan", "inc_net_yuan", "inc_net_pc_yuan")
NEEDED = (*SOURCES, *TRANSFER_PARTS, "exp_business_yuan")
WORKSHEET_TOTALS = tuple(WORKSHEET)


def derive_income(frame: pl.DataFrame, *, typed_totals_stand: bool = False) -> pl.DataFrame:
    """The same rows with the four derived columns of `DERIVED` computed.

    With `typed_totals_stand`, a total whose sources are all blank keeps the figure that was handed in: for sheets with totals only.

    Reads    the columns of `NEEDED` and `member_count`; one that is missing counts as blank
    Gives    the frame's columns in their order, absent derived ones added behind; Decimal(14, 2) yuan, half a fen rounded away from zero
    Blank    transfer: no part given → the typed total stays; totals: NULL only if all four sources are; per head: NULL also without members
    Cost     O(rows), no Python loop over rows
    """
    have = frame.with_columns(_missing(frame))
    have = have.with_columns(inc_transfer_yuan=_transfer())
    have = _settle(have, "inc_total_yuan", total_income(), typed_totals_stand)
    have = _settle(have, "inc_net_yuan", net_income(), typed_totals_stand)
    have = _settle(have, "inc_net_pc_yuan", net_income_per_head(), typed_totals_stand)
    added = [name for name in DERIVED if name not in frame.columns]
    return have.select(*frame.columns, *added)


def transfer_disagrees() -> pl.Expr:
    """True where a typed transfer income differs from the sum of its parts; to be asked before `derive_income` (IN-02)."""
    typed = pl.col("inc_transfer_yuan")
    return (typed.is_not_null() & (_sum_of(TRANSFER_PARTS) != typed.cast(WIDE))).fill_null(value=False)


def compare_worksheet(frame: pl.DataFrame) -> pl.DataFrame:
    """What the worksheet (收入核算明细) adds up to under each total of `WORKSHEET_TOTALS`, and how far the typed total lies from it.

    Reads    the totals and the parts of `WORKSHEET`; one that is missing counts as blank
    Gives    a row for each of the frame's, two columns a total: ``<total>.parts`` the sum, ``<total>.off`` the sum less the typed total
    Blank    parts: NULL only if all are; off: NULL unless both the sum and the typed total are known
    Cost     O(rows), no Python loop over rows
    Source   domain/archives.md 1.4
    """
    parts = {total: [f"{part}_yuan" for part, _ in told] for total, told in WORKSHEET.items()}
    wanted = [name for total, names in parts.items() for name in (total, *names) if name not in frame.columns]
    have = frame.with_columns(pl.lit(None, dtype=MONEY).alias(name) for name in wanted)
    sums = {total: _sum_of(names) for total, names in parts.items()}
    return have.select(
        *(added.cast(MONEY).alias(f"{total}.parts") for total, added in sums.items()),
        *((added - _wide(total)).cast(MONEY).alias(f"{total}.off") for total, added in sums.items()),
    )


def total_income() -> pl.Expr:
    """年总收入: wage + business + property + transfer."""
    return _sum_of(SOURCES).cast(MONEY)


def net_income() -> pl.Expr:
    """年纯收入: the total less the expense of business.

    Blank    a blank expense takes nothing off; no total, no net
    """
    return (_wide("inc_total_yuan") - _wide("exp_business_yuan").fill_null(_zero())).cast(MONEY)


def net_income_per_head() -> pl.Expr:
    """人均纯收入: the net income by the persons registered in the archive, half a fen away from zero.

    Blank    NULL without a net income or without members
    """
    fen = _wide("inc_net_yuan").to_physical().cast(pl.Int64)
    heads = pl.when(pl.col("member_count") > 0).then(pl.col("member_count")).cast(pl.Int64)
    rounded = (2 * fen.abs() + heads) // (2 * heads) * fen.sign()
    return (rounded.cast(pl.Decimal(20, 2)) / pl.lit(100)).cast(MONEY)


def _transfer() -> pl.Expr:
    """转移性收入: the sum of its parts where any is given, else as typed."""
    return pl.coalesce(_sum_of(TRANSFER_PARTS).cast(MONEY), pl.col("inc_transfer_yuan").cast(MONEY))


def _sum_of(names: Sequence[str]) -> pl.Expr:
    """The sum of columns; NULL only where all are."""
    known = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    total = pl.sum_horizontal(_wide(name).fill_null(_zero()) for name in names)
    return pl.when(known).then(total)


def _settle(frame: pl.DataFrame, name: str, computed: pl.Expr, typed_stands: bool) -> pl.DataFrame:
    """The frame with one total computed, falling back on what was typed where that may stand."""
    settled = pl.coalesce(computed, pl.col(name).cast(MONEY)) if typed_stands and name in frame.columns else computed
    return frame.with_columns(settled.alias(name))


def _missing(frame: pl.DataFrame) -> list[pl.Expr]:
    """Blank columns for what the frame does not carry."""
    money = [pl.lit(None, dtype=MONEY).alias(name) for name in NEEDED if name not in frame.columns]
    heads = [] if "member_count" in frame.columns else [pl.lit(None, dtype=pl.Int64).alias("member_count")]
    return money + heads


def _wide(name: str) -> pl.Expr:
    """A money column with room for sums."""
    return pl.col(name).cast(WIDE)


def _zero() -> pl.Expr:
    return pl.lit(0).cast(WIDE)
