"""How soon the next try to sign in is weighed: 1, 2, 4 … seconds after each failure, never more than fifteen minutes (trust.md A8).

A try that comes too early is not weighed and does not count, so that hammering neither finds a password nor moves the moment on.
A browser in which the account signed in before carries a mark and is counted by itself: who attacks from elsewhere does not lock the
true user out.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction

from taizhang.accounts.models import SignInAttempt

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
FREE_BY_SOURCE = 20  # an office shares one source: the delay begins after this many failures of strangers
FREE_BY_NAME = 100  # many sources after one account
MARK_DAYS = 90
MARK_SALT = "taizhang.accounts.mark"


@dataclass(frozen=True, slots=True)
class Counter:
    """One count of failures: its key and how many are free of delay."""

    key: str
    free: int = 0

    def wait_after(self, failures: int) -> timedelta:
        """How long the next try has to wait after so many failures."""
        over = failures - self.free
        if over <= 0:
            return timedelta(0)
        return min(timedelta(seconds=2 ** min(over - 1, 20)), LONGEST_WAIT)


def counters(name: str, source: str, mark: str) -> tuple[Counter, ...]:
    """The counts that a try belongs to: the marked browser alone, or name with source, source, and name."""
    known = read_mark(mark, name)
    if known:
        return (Counter(_digest("mark", known)),)
    return (
        Counter(_digest("pair", name, source)),
        Counter(_digest("source", source), FREE_BY_SOURCE),
        Counter(_digest("name", name), FREE_BY_NAME),
    )


def own_counters(name: str) -> tuple[Counter, ...]:
    """The count of one who is signed in and is asked for his password again."""
    return (Counter(_digest("own", name)),)


def take_turn(counts: tuple[Counter, ...], *, at: datetime) -> int:
    """Ask to weigh one try now; it is counted as failed until `forgive` is called, so that tries at the same moment cannot slip through.

    Gives    0 when it may be weighed, else the whole seconds to wait
    Writes   1 sign_in_attempt for each count, none when it has to wait
    """
    with transaction.atomic():
        rows = {count.key: _row(count, at) for count in counts}
        wait = max((row.not_before - at for row in rows.values()), default=timedelta(0))
        if wait > timedelta(0):
            return math.ceil(wait.total_seconds())
        for count in counts:
            row = rows[count.key]
            row.failures += 1
            row.last_at = at
            row.not_before = at + count.wait_after(row.failures)
            row.save()
    return 0


def forgive(counts: tuple[Counter, ...], *, at: datetime, whole: bool) -> None:
    """Take back the failure that `take_turn` counted; `whole` forgets the earlier failures of this user from this place too.

    A source is never forgiven as a whole: an attacker with one account of his own could wipe his count.
    """
    with transaction.atomic():
        for at_first, count in enumerate(counts):
            row = _row(count, at)
            row.failures = 0 if whole and at_first == 0 else max(row.failures - 1, 0)
            row.not_before = at
            row.save()


def make_mark(name: str, nonce: str) -> str:
    """The mark of a browser in which `name` signed in."""
    return signing.dumps([name, nonce], salt=MARK_SALT)


def read_mark(mark: str, name: str) -> str:
    """The identity of a marked browser, or "" when it bears no mark of this name."""
    try:
        owner, nonce = signing.loads(mark, salt=MARK_SALT, max_age=MARK_DAYS * 86400)
    except (signing.BadSignature, ValueError):
        return ""
    return f"{owner}/{nonce}" if owner == name else ""


def _row(count: Counter, at: datetime) -> SignInAttempt:
    row, _ = SignInAttempt.objects.select_for_update().get_or_create(key=count.key, defaults={"last_at": at, "not_before": at})
    if at - row.last_at > FORGOTTEN_AFTER:
        row.failures = 0
    return row


def _digest(*words: str) -> str:
    return hashlib.sha256("\x00".join(words).encode()).hexdigest()
