"""Entering an area change (区划变更): the mapping, then a look at everything it will do, then the act, which a worker does."""

from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.accounts.access import NotPermitted
from taizhang.accounts.models import Grant, User
from taizhang.accounts.permissions import Permission
from taizhang.households.following import periods_that_follow
from taizhang.households.models import Household
from taizhang.households.services.areas import NotYet
from taizhang.intake import changing_areas
from taizhang.intake.longwork import UnderWay, is_under_way
from taizhang.kernel import areas
from taizhang.kernel.kinds import day
from taizhang.places.changes import Event, Plan, plan_event
from taizhang.places.levels import LEVEL_ZH
from taizhang.places.models import CHANGE_KINDS
from taizhang.places.moves import Move, MoveRefused
from taizhang.places.tree import range_of
from taizhang.web.households.forms import key_of, plain, reason_typed
from taizhang.web.jinja import page
from taizhang.web.places.under_way import asked_before, sent_before, whither, why_not

MOST_LINES, SHOWN_LINES = 60, 200
KINDS = (
    ("merge", "并村：几个村并为一个"),
    ("rename", "改名：代码不变，换名称"),
    ("abolish", "撤并：乡镇等撤销，并入别处"),
    ("transfer", "划转：整体换代码、换上级"),
)


def place_change_new(request: HttpRequest) -> HttpResponse:
    """The form of an event; a second press does what the first one showed."""
    rows = _rows(request)
    if request.method != "POST":
        if is_under_way(changing_areas.name_of(request.user)):
            return HttpResponseRedirect(whither(request.user))
        return _first_form(request, rows)
    if "add_row" in request.POST:
        return _form(request, min(rows + 1, MOST_LINES), {})
    errors: dict[str, str] = {}
    event = _event(request, rows, errors)
    if event is None:
        return _form(request, rows, errors, whole=list(errors.values()), status=422)
    key = key_of(request)
    if request.POST.get("step") == "write" and sent_before(request.user, key):
        return HttpResponseRedirect(whither(request.user))
    try:
        planned = plan_event(event)
        if request.POST.get("step") != "write" or request.POST.get("looked") != _mark(event, planned):
            return _form(request, rows, {}, planned=planned, event=event)
        changing_areas.begin(by=request.user, event=event, reason=reason_typed(request), key=key)
    except (MoveRefused, NotYet, NotPermitted, UnderWay) as refused:
        return _form(request, rows, {}, whole=[str(refused)], status=409)
    return HttpResponseRedirect(whither(request.user))


def _first_form(request: HttpRequest, rows: int) -> HttpResponse:
    """Before anything is typed: empty, with the area that was pressed on a list, or with what was asked the last time and not written."""
    again = asked_before(request.user) if "again" in request.GET and why_not(request.user) else {}
    if again:
        typed = {name: again[name] for name in ("kind", "on", "document", "reason")}
        for at, (old, _, new, name) in enumerate(again["moves"], start=1):
            typed |= {f"old_{at}": old, f"new_{at}": new, f"name_{at}": name}
        return _form(request, max(rows, len(again["moves"])), {}, typed=typed, last=why_not(request.user))
    typed = {"old_1": asked, "kind": request.GET.get("kind", "")} if areas.is_code(asked := request.GET.get("old", "")) else {}
    return _form(request, rows, {}, typed=typed)


def _rows(request: HttpRequest) -> int:
    asked = request.POST.get("rows", "")
    return min(max(int(asked), 1), MOST_LINES) if asked.isdecimal() and len(asked) < 4 else 3


def _event(request: HttpRequest, rows: int, errors: dict[str, str]) -> Event | None:
    """What was typed, None with what is wrong in `errors`."""
    kind, on = request.POST.get("kind", ""), _day(request, errors)
    if kind not in CHANGE_KINDS:
        errors["kind"] = "请选择变更类型"
    if not request.POST.get("reason", "").strip():
        errors["reason"] = "请写明变更原因"
    document = request.POST.get("document", "").strip()[:200]
    if not document:
        errors["document"] = "请写明批准文件"
    moves = []
    for at in range(1, rows + 1):
        old, new, name = (request.POST.get(f"{what}_{at}", "").strip() for what in ("old", "new", "name"))
        if not (old or new or name):
            continue
        if not areas.is_code(old):
            errors[f"old_{at}"] = f"第 {at} 行：原区划代码“{old}”不对，省至村 12 位数字，自然村/组 15 位"
            continue
        moves.append(Move(old, areas.level_of(old).name.lower(), new or old, name[:60]))
    if not moves and not any(name.startswith("old_") for name in errors):
        errors["old_1"] = "请至少写明一个要变更的区划"
    return None if errors or on is None else Event(kind, on, tuple(moves), document)


