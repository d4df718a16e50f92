"""Who of a list is on the register: bringing a list, its progress, the answer as a page and as a workbook."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.intake.exporting.stream import HEADED, STAMP, TITLE, BookStream, Head, StreamColumn
from taizhang.intake.lookups import (
    BY_NAME,
    FOUND,
    LEFT,
    MOST_LINES,
    NOBODY,
    OTHER_NAME,
    OUTCOMES,
    SEVERAL,
    UNREADABLE,
    answer_of,
    cancel_lookup,
    order_lookup,
    progress_of,
)
from taizhang.intake.models import Lookup
from taizhang.intake.queue import enqueue
from taizhang.intake.tasks import look_up_list
from taizhang.kernel.sheets.reading import CannotRead
from taizhang.policy.code_lists import code_list
from taizhang.web.households.periods import current_period
from taizhang.web.imports.findings import download
from taizhang.web.imports.showing import address, page_asked, pager, village_paths
from taizhang.web.jinja import page

PAGE, LATELY = 100, 20
MEGABYTE = 1024 * 1024
COLOURS = {FOUND: "green", BY_NAME: "teal", OTHER_NAME: "orange", SEVERAL: "orange", LEFT: "azure", NOBODY: "secondary", UNREADABLE: "red"}
COLUMNS = (
    {"key": "at", "title": "行", "kind": "number"},
    {"key": "name", "title": "名单上的姓名", "lead": True},
    {"key": "number", "title": "证件号码", "kind": "mono"},
    {"key": "outcome", "title": "结果", "kind": "status"},
    {"key": "head", "title": "户主", "kind": "link"},
    {"key": "person", "title": "册上的姓名"},
    {"key": "relation", "title": "与户主关系"},
    {"key": "place", "title": "乡镇/村"},
    {"key": "household_no", "title": "户编号", "kind": "mono"},
)
LATE_COLUMNS = (
    {"key": "name", "title": "名单", "kind": "link", "lead": True},
    {"key": "period", "title": "期次"},
    {"key": "lines", "title": "行数", "kind": "number"},
    {"key": "found", "title": "在册", "kind": "number"},
    {"key": "state", "title": "状态", "kind": "status"},
    {"key": "at", "title": "时间", "kind": "moment"},
)
STATES = {
    "running": ("正在查找", "blue"),
    "ready": ("已完成", "green"),
    "failed": ("未能查找", "red"),
    "cancelled": ("已取消", "secondary"),
}


def lookups(request: HttpRequest) -> HttpResponse:
    """Bring a list; the lists one brought lately."""
    if request.method != "POST":
        return _page(request)
    file, period = request.FILES.get("file"), current_period(request)
    if period is None:
        return _page(request, ["还没有开设期次"], 409)
    if file is not None and (file.size or 0) > settings.UPLOAD_BYTES:
        return _page(request, [f"文件超过上限 {settings.UPLOAD_BYTES // MEGABYTE} MB,请拆成几个文件"], 422)
    try:
        lookup = order_lookup(
            by=request.user,
            at=timezone.now(),
            period=period,
            content=file.read() if file is not None else b"",
            file_name=(file.name or "") if file is not None else "",
            pasted=request.POST.get("pasted", ""),
            idempotency_key=request.POST.get("idempotency_key", "")[:64] or None,
        )
    except CannotRead as refused:
        return _page(request, [refused.message], 422)
    if lookup.state == Lookup.RUNNING and not lookup.counts:
        enqueue(look_up_list, lookup_id=lookup.pk)
    return HttpResponseRedirect(reverse("lookup_show", args=[lookup.pk]), status=303)


def lookup_show(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer, line by line."""
    lookup = _seen(request, pk)
    if lookup.state != Lookup.READY:
        return page(request, "lookups/progress.html", _progress(request, lookup))
    answer, asked = answer_of(lookup, request.user), request.GET.get("outcome", "")
    counts = dict(answer["outcome"].value_counts().iter_rows())
    chosen = answer.filter(pl.col("outcome") == asked) if asked in OUTCOMES else answer
    at = page_asked(request)
    rows = chosen.slice((at - 1) * PAGE, PAGE)
    places = village_paths(rows["area"].drop_nulls().unique().to_list())
    url = reverse("lookup_show", args=[lookup.pk])
    context = {
        "crumbs": [("户档案", reverse("households")), ("名单查找", reverse("lookups")), (lookup.file_name, None)],
        "title": lookup.file_name,
        "note": f"{lookup.period.title} · 共 {answer.height:,} 行",
        "kinds": [{"title": "全部", "url": url, "count": answer.height, "here": asked not in OUTCOMES}]
        + [
            {"title": zh, "url": address(url, {"outcome": key}), "count": counts[key], "here": key == asked}
            for key, zh in OUTCOMES.items()
            if key in counts
        ],
        "columns": COLUMNS,
        "rows": [_row(row, places) for row in rows.iter_rows(named=True)],
        "pager": pager(url, {"outcome": asked} if asked in OUTCOMES else {}, at, PAGE, chosen.height),
        "workbook_url": reverse("lookup_workbook", args=[lookup.pk]),
    }
    return page(request, "lookups/show.html", context)


