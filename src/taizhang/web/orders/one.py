"""One order to correct a locked field: what it asks, and its end: executed or refused by the province, or taken back by who asked."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.access import NotPermitted
from taizhang.accounts.permissions import Permission
from taizhang.households.models import CorrectionOrder
from taizhang.households.services.orders import execute_order, refuse_order, withdraw_order
from taizhang.households.services.refusals import LostRace
from taizhang.web.households.forms import key_of, version_of
from taizhang.web.households.operations.base import page_of
from taizhang.web.households.periods import current_period
from taizhang.web.households.saving import saved, signed
from taizhang.web.imports.showing import place_names, village_paths
from taizhang.web.jinja import page
from taizhang.web.orders.showing import changes_of, state_of
from taizhang.web.shell import link


def order_show(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an order."""
    return _page(request, _seen(request, pk, Permission.HOUSEHOLD_VIEW))


def order_execute(request: HttpRequest, pk: int) -> HttpResponse:
    """The province executes: the field is corrected, with the order as its cause."""
    return _settled(request, _seen(request, pk, Permission.HOUSEHOLD_CORRECT_LOCKED), execute_order, "order.execute")


def order_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """The province refuses, saying why."""
    order = _seen(request, pk, Permission.HOUSEHOLD_CORRECT_LOCKED)
    if not request.POST.get("reason", "").strip():
        return _page(request, order, errors=["驳回要写明办理意见"], status=422)
    return _settled(request, order, refuse_order, "order.refuse")


def order_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asked takes it back."""
    return _settled(request, _seen(request, pk, Permission.ORDER_REQUEST), withdraw_order, "order.withdraw")


def _seen(request: HttpRequest, pk: int, permission: Permission) -> CorrectionOrder:
    rows = CorrectionOrder.objects.visible_to(request.user, permission)
    joined = rows.select_related("household", "person", "from_period", "requested_by__person", "settled_by__person")
    return access.fetch(joined, pk=pk)


def _settled(request: HttpRequest, order: CorrectionOrder, act: Callable[..., Any], action: str) -> HttpResponse:
    form = partial(_page, request, order)

    def lost(race: LostRace) -> HttpResponse:
        return _page(
            request, _seen(request, order.pk, Permission.HOUSEHOLD_VIEW), errors=["这份申请刚刚被别人办理过，请看现在的状态"], status=409
        )

    return saved(
        lambda: act(**signed(request, action), order=order, version=version_of(request)),
        go=reverse("order_show", args=[order.pk]),
        form=lambda whole, status: form(errors=whole, status=status),
        lost=lost,
        refusals=(NotPermitted,),
    )


def _page(request: HttpRequest, order: CorrectionOrder, *, errors: list[str] | None = None, status: int = 200) -> HttpResponse:
    """Cost: 2 queries."""
    waits = order.state == CorrectionOrder.REQUESTED
    may_settle = waits and access.may(request.user, Permission.HOUSEHOLD_CORRECT_LOCKED, order.area)
    mine = waits and order.requested_by_id == request.user.pk and access.may(request.user, Permission.ORDER_REQUEST, order.area)
    period = current_period(request)
    context = {
        "title": order.get_kind_display(),
        "order": {"state": state_of(order), "number": order.pk, "waits": waits},
        "changes": changes_of(order),
        "facts": _facts(order),
        "settled": _end(order),
        "household_url": page_of(order.household_id, period.key) if period and not order.household.closed else None,
        "links": {
            "list": link(request.user, "orders"),
            "execute": reverse("order_execute", args=[order.pk]) if may_settle else None,
            "refuse": reverse("order_refuse", args=[order.pk]) if may_settle else None,
            "withdraw": reverse("order_withdraw", args=[order.pk]) if mine else None,
        },
        "reason": request.POST.get("reason", ""),
        "errors": errors or [],
        "idempotency_key": key_of(request),
        "version": order.version,
    }
    return page(request, "orders/show.html", context, status=status)


def _facts(order: CorrectionOrder) -> list[dict[str, Any]]:
    area = village_paths([order.area]).get(order.area)
    return [
        {"label": "户编号", "value": order.household.household_no},
        {"label": "对象", "value": order.person.name if order.person else "整户"},
        {"label": "所在村", "value": area},
        {"label": "更正范围", "value": f"自{order.from_period.title}起" if order.from_period else "所有期次"},
        {"label": "申请单位", "value": place_names([order.requested_area]).get(order.requested_area)},
        {"label": "申请人", "value": order.requested_by.person.name},
        {"label": "申请时间", "value": order.requested_at},
        {"label": "证明材料", "value": order.proof, "wide": True},
        {"label": "更正原因", "value": order.reason, "wide": True},
    ]


def _end(order: CorrectionOrder) -> list[dict[str, Any]]:
    if order.settled_by is None:
        return []
    return [
        {"label": "结果", "value": order.get_state_display()},
        {"label": "办理人", "value": order.settled_by.person.name},
        {"label": "办理时间", "value": order.settled_at},
        {"label": "办理意见", "value": order.settled_note or None, "wide": True},
    ]
