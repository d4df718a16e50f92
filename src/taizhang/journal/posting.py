"""Posting (过账): the only way to write business rows.

    with posting(by=user, at=now, cause=Cause("household.enroll"), area=area) as open_posting:
        ... rows change, triggers write the journal ...

One posting is one transaction: rows and entries stand together or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from django.db import connection, transaction
from django.db.models import Count, Min

from taizhang import __version__
from taizhang.journal import moments
from taizhang.journal.models import JournalEntry, JournalReceipt, JournalTx

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that is being answered, set at the door, so that a posting can be found from a log line and back."""

POSITION_LOCK = 7_205_918  # any fixed number: the advisory lock that orders positions on PostgreSQL


class Actor(Protocol):
    """Who writes: an account and the human behind it."""

    pk: Any
    person_id: Any


@dataclass(frozen=True, slots=True)
class Cause:
    """Why rows change: the act (``household.enroll``), the reason a person gave, the thing it rests on (``batch:12``)."""

    action: str
    reason: str = ""
    ref: str = ""


@dataclass(slots=True)
class Posting:
    """An open posting. Set `result` to what a repeated request must be answered with; `position` is known after the end."""

    tx: int
    result: str = ""
    position: int = 0
    after: int = 0  # the newest entry when it was opened: its own entries stand behind


class NestedPosting(Exception):
    """A posting was opened inside a posting: one business act is one posting."""


class ReadingThePast(Exception):
    """Something was to be posted while the register was read as it stood earlier: the past cannot be changed."""

    def __init__(self) -> None:
        super().__init__("现在看的是以前的名册,只能看,不能改")


class AlreadyPosted(Exception):
    """The same request was posted before. `result` is what it answered then, `tx` its posting."""

    def __init__(self, tx: int, result: str) -> None:
        super().__init__("这项操作已经办理过,没有重复办理")
        self.tx = tx
        self.result = result


def part_of(area: str) -> str:
    """The volume of the journal that an area's postings belong to: its county, or ``national`` above counties."""
    return area[:6] if len(area) >= 12 and area[4:6] != "00" else "national"


@contextmanager
def posting(*, by: Actor, at: datetime, cause: Cause, area: str, idempotency_key: str | None = None) -> Iterator[Posting]:
    """Open a posting.

    Needs    nothing: the service that opens it has asked for permission
    Writes   1 journal_tx, 1 journal_receipt; the triggers write 1 journal_entry for each changed row
    Raises   NestedPosting, ReadingThePast, AlreadyPosted when `idempotency_key` was used before in this county
    """
    if moments.standing.get() is not None:
        raise ReadingThePast
    if _open_tx() is not None:
        raise NestedPosting(cause.action)
    with transaction.atomic():
        part = part_of(area)
        if idempotency_key is not None:
            _refuse_second(part, idempotency_key)
        row = JournalTx.objects.create(
            part=part,
            actor=by.pk,
            person=by.person_id,
            area=area,
            action=cause.action,
            reason=cause.reason,
            ref=cause.ref,
            request_id=request_id.get(),
            idem_key=idempotency_key,
            app_ver=__version__,
            at=at,
        )
        opened = Posting(tx=row.pk, after=_newest_entry())
        _set_tx(row.pk)
        try:
            yield opened
        finally:
            _set_tx(None)
        opened.position = _take_position(opened)


def newest_position() -> int:
    """The position after the last posting; 0 when nothing was posted yet."""
    return JournalReceipt.objects.order_by("-position").values_list("position", flat=True).first() or 0


def _refuse_second(part: str, key: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"{part}/{key}"])
    earlier = JournalTx.objects.filter(part=part, idem_key=key).values_list("pk", "journalreceipt__result").first()
    if earlier is not None:
        raise AlreadyPosted(earlier[0], earlier[1] or "")


def _take_position(opened: Posting) -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [POSITION_LOCK])
    own = JournalEntry.objects.filter(pk__gt=opened.after, tx=opened.tx).aggregate(entries=Count("pk"), first_entry=Min("pk"))
    receipt = JournalReceipt.objects.create(tx_id=opened.tx, result=opened.result, **own)
    return int(receipt.position)


def _newest_entry() -> int:
    newest: int | None = JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _open_tx() -> int | None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        open_tx: int | None = cast(Any, connection).posting_tx
        return open_tx
    with connection.cursor() as cursor:
        cursor.execute("select nullif(current_setting('taizhang.tx', true), '')")
        found = cursor.fetchone()[0]
    return int(found) if found else None


def _set_tx(tx: int | None) -> None:
    if connection.vendor == "sqlite":
        cast(Any, connection).posting_tx = tx
        return
    if tx is None and connection.needs_rollback:
        return  # the rollback takes the setting with it
    try:
        with connection.cursor() as cursor:
            cursor.execute("select set_config('taizhang.tx', %s, true)", ["" if tx is None else str(tx)])
    except Exception:
        if tx is not None:
            raise
        # the transaction is already broken: its rollback takes the setting with it
