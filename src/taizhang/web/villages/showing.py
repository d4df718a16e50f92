"""What the pages of villages share: a village asked for by its code, its archives, typed totals beside counted ones."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.journal.moments import today
from taizhang.places.models import Place
from taizhang.policy.archive import Fact
from taizhang.policy.villages import AGREES, DIFFERS, EQUAL, ONLY, SHORT, Beside
from taizhang.villages.models import NaturalVillagePeriod, VillagePeriod
from taizhang.web.households import showing
from taizhang.web.households.periods import current_period, period_named
from taizhang.web.past import carried

VILLAGE_DIGITS = 12
VERDICTS = {
    AGREES: ("相符", "green"),
    DIFFERS: ("不一致", "red"),
    SHORT: ("少于名册", "red"),
    ONLY: ("未填", "secondary"),
}
ATTRIBUTES = {"poor": "orange", "poor_plan_12": "orange", "poor_plan_13": "orange", "weak_economy": "yellow", "not_poor": "secondary"}

TOTAL_COLUMNS = (
    {"key": "households", "title": "总户数", "kind": "number"},
    {"key": "persons", "title": "总人口", "kind": "number"},
    {"key": "poor_households", "title": "贫困户(表填)", "kind": "number"},
    {"key": "counted_households", "title": "贫困户(名册)", "kind": "number"},
    {"key": "poor_persons", "title": "贫困人口(表填)", "kind": "number"},
    {"key": "counted_persons", "title": "贫困人口(名册)", "kind": "number"},
    {"key": "off", "title": "与名册不符", "kind": "badge"},
)
NOT_SURVEYED, CARRIED, SURVEYED = (
    {"label": label, "colour": colour} for label, colour in (("本期未采集", "red"), ("结转未核", "yellow"), ("已采集", "green"))
)


def village_asked(request: HttpRequest, area: str, permission: Permission = Permission.VILLAGE_VIEW) -> Place | None:
    """The village of a code, which must lie inside the scope; None where the code is not a village's.

    Raises   NotPermitted
    """
    access.require(request.user, permission, area=area)
    return Place.objects.in_force(today()).filter(code=area[:VILLAGE_DIGITS], level="village").first()


def period_asked(request: HttpRequest) -> Period:
    """The period in the address, else that of the session.

    Raises   NotFound where there is none
    """
    asked = request.GET.get("period", "")
    period = period_named(request, asked) if asked else current_period(request)
    if period is None:
        raise access.NotFound
    return period


def archive_of(area: str, period: Period) -> VillagePeriod | None:
    """The archive of a village in a period.

    Cost     1 query
    """
    return VillagePeriod.objects.filter(area=area, period=period).select_related("period").first()


def page_of(area: str, period: Period | None = None) -> str:
    """The page of a village."""
    return carried(reverse("village_show", args=[area]) + (f"?{urlencode({'period': period.key})}" if period else ""))


def list_of(area: str = "", level: str = "") -> str:
    """The list of the villages of an area."""
    return carried(reverse("villages") + (f"?{urlencode({'area': area, 'level': level})}" if area else ""))


def marks_of(archive: VillagePeriod | None) -> list[dict[str, str]]:
    """What is said first of a village: its attribute, whether it exited, whether anybody has looked at the archive."""
    if archive is None:
        return [NOT_SURVEYED]
    told = [attribute_of(archive), {"label": "已出列", "colour": "green"} if archive.v_exited else None, CARRIED if archive.draft else None]
    return [mark for mark in told if mark]


def attribute_of(archive: VillagePeriod) -> dict[str, str] | None:
    """Poor or not, as a badge."""
    return showing.badge("village_attr", archive.v_attr, ATTRIBUTES)


def state_of(archive: VillagePeriod | NaturalVillagePeriod | None) -> dict[str, str]:
    """Whether anybody has looked at an archive in its period, as a badge."""
    return NOT_SURVEYED if archive is None else CARRIED if archive.draft else SURVEYED


def totals_of(archive: Any, prefix: str, counts: Mapping[str, int], beside: Mapping[str, Beside]) -> dict[str, Any]:
    """The cells of TOTAL_COLUMNS: typed totals (`prefix` begins their names), what the register counts, how many it contradicts."""
    typed = ("households", "persons", "poor_households", "poor_persons")
    wrong = off(beside)
    return {
        **{name: getattr(archive, f"{prefix}_{name}") if archive else None for name in typed},
        **{f"counted_{name}": counts.get(f"poor_{name}", 0) for name in ("households", "persons")},
        "off": {"label": f"{wrong} 项", "colour": "red"} if wrong else None,
    }


def lines_of(facts: Iterable[Fact], archive: Any, beside: Mapping[str, Beside]) -> list[dict[str, Any]]:
    """Facts with what the register counts beside them and how the two agree."""
    return [_line(fact, archive, beside.get(fact.name)) for fact in facts]


def off(beside: Mapping[str, Beside]) -> int:
    """How many typed totals the register contradicts."""
    return sum(each.verdict in (DIFFERS, SHORT) for each in beside.values())


def _line(fact: Fact, archive: Any, beside: Beside | None) -> dict[str, Any]:
    told = {"label": fact.zh, "value": None if archive is None else showing.shown(fact, archive), "unit": showing.unit(fact), "mark": None}
    if beside is None:
        return told | {"counted": None, "counts": "", "verdict": None}
    label, colour = VERDICTS[beside.verdict]
    if beside.verdict == AGREES and beside.total.stands != EQUAL and beside.typed != beside.counted:
        label = "不少于名册"
    return told | {"counted": beside.counted, "counts": beside.total.counts, "verdict": {"label": label, "colour": colour}}
