"""The periods (期次) as a list: what stands in each, and what may be done with it."""

from collections import Counter
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.accounts.rulebook import rulebook
from taizhang.households.models import HouseholdPeriod, MemberPeriod, Period, PeriodFreeze
from taizhang.kernel.areas import subtree
from taizhang.web.households.periods import all_periods
from taizhang.web.jinja import page
from taizhang.web.periods.windows import windows_of
from taizhang.web.shell import link

COLOURS = {Period.OPEN: "green", Period.FROZEN: "secondary"}
COLUMNS = (
    {"key": "title", "title": "期次", "lead": True},
    {"key": "key", "title": "编号", "kind": "mono"},
    {"key": "kind", "title": "类型"},
    {"key": "state", "title": "状态", "kind": "status"},
    {"key": "reference_on", "title": "标准时点", "kind": "day"},
    {"key": "window", "title": "收入核算起止"},
    {"key": "households", "title": "户数", "kind": "number"},
    {"key": "members", "title": "人数", "kind": "number"},
)
NOTES = (
    "一个期次有一个标准时点：存量按这一天登记，收入按核算起止的十二个月登记。同一户在每个期次各有一份档案，互不覆盖。",
    "结转把上一期的档案作为草稿带到新的一期，收入、收入明细和务工经历不带，须重新调查；上一期不变。",
    "冻结以后，除省级更正外不能再改动；县级冻结只管本县，省级可以解冻。",
)


def periods(request: HttpRequest) -> HttpResponse:
    """The list of periods.

    Cost     6 queries
    """
    found = all_periods(request)
    households, members = _counted(request, HouseholdPeriod), _counted(request, MemberPeriod)
    parts = _parts(request)
    context = {
        "open_url": link(request.user, "period_open"),
        "columns": COLUMNS,
        "rows": [_row(request, p, households.get(p.pk, 0), members.get(p.pk, 0), parts.get(p.pk, 0), found) for p in found],
        "windows": windows_of(request),
        "notes": NOTES,
    }
    return page(request, "periods/list.html", context)


def office_of(user: User, permission: Permission) -> str:
    """The area for which an account acts: its own office where it may there, else the first area in which it may.

    Raises   NotPermitted
    """
    if access.may(user, permission, user.area):
        return str(user.area)
    roles = rulebook().roles_with(permission)
    held = [grant.area for grant in access.standing_grants(user) if grant.role in roles]
    if not held:
        raise access.NotPermitted("您的岗位或管辖区域不包括这项操作")
    return str(held[0])


def _counted(request: HttpRequest, model: type[HouseholdPeriod] | type[MemberPeriod]) -> dict[int, int]:
    rows = model.objects.visible_to(request.user)
    return dict(rows.order_by().values_list("period").annotate(found=Count("pk")))


def _parts(request: HttpRequest) -> dict[int, int]:
    """How many parts of one's area are frozen by themselves, by period: those inside it, and those that it lies in."""
    scope = access.scope_of(request.user, Permission.PERIOD_VIEW)
    found = PeriodFreeze.objects.filter(lifted=False).values_list("period", "area")
    return dict(Counter(pk for pk, area in found if scope.contains(area) or any(_within(low, area) for low, _ in scope.ranges if low)))


def _within(code: str, area: str) -> bool:
    low, high = access.EVERYTHING if area == access.NATION else subtree(area)
    return low <= code < high


def _row(request: HttpRequest, period: Period, households: int, members: int, parts: int, periods: list[Period]) -> dict[str, Any]:
    frozen = period.state == Period.FROZEN
    earlier = any(p.reference_on < period.reference_on for p in periods)
    acts = [
        ("结转到本期", None if frozen or not earlier else link(request.user, "period_rollover", period.pk)),
        ("更正", None if frozen else link(request.user, "period_redate", period.pk)),
        ("冻结", None if frozen else link(request.user, "period_freeze", period.pk)),
        ("解冻", link(request.user, "period_thaw", period.pk) if frozen or parts else None),
    ]
    colour, state = COLOURS[period.state], period.get_state_display()
    return {
        "title": period.title,
        "key": period.key,
        "kind": period.get_kind_display(),
        "state": {
            "label": f"{state}，{parts} 处已冻结" if parts and not frozen else state,
            "colour": "orange" if parts and not frozen else colour,
        },
        "reference_on": period.reference_on,
        "window": f"{period.income_from} 至 {period.income_to}",
        "households": households,
        "members": members,
        "acts": [{"title": title, "url": url} for title, url in acts if url],
    }
