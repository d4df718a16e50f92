"""What would be written (确认写入): compared side by side, chosen, accepted. Nothing is written before the form is sent."""

from typing import Any
from uuid import uuid4

import polars as pl
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.intake import files
from taizhang.intake.grains import grain_of_batch
from taizhang.intake.models import Batch
from taizhang.intake.queue import Busy, start
from taizhang.intake.tasks import accept_rows
from taizhang.ledgers import ledger
from taizhang.web.errors import refused
from taizhang.web.imports.changes import cards_of, ids_of, lines_named
from taizhang.web.imports.showing import GROUPS, address, batch_of, header, links, page_asked, pager
from taizhang.web.jinja import page

PAGE = 20
CHOICES = "choices"
KINDS = {"all": {"new", "change"}, "new": {"new"}, "change": {"change"}, "these": {"new", "change"}}


def import_proposals(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposals of one kind, old and new side by side."""
    batch = batch_of(request, pk)
    if batch.running or batch.state != Batch.CHECKED:
        return HttpResponseRedirect(reverse("import_show", args=[pk]))
    return _page(request, batch, request.GET.get("group", ""), page_asked(request), batch.message or None)


def import_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the choices of this page, or write what was accepted."""
    batch = batch_of(request, pk)
    group, at = request.POST.get("group", ""), int(request.POST.get("page") or 1) if request.POST.get("page", "1").isdecimal() else 1
    if batch.state != Batch.CHECKED or batch.running:
        return refused(request, 409, says="这一批还没有核对完，或者已经办结。")
    access.require(request.user, Permission.IMPORT_ACCEPT, area=batch.area)
    asked = request.POST.get("accept", "")
    chosen = _kept(batch) | _posted(request)
    _keep(batch, chosen)
    if asked == "keep":
        return HttpResponseRedirect(address(reverse("import_proposals", args=[pk]), {"group": group, "page": at + 1}))
    if asked not in KINDS:
        return refused(request, 422, findings=["请选择要写入哪些"])
    taken = {line for line, yes in chosen.items() if yes}
    if asked == "these" and not taken:
        return _page(request, batch, group, at, "没有选为“接受”的条目：请先逐条选择，再写入。", 422)
    left = {line for line, yes in chosen.items() if not yes}
    only = taken if asked == "these" else ids_of(batch, KINDS[asked]) - left if left else None
    lines = None if only is None else sorted([sheet, row] for sheet, row in lines_named(batch, only))
    try:
        start(accept_rows, batch, by_id=request.user.pk, kinds=sorted(KINDS[asked]), chosen=lines)
    except Busy as busy:
        return _page(request, batch, group, at, str(busy), 409)
    return HttpResponseRedirect(reverse("import_show", args=[pk]))


def _posted(request: HttpRequest) -> dict[int, bool]:
    """Line → accepted or not, of the choices on the page that was sent."""
    found = {}
    for name, value in request.POST.items():
        number = name.removeprefix("choice_")
        if name.startswith("choice_") and number.isdecimal() and value in ("accept", "leave"):
            found[int(number)] = value == "accept"
    return found


def _kept(batch: Batch) -> dict[int, bool]:
    if not files.has_frame(batch.pk, CHOICES):
        return {}
    return dict(files.get_frame(batch.pk, CHOICES).iter_rows())


def _keep(batch: Batch, chosen: dict[int, bool]) -> None:
    frame = pl.DataFrame({"line": list(chosen), "accept": list(chosen.values())}, schema={"line": pl.Int64, "accept": pl.Boolean})
    files.put_frame(batch.pk, CHOICES, frame)


def _chip(url: str, key: str, title: str, count: int, here: bool) -> dict[str, Any]:
    return {"title": title, "url": address(url, {"group": key}), "count": count, "here": here}


def _page(request: HttpRequest, batch: Batch, group: str, at: int, says: str | None, status: int = 200) -> HttpResponse:
    counts = {key: batch.counts["proposals"].get(key, 0) for key in GROUPS}
    group = group if group in GROUPS else next((key for key in ("new", "change", "conflict", "blocked", "same") if counts[key]), "new")
    url = reverse("import_proposals", args=[batch.pk])
    cards, total = cards_of(batch, ledger(batch.ledger), group, (at - 1) * PAGE, PAGE)
    kept = {True: "accept", False: "leave", None: ""}
    chosen = _kept(batch)
    context = {
        "batch": header(batch),
        "about": grain_of_batch(batch).says.get(group),
        "counts": counts,
        "groups": [_chip(url, key, title, counts[key], key == group) for key, title in GROUPS.items()],
        "group": group,
        "page": at,
        "proposals": [card | {"choice": kept[chosen.get(card["id"])]} for card in cards],
        "pager": pager(url, {"group": group}, at, PAGE, total),
        "several": len(batch.tables) > 1,
        "torn": batch.counts.get("torn", 0),
        "chosen": sum(chosen.values()),
        "accept_url": reverse("import_accept", args=[batch.pk]) if access.may(request.user, Permission.IMPORT_ACCEPT, batch.area) else None,
        "idempotency_key": uuid4().hex,
        "version": None,
        "links": links(batch),
        "refused": says,
    }
    return page(request, "imports/proposals.html", context, status=status)
