"""What the services share: guards, sealing of single facts, compare-and-set of one row."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, MemberPeriod, Period, PeriodFreeze
from taizhang.households.sealing import opened, purpose_of
from taizhang.households.services.refusals import LockedField, LostRace, PeriodFrozen
from taizhang.journal.fields import sealer
from taizhang.journal.models import Posted
from taizhang.policy.archive import Fact, fact

DRAFT = "draft"


def insist_on_period(by: User, period: Period, area: str) -> None:
    """Refuse to change a frozen period, unless the account may.

    Raises   PeriodFrozen
    """
    if frozen_at(period, area) and not access.may(by, Permission.HOUSEHOLD_CORRECT_FROZEN, area):
        raise PeriodFrozen(f"{period.title}已冻结,只有省级能够更正")


def frozen_at(period: Period, area: str) -> bool:
    """Whether a period is frozen for an area: whole, or the part that the area lies in.

    Cost     1 query while the period is open
    """
    if period.state == Period.FROZEN:
        return True
    above = [access.NATION, area, *(area[:width].ljust(12, "0") for width in (2, 4, 6, 9, 12) if width <= len(area))]
    return PeriodFreeze.objects.filter(period=period, lifted=False, area__in=above).exists()


def insist_on_unlocked(by: User, area: str, changed: Mapping[str, Any]) -> None:
    """Refuse locked facts, which only an order corrects, facts that only operations change, and derived facts.

    Raises   LockedField naming the first, and telling who may what
    """
    for name in changed:
        found = fact(name)
        if found.derived:
            raise LockedField(f"“{found.zh}”由系统算出,不能填写")
        if found.events_only:
            raise LockedField(f"“{found.zh}”只能通过业务操作改变,不能直接修改")
        if found.locked and access.may(by, Permission.HOUSEHOLD_CORRECT_LOCKED, area):
            raise LockedField(f"“{found.zh}”是锁定字段,请先登记锁定字段更正申请,再据以执行")
        if found.locked:
            raise LockedField(f"“{found.zh}”是锁定字段,只有省级能够更正,请提出锁定字段更正申请")


def differing(row: Posted, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts whose value differs from the row's, as they are stored."""
    wanted = {name: stored(fact(name), value) for name, value in facts.items()}
    return {name: value for name, value in wanted.items() if _comparable(getattr(row, name)) != _comparable(value)}


def set_row(row: Posted, version: int, values: Mapping[str, Any]) -> None:
    """Change one row that was read at a version.

    Writes   1 row
    Raises   LostRace with what stands now
    """
    model = type(row)
    changed = model._default_manager.filter(pk=row.pk, version=version).update(**values, version=F("version") + 1, came_from="")
    if changed != 1:
        now = model._default_manager.get(pk=row.pk)
        told = {f.name for f in model._meta.concrete_fields} - {DRAFT}
        raise LostRace({name: shown(now, name) for name in values if name in told})
    row.refresh_from_db()


def surveyed(row: HouseholdPeriod | MemberPeriod, changed: Mapping[str, Any]) -> dict[str, Any]:
    """What a correction writes: a row that was carried over is a draft no more."""
    return {**changed, DRAFT: False} if row.draft else dict(changed)


def shown(row: Posted, name: str) -> Any:
    """A field as a person may compare it: secrets opened are the caller's matter, so they come masked here."""
    value = getattr(row, name)
    if isinstance(value, bytes | memoryview):
        text = opened(bytes(value), purpose_of(name))
        return f"{text[:3]}{'*' * max(len(text) - 7, 0)}{text[-4:]}"
    return value


def stored(of: Fact, value: Any) -> Any:
    """A typed value as its column holds it: secrets sealed."""
    if of.kind.secret and value is not None:
        return sealer().seal(value, of.name)
    return value


def _comparable(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
