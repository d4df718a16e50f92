"""Accepted proposals → rows (hop 5): one posting a batch, through the same writers as a form. All of it or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import IntegrityError
from django.db.models import Model

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import HouseholdPeriod, Identification, MemberPeriod, Membership, Period, Person
from taizhang.households.services.refusals import LostRace
from taizhang.intake import files, progress, staging
from taizhang.intake.models import Batch
from taizhang.intake.proposing import CHANGE, DERIVED, HOUSEHOLD_HOMES, NEW, PERSON_HOMES, Proposals
from taizhang.intake.refusing import ID_NO
from taizhang.intake.returning import torn
from taizhang.journal.posting import Cause, posting
from taizhang.kernel import names
from taizhang.kernel.ledgers import ROW, SHEET

GROUP, CAME_FROM = writing.GROUP, writing.CAME_FROM
WHAT = ("kind", "why", "key.area", "person_id", "membership_id", "household_id", "archive_id", "hh_archive_id", "identification_id")
VERSION_OF = {
    "person": "person_version",
    "membership": "membership_version",
    "member": "archive_version",
    "household": "hh_archive_version",
    "identification": "identification_version",
}
OF_NUMBER = ("id_no", "id_digest", "id_length", "id_checked")
ID_COLUMNS = {
    Person: ("person_id", "person_version"),
    Membership: ("membership_id", "membership_version"),
    MemberPeriod: ("archive_id", "archive_version"),
    HouseholdPeriod: ("hh_archive_id", "hh_archive_version"),
    Identification: ("identification_id", "identification_version"),
}


class NotReady(Exception):
    """The batch is not at the point where it can be accepted."""


class NothingToWrite(NotReady):
    """No line is left to be written: none was chosen, or the register has changed since."""

    def __init__(self, stale: int) -> None:
        super().__init__(f"有{stale}行在核对以后名册已有改动,请重新核对" if stale else "没有选中可以写入的行")


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

    `chosen` limits to these (sheet, row) lines; None means all of `kinds`, but for those that both sides changed since they went out.
    What changed on the register since it was proposed is left.

    Needs    IMPORT_ACCEPT over the batch's area
    Writes   persons, households, memberships, archives; 1 posting
    Raises   NotPermitted, NotReady, NothingToWrite, LostRace, Cancelled
    """
    access.require(by, Permission.IMPORT_ACCEPT, area=batch.area)
    _insist_ready(batch)
    try:
        with posting(by=by, at=at, cause=cause, area=batch.area, idempotency_key=f"batch:{batch.pk}") as opened:
            batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())
            _insist_ready(batch)
            period = Period.objects.get(pk=batch.period_id)
            if not staging.may_write(by, period, batch.area):
                raise NotReady(f"期次“{period.key}”已经冻结")
            written, stale = _write_all(by, batch, period, frozenset(kinds), chosen)
            if not sum(written.values()):
                raise NothingToWrite(stale)
            opened.result = f"{written[NEW]},{written[CHANGE]}"
            batch.state, batch.message, batch.done_at = Batch.ACCEPTED, "", at
            batch.counts = batch.counts | {"written": written, "stale": stale}
            batch.save(update_fields=["state", "message", "done_at", "counts"])
    except IntegrityError as broken:
        raise LostRace from broken
    finally:
        progress.clear(batch.pk)
    return Accepted(written, stale, opened.position)


def _insist_ready(batch: Batch) -> None:
    if batch.state != Batch.CHECKED:
        raise NotReady("这批数据还没有核对完,或已经办结")


def _write_all(
    by: User, batch: Batch, period: Period, kinds: frozenset[str], chosen: set[tuple[str, int]] | None
) -> tuple[dict[str, int], int]:
    """All tables, each compared once more with the register as it stands in this transaction."""
    written, stale, done = {NEW: 0, CHANGE: 0}, 0, 0
    meter = progress.Meter(batch.pk, "写入", sum(t["rows"] for t in batch.tables))
    takes, first = [], None
    for index in range(len(batch.tables)):
        lines, staged, again = _compare(by, batch, period, index)
        wanted = staged.select(pl.col("kind").is_in(sorted(kinds & {NEW, CHANGE})) & _chosen(chosen, batch, index)).to_series()
        take, left = _whole_households(staged, wanted, _unchanged(staged, again.rows))
        takes.append(take)
        stale += left
        first = first or (lines, again)  # the others are compared again anyway, and need not all be held
    for index, take in enumerate(takes):
        if index:  # what an earlier sheet wrote is no reason to leave a line of this one
            lines, _, again = _compare(by, batch, period, index)
            take &= again.rows["kind"].is_in([NEW, CHANGE])
        elif first is not None:
            (lines, again), first = first, None
        counted = _write_table(lines, again, take, batch, period)
        written = {kind: written[kind] + counted[kind] for kind in written}
        done += lines.height
        meter.at(done)
    return written, stale


