"""How far a user may import: which areas of a batch, which periods."""

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission, Rank
from taizhang.households.models import Period
from taizhang.households.services.common import frozen_at
from taizhang.places.tree import range_of


def may_write(by: User, period: Period, area: str) -> bool:
    """Whether a period takes rows of an area from a user: while it is open, or with leave to correct frozen ones."""
    return not frozen_at(period, area) or access.may(by, Permission.HOUSEHOLD_CORRECT_FROZEN, area)


def scope_below(by: User, area: str) -> access.Scope:
    """Where a user may import, cut to the area that he chose for the batch."""
    low, high = access.range_of(area, Rank.NATION) if area == access.NATION else range_of(area)
    ranges = access.scope_of(by, Permission.IMPORT_RUN).ranges
    return access.Scope(tuple((max(lo, low), min(hi, high)) for lo, hi in ranges if max(lo, low) < min(hi, high)))
