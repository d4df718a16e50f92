"""The villages of an area in a period (村档案): surveyed or not, what they typed, how many totals the register contradicts."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.access import NATION
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.journal.moments import today
from taizhang.places.models import Place
from taizhang.places.tree import names_of, range_of
from taizhang.villages.models import VillagePeriod
from taizhang.villages.totals import beside_village, counted_within
from taizhang.web.households.periods import current_period
from taizhang.web.imports.showing import address
from taizhang.web.jinja import page
from taizhang.web.past import as_asked, moment_field, past_of, reads_past
from taizhang.web.shell import link
from taizhang.web.tree import side_of
from taizhang.web.villages.showing import TOTAL_COLUMNS, attribute_of, list_of, page_of, state_of, totals_of

PAGE = 50
COLUMNS = (
    {"key": "name", "title": "行政村", "kind": "link", "lead": True},
    {"key": "township", "title": "乡镇"},
    {"key": "attr", "title": "村属性", "kind": "badge"},
    {"key": "state", "title": "档案", "kind": "badge"},
    *TOTAL_COLUMNS,
    {"key": "exited_on", "title": "出列年度", "kind": "partial", "shown": False},
)


@reads_past
def villages(request: HttpRequest) -> HttpResponse:
    """The villages of the chosen area, in the order of their codes."""
    area, level, after = (request.GET.get(name, "") for name in ("area", "level", "after"))
    period = current_period(request)
    found = _villages(request, area, level)
    total = found.count()
    behind = found.filter(code__gt=after) if after.isdecimal() else found
    places = list(behind.order_by("code")[: PAGE + 1])
    shown = places[:PAGE]
    kept = {"area": area, "level": level, **as_asked()}
    older = address(reverse("villages"), kept | {"after": shown[-1].code}) if len(places) > PAGE else None
    newest = list_of(area, level) if after else None
    context = {
        **side_of(request, area, level, to="villages"),
        "past": past_of(request),
        "fields": [moment_field()],
        "query_url": reverse("villages"),
        "reset_url": address(reverse("villages"), {"area": area, "level": level}),
        "hidden": {"area": area or None, "level": level or None},
        "area_name": _name(area),
        "period_name": period.title if period else None,
        "total": total,
        "columns": COLUMNS,
        "rows": _rows(shown, period),
        "pager": {"first": 1, "last": len(shown), "total": None, "pages": [], "previous_url": newest, "next_url": older}
        if newest or older
        else None,
        "links": {
            "import": link(request.user, "import_upload", query=urlencode({"ledger": "village-archive"})),
            "export": link(request.user, "exports", query=urlencode({"ledger": "village-archive"} | ({"area": area} if area else {}))),
        },
    }
    return page(request, "villages/list.html", context)


def _villages(request: HttpRequest, area: str, level: str) -> Any:
    """The villages in force inside the scope, and inside the area where one is chosen."""
    scope = access.scope_of(request.user, Permission.VILLAGE_VIEW)
    found = Place.objects.in_force(today()).within(list(scope.ranges)).filter(level="village")
    if area and area != NATION and area.isdecimal() and len(area) in (12, 15):
        low, high = range_of(area, level or None)
        found = found.filter(code__gte=low, code__lt=high)
    return found


def _rows(places: list[Place], period: Period | None) -> list[dict[str, Any]]:
    """One row a village. Cost: 3 queries for the whole page."""
    if not places or period is None:
        return [{"url": page_of(p.code), "name": p.name, "township": None} for p in places]
    codes = [place.code for place in places]
    archives = {archive.area: archive for archive in VillagePeriod.objects.filter(period=period, area__in=codes)}
    counts = counted_within(period, codes[0], f"{codes[-1]}A").villages
    names = names_of({place.parent for place in places if place.parent}, today())
    return [_row(place, archives.get(place.code), counts.get(place.code, {}), names) for place in places]


def _row(place: Place, archive: VillagePeriod | None, counts: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "url": page_of(place.code),
        "name": place.name,
        "township": names.get(place.parent),
        "attr": attribute_of(archive) if archive else None,
        "state": state_of(archive),
        **totals_of(archive, "v", counts, beside_village(archive, counts)),
        "exited_on": archive.v_exited_on if archive else None,
    }


def _name(area: str) -> str:
    return (names_of([area], today()).get(area, area) if area and area != NATION else "") or "全部区划"