def lookup_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, asked again and again by the page itself."""
    lookup = _seen(request, pk)
    if lookup.state == Lookup.READY:
        answer = HttpResponse()
        answer["HX-Redirect"] = reverse("lookup_show", args=[lookup.pk])
        return answer
    return page(request, "lookups/progress.html", _progress(request, lookup))


def lookup_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it."""
    lookup = _seen(request, pk)
    if lookup.state == Lookup.RUNNING:
        cancel_lookup(lookup)
    return HttpResponseRedirect(reverse("lookup_show", args=[lookup.pk]), status=303)


def lookup_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer as a workbook; numbers masked, every cell text."""
    lookup = _seen(request, pk)
    if lookup.state != Lookup.READY:
        raise access.NotFound
    answer = answer_of(lookup, request.user)
    places = village_paths(answer["area"].drop_nulls().unique().to_list())
    told = [_row(row, places) for row in answer.iter_rows(named=True)]
    texts = pl.DataFrame([pl.Series(c["key"], [_text(row[c["key"]]) for row in told], dtype=pl.String) for c in COLUMNS])
    with tempfile.TemporaryDirectory(prefix="taizhang-lookup-") as folder:
        path = Path(folder) / "answer.xlsx"
        book = BookStream(path, "名单查找结果", [StreamColumn(c["title"], False, 16) for c in COLUMNS], _head(lookup))
        book.write(texts)
        book.close()
        return download(path.read_bytes(), f"名单查找-{lookup.pk}.xlsx")


def _head(lookup: Lookup) -> Head:
    """Title, what was looked for and when, headings."""
    rest = [""] * (len(COLUMNS) - 1)
    at = f"{timezone.localtime(lookup.at):%Y-%m-%d %H:%M}"
    stamp = f"名单:{lookup.file_name}  期次:{lookup.period.title}  查找时间:{at}  只在本人管辖范围内查找"
    headings = tuple(column["title"] for column in COLUMNS)
    return Head(((TITLE, ("名单查找结果", *rest)), (STAMP, (stamp, *rest)), (HEADED, headings)))


def _seen(request: HttpRequest, pk: int) -> Lookup:
    """A list of one's office or of one below.

    Raises   NotFound
    """
    return access.fetch(Lookup.objects.visible_to(request.user).select_related("period", "by"), pk=pk)


def _row(row: dict[str, Any], places: dict[str, str]) -> dict[str, Any]:
    found = row["household_id"] is not None
    return {
        "url": reverse("household_show", args=[row["household_id"]]) if found else None,
        "at": row["row"],
        "name": row["name"],
        "number": row["number"],
        "outcome": {"label": OUTCOMES[row["outcome"]], "colour": COLOURS[row["outcome"]]},
        "head": (row["head"] or "本期没有档案") if found else None,
        "person": row["person_name"],
        "relation": code_list("relation").by_key(row["relation"]).zh if row["relation"] else None,
        "place": places.get(row["area"], row["area"]) if row["area"] else None,
        "household_no": row["household_no"],
    }


def _text(value: Any) -> str | None:
    return value["label"] if isinstance(value, dict) else None if value is None else str(value)


def _progress(request: HttpRequest, lookup: Lookup) -> dict[str, Any]:
    told = progress_of(lookup)
    return {
        "crumbs": [("户档案", reverse("households")), ("名单查找", reverse("lookups")), (lookup.file_name, None)],
        "title": lookup.file_name,
        "state": lookup.state,
        "message": lookup.message,
        "done": told.done if told else 0,
        "total": told.total if told else 0,
        "poll_url": reverse("lookup_progress", args=[lookup.pk]),
        "cancel_url": reverse("lookup_cancel", args=[lookup.pk]),
        "again_url": reverse("lookups"),
    }


def _page(request: HttpRequest, errors: list[str] | None = None, status: int = 200) -> HttpResponse:
    mine = Lookup.objects.filter(by=request.user).select_related("period").order_by("-pk")[:LATELY]
    context = {
        "crumbs": [("户档案", reverse("households")), ("名单查找", None)],
        "errors": errors or [],
        "pasted": request.POST.get("pasted", ""),
        "most": MOST_LINES,
        "most_megabytes": settings.UPLOAD_BYTES // MEGABYTE,
        "columns": LATE_COLUMNS,
        "rows": [_late(lookup) for lookup in mine],
        "idempotency_key": uuid4().hex,
        "action_url": reverse("lookups"),
    }
    return page(request, "lookups/list.html", context, status=status)


def _late(lookup: Lookup) -> dict[str, Any]:
    label, colour = STATES[lookup.state]
    outcomes = lookup.counts.get("outcomes", {})
    return {
        "url": reverse("lookup_show", args=[lookup.pk]),
        "name": lookup.file_name,
        "period": lookup.period.title,
        "lines": lookup.counts.get("lines"),
        "found": sum(outcomes.get(key, 0) for key in (FOUND, BY_NAME, OTHER_NAME)) if outcomes else None,
        "state": {"label": label, "colour": colour},
        "at": lookup.at,
    }
