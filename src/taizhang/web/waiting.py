"""What waits for one account (等我办理), by its level: orders to decide, what came back refused, windows open now, archives not looked at,
batches to accept, blanks to fill, a period to open or to freeze.
"""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.asking.conditions import read
from taizhang.households.asking.ready import READY
from taizhang.households.models import CorrectionOrder, OperationWindow, Period
from taizhang.households.services.windows import EVERY_LEVEL, NEEDS, windows_over
from taizhang.intake.models import Batch
from taizhang.policy.windows import WINDOWED
from taizhang.web.households.asking import written
from taizhang.web.shell import link

Thing = dict[str, Any]
LATELY = timedelta(days=30)
MOST_COUNTED = 99  # the bar says 99+ beyond
LAST_DAYS = 3  # a window that closes within so many days is urgent


def things_of(request: HttpRequest, period: Period | None, figures: dict[str, Any], batches: dict[str, Any]) -> list[Thing]:
    """Everything that waits: [{title, count, url, note, late}], the most binding first.

    Cost     3 queries
    """
    now = timezone.now()
    return [
        *_orders(request, now),
        *_windows(request, now),
        *_period(request, period, timezone.localdate(now)),
        *_batches(batches),
        *_archives(request, figures, period),
    ]


def desk_waiting(request: HttpRequest) -> HttpResponse:
    """What the bar at the top says of it: how many single things wait for this account. Asked by every page once it stands there."""
    return render(request, "waiting.html", {"count": _how_many(request, timezone.now()), "most": MOST_COUNTED, "url": reverse("desk")})


def _how_many(request: HttpRequest, now: datetime) -> int:
    """Orders to decide, or that came back lately, and batches to accept: one more than `MOST_COUNTED` is enough to know. What is counted
    over all archives (drafts, blanks) stands on the work bench only.

    Cost     2 queries, each of 100 rows
    """
    user, most = request.user, MOST_COUNTED + 1
    if access.may(user, Permission.HOUSEHOLD_CORRECT_LOCKED):
        orders = CorrectionOrder.objects.visible_to(user, Permission.HOUSEHOLD_CORRECT_LOCKED).filter(state=CorrectionOrder.REQUESTED)
    else:
        orders = CorrectionOrder.objects.filter(requested_by=user, state=CorrectionOrder.REFUSED, settled_at__gt=now - LATELY)
    batches = Batch.objects.visible_to(user, Permission.IMPORT_RUN).filter(state__in=(Batch.READ, Batch.CHECKED))
    return orders[:most].count() + batches[:most].count()


def _thing(title: str, count: int, url: str | None, note: str, *, late: bool = False, unit: str = "") -> Thing:
    return {"title": title, "count": count, "unit": unit, "url": url or reverse("desk"), "note": note, "late": late}


def _orders(request: HttpRequest, now: datetime) -> list[Thing]:
    """For the province what it has to decide; for the others what came back refused, and what still waits there."""
    user = request.user
    if access.may(user, Permission.HOUSEHOLD_CORRECT_LOCKED):
        rows = CorrectionOrder.objects.visible_to(user, Permission.HOUSEHOLD_CORRECT_LOCKED).filter(state=CorrectionOrder.REQUESTED)
        asked = list(rows.order_by("requested_at").values_list("requested_at", flat=True)[:1000])
        since = f"最早 {timezone.localdate(asked[0])} 申请" if asked else ""
        return [_thing("锁定字段更正待办理", len(asked), reverse("orders"), since, late=asked[0] < now - LATELY)] if asked else []
    if not access.may(user, Permission.ORDER_REQUEST):
        return []
    states = (CorrectionOrder.REFUSED, CorrectionOrder.REQUESTED)
    mine = CorrectionOrder.objects.filter(requested_by=user, state__in=states).order_by("-pk").values_list("state", "settled_at")[:1000]
    refused = sum(1 for state, at in mine if state == CorrectionOrder.REFUSED and at and at > now - LATELY)
    waiting = sum(1 for state, _ in mine if state == CorrectionOrder.REQUESTED)
    url = reverse("orders")
    return [
        *(
            [_thing("更正申请被驳回", refused, f"{url}?{urlencode({'state': 'refused'})}", "近 30 天，请补充材料后再申请", late=True)]
            if refused
            else []
        ),
        *([_thing("更正申请等省级办理", waiting, url, "办理以前可以撤回")] if waiting else []),
    ]


def _windows(request: HttpRequest, now: datetime) -> list[Thing]:
    """The windows open now for what the account may do at its level, the first to close first."""
    user, url = request.user, link(request.user, "periods")
    levels = {EVERY_LEVEL, *(grant.level for grant in access.standing_grants(user))}
    open_now = [
        w for w in windows_over(user.area) if w.opens_at <= now < w.closes_at and w.level in levels and access.may(user, NEEDS[w.operation])
    ]
    return [_window(w, now, url) for w in open_now[:6]]


def _window(window: OperationWindow, now: datetime, url: str | None) -> Thing:
    left = (timezone.localdate(window.closes_at - timedelta(seconds=1)) - timezone.localdate(now)).days
    note = f"{timezone.localdate(window.closes_at - timedelta(seconds=1))} 截止，还有 {left} 天" if left else "今天截止"
    return _thing(f"“{WINDOWED[window.operation]}”窗口期", left, url, note, late=left <= LAST_DAYS, unit="天")


def _period(request: HttpRequest, period: Period | None, today: date) -> list[Thing]:
    if period is None or period.state == Period.FROZEN:
        opening = link(request.user, "period_open")
        return [_thing("没有开放的期次", 0, opening, "请开设新的期次")] if opening else []
    if period.reference_on < today and (url := link(request.user, "period_freeze", period.pk)):
        return [_thing(f"{period.title}待冻结", (today - period.reference_on).days, url, "标准时点已过，核对无误后冻结", unit="天")]
    return []


def _batches(batches: dict[str, Any]) -> list[Thing]:
    if not batches["batches"]:
        return []
    note = f"{batches['read']} 批待对应列" if batches["read"] else "待确认写入"
    return [_thing("导入待确认", batches["batches"], batches["url"], note, late=batches["wrong"] > 0)]


def _archives(request: HttpRequest, figures: dict[str, Any], period: Period | None) -> list[Thing]:
    url, things = reverse("households"), []
    if figures["drafts"] and period is not None and access.may(request.user, Permission.HOUSEHOLD_CORRECT):
        drafts = f"{url}?{urlencode({'where': written(read(READY['no_survey'][1]))})}"
        things.append(_thing("结转档案待核实", figures["drafts"], drafts, "入户核实后更正，或确认无变化"))
    if figures["gaps"]:
        things.append(_thing("采集表待补填", figures["gaps"], f"{url}?{urlencode({'gaps': 'yes'})}", "必填栏目有空的户"))
    return things
