"""A moment of the house: a position of the journal, and the day whose names and ages go with it.

A position means exactly what stood after that posting; a day means what stood when it ended, in local time.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from taizhang.journal.models import JournalReceipt, JournalTx

NEARLY_AT_ONCE = 1_000  # postings whose clock times may stand in another order than their positions


class NoSuchMoment(Exception):
    """Nobody can say what stood then. The message is for the user."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A position, its day, and how it was asked for: ``2026-03-31`` or ``1200``."""

    position: int
    day: date
    asked: str


standing: ContextVar[Moment | None] = ContextVar("standing", default=None)
"""The past moment that is being read, None for the present. While it is set nothing may be posted."""


def today() -> date:
    """The local day of what is being read: of the past moment, else of now."""
    moment = standing.get()
    return timezone.localdate() if moment is None else moment.day


def moment_of(asked: str) -> Moment:
    """A day or a position as a person writes it.

    Raises   NoSuchMoment for what is neither, a day that has not come, a position that is not reached
    Cost     1 or 2 queries
    """
    if asked.isdecimal() and len(asked) < 19:
        return _at_position(int(asked), asked)
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        raise NoSuchMoment(f"“{asked}”既不是日期也不是流水位置,请填写如 2026-03-31 或 1200") from None
    if day > timezone.localdate():
        raise NoSuchMoment(f"{asked} 还没有到,名册只能看今天和以前的")
    return Moment(position_at_end_of(day), day, asked)


def position_at_end_of(day: date) -> int:
    """The last position of a day (local time), 0 when nothing was posted by then.

    Cost     1 query by index
    """
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    latest = JournalTx.objects.filter(at__lt=midnight).order_by("-at", "-pk").values("pk")[:NEARLY_AT_ONCE]
    found = JournalReceipt.objects.filter(tx__in=latest).order_by("-position")
    return found.values_list("position", flat=True).first() or 0


def _at_position(position: int, asked: str) -> Moment:
    newest = JournalReceipt.objects.order_by("-position").values_list("position", flat=True).first() or 0
    if position > newest:
        raise NoSuchMoment(f"流水现在只到 {newest},还没有位置 {position}")
    at = JournalTx.objects.filter(journalreceipt__position__lte=position).order_by("-journalreceipt__position").values_list("at", flat=True)
    found = at.first()
    return Moment(position, timezone.localdate(found) if found else timezone.localdate(), asked)
