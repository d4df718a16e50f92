"""Corrections in an open period (户信息更新): what was surveyed is put right, the identity stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import HouseholdPeriod, MemberPeriod, Membership, Period
from taizhang.households.services.common import differing, insist_on_period, insist_on_unlocked, set_row, surveyed
from taizhang.households.services.refusals import LostRace, NoHead, NotInHousehold
from taizhang.households.services.windows import insist_on_window
from taizhang.journal.posting import Cause, posting
from taizhang.policy.income import DERIVED, SOURCES


def correct_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household_period: HouseholdPeriod,
    version: int,
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> HouseholdPeriod:
    """Correct what was surveyed of a household in a period. `facts` maps a fact's name to its typed value (secrets as text).

    What was carried over and is corrected is a draft no more.

    Needs    HOUSEHOLD_CORRECT over the household's area
    Writes   1 household_period (and its derived figures), 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, LockedField, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 户信息更新
    """
    area = household_period.area
    access.require(by, Permission.HOUSEHOLD_CORRECT, area=area)
    insist_on_period(by, household_period.period, area)
    insist_on_window(by, "correct", area, at)
    changed = differing(household_period, facts)
    insist_on_unlocked(by, area, changed)
    if not changed:
        return household_period
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        set_row(household_period, version, _without_ground(household_period, changed) | surveyed(household_period, changed))
        writing.refresh_derived([household_period.household_id], household_period.period)
        opened.result = str(household_period.pk)
    household_period.refresh_from_db()
    return household_period


def _without_ground(archive: HouseholdPeriod, changed: Mapping[str, Any]) -> dict[str, Any]:
    """The totals as unknown, where a correction takes away the last income they stood on."""
    left = [changed.get(source, getattr(archive, source)) for source in SOURCES]
    lost = not changed.keys().isdisjoint(SOURCES) and all(figure is None for figure in left)
    return dict.fromkeys((total for total in DERIVED if total not in SOURCES), None) if lost else {}


def correct_member(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    membership: Membership,
    period: Period,
    versions: Mapping[str, int],
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> Membership:
    """Correct a member: ``person.*``, ``membership.*`` and ``member.*`` facts as typed values (secrets as text).

    `versions` holds the versions that were read: person, membership, member (0 where no archive of the period stood).

    Needs    HOUSEHOLD_CORRECT over the member's area
    Writes   the rows that differ, 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, LockedField, NotInHousehold, NoHead, LostRace, AlreadyPosted
    """
    access.require(by, Permission.HOUSEHOLD_CORRECT, area=membership.area)
    insist_on_period(by, period, membership.area)
    insist_on_window(by, "correct", membership.area, at)
    if not membership.open:
        raise NotInHousehold("这名成员已经不在户,不能再修改")
    archive = MemberPeriod.objects.filter(person=membership.person_id, period=period).first()
    changed = _differing(by, membership, archive or MemberPeriod(person=membership.person, period=period), facts)
    if not any(changed.values()):
        return membership
    with posting(by=by, at=at, cause=cause, area=membership.area, idempotency_key=idempotency_key) as opened:
        if changed["person"]:
            set_row(membership.person, versions["person"], changed["person"])
        if changed["membership"]:
            set_row(membership, versions["membership"], changed["membership"])
        if changed["member"]:
            _set_archive(archive, membership, period, versions.get("member", 0), changed["member"])
        writing.refresh_derived([membership.household_id], period)
        opened.result = str(membership.pk)
    return membership


def _differing(by: User, membership: Membership, archive: MemberPeriod, facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The facts of each row that would change, by home.

    Raises   LockedField, NoHead
    """
    rows = {"person": membership.person, "membership": membership, "member": archive}
    changed = {home: differing(row, _of(home, facts)) for home, row in rows.items()}
    insist_on_unlocked(by, membership.area, {name: None for part in changed.values() for name in part})
    if "head" in (changed["membership"].get("relation"), membership.relation) and "relation" in changed["membership"]:
        raise NoHead("户主与户主关系的变动请办理“户主变更”")
    return changed


def _of(home: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name.partition(".")[2]: value for name, value in facts.items() if name.startswith(f"{home}.")}


def _set_archive(archive: MemberPeriod | None, membership: Membership, period: Period, version: int, changed: Mapping[str, Any]) -> None:
    if archive is not None:
        set_row(archive, version, surveyed(archive, changed))
        return
    if version:
        raise LostRace({})
    MemberPeriod.objects.create(person=membership.person, period=period, area=membership.area, **changed)
