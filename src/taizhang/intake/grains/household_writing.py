"""Accepted lines of members and their households → rows (hop 5), through the same writers as a form."""

import polars as pl
from django.db.models import Model

from taizhang.households import writing
from taizhang.households.models import HouseholdPeriod, Identification, MemberPeriod, Membership, Period, Person
from taizhang.households.services.refusals import LostRace
from taizhang.intake.models import Batch
from taizhang.intake.proposing import CHANGE, DERIVED, HOUSEHOLD_HOMES, NEW, PERSON_HOMES, Proposals, touches
from taizhang.intake.threeway import HOMES
from taizhang.kernel.ledgers import ROW, SHEET

GROUP, CAME_FROM = writing.GROUP, writing.CAME_FROM
SURVEYED = (HouseholdPeriod, MemberPeriod)  # what is told of them anew is a draft no more


def write_members(lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
    """The taken lines of a table into the register, inside the open posting.

    Writes   persons, households, memberships, archives
    Gives    how many lines by kind
    Raises   LostRace
    """
    rows = proposals.rows.drop(SHEET, ROW, GROUP, "key.area")
    place = pl.format("{}/{}/{}", pl.lit(str(batch.pk)), pl.col(SHEET), pl.col(ROW)).alias(CAME_FROM)
    work = pl.concat([lines, rows, proposals.now], how="horizontal")
    work = work.with_columns(place, pl.coalesce("hh_area", "key.area").alias("key.area")).filter(take)
    fresh, changed = work.filter(pl.col("kind") == NEW), work.filter(pl.col("kind") == CHANGE)
    touched = _add(fresh, period)
    _change_persons(changed, period)
    touched |= _change_households(work.filter(pl.col("household_id").is_not_null()), period)
    writing.refresh_derived(sorted(touched | set(changed["household_id"].to_list())), period)
    return {NEW: fresh.height, CHANGE: changed.height}


def _add(fresh: pl.DataFrame, period: Period) -> set[int]:
    """New households with all their members, and new members of households that stand; gives the latter's ids."""
    into_old = fresh.filter(pl.col("household_id").is_not_null())
    whole = fresh.filter(pl.col("household_id").is_null())
    if whole.height:
        whole = writing.add_households(whole.drop("household_id"), period)
    everyone = pl.concat([whole.drop("membership_id"), into_old.drop("membership_id")], how="diagonal_relaxed")
    if everyone.height:
        writing.add_members(everyone, period)
    return set(into_old["household_id"].to_list())


def _change_persons(changed: pl.DataFrame, period: Period) -> None:
    """What lines say of their persons; another name or number goes by order alone, and is no change of a line."""
    if changed.is_empty():
        return
    _update(Person, changed.filter(touches("person")), "person", tuple(PERSON_HOMES["person"]))
    _update(Membership, changed.filter(touches("membership")), "membership", tuple(PERSON_HOMES["membership"]))
    archives = changed.filter(touches("member") | pl.col("archive_id").is_null())
    _update(MemberPeriod, archives.filter(pl.col("archive_id").is_not_null()), "member", tuple(PERSON_HOMES["member"]))
    writing.add_member_archives(archives.filter(pl.col("archive_id").is_null()), period)


def _change_households(taken: pl.DataFrame, period: Period) -> set[int]:
    """What lines say of the households they belong to; gives the households' ids."""
    groups = _told_once(taken.filter(touches("household") | touches("identification")))
    known = groups.filter(touches("household") & pl.col("hh_archive_id").is_not_null())
    _update(HouseholdPeriod, known, "household", tuple(HOUSEHOLD_HOMES["household"]))
    writing.add_household_archives(groups.filter(pl.col("hh_archive_id").is_null()), period)
    identified = groups.filter(touches("identification"))
    old = identified.filter(pl.col("identification_id").is_not_null())
    _update(Identification, old, "identification", tuple(HOUSEHOLD_HOMES["identification"]))
    writing.add_identifications(identified.filter(pl.col("identification_id").is_null()), period)
    return set(groups["household_id"].to_list())


def _told_once(telling: pl.DataFrame) -> pl.DataFrame:
    """One row a household, with what its lines change and nothing else that they tell. `head_name` and `lines` are set right afterwards
    by `refresh_derived`."""
    fields = [c for c in telling.columns if c.startswith(("household.", "identification."))]
    told = [pl.col(c).filter(pl.col("changed").list.contains(c)).drop_nulls().first().alias(c) for c in fields]
    rest = [c for c in telling.columns if c not in {*fields, "changed", GROUP}]
    changed = pl.col("changed").list.explode(keep_nulls=False, empty_as_null=False)
    groups = telling.group_by(GROUP, maintain_order=True).agg(pl.col(rest).first(), changed, *told)
    return groups.with_columns(pl.lit("").alias("head_name"), pl.lit(1, dtype=pl.Int64).alias("lines"))


def _update(model: type[Model], rows: pl.DataFrame, home: str, facts: tuple[str, ...]) -> None:
    """Change rows at the versions that were read: what a line leaves blank stays as it is."""
    if rows.is_empty():
        return
    told = [f for f in facts if f"{home}.{f}" in rows.columns and f not in DERIVED]
    values = [pl.coalesce(f"{home}.{f}", *([f"now.{home}.{f}"] if f"now.{home}.{f}" in rows.columns else [])).alias(f) for f in told]
    at = HOMES[home]
    wanted = rows.select(pl.col(at.row_id).alias("id"), pl.col(at.version).alias("version"), *values, CAME_FROM)
    if model in SURVEYED:
        wanted = wanted.with_columns(pl.lit(False).alias("draft"))
        told.append("draft")
    if writing.change(model, wanted, told) != wanted.height:
        raise LostRace
