"""Excel out: a ledger of the register as a workbook that comes in again unharmed.

`rows` reads the lines, `workbook` lays out the sheet, `stream` writes it in bulk; `export_ledger` is the service.
"""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.accounts.unmask import ReasonMissing
from taizhang.households.models import Period
from taizhang.households.past import register_at
from taizhang.intake import files, progress
from taizhang.intake.exporting.workbook import Stamp, Written, write_workbook
from taizhang.intake.grains import grain_of
from taizhang.intake.models import Export
from taizhang.journal.moments import Moment, moment_of
from taizhang.journal.past import one_moment
from taizhang.journal.posting import Cause, newest_position
from taizhang.kernel.ledgers import Ledger

__all__ = ["CANCELLED", "FAILED", "READY", "RUNNING", "export_ledger", "make_export", "order_export", "progress_key"]

RUNNING, READY, FAILED, CANCELLED = "running", "ready", "failed", "cancelled"


def export_ledger(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    ledger: Ledger,
    period: Period,
    area: str,
    query: dict | None = None,
    unmasked: bool = False,
    reason: str = "",
    as_of: Moment | None = None,
) -> Export:
    """Give out a ledger of an area as a workbook (导出): ordered and made at once.

    Needs    EXPORT_RUN over `area`; UNMASK too when `unmasked`
    Writes   1 export; the workbook, sealed
    Raises   NotPermitted, ReasonMissing, BadQuery, Cancelled
    """
    ordered = order_export(
        by=by, at=at, cause=cause, ledger=ledger, period=period, area=area, query=query, unmasked=unmasked, reason=reason, as_of=as_of
    )
    return make_export(ordered, ledger)


def order_export(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    ledger: Ledger,
    period: Period,
    area: str,
    query: dict | None = None,
    unmasked: bool = False,
    reason: str = "",
    as_of: Moment | None = None,
) -> Export:
    """Write an order down, for a worker to make.

    The area binds whatever the query says: who may see the export may see every line of it. With `as_of` the register is given out as it
    stood then; who may have it is who may now.

    Needs    EXPORT_RUN over `area`; UNMASK too when `unmasked`
    Writes   1 export
    Raises   NotPermitted, ReasonMissing, BadQuery
    """
    _insist_on_export(by, ledger, area)
    reason = (reason or cause.reason).strip()
    if unmasked:
        access.require(by, Permission.UNMASK, area=area)
        if not reason:
            raise ReasonMissing
    wanted = grain_of(ledger).query(period, query or {})
    return Export.objects.create(
        ledger=ledger.key,
        period=period,
        area=area,
        by=by,
        at=at,
        position=newest_position() if as_of is None else as_of.position,
        as_of="" if as_of is None else as_of.asked,
        query=wanted,
        unmasked=unmasked,
        reason=reason[:200],
    )


def make_export(export: Export, ledger: Ledger) -> Export:
    """Make the workbook of an order, at the position that the register has when the work begins, or at the one that was asked for.

    Needs    what the order needed, asked again: a grant that ended since gives nothing
    Writes   the workbook, sealed; rows, digest, name and state of the export
    Raises   NotPermitted, Cancelled; the export then says why it failed
    """
    try:
        _insist_on_export(export.by, ledger, export.area)
        if export.unmasked:
            access.require(export.by, Permission.UNMASK, area=export.area)
        with tempfile.TemporaryDirectory(prefix="taizhang-export-") as folder:
            path = Path(folder) / "book.xlsx"
            with _as_asked(export):
                written = _written(export, ledger, path)
            return _settled(export, ledger, written, path)
    except Exception as failed:
        told = isinstance(failed, access.NotPermitted | progress.Cancelled)
        export.state = CANCELLED if isinstance(failed, progress.Cancelled) else FAILED
        export.message = str(failed)[:500] if told else "导出时出错,没有生成文件,请稍后重试"
        export.save(update_fields=["state", "message"])
        raise
    finally:
        progress.clear(progress_key(export))


def _insist_on_export(by: User, ledger: Ledger, area: str) -> None:
    """The whole area, or, where a ledger's lines are cut one by one to what the account sees, what is its own there."""
    insist = access.require_sight if grain_of(ledger).own else access.require
    insist(by, Permission.EXPORT_RUN, area=area)


def progress_key(export: Export) -> str:
    """Under what name the progress of an export is told and its wish to cancel kept."""
    return f"export-{export.pk}"


def _written(export: Export, ledger: Ledger, path: Path) -> Written:
    export.position = export.position if export.as_of else newest_position()
    going = grain_of(ledger).outgoing(export, ledger)
    lines = _told(going.frames, progress.Meter(progress_key(export), "导出", going.total))
    stamp = Stamp(export.pk, export.period.key, export.period.reference_on, timezone.localtime(export.at), export.position, export.as_of)
    return write_workbook(path, ledger, lines, stamp.text(ledger))


def _settled(export: Export, ledger: Ledger, written: Written, path: Path) -> Export:
    export.sha256 = files.keep_file(path)
    export.rows, export.state, export.message = written.rows, READY, _remark(written)
    when = f"{export.period.key}-截至{export.as_of}" if export.as_of else export.period.key
    export.file_name = f"{ledger.title}-{when}-{export.area}-E{export.pk}.xlsx"
    export.save(update_fields=["position", "sha256", "rows", "state", "message", "file_name"])
    return export


def _told(frames: Iterator[pl.DataFrame], meter: progress.Meter) -> Iterator[pl.DataFrame]:
    """The frames as they come, telling how far they are."""
    done = 0
    for frame in frames:
        yield frame
        done += frame.height
        meter.at(done)


def _remark(written: Written) -> str:
    cut = written.findings.height
    return f"有{cut}格内容过长,导出时截短了" if cut else ""


def _as_asked(export: Export) -> AbstractContextManager[Any]:
    """Everything inside reads the register as it stands at one moment, now or at the position that was asked for."""
    if not export.as_of:
        return one_moment()
    day = moment_of(export.as_of).day  # a day that was asked for names its own places; its last position was taken when it was ordered
    return register_at(Moment(export.position, day, export.as_of), export.area)
