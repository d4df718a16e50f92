"""Accepted proposals → rows (hop 5): one posting a batch, through the same writers as a form. All of it or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import HouseholdPeriod, Identification, MemberPeriod, Membership, Period, Person
from taizhang.households.services.refusals import LostRace
from taizhang.intake import files, staging
from taizhang.intake.models import Batch
from taizhang.intake.progress import Meter
from taizhang.intake.proposing import CHANGE, DERIVED, HOUSEHOLD_HOMES, NEW, PERSON_HOMES, Proposals
from taizhang.journal.posting import Cause, posting
from taizhang.kernel import names
from taizhang.kernel.ledgers import ROW, SHEET

GROUP, CAME_FROM = writing.GROUP, writing.CAME_FROM



class NotReady(Exception):
    """The batch is not at the point where it can be accepted."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """`written` lines by kind; `stale` lines that changed on the register since they were proposed, and were left."""

    written: dict[str, int]
    stale: int
    position: int


def accept_batch(
    *, by: User, at: datetime, cause: Cause, batch: Batch, kinds: Iterable[str] = (NEW, CHANGE), chosen: set[tuple[str, int]] | None = None
) -> Accepted:
    """Write the accepted proposals of a batch (整批写入).

    `chosen` limits to these (sheet, row) lines; None means all of `kinds`. What changed on the register since it was proposed is left.

    Needs    IMPORT_ACCEPT over the batch's area
    Writes   persons, households, memberships, archives; 1 posting
    Raises   NotPermitted, NotReady, LostRace, Cancelled, AlreadyPosted when the batch was accepted before
    """
    access.require(by, Permission.IMPORT_ACCEPT, area=batch.area)
    if batch.state != Batch.CHECKED:
        raise NotReady("这批数据还没有核对完,或已经办结")
    wanted = tuple(k for k in (NEW, CHANGE) if k in set(kinds))
    written = {NEW: 0, CHANGE: 0}
    stale = done = 0
    meter = Meter(batch.pk, "写入", sum(t["rows"] for t in batch.tables))
    with posting(by=by, at=at, cause=cause, area=batch.area, idempotency_key=f"batch:{batch.pk}") as opened:
        for index in range(len(batch.tables)):
            lines = files.get_frame(batch.pk, f"lines-{index}")
            staged = files.get_frame(batch.pk, f"proposals-{index}")
            again = staging.proposals_for(by, lines, files.get_frame(batch.pk, f"findings-{index}"), batch.period)
            fresh = _unchanged(staged, again.rows)
            take = pl.col("kind").is_in(wanted) & _chosen(chosen)
            stale += staged.filter(take & ~fresh).height
            counted = _write_table(lines, again, again.rows.select((take & fresh).alias("take")).to_series(), batch)
            written = {kind: written[kind] + counted[kind] for kind in written}
            done += lines.height
            meter.at(done)
        opened.result = f"{written[NEW]},{written[CHANGE]}"
    return Accepted(written, stale, opened.position)


def _unchanged(staged: pl.DataFrame, again: pl.DataFrame) -> pl.Series:
    same = [staged[c].ne_missing(again[c]) for c in staged.columns if c not in ("changed", "why")]
    differs = same[0]
    for one in same[1:]:
        differs = differs | one
    return ~differs & (staged["changed"].list.join(",") == again["changed"].list.join(","))


def _chosen(chosen: set[tuple[str, int]] | None) -> pl.Expr:
    if chosen is None:
        return pl.lit(True)
    rows = pl.DataFrame(sorted(chosen), schema={SHEET: pl.String, ROW: pl.Int64}, orient="row")
    return pl.struct(SHEET, ROW).is_in(rows.to_struct("at").implode())


def _write_table(lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch) -> dict[str, int]:
    rows = proposals.rows.drop(SHEET, ROW, GROUP, "key.area")
    place = pl.format("{}/{}/{}", pl.lit(str(batch.pk)), pl.col(SHEET), pl.col(ROW)).alias(CAME_FROM)
    work = pl.concat([lines, rows, proposals.now], how="horizontal").with_columns(place).filter(take)
    fresh, changed = work.filter(pl.col("kind") == NEW), work.filter(pl.col("kind") == CHANGE)
    touched = _add(fresh, batch.period)
    touched |= _change(changed, batch.period)
    writing.refresh_derived(sorted(touched), batch.period)
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


def _change(changed: pl.DataFrame, period: Period) -> set[int]:
    if changed.is_empty():
        return set()
    for home, model, row_id, version in (
        ("person", Person, "person_id", "person_version"),
        ("membership", Membership, "membership_id", "membership_version"),
        ("member", MemberPeriod, "archive_id", "archive_version"),
    ):
        rows = changed.filter(_touches(home) & pl.col(row_id).is_not_null())
        _update(model, rows, home, tuple(PERSON_HOMES[home]), row_id, version)
    writing.add_member_archives(changed.filter(pl.col("archive_id").is_null()), period)
    houses = changed.filter(_touches("household") | _touches("identification"))
    groups = _told_once(changed, houses)
    old = groups.filter(_touches("household") & pl.col("hh_archive_id").is_not_null())
    _update(HouseholdPeriod, old, "household", tuple(HOUSEHOLD_HOMES["household"]), "hh_archive_id", "hh_archive_version")
    writing.add_household_archives(groups.filter(pl.col("hh_archive_id").is_null()), period)
    known = groups.filter(_touches("identification") & pl.col("identification_id").is_not_null())
    _update(
        Identification, known, "identification", tuple(HOUSEHOLD_HOMES["identification"]), "identification_id", "identification_version"
    )
    writing.add_identifications(groups.filter(_touches("identification") & pl.col("identification_id").is_null()), period)
    return set(changed["household_id"].to_list())


def _told_once(changed: pl.DataFrame, houses: pl.DataFrame) -> pl.DataFrame:
    """One row a household, with the first value that any of its lines tells; `lines` is set right afterwards by `refresh_derived`."""
    told = changed.filter(pl.col(GROUP).is_in(houses[GROUP].implode()))
    columns = [c for c in told.columns if c.startswith(("household.", "identification.", "key."))]
    first = told.group_by(GROUP, maintain_order=True).agg(*(pl.col(c).drop_nulls().first() for c in columns))
    rest = houses.unique(GROUP, keep="first", maintain_order=True).drop(columns)
    joined = rest.join(first, on=GROUP, how="left", maintain_order="left")
    return joined.with_columns(pl.lit("").alias("head_name"), pl.lit(1, dtype=pl.Int64).alias("lines"))


def _touches(home: str) -> pl.Expr:
    return pl.col("changed").list.eval(pl.element().str.starts_with(f"{home}.")).list.any()


def _update(model: type, rows: pl.DataFrame, home: str, facts: tuple[str, ...], row_id: str, version: str) -> None:
    if rows.is_empty():
        return
    told = [f for f in facts if f"{home}.{f}" in rows.columns and f not in DERIVED]
    values = [pl.coalesce(f"{home}.{f}", f"now.{home}.{f}").alias(f) for f in told]
    wanted = rows.select(pl.col(row_id).alias("id"), pl.col(version).alias("version"), *values, CAME_FROM)
    if home == "person" and "name" in told:
        wanted = wanted.with_columns(
            names.pinyin_column(wanted["name"]).alias("pinyin"), names.initials_column(wanted["name"]).alias("initials")
        )
        told += ["pinyin", "initials"]
    if home == "membership":
        wanted = wanted.sort(pl.col("relation") == "head")  # the old head steps back before the new one stands
    if writing.change(model, wanted, told) != wanted.height:
        raise LostRace
