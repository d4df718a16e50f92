"""When much is new, a page does not read it all itself: it asks a worker to, now and then."""

import time

from taizhang.households.finding.keeping import FEW, pending, positions
from taizhang.intake.queue import enqueue
from taizhang.intake.tasks import read_journal
from taizhang.journal.moments import standing

PAUSE = 60.0
_asked_at = [-PAUSE]


def nudge() -> None:
    """Have the derived tables brought in step by a worker, where they lack more than a page may read; at most once a minute a process.

    Cost     2 queries at most once a minute
    """
    if standing.get() is not None or time.monotonic() - _asked_at[0] < PAUSE:
        return
    _asked_at[0] = time.monotonic()
    if pending(positions()[1]) > FEW:
        enqueue(read_journal)
