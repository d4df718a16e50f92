"""The archive of one village (贫困村信息采集表), its natural villages, its history."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.services.common import frozen_at
from taizhang.journal.moments import today
from taizhang.places.models import Place
from taizhang.places.tree import path_of
from taizhang.policy.archive import NATURAL_VILLAGE_FACTS, VILLAGE_FACTS, facts_in
from taizhang.policy.archive.village import MODULES
from taizhang.policy.villages import sums_off, why_not_exit, why_not_include
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod, VillagePeriod
from taizhang.villages.totals import Counted, beside_natural_village, beside_village, counted
from taizhang.web.households.periods import all_periods
from taizhang.web.jinja import page
from taizhang.web.journal.sentences import MOST, entries_of, told_of
from taizhang.web.past import past_of, reads_past_of_village
from taizhang.web.shell import link
from taizhang.web.tree import side_of
from taizhang.web.villages.editing import edit_url
from taizhang.web.villages.showing import (
    TOTAL_COLUMNS,
    archive_of,
    lines_of,
    list_of,
    marks_of,
    off,
    page_of,
    period_asked,
    state_of,
    totals_of,
    village_asked,
)

TABS = (("facts", "村档案"), ("natural", "自然村"))
NATURAL_COLUMNS = (
    {"key": "name", "title": "自然村", "lead": True},
    {"key": "code", "title": "代码", "kind": "mono"},
    *TOTAL_COLUMNS,
    {"key": "to_village", "title": "到行政村(公里)", "shown": False},
    {"key": "road", "title": "通沥青(水泥)路", "kind": "yesno", "shown": False},
    {"key": "state", "title": "档案", "kind": "badge"},
)


@reads_past_of_village
def village_show(request: HttpRequest, area: str) -> HttpResponse:
    """The page of a village; the list of its villages where the code is a higher area's."""
    place = village_asked(request, area)
    if place is None:
        return HttpResponseRedirect(list_of(area[:12], ""))
    period = period_asked(request)
    tab = request.GET.get("tab", "facts")
    if tab not in (*dict(TABS), "history"):
        raise access.NotFound
    archive = archive_of(place.code, period)
    context = _head(request, place, period, archive, tab)
    if tab == "history":
        access.require(request.user, Permission.JOURNAL_VIEW, area=place.code)
        return page(request, "villages/show.html", context | _history(place.code, request.GET.get("before", "")))
    numbers = counted(period, place.code)
    context |= _facts(place.code, period, archive, numbers, edits=context["links"]["edit"] is not None) if tab == "facts" else {}
    return page(request, "villages/show.html", context | _natural(request, place.code, period, archive, numbers))


def _head(request: HttpRequest, place: Place, period: Period, archive: VillagePeriod | None, tab: str) -> dict[str, Any]:
    user, asked = request.user, urlencode({"period": period.key})
    shut = frozen_at(period, place.code) and not access.may(user, Permission.HOUSEHOLD_CORRECT_FROZEN, place.code)
    facts = {f.name: getattr(archive, f.name) for f in VILLAGE_FACTS if f.events_only} if archive else {}

    def act(name: str, *more: str) -> str | None:
        return None if shut else link(user, name, place.code, *more, query=asked, area=place.code)

    return {
        **side_of(request, place.code, "village", to="villages"),
        "past": past_of(request),
        "village": {
            "name": place.name,
            "path": " · ".join(path_of(place.code, today())[:-1]),
            "code": place.code,
            "period_name": period.title,
            "frozen": frozen_at(period, place.code),
            "marks": marks_of(archive),
            "draft": bool(archive and archive.draft),
            "there": archive is not None,
        },
        "version": archive.version if archive else None,
        "idempotency_key": uuid4().hex,
        "links": {
            "list": list_of(),
            "edit": act("village_edit"),
            "confirm": act("village_confirm") if archive and archive.draft else None,
            "include": act("village_decide", "include_village") if archive and not why_not_include(facts) else None,
            "exit": act("village_decide", "exit_village") if archive and not why_not_exit(facts) else None,
            "natural_add": act("natural_add"),
            "households": link(user, "households", query=urlencode({"area": place.code, "level": "village"}), area=place.code),
        },
        "periods": [{"title": p.title, "url": page_of(place.code, p), "here": p.pk == period.pk} for p in all_periods(request)],
        "tabs": _tabs(request, place.code, period, tab),
        "tab": tab,
        "entries": [],
        "older_url": None,
    }


