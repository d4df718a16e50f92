"""Leafing through a list by its last row instead of by counting rows: page 10,000 costs what page 2 costs."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Model, Q, QuerySet

PAGE = 50
Keys = tuple[tuple[str, int], ...]  # column and direction, 1 up or -1 down; unknown values stand last
FILLED = frozenset(
    {"at_area", "at_household", "area", "household_id", "head_initials", "head_name"}
)  # never unknown: an index serves them as they are
ON_ROW = {"at_area": "area", "at_household": "household_id"}  # where a row holds what a query orders by under another name


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of rows, and the tokens of the pages beside it; None where there is none."""

    rows: list[Any]
    before: str | None
    after: str | None


def leaf(rows: "QuerySet[Model]", keys: Keys, *, after: str = "", before: str = "", most: int = PAGE) -> Leaf:
    """The page behind the row `after`, or the one before the row `before`; the first page for neither or for a token that cannot be read.

    Cost     1 query
    """
    back = _values(before, keys)
    if back is not None:
        found = list(rows.filter(_beyond(keys, back, -1)).order_by(*_order(keys, -1))[: most + 1])
        more, shown = len(found) > most, list(reversed(found[:most]))
        return Leaf(shown, _token(shown[0], keys) if more and shown else None, _token(shown[-1], keys) if shown else None)
    start = _values(after, keys)
    if start is not None:
        rows = rows.filter(_beyond(keys, start, 1))
    found = list(rows.order_by(*_order(keys, 1))[: most + 1])
    shown = found[:most]
    return Leaf(
        shown,
        _token(shown[0], keys) if start is not None and shown else None,
        _token(shown[-1], keys) if len(found) > most else None,
    )


def pager(leafed: Leaf, address: str, told: Mapping[str, Any], at: str, total: int | None) -> dict[str, Any] | None:
    """The page as ui.pager_bar shows it; `at` in the address says which row of the list stands first. None where there are no rows."""
    if not leafed.rows:
        return None
    first = max(int(at), 1) if at.isdecimal() and len(at) < 10 else 1
    last = first + len(leafed.rows) - 1

    def url(at: int, **beside: str) -> str:
        return f"{address}?{urlencode({**told, **beside, 'at': at})}"

    return {
        "first": first,
        "last": last,
        "total": total,
        "pages": [],
        "previous_url": url(max(first - PAGE, 1), before=leafed.before) if leafed.before else None,
        "next_url": url(last + 1, after=leafed.after) if leafed.after else None,
    }


def _order(keys: Keys, way: int) -> list[Any]:
    found = []
    for name, up in keys:
        nulls = {} if name in FILLED else {"nulls_last": True} if way > 0 else {"nulls_first": True}
        found.append(F(name).asc(**nulls) if up * way > 0 else F(name).desc(**nulls))
    return found


def _beyond(keys: Keys, values: list[Any], way: int) -> Q:
    """The rows that come after one, in the direction `way`."""
    wanted, equal = Q(pk__in=()), Q()
    for (name, up), value in zip(keys, values, strict=True):
        wanted |= equal & _past(name, up * way, value, way)
        equal &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    first, up = keys[0]
    if values[0] is not None and way > 0 and up > 0 and not isinstance(values[0], Decimal):
        wanted &= Q(**{f"{first}__gte": values[0]})
    return wanted


def _past(name: str, up: int, value: Any, way: int) -> Q:
    if value is None:
        return Q(pk__in=()) if way > 0 else Q(**{f"{name}__isnull": False})
    past = Q(**{f"{name}__{'gt' if up > 0 else 'lt'}": value})
    if name in FILLED:
        return past
    return past | Q(**{f"{name}__isnull": True}) if way > 0 else past


def _token(row: Any, keys: Keys) -> str:
    values = [getattr(row, ON_ROW.get(name, name)) for name, _ in keys]
    told = [["d", str(value)] if isinstance(value, Decimal) else value for value in values]
    return urlsafe_b64encode(json.dumps(told, ensure_ascii=False).encode()).decode().rstrip("=")


def _values(token: str, keys: Keys) -> list[Any] | None:
    try:
        told = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (NotBase64, ValueError):
        return None
    if not isinstance(told, list) or len(told) != len(keys):
        return None
    try:
        return [Decimal(value[1]) if isinstance(value, list) else value for value in told]
    except (ArithmeticError, IndexError, TypeError):
        return None
