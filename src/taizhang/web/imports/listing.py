"""Batches: the list, where a batch is now, its progress, cancelling it, running it again."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from taizhang.accounts.permissions import Permission
from taizhang.intake.models import Batch
from taizhang.intake.progress import progress_of
from taizhang.intake.queue import Busy, start
from taizhang.intake.staging import NotCancellable, cancel_batch
from taizhang.intake.tasks import stage_batch
from taizhang.ledgers import LEDGERS
from taizhang.web.errors import refused
from taizhang.web.imports.showing import RUNNING, address, batch_of, header, keyset_pager, links, may_run_again, place_names, state_of
from taizhang.web.jinja import page

PAGE = 50
COLUMNS = (
    {"key": "name", "title": "文件", "kind": "link", "lead": True},
    {"key": "ledger", "title": "台账"},
    {"key": "period", "title": "期次"},
    {"key": "area", "title": "区划"},
    {"key": "state", "title": "状态", "kind": "status"},
    {"key": "rows", "title": "行数", "kind": "number"},
    {"key": "says", "title": "结果"},
    {"key": "who", "title": "上传人"},
    {"key": "at", "title": "上传时间", "kind": "moment"},
)
STEPS = {"stage": 2, "accept": 3, "annotate": 2}


def imports(request: HttpRequest) -> HttpResponse:
    """The batches of one's area (导入记录)."""
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    found = Batch.objects.visible_to(request.user, Permission.IMPORT_RUN).select_related("by__person", "period").order_by("-pk")
    if state in dict(Batch.STATES):
        found = found.filter(state=state)
    if before.isdecimal():
        found = found.filter(pk__lt=int(before))
    batches = list(found[: PAGE + 1])
    names = place_names(batch.area for batch in batches)
    url = reverse("imports")
    older = address(url, {"state": state, "before": batches[PAGE - 1].pk}) if len(batches) > PAGE else None
    shown = batches[:PAGE]
    fields = [{"name": "state", "label": "状态", "kind": "select", "value": state, "choices": list(Batch.STATES)}]
    context = {
        "columns": COLUMNS,
        "rows": [_row(batch, names) for batch in shown],
        "pager": keyset_pager(len(shown), url if before else None, older),
        "links": {"upload": reverse("import_upload")},
        "query_url": url,
        "reset_url": url,
        "fields": fields,
        "hidden": {},
    }
    return page(request, "imports/list.html", context)


def import_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a batch is now: the page of its state."""
    batch = batch_of(request, pk)
    if batch.running:
        return page(request, "imports/progress.html", _progress(batch))
    if batch.state == Batch.READ:
        return HttpResponseRedirect(reverse("import_matching", args=[pk]))
    if batch.state == Batch.CHECKED:
        told = batch.counts.get("wrong") and not batch.message
        return HttpResponseRedirect(reverse("import_findings" if told else "import_proposals", args=[pk]))
    return page(request, "imports/result.html", _result(batch))


def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the progress page that asks again every second, until the step is over."""
    batch = batch_of(request, pk)
    if not batch.running:
        return HttpResponseClientRedirect(reverse("import_show", args=[pk]))
    return page(request, "imports/progress.html", _progress(batch))


def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a batch (取消导入)."""
    batch = batch_of(request, pk)
    try:
        cancel_batch(by=request.user, batch=batch)
    except NotCancellable as done:
        return refused(request, 409, says=str(done))
    return HttpResponseRedirect(reverse("import_show", args=[pk]))


def import_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and check a file once more (重新核对): after a failure, or because the register has changed since."""
    batch = batch_of(request, pk)
    if not may_run_again(batch):
        return refused(request, 409, says="这一批正在处理或已经写入，不能重新核对。")
    try:
        start(stage_batch, batch, chosen=_chosen(batch))
    except Busy as busy:
        return refused(request, 409, says=str(busy))
    return HttpResponseRedirect(reverse("import_show", args=[pk]))


def _chosen(batch: Batch) -> dict[str, dict[str, str]] | None:
    """The matching as it was, so that nobody is asked twice; None where it was never settled."""
    if batch.state != Batch.CHECKED:
        return None
    return {table["sheet"]: {str(pick["index"]): name for name, pick in table["columns"].items()} for table in batch.tables}


def _row(batch: Batch, names: dict[str, str]) -> dict[str, Any]:
    return {
        "url": reverse("import_show", args=[batch.pk]),
        "name": batch.file_name,
        "ledger": LEDGERS[batch.ledger].title if batch.ledger in LEDGERS else batch.ledger,
        "period": batch.period.title,
        "area": names.get(batch.area, batch.area),
        "state": state_of(batch),
        "rows": batch.counts.get("rows"),
        "says": _says(batch),
        "who": batch.by.person.name,
        "at": batch.at,
    }


def _says(batch: Batch) -> str:
    """One line on how it went."""
    written, wanted = batch.counts.get("written"), batch.counts.get("proposals")
    if batch.state == Batch.ACCEPTED and written:
        return f"新增 {written['new']} · 更正 {written['change']}"
    if batch.state == Batch.CHECKED and wanted:
        return f"新增 {wanted['new']} · 更正 {wanted['change']} · 有问题 {batch.counts.get('wrong', 0)}"
    return batch.message


def _progress(batch: Batch) -> dict[str, Any]:
    told = progress_of(batch.pk)
    counted = told is not None and told.step != "读取"
    job = {
        "title": f"正在{told.step}" if told else RUNNING.get(batch.running, "正在处理"),
        "done": told.done if counted else 0,
        "total": told.total if counted else None,
        "rate": told.rate if counted else None,
        "left_seconds": told.left if counted and told.left else None,
        "state": "running" if told else "waiting",
    }
    cancels = batch.running != "annotate"
    return {
        "batch": header(batch),
        "at": STEPS.get(batch.running, 2),
        "job": job,
        "poll_url": reverse("import_progress", args=[batch.pk]),
        "cancel_url": reverse("import_cancel", args=[batch.pk]) if cancels else None,
        "links": links(batch),
    }


def _result(batch: Batch) -> dict[str, Any]:
    written, counts = batch.counts.get("written"), batch.counts.get("proposals", {})
    cards = []
    if written:
        cards = [
            {"label": "新增", "value": written["new"], "note": "行"},
            {"label": "更正", "value": written["change"], "note": "行"},
            {"label": "相同，未写入", "value": counts.get("same", 0), "note": "行"},
            {
                "label": "核对后名册已变，未写入",
                "value": batch.counts.get("stale", 0),
                "note": "行",
                "bad": bool(batch.counts.get("stale")),
            },
            {"label": "有问题，未写入", "value": counts.get("conflict", 0) + counts.get("blocked", 0), "note": "行", "bad": True},
        ]
    level = {Batch.ACCEPTED: "success", Batch.FAILED: "danger"}.get(batch.state, "warning")
    said = "已写入名册。" if batch.state == Batch.ACCEPTED else batch.message or "这一批还没有处理完。"
    return {"batch": header(batch), "state": state_of(batch), "level": level, "says": said, "cards": cards, "links": links(batch)}
