"""Measures to a household (到户措施) as the 对策 tab shows them."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, HouseholdPeriod, Measure, Period
from taizhang.policy.archive.measures import COMMON, KINDS, details_of
from taizhang.web.households import showing
from taizhang.web.shell import link

ACTS = (("修改", "measure_edit"), ("撤销", "measure_withdraw"))


def measures_tab(request: HttpRequest, household: Household, archive: HouseholdPeriod) -> dict[str, Any]:
    """What the 对策 tab shows: the measures of the period, and where to enter one of each kind.

    Cost     1 query
    """
    standing = Measure.objects.filter(household=archive.household_id, period=archive.period_id, withdrawn=False)
    rows = list(standing.select_related("person").order_by("kind", "measure_from_on", "pk"))
    may_write = not household.closed and _may_write(request, archive)
    return {
        "measures": {"columns": _columns(), "rows": [_row(request, archive, row, may_write=may_write) for row in rows]},
        "measure_adds": _adds(request, archive) if may_write else [],
    }


def tab_of(archive: HouseholdPeriod) -> str:
    """The 对策 tab of an archive's household in its period."""
    return f"{reverse('household_show', args=[archive.household_id])}?{urlencode({'tab': 'measures', 'period': archive.period.key})}"


def _may_write(request: HttpRequest, archive: HouseholdPeriod) -> bool:
    return archive.period.state != Period.FROZEN or access.may(request.user, Permission.HOUSEHOLD_CORRECT_FROZEN, archive.area)


def _adds(request: HttpRequest, archive: HouseholdPeriod) -> list[dict[str, str]]:
    asked = urlencode({"period": archive.period.key})
    kinds = [(showing.label("measure_kind", kind) or "", kind) for kind in KINDS]
    links = [(zh, link(request.user, "measure_add", archive.household_id, kind, query=asked, area=archive.area)) for zh, kind in kinds]
    return [{"title": zh, "url": url} for zh, url in links if url]


def _columns() -> list[dict[str, Any]]:
    kinds = {"yuan": "yuan", "partial_day": "text"}
    told = [
        {"key": f.name, "title": f.zh + ("(元)" if f.kind.name == "yuan" else ""), "kind": kinds.get(f.kind.name, "wrap")} for f in COMMON
    ]
    first = [{"key": "kind", "title": "类别", "lead": True}, told[0], {"key": "member", "title": "受助成员"}]
    return [*first, *told[1:-1], {"key": "details", "title": "明细", "kind": "wrap"}, told[-1]]


def _row(request: HttpRequest, archive: HouseholdPeriod, row: Measure, *, may_write: bool) -> dict[str, Any]:
    acts = [(title, link(request.user, name, archive.household_id, row.pk, area=archive.area)) for title, name in ACTS] if may_write else []
    return {
        "kind": showing.label("measure_kind", row.kind),
        "member": row.person.name if row.person else "全户",
        **{f.name: showing.shown(f, row) for f in COMMON},
        "details": details(row) or None,
        "acts": [{"title": title, "url": url} for title, url in acts if url],
    }


def details(row: Measure) -> str:
    """What a measure tells beside what every measure tells: 产业类型:养蜂;产业规模:20箱."""
    told = [(f, getattr(row, f.name)) for f in details_of(row.kind)]
    return "；".join(f"{f.zh}：{f.kind.show_one(value)}{showing.unit(f)}" for f, value in told if value not in (None, ""))
