"""Natural villages (自然村、村民小组): registered, renamed, closed; surveyed in a period."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.services.common import differing, insist_on_unlocked, set_row
from taizhang.households.services.refusals import LostRace, NoProof
from taizhang.journal.posting import Cause, posting
from taizhang.places.models import Place
from taizhang.policy.villages import SURVEY
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod
from taizhang.villages.services.common import NotThere, VillageKnown, as_stored, insist_on_right
from taizhang.villages.suffixes import next_suffixes


def add_natural_village(
    *, by: User, at: datetime, cause: Cause, area: str, name: str, number: str = "", idempotency_key: str | None = None
) -> NaturalVillage:
    """Register a natural village under the next free suffix of its village (登记自然村). Where the area list has a group of that name, it
    takes the group's suffix.

    Needs    VILLAGE_SURVEY over the village
    Writes   1 natural_village, 1 posting
    Raises   NotPermitted, NotThere, VillageKnown, NoProof without a name, AlreadyPosted
    Source   domain/archives.md 1.9
    """
    access.require(by, Permission.VILLAGE_SURVEY, area=area)
    name = "".join(name.split())
    if not name:
        raise NoProof("请填写自然村名称")
    if not Place.objects.in_force(timezone.localdate(at)).filter(code=area, level="village").exists():
        raise NotThere("没有这个行政村,请核对代码")
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        _insist_on_free_name(area, name)
        suffix = next_suffixes([(area, name)], timezone.localdate(at))[area, name]
        natural = NaturalVillage.objects.create(area=area, suffix=suffix, name=name[:50], number=number.strip()[:20])
        opened.result = str(natural.pk)
    return natural


def rename_natural_village(
    *, by: User, at: datetime, cause: Cause, natural_village: NaturalVillage, version: int, name: str, number: str = "",
    idempotency_key: str | None = None,
) -> NaturalVillage:  # fmt: skip
    """Correct the name or the number of a natural village.

    Needs    VILLAGE_SURVEY over its village
    Writes   1 natural_village, 1 posting; nothing when nothing differs
    Raises   NotPermitted, NotThere when it is closed, VillageKnown, NoProof, LostRace, AlreadyPosted
    """
    access.require(by, Permission.VILLAGE_SURVEY, area=natural_village.area)
    _insist_on_open(natural_village)
    name, number = "".join(name.split()), number.strip()
    if not name:
        raise NoProof("请填写自然村名称")
    if (name, number) == (natural_village.name, natural_village.number):
        return natural_village
    with posting(by=by, at=at, cause=cause, area=natural_village.area, idempotency_key=idempotency_key) as opened:
        if name != natural_village.name:
            _insist_on_free_name(natural_village.area, name)
        set_row(natural_village, version, {"name": name[:50], "number": number[:20]})
        opened.result = str(natural_village.pk)
    return natural_village


def close_natural_village(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    natural_village: NaturalVillage,
    version: int,
    on: date,
    idempotency_key: str | None = None,
) -> NaturalVillage:
    """A natural village is no more (撤销自然村): it is not carried into later periods; what was surveyed stays.

    Needs    VILLAGE_SURVEY over its village
    Writes   1 natural_village, 1 posting
    Raises   NotPermitted, NotThere, NoProof without a reason or for a day to come, LostRace, AlreadyPosted
    """
    access.require(by, Permission.VILLAGE_SURVEY, area=natural_village.area)
    _insist_on_open(natural_village)
    if not cause.reason.strip():
        raise NoProof("请写明撤销的原因")
    if on > timezone.localdate(at):
        raise NoProof("撤销日期不能晚于今天")
    with posting(by=by, at=at, cause=cause, area=natural_village.area, idempotency_key=idempotency_key) as opened:
        set_row(natural_village, version, {"closed_on": on})
        opened.result = str(natural_village.pk)
    return natural_village


def survey_natural_village(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    natural_village: NaturalVillage,
    period: Period,
    version: int,
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> NaturalVillagePeriod:
    """Record or correct what was surveyed of a natural village in a period. `version` is 0 where no archive of the period stood.

    Needs    VILLAGE_SURVEY over its village
    Writes   1 nv_period, 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, LockedField, NotThere, LostRace, AlreadyPosted
    Source   domain/archives.md 1.9
    """
    area = natural_village.area
    insist_on_right(by, SURVEY, area, period, at)
    _insist_on_open(natural_village)
    archive = NaturalVillagePeriod.objects.filter(natural_village=natural_village, period=period).first()
    if archive is None:
        return _first(by, at, cause, natural_village, period, version, as_stored(by, area, facts), idempotency_key)
    changed = differing(archive, facts)
    insist_on_unlocked(by, area, changed)
    if not changed:
        return archive
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        set_row(archive, version, changed | {"draft": False})
        opened.result = str(archive.pk)
    return archive


def _first(
    by: User, at: datetime, cause: Cause, of: NaturalVillage, period: Period, version: int, values: dict[str, Any], key: str | None
) -> NaturalVillagePeriod:
    if version:
        raise LostRace({})
    with posting(by=by, at=at, cause=cause, area=of.area, idempotency_key=key) as opened:
        archive = NaturalVillagePeriod.objects.create(natural_village=of, period=period, area=of.area, **values)
        opened.result = str(archive.pk)
    return archive


def _insist_on_free_name(area: str, name: str) -> None:
    if NaturalVillage.objects.filter(area=area, name=name, closed_on__isnull=True).exists():
        raise VillageKnown(f"这个村已经有叫“{name}”的自然村")


def _insist_on_open(natural_village: NaturalVillage) -> None:
    if natural_village.closed_on is not None:
        raise NotThere("这个自然村已经撤销")
