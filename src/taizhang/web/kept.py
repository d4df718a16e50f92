"""What is drawn at a position of the journal stands until somebody writes: it is drawn once and kept in the process for the next page."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from taizhang.journal import moments
from taizhang.journal.posting import newest_position
from taizhang.web.households.periods import current_period

MOST = 500


class Kept:
    """The things that were asked for last, by what they depend on. Whoever is given one does not change it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._turn = Lock()

    def of(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What belongs to a key, made where it is not kept. Two who ask at once may both make it."""
        with self._turn:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._turn:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made


of_trees, of_levels, of_lists, of_counts = Kept(MOST), Kept(MOST), Kept(MOST), Kept(MOST)


def while_nobody_writes(kept: Kept, request: HttpRequest, about: tuple[Hashable, ...], make: Callable[[], Any]) -> Any:
    """What a user's page shows of the register now, kept until the next posting, until tomorrow (grants and areas end by the day) and for
    him alone. The past and the tests, where positions come again with other contents, always ask anew.

    Cost     1 query a page where it is kept
    """
    if settings.TESTING or moments.standing.get() is not None:
        return make()
    period = current_period(request)
    key = (_position(request), timezone.localdate(), request.user.pk, period.pk if period else None, *about)
    return kept.of(key, make)


def _position(request: HttpRequest) -> int:
    """The position at which a request began to draw: one for its whole page."""
    if not hasattr(request, "drawn_at"):
        request.drawn_at = newest_position()
    return int(request.drawn_at)
