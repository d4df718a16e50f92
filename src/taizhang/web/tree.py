"""The area tree at the left: a user's areas, opened down to the chosen one, with the households of the period in each."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from taizhang.accounts import access
from taizhang.accounts.access import NATION, Permission, standing_grants
from taizhang.accounts.models import User
from taizhang.accounts.rulebook import rulebook
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.kernel.areas import WIDTH, Level
from taizhang.places.models import Place
from taizhang.places.tree import NEXT, children_of, paths_of, range_of, search
from taizhang.web.households.periods import current_period

LEAF = "village"
Node = dict[str, Any]


def side_of(request: HttpRequest, area: str = "", level: str = "") -> dict[str, Any]:
    """`tree` and `tree_search_url` for the side of a page; the tree is made only where a whole page is drawn.

    Cost     2 queries for the roots and 2 for every level that stands open
    """
    return {"tree": SimpleLazyObject(lambda: tree_of(request, area, level)), "tree_search_url": reverse("tree_search")}


def tree_of(request: HttpRequest, area: str, level: str) -> list[Node]:
    """The areas of a user's grants as roots, the way to the chosen area open."""
    user, period, today = request.user, current_period(request), timezone.localdate()
    nodes = []
    for place in _roots(user, today):
        node = _node(place, period, None, (area, level))
        _open(node, place, user, period, (area, level), today)
        if place.level == LEAF and period is not None:
            node["count"] = HouseholdPeriod.objects.visible_to(user).filter(period=period).count()
        nodes.append(node)
    return nodes


def tree_children(request: HttpRequest) -> HttpResponse:
    """The areas right below one, asked for when it is opened."""
    area, level = request.GET.get("area", ""), request.GET.get("level", "")
    if level not in NEXT:
        raise access.NotFound
    period = current_period(request)
    children = _visible(children_of(area, level, timezone.localdate()), request.user)
    counts = counts_below(request.user, period, area, level)
    nodes = [_node(place, period, counts, ("", "")) for place in children]
    return render(request, "places/children.html", {"nodes": nodes})


def tree_search(request: HttpRequest) -> HttpResponse:
    """Areas by name, pinyin, initials or code, within the scope."""
    today = timezone.localdate()
    scope = access.scope_of(request.user, Permission.HOUSEHOLD_VIEW)
    found = [p for p in search(request.GET.get("q", ""), list(scope.ranges), today) if p.level != "group"]
    paths = paths_of([p.code for p in found], today) if found else {}
    areas = [{"name": p.name, "path": " / ".join(paths[p.code][:-1]), "url": list_url(p.code, p.level)} for p in found]
    return render(request, "places/found.html", {"areas": areas})


def counts_below(user: User, period: Period | None, area: str, level: str) -> dict[str, int]:
    """Households of the period by the area right below one.

    Gives    {the leading digits of the lower area: households}; those of the area itself stand under its own digits and zeros
    Cost     1 query
    """
    if period is None:
        return {}
    width = WIDTH[Level[NEXT[level].upper()]]
    low, high = range_of(area, level)
    rows = HouseholdPeriod.objects.visible_to(user).filter(period=period, area__gte=low, area__lt=high)
    return dict(rows.annotate(stem=Substr("area", 1, width)).order_by().values_list("stem").annotate(found=Count("pk")))


def list_url(area: str, level: str) -> str:
    """The households of an area."""
    return f"{reverse('households')}?{urlencode({'area': area, 'level': level})}"


def grant_areas(user: User) -> list[tuple[str, str]]:
    """The areas in which a user sees households, none within another, in code order."""
    roles = rulebook().roles_with(Permission.HOUSEHOLD_VIEW)
    held = sorted({(g.area, g.level) for g in standing_grants(user) if g.role in roles})
    ranges = {pair: access.range_of(*pair) for pair in held}
    return [pair for pair in held if not any(_within(ranges[pair], ranges[other]) for other in held if other != pair)]


def _within(inner: tuple[str, str], outer: tuple[str, str]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1] and inner != outer


def _roots(user: User, today: date) -> list[Place]:
    held = grant_areas(user)
    if not held:
        return []
    if any(area == NATION for area, _ in held):
        wanted = Q(level="province")
    else:
        wanted = Q(pk__in=())
        for area, level in held:
            wanted |= Q(code=area, level=level)
    return list(Place.objects.in_force(today).filter(wanted).order_by("code"))


def _open(node: Node, place: Place, user: User, period: Period | None, chosen: tuple[str, str], today: date) -> None:
    """Open a node and, below it, the way to the chosen area."""
    if place.level == LEAF:
        return
    counts = counts_below(user, period, place.code, place.level)
    node["count"] = sum(counts.values()) if period else None
    node["children_url"], node["open"] = None, True
    for child in _visible(children_of(place.code, place.level, today), user):
        below = _node(child, period, counts, chosen)
        if chosen[0] and (child.code, child.level) != chosen and _holds(child, chosen[0]):
            _open(below, child, user, period, chosen, today)
        node["children"].append(below)


def _holds(place: Place, area: str) -> bool:
    low, high = range_of(place.code, place.level)
    return low <= area < high


def _visible(places: Iterable[Place], user: User) -> list[Place]:
    scope = access.scope_of(user, Permission.HOUSEHOLD_VIEW)
    return [place for place in places if scope.contains(place.code)]


def _node(place: Place, period: Period | None, counts: dict[str, int] | None, chosen: tuple[str, str]) -> Node:
    stem = place.code[: WIDTH[Level[place.level.upper()]]]
    asked = urlencode({"area": place.code, "level": place.level})
    return {
        "code": place.code,
        "name": place.name,
        "url": list_url(place.code, place.level),
        "count": None if counts is None or period is None else counts.get(stem, 0),
        "children": [],
        "open": False,
        "chosen": (place.code, place.level) == chosen,
        "children_url": None if place.level == LEAF else f"{reverse('tree_children')}?{asked}",
    }
