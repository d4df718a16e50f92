"""Corrections in an open period (户信息更新): what was surveyed is put right, the identity stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import HouseholdPeriod, MemberPeriod, Membership, Period, Person
from taizhang.households.sealing import digest_of
from taizhang.households.services.common import differing, insist_on_period, insist_on_unlocked, set_row
from taizhang.households.services.refusals import AlreadyOnRegister, LostRace, NoHead, NotInHousehold
from taizhang.journal.posting import Cause, posting
from taizhang.kernel import identity, names


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

    Needs    HOUSEHOLD_CORRECT over the household's area; HOUSEHOLD_CORRECT_LOCKED for locked facts
    Writes   1 household_period (and its derived figures), 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, LockedField, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 户信息更新
    """
    area = household_period.area
    access.require(by, Permission.HOUSEHOLD_CORRECT, area=area)
    insist_on_period(by, household_period.period, area)
    changed = differing(household_period, facts)
    insist_on_unlocked(by, area, changed)
    if not changed:
        return household_period
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        set_row(household_period, version, changed)
        writing.refresh_derived([household_period.household_id], household_period.period)
        opened.result = str(household_period.pk)
    household_period.refresh_from_db()
    return household_period


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

    Needs    HOUSEHOLD_CORRECT over the member's area; HOUSEHOLD_CORRECT_LOCKED for name, document and number
    Writes   the rows that differ, 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, LockedField, NotInHousehold, NoHead, AlreadyOnRegister, LostRace, AlreadyPosted
    """
    access.require(by, Permission.HOUSEHOLD_CORRECT, area=membership.area)
    insist_on_period(by, period, membership.area)
    if not membership.open:
        raise NotInHousehold("这名成员已经不在户,不能再修改")
    archive = MemberPeriod.objects.filter(person=membership.person_id, period=period).first()
    rows = {
        "person": membership.person,
        "membership": membership,
        "member": archive or MemberPeriod(person=membership.person, period=period),
    }
    changed = {home: differing(row, _of(home, facts)) for home, row in rows.items()}
    insist_on_unlocked(by, membership.area, {name: None for part in changed.values() for name in part})
    if "head" in (changed["membership"].get("relation"), membership.relation) and "relation" in changed["membership"]:
        raise NoHead("户主与户主关系的变动请办理“户主变更”")
    if not any(changed.values()):
        return membership
    with posting(by=by, at=at, cause=cause, area=membership.area, idempotency_key=idempotency_key) as opened:
        changed["person"] |= _identity_of(membership.person, changed["person"], _of("person", facts))
        for home in ("person", "membership"):
            if changed[home]:
                set_row(rows[home], versions[home], changed[home])
        if changed["member"]:
            _set_archive(archive, membership, period, versions.get("member", 0), changed["member"])
        writing.refresh_derived([membership.household_id], period)
        opened.result = str(membership.pk)
    return membership


def _of(home: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name.partition(".")[2]: value for name, value in facts.items() if name.startswith(f"{home}.")}


def _identity_of(person: Person, changed: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from a new name or number: pinyin, digest, birth date, sex."""
    found: dict[str, Any] = {}
    if "name" in changed:
        found |= {"pinyin": names.pinyin_of(changed["name"]), "initials": names.initials_of(changed["name"])}
    if "id_no" in changed and changed["id_no"] is None:
        found |= {"id_digest": None, "id_length": None, "id_checked": None}
    elif "id_no" in changed:
        said = identity.facts_of(typed["id_no"])
        digest = digest_of(typed["id_no"])
        if Person.objects.filter(id_digest=digest).exclude(pk=person.pk).exists():
            raise AlreadyOnRegister("这个证件号码已经在册,请核对号码,或上报核查是否重复")
        found |= {"id_digest": digest, "id_length": len(said.number or ""), "id_checked": said.checksum_ok}
        found |= {"birth_date": said.birth_date or person.birth_date, "sex": said.sex or person.sex}
    return found


def _set_archive(archive: MemberPeriod | None, membership: Membership, period: Period, version: int, changed: Mapping[str, Any]) -> None:
    if archive is not None:
        set_row(archive, version, changed)
        return
    if version:
        raise LostRace({})
    MemberPeriod.objects.create(person=membership.person, period=period, area=membership.area, **changed)
