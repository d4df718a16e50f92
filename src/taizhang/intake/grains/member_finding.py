"""Whom a line of a sheet speaks of: the household that it names and the person, as they stand. Set-wise."""

import polars as pl

from taizhang.households.models import Household, Membership, Period, Person
from taizhang.households.standing import standing_households, standing_persons

TWO_HOUSEHOLDS = "户编号与户主证件号码指的不是同一户,请核对"
CLOSED = "这一户已经销户,不能办理"
KEYS = ("key.household_no", "key.head_id_digest", "key.person_no", "person.id_digest", "person.name")


def with_keys(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with every column that may name somebody; `key.area` is the household's or the person's, where a number of the line finds one.

    Cost     4 queries
    """
    lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in KEYS if name not in lines.columns)
    numbers, heads, own = (told(lines, name) for name in ("key.household_no", "key.head_id_digest", "person.id_digest"))
    by_no = Household.objects.filter(household_no__in=numbers).values_list("household_no", "area")
    by_head = Membership.objects.filter(person__id_digest__in=heads, open=True).values_list("person__id_digest", "area")
    known = Person.objects.filter(id_digest__in=own).values_list("id_digest", "area")
    lines = lines.join(_pairs(by_no, "key.household_no", "area.no"), on="key.household_no", how="left", maintain_order="left")
    numbered = Person.objects.filter(person_no__in=told(lines, "key.person_no")).values_list("person_no", "area")
    named = (("key.head_id_digest", "area.head", by_head), ("person.id_digest", "area.own", known), ("key.person_no", "area.p", numbered))
    for name, area, rows in named:
        lines = lines.join(_pairs(rows, name, area), on=name, how="left", maintain_order="left")
    areas = ("area.no", "area.head", "area.own", "area.p")
    return lines.with_columns(pl.coalesce(areas).alias("key.area")).drop(areas)


def located(lines: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The lines beside the household that each names and the person that it speaks of.

    Gives    lines with `household_id`, `by_no`, `by_head`, `hh_area`, `hh_closed`, `hh_group`, `hh_members`, `person_id`, and of the
             person's open membership `stands_in` (its household), `membership_id`, `membership_version`, `relation`, `joined_on`
    Cost     2 queries
    """
    persons = standing_persons(told(lines, "key.head_id_digest") | told(lines, "person.id_digest"), told(lines, "key.person_no"), period)
    houses = standing_households(persons["household_id"].drop_nulls().unique().to_list(), told(lines, "key.household_no"), period)
    known = persons.filter(pl.col("id_digest").is_not_null())
    found = _beside(lines, houses.select(pl.col("household_no").alias("key.household_no"), pl.col("household_id").alias("by_no")))
    found = _beside(found, known.select(pl.col("id_digest").alias("key.head_id_digest"), pl.col("household_id").alias("by_head")))
    found = _beside(found, persons.select(pl.col("person_no").alias("key.person_no"), pl.col("person_id").alias("own_no")))
    found = _beside(found, known.select(pl.col("id_digest").alias("person.id_digest"), pl.col("person_id").alias("own_digest")))
    found = found.with_columns(pl.coalesce("own_no", "own_digest").alias("person_id"))
    stands = persons.select(
        "person_id",
        pl.col("household_id").alias("stands_in"),
        "membership_id",
        "membership_version",
        pl.col("now.membership.relation").alias("relation"),
        pl.col("now.membership.add_on").alias("joined_on"),
    )
    found = _beside(found, stands).with_columns(pl.coalesce("by_no", "by_head", "stands_in").alias("household_id"))
    theirs = houses.select(
        "household_id",
        pl.col("area").alias("hh_area"),
        pl.col("closed").alias("hh_closed"),
        pl.col("group_name").alias("hh_group"),
        pl.col("members").alias("hh_members"),
    )
    return _beside(found, theirs).with_columns(pl.coalesce("hh_area", "key.area").alias("key.area"))


def told(lines: pl.DataFrame, name: str) -> set[str]:
    """What the lines tell in a column, each value once."""
    return set(lines[name].drop_nulls().to_list()) if name in lines.columns else set()


def _beside(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Join on the one column that both have; who is named twice on the right counts once."""
    on = next(name for name in right.columns if name in left.columns)
    return left.join(right.filter(pl.col(on).is_not_null()).unique(on, keep="first"), on=on, how="left", maintain_order="left")


def _pairs(rows: "object", key: str, value: str) -> pl.DataFrame:
    pairs = pl.DataFrame(list(rows), schema={key: pl.String, value: pl.String}, orient="row")  # type: ignore[call-overload]
    return pairs.unique(key, keep="first")
