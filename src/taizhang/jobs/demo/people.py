"""Invented people of a register: one line a person, in the columns of intake and export, every number valid and nobody's."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from taizhang.jobs.demo.dice import Dice
from taizhang.jobs.demo.earnings import with_income
from taizhang.jobs.demo.families import families
from taizhang.jobs.demo.homes import counted, with_household_facts
from taizhang.jobs.demo.members import with_member_facts
from taizhang.jobs.demo.names import with_names
from taizhang.jobs.demo.numbers import Serials, disability_card, identity_number
from taizhang.kernel.areas import LENGTH
from taizhang.policy.archive import HOUSEHOLD_FACTS, MEMBER_FACTS, MEMBERSHIP_FACTS, PERSON_FACTS

YEAR = 2018
PART = 20_000
HOUSEHOLD_NUMBERS, PERSON_NUMBERS = 99_0000_0000_00, 99_0000_0000_0000
BORN_AWAY = 0.08


def people(households: int, seed: int, places: pl.DataFrame, year: int = YEAR) -> pl.DataFrame:
    """All invented people of a period in one frame; the same for the same seed, places and number.

    Needs    a year from 2018 on: the first households are identified from 2013 to 2017
    Reads    the villages and groups of `places` (code, level, name, parent): households are spread over them evenly, in code order
    Gives    key.area, key.group, key.household_no, key.person_no and every fact as household.*, person.*, membership.*, member.*,
             typed as its kind; household facts stand on each of its lines; the head comes first
    Cost     about 40 µs and 1.4 KB a person; take `people_in_parts` for more than a hundred thousand households
    """
    return pl.concat(people_in_parts(households, seed, places, year))


def people_in_parts(households: int, seed: int, places: pl.DataFrame, year: int = YEAR, part: int = PART) -> Iterator[pl.DataFrame]:
    """`people`, in parts of whole households: numbers are unique over all parts, and the lines are the same for every size of part."""
    homes = _homes_of(places)
    counties = sorted(homes["village"].str.slice(0, 6).unique())
    serials = Serials()
    for first in range(0, households, part):
        numbered = _placed(first, min(first + part, households), households, homes)
        yield _part(numbered, seed, year, counties, serials)


def _homes_of(places: pl.DataFrame) -> pl.DataFrame:
    """Every village with its groups; a village without groups has one, without a name."""
    villages = places.filter(level="village").sort("code").select(pl.col("code").alias("village"), pl.col("name").alias("village_name"))
    groups = places.filter(level="group").sort("code").group_by(pl.col("parent").alias("village")).agg(pl.col("name").alias("groups"))
    return villages.join(groups, on="village", how="left", maintain_order="left").with_row_index("village_no")


def _placed(first: int, last: int, households: int, homes: pl.DataFrame) -> pl.DataFrame:
    """The households first to last - 1 with their village and group."""
    number = pl.col("h").cast(pl.Int64)
    spread = pl.DataFrame({"h": pl.int_range(first, last, dtype=pl.UInt64, eager=True)}).with_columns(
        village_no=(number * homes.height // households).cast(pl.UInt32)
    )
    start = -(-pl.col("village_no").cast(pl.Int64) * households // homes.height)
    after = -(-(pl.col("village_no").cast(pl.Int64) + 1) * households // homes.height)
    spread = spread.with_columns(in_village=number - start, of_village=after - start).join(
        homes, on="village_no", how="left", maintain_order="left"
    )
    group = pl.col("in_village") * pl.col("groups").list.len().cast(pl.Int64) // pl.col("of_village")
    named = pl.col("groups").list.get(group, null_on_oob=True)
    return spread.with_columns(group=named, group_name=pl.coalesce(named, "village_name"), county=pl.col("village").str.slice(0, 6))


def _part(placed: pl.DataFrame, seed: int, year: int, counties: list[str], serials: Serials) -> pl.DataFrame:
    on = date(year, 12, 31)
    placed = placed.with_columns(relocated=Dice(seed, "h").chance("relocated", 0.09))
    homes, lines = families(placed, seed, on)
    lines = lines.join(placed.select("h", "relocated"), on="h", how="left", maintain_order="left")
    lines = with_member_facts(_numbered(lines, seed, counties, serials), seed, on)
    lines = with_names(lines, Dice(seed, "p"))
    homes = homes.join(counted(lines), on="h", how="left", maintain_order="left")
    homes = with_income(with_household_facts(homes, seed, year), seed, year)
    return _laid_out(
        _with_membership(lines.join(homes.select("h", "first_identified_on"), on="h", how="left", maintain_order="left")), homes
    )


def _numbered(lines: pl.DataFrame, seed: int, counties: list[str], serials: Serials) -> pl.DataFrame:
    dice = Dice(seed, "p")
    away = dice.chance("born/away", BORN_AWAY) & pl.col("relation").is_in(["spouse", "daughter_in_law", "mother"])
    lines = lines.with_columns(area6=pl.when(away).then(dice.one("born/county", counties)).otherwise("county"))
    return lines.with_columns(serials.take(lines)).with_columns(id18=identity_number("area6", "birth", "serial"))


def _with_membership(lines: pl.DataFrame) -> pl.DataFrame:
    """Who came after the household was identified: born, or married in."""
    birth_month = pl.col("birth").dt.strftime("%Y-%m")
    late = birth_month > pl.col("first_identified_on")
    card = pl.col("has_card")
    return lines.with_columns(
        identified_on=pl.when(late).then(birth_month).otherwise("first_identified_on"),
        add_reason=pl.when(late).then(pl.lit("birth")),
        add_on=pl.when(late).then("birth"),
        drop_reason=pl.lit(None, dtype=pl.String),
        drop_on=pl.lit(None, dtype=pl.Date),
        state=pl.lit("active"),
        id_type=pl.when(card).then(pl.lit("disability_card")).otherwise(pl.lit("resident_id")),
        id_no=pl.when(card).then(disability_card(pl.col("id18"), pl.col("dis_kind"), pl.col("dis_level"))).otherwise("id18"),
        sex=pl.when("male").then(pl.lit("male")).otherwise(pl.lit("female")),
        birth_date="birth",
    )


def _laid_out(lines: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """The columns of a line frame, each of its fact's dtype."""
    of_home = homes.select(
        "h",
        pl.col("village").str.slice(0, LENGTH).alias("key.area"),
        pl.col("group").alias("key.group"),
        (pl.col("h").cast(pl.Int64) + HOUSEHOLD_NUMBERS).cast(pl.String).alias("key.household_no"),
        *(pl.col(f.name).cast(f.kind.dtype).alias(f"household.{f.name}") for f in HOUSEHOLD_FACTS if f.name in homes.columns),
    )
    homes_of_facts = {"person": PERSON_FACTS, "membership": MEMBERSHIP_FACTS, "member": MEMBER_FACTS}
    of_person = lines.select(
        "h",
        (pl.col("p").cast(pl.Int64) + PERSON_NUMBERS).cast(pl.String).alias("key.person_no"),
        *(
            pl.col(f.name).cast(f.kind.dtype).alias(f"{home}.{f.name}")
            for home, facts in homes_of_facts.items()
            for f in facts
            if f.name in lines.columns
        ),
    )
    return of_person.join(of_home, on="h", how="left", maintain_order="left").select(*_order(of_home), "key.person_no", *_order(of_person))


def _order(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in ("h", "key.person_no")]
