"""Invented incomes that add up, and the status that goes with them: the poor below the line, the exited above it."""

import polars as pl

from taizhang.jobs.demo.dice import Dice
from taizhang.policy.income import MONEY, TRANSFER_PARTS, derive_income

POOR = ("poor", "returned")
MOST_POOR, LEAST_EXITED = 2900, 3600  # net yuan per head that invented households stay below, or come above
EARNED = ("inc_wage_yuan", "inc_business_yuan", "inc_property_yuan", "exp_business_yuan")


def with_income(homes: pl.DataFrame, seed: int, year: int) -> pl.DataFrame:
    """The households with income facts, derived ones too, and with status and its dates; reads the columns of `homes.counted`.

    Gives    Decimal(14, 2) yuan
    """
    dice = Dice(seed, "h")
    homes = _with_transfers(homes, dice)
    homes = _with_earnings(homes, dice)
    homes = _with_status(homes, dice, year)
    homes = _fitted(homes, dice)
    return derive_income(homes.with_columns(pl.col(name).round(2).cast(MONEY) for name in (*EARNED, *TRANSFER_PARTS)))


def _with_transfers(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    heads, none = pl.col("member_count"), pl.lit(0.0)
    subsidised = pl.when("dibao").then(heads * dice.whole("dibao/yuan", 110, 260) * 12)
    amounts = {
        "tr_family_planning_yuan": pl.when(pl.col("is_two_daughters") & dice.chance("planning", 0.5)).then(960),
        "tr_dibao_yuan": subsidised,
        "tr_dibao_short_yuan": none,
        "tr_wubao_yuan": pl.when("tekun").then(heads * 7680),
        "tr_pension_yuan": pl.col("pensioners") * dice.whole("pension", 98, 135) * 12,
        "tr_ecology_yuan": (pl.col("land_returned_mu").cast(pl.Float64) * 125 + pl.col("land_forest_mu").cast(pl.Float64) * 9).round(),
        "tr_other_yuan": pl.col("land_farm_mu").cast(pl.Float64) * 68,
        "tr_retire_yuan": pl.when(dice.chance("retire", 0.002)).then(dice.whole("retire/yuan", 9000, 20000)),
        "tr_support_yuan": pl.when((pl.col("able") == 0) & ~pl.col("tekun") & dice.chance("support", 0.4)).then(
            dice.whole("support/yuan", 6, 30) * 100
        ),
        "tr_old_age_yuan": pl.col("aged") * 600,
        "tr_condolence_yuan": pl.when(pl.col("is_military_family") & dice.chance("condolence", 0.3)).then(6000),
        "tr_disability_yuan": pl.col("heavy") * 720,
        "tr_soldier_pay_yuan": pl.col("soldiers") * 12000,
        "tr_stable_subsidy_yuan": pl.when(dice.chance("stable", 0.05)).then(500),
        "tr_asset3y_yuan": pl.when(dice.chance("asset", 0.12)).then(dice.whole("asset/yuan", 3, 9) * 100),
    }
    return homes.with_columns(amount.cast(pl.Float64).fill_null(0.0).alias(name) for name, amount in amounts.items())


def _with_earnings(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    farms = dice.chance("business", pl.when(pl.col("able") > 0).then(0.86).otherwise(0.45))
    business = pl.when(farms).then(dice.skewed("business/yuan", 5200, 0.6).round()).otherwise(0.0)
    return homes.with_columns(
        inc_wage_yuan=(pl.col("wages") + pl.col("job_months") * 650).cast(pl.Float64),
        inc_business_yuan=business,
        exp_business_yuan=(business * (0.22 + dice.unit("expense") * 0.33)).round(),
        inc_property_yuan=pl.when(dice.chance("property", 0.35)).then(dice.skewed("property/yuan", 420, 0.6).round()).otherwise(0.0),
    )


def _with_status(homes: pl.DataFrame, dice: Dice, year: int) -> pl.DataFrame:
    """Poor only where the transfers alone stay below the line; exited only where there are earnings that can be above it."""
    heads = pl.col("member_count")
    transfer = pl.sum_horizontal(TRANSFER_PARTS) / heads
    earned = (pl.col("inc_wage_yuan") + pl.col("inc_business_yuan") - pl.col("exp_business_yuan") + pl.col("inc_property_yuan")) / heads
    weights = {"poor": 20, "pre_out": 7, "out_with_policy": 62, "out_no_policy": 9, "returned": 2}
    identified = pl.col("first_identified_on").str.slice(0, 4).cast(pl.Int64)
    wished = dice.pick("status", weights)
    wished = pl.when((wished == "returned") & (identified > year - 2)).then(pl.lit("poor")).otherwise(wished)
    may_be_poor, may_be_out = transfer < MOST_POOR - 100, (transfer >= LEAST_EXITED) | (earned > 0)
    status = (
        pl.when(~may_be_out).then(pl.lit("poor")).when(wished.is_in(POOR) & ~may_be_poor).then(pl.lit("out_with_policy")).otherwise(wished)
    )
    homes = homes.with_columns(status=status, transfer_pc=transfer, earned_pc=earned)
    out, back = pl.col("status").is_in(["out_with_policy", "out_no_policy", "returned"]), pl.col("status") == "returned"
    left = pl.min_horizontal(identified + dice.whole("exited/after", 1, 3), pl.when(back).then(year - 1).otherwise(year))
    planned = pl.when(pl.col("status") == "pre_out").then(pl.lit(str(year)))
    return homes.with_columns(
        exited_on=pl.when(out).then(left.cast(pl.String)),
        returned_on=pl.when(back).then(pl.lit(str(year))),
        return_cause=pl.when(back).then(pl.col("main_cause")),
        planned_exit_on=planned.when(pl.col("status").is_in(POOR)).then(dice.whole("planned", year + 1, year + 2).cast(pl.String)),
    )


def _fitted(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """What is earned, scaled so that the poor come out below the line and the exited above it."""
    transfer, earned, poor = pl.col("transfer_pc"), pl.col("earned_pc"), pl.col("status").is_in(POOR)
    low = (MOST_POOR - transfer) * (0.35 + dice.unit("fit/low") * 0.6)
    high = (LEAST_EXITED - transfer).clip(0) + dice.skewed("fit/high", 2600, 0.5)
    net = transfer + earned
    wanted = pl.when(poor & (net > MOST_POOR)).then(low).when(~poor & (net < LEAST_EXITED)).then(high).otherwise(earned)
    factor = pl.when(earned > 0).then(wanted / earned).otherwise(1.0)
    return homes.with_columns(factor=factor).with_columns((pl.col(name) * pl.col("factor")).round() for name in EARNED)
