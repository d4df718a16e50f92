"""The operations menu of a household (业务办理): only what may be done now; what a shut window stops stands with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from taizhang.households.models import HouseholdPeriod
from taizhang.households.services.acting import state_of
from taizhang.households.services.windows import shut_operations
from taizhang.policy.decisions import DECIDED
from taizhang.policy.states import CLOSED, CLOSING, OPERATIONS, may
from taizhang.web.households.periods import shut_to
from taizhang.web.shell import link

ALWAYS = "request_order"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the operation whose window counts, what it is called, its address, whether it is for closed households."""

    operation: str
    title: str
    route: str
    further: tuple[str, ...] = ()
    closed: bool = False


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "家庭成员",
        (Entry("add_member", "增加成员", "member_add"), Entry("change_head", "变更户主", "head_change")),
    ),
    (
        "户",
        (
            Entry("split", "分户", "household_split"),
            Entry("merge", "合户", "household_merge"),
            Entry("move", "迁移", "household_move"),
            Entry("vanish", "整户自然销户", "household_vanish"),
            Entry("purge", "清退", "household_purge"),
            Entry("delete_duplicate", "重复户删除", "household_duplicate"),
            Entry("reopen", "恢复", "household_reopen", closed=True),
        ),
    ),
    (
        "识别与退出",
        tuple(
            Entry(operation, OPERATIONS[operation], "household_decide", (operation,))
            for operation in DECIDED
            if operation in OPERATIONS.keys() - CLOSING
        ),
    ),
    ("帮扶与标注", (Entry("suspend", "暂停与恢复帮扶", "household_help"), Entry("mark", "户标注", "mark_put"))),
    ("锁定字段", (Entry("request_order", "申请更正锁定字段", "order_request"),)),
)


def operations_of(request: HttpRequest, archive: HouseholdPeriod) -> list[dict[str, Any]]:
    """Groups of what the user may do to a household in a period: title and address, or the reason why its window is shut.

    Cost     1 query
    """
    household, user = archive.household, request.user
    frozen = shut_to(request, archive.period, household.area)
    state, shut = state_of(archive), shut_operations(user, household.area, timezone.now())
    asked = urlencode({"period": archive.period.key})
    told = []
    for title, entries in GROUPS:
        items = []
        for entry in _possible(entries, state, frozen=frozen):
            url = link(user, entry.route, household.pk, *entry.further, query=asked, area=household.area)
            if url:
                why = shut.get(entry.operation)
                items.append({"title": entry.title, "url": None if why else url, "why": why})
        if items:
            told.append({"title": title, "items": items})
    return told


def _possible(entries: Iterable[Entry], state: str, *, frozen: bool) -> list[Entry]:
    """The entries that the state allows, and the period."""
    found = [e for e in entries if e.closed == (state == CLOSED) or e.operation == ALWAYS]
    found = [e for e in found if e.operation not in OPERATIONS or may(e.operation, state)]
    return [e for e in found if not frozen or e.operation == ALWAYS]
