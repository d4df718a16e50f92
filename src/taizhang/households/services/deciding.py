"""The acts that change a household's state (新识别、退出、返贫、回退): each carries out a decision, and none is done without one.

The procedure that leads to a decision is not told here; these acts only insist that there is one. Source: domain/archives.md 3.1, 3.3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.households.models import HouseholdEvent, HouseholdMark, HouseholdPeriod, Identification, Membership
from taizhang.households.services.acting import add_event, insist_on_newest, insist_on_right, insist_on_state, state_of
from taizhang.households.services.common import set_row
from taizhang.households.services.refusals import ExitTooSoon, NoDecision, NoProof
from taizhang.journal.posting import Cause, posting
from taizhang.policy.code_lists import code_list
from taizhang.policy.decisions import Decision, flaw_of
from taizhang.policy.exits import exit_too_soon
from taizhang.policy.states import NONE, states_after

WRONG_EXIT = "wrong_exit"
RETURN_CAUSES = code_list("return_cause").keys()


def identify_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None = None,
) -> HouseholdPeriod:
    """A household that stands on the register without a state is identified as poor (新识别).

    Its first month of identification is set where none stood, and that of its members.

    Needs    HOUSEHOLD_DECIDE over the household's area
    Writes   1 household_period, 1 identification where none stands, the memberships not identified yet, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 新识别
    """
    return _carry_out("identify", by, at, cause, household_period, version, decision, idempotency_key)


def return_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    decision: Decision,
    return_cause: str,
    idempotency_key: str | None = None,
) -> HouseholdPeriod:
    """A household that had exited is poor again (返贫): number and first date stay, the cause of return is told.

    Needs    HOUSEHOLD_DECIDE over the household's area
    Writes   1 household_period, 1 identification where none stands, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NoProof without a known cause, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 返贫
    """
    if return_cause not in RETURN_CAUSES:
        raise NoProof("请选择返贫原因")
    return _carry_out("return", by, at, cause, household_period, version, decision, idempotency_key, {"return_cause": return_cause})


def propose_exit(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None = None,
) -> HouseholdPeriod:
    """A household is put forward for exit (拟退出).

    Needs    HOUSEHOLD_DECIDE over the household's area
    Writes   1 household_period, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 脱贫退出
    """
    return _carry_out("propose_exit", by, at, cause, household_period, version, decision, idempotency_key)


def reject_exit(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None = None,
) -> HouseholdPeriod:
    """An exit that was put forward does not come to pass (退出不通过): the household is again what it was before.

    Needs    HOUSEHOLD_DECIDE over the household's area
    Writes   1 household_period, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.3
    """
    return _carry_out("reject_exit", by, at, cause, household_period, version, decision, idempotency_key)


def approve_exit(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None = None,
) -> HouseholdPeriod:
    """A household exits, and keeps the policies (脱贫退出). Where its province forbids it, not in the year of its identification.

    Needs    HOUSEHOLD_DECIDE over the household's area
    Writes   1 household_period, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, ExitTooSoon, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 脱贫退出
    """
    return _carry_out("approve_exit", by, at, cause, household_period, version, decision, idempotency_key)


def end_policy(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None = None,
) -> HouseholdPeriod:
    """A household that has exited no longer enjoys the policies (政策期满).

    Needs    HOUSEHOLD_DECIDE over the household's area
    Writes   1 household_period, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.3
    """
    return _carry_out("end_policy", by, at, cause, household_period, version, decision, idempotency_key)


def undo_exit(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None = None,
) -> HouseholdPeriod:
    """An exit was wrong and is taken back (回退): the household is poor, and marked 错退.

    Needs    HOUSEHOLD_DECIDE over the household's area
    Writes   1 household_period, 1 household_mark where none stands, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 回退 / 标注错退
    """
    return _carry_out("undo_exit", by, at, cause, household_period, version, decision, idempotency_key)


def _carry_out(
    operation: str,
    by: User,
    at: datetime,
    cause: Cause,
    archive: HouseholdPeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None,
    facts: dict[str, Any] | None = None,
) -> HouseholdPeriod:
    """One decided step of the machine: guards, then everything in one posting."""
    household, step = archive.household, STEPS[operation]
    insist_on_right(by, operation, household, archive.period, at)
    insist_on_decision(decision, operation, at)
    with posting(by=by, at=at, cause=cause, area=archive.area, idempotency_key=idempotency_key) as opened:
        insist_on_newest(archive)
        insist_on_state(operation, archive)
        step.guard(archive, decision)
        before, after = state_of(archive), _after(operation, archive)
        set_row(archive, version, {"status": after, **step.archive(archive, decision), **(facts or {})})
        for write in step.beside:
            write(archive, decision, cause)
        papers = {"reason": cause.reason, **papers_of(decision)}
        add_event(household, archive.period, operation, decision.decided_on, before=before, after=after, **papers)
        opened.result = str(archive.pk)
    return archive


def insist_on_decision(decision: Decision, operation: str, at: datetime) -> None:
    """Refuse what is no decision for the operation.

    Raises   NoDecision
    """
    flaw = flaw_of(decision, operation, timezone.localdate(at))
    if flaw:
        raise NoDecision(flaw)


def papers_of(decision: Decision) -> dict[str, Any]:
    """A decision as a household_event keeps it."""
    return {
        "proof": decision.document,
        "decision_no": decision.number,
        "decided_on": decision.decided_on,
        "decided_by": decision.decided_by,
    }


def _after(operation: str, archive: HouseholdPeriod) -> str:
    """Where the operation leads; a rejected exit leads back to what the household was when it was put forward."""
    after = states_after(operation, archive.status or NONE)
    if len(after) == 1:
        return after[0]
    told = HouseholdEvent.objects.filter(household=archive.household_id, operation="propose_exit").order_by("-pk").first()
    was = told.before if told is not None else "returned" if archive.returned_on else "poor"
    return was if was in after else after[0]


def _insist_on_time(archive: HouseholdPeriod, decision: Decision) -> None:
    """Refuse an exit in the year of identification, where a rule forbids it.

    Raises   ExitTooSoon
    """
    if exit_too_soon(archive.area, archive.first_identified_on, decision.decided_on):
        raise ExitTooSoon(f"这一户{archive.first_identified_on[:4]}年识别,按本省规定当年识别的不能当年退出")


def _date_members(archive: HouseholdPeriod, decision: Decision, cause: Cause) -> None:
    """Members who had no month of identification have that of the decision."""
    undated = Membership.objects.filter(household=archive.household_id, open=True, identified_on__isnull=True)
    for member in undated.order_by("pk"):
        set_row(member, member.version, {"identified_on": _month(decision)})


def _put_identification(kind: str, archive: HouseholdPeriod, decision: Decision, cause: Cause) -> None:
    """How the household came on the register in the period: one row, put right where one stands."""
    told = {"kind": kind, "county_on": decision.decided_on}
    standing = Identification.objects.filter(household=archive.household_id, period=archive.period_id).first()
    if standing is not None:
        set_row(standing, standing.version, told)
        return
    Identification.objects.create(household_id=archive.household_id, period_id=archive.period_id, area=archive.area, **told)


def _mark_wrong_exit(archive: HouseholdPeriod, decision: Decision, cause: Cause) -> None:
    """The mark 错退, where none stands."""
    if HouseholdMark.objects.filter(household=archive.household_id, kind=WRONG_EXIT, to_on__isnull=True).exists():
        return
    told = {"from_on": decision.decided_on, "reason": cause.reason or "回退", "proof": decision.document}
    HouseholdMark.objects.create(household_id=archive.household_id, area=archive.area, kind=WRONG_EXIT, **told)


def _month(decision: Decision) -> str:
    return decision.decided_on.strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class _Step:
    """What stands in the way of a decided operation, what it writes with the state into the archive, and which rows beside it."""

    guard: Callable[[HouseholdPeriod, Decision], None] = lambda archive, decision: None

    archive: Callable[[HouseholdPeriod, Decision], dict[str, Any]] = lambda archive, decision: {}
    beside: tuple[Callable[[HouseholdPeriod, Decision, Cause], None], ...] = ()


STEPS: dict[str, _Step] = {
    "identify": _Step(
        archive=lambda archive, decision: {} if archive.first_identified_on else {"first_identified_on": _month(decision)},
        beside=(_date_members, partial(_put_identification, Identification.NEW)),
    ),
    "return": _Step(
        archive=lambda archive, decision: {"returned_on": _month(decision)}, beside=(partial(_put_identification, Identification.RETURNED),)
    ),
    "propose_exit": _Step(),
    "reject_exit": _Step(),
    "approve_exit": _Step(guard=_insist_on_time, archive=lambda archive, decision: {"exited_on": _month(decision)}),
    "end_policy": _Step(),
    "undo_exit": _Step(archive=lambda archive, decision: {"exited_on": None}, beside=(_mark_wrong_exit,)),
}
"""Every step of the machine that a decision takes and that closes no household, in one shape."""
