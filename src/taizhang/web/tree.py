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
from django.utils.functional import SimpleLazyObject

from taizhang.accounts import access
from taizhang.accounts.access import NATION, Permission, standing_grants
from taizhang.accounts.models import User
from taizhang.accounts.rulebook import rulebook
from taizhang.households.finding.counting import counted_by_stem, counts_known
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.households.past import archives_then
from taizhang.journal import moments
from taizhang.kernel.areas import WIDTH, Level
from taizhang.places.models import Place
from taizhang.places.tree import NEXT, children_of, paths_of, range_of, search
from taizhang.web.households.periods import current_period
from taizhang.web.kept import of_levels, of_trees, while_nobody_writes
from taizhang.web.past import as_asked, carried, reads_past

LEAF = "village"
HOUSEHOLDS, VILLAGES = "households", "villages"  # where the areas of a tree lead
Node = dict[str, Any]


def side_of(request: HttpRequest, area: str = "", level: str = "", to: str = HOUSEHOLDS) -> dict[str, Any]:
    """`tree` and `tree_search_url` for the side of a page; the tree is made only where a whole page is drawn. `to` says where its areas
    lead: to the lists of households, or to the archives of villages.

    Cost     2 queries for the roots and 2 for every level that stands open
    """
    asked = "" if to == HOUSEHOLDS else f"?{urlencode({'to': to})}"
    made = SimpleLazyObject(lambda: while_nobody_writes(of_trees, request, (area, level, to), lambda: tree_of(request, area, level, to)))
    return {"tree": made, "tree_search_url": carried(reverse("tree_search") + asked)}


def tree_of(request: HttpRequest, area: str, level: str, to: str = HOUSEHOLDS) -> list[Node]:
    """The areas of a user's grants as roots, the way to the chosen area open."""
    user, period, today = request.user, current_period(request), moments.today()
    nodes = []
    known = counts_known(user)
    for place in _roots(user, today):
        node = _node(place, period, None, (area, level), to)
        _open(node, place, request, (area, level), known, to)
        if place.level == LEAF and period is not None:
            node["count"] = _in_village(user, period, place)
        nodes.append(node)
    return nodes


def _in_village(user: User, period: Period, village: Place) -> int:
    low, high = range_of(village.code, LEAF)
    if (then := moments.standing.get()) is not None and not access.scope_of(user).own:
        return sum(archives_then(then, period.pk, low, high, WIDTH[Level.VILLAGE]).values())
    return HouseholdPeriod.objects.visible_to(user).filter(period=period, area__gte=low, area__lt=high).count()


@reads_past
def tree_children(request: HttpRequest) -> HttpResponse:
    """The areas right below one, asked for when it is opened."""
    area, level = request.GET.get("area", ""), request.GET.get("level", "")
    if level not in NEXT:
        raise access.NotFound
    period = current_period(request)
    children = _visible(children_of(area, level, moments.today()), request.user)
    counts = counts_below(request.user, period, area, level)
    nodes = [_node(place, period, counts, ("", ""), request.GET.get("to", HOUSEHOLDS)) for place in children]
    return render(request, "places/children.html", {"nodes": nodes})


@reads_past
def tree_search(request: HttpRequest) -> HttpResponse:
    """Areas by name, pinyin, initials or code, within the scope."""
    today = moments.today()
    scope = access.scope_of(request.user, Permission.HOUSEHOLD_VIEW)
    found = [p for p in search(request.GET.get("q", ""), list(scope.ranges), today) if p.level != "group"]
    paths, to = paths_of([p.code for p in found], today) if found else {}, request.GET.get("to", HOUSEHOLDS)
    areas = [{"name": p.name, "path": " / ".join(paths[p.code][:-1]), "url": address_of(p.code, p.level, to)} for p in found]
    return render(request, "places/found.html", {"areas": areas})


def counts_below(user: User, period: Period | None, area: str, level: str, *, known: bool | None = None) -> dict[str, int]:
    """Households of the period by the area right below one.

    Gives    {the leading digits of the lower area: households}; those of the area itself stand under its own digits and zeros
    Cost     1 query over the villages, or over the households where their counts are not `known`; 1 more to know that
    """
    if period is None:
        return {}
    width = WIDTH[Level[NEXT[level].upper()]]
    low, high = range_of(area, level)
    if (then := moments.standing.get()) is not None and not access.scope_of(user).own:
        return archives_then(then, period.pk, low, high, width)
    if counts_known(user) if known is None else known:
        return counted_by_stem(user, period, low, high, width)
    rows = HouseholdPeriod.objects.visible_to(user).filter(period=period, area__gte=low, area__lt=high)
    return dict(rows.annotate(stem=Substr("area", 1, width)).order_by().values_list("stem").annotate(found=Count("pk")))


def list_url(area: str, level: str) -> str:
    """The households of an area."""
    return f"{reverse('households')}?{urlencode({'area': area, 'level': level, **as_asked()})}"


def address_of(area: str, level: str, to: str) -> str:
    """Where an area of the tree leads: a village straight to its archive, if the tree leads to archives."""
    if to != VILLAGES:
        return list_url(area, level)
    here = reverse("village_show", args=[area]) if level == LEAF else f"{reverse('villages')}?{urlencode({'area': area, 'level': level})}"
    return carried(here)


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


def _open(node: Node, place: Place, request: HttpRequest, chosen: tuple[str, str], known: bool, to: str) -> None:
    """Open a node and, below it, the way to the chosen area."""
    if place.level == LEAF:
        return
    period = current_period(request)
    children, counts = while_nobody_writes(of_levels, request, (place.code, place.level), lambda: _below(request, place, known))
    node["count"] = sum(counts.values()) if period else None
    node["children_url"], node["open"] = None, True
    for child in children:
        below = _node(child, period, counts, chosen, to)
        if chosen[0] and (child.code, child.level) != chosen and _holds(child, chosen[0]):
            _open(below, child, request, chosen, known, to)
        node["children"].append(below)


def _below(request: HttpRequest, place: Place, known: bool) -> tuple[list[Place], dict[str, int]]:
    """The areas right below one that a user sees, and the households in them."""
    counts = counts_below(request.user, current_period(request), place.code, place.level, known=known)
    return _visible(children_of(place.code, place.level, moments.today()), request.user), counts


def _holds(place: Place, area: str) -> bool:
    low, high = range_of(place.code, place.level)
    return low <= area < high


def _visible(places: Iterable[Place], user: User) -> list[Place]:
    scope = access.scope_of(user, Permission.HOUSEHOLD_VIEW)
    return [place for place in places if scope.touches(place.code)]


def _node(place: Place, period: Period | None, counts: dict[str, int] | None, chosen: tuple[str, str], to: str) -> Node:
    stem = place.code[: WIDTH[Level[place.level.upper()]]]
    asked = urlencode({"area": place.code, "level": place.level, **({} if to == HOUSEHOLDS else {"to": to}), **as_asked()})
    return {
        "code": place.code,
        "name": place.name,
        "url": address_of(place.code, place.level, to),
        "count": None if counts is None or period is None else counts.get(stem, 0),
        "children": [],
        "open": False,
        "chosen": (place.code, place.level) == chosen,
        "children_url": None if place.level == LEAF else f"{reverse('tree_children')}?{asked}",
    }
