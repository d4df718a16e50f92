"""What is surveyed of each invented household, in keeping with its members: attribute, status, causes, land, house."""

from datetime import date

import polars as pl

from taizhang.jobs.demo.dice import Dice
from taizhang.jobs.demo.names import NEW_MEN, OLD_MEN, SURNAMES
from taizhang.jobs.demo.numbers import SURVEYOR_PREFIX, account, phone
from taizhang.policy.windows import survey_income_window

BANK = "示范农村信用社(虚构)"
CAUSES = (
    "illness", "disability", "schooling", "disaster", "no_land", "no_water", "no_skill", "no_labour", "no_capital", "poor_transport",
    "low_motivation", "other", "marriage",
)  # fmt: skip
MU = pl.Decimal(14, 2)


def counted(people: pl.DataFrame) -> pl.DataFrame:
    """What a household's facts follow from: one line a household, counts and sums over its members.

    Gives    h, member_count, sick, disabled, upper, able, months … ; counts as whole numbers
    """
    age, relation = pl.col("age"), pl.col("relation")
    minor = relation.is_in(["son", "daughter"]) & (age < 18)
    lit = {
        "sick": pl.col("serious") | pl.col("chronic"),
        "serious": pl.col("serious"),
        "disabled": pl.col("disabled"),
        "heavy": (pl.col("dis_level") <= 2).fill_null(value=False),
        "upper": pl.col("grade").str.contains("^(senior|voc|college)").fill_null(value=False),
        "able": pl.col("able"),
        "sons": minor & (relation == "son"),
        "daughters": minor & (relation == "daughter"),
        "soldiers": pl.col("is_soldier"),
        "pensioners": (age >= 60) & pl.col("pen_resident"),
        "aged": age >= 80,
    }
    return people.group_by("h", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("member_count"),
        *(flag.sum().cast(pl.Int64).alias(name) for name, flag in lit.items()),
        (pl.col("work_months") * pl.col("monthly_yuan")).sum().fill_null(0.0).alias("wages"),
        pl.col("public_job_months").sum().fill_null(0).alias("job_months"),
    )


def with_household_facts(homes: pl.DataFrame, seed: int, year: int) -> pl.DataFrame:
    """The households with the facts of `HOUSEHOLD_FACTS` but income and status; reads the columns of `counted` and the place's."""
    dice = Dice(seed, "h")
    for step in (_with_register, _with_causes, _with_land, _with_house, _with_modules):
        homes = step(homes, dice)
    return _with_survey(homes, dice, year)


