"""The journal (流水): every posting of one's area, and what happened to one row."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from taizhang.accounts import access
from taizhang.accounts.models import Human
from taizhang.accounts.permissions import Permission
from taizhang.journal.models import JournalEntry, JournalTx
from taizhang.journal.posting import newest_position
from taizhang.places.models import Place
from taizhang.places.tree import names_of, range_of
from taizhang.web.jinja import page
from taizhang.web.journal.sentences import MOST, entries_of, names_of_actors, told_of
from taizhang.web.journal.words import TABLES, act, ref_of
from taizhang.web.past import list_as_of
from taizhang.web.tree import grant_areas

PAGE = 50
ASKED = ("who", "area", "from_on", "to_on")
OPEN_TABLES = (
    "household",
    "household_period",
    "person",
    "membership",
    "member_period",
    "identification",
    "income_worksheet",
    "work_spell",
)
COLUMNS = (
    {"key": "at", "title": "时间", "kind": "moment", "lead": True},
    {"key": "who", "title": "经办人"},
    {"key": "what", "title": "事项"},
    {"key": "place", "title": "地区"},
    {"key": "rows", "title": "行数", "kind": "number"},
    {"key": "why", "title": "缘由", "kind": "wrap"},
    {"key": "number", "title": "流水号", "kind": "number"},
)


def journal(request: HttpRequest) -> HttpResponse:
    """The postings of one's area, the newest first."""
    told = {name: value for name in ASKED if (value := request.GET.get(name, "").strip())}
    scope = access.scope_of(request.user, Permission.JOURNAL_VIEW)
    found = JournalTx.objects.filter(scope.q())
    errors = {name: "请填写日期，例如 2026-10-01" for name in ("from_on", "to_on") if name in told and _day(told[name]) is None}
    found = _asked(found, told) if not errors else found.none()
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found.select_related("journalreceipt").order_by("-pk")[: PAGE + 1])
    context = {
        "query_url": reverse("journal"),
        "reset_url": reverse("journal"),
        "fields": _fields(request, told),
        "more": [],
        "hidden": {},
        "columns": COLUMNS,
        "rows": _rows(request, rows[:PAGE]),
        "pager": _pager(rows, told, request.GET.get("at", "")),
        "position": newest_position(),
        "errors": list(errors.values()),
    }
    return page(request, "journal/list.html", context, status=422 if errors else 200)


def row_history(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """What happened to one row of the register, as sentences."""
    if table not in OPEN_TABLES:
        raise access.NotFound
    model, title = TABLES[table]
    row: Any = access.fetch(model._default_manager.visible_to(request.user, Permission.JOURNAL_VIEW), pk=pk)
    told = told_of([(model, [row.pk])])
    before = request.GET.get("before", "")
    shown = [t for t in told if not before.isdecimal() or t.position < int(before)]
    context = {
        "title": f"{title} {_name_of(row)}".strip(),
        "crumbs": [("流水", reverse("journal")), (f"{title}第 {row.pk} 号", None)],
        "entries": entries_of(shown[:MOST]),
        "older_url": f"?{urlencode({'before': shown[MOST - 1].position})}" if len(shown) > MOST else None,
    }
    return page(request, "journal/history.html", context)


def _name_of(row: Any) -> str:
    return str(getattr(row, "head_name", "") or getattr(row, "name", "") or getattr(row, "household_no", ""))


def _asked(found: Any, told: dict[str, str]) -> Any:
    if "who" in told:
        found = found.filter(person__in=Human.objects.filter(name__startswith=told["who"]).values("pk"))
    if "area" in told:
        low, high = range_of(told["area"])
        found = found.filter(area__gte=low, area__lt=high)
    if "from_on" in told:
        found = found.filter(at__gte=_midnight(told["from_on"], 0))
    if "to_on" in told:
        found = found.filter(at__lt=_midnight(told["to_on"], 1))
    return found


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(text: str, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(_day(text) + timedelta(days=days), time()))


def _fields(request: HttpRequest, told: dict[str, str]) -> list[dict[str, Any]]:
    areas = [area for area, _ in grant_areas(request.user)]
    below = Place.objects.in_force(timezone.localdate()).filter(parent__in=areas).exclude(level="group").order_by("code")
    own = names_of([a for a in areas if a.strip("0")], timezone.localdate())
    choices = [*own.items(), *below.values_list("code", "name")]
    return [
        {"name": "who", "label": "经办人", "kind": "text", "value": told.get("who", ""), "placeholder": "姓名"},
        {"name": "area", "label": "地区", "kind": "select", "value": told.get("area", ""), "choices": choices},
        {"name": "from_on", "label": "从", "kind": "day", "value": told.get("from_on", "")},
        {"name": "to_on", "label": "到", "kind": "day", "value": told.get("to_on", "")},
    ]


def _rows(request: HttpRequest, found: list[JournalTx]) -> list[dict[str, Any]]:
    """Cost: 5 queries."""
    firsts = JournalEntry.objects.filter(pk__in=[tx.journalreceipt.first_entry for tx in found])
    touched = {tx: (table, pk) for tx, table, pk in firsts.values_list("tx", "schema__tbl", "pk_of_row")}
    who = names_of_actors({(tx.actor, tx.person) for tx in found})
    names = names_of({tx.area for tx in found if tx.area.strip("0")}, timezone.localdate()) if found else {}
    return [_row(tx, touched.get(tx.pk), who[tx.actor, tx.person], names.get(tx.area, "全国")) for tx in found]


def _row(tx: JournalTx, touched: tuple[str, int] | None, who: str, place: str) -> dict[str, Any]:
    url = reverse("row_history", args=touched) if touched and touched[0] in OPEN_TABLES else None
    return {
        "at": tx.at,
        "who": who,
        "what": act(tx.action),
        "place": place,
        "rows": tx.journalreceipt.entries,
        "why": "；".join(word for word in (tx.reason, ref_of(tx.ref)) if word),
        "number": tx.journalreceipt.position,
        "url": url,
        "acts": [*([{"title": "变动", "url": url}] if url else []), {"title": "当时名册", "url": list_as_of(tx.journalreceipt.position)}],
    }


def _pager(rows: list[JournalTx], told: dict[str, str], at: str) -> dict[str, Any] | None:
    if not rows:
        return None
    first = int(at) if at.isdecimal() and 0 < len(at) < 10 else 1
    last = first + min(len(rows), PAGE) - 1
    following = urlencode({**told, "before": rows[PAGE - 1].pk, "at": last + 1}) if len(rows) > PAGE else ""
    return {
        "first": first,
        "last": last,
        "total": None,
        "pages": [],
        "previous_url": f"{reverse('journal')}?{urlencode(told)}" if first > 1 else None,
        "next_url": f"{reverse('journal')}?{following}" if following else None,
    }
