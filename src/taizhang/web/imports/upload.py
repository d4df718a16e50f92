"""Choosing a ledger, a period, an area and a file (上传)."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.services.refusals import PeriodFrozen
from taizhang.intake.models import Batch
from taizhang.intake.queue import Busy, start
from taizhang.intake.staging import receive_file
from taizhang.intake.tasks import stage_batch
from taizhang.ledgers import LEDGERS
from taizhang.web.imports.showing import area_choices
from taizhang.web.jinja import page

MEGABYTE = 1024 * 1024


def import_upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and begin to read it. The same form sent twice leads to the same batch."""
    if request.method != "POST":
        return _page(request)
    typed = {name: request.POST.get(name, "") for name in ("ledger", "period", "area")}
    file = request.FILES.get("file")
    period = Period.objects.filter(key=typed["period"]).first()
    errors = _errors(typed, period, file)
    if errors or file is None or period is None:
        return _page(request, errors, 422)
    try:
        batch = receive_file(
            by=request.user,
            at=timezone.now(),
            ledger=LEDGERS[typed["ledger"]],
            period=period,
            area=typed["area"],
            file_name=file.name or "未命名",
            content=file.read(),
            idempotency_key=request.POST.get("idempotency_key", "")[:64] or None,
        )
    except PeriodFrozen as frozen:
        return _page(request, [str(frozen)], 409)
    _begin(batch)
    return HttpResponseRedirect(reverse("import_show", args=[batch.pk]))


def _begin(batch: Batch) -> None:
    if batch.state != Batch.RECEIVED:
        return
    with suppress(Busy):  # the button was pressed twice: the first press began it
        start(stage_batch, batch)


def _errors(typed: dict[str, str], period: Period | None, file: Any) -> list[str]:
    found = []
    if typed["ledger"] not in LEDGERS:
        found.append("请选择这是哪张表")
    if period is None:
        found.append("请选择期次")
    if not typed["area"]:
        found.append("请选择区划")
    if file is None:
        found.append("请选择文件")
    elif file.size > settings.UPLOAD_BYTES:
        found.append(f"文件有 {file.size // MEGABYTE} MB，超过上限 {settings.UPLOAD_BYTES // MEGABYTE} MB，请拆成几个文件分别导入")
    elif not file.size:
        found.append("这个文件是空的，请另选文件")
    return found


def _page(request: HttpRequest, errors: list[str] | None = None, status: int = 200) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    chosen = asked.get("ledger") or next(iter(LEDGERS))
    open_periods = list(Period.objects.filter(state=Period.OPEN).order_by("-reference_on", "-key"))
    areas = area_choices(request.user, Permission.IMPORT_RUN)
    own = request.user.area if any(code == request.user.area for code, _ in areas) else (areas[0][0] if len(areas) == 1 else "")
    context = {
        "ledgers": [
            {
                "key": ledger.key,
                "title": ledger.title,
                "grain": ledger.grain,
                "template_url": reverse("template_download", args=[ledger.key]),
                "help_url": None,
                "chosen": ledger.key == chosen,
            }
            for ledger in LEDGERS.values()
        ],
        "periods": [(period.key, period.title) for period in open_periods],
        "period": asked.get("period") or (open_periods[0].key if open_periods else ""),
        "areas": areas,
        "area": asked.get("area") or own,
        "most_megabytes": settings.UPLOAD_BYTES // MEGABYTE,
        "errors": errors or [],
        "idempotency_key": request.POST.get("idempotency_key") or uuid4().hex,
        "cancel_url": reverse("imports"),
    }
    return page(request, "imports/upload.html", context, status=status)