def _with_register(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    attribute = pl.when("tekun").then(pl.lit("wubao_poor")).when("dibao").then(pl.lit("dibao_poor")).otherwise(pl.lit("general_poor"))
    first = dice.pick("identified", {"2013-12": 20, "2014-04": 40, "2015-12": 12, "2016-11": 14, "2017-09": 14})
    return homes.with_columns(
        id_standard=dice.pick("standard", {"national": 86, "provincial": 14}),
        hh_attr=attribute,
        first_identified_on=first,
        is_military_family=(pl.col("soldiers") > 0) | dice.chance("military", 0.006),
        is_one_child=(pl.col("sons") + pl.col("daughters") == 1) & pl.col("spouse"),
        is_two_daughters=(pl.col("daughters") == 2) & (pl.col("sons") == 0),
        hh_phone=phone(pl.col("h") * 16),
        bank=pl.lit(BANK),
        bank_account=account(pl.col("h")),
    )


def _with_causes(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Up to three causes that the members bear out, the main one first."""
    weight = {
        "illness": pl.when(pl.col("serious") > 0).then(9.0).when(pl.col("sick") > 0).then(3.0).otherwise(0.0),
        "disability": pl.when(pl.col("heavy") > 0).then(7.0).when(pl.col("disabled") > 0).then(2.0).otherwise(0.0),
        "schooling": pl.when(pl.col("upper") > 0).then(4.0).otherwise(0.0),
        "no_labour": pl.when(pl.col("able") == 0).then(6.0).otherwise(0.0),
        "no_skill": pl.when(pl.col("able") > 0).then(1.6).otherwise(0.05),
        "no_capital": pl.lit(1.4),
        "no_land": pl.lit(0.4),
        "poor_transport": pl.lit(0.35),
        "low_motivation": pl.when(pl.col("able") > 0).then(0.35).otherwise(0.0),
        "disaster": pl.lit(0.2),
        "no_water": pl.lit(0.12),
        "marriage": pl.when(pl.col("sons") > 0).then(0.08).otherwise(0.0),
        "other": pl.lit(0.06),
    }
    drawn = [(dice.unit(f"cause/{cause}").log() / weight[cause]).fill_nan(float("-inf")).alias(cause) for cause in CAUSES]
    ranks = homes.select(
        pl.concat_list(drawn).list.eval(pl.element().rank("ordinal", descending=True)).list.to_array(len(CAUSES)).alias("rank")
    )
    has = [(expression > 0) for expression in (weight[cause] for cause in CAUSES)]
    at = [ranks["rank"].arr.get(place) for place in range(len(CAUSES))]
    count = pl.when(dice.chance("causes/two", 0.5)).then(pl.when(dice.chance("causes/three", 0.3)).then(3).otherwise(2)).otherwise(1)
    homes = homes.with_columns(**{f"rank/{cause}": rank for cause, rank in zip(CAUSES, at, strict=True)}).with_columns(causes=count)
    main = pl.coalesce(pl.when(pl.col(f"rank/{cause}") == 1).then(pl.lit(cause)) for cause in CAUSES)
    others = [
        pl.when((pl.col(f"rank/{cause}") > 1) & (pl.col(f"rank/{cause}") <= pl.col("causes")) & there).then(pl.lit(cause))
        for cause, there in zip(CAUSES, has, strict=True)
    ]
    joined = pl.concat_str(others, separator=",", ignore_nulls=True)
    homes = homes.with_columns(main_cause=main, other_causes=pl.when(joined != "").then(joined))
    named_other = (pl.col("main_cause") == "other") | pl.col("other_causes").str.contains("other").fill_null(value=False)
    return homes.with_columns(cause_note=pl.when(named_other).then(pl.lit("家庭变故(虚构)"))).drop(f"rank/{cause}" for cause in CAUSES)


def _with_land(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    farm = pl.col("member_count") * dice.skewed("land/farm", 1.2, 0.4)
    forest = pl.when(dice.chance("land/has_forest", 0.7)).then(dice.skewed("land/forest", 4, 0.7)).otherwise(0.0)
    back = pl.when(dice.chance("land/has_returned", 0.4)).then(dice.skewed("land/returned", 2.2, 0.5)).otherwise(0.0)
    sizes = {
        "land_farm_mu": farm,
        "land_irrigated_mu": farm * dice.unit("land/irrigated") * 0.7,
        "land_forest_mu": forest,
        "land_returned_mu": back,
        "land_orchard_mu": pl.when(dice.chance("land/has_orchard", 0.25)).then(dice.skewed("land/orchard", 1.5, 0.5)).otherwise(0.0),
        "land_grass_mu": pl.when(dice.chance("land/has_grass", 0.08)).then(dice.skewed("land/grass", 3, 0.5)).otherwise(0.0),
        "land_water_mu": pl.when(dice.chance("land/has_water", 0.06)).then(dice.skewed("land/water", 0.8, 0.5)).otherwise(0.0),
    }
    return homes.with_columns(size.round(1).cast(MU).alias(name) for name, size in sizes.items())


def _with_house(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    unsafe = dice.chance("house/unsafe", 0.09) & ~pl.col("relocated")
    homes = homes.with_columns(
        is_unsafe=unsafe,
        has_prod_power=dice.chance("power/production", 0.94),
        has_power=dice.chance("power", 0.996),
        has_tv=dice.chance("tv", 0.95),
        in_coop=dice.chance("coop", 0.34),
        led_by_firm=dice.chance("led/firm", 0.22),
        led_by_leader=dice.chance("led/leader", 0.3),
        dist_main_road_km=dice.skewed("road", 0.6, 0.8).round(1).cast(pl.Decimal(14, 3)),
        access_road=dice.pick("access_road", {"dirt": 14, "gravel": 18, "concrete": 62, "asphalt": 6}),
        house_area_m2=(pl.col("member_count") * 8 + dice.skewed("house/area", 62, 0.3)).round().cast(MU),
        has_toilet=dice.chance("toilet", 0.71),
        fuel=dice.pick("fuel", {"firewood": 46, "coal": 17, "clean": 35, "other": 2}),
        water_hard=dice.chance("water/hard", 0.05),
    )
    safe_grade, bad_grade = dice.pick("house/safe", {"a": 55, "b": 45}), dice.pick("house/bad", {"c": 64, "d": 36})
    return homes.with_columns(
        house_grade=pl.when("is_unsafe").then(bad_grade).otherwise(safe_grade),
        water_safe=~pl.col("water_hard") & dice.chance("water/safe", 0.98),
    )


def _with_modules(homes: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Relocation where the household moved, wishes where somebody is able, and the papers on file."""
    moved, able = pl.col("relocated"), pl.col("able") > 0
    place = dice.pick("resettle/place", {"county_town": 40, "township_seat": 35, "in_village": 25})
    return homes.with_columns(
        hh_relocated=moved,
        relocation_mode=pl.when(moved).then(dice.pick("relocation/mode", {"whole_natural_village": 45, "single_household": 55})),
        resettle_mode=pl.when(moved).then(dice.pick("resettle/mode", {"together": 82, "scattered": 18})),
        resettle_place=pl.when(moved).then(place),
        in_resettle_site=moved,
        has_work_wish=pl.when(able).then(dice.chance("wish", 0.7)),
        dev_constraints=pl.when(able & dice.chance("constraint", 0.6)).then(dice.pick("constraint/what", {"no_skill": 6, "no_capital": 4})),
        in_mutual_fund=dice.chance("mutual_fund", 0.12),
        paper_truth=dice.chance("paper/truth", 0.97),
        paper_helper=dice.chance("paper/helper", 0.95),
        photo_gate=dice.chance("photo/gate", 0.9),
    )


def _with_survey(homes: pl.DataFrame, dice: Dice, year: int) -> pl.DataFrame:
    by_village = Dice(dice.seed, "village_no")
    window = survey_income_window(year)
    later = year >= 2021  # the facts of the forms since 2021
    return homes.with_columns(
        address=pl.col("group_name") + (pl.col("in_village") + 1).cast(pl.String) + "号",
        lng=(0.2 + dice.unit("lng") * 0.6).cast(pl.Decimal(14, 6)),  # open sea: no village of anybody
        lat=(0.2 + dice.unit("lat") * 0.6).cast(pl.Decimal(14, 6)),
        alt_m=dice.bell("alt", 1100, 260).round(1).cast(pl.Decimal(14, 1)),
        hh_type=pl.lit("exited" if later else None, dtype=pl.String),
        no_labour_backstop=(pl.col("able") == 0) if later else pl.lit(None, dtype=pl.Boolean),
        surveyor=by_village.pick("surveyor/surname", SURNAMES)
        + by_village.one("surveyor/first", OLD_MEN)
        + by_village.one("surveyor/second", NEW_MEN),
        surveyor_phone=phone(pl.col("village_no"), SURVEYOR_PREFIX),
        surveyed_on=pl.lit(date(year, 10, 8)) + pl.duration(days=dice.whole("surveyed", 0, 22)),
        head_signature=pl.lit(value=True),
        inc_from_on=pl.lit(window.from_on),
        inc_to_on=pl.lit(window.to_on),
    )