def _compare(by: User, batch: Batch, period: Period, index: int) -> tuple[pl.DataFrame, pl.DataFrame, Proposals]:
    lines, findings = files.get_frame(batch.pk, f"lines-{index}"), files.get_frame(batch.pk, f"findings-{index}")
    told = findings.filter(~pl.col("code").str.starts_with("register."))
    again = staging.proposals_for(by, lines, told, period, batch.area)
    return lines, files.get_frame(batch.pk, f"proposals-{index}"), again


def _unchanged(staged: pl.DataFrame, again: pl.DataFrame) -> pl.Series:
    """Which lines would be proposed again exactly as they were, with the rows that they touch at the version that was shown."""
    differs = staged["changed"].list.join(",").ne_missing(again["changed"].list.join(","))
    for name in WHAT:
        differs |= staged[name].ne_missing(again[name])
    for home, version in VERSION_OF.items():
        touched = staged.select(_touches(home)).to_series()
        differs |= touched & staged[version].ne_missing(again[version])
    return ~differs


def _chosen(chosen: set[tuple[str, int]] | None, batch: Batch, index: int) -> pl.Expr:
    """Which lines were asked for; what both sides changed since it was given out only where it was chosen by itself."""
    if chosen is None:
        places = torn(files.get_frame(batch.pk, f"compared-{index}")).to_struct("at")
        return ~pl.struct(SHEET, ROW).is_in(places.implode()) if len(places) else pl.lit(True)
    rows = pl.DataFrame(sorted(chosen), schema={SHEET: pl.String, ROW: pl.Int64}, orient="row")
    return pl.struct(SHEET, ROW).is_in(rows.to_struct("at").implode())


def _whole_households(staged: pl.DataFrame, wanted: pl.Series, fresh: pl.Series) -> tuple[pl.Series, int]:
    """What is taken, and how many wanted lines are stale: a new household is taken whole, with one line of it all, or left whole."""
    new_house = pl.col("household_id").is_null()
    work = staged.with_columns(wanted.alias("wanted"), fresh.alias("fresh"))
    work = work.with_columns(
        pl.when(new_house).then(pl.col("wanted").any().over(GROUP) & (pl.col("kind") == NEW)).otherwise("wanted").alias("wanted"),
        pl.when(new_house).then(pl.col("fresh").all().over(GROUP)).otherwise("fresh").alias("fresh"),
    )
    return work["wanted"] & work["fresh"], work.filter(pl.col("wanted") & ~pl.col("fresh")).height


def _write_table(lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
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
    """What lines say of their persons. A new number goes with all that stands beside it."""
    if changed.is_empty():
        return
    numbered = pl.col("changed").list.contains(ID_NO)
    persons = changed.filter(_touches("person"))
    _update(Person, persons.filter(~numbered), "person", tuple(PERSON_HOMES["person"]))
    _update(Person, persons.filter(numbered), "person", (*PERSON_HOMES["person"], *OF_NUMBER))
    _update(Membership, changed.filter(_touches("membership")), "membership", tuple(PERSON_HOMES["membership"]))
    archives = changed.filter(_touches("member") | pl.col("archive_id").is_null())
    _update(MemberPeriod, archives.filter(pl.col("archive_id").is_not_null()), "member", tuple(PERSON_HOMES["member"]))
    writing.add_member_archives(archives.filter(pl.col("archive_id").is_null()), period)


def _change_households(taken: pl.DataFrame, period: Period) -> set[int]:
    """What lines say of the households they belong to; gives the households' ids."""
    groups = _told_once(taken.filter(_touches("household") | _touches("identification")))
    known = groups.filter(_touches("household") & pl.col("hh_archive_id").is_not_null())
    _update(HouseholdPeriod, known, "household", tuple(HOUSEHOLD_HOMES["household"]))
    writing.add_household_archives(groups.filter(pl.col("hh_archive_id").is_null()), period)
    identified = groups.filter(_touches("identification"))
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


def _touches(home: str) -> pl.Expr:
    return pl.col("changed").list.eval(pl.element().str.starts_with(f"{home}.")).list.any()


def _update(model: type[Model], rows: pl.DataFrame, home: str, facts: tuple[str, ...]) -> None:
    """Change rows at the versions that were read: what a line leaves blank stays as it is."""
    if rows.is_empty():
        return
    told = [f for f in facts if f"{home}.{f}" in rows.columns and f not in DERIVED]
    values = [pl.coalesce(f"{home}.{f}", *([f"now.{home}.{f}"] if f"now.{home}.{f}" in rows.columns else [])).alias(f) for f in told]
    row_id, version = ID_COLUMNS[model]
    wanted = rows.select(pl.col(row_id).alias("id"), pl.col(version).alias("version"), *values, CAME_FROM)
    if home == "person" and "name" in told:
        spelled = {"pinyin": names.pinyin_column(wanted["name"]), "initials": names.initials_column(wanted["name"])}
        wanted = wanted.with_columns(series.alias(name) for name, series in spelled.items())
        told += list(spelled)
    if writing.change(model, wanted, told) != wanted.height:
        raise LostRace
