"""Accepted proposals → rows (hop 5): one posting a batch, through the same writers as a form. All of it or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import IntegrityError

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.services.refusals import LostRace
from taizhang.intake import files, progress, staging
from taizhang.intake.grains import Grain, grain_of_batch
from taizhang.intake.models import Batch
from taizhang.intake.proposing import CHANGE, NEW, Proposals, touches
from taizhang.intake.reach import may_write
from taizhang.intake.returning import torn
from taizhang.journal.bulk import roomy
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.ledgers import ROW, SHEET

__all__ = ["Accepted", "LostRace", "NotReady", "NothingToWrite", "accept_batch"]


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

    Needs    IMPORT_ACCEPT over the batch's area, and what the grain of its ledger needs
    Writes   the rows behind the lines (persons, households, memberships, archives …); 1 posting
    Raises   NotPermitted, NotReady, NothingToWrite, LostRace, Cancelled
    """
    grain = grain_of_batch(batch)
    for needed in (Permission.IMPORT_ACCEPT, *grain.needs):
        access.require(by, needed, area=batch.area)
    _insist_ready(batch)
    try:
        with roomy(), posting(by=by, at=at, cause=cause, area=batch.area, idempotency_key=f"batch:{batch.pk}") as opened:
            batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())
            _insist_ready(batch)
            period = Period.objects.get(pk=batch.period_id)
            if not may_write(by, period, batch.area):
                raise NotReady(f"期次“{period.key}”已经冻结")
            written, stale = _write_all(by, batch, grain, period, frozenset(kinds), chosen)
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
    by: User, batch: Batch, grain: Grain, period: Period, kinds: frozenset[str], chosen: set[tuple[str, int]] | None
) -> tuple[dict[str, int], int]:
    """All tables, each compared once more with the register as it stands in this transaction; one in memory at a time."""
    meter = progress.Meter(batch.pk, "写入", sum(t["rows"] for t in batch.tables))
    written, stale, done, takes = {NEW: 0, CHANGE: 0}, 0, 0, []
    alone = len(batch.tables) == 1
    held: tuple[pl.DataFrame, Proposals] | None = None
    for index in range(len(batch.tables)):
        take, left, held = _taken(by, batch, grain, period, index, kinds, chosen)
        takes.append(take)
        stale += left
        if not alone:  # the others are compared again anyway, and need not all be held
            held = None
    for index, take in enumerate(takes):
        counted, lines = _write_table(by, batch, grain, period, index, take, held)
        held = None
        written = {kind: written[kind] + counted[kind] for kind in written}
        done += lines
        meter.at(done)
    return written, stale


def _taken(
    by: User, batch: Batch, grain: Grain, period: Period, index: int, kinds: frozenset[str], chosen: set[tuple[str, int]] | None
) -> tuple[pl.Series, int, tuple[pl.DataFrame, Proposals]]:
    """Which lines of a table are written, how many are left because the register has changed, and what was compared."""
    lines, staged, again = _compare(by, batch, grain, period, index)
    wanted = staged.select(pl.col("kind").is_in(sorted(kinds & {NEW, CHANGE})) & _chosen(chosen, batch, index)).to_series()
    take, left = grain.whole(staged, wanted, _unchanged(staged, again.rows, grain))
    return take, left, (lines, again)


def _write_table(
    by: User, batch: Batch, grain: Grain, period: Period, index: int, take: pl.Series, held: tuple[pl.DataFrame, Proposals] | None
) -> tuple[dict[str, int], int]:
    """One table: what was written by kind, and its lines."""
    lines, again = held or _compare(by, batch, grain, period, index, anew=index > 0)[::2]
    if index:  # what an earlier sheet wrote is no reason to leave a line of this one
        take = take & again.rows["kind"].is_in([NEW, CHANGE])
    return grain.write(lines, again, take, batch, period), lines.height


def _compare(
    by: User, batch: Batch, grain: Grain, period: Period, index: int, *, anew: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame, Proposals]:
    """The lines of a table, their proposals as they were made, and as they would be made now."""
    lines, staged = files.get_frame(batch.pk, f"lines-{index}"), staging.staged_proposals(batch, index)
    if not anew and batch.by_id == by.pk and batch.counts.get("compared_at") == staging.moment():
        return lines, staged.rows, staged
    findings = files.get_frame(batch.pk, f"findings-{index}")
    told = findings.filter(~pl.col("code").str.starts_with("register."))
    return lines, staged.rows, grain.propose(by, lines, told, period, batch.area)


def _unchanged(staged: pl.DataFrame, again: pl.DataFrame, grain: Grain) -> pl.Series:
    """Which lines would be proposed again exactly as they were, with the rows that they touch at the version that was shown."""
    differs = staged["changed"].list.join(",").ne_missing(again["changed"].list.join(","))
    for name in grain.same:
        differs |= staged[name].ne_missing(again[name])
    for name, home in grain.homes.items():
        touched = staged.select(touches(name)).to_series()
        differs |= touched & staged[home.version].ne_missing(again[home.version])
    return ~differs


def _chosen(chosen: set[tuple[str, int]] | None, batch: Batch, index: int) -> pl.Expr:
    """Which lines were asked for; what both sides changed since it was given out only where it was chosen by itself."""
    if chosen is None:
        places = torn(files.get_frame(batch.pk, f"compared-{index}")).to_struct("at")
        return ~pl.struct(SHEET, ROW).is_in(places.implode()) if len(places) else pl.lit(True)
    rows = pl.DataFrame(sorted(chosen), schema={SHEET: pl.String, ROW: pl.Int64}, orient="row")
    return pl.struct(SHEET, ROW).is_in(rows.to_struct("at").implode())
