"""The tab 责任 of a household: who helps now and who helped before, the village's team, the units that help the village."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household
from taizhang.journal.moments import standing, today
from taizhang.support.models import Pairing
from taizhang.support.query import history_of, team_of, units_of, warning_on_pairing
from taizhang.web.households.showing import label
from taizhang.web.shell import link
from taizhang.web.support.showing import acts_on, phone_of, roles_of, state_of

COLUMNS = (
    {"key": "name", "title": "姓名", "kind": "link", "lead": True},
    {"key": "role", "title": "结对身份"},
    {"key": "unit", "title": "所在单位"},
    {"key": "post", "title": "职务"},
    {"key": "phone", "title": "联系电话", "kind": "mono"},
    {"key": "from_on", "title": "开始", "kind": "day"},
    {"key": "to_on", "title": "结束", "kind": "day"},
    {"key": "state", "title": "状态", "kind": "status"},
    {"key": "warning", "title": "提醒", "kind": "wrap"},
)
MEMBER_COLUMNS = (
    {"key": "name", "title": "姓名", "lead": True},
    {"key": "roles", "title": "职责"},
    {"key": "unit", "title": "所在单位"},
    {"key": "phone", "title": "联系电话", "kind": "mono"},
    {"key": "from_on", "title": "到任", "kind": "day"},
)
UNIT_COLUMNS = (
    {"key": "name", "title": "单位名称", "lead": True},
    {"key": "type", "title": "单位类型"},
    {"key": "level", "title": "隶属关系"},
    {"key": "from_on", "title": "开始", "kind": "day"},
)


def duties(request: HttpRequest, household: Household) -> dict[str, Any]:
    """What the tab shows, as of the day that is being read.

    Cost     4 queries
    """
    on = today()
    pairings = history_of(household.pk)
    may_change = standing.get() is None and access.may(request.user, Permission.PAIRING_CHANGE, household.area)
    now = [p for p in pairings if p.valid and p.from_on <= on and (p.to_on is None or p.to_on > on)]
    team, members = team_of(household.area, on)
    return {
        "columns": COLUMNS,
        "now": [_row(request, p, household.area, on, may_change) for p in now],
        "before": [_row(request, p, household.area, on, may_change) for p in pairings if p not in now],
        "pair_url": link(request.user, "pairing_add", query=urlencode({"household": household.pk}), area=household.area),
        "pair_title": "更换帮扶责任人" if now else "结对",
        "team": None
        if team is None
        else {"name": team.team_name, "unit": team.unit.unit_name if team.unit else None, "from_on": team.from_on},
        "team_url": None if team is None else link(request.user, "team_show", team.pk, area=team.area),
        "member_columns": MEMBER_COLUMNS,
        "members": [
            {
                "name": m.helper.helper_name,
                "roles": roles_of(m),
                "unit": m.helper.unit.unit_name if m.helper.unit else None,
                "phone": phone_of(m.helper, "helper_phone"),
                "from_on": m.from_on,
            }
            for m in members
        ],
        "unit_columns": UNIT_COLUMNS,
        "units": [
            {
                "name": row.unit.unit_name,
                "type": label("unit_type", row.unit.unit_type),
                "level": label("unit_level", row.unit.unit_level),
                "from_on": row.from_on,
            }
            for row in units_of(household.area, on)
        ],
    }


def _row(request: HttpRequest, pairing: Pairing, area: str, on: date, may_change: bool) -> dict[str, Any]:
    helper = pairing.helper
    return {
        "url": link(request.user, "helper_show", helper.pk, area=area),
        "name": helper.helper_name,
        "role": label("pairing_role", pairing.pairing_role),
        "unit": helper.unit.unit_name if helper.unit else None,
        "post": helper.helper_post,
        "phone": phone_of(helper, "helper_phone"),
        "from_on": pairing.from_on,
        "to_on": pairing.to_on,
        "state": state_of(pairing, on),
        "warning": warning_on_pairing(pairing, on) or None,
        "acts": acts_on(pairing) if may_change else [],
    }