def _tabs(request: HttpRequest, area: str, period: Period, tab: str) -> list[dict[str, Any]]:
    url = page_of(area, period)
    tabs = [{"title": title, "url": f"{url}&{urlencode({'tab': key})}", "here": key == tab} for key, title in TABS]
    if access.may(request.user, Permission.JOURNAL_VIEW, area):
        tabs.append({"title": "历史", "url": f"{url}&{urlencode({'tab': 'history'})}", "here": tab == "history"})
    return tabs


def _facts(area: str, period: Period, archive: VillagePeriod | None, numbers: Counted, *, edits: bool) -> dict[str, Any]:
    beside = beside_village(archive, numbers.villages.get(area, {}))
    sections = []
    for section, (title, _) in MODULES.items():
        lines = lines_of(facts_in(section), archive, beside)
        edit = edit_url(area, period, section) if edits else None
        sections.append({"title": title, "lines": lines, "counts": any(line["verdict"] for line in lines), "edit": edit})
    return {"sections": sections, "contradicted": off(beside)}


def _natural(request: HttpRequest, area: str, period: Period, archive: VillagePeriod | None, numbers: Counted) -> dict[str, Any]:
    """The natural villages of the village. Cost: 2 queries."""
    naturals = list(NaturalVillage.objects.filter(area=area, closed_on__isnull=True).order_by("suffix"))
    archives = {a.natural_village_id: a for a in NaturalVillagePeriod.objects.filter(period=period, natural_village__in=naturals)}
    rows = [_natural_row(request, n, archives.get(n.pk), numbers.groups.get((area, n.name), {}), period) for n in naturals]
    typed = {f.name: getattr(archive, f.name) for f in VILLAGE_FACTS} if archive else {}
    parts = [{f.name: getattr(archives[n.pk], f.name) for f in NATURAL_VILLAGE_FACTS} if n.pk in archives else {} for n in naturals]
    grouped = {name for _, name in numbers.groups if name} - {n.name for n in naturals}
    warnings = sums_off(typed, parts)
    if naturals and grouped:
        warnings.append(f"户档案里有没有登记为自然村的村民小组：{'、'.join(sorted(grouped))}")
    return {"natural": {"columns": NATURAL_COLUMNS, "rows": rows}, "warnings": warnings}


def _natural_row(
    request: HttpRequest, natural: NaturalVillage, archive: NaturalVillagePeriod | None, counts: Any, period: Period
) -> dict[str, Any]:
    asked = urlencode({"period": period.key})
    acts = (("采集", "natural_edit"), ("改名", "natural_rename"), ("撤销", "natural_close"))
    links = [(title, link(request.user, name, natural.pk, query=asked, area=natural.area)) for title, name in acts]
    return {
        "name": natural.name,
        "code": natural.code,
        **totals_of(archive, "nv", counts, beside_natural_village(archive, counts)),
        "to_village": archive.nv_to_village_km if archive else None,
        "road": archive.nv_road_to_village if archive else None,
        "state": state_of(archive),
        "acts": [{"title": title, "url": url} for title, url in links if url],
    }


def _history(area: str, before: str) -> dict[str, Any]:
    """What happened to the village's archives and its natural villages."""
    archives = dict(VillagePeriod.objects.filter(area=area).values_list("pk", "period__title"))
    naturals = dict(NaturalVillage.objects.filter(area=area).values_list("pk", "name"))
    surveys = dict(NaturalVillagePeriod.objects.filter(area=area).values_list("pk", "natural_village__name"))
    told = told_of([(VillagePeriod, archives), (NaturalVillage, naturals), (NaturalVillagePeriod, surveys)])
    names = {"village_period": archives, "natural_village": naturals, "nv_period": surveys}
    shown = [t for t in told if not before.isdecimal() or t.position < int(before)]
    older = f"?{urlencode({'tab': 'history', 'before': shown[MOST - 1].position})}" if len(shown) > MOST else None
    entries = entries_of(shown[:MOST], lambda table, pk, image: names.get(table, {}).get(pk, ""))
    return {"entries": entries, "older_url": older}
