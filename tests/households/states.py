"""Households in every state, decisions on them, and one way to carry out any operation of the machine."""

from collections.abc import Callable
from datetime import date
from typing import Any

from taizhang.households.models import Household, HouseholdPeriod, Period
from taizhang.households.services import closing, deciding
from taizhang.journal.posting import Cause
from taizhang.policy.decisions import Decision
from taizhang.policy.states import CLOSED, NONE
from tests.households.families import AT, archive_of
from tests.journal.acts import pen

WHY = Cause("test.act", reason="经会议决定")
ON = date(2018, 6, 1)
DECIDING: dict[str, Callable[..., Any]] = {
    "identify": deciding.identify_household,
    "propose_exit": deciding.propose_exit,
    "reject_exit": deciding.reject_exit,
    "approve_exit": deciding.approve_exit,
    "end_policy": deciding.end_policy,
    "return": deciding.return_household,
    "undo_exit": deciding.undo_exit,
}


def decision(kind: str, **other: Any) -> Decision:
    """A sound decision of the county."""
    told = {"kind": kind, "number": "演扶〔2018〕7号", "decided_on": ON, "decided_by": "演示县扶贫办", "document": "县级审批表"}
    return Decision(**(told | other))


def in_state(by, household: Household, period: Period, state: str, **facts: Any) -> HouseholdPeriod:
    """The household's archive, the household put into a state without asking how it came there."""
    with pen(by):
        told = {"status": None if state in (NONE, CLOSED) else state} | facts
        HouseholdPeriod.objects.filter(household=household, period=period).update(**told)
        Household.objects.filter(pk=household.pk).update(closed="vanished" if state == CLOSED else "", closed_on=None)
    household.refresh_from_db()
    return HouseholdPeriod.objects.select_related("household", "period").get(household=household, period=period)


def decided(by, operation: str, archive: HouseholdPeriod, **other: Any) -> HouseholdPeriod:
    """One decided step, carried out."""
    more = {"return_cause": "illness"} if operation == "return" else {}
    told = {"version": archive.version, "decision": decision(operation)} | more | other
    return DECIDING[operation](by=by, at=AT, cause=WHY, household_period=archive, **told)


def carry_out(by, operation: str, household: Household, period: Period) -> Any:
    """Any operation of the machine on one household, whatever its state."""
    archive = archive_of(household, period)
    common = {"by": by, "at": AT, "cause": WHY, "household": household, "version": household.version, "period": period}
    match operation:
        case "vanish":
            return closing.vanish_household(**common, on=ON, proof="注销证明")
        case "purge":
            return closing.purge_household(**common, decision=decision("purge"))
        case "reopen":
            return closing.reopen_household(**common, on=ON, proof="复核意见")
        case _:
            return decided(by, operation, archive)
