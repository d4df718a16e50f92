"""The work bench (工作台): the figures of one's area, what waits, what happened lately."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.households.query import HouseholdQuery, households_matching
from taizhang.intake.models import Batch
from taizhang.intake.proposing import CHANGE, CONFLICT, NEW
from taizhang.journal.models import JournalTx
from taizhang.kernel.areas import WIDTH, Level
from taizhang.places.tree import NEXT, children_of
from taizhang.policy.code_lists import code_list
from taizhang.web.households.periods import current_period
from taizhang.web.jinja import page, percent
from taizhang.web.journal.sentences import names_of_actors
from taizhang.web.journal.words import act, ref_of
from taizhang.web.shell import link
from taizhang.web.tree import counts_below, grant_areas, list_url
from taizhang.web.waiting import things_of

LATELY, BARS = 6, 9
STATE_COLOURS = {"received": "azure", "read": "orange", "checked": "orange", "accepted": "green", "failed": "red", "cancelled": "secondary"}
AREAS_TITLE = {"province": "各市", "prefecture": "各县", "county": "各乡镇", "township": "各村"}


def desk(request: HttpRequest) -> HttpResponse:
    """The work bench."""
    period, today = current_period(request), timezone.localdate()
    figures = _figures(request, period, today)
    waiting = _waiting(request)
    areas, areas_title = _areas(request, period, today)
    context = {
        "greeting": _greeting(request, period, today),
        "kpis": _kpis(figures, waiting),
        "charts": {
            "attributes": _by("hh_attr", figures["attributes"], "columns"),
            "causes": _by("cause", figures["causes"], "ring"),
            "areas": areas,
        },
        "areas_title": areas_title,
        "waiting": things_of(request, period, figures, waiting),
        "imports": _imports(request),
        "entries": _entries(request),
        "journal_url": link(request.user, "journal"),
        "links": {"import": link(request.user, "import_upload"), "imports": link(request.user, "imports")},
    }
    return page(request, "desk.html", context)


def _figures(request: HttpRequest, period: Period | None, today: date) -> dict[str, Any]:
    """Everything that is counted over the households of the period. Cost: 3 queries."""
    rows = HouseholdPeriod.objects.visible_to(request.user).filter(period=period, valid=True) if period else HouseholdPeriod.objects.none()
    month = today.strftime("%Y-%m")
    cells = list(
        rows.order_by()
        .values("hh_attr", "status")
        .annotate(
            households=Count("pk"),
            persons=Sum("member_count"),
            drafts=Count("pk", filter=Q(draft=True)),
            fresh=Count("pk", filter=Q(first_identified_on__startswith=month)),
            income=Sum("inc_net_yuan", filter=Q(inc_net_yuan__isnull=False, member_count__gt=0)),
            heads=Sum("member_count", filter=Q(inc_net_yuan__isnull=False)),
        )
    )
    causes = dict(rows.order_by().values_list("main_cause").annotate(found=Count("pk")))
    return {
        **{name: sum(cell[name] or 0 for cell in cells) for name in ("households", "persons", "drafts", "fresh", "heads")},
        "income": sum((Decimal(cell["income"] or 0) for cell in cells), Decimal(0)),
        "poor": sum(cell["households"] for cell in cells if cell["status"] == "poor"),
        "gaps": households_matching(request.user, HouseholdQuery(period=period.pk, gaps=True)).count() if period else 0,
        "attributes": _summed(cells, "hh_attr"),
        "causes": causes,
    }


def _summed(cells: list[dict[str, Any]], name: str) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for cell in cells:
        found[cell[name]] = found.get(cell[name], 0) + cell["households"]
    return found


def _greeting(request: HttpRequest, period: Period | None, today: date) -> str:
    hello = f"{request.user.person.name}，您好。"
    if period is None:
        return f"{hello}还没有开设期次。"
    if period.state == Period.FROZEN:
        return f"{hello}{period.title}已冻结，只能查看。"
    left = (period.reference_on - today).days
    return f"{hello}{period.title}，标准时点 {period.reference_on}" + (f"，还有 {left} 天。" if left > 0 else "。")


def _kpis(figures: dict[str, Any], waiting: dict[str, Any]) -> list[dict[str, Any]]:
    total, url = figures["households"], reverse("households")
    average = f"{figures['income'] / figures['heads']:,.0f}" if figures["heads"] else "—"
    share = percent(figures["poor"] / total) if total else "—"
    return [
        {"label": "名册在册(户)", "value": total, "note": f"{figures['persons']:,} 人", "url": url},
        {"label": "未脱贫(户)", "value": figures["poor"], "note": f"占 {share}", "url": f"{url}?{urlencode({'status': 'poor'})}"},
        {"label": "本月新识别(户)", "value": figures["fresh"], "note": "按首次识别年月"},
        {
            "label": "必填栏目有空(户)",
            "value": figures["gaps"],
            "note": f"占 {percent(figures['gaps'] / total)}" if total else "—",
            "url": f"{url}?{urlencode({'gaps': 'yes'})}",
        },
        {
            "label": "导入待办(批)",
            "value": waiting["batches"],
            "note": f"{waiting['wrong']:,} 行待改正" if waiting["wrong"] else "没有待改正",
            "url": waiting["url"],
            "bad": waiting["wrong"] > 0,
        },
        {"label": "人均纯收入", "value": average, "note": "元"},
    ]


def _by(of: str, counted: dict[str | None, int], kind: str) -> dict[str, Any]:
    """A chart over a code list, the most frequent first; blank ones say so."""
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] or "~"))
    names = [code_list(of).by_key(key).zh if key else "未填" for key, _ in ordered]
    field = "main_cause" if of == "cause" else of
    links = [f"{reverse('households')}?{urlencode({field: key})}" if key else None for key, _ in ordered]
    return {"kind": kind, "names": names, "series": [{"name": "户数", "values": [n for _, n in ordered]}], "links": links}


def _areas(request: HttpRequest, period: Period | None, today: date) -> tuple[dict[str, Any], str]:
    """Households by the areas right below the first of the user's areas. Cost: 2 queries."""
    chart: dict[str, Any] = {"kind": "ranking", "names": [], "series": [{"name": "户数", "values": []}], "links": []}
    held = [pair for pair in grant_areas(request.user) if pair[1] in AREAS_TITLE]
    if not held:
        return chart, "各地户数"
    area, level = held[0]
    counts = counts_below(request.user, period, area, level)
    width = WIDTH[Level[NEXT[level].upper()]]
    places = [(counts.get(p.code[:width], 0), p) for p in children_of(area, level, today)]
    ranked = sorted((pair for pair in places if pair[0]), key=lambda pair: (-pair[0], pair[1].code))
    title = f"{AREAS_TITLE[level]}户数" + (f"(前 {BARS} 位)" if len(ranked) > BARS else "")
    ranked = ranked[:BARS]
    chart["names"] = [p.name for _, p in ranked]
    chart["series"][0]["values"] = [found for found, _ in ranked]
    chart["links"] = [list_url(p.code, p.level) for _, p in ranked]
    return chart, title


