"""Excel out: a ledger of the register as a workbook that comes in again unharmed.

`rows` reads the lines, `workbook` lays out the sheet, `stream` writes it in bulk; `export_ledger` is the service.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.accounts.unmask import ReasonMissing
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.households.query import households_matching, inside, query_of
from taizhang.intake import files, progress
from taizhang.intake.exporting.rows import archives_of, count_lines, lines_of
from taizhang.intake.exporting.workbook import Stamp, Written, write_workbook
from taizhang.intake.models import Export
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
) -> Export:
    """Give out a ledger of an area as a workbook (导出): ordered and made at once.

    Needs    EXPORT_RUN over `area`; UNMASK too when `unmasked`
    Writes   1 export; the workbook, sealed
    Raises   NotPermitted, ReasonMissing, BadQuery, Cancelled
    """
    ordered = order_export(
        by=by, at=at, cause=cause, ledger=ledger, period=period, area=area, query=query, unmasked=unmasked, reason=reason
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
) -> Export:
    """Write an order down, for a worker to make.

    The area binds whatever the query says: who may see the export may see every line of it.

    Needs    EXPORT_RUN over `area`; UNMASK too when `unmasked`
    Writes   1 export
    Raises   NotPermitted, ReasonMissing, BadQuery
    """
    access.require(by, Permission.EXPORT_RUN, area=area)
    reason = (reason or cause.reason).strip()
    if unmasked:
        access.require(by, Permission.UNMASK, area=area)
        if not reason:
            raise ReasonMissing
    wanted = query_of(period.pk, query or {})
    return Export.objects.create(
        ledger=ledger.key,
        period=period,
        area=area,
        by=by,
        at=at,
        position=newest_position(),
        query={k: v for k, v in wanted.as_dict().items() if k != "period"},
        unmasked=unmasked,
        reason=reason[:200],
    )


def make_export(export: Export, ledger: Ledger) -> Export:
    """Make the workbook of an order, at the position that the register has when the work begins.

    Needs    what the order needed, asked again: a grant that ended since gives nothing
    Writes   the workbook, sealed; rows, digest, name and state of the export
    Raises   NotPermitted, Cancelled; the export then says why it failed
    """
    try:
        access.require(export.by, Permission.EXPORT_RUN, area=export.area)
        if export.unmasked:
            access.require(export.by, Permission.UNMASK, area=export.area)
        with tempfile.TemporaryDirectory(prefix="taizhang-export-") as folder:
            path = Path(folder) / "book.xlsx"
            with _one_moment():
                written = _written(export, ledger, path)
            return _settled(export, ledger, written, path.read_bytes())
    except Exception as failed:
        told = isinstance(failed, access.NotPermitted | progress.Cancelled)
        export.state = CANCELLED if isinstance(failed, progress.Cancelled) else FAILED
        export.message = str(failed)[:500] if told else "导出时出错,没有生成文件,请稍后重试"
        export.save(update_fields=["state", "message"])
        raise
    finally:
        progress.clear(progress_key(export))


def progress_key(export: Export) -> str:
    """Under what name the progress of an export is told and its wish to cancel kept."""
    return f"export-{export.pk}"


def _written(export: Export, ledger: Ledger, path: Path) -> Written:
    export.position = newest_position()
    archives = archives_of(_chosen(export))
    meter = progress.Meter(progress_key(export), "导出", count_lines(archives))
    on = timezone.localdate(export.at)
    lines = _told(lines_of(ledger, period=export.period, archives=archives, on=on, unmasked=export.unmasked), meter)
    stamp = Stamp(export.pk, export.period.key, export.period.reference_on, timezone.localtime(export.at), export.position)
    return write_workbook(path, ledger, lines, stamp.text(ledger))


def _settled(export: Export, ledger: Ledger, written: Written, content: bytes) -> Export:
    export.sha256 = files.keep(content)
    export.rows, export.state, export.message = written.rows, READY, _remark(written)
    export.file_name = f"{ledger.title}-{export.period.key}-{export.area}-E{export.pk}.xlsx"
    export.save(update_fields=["position", "sha256", "rows", "state", "message", "file_name"])
    return export


def _chosen(export: Export) -> QuerySet[HouseholdPeriod]:
    query = query_of(export.period_id, export.query)
    return inside(households_matching(export.by, query, permission=Permission.EXPORT_RUN), export.area)


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


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything inside reads the register as it stands at one moment, and keeps no writer waiting."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("begin deferred" if connection.vendor == "sqlite" else "begin isolation level repeatable read")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("commit")
