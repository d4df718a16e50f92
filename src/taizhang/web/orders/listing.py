"""The orders of one's area (锁定字段更正单): what waits for the province, what was executed, refused or taken back."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.households.models import CorrectionOrder
from taizhang.web.imports.showing import keyset_pager, place_names, village_paths
from taizhang.web.jinja import page
from taizhang.web.orders.showing import in_one_line, state_of

PAGE = 50
COLUMNS = (
    {"key": "kind", "title": "更正事项", "kind": "link", "lead": True},
    {"key": "household", "title": "户编号", "kind": "mono"},
    {"key": "who", "title": "对象"},
    {"key": "area", "title": "所在村"},
    {"key": "what", "title": "原值 → 新值", "kind": "wrap"},
    {"key": "proof", "title": "证明材料"},
    {"key": "office", "title": "申请单位"},
    {"key": "at", "title": "申请时间", "kind": "moment"},
    {"key": "state", "title": "状态", "kind": "status"},
    {"key": "settled", "title": "办理时间", "kind": "moment", "shown": False},
)


def orders(request: HttpRequest) -> HttpResponse:
    """The list, those that wait first asked for.

    Cost     6 queries
    """
    state, before = request.GET.get("state", CorrectionOrder.REQUESTED), request.GET.get("before", "")
    seen = CorrectionOrder.objects.visible_to(request.user)
    counts = dict(seen.order_by().values_list("state").annotate(found=Count("pk")))
    rows = seen.filter(state=state) if state in dict(CorrectionOrder.STATES) else seen
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.select_related("household", "person").order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    older = _address(state, before=shown[-1].pk) if len(found) > PAGE else None
    context = {
        "chips": [
            {"title": title, "url": _address(key), "here": key == state, "count": counts.get(key, 0)}
            for key, title in CorrectionOrder.STATES
        ]
        + [{"title": "全部", "url": _address("all"), "here": state not in dict(CorrectionOrder.STATES), "count": sum(counts.values())}],
        "columns": COLUMNS,
        "rows": _rows(shown),
        "pager": keyset_pager(len(shown), _address(state) if before else None, older),
        "waits": state == CorrectionOrder.REQUESTED,
    }
    return page(request, "orders/list.html", context)


def _rows(shown: list[CorrectionOrder]) -> list[dict[str, Any]]:
    villages, offices = village_paths(o.area for o in shown), place_names(o.requested_area for o in shown)
    return [
        {
            "kind": order.get_kind_display(),
            "url": reverse("order_show", args=[order.pk]),
            "household": order.household.household_no,
            "who": order.person.name if order.person else "整户",
            "area": villages.get(order.area, order.area),
            "what": in_one_line(order),
            "proof": order.proof,
            "office": offices.get(order.requested_area, order.requested_area),
            "at": order.requested_at,
            "state": state_of(order),
            "settled": order.settled_at,
        }
        for order in shown
    ]


def _address(state: str, **more: Any) -> str:
    return f"{reverse('orders')}?{urlencode({'state': state, **more})}"