def _day(request: HttpRequest, errors: dict[str, str]) -> date | None:
    typed = request.POST.get("on", "").strip()
    found, problem = day().read_one(typed)
    if problem or not isinstance(found, date):
        errors["on"] = day().says(problem, typed) if problem else "请填写变更日期"
        return None
    return found


def _form(
    request: HttpRequest,
    rows: int,
    errors: dict[str, str],
    *,
    typed: dict[str, str] | None = None,
    last: str = "",
    whole: list[str] | None = None,
    planned: Plan | None = None,
    event: Event | None = None,
    status: int = 200,
) -> HttpResponse:
    posted: Any = typed or request.POST
    context = {
        "crumbs": [("区划", reverse("places")), ("变更记录", reverse("place_changes")), ("登记区划变更", None)],
        "head": [
            plain("kind", "变更类型", posted, errors, kind="select", choices=list(KINDS), required=True),
            plain("on", "变更日期", posted, errors, kind="day", required=True, help="新区划从这一天起启用"),
            plain("document", "批准文件", posted, errors, required=True, placeholder="例：示民函〔2026〕18号"),
            plain("reason", "变更原因", posted, errors, required=True, wide=True),
        ],
        "rows": rows,
        "lines": [_line(posted, errors, at) for at in range(1, rows + 1)],
        "errors": whole or [],
        "last": last,
        "idempotency_key": key_of(request),
        "cancel_url": reverse("place_changes"),
        "look": _look(request.user, planned, event) if planned and event else None,
    }
    return page(request, "places/change_form.html", context, status=status)


def _mark(event: Event, planned: Plan) -> str:
    """What a person looked at, so that nothing else is done by the second press."""
    return sha256(repr((event.kind, event.on, planned.lines)).encode()).hexdigest()[:32]


def _line(posted: Any, errors: dict[str, str], at: int) -> list[dict[str, Any]]:
    return [
        plain(f"old_{at}", f"第 {at} 行原区划代码", posted, errors, placeholder="12 位"),
        plain(f"new_{at}", f"第 {at} 行现区划代码", posted, errors, placeholder="改名可不填"),
        plain(f"name_{at}", f"第 {at} 行现名称", posted, errors, placeholder="不填沿用"),
    ]


def _look(by: User, planned: Plan, event: Event) -> dict[str, Any]:
    """Everything that the event will do; households and grants are counted inside the account's own scope.

    Cost     4 queries
    """
    standing = planned.standing
    lines = [
        {
            "level": LEVEL_ZH[line.level],
            "old_name": standing[line.level, line.old_code].name,
            "old_code": line.old_code,
            "new_name": line.new_name,
            "new_code": line.new_code,
        }
        for line in planned.lines
    ]
    moving = [(m.old_code, m.level) for m in event.moves if m.old_code != m.new_code]
    inside = Q(pk__in=())
    for code, level in moving:
        low, high = range_of(code, level)
        inside |= Q(area__gte=low, area__lt=high)
    follow = [p.title for p in periods_that_follow(event.on)]
    households = Household.objects.visible_to(by, Permission.PLACES_MANAGE).filter(inside).aggregate(found=Count("pk"))["found"]
    grants = Grant.objects.standing(event.on).visible_to(by, Permission.PLACES_MANAGE).filter(inside).count()
    will = [
        f"{len(lines)} 个区划随之变动（含下级），自 {event.on.isoformat()} 起按新代码、新名称使用。",
        f"{households:,} 户及其人员、成员关系改挂到新区划；户编号、人编号不变。",
        f"开放期次的档案跟着走：{'、'.join(follow)}。" if follow else "没有标准时点在变更日期以后的开放期次，档案都留在原代码下。",
        "标准时点早于变更日期的期次和已冻结的期次保留原代码，合计数不变，可按对照表换算到新区划。",
    ]
    if grants:
        will.append(f"这些区划上现有 {grants} 个授权，不会自动转到新区划，请管理员在“用户与授权”中重新授权。")
    return {
        "will": will,
        "lines": lines[:SHOWN_LINES],
        "more": len(lines) > SHOWN_LINES,
        "count": len(lines),
        "mark": _mark(event, planned),
    }
