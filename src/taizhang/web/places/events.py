"""Area changes that were made (区划变更记录): the list of events, and one event with its lines and how its figures add up."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.kernel.areas import Level
from taizhang.places.levels import LEVEL_ZH
from taizhang.places.models import CHANGE_KINDS, Place, PlaceChange
from taizhang.places.tree import names_of
from taizhang.web.households.periods import all_periods
from taizhang.web.imports.showing import keyset_pager
from taizhang.web.jinja import page
from taizhang.web.places.under_way import told_of_last
from taizhang.web.shell import link

PAGE, FIRST, MOST = 30, 3, 400
KIND_COLOURS = {"merge": "blue", "rename": "teal", "abolish": "orange", "transfer": "purple"}
LIST_COLUMNS = (
    {"key": "what", "title": "变更", "kind": "link", "lead": True},
    {"key": "kind", "title": "类型", "kind": "badge"},
    {"key": "on", "title": "变更日期", "kind": "day"},
    {"key": "lines", "title": "涉及区划(个)", "kind": "number"},
    {"key": "document", "title": "批准文件"},
    {"key": "reason", "title": "变更原因", "kind": "wrap"},
)
LINE_COLUMNS = (
    {"key": "level", "title": "级别"},
    {"key": "old_name", "title": "原名称", "lead": True},
    {"key": "old_code", "title": "原区划代码", "kind": "mono"},
    {"key": "new_name", "title": "现名称"},
    {"key": "new_code", "title": "现区划代码", "kind": "mono"},
)


def place_changes(request: HttpRequest) -> HttpResponse:
    """The events that touch one's area, the newest first.

    Cost     3 queries
    """
    before = request.GET.get("before", "")
    seen = PlaceChange.objects.filter(_mine(request))
    if before.isdecimal() and len(before) < 19:
        seen = seen.filter(event__lt=int(before))
    counted = list(seen.order_by("-event").values("event").annotate(lines=Count("pk"))[: PAGE + 1])
    more, counted = len(counted) > PAGE, counted[:PAGE]
    lines = list(PlaceChange.objects.filter(event__in=[c["event"] for c in counted]).order_by("event", "pk"))
    names = _old_names(lines)
    rows = [_event_row([line for line in lines if line.event == c["event"]], names) for c in counted]
    address = reverse("place_changes")
    older = f"{address}?{urlencode({'before': counted[-1]['event']})}" if more else None
    context = {
        "columns": LIST_COLUMNS,
        "rows": rows,
        "pager": keyset_pager(len(rows), address if before else None, older),
        "links": {"places": link(request.user, "places"), "change": link(request.user, "place_change_new")},
        "last": told_of_last(request.user),
    }
    return page(request, "places/changes.html", context)


def place_change_show(request: HttpRequest, event: int) -> HttpResponse:
    """One event: its lines, and the households of every period counted under old and under new codes.

    Raises   NotFound when no line of it lies in the scope
    Cost     5 queries
    """
    first = access.fetch(PlaceChange.objects.filter(_mine(request)).order_by("pk"), event=event)
    lines = list(PlaceChange.objects.filter(event=event).order_by("pk")[: MOST + 1])
    old_names = names_of({line.old_code for line in lines}, first.on - timedelta(days=1))
    context = {
        "title": _told(lines, {line.old_code: old_names.get(line.old_code, "") for line in lines}),
        "event": {
            "kind": {"label": CHANGE_KINDS[first.kind], "colour": KIND_COLOURS[first.kind]},
            "facts": [
                {"label": "变更日期", "value": first.on},
                {"label": "批准文件", "value": first.document or None},
                {"label": "变更原因", "value": first.reason or None, "wide": True},
            ],
        },
        "columns": LINE_COLUMNS,
        "rows": [_line_row(line, old_names) for line in lines[:MOST]],
        "more": len(lines) > MOST,
        "sums": _sums(request, lines[:MOST], old_names, first.on),
    }
    return page(request, "places/change.html", context)


def _mine(request: HttpRequest) -> Q:
    scope = access.scope_of(request.user, Permission.PLACES_VIEW)
    return scope.q("old_code") | scope.q("new_code")


def _old_names(lines: Sequence[PlaceChange]) -> dict[str, str]:
    """What the areas of events were called before, as they were closed by them.

    Cost     1 query
    """
    closed = Place.objects.filter(code__in={line.old_code for line in lines}, to_on__in={line.on for line in lines})
    return dict(closed.order_by("to_on").values_list("code", "name"))


def _event_row(lines: Sequence[PlaceChange], names: dict[str, str]) -> dict[str, Any]:
    first = lines[0]
    return {
        "what": _told(lines, names),
        "url": reverse("place_change_show", args=[first.event]),
        "kind": {"label": CHANGE_KINDS[first.kind], "colour": KIND_COLOURS[first.kind]},
        "on": first.on,
        "lines": len(lines),
        "document": first.document or None,
        "reason": first.reason or None,
    }


def _told(lines: Sequence[PlaceChange], names: dict[str, str]) -> str:
    """An event in one line: the highest level that changed, and what became what."""
    top = min(Level[line.level.upper()] for line in lines)
    chief = [line for line in lines if Level[line.level.upper()] == top and line.old_code != line.new_code] or [
        line for line in lines if Level[line.level.upper()] == top
    ]
    pairs = "；".join(f"{names.get(line.old_code) or line.old_code} → {line.new_name}" for line in chief[:FIRST])
    return pairs + (f" 等 {len(chief)} 个" if len(chief) > FIRST else "")


def _line_row(line: PlaceChange, old_names: dict[str, str]) -> dict[str, Any]:
    return {
        "level": LEVEL_ZH[line.level],
        "old_name": old_names.get(line.old_code) or line.old_code,
        "old_code": line.old_code,
        "new_name": line.new_name,
        "new_code": line.new_code,
    }


def _sums(request: HttpRequest, lines: Sequence[PlaceChange], old_names: dict[str, str], on: date) -> list[dict[str, Any]]:
    """For each period: households under each old code and under the new ones, and both carried over to the new codes.

    Cost     1 query
    """
    villages = [line for line in lines if line.level == "village"]
    codes = {line.old_code for line in villages} | {line.new_code for line in villages}
    rows = HouseholdPeriod.objects.visible_to(request.user).filter(area__in=codes).order_by()
    counted = {(period, area): found for period, area, found in rows.values_list("period", "area").annotate(found=Count("pk"))}
    becomes = {line.old_code: line.new_code for line in villages}
    new_names = {line.new_code: line.new_name for line in villages}
    told = []
    for period in all_periods(request):
        held = {area: found for (pk, area), found in counted.items() if pk == period.pk}
        if held:
            told.append(_sum(period, held, becomes, old_names | new_names, on))
    return told


def _sum(period: Period, held: dict[str, int], becomes: dict[str, str], names: dict[str, str], on: date) -> dict[str, Any]:
    carried: dict[str, int] = {}
    for area, found in held.items():
        new = becomes.get(area, area) if period.reference_on < on or area in becomes else area
        carried[new] = carried.get(new, 0) + found
    return {
        "period": period.title,
        "basis": "原代码" if period.reference_on < on or period.state == Period.FROZEN else "现代码",
        "held": [(names.get(area, area), area, found) for area, found in sorted(held.items())],
        "carried": [(names.get(area, area), area, found) for area, found in sorted(carried.items())],
        "total": sum(held.values()),
    }
