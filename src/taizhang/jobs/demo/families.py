"""Who lives together: a head, a spouse, children, a son's family, parents; ages that fit each other. One line a person."""

from datetime import date

import polars as pl

from taizhang.jobs.demo.dice import Dice
from taizhang.jobs.demo.names import SURNAMES

YEAR = 365.25
YOUNGEST_DAYS = 20
CHILDREN = 4
SLOTS = 16  # room for the persons of a household in the numbering of persons
ETHNICITIES = {"han": 62, "miao": 14, "buyi": 11, "dong": 4, "tujia": 3, "yi": 3, "gelao": 2, "shui": 1}


def families(households: pl.DataFrame, seed: int, on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Households (column `h`) with their composition, and their persons on a day.

    Gives    (households, people): people hold h, slot, p, relation, male, birth, surname, ethnicity, tekun, dibao; heads first
    """
    dice = Dice(seed, "h")
    homes = _with_grandchildren(_with_children(_with_couple(households, dice), dice), dice)
    homes = _with_parents(homes, dice)
    people = pl.concat(_slots(homes)).sort("h", "slot")
    born = pl.lit(on) - pl.duration(days=pl.col("days").round().cast(pl.Int64))
    people = people.with_columns(p=pl.col("h") * SLOTS + pl.col("slot"), birth=born.cast(pl.Date)).drop("days")
    return homes, people


def _years(number: pl.Expr | float) -> pl.Expr | float:
    return number * YEAR


def _with_couple(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    head_years = dice.bell("head/age", 52, 12.5).clip(21, 84) + dice.unit("head/birthday") * 4
    homes = homes.with_columns(
        head_days=_years(head_years),
        head_years=head_years,
        head_male=dice.chance("head/sex", 0.87),
        surname=dice.pick("surname/head", SURNAMES),
        surname_partner=dice.pick("surname/partner", SURNAMES),
        surname_wife=dice.pick("surname/wife", SURNAMES),
        surname_mother=dice.pick("surname/mother", SURNAMES),
        ethnicity=dice.pick("ethnicity/head", ETHNICITIES),
    )
    age, male = pl.col("head_years"), pl.col("head_male")
    homes = homes.with_columns(tekun=(age >= 60) & dice.chance("tekun", 0.16))
    mixed = {
        who: pl.when(dice.chance(f"ethnicity/mixed/{who}", 0.2)).then(dice.pick(f"ethnicity/{who}", ETHNICITIES))
        for who in ("partner", "wife")
    }
    homes = homes.with_columns(
        dibao=~pl.col("tekun") & dice.chance("dibao", 0.3),
        **{f"ethnicity_{who}": pl.coalesce(other, "ethnicity") for who, other in mixed.items()},
    )
    married = pl.when(age < 28).then(0.6).when(age < 66).then(0.9).otherwise(0.68)
    gap = pl.when(male).then(dice.bell("spouse/gap", 2.2, 2.2)).otherwise(dice.bell("spouse/gap", -2.0, 2.2))
    homes = homes.with_columns(
        spouse=~pl.col("tekun") & dice.chance("spouse", pl.when(male).then(married).otherwise(0.4)),
        spouse_days=(pl.col("head_days") - _years(gap)).clip(_years(20), _years(88)) + dice.unit("spouse/birthday") * _years(2),
    )
    return homes.with_columns(
        parent_days=pl.when(pl.col("spouse")).then(pl.min_horizontal("head_days", "spouse_days")).otherwise(pl.col("head_days")),
    )


def _with_children(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    count = dice.pick("children", {"0": 5, "1": 24, "2": 45, "3": 20, "4": 6}).cast(pl.Int64)
    parent = pl.col("spouse") | (~pl.col("tekun") & (pl.col("head_years") >= 30) & dice.chance("widowed", 0.7))
    gap = _years(19.5) + dice.unit("child/gap/0") * _years(9)
    for child in range(CHILDREN):
        days, male = pl.col("parent_days") - gap, dice.chance(f"child/sex/{child}", 0.53)
        years = days / YEAR
        grown = pl.when(~male).then(0.15).when(years < 40).then(0.68).otherwise(0.34)
        stays = dice.chance(f"child/stays/{child}", pl.when(years < 19).then(1.0).when(years < 25).then(0.92).otherwise(grown))
        there = parent & (count > child) & (days >= YOUNGEST_DAYS) & (gap < _years(43)) & stays
        homes = homes.with_columns(there.alias(f"child{child}"), male.alias(f"child{child}_male"), days.alias(f"child{child}_days"))
        gap = gap + _years(1.3) + dice.unit(f"child/gap/{child + 1}") * _years(4.5)
    return homes


def _with_grandchildren(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    son_years = pl.col("child0_days") / YEAR
    married = pl.col("child0") & pl.col("child0_male") & (son_years >= 23) & dice.chance("wife", 0.6)
    wife_days = (pl.col("child0_days") - _years(dice.bell("wife/gap", 2.2, 1.6))).clip(_years(20), _years(70)) + dice.unit(
        "wife/birthday"
    ) * _years(1.5)
    homes = homes.with_columns(wife=married, wife_days=wife_days)
    youngest = pl.min_horizontal("child0_days", "wife_days")
    count = dice.pick("grandchildren", {"0": 12, "1": 45, "2": 43}).cast(pl.Int64)
    first = _years(20.4) + dice.unit("grand/gap/0") * _years(5)
    for grand, gap in enumerate((first, first + _years(1.6) + dice.unit("grand/gap/1") * _years(4))):
        days = youngest - gap
        there = pl.col("wife") & (count > grand) & (days >= YOUNGEST_DAYS)
        homes = homes.with_columns(
            there.alias(f"grand{grand}"),
            days.alias(f"grand{grand}_days"),
            dice.chance(f"grand/sex/{grand}", 0.53).alias(f"grand{grand}_male"),
        )
    crowded = pl.col("wife")
    return homes.with_columns(child2=pl.col("child2") & ~crowded, child3=pl.col("child3") & ~crowded)


def _with_parents(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    mother_days = pl.col("head_days") + _years(19.5) + dice.unit("mother/gap") * _years(11)
    father_days = mother_days + _years(dice.bell("father/gap", 2, 1.6)).clip(-400, 2400)
    possible = ~pl.col("tekun") & pl.col("head_male")
    return homes.with_columns(
        mother=possible & (mother_days < _years(95)) & dice.chance("mother", pl.when(mother_days < _years(75)).then(0.38).otherwise(0.18)),
        father=possible
        & ~pl.col("wife")
        & (father_days < _years(95))
        & dice.chance("father", pl.when(father_days < _years(75)).then(0.3).otherwise(0.11)),
        mother_days=mother_days,
        father_days=father_days,
    )


def _slots(homes: pl.DataFrame) -> list[pl.DataFrame]:
    """The persons of every slot that is taken: head, spouse, children, son's wife, grandchildren, parents."""
    own, partner = pl.col("surname"), pl.col("surname_partner")
    of_children = pl.when("head_male").then(own).otherwise(partner)
    yes, no, male = pl.lit(value=True), pl.lit(value=False), pl.col("head_male")
    found = [
        _slot(homes, 0, yes, pl.lit("head"), male, "head_days", own, "ethnicity"),
        _slot(homes, 1, pl.col("spouse"), pl.lit("spouse"), ~male, "spouse_days", partner, "ethnicity_partner"),
        _slot(homes, 6, pl.col("wife"), pl.lit("daughter_in_law"), no, "wife_days", pl.col("surname_wife"), "ethnicity_wife"),
        _slot(homes, 9, pl.col("father"), pl.lit("father"), yes, "father_days", own, "ethnicity"),
        _slot(homes, 10, pl.col("mother"), pl.lit("mother"), no, "mother_days", pl.col("surname_mother"), "ethnicity"),
    ]
    for child in range(CHILDREN):
        boy = pl.col(f"child{child}_male")
        relation = pl.when(boy).then(pl.lit("son")).otherwise(pl.lit("daughter"))
        found.append(_slot(homes, 2 + child, pl.col(f"child{child}"), relation, boy, f"child{child}_days", of_children, "ethnicity"))
    for grand in range(2):
        boy = pl.col(f"grand{grand}_male")
        relation = pl.when(boy).then(pl.lit("grandson")).otherwise(pl.lit("granddaughter"))
        found.append(_slot(homes, 7 + grand, pl.col(f"grand{grand}"), relation, boy, f"grand{grand}_days", of_children, "ethnicity"))
    return found


def _slot(
    homes: pl.DataFrame, slot: int, there: pl.Expr, relation: pl.Expr, male: pl.Expr, days: str, surname: pl.Expr, ethnicity: str
) -> pl.DataFrame:
    return homes.filter(there).select(
        "h",
        pl.lit(slot, pl.UInt64).alias("slot"),
        relation.alias("relation"),
        male.alias("male"),
        pl.col(days).alias("days"),
        surname.alias("surname"),
        pl.col(ethnicity).alias("ethnicity"),
        "tekun",
        "dibao",
        "county",
    )
