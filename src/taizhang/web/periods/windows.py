"""Windows (窗口期) by level and operation: which are declared over one's area, declaring one, withdrawing one."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.access import NATION, NotPermitted
from taizhang.accounts.permissions import Permission
from taizhang.households.happenings import RANKS
from taizhang.households.models import OperationWindow
from taizhang.households.services.windows import EVERY_LEVEL, declare_window, windows_over, withdraw_window
from taizhang.places.models import Place
from taizhang.policy.windows import WINDOWED
from taizhang.web.households.forms import FEW, day_of, plain, reason_of, version_of
from taizhang.web.households.saving import form_page, saved, signed
from taizhang.web.imports.showing import place_names
from taizhang.web.shell import link

MOST_AREAS = 3000
COLUMNS = (
    {"key": "operation", "title": "业务", "lead": True},
    {"key": "level", "title": "办理级别"},
    {"key": "area", "title": "区划"},
    {"key": "state", "title": "现在", "kind": "status"},
    {"key": "opens", "title": "开放", "kind": "day"},
    {"key": "closes", "title": "截止", "kind": "day"},
    {"key": "note", "title": "说明", "kind": "wrap"},
)
WILL = (
    "这项业务从此只在窗口期内对所选级别开放；窗口期以外办理的，会说明原因和下一次开放的时间。",
    "没有声明窗口期的业务和级别不受限制，随时可以办理。",
    "声明错了可以撤销，不会删除。",
)


def windows_of(request: HttpRequest) -> dict[str, Any]:
    """The windows that concern the user's area, for the page of periods.

    Cost     2 queries
    """
    now, found = timezone.now(), windows_over(request.user.area)
    names = place_names(w.area for w in found)
    return {"columns": COLUMNS, "rows": [_row(request, w, names, now) for w in found], "url": link(request.user, "window_declare")}


def state_of(window: OperationWindow, at: datetime) -> dict[str, str]:
    """Whether a window is open, for ui.status."""
    if at < window.opens_at:
        return {"label": "未到", "colour": "azure"}
    return {"label": "开放中", "colour": "green"} if at < window.closes_at else {"label": "已截止", "colour": "secondary"}


def window_declare(request: HttpRequest) -> HttpResponse:
    """Declare a window."""
    areas = _areas(request)
    if request.method != "POST":
        return _form(request, areas, {})
    errors: dict[str, str] = {}
    operation, level, area = (request.POST.get(name, "") for name in ("operation", "level", "area"))
    opens, closes = day_of(request, "opens_on", errors), day_of(request, "closes_on", errors)
    if operation not in WINDOWED:
        errors["operation"] = "请选择业务"
    if area not in dict(areas):
        errors["area"] = "请选择区划"
    if opens and closes and closes < opens:
        errors["closes_on"] = "截止日期早于开放日期"
    if errors or opens is None or closes is None:
        return _form(request, areas, errors, status=422)
    return saved(
        lambda: declare_window(
            **signed(request, "window.declare", request.POST.get("note", "").strip()[:200]),
            operation=operation,
            level=EVERY_LEVEL if level == "every" else level,
            area=area,
            opens_at=_midnight(opens),
            closes_at=_midnight(closes + timedelta(days=1)),
            note=request.POST.get("note", "").strip()[:200],
        ),
        go=reverse("periods"),
        form=partial(_form, request, areas, errors),
        errors=errors,
        refusals=(NotPermitted,),
    )


def window_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a window that was declared by mistake."""
    window = access.fetch(OperationWindow.objects.visible_to(request.user, Permission.WINDOW_MANAGE), pk=pk)

    def form(*, fresh: bool = False, **more: Any) -> HttpResponse:
        if fresh:
            window.refresh_from_db()
        return _page(
            request,
            title="撤销窗口期",
            will=[f"“{WINDOWED[window.operation]}”不再受这个窗口期限制；记录保留。"],
            sections=[
                {"title": "依据", "fields": [plain("reason", "撤销原因", request.POST, more.get("errors") or {}, wide=True, required=True)]}
            ],
            version=window.version if fresh or request.method != "POST" else version_of(request),
            save="撤销窗口期",
            blocked="这个窗口期已经撤销。" if window.withdrawn else "",
            **more,
        )

    if request.method != "POST":
        return form()
    errors: dict[str, str] = {}
    reason_of(request, errors, "请写明撤销原因")
    if errors:
        return form(errors=errors, status=422)
    return saved(
        lambda: withdraw_window(**signed(request, "window.withdraw"), window=window, version=version_of(request)),
        go=reverse("periods"),
        form=form,
        lost=lambda race: form(whole=[str(race)], fresh=True, status=409),
    )


def _row(request: HttpRequest, window: OperationWindow, names: dict[str, str], now: datetime) -> dict[str, Any]:
    withdraw = link(request.user, "window_withdraw", window.pk, area=window.area)
    return {
        "operation": WINDOWED[window.operation],
        "level": dict(RANKS).get(window.level, "各级"),
        "area": names.get(window.area, window.area),
        "state": state_of(window, now),
        "opens": window.opens_at,
        "closes": window.closes_at - timedelta(seconds=1),
        "note": window.note or None,
        "acts": [{"title": "撤销", "url": withdraw}] if withdraw else [],
    }


def _areas(request: HttpRequest) -> list[tuple[str, str]]:
    """The areas down to townships over which the user may declare windows, the whole country where he may there."""
    scope = access.scope_of(request.user, Permission.WINDOW_MANAGE)
    found = Place.objects.in_force(timezone.localdate()).within(list(scope.ranges)).exclude(level__in=("village", "group"))
    told = [(code, f"{name} {code}") for code, name in found.order_by("code").values_list("code", "name")[:MOST_AREAS]]
    return [(NATION, "全国"), *told] if scope.contains(NATION) else told


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time()))


def _form(request: HttpRequest, areas: list[tuple[str, str]], errors: dict[str, str], **told: Any) -> HttpResponse:
    field = partial(plain, posted=request.POST, errors=errors)
    levels = [("every", "各级"), *((key, zh) for key, zh in RANKS if key != "nation")]
    own = {"value": request.POST.get("area") or (areas[0][0] if areas else "")}
    fields = [
        field("operation", "业务", kind="find", choices=list(WINDOWED.items()), required=True),
        {**field("level", "办理级别", kind="select", choices=levels, required=True), "value": request.POST.get("level", "every")},
        {**field("area", "区划", kind="find" if len(areas) > FEW else "select", choices=areas, required=True), **own},
        field("opens_on", "开放日期", kind="day", required=True, help="自这一天零时起"),
        field("closes_on", "截止日期", kind="day", required=True, help="到这一天二十四时止"),
        field("note", "说明", wide=True, placeholder="例：2026年度动态调整，依据省通知〔2026〕12号"),
    ]
    sections = [{"title": "窗口期", "fields": fields}]
    return _page(request, title="声明窗口期", will=list(WILL), sections=sections, save="声明窗口期", errors=errors, **told)


def _page(request: HttpRequest, *, title: str, **more: Any) -> HttpResponse:
    crumbs: list[tuple[str, str | None]] = [("期次与窗口", reverse("periods")), (title, None)]
    return form_page(request, title=title, crumbs=crumbs, cancel_url=reverse("periods"), template="act.html", **more)
