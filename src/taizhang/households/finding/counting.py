"""How many households: by village out of what is kept in step, or counted up to a bound, so that no page counts a million rows."""

from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Substr

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.households.finding.keeping import in_step
from taizhang.households.finding.models import VillageCount
from taizhang.households.models import Period
from taizhang.journal.moments import standing

FEW, BOUND = 200, 2_000  # rows that are counted one by one: anywhere, and in an area that has no more households


def counts_known(user: User) -> bool:
    """Whether the counts by village may be taken for what a user sees now: not for the past, nor for who sees only what is his own.

    Cost     1 query
    """
    return standing.get() is None and not access.scope_of(user).own and in_step()


def counted(user: User, period: Period | int, low: str, high: str) -> int:
    """The archives of a period from one code up to another that a user sees.

    Cost     1 query over the villages
    """
    return _rows(user, period, low, high).aggregate(n=Sum("households"))["n"] or 0


def counted_by_stem(user: User, period: Period | int, low: str, high: str, width: int) -> dict[str, int]:
    """The same by the leading digits of the areas below.

    Cost     1 query over the villages
    """
    rows = _rows(user, period, low, high).annotate(stem=Substr("area", 1, width)).order_by()
    return dict(rows.values_list("stem").annotate(found=Sum("households")))


def bounded(found: "QuerySet[Any]", bound: int = FEW) -> tuple[int, bool]:
    """How many rows there are, counted no further than a bound, and whether there are more.

    Cost     1 query over at most `bound` matches
    """
    number = found.order_by("at_area", "at_household").values("pk")[: bound + 1].count()  # the order by which the pieces are read
    return min(number, bound), number > bound


def _rows(user: User, period: Period | int, low: str, high: str) -> "QuerySet[VillageCount]":
    return VillageCount.objects.filter(access.scope_of(user).q(), period=period, area__gte=low, area__lt=high)
