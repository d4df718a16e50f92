"""Our own suffix of three digits behind a village's code (自然村/组), given set-wise."""

from collections.abc import Iterable
from datetime import date

from taizhang.kernel.areas import LENGTH
from taizhang.places.models import Place
from taizhang.villages.models import NaturalVillage

MOST = 999


class NoMoreSuffixes(Exception):
    """A village has used all of its 999 suffixes: our own limit, no village comes near it."""


def next_suffixes(wanted: Iterable[tuple[str, str]], on: date) -> dict[tuple[str, str], str]:
    """A suffix for each (village, name): that of the 自然村/组 of the area list with this name, else the next that neither the list nor any
    natural village of the village has, closed ones included.

    Cost     2 queries
    Raises   NoMoreSuffixes
    """
    pairs = list(dict.fromkeys(wanted))
    villages = sorted({area for area, _ in pairs})
    groups = Place.objects.filter(level="group", parent__in=villages)
    taken = {area: set[str]() for area in villages}
    named: dict[tuple[str, str], str] = {}
    for code, name, parent, to_on in groups.values_list("code", "name", "parent", "to_on"):
        taken[parent].add(code[LENGTH:])
        if to_on is None or to_on > on:
            named[parent, name] = code[LENGTH:]
    own = NaturalVillage.objects.filter(area__in=villages).values_list("area", "suffix")
    used = {(area, suffix) for area, suffix in own}
    found = {}
    for area, name in pairs:
        suffix = named.get((area, name), "")
        if not suffix or (area, suffix) in used:
            suffix = _next(taken[area] | {s for a, s in used if a == area})
        used.add((area, suffix))
        found[area, name] = suffix
    return found


def _next(taken: set[str]) -> str:
    following = max((int(suffix) for suffix in taken if suffix.isdecimal()), default=0) + 1
    if following > MOST:
        raise NoMoreSuffixes
    return f"{following:03d}"
