"""The archive of a village in a period: surveyed, corrected, confirmed (贫困村信息采集)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.households.models import Period
from taizhang.households.services.common import differing, insist_on_unlocked, set_row
from taizhang.households.services.refusals import NotInState
from taizhang.journal.posting import Cause, posting
from taizhang.places.models import Place
from taizhang.policy.archive import VILLAGE_FACTS
from taizhang.policy.villages import SURVEY
from taizhang.villages.models import VillagePeriod
from taizhang.villages.services.common import NotThere, VillageKnown, as_stored, insist_on_right

DECIDED = tuple(f.name for f in VILLAGE_FACTS if f.events_only)
"""What only a decision changes: a new archive takes it over from the newest older one."""


def survey_village(
    *, by: User, at: datetime, cause: Cause, area: str, period: Period, facts: Mapping[str, Any], idempotency_key: str | None = None
) -> VillagePeriod:
    """Record the archive of a village in a period for the first time (采集村档案). `facts` maps a fact's name to its typed value.

    Needs    VILLAGE_SURVEY over the village
    Writes   1 village_period, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, LockedField, NotThere, VillageKnown, AlreadyPosted
    Source   domain/archives.md 1.8
    """
    insist_on_right(by, SURVEY, area, period, at)
    if not Place.objects.in_force(timezone.localdate(at)).filter(code=area, level="village").exists():
        raise NotThere("没有这个行政村,请核对代码")
    told = as_stored(by, area, facts)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        if VillagePeriod.objects.filter(area=area, period=period).exists():
            raise VillageKnown("这个村本期已经有档案,请在原档案上更正")
        older = (
            VillagePeriod.objects.filter(area=area, period__reference_on__lt=period.reference_on).order_by("-period__reference_on").first()
        )
        kept = {name: getattr(older, name) for name in DECIDED} if older else {}
        archive = VillagePeriod.objects.create(area=area, period=period, **kept, **told)
        opened.result = str(archive.pk)
    return archive


def correct_village(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    village_period: VillagePeriod,
    version: int,
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> VillagePeriod:
    """Correct what was surveyed of a village in a period (更正村档案). An archive that was carried over is a draft no more.

    Needs    VILLAGE_SURVEY over the village
    Writes   1 village_period, 1 posting; nothing when nothing differs
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, LockedField, LostRace, AlreadyPosted
    Source   domain/archives.md 1.8, 3.1
    """
    area = village_period.area
    insist_on_right(by, SURVEY, area, village_period.period, at)
    changed = differing(village_period, facts)
    insist_on_unlocked(by, area, changed)
    if not changed:
        return village_period
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        set_row(village_period, version, changed | {"draft": False})
        opened.result = str(village_period.pk)
    return village_period


def confirm_village(
    *, by: User, at: datetime, cause: Cause, village_period: VillagePeriod, version: int, idempotency_key: str | None = None
) -> VillagePeriod:
    """An archive that was carried over from an older period is right as it stands (核实无变化).

    Needs    VILLAGE_SURVEY over the village
    Writes   1 village_period, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NotInState where it is no draft, LostRace, AlreadyPosted
    """
    insist_on_right(by, SURVEY, village_period.area, village_period.period, at)
    if not village_period.draft:
        raise NotInState("这份档案已经核实过")
    with posting(by=by, at=at, cause=cause, area=village_period.area, idempotency_key=idempotency_key) as opened:
        set_row(village_period, version, {"draft": False})
        opened.result = str(village_period.pk)
    return village_period
