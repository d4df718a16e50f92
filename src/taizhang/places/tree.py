"""Reading the area tree: children, search, path and names. Ranges of codes come from the caller's scope."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Q, Value, When

from taizhang.kernel import areas
from taizhang.kernel.areas import Level
from taizhang.places.models import Place, PlaceSet

NEXT = {level.name.lower(): Level(level + 1).name.lower() for level in Level if level < Level.GROUP}
RANK = Case(*(When(level=level.name.lower(), then=Value(level.value)) for level in Level))
LEVELS_OF = {
    areas.LENGTH: tuple(level.name.lower() for level in Level if level < Level.GROUP),
    areas.GROUP_LENGTH: (Level.GROUP.name.lower(),),
}
PIECE = 5000  # codes in one query: below every database's limit of parameters


def range_of(code: str, level: str | None = None) -> tuple[str, str]:
    """The half-open range of codes of an area and everything below it; `level` matters where a code stands on two levels."""
    return areas.subtree(code, None if level is None else Level[level.upper()])


def provinces(on: date) -> PlaceSet:
    """The provinces in force on a day, in code order."""
    return Place.objects.in_force(on).filter(level="province").order_by("code")


def children_of(code: str, level: str, on: date) -> PlaceSet:
    """The areas right below one, in force on a day, in code order; none below a group.

    Cost     1 query by index
    """
    if level not in NEXT:
        return Place.objects.none()
    return Place.objects.in_force(on).filter(parent=code, level=NEXT[level]).order_by("code")


def search(text: str, ranges: list[tuple[str, str]], on: date, limit: int = 20) -> list[Place]:
    """Places within code ranges whose name holds the text, or whose pinyin, initials or code begins with it.

    Gives    at most `limit`, the higher level first, then in code order
    Cost     1 query
    """
    sought = "".join(text.split()).lower()
    if not sought:
        return []
    found = Place.objects.in_force(on).within(ranges).filter(_matches(sought))
    return list(found.order_by(RANK, "code")[:limit])


def path_of(code: str, on: date) -> list[str]:
    """The names from the province down to the place, as they stood on a day; levels that are not known are left out.

    Cost     1 query
    """
    return paths_of([code], on)[code]


def paths_of(codes: Iterable[str], on: date) -> dict[str, list[str]]:
    """`path_of` for many codes.

    Cost     1 query for 5,000 ancestors
    """
    lines = {code: _line(code) for code in codes}
    names = _names({place for line in lines.values() for place in line}, on)
    return {code: [names[place] for place in line if place in names] for code, line in lines.items()}


def names_of(codes: Iterable[str], on: date) -> dict[str, str]:
    """The names of codes as they stood on a day, without those that are not known. A code on two levels gives the lower one's.

    Cost     1 query for 5,000 codes
    """
    found = _names({(code, level) for code in codes for level in LEVELS_OF[len(code)]}, on)
    return {code: name for (code, level), name in sorted(found.items(), key=lambda pair: Level[pair[0][1].upper()])}


def _line(code: str) -> list[tuple[str, str]]:
    deepest = areas.level_of(code)
    return [(areas.prefix(code, level).ljust(areas.LENGTH, "0"), level.name.lower()) for level in Level if level <= deepest]


def _names(wanted: set[tuple[str, str]], on: date) -> dict[tuple[str, str], str]:
    codes = sorted({code for code, _ in wanted})
    found: dict[tuple[str, str], str] = {}
    for first in range(0, len(codes), PIECE):
        rows = Place.objects.in_force(on).filter(code__in=codes[first : first + PIECE]).values_list("code", "level", "name")
        found |= {(code, level): name for code, level, name in rows if (code, level) in wanted}
    return found


def _matches(sought: str) -> Q:
    if sought.isdecimal():
        return _begins("code", sought)
    if sought.isascii() and sought.isalnum():
        return _begins("pinyin", sought) | _begins("initials", sought)
    return Q(name__contains=sought)


def _begins(column: str, sought: str) -> Q:
    """A prefix as a range, which every index serves; only digits and letters, whose order no collation changes."""
    begins = Q(**{f"{column}__gte": sought})
    stem = sought.rstrip("z")
    if not stem:
        return begins
    following = "a" if stem[-1] == "9" else chr(ord(stem[-1]) + 1)
    return begins & Q(**{f"{column}__lt": stem[:-1] + following})
