"""Putting a household on the register from a form (新识别纳入)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import Household, Period
from taizhang.households.services.common import insist_on_period
from taizhang.households.services.family import known_persons
from taizhang.households.services.frames import lines_of, no_errors
from taizhang.households.services.windows import insist_on_window
from taizhang.journal.posting import Cause, posting


def enroll_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    period: Period,
    area: str,
    group: str,
    facts: Mapping[str, Any],
    members: Sequence[Mapping[str, Any]],
    idempotency_key: str | None = None,
) -> Household:
    """Put a newly identified household on the register. `facts` are ``household.*``, each member's ``person.*``, ``membership.*``
    and ``member.*``, as typed values (secrets as text).

    Needs    HOUSEHOLD_ENROLL over `area`
    Writes   1 household, its archive, its members, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, BadFacts, NoHead, AlreadyOnRegister, AlreadyPosted
    Source   domain/archives.md 3.1 新识别
    """
    access.require(by, Permission.HOUSEHOLD_ENROLL, area=area)
    insist_on_period(by, period, area)
    insist_on_window(by, "enroll", area, at)
    lines = lines_of(area, group, facts, members)
    no_errors(lines, whole_household=True)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        lines = lines.with_columns(known_persons(lines))
        lines = writing.add_households(lines, period)
        writing.add_members(lines, period)
        household = Household.objects.get(pk=lines[writing.HOUSEHOLD_ID][0])
        opened.result = str(household.pk)
    return household
