"""Units that help (帮扶单位): registering one, correcting it, and the villages it helps."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.services.common import differing, insist_on_unlocked, set_row
from taizhang.journal.bulk import take_ids
from taizhang.journal.posting import Cause, posting
from taizhang.kernel import names
from taizhang.support.models import SupportUnit, UnitVillage
from taizhang.support.services.common import insist_on_order, insist_on_past, insist_on_told, insist_on_village, lock_area, stored
from taizhang.support.services.refusals import PairingEnded, UnitKnown

OWN_NUMBER = "D"  # the numbers that we issue


def add_unit(
    *, by: User, at: datetime, cause: Cause, area: str, facts: Mapping[str, Any], idempotency_key: str | None = None
) -> SupportUnit:
    """Register a unit that helps (登记帮扶单位). `facts` maps a fact's name to its typed value (secrets as text).

    Needs    SUPPORT_KEEP over `area`
    Writes   1 support_unit, 1 posting
    Raises   NotPermitted, BadFacts, UnitKnown, AlreadyPosted
    Source   domain/archives.md 1.7
    """
    access.require(by, Permission.SUPPORT_KEEP, area=area)
    insist_on_told(facts, "unit_name")
    insist_on_unlocked(by, area, facts)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        _insist_on_new_name(area, facts["unit_name"])
        pk = next(iter(take_ids(SupportUnit, 1)))
        unit = SupportUnit.objects.create(
            pk=pk, unit_no=number_of(pk), area=area, initials=initials_of(facts["unit_name"]), **stored(facts)
        )
        opened.result = str(unit.pk)
    return unit


def correct_unit(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    unit: SupportUnit,
    version: int,
    facts: Mapping[str, Any],
    ended_on: date | None = None,
    idempotency_key: str | None = None,
) -> SupportUnit:
    """Correct what is known of a unit (更正帮扶单位); `ended_on` is the day from which it helps no more.

    Needs    SUPPORT_KEEP over the unit's area
    Writes   1 support_unit, 1 posting; nothing when nothing differs
    Raises   NotPermitted, BadFacts, UnitKnown, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=unit.area)
    changed = differing(unit, facts)
    insist_on_unlocked(by, unit.area, changed)
    if "unit_name" in changed:
        insist_on_told(changed, "unit_name")
        changed["initials"] = initials_of(changed["unit_name"])
    if ended_on != unit.ended_on:
        changed["ended_on"] = ended_on
    if not changed:
        return unit
    with posting(by=by, at=at, cause=cause, area=unit.area, idempotency_key=idempotency_key) as opened:
        if "unit_name" in changed:
            _insist_on_new_name(unit.area, changed["unit_name"])
        set_row(unit, version, changed)
        opened.result = str(unit.pk)
    return unit


def put_unit_village(
    *, by: User, at: datetime, cause: Cause, unit: SupportUnit, area: str, on: date, idempotency_key: str | None = None
) -> UnitVillage:
    """A unit begins to help a village (登记帮扶村).

    Needs    SUPPORT_KEEP over the village
    Writes   1 unit_village, 1 posting
    Raises   NotPermitted, NotAVillage, InFuture, UnitKnown when it helps that village already, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=area)
    insist_on_village(area)
    insist_on_past(on, at)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        lock_area(area)
        if UnitVillage.objects.filter(unit=unit, area=area, to_on__isnull=True).exists():
            raise UnitKnown("这个单位已经在帮扶这个村")
        row = UnitVillage.objects.create(unit=unit, area=area, from_on=on)
        opened.result = str(row.pk)
    return row


def end_unit_village(
    *, by: User, at: datetime, cause: Cause, help_: UnitVillage, version: int, on: date, idempotency_key: str | None = None
) -> UnitVillage:
    """A unit helps a village no more (结束帮扶).

    Needs    SUPPORT_KEEP over the village
    Writes   1 new version of the unit_village, 1 posting
    Raises   NotPermitted, PairingEnded, InFuture, EndBeforeStart, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=help_.area)
    if help_.to_on is not None:
        raise PairingEnded("这项帮扶已经结束")
    insist_on_past(on, at)
    insist_on_order(help_.from_on, on)
    with posting(by=by, at=at, cause=cause, area=help_.area, idempotency_key=idempotency_key) as opened:
        set_row(help_, version, {"to_on": on})
        opened.result = str(help_.pk)
    return help_


def number_of(pk: int) -> str:
    """The number that we issue for a unit."""
    return f"{OWN_NUMBER}{pk:011d}"


def initials_of(name: str) -> str:
    """First letters of a unit's name."""
    return names.initials_of(name)[:100]


def _insist_on_new_name(area: str, name: str) -> None:
    lock_area(area)
    if SupportUnit.objects.filter(area=area, unit_name=name).exists():
        raise UnitKnown(f"“{name}”已经登记过,请从名单中选择")
