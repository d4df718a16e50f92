"""What stands beside the archives: how the income was reckoned (收入核算明细), and the work spells of a member (务工经历)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, IncomeWorksheet, Membership, Period, WorkSpell
from taizhang.households.services.common import differing, insist_on_period, insist_on_unlocked, set_row
from taizhang.households.services.refusals import BadFacts, LostRace, NotInHousehold, Refused
from taizhang.households.services.windows import insist_on_window
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.findings import Finding, Severity, Where
from taizhang.policy.archive import fact


class SpellWithdrawn(Refused):
    """The work spell was withdrawn already."""


def set_worksheet(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> IncomeWorksheet:
    """Fill in or correct the income worksheet of a household in a period (收入核算明细). The totals of the archive stay as typed.

    `version` is the one that was read, 0 where no worksheet stood; `facts` maps a fact's name to its typed value.

    Needs    HOUSEHOLD_CORRECT over the household's area
    Writes   1 income_worksheet, 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, BadFacts for a new one without any fact, LostRace, AlreadyPosted
    Source   domain/archives.md 1.4
    """
    area, period = household_period.area, household_period.period
    access.require(by, Permission.HOUSEHOLD_CORRECT, area=area)
    insist_on_period(by, period, area)
    insist_on_window(by, "correct", area, at)
    standing = IncomeWorksheet.objects.filter(household=household_period.household_id, period=period).first()
    row = standing or IncomeWorksheet(household_id=household_period.household_id, period=period, area=area)
    changed = differing(row, facts)
    insist_on_unlocked(by, area, changed)
    if not changed and standing is None:
        raise BadFacts([Finding("required", Where("", 0, ""), "收入核算明细至少填写一项", Severity.ERROR)])
    if not changed:
        return row
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        if standing is None:
            _add_worksheet(row, household_period, version, changed)
        else:
            set_row(row, version, changed)
        opened.result = str(row.pk)
    return row


def put_work_spell(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    membership: Membership,
    period: Period,
    spell: WorkSpell | None,
    version: int,
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> WorkSpell:
    """Enter a work spell of a member (`spell` None, `version` 0), or correct one that stands (务工经历).

    Needs    HOUSEHOLD_CORRECT over the member's area
    Writes   1 work_spell, 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NotInHousehold, SpellWithdrawn, BadFacts, LostRace, AlreadyPosted
    Source   domain/archives.md 1.3
    """
    _insist_on_member(by, at, membership, period, spell)
    row = spell or WorkSpell(person_id=membership.person_id, period=period, area=membership.area)
    changed = differing(row, facts)
    insist_on_unlocked(by, membership.area, changed)
    if spell is not None and not changed:
        return row
    from_on, to_on = (changed.get(name, getattr(row, name)) for name in ("spell_from_on", "spell_to_on"))
    _insist_on_order(from_on, to_on)
    if (ended := _ended(to_on, period)) != row.ended:
        changed["ended"] = ended
    with posting(by=by, at=at, cause=cause, area=membership.area, idempotency_key=idempotency_key) as opened:
        if spell is None:
            _insist_on_none(version)
            row = WorkSpell.objects.create(person_id=row.person_id, period=period, area=row.area, **changed)
        else:
            set_row(row, version, changed)
        opened.result = str(row.pk)
    return row


def withdraw_work_spell(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    membership: Membership,
    period: Period,
    spell: WorkSpell,
    version: int,
    idempotency_key: str | None = None,
) -> WorkSpell:
    """Withdraw a work spell that was entered by mistake (撤销): its row stays, and no page or sum counts it any more.

    Needs    HOUSEHOLD_CORRECT over the member's area
    Writes   1 work_spell, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NotInHousehold, SpellWithdrawn, LostRace, AlreadyPosted
    Source   domain/archives.md 1.3
    """
    _insist_on_member(by, at, membership, period, spell)
    with posting(by=by, at=at, cause=cause, area=membership.area, idempotency_key=idempotency_key) as opened:
        set_row(spell, version, {"withdrawn": True})
        opened.result = str(spell.pk)
    return spell


def _add_worksheet(row: IncomeWorksheet, archive: HouseholdPeriod, version: int, facts: Mapping[str, Any]) -> None:
    """Make the first worksheet; the archive is locked, so that of two who make one the second is told."""
    _insist_on_none(version)
    HouseholdPeriod.objects.select_for_update().get(pk=archive.pk)
    theirs = IncomeWorksheet.objects.filter(household=row.household_id, period=row.period_id).first()
    if theirs is not None:
        raise LostRace({name: getattr(theirs, name) for name in facts})
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def _insist_on_none(version: int) -> None:
    """What was read at a version and does not stand cannot be changed."""
    if version:
        raise LostRace


def _insist_on_member(by: User, at: datetime, membership: Membership, period: Period, spell: WorkSpell | None) -> None:
    access.require(by, Permission.HOUSEHOLD_CORRECT, area=membership.area)
    insist_on_period(by, period, membership.area)
    insist_on_window(by, "correct", membership.area, at)
    if not membership.open:
        raise NotInHousehold("这名成员已经不在户,不能再修改")
    if spell is not None and (spell.person_id, spell.period_id) != (membership.person_id, period.pk):
        raise NotInHousehold("这条务工经历不属于这名成员的这一期次")
    if spell is not None and spell.withdrawn:
        raise SpellWithdrawn("这条务工经历已经撤销,不能再修改")


def _insist_on_order(from_on: str | None, to_on: str | None) -> None:
    """A spell begins, and does not end before it. Partial days are compared as far as both are known."""
    if not from_on:
        raise BadFacts([Finding("required", Where("", 0, "spell_from_on"), f"“{fact('spell_from_on').zh}”不能为空", Severity.ERROR)])
    if to_on and _cut(to_on, from_on) < _cut(from_on, to_on):
        raise BadFacts([Finding("spell_order", Where("", 0, "spell_to_on"), "务工结束年月早于开始年月,请核对", Severity.ERROR)])


def _ended(to_on: str | None, period: Period) -> bool:
    """Whether a spell was over at the period's reference day; without an end it is not."""
    day = period.reference_on.isoformat()
    return bool(to_on) and str(to_on) <= _cut(day, str(to_on))


def _cut(day: str, other: str) -> str:
    """A partial day no finer than the other."""
    return day[: len(other)]
