"""What the services on villages share: who may, when, and facts as they are stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.households.models import Period
from taizhang.households.services.common import insist_on_period, insist_on_unlocked, stored
from taizhang.households.services.refusals import Refused
from taizhang.households.services.windows import NEEDS, insist_on_window
from taizhang.policy.archive import fact


class VillageKnown(Refused):
    """The village, or the natural village, has an archive of the period already, or its name is taken."""


class NotThere(Refused):
    """No village stands under that code, or the natural village is no more."""


def insist_on_right(by: User, operation: str, area: str, period: Period, at: datetime) -> None:
    """Permission, open period and window of an act on a village's archive.

    Raises   NotPermitted, PeriodFrozen, OutsideWindow
    """
    access.require(by, NEEDS[operation], area=area)
    insist_on_period(by, period, area)
    insist_on_window(by, operation, area, at)


def as_stored(by: User, area: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values (secrets as text) of facts that a survey may tell, as the columns hold them.

    Raises   LockedField for a fact that only an operation changes
    """
    insist_on_unlocked(by, area, facts)
    return {name: stored(fact(name), value) for name, value in facts.items()}
