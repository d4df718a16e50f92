"""Workbooks given out (导出): the list with its form, ordering one, fetching it; blank templates."""

import json
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.access import NotPermitted
from taizhang.accounts.permissions import Permission
from taizhang.accounts.unmask import ReasonMissing
from taizhang.households.asking.conditions import as_json, read
from taizhang.households.asking.saying import says
from taizhang.households.models import Period
from taizhang.households.query import BadQuery
from taizhang.intake import files, progress
from taizhang.intake.exporting import READY, RUNNING, order_export, progress_key
from taizhang.intake.grains.household_list import KEY as LIST
from taizhang.intake.grains.household_list import TITLE as LIST_TITLE
from taizhang.intake.grains.household_list import list_ledger
from taizhang.intake.models import Export
from taizhang.intake.queue import enqueue
from taizhang.intake.tasks import make_export
from taizhang.journal.moments import NoSuchMoment, moment_of
from taizhang.journal.posting import Cause
from taizhang.ledgers import LEDGERS
from taizhang.ledgers.template import template_of
from taizhang.policy.code_lists import code_list
from taizhang.web.errors import refused
from taizhang.web.households.asking import where_of
from taizhang.web.households.columns import columns_shown
from taizhang.web.households.periods import choices, current_period
from taizhang.web.imports.findings import download
from taizhang.web.imports.showing import address, area_choices, keyset_pager, place_names
from taizhang.web.jinja import page
from taizhang.web.past import AS_OF

PAGE = 30
QUERY = {
    "text": "查找",
    "status": "脱贫状态",
    "hh_attr": "贫困户属性",
    "id_standard": "识别标准",
    "main_cause": "主要致贫原因",
    "income_from": "人均纯收入不低于",
    "income_to": "人均纯收入不高于",
    "gaps": "必填项",
    "where": "条件",
    "chosen": "所选",
    "order": "排序",
}
TITLES = {key: each.title for key, each in LEDGERS.items()} | {LIST: LIST_TITLE}
GAPS = {"yes": True, "no": False}
CODES = {"status": "status", "hh_attr": "hh_attr", "id_standard": "id_standard", "main_cause": "cause"}
STATES = {
    "running": ("正在生成", "blue"),
    "ready": ("可下载", "green"),
    "failed": ("未能生成", "red"),
    "cancelled": ("已取消", "secondary"),
}
COLUMNS = (
    {"key": "name", "title": "文件", "kind": "link", "lead": True},
    {"key": "ledger", "title": "台账"},
    {"key": "period", "title": "期次"},
    {"key": "area", "title": "区划"},
    {"key": "query", "title": "查询条件"},
    {"key": "rows", "title": "行数", "kind": "number"},
    {"key": "numbers", "title": "号码"},
    {"key": "state", "title": "状态", "kind": "status"},
    {"key": "who", "title": "导出人"},
    {"key": "at", "title": "导出时间", "kind": "moment"},
)


def exports(request: HttpRequest) -> HttpResponse:
    """What was given out of one's area, and the form for one more."""
    return _page(request, _typed(request.GET, "ledger", "area"))


def export_new(request: HttpRequest) -> HttpResponse:
    """Order a workbook; it is made in the background."""
    typed = _typed(request.POST, "ledger", "period", "area", "full", "reason")
    period = Period.objects.filter(key=typed["period"]).first()
    errors = [] if typed["ledger"] in TITLES else ["请选择台账"]
    errors += ["户列表导出一律遮盖号码;要完整号码请选择台账"] if typed["ledger"] == LIST and typed["full"] == "yes" else []
    errors += [] if period else ["请选择期次"]
    errors += [] if typed["area"] else ["请选择区划"]
    if errors or period is None:
        return _page(request, typed, errors, 422)
    try:
        query = _query(typed)
        if typed["ledger"] == LIST:
            query |= {"columns": [column.key for column in columns_shown(request)]}
        order = order_export(
            by=request.user,
            at=timezone.now(),
            cause=Cause("export.order", typed["reason"]),
            ledger=list_ledger(query) if typed["ledger"] == LIST else LEDGERS[typed["ledger"]],
            period=period,
            area=typed["area"],
            query=query,
            unmasked=typed["full"] == "yes",
            reason=typed["reason"],
            as_of=moment_of(typed[AS_OF]) if typed[AS_OF] else None,
        )
    except (ReasonMissing, BadQuery, NoSuchMoment) as wrong:
        return _page(request, typed, [str(wrong)], 422)
    except NotPermitted as wrong:
        return _page(request, typed, [str(wrong)], 403)
    enqueue(make_export, export_id=order.pk)
    return HttpResponseRedirect(reverse("exports"))


def export_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A workbook that was made. One with full numbers is given to nobody but who wrote down what for."""
    export = access.fetch(Export.objects.visible_to(request.user, Permission.EXPORT_RUN), pk=pk)
    if export.unmasked and not _may_fetch(request, export):
        return refused(request, 403, says="含完整号码的文件只给写明用途的导出人本人。")
    if export.state != READY:
        return refused(request, 409, says=export.message or "文件还没有生成好，请稍候。")
    return download(files.original(export.sha256), export.file_name)


def export_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a workbook that is being made; only who ordered it may."""
    export = access.fetch(Export.objects.visible_to(request.user, Permission.EXPORT_RUN), pk=pk)
    if export.by_id != request.user.pk:
        return refused(request, 409, says="只有导出人本人可以取消。")
    if export.state == RUNNING:
        progress.cancel(progress_key(export))
    return HttpResponseRedirect(reverse("exports"), status=303)


