"""What the pages of imports share: a batch fetched through the scope, its words and its links."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.intake.models import Batch
from taizhang.ledgers import LEDGERS
from taizhang.places.models import Place
from taizhang.places.tree import names_of, paths_of

MOST_PLACES = 3000
COLOURS = {
    Batch.RECEIVED: "secondary",
    Batch.READ: "azure",
    Batch.CHECKED: "orange",
    Batch.ACCEPTED: "green",
    Batch.FAILED: "red",
    Batch.CANCELLED: "secondary",
}
RUNNING = {"stage": "正在读取和核对", "accept": "正在写入", "annotate": "正在生成带批注的原表"}
GROUPS = {"new": "新增", "change": "更正", "same": "相同", "conflict": "冲突", "blocked": "待改正"}
Context = dict[str, Any]


def batch_of(request: HttpRequest, pk: int) -> Batch:
    """A batch inside the scope.

    Raises   NotFound
    """
    seen = Batch.objects.visible_to(request.user, Permission.IMPORT_RUN).select_related("by__person", "period")
    return access.fetch(seen, pk=pk)


def header(batch: Batch) -> Context:
    """The batch as every template of imports names it."""
    rows, wrong = batch.counts.get("rows", 0), batch.counts.get("wrong", 0)
    title = LEDGERS[batch.ledger].title if batch.ledger in LEDGERS else batch.ledger
    return {"title": batch.file_name, "ledger_title": title, "rows": rows, "wrong": wrong, "clean": rows - wrong}


def links(batch: Batch) -> dict[str, str | None]:
    """Where one can go from a batch; None where that makes no sense now."""
    checked = batch.state == Batch.CHECKED and not batch.running
    told = batch.state in (Batch.CHECKED, Batch.ACCEPTED) and not batch.running
    return {
        "list": reverse("imports"),
        "upload": reverse("import_upload"),
        "show": reverse("import_show", args=[batch.pk]),
        "matching": reverse("import_matching", args=[batch.pk]) if batch.tables and may_match(batch) else None,
        "findings": reverse("import_findings", args=[batch.pk]) if told else None,
        "workbook": reverse("import_workbook", args=[batch.pk]) if told and batch.counts.get("findings") else None,
        "proposals": reverse("import_proposals", args=[batch.pk]) if checked else None,
        "again": reverse("import_again", args=[batch.pk]) if may_run_again(batch) else None,
        "next": None,
    }


def may_match(batch: Batch) -> bool:
    """Whether the headings may still be matched otherwise."""
    return batch.state in (Batch.READ, Batch.CHECKED) and not batch.running


def may_run_again(batch: Batch) -> bool:
    """Whether reading and checking may be run once more: nothing was written yet."""
    return batch.state != Batch.ACCEPTED and not batch.running


def state_of(batch: Batch) -> dict[str, str]:
    """The state as ui.status wants it."""
    if batch.running:
        return {"label": RUNNING.get(batch.running, batch.running), "colour": "blue"}
    return {"label": batch.get_state_display(), "colour": COLOURS[batch.state]}


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of areas as they stand today, the code where the list does not hold it.

    Cost     1 query for 5,000 codes
    """
    wanted = {code for code in codes if code and code != access.NATION}
    return {code: code for code in wanted} | names_of(wanted, timezone.localdate()) | {access.NATION: "全国"}


def village_paths(codes: Iterable[str]) -> dict[str, str]:
    """Township and village of area codes, for a narrow place.

    Cost     1 query for 5,000 ancestors
    """
    paths = paths_of({code for code in codes if code}, timezone.localdate())
    return {code: "".join(path[3:5]) or code for code, path in paths.items()}


def area_choices(user: User, permission: Permission) -> list[tuple[str, str]]:
    """The areas from county to village over which a user has a permission, the higher first where they share digits.

    Cost     2 queries
    """
    scope = access.scope_of(user, permission)
    ranges = [*scope.ranges, *scope.own]
    inside = Place.objects.in_force(timezone.localdate()).within(ranges).exclude(level="group")
    return [(code, f"{name} {code}") for code, name in inside.order_by("code").values_list("code", "name")[:MOST_PLACES]]


def pager(url: str, kept: dict[str, Any], page: int, size: int, total: int) -> Context | None:
    """A numbered pager for ui.pager_bar; None where one page holds all."""
    last = max(1, -(-total // size))
    if last == 1:
        return None
    shown = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    pages: list[Context] = []
    for number in shown:
        if pages and number - int(pages[-1]["title"]) > 1:
            pages.append({"title": str(number - 1), "url": None, "here": False})
        pages.append({"title": str(number), "url": address(url, kept | {"page": number}), "here": number == page})
    return {
        "first": (page - 1) * size + 1,
        "last": min(page * size, total),
        "total": total,
        "pages": [{**each, "title": "…"} if each["url"] is None else each for each in pages],
        "previous_url": address(url, kept | {"page": page - 1}) if page > 1 else None,
        "next_url": address(url, kept | {"page": page + 1}) if page < last else None,
    }


def keyset_pager(count: int, newest: str | None, older: str | None) -> Context | None:
    """A pager for a list by keys: back to the newest, on to the older ones; None where one page holds all."""
    if not newest and not older:
        return None
    return {"first": 1, "last": count, "total": None, "pages": [], "previous_url": newest, "next_url": older}


def address(url: str, query: dict[str, Any]) -> str:
    """An address with what is not blank of a query."""
    told = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{url}?{urlencode(told)}" if told else url


def page_asked(request: HttpRequest) -> int:
    """The page of a list that is asked for, 1 for nonsense."""
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < int(asked) < 10**6 else 1
