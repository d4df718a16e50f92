"""Archives that were carried over: looked at and found right (核实无变化)."""

from datetime import datetime

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, MemberPeriod, Membership
from taizhang.households.services.common import insist_on_period, set_row
from taizhang.households.services.refusals import NotInState
from taizhang.households.services.windows import insist_on_window
from taizhang.journal.posting import Cause, posting


def confirm_archive(
    *, by: User, at: datetime, cause: Cause, household_period: HouseholdPeriod, version: int, idempotency_key: str | None = None
) -> HouseholdPeriod:
    """An archive that was carried over from an older period is right as it stands: it and its members' are drafts no more.

    Needs    HOUSEHOLD_CORRECT over the household's area
    Writes   1 household_period, the draft member_periods of its members, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NotInState where it is no draft, LostRace, AlreadyPosted
    """
    area, period = household_period.area, household_period.period
    access.require(by, Permission.HOUSEHOLD_CORRECT, area=area)
    insist_on_period(by, period, area)
    insist_on_window(by, "correct", area, at)
    if not household_period.draft:
        raise NotInState("这份档案已经核实过")
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        set_row(household_period, version, {"draft": False})
        members = Membership.objects.filter(household=household_period.household_id, open=True).values("person_id")
        for archive in MemberPeriod.objects.filter(person__in=members, period=period, draft=True).order_by("pk"):
            set_row(archive, archive.version, {"draft": False})
        opened.result = str(household_period.pk)
    return household_period