def _waiting(request: HttpRequest) -> dict[str, Any]:
    """Batches that wait for somebody. Cost: 1 query."""
    rows = Batch.objects.visible_to(request.user, Permission.IMPORT_RUN).filter(state__in=(Batch.READ, Batch.CHECKED))
    counted = list(rows.order_by("-pk").values_list("state", "counts")[:200])
    wrong = sum(counts.get("wrong", 0) for _, counts in counted)
    return {
        "batches": len(counted),
        "wrong": wrong,
        "read": sum(1 for state, _ in counted if state == Batch.READ),
        "url": link(request.user, "imports"),
    }


def _imports(request: HttpRequest) -> list[dict[str, Any]]:
    """The last few batches. Cost: 1 query."""
    rows = Batch.objects.visible_to(request.user, Permission.IMPORT_RUN).select_related("by__person").order_by("-pk")[:LATELY]
    return [
        {
            "title": batch.file_name,
            "at": batch.at,
            "who": batch.by.person.name,
            "state": {"label": batch.get_state_display(), "colour": STATE_COLOURS[batch.state]},
            "note": _told(batch),
            "url": link(request.user, "import_show", batch.pk) or link(request.user, "imports"),
        }
        for batch in rows
    ]


def _told(batch: Batch) -> str:
    """What a batch came to, in a few words."""
    proposals = batch.counts.get("proposals", {})
    words = [(NEW, "新"), (CHANGE, "改"), (CONFLICT, "冲突")]
    return " · ".join(f"{word} {proposals[kind]:,}" for kind, word in words if proposals.get(kind)) or batch.message[:20]


def _entries(request: HttpRequest) -> list[dict[str, Any]]:
    """The last few postings of the area. Cost: 4 queries."""
    scope = access.scope_of(request.user, Permission.JOURNAL_VIEW)
    found = list(JournalTx.objects.filter(scope.q()).order_by("-pk")[:LATELY])
    who = names_of_actors({(tx.actor, tx.person) for tx in found})
    return [
        {
            "at": tx.at,
            "who": who[tx.actor, tx.person],
            "what": act(tx.action),
            "why": "；".join(w for w in (tx.reason, ref_of(tx.ref)) if w) or None,
        }
        for tx in found
    ]
