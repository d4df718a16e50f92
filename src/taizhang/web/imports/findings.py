"""What is wrong with a sheet (查看问题), and the user's own workbook back with it."""

from typing import Any
from urllib.parse import quote

import polars as pl
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.intake.models import Batch
from taizhang.intake.queue import Busy, start
from taizhang.intake.tasks import annotate_batch, annotated_of, findings_of
from taizhang.web.errors import refused
from taizhang.web.imports.showing import address, batch_of, header, links, page_asked, pager
from taizhang.web.jinja import page

PAGE = 100
MOST_CHIPS = 8
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TO_MEND = "BEW"
SEVERITIES = {"BE": "必须改正", "W": "需要核实", "I": "提示"}
COLUMNS = (
    {"key": "row", "title": "行", "kind": "number"},
    {"key": "column", "title": "列", "lead": True},
    {"key": "typed", "title": "表中内容", "kind": "mono"},
    {"key": "message", "title": "问题与改法", "kind": "wrap"},
    {"key": "severity", "title": "程度", "kind": "severity"},
)


def import_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """The findings by row and heading, one severity or one heading at a time if asked; hints only where they are asked for."""
    batch = batch_of(request, pk)
    if batch.running or batch.state not in (Batch.CHECKED, Batch.ACCEPTED):
        return HttpResponseRedirect(reverse("import_show", args=[pk]))
    found = findings_of(batch)
    severity, column = request.GET.get("severity", ""), request.GET.get("column")
    wanted = found.filter(pl.col("severity").is_in(list(severity if severity in SEVERITIES else TO_MEND)))
    if column is not None:
        wanted = wanted.filter(pl.col("column") == column)
    url, at = reverse("import_findings", args=[pk]), page_asked(request)
    rows = wanted.slice((at - 1) * PAGE, PAGE)
    kept = {"severity": severity} | ({"column": column} if column is not None else {})
    several = len(batch.tables) > 1
    context = {
        "batch": header(batch),
        "groups": _groups(found, url, severity, column),
        "columns": ([{"key": "sheet", "title": "工作表"}] if several else []) + list(COLUMNS),
        "rows": [_row(each) for each in rows.iter_rows(named=True)],
        "pager": pager(url, kept, at, PAGE, wanted.height),
        "links": links(batch) | {"matching": links(batch)["matching"] if batch.state == Batch.CHECKED else None},
        "left_sheets": batch.counts.get("left_sheets", []),
        "ready": annotated_of_is_made(batch),
    }
    return page(request, "imports/findings.html", context)


def import_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The user's own workbook with the findings in it; made in the background when it is asked for first."""
    batch = batch_of(request, pk)
    if batch.state not in (Batch.CHECKED, Batch.ACCEPTED):
        return refused(request, 409, says="这一批还没有核对，没有带批注的原表。")
    content = annotated_of(batch)
    if content is None:
        try:
            start(annotate_batch, batch)
        except Busy:
            return HttpResponseRedirect(reverse("import_show", args=[pk]))
        content = annotated_of(batch)
    if content is None:
        return HttpResponseRedirect(reverse("import_show", args=[pk]))
    return download(content, f"{batch.file_name.rpartition('.')[0] or batch.file_name}-批注.xlsx")


def download(content: bytes, file_name: str, kind: str = WORKBOOK) -> HttpResponse:
    """A file to be saved under a name that may be Chinese, and kept by nobody on the way."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename=\"file.xlsx\"; filename*=UTF-8''{quote(file_name)}"
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def annotated_of_is_made(batch: Batch) -> bool:
    """Whether the workbook with comments lies ready."""
    return "annotated" in batch.counts


def _row(finding: dict[str, Any]) -> dict[str, Any]:
    return {**finding, "row": finding["row"] or None, "column": finding["column"] or "（整行）"}


def _groups(found: pl.DataFrame, url: str, severity: str, column: str | None) -> list[dict[str, Any]]:
    """Chips: what wants doing, by severity, by the headings with the most of it."""
    to_mend = found.filter(pl.col("severity").is_in(list(TO_MEND)))
    chips = [{"title": "全部问题", "url": url, "count": to_mend.height, "here": not severity and column is None}]
    for key, title in SEVERITIES.items():
        count = found.filter(pl.col("severity").is_in(list(key))).height
        if count:
            chips.append({"title": title, "url": address(url, {"severity": key}), "count": count, "here": severity == key})
    most = to_mend["column"].value_counts(sort=True).head(MOST_CHIPS)
    for name, count in most.iter_rows():
        chips.append({"title": name or "（整行）", "url": f"{url}?column={quote(name)}", "count": count, "here": column == name})
    return chips