def template_download(request: HttpRequest, key: str) -> HttpResponse:
    """The blank template of a ledger (空白模板)."""
    if key not in LEDGERS:
        raise access.NotFound
    return download(template_of(LEDGERS[key]), f"{LEDGERS[key].title}-模板.xlsx")


def _typed(told: QueryDict, *names: str) -> dict[str, str]:
    """What was typed; the chosen households, told one by one or together, with commas between them."""
    typed = {name: told.get(name, "").strip() for name in (*names, *QUERY, AS_OF)}
    return typed | {"chosen": ",".join(told.getlist("chosen"))}


def _query(typed: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {name: typed[name] for name in QUERY if typed[name]}
    if "chosen" in told:
        told["chosen"] = told["chosen"].split(",")
    if (where := where_of(typed)) is not None:
        told["where"] = as_json(where)
    return told | ({"gaps": GAPS[told["gaps"]]} if told.get("gaps") in GAPS else {})


def _may_fetch(request: HttpRequest, export: Export) -> bool:
    return export.by_id == request.user.pk and access.may(request.user, Permission.UNMASK, export.area)


def _page(request: HttpRequest, typed: dict[str, str], errors: list[str] | None = None, status: int = 200) -> HttpResponse:
    before = request.GET.get("before", "")
    found = Export.objects.visible_to(request.user, Permission.EXPORT_RUN).select_related("by__person", "period").order_by("-pk")
    if before.isdecimal():
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    names = place_names(export.area for export in rows)
    areas = area_choices(request.user, Permission.EXPORT_RUN)
    period = current_period(request)
    known = {code for code, _ in areas}
    area = typed.get("area") or (request.user.area if request.user.area in known else next(iter(sorted(known)), ""))
    url = reverse("exports")
    older = address(url, {"before": rows[PAGE - 1].pk}) if len(rows) > PAGE else None
    newest = url if before else None
    context = {
        "form": {
            "ledgers": list(TITLES.items()),
            "periods": _periods(request, period, typed),
            "ledger": typed.get("ledger") or next(iter(LEDGERS)),
            "period": typed.get("period") or (period.key if period else ""),
            "areas": areas,
            "area": area,
            "full": typed.get("full") == "yes",
            "reason": typed.get("reason", ""),
            "area_name": place_names([area]).get(area, area),
            "query_says": _asked({name: typed[name] for name in QUERY if typed.get(name)}, typed.get(AS_OF, "")) or None,
        },
        "errors": errors or [],
        "needs_reason": typed.get("full") == "yes",
        "hidden": {name: typed[name] for name in (*QUERY, AS_OF) if typed.get(name)},
        "columns": COLUMNS,
        "rows": [_row(request, export, names) for export in rows[:PAGE]],
        "pager": keyset_pager(len(rows[:PAGE]), newest, older),
        "waiting": any(export.state == RUNNING for export in rows[:PAGE]),
        "going": [_going(export) for export in rows[:PAGE] if export.state == RUNNING and export.by_id == request.user.pk],
        "idempotency_key": uuid4().hex,
        "action_url": reverse("export_new"),
        "list_url": url,
    }
    return page(request, "exports/list.html", context, status=status)


def _periods(request: HttpRequest, period: Period | None, typed: dict[str, str]) -> list[tuple[str, str]]:
    """The periods to choose from; households that were picked stand in the period of the list they were picked from."""
    wanted = typed.get("period") or (period.key if period else "")
    return [(key, title) for key, title in choices(request) if not typed.get("chosen") or key == wanted]


def _going(export: Export) -> dict[str, Any]:
    """How far a workbook is that is being made."""
    meter = progress.progress_of(progress_key(export))
    return {
        "id": export.pk,
        "title": TITLES.get(export.ledger, export.ledger),
        "done": meter.done if meter else 0,
        "total": meter.total if meter else None,
        "cancel_url": reverse("export_cancel", args=[export.pk]),
    }


def _row(request: HttpRequest, export: Export, names: dict[str, str]) -> dict[str, Any]:
    label, colour = STATES.get(export.state, (export.state, "secondary"))
    fetches = export.state == READY and (not export.unmasked or _may_fetch(request, export))
    return {
        "url": reverse("export_download", args=[export.pk]) if fetches else None,
        "name": export.file_name or ("（生成中）" if export.state == RUNNING else export.message),
        "ledger": TITLES.get(export.ledger, export.ledger),
        "period": export.period.title,
        "area": names.get(export.area, export.area),
        "query": _asked(export.query, export.as_of) or "全部",
        "rows": export.rows if export.state == READY else None,
        "numbers": f"完整：{export.reason}" if export.unmasked else "遮盖",
        "state": {"label": label, "colour": colour},
        "who": export.by.person.name,
        "at": export.at,
    }


def _asked(query: dict[str, Any], as_of: str) -> str:
    return "；".join(words for words in (f"截至：{as_of}" if as_of else "", says_of(query)) if words)


def says_of(query: dict[str, Any]) -> str:
    """A query in words."""
    return "；".join(f"{QUERY[name]}：{_value(name, value)}" for name, value in query.items() if name in QUERY and name != "order")


def _where(value: Any) -> str:
    """Own conditions in words; one whose field has gone since says so."""
    try:
        return says(read(json.loads(value) if isinstance(value, str) else value))
    except (BadQuery, ValueError):
        return "已不能使用的条件"


def _value(name: str, value: Any) -> str:
    if name in CODES:
        return {code.key: code.zh for code in code_list(CODES[name]).codes}.get(str(value), str(value))
    if name == "where":
        return _where(value)
    if name == "gaps":
        return "有缺漏" if value in (True, "yes") else "齐全"
    if name == "chosen":
        return f"{len(value.split(',') if isinstance(value, str) else value)}户"
    return str(value)
