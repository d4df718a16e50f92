"""A village becomes a poor one, or exits (贫困村新纳入、退出): only by decision, by the prefecture. The procedure is not told here."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.households.services.common import set_row
from taizhang.households.services.refusals import BadFacts, NoDecision, NotInState
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.findings import Finding, Severity, Where
from taizhang.policy.archive import VILLAGE_FACTS
from taizhang.policy.decisions import Decision, flaw_of
from taizhang.policy.villages import EXIT, INCLUDE, POOR, exit_gaps, why_not_exit, why_not_include
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod, VillagePeriod
from taizhang.villages.services.common import insist_on_right


def include_village(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    village_period: VillagePeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None = None,
) -> VillagePeriod:
    """Include a village among the poor ones (贫困村新纳入), on a decision of kind ``include_village``.

    Needs    VILLAGE_DECIDE over the village
    Writes   1 village_period, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, BadFacts while a natural village of it is not surveyed,
             LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 贫困村新纳入
    """
    refuses = why_not_include(_facts(village_period))
    values = {"v_attr": POOR, "v_exited": False, "v_exited_on": None}
    return _decide(by, at, cause, village_period, version, INCLUDE, decision, refuses, values, idempotency_key, {})


def exit_village(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    village_period: VillagePeriod,
    version: int,
    decision: Decision,
    idempotency_key: str | None = None,
) -> VillagePeriod:
    """Mark a poor village as exited (贫困村退出), on a decision of kind ``exit_village``.

    Needs    VILLAGE_DECIDE over the village
    Writes   1 village_period, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, BadFacts for what an exited village must show (VI-01, VI-02,
             VI-04) and while a natural village of it is not surveyed, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 贫困村退出, 2.9
    """
    facts = _facts(village_period)
    refuses = why_not_exit(facts)
    gaps = {} if refuses else exit_gaps(facts)
    values = {"v_exited": True, "v_exited_on": str(decision.decided_on.year)}
    return _decide(by, at, cause, village_period, version, EXIT, decision, refuses, values, idempotency_key, gaps)


def _decide(
    by: User,
    at: datetime,
    cause: Cause,
    archive: VillagePeriod,
    version: int,
    operation: str,
    decision: Decision,
    refuses: str,
    values: dict[str, Any],
    idempotency_key: str | None,
    gaps: dict[str, str],
) -> VillagePeriod:
    """Permission, decision, state, gaps; then the change. The decision stands in the posting: number in `ref`, the rest in `reason`."""
    insist_on_right(by, operation, archive.area, archive.period, at)
    if flaw := flaw_of(decision, operation, timezone.localdate(at)):
        raise NoDecision(flaw)
    if refuses:
        raise NotInState(refuses)
    if gaps := gaps | _unsurveyed(archive):
        raise BadFacts([Finding("village.exit", Where("", 0, name), says, Severity.ERROR) for name, says in gaps.items()])
    told = f"{decision.decided_by} {decision.decided_on.isoformat()} {decision.document}"
    named = Cause(cause.action, "；".join(part for part in (cause.reason, told) if part)[:500], f"decision:{decision.number}"[:120])
    with posting(by=by, at=at, cause=named, area=archive.area, idempotency_key=idempotency_key) as opened:
        set_row(archive, version, values)
        opened.result = str(archive.pk)
    return archive


def _unsurveyed(archive: VillagePeriod) -> dict[str, str]:
    """The natural villages of a village that have no archive of the period: they are decided on with it.

    Cost     1 query
    """
    surveyed = NaturalVillagePeriod.objects.filter(period=archive.period_id).values("natural_village")
    left = NaturalVillage.objects.filter(area=archive.area, closed_on__isnull=True).exclude(pk__in=surveyed)
    names = list(left.order_by("suffix").values_list("name", flat=True))
    return {"v_natural_villages": f"还有自然村没有本期档案,请先采集:{'、'.join(names)}"} if names else {}


def _facts(archive: VillagePeriod) -> dict[str, Any]:
    return {f.name: getattr(archive, f.name) for f in VILLAGE_FACTS}
