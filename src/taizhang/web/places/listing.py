"""The areas right below one (区划): codes, since when they stand, how many households they hold; from here an area change begins."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.kernel import areas
from taizhang.kernel.areas import WIDTH, Level
from taizhang.places.levels import LEVEL_ZH
from taizhang.places.models import Place
from taizhang.places.services import ALWAYS
from taizhang.places.tree import NEXT, RANK, children_of
from taizhang.web.households.periods import current_period
from taizhang.web.jinja import page
from taizhang.web.shell import link
from taizhang.web.tree import counts_below, list_url

COLUMNS = (
    {"key": "name", "title": "名称", "kind": "link", "lead": True},
    {"key": "code", "title": "区划代码", "kind": "mono"},
    {"key": "level", "title": "级别"},
    {"key": "since", "title": "启用日期"},
    {"key": "origin", "title": "数据来源", "shown": False},
    {"key": "households", "title": "本期户数", "kind": "number"},
)


def places(request: HttpRequest) -> HttpResponse:
    """The areas below the chosen one, the user's own areas where none is chosen.

    Cost     4 queries
    """
    today, area, level = timezone.localdate(), request.GET.get("area", ""), request.GET.get("level", "")
    over = _chosen(area, level, today)
    shown = _own(request, today) if over is None else list(children_of(over.code, over.level, today))
    period = current_period(request)
    counts = counts_below(request.user, period, over.code, over.level) if over and over.level in NEXT else {}
    may = link(request.user, "place_change_new") is not None
    context = {
        "title": over.name if over else "区划",
        "crumbs": _crumbs(over, today),
        "columns": COLUMNS if over else [c for c in COLUMNS if c["key"] != "households"],
        "rows": [_row(place, counts, may=may) for place in shown],
        "over": over.name if over else "您管辖的区划",
        "links": {"changes": link(request.user, "place_changes"), "change": link(request.user, "place_change_new")},
    }
    return page(request, "places/list.html", context)


def _chosen(area: str, level: str, today: date) -> Place | None:
    if not area or not areas.is_code(area):
        return None
    standing = Place.objects.in_force(today).filter(code=area)
    return (standing.filter(level=level) if level in LEVEL_ZH else standing).order_by(RANK).first()


def _own(request: HttpRequest, today: date) -> list[Place]:
    """The highest areas in the scope."""
    scope = access.scope_of(request.user, Permission.PLACES_VIEW)
    found = Place.objects.in_force(today).within(list(scope.ranges)).order_by(RANK, "code")
    first = found.first()
    return [] if first is None else list(found.filter(level=first.level)[:500])


def _row(place: Place, counts: dict[str, int], *, may: bool) -> dict[str, Any]:
    stem = place.code[: WIDTH[Level[place.level.upper()]]]
    below = place.level in NEXT and place.level != "village"
    asked = urlencode({"area": place.code, "level": place.level})
    acts = [
        ("看户", list_url(place.code, place.level) if place.level != "group" else None),
        ("变更", f"{reverse('place_change_new')}?{urlencode({'old': place.code})}" if may and place.level != "province" else None),
    ]
    return {
        "name": place.name,
        "url": f"{reverse('places')}?{asked}" if below or place.level == "village" else None,
        "code": place.code,
        "level": LEVEL_ZH[place.level],
        "since": "名单所载" if place.from_on == ALWAYS else place.from_on.isoformat(),
        "origin": place.origin,
        "households": counts.get(stem, 0),
        "acts": [{"title": title, "url": url} for title, url in acts if url],
    }


def _crumbs(over: Place | None, today: date) -> list[tuple[str, str | None]]:
    if over is None:
        return [("区划", None)]
    codes = [(areas.prefix(over.code, lv).ljust(areas.LENGTH, "0"), lv.name.lower()) for lv in Level if lv < Level[over.level.upper()]]
    names = {
        (code, level): name
        for code, level, name in Place.objects.in_force(today).filter(code__in=[c for c, _ in codes]).values_list("code", "level", "name")
    }
    steps: list[tuple[str, str | None]] = [("区划", reverse("places"))]
    steps += [
        (names[code, level], f"{reverse('places')}?{urlencode({'area': code, 'level': level})}")
        for code, level in codes
        if (code, level) in names
    ]
    return [*steps, (over.name, None)]
