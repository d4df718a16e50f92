"""Flags of a household that change no state: help suspended, ended, resumed (暂停、终止、恢复帮扶), and marks (户标注).

Source: domain/archives.md 3.1.
"""

from datetime import date, datetime

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, HouseholdMark
from taizhang.households.services.acting import add_event, insist_on_live, insist_on_papers
from taizhang.households.services.common import set_row
from taizhang.households.services.refusals import NotInState
from taizhang.households.services.windows import insist_on_window
from taizhang.journal.posting import Cause, posting
from taizhang.policy.code_lists import code_list

HELPED, SUSPENDED, ENDED = "", "suspended", "ended"
MARKS = code_list("household_mark").keys()
HELP_ZH = {HELPED: "正常帮扶"} | {code.key: code.zh for code in code_list("help_state").codes}


def set_help(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    version: int,
    help_state: str,
    on: date,
    proof: str = "",
    idempotency_key: str | None = None,
) -> Household:
    """Suspend, end or resume the help of a household: `help_state` is "suspended", "ended" or "" (resumed). A flag, no deletion.

    Needs    HELP_SUSPEND over the household's area
    Writes   1 household, 1 household_event, 1 posting
    Raises   NotPermitted, OutsideWindow, NoProof without a reason, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 中途减少/暂停/恢复
    """
    access.require(by, Permission.HELP_SUSPEND, area=household.area)
    insist_on_window(by, "suspend", household.area, at)
    insist_on_papers(on, at, reason=cause.reason)
    insist_on_live(household, "suspend")
    if help_state not in HELP_ZH:
        raise NotInState("请选择暂停、终止或恢复帮扶")
    if household.help_state == help_state:
        raise NotInState(f"这一户现在已经是“{HELP_ZH[help_state]}”")
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        was = household.help_state
        set_row(household, version, {"help_state": help_state, "help_changed_on": on})
        add_event(household, None, "suspend", on, before=was, after=help_state, reason=cause.reason, proof=proof)
        opened.result = str(household.pk)
    return household


def put_mark(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    kind: str,
    on: date,
    proof: str,
    idempotency_key: str | None = None,
) -> HouseholdMark:
    """Mark a household (户标注): 错退, 错评, 漏评.

    Needs    HOUSEHOLD_MARK over the household's area
    Writes   1 household_mark, 1 posting
    Raises   NotPermitted, OutsideWindow, NoProof, NotInState where the mark stands, AlreadyPosted
    Source   domain/archives.md 3.1 回退 / 标注错退
    """
    access.require(by, Permission.HOUSEHOLD_MARK, area=household.area)
    insist_on_window(by, "mark", household.area, at)
    insist_on_papers(on, at, reason=cause.reason, proof=proof)
    if kind not in MARKS:
        raise NotInState("请选择标注的种类")
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        Household.objects.select_for_update().get(pk=household.pk)
        if HouseholdMark.objects.filter(household=household, kind=kind, to_on__isnull=True).exists():
            raise NotInState("这一户已经有这项标注")
        mark = HouseholdMark.objects.create(
            household=household, area=household.area, kind=kind, from_on=on, reason=cause.reason, proof=proof
        )
        opened.result = str(mark.pk)
    return mark


def lift_mark(
    *, by: User, at: datetime, cause: Cause, mark: HouseholdMark, version: int, on: date, idempotency_key: str | None = None
) -> HouseholdMark:
    """Lift a mark (取消标注): from that day on it counts no more.

    Needs    HOUSEHOLD_MARK over the household's area
    Writes   1 household_mark, 1 posting
    Raises   NotPermitted, OutsideWindow, NoProof, NotInState, LostRace, AlreadyPosted
    """
    access.require(by, Permission.HOUSEHOLD_MARK, area=mark.area)
    insist_on_window(by, "mark", mark.area, at)
    insist_on_papers(on, at, reason=cause.reason)
    if mark.to_on is not None:
        raise NotInState("这项标注已经取消")
    if on < mark.from_on:
        raise NotInState("取消日期早于标注日期,请核对")
    with posting(by=by, at=at, cause=cause, area=mark.area, idempotency_key=idempotency_key) as opened:
        set_row(mark, version, {"to_on": on, "lifted_reason": cause.reason})
        opened.result = str(mark.pk)
    return mark
