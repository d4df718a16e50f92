"""Measures to a household (到户措施): entering one, correcting one, withdrawing one that was entered by mistake.

They have no window: a measure is entered when it is done, all the year round, and is no survey of the household.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Measure, Membership
from taizhang.households.services.common import differing, insist_on_period, insist_on_unlocked, set_row
from taizhang.households.services.refusals import BadFacts, LostRace, NotInHousehold, Refused
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.findings import Finding, Severity, Where
from taizhang.policy.archive import fact, measure_facts
from taizhang.policy.archive.measures import KINDS

ITEM, FROM_ON, TO_ON = "measure_item", "measure_from_on", "measure_to_on"


class MeasureWithdrawn(Refused):
    """The measure was withdrawn already."""


def put_measure(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    measure: Measure | None,
    version: int,
    kind: str,
    facts: Mapping[str, Any],
    member: Membership | None = None,
    idempotency_key: str | None = None,
) -> Measure:
    """Enter a measure to a household in a period (`measure` None, `version` 0), or correct one that stands (到户措施).

    `kind` stays as it was entered; `member` is whom it is for, None for the whole household; `facts` maps a fact's name to its typed value.

    Needs    HOUSEHOLD_CORRECT over the household's area
    Writes   1 measure, 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, NotInHousehold, MeasureWithdrawn, BadFacts, LostRace, AlreadyPosted
    Source   domain/archives.md 1.6 到户措施台账
    """
    _insist(by, household_period, measure)
    _insist_on_kind(kind, measure, facts)
    row = measure or _new_of(household_period, kind)
    changed = _differing(by, row, facts, _person_of(member, row.household_id))
    if measure is not None and not changed:
        return row
    _insist_on_sense({name: changed.get(name, getattr(row, name)) for name in (ITEM, FROM_ON, TO_ON)})
    with posting(by=by, at=at, cause=cause, area=row.area, idempotency_key=idempotency_key) as opened:
        if measure is None:
            row = _enter(row, version, changed)
        else:
            set_row(row, version, changed)
        opened.result = str(row.pk)
    return row


def withdraw_measure(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    measure: Measure,
    version: int,
    idempotency_key: str | None = None,
) -> Measure:
    """Withdraw a measure that was entered by mistake (撤销): its row stays, and no page, sheet or sum counts it any more.

    Needs    HOUSEHOLD_CORRECT over the household's area
    Writes   1 measure, 1 posting
    Raises   NotPermitted, PeriodFrozen, NotInHousehold, MeasureWithdrawn, LostRace, AlreadyPosted
    Source   domain/archives.md 1.6 到户措施台账
    """
    _insist(by, household_period, measure)
    with posting(by=by, at=at, cause=cause, area=household_period.area, idempotency_key=idempotency_key) as opened:
        set_row(measure, version, {"withdrawn": True})
        opened.result = str(measure.pk)
    return measure


def _new_of(archive: HouseholdPeriod, kind: str) -> Measure:
    return Measure(household_id=archive.household_id, period_id=archive.period_id, area=archive.area, kind=kind)


def _differing(by: User, row: Measure, facts: Mapping[str, Any], person: int | None) -> dict[str, Any]:
    """What is told and does not stand, whom it is for included."""
    changed = differing(row, facts)
    insist_on_unlocked(by, row.area, changed)
    return changed if row.person_id == person else changed | {"person_id": person}


def _enter(row: Measure, version: int, told: Mapping[str, Any]) -> Measure:
    """A new measure; what was read at a version and does not stand cannot be changed."""
    if version:
        raise LostRace
    for name, value in told.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def _insist(by: User, archive: HouseholdPeriod, measure: Measure | None) -> None:
    access.require(by, Permission.HOUSEHOLD_CORRECT, area=archive.area)
    insist_on_period(by, archive.period, archive.area)
    if archive.household.closed:
        raise NotInHousehold("这一户已经销户,不能再登记或修改到户措施")
    if measure is not None and (measure.household_id, measure.period_id) != (archive.household_id, archive.period_id):
        raise NotInHousehold("这条到户措施不属于这一户的这一期次")
    if measure is not None and measure.withdrawn:
        raise MeasureWithdrawn("这条到户措施已经撤销,不能再修改")


def _insist_on_kind(kind: str, measure: Measure | None, facts: Mapping[str, Any]) -> None:
    """The kind is one of the list, stays as it was, and has the facts that are told."""
    if kind not in KINDS:
        raise BadFacts([_wrong("choice", "kind", "请选择措施类别")])
    if measure is not None and measure.kind != kind:
        raise BadFacts([_wrong("choice", "kind", "措施类别登记后不能改;类别填错的,请撤销后重新登记")])
    foreign = [name for name in facts if name not in {f.name for f in measure_facts(kind)}]
    if foreign:
        raise BadFacts([_wrong("foreign", name, f"这一类措施没有“{fact(name).zh}”栏目") for name in foreign])


def _person_of(member: Membership | None, household: int) -> int | None:
    if member is None:
        return None
    if member.household_id != household:
        raise NotInHousehold("所选的受助成员不是这一户的成员")
    return member.person_id


def _insist_on_sense(told: Mapping[str, Any]) -> None:
    """A measure says what it is, and does not end before it begins. Partial days are compared as far as both are known."""
    if not told[ITEM]:
        raise BadFacts([_wrong("required", ITEM, f"“{fact(ITEM).zh}”不能为空")])
    from_on, to_on = told[FROM_ON], told[TO_ON]
    if from_on and to_on and to_on[: len(from_on)] < from_on[: len(to_on)]:
        raise BadFacts([_wrong("measure_order", TO_ON, "结束时间早于开始时间,请核对")])


def _wrong(code: str, field: str, message: str) -> Finding:
    return Finding(code, Where("", 0, field), message, Severity.ERROR)
