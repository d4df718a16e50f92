"""Identification, return and exit (新识别、返贫、退出): forms that carry a decision out, and demand one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod
from taizhang.households.services import deciding
from taizhang.households.services.acting import STATE_ZH, state_of
from taizhang.policy.code_lists import code_list
from taizhang.policy.states import OPERATIONS, may
from taizhang.web.households.forms import plain, version_of
from taizhang.web.households.operations.base import (
    Errors,
    act_page,
    decision_fields,
    decision_told,
    done,
    household_asked,
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One act on a decision: its service, and what it will do."""

    act: Callable[..., Any]
    will: tuple[str, ...]


DEEDS = {
    "identify": Deed(
        deciding.identify_household,
        ("本户状态变为“未脱贫”，记下首次识别年月；成员同时记下识别年月。", "户编号不变，今后不再改变首次识别年月。"),
    ),
    "return": Deed(
        deciding.return_household, ("本户状态变为“返贫”，记下返贫原因和返贫年月。", "户编号和首次识别年月不变；帮扶按未脱贫户办理。")
    ),
    "propose_exit": Deed(deciding.propose_exit, ("本户状态变为“预脱贫”。", "审核不通过的，可以办理“退出不通过”回到原状态。")),
    "reject_exit": Deed(deciding.reject_exit, ("本户回到拟退出以前的状态（未脱贫或返贫）。",)),
    "approve_exit": Deed(
        deciding.approve_exit, ("本户状态变为“已脱贫（享受政策）”，记下脱贫年月。", "退出以后政策照常享受，档案继续更新。")
    ),
    "end_policy": Deed(deciding.end_policy, ("本户状态变为“已脱贫（不再享受政策）”。",)),
    "undo_exit": Deed(deciding.undo_exit, ("本户回到“未脱贫”，并标注为错退。", "原来的脱贫记录留在变动历史中。")),
}


def household_decide(request: HttpRequest, pk: int, operation: str) -> HttpResponse:
    """Carry out a decision on a household."""
    if operation not in DEEDS:
        raise access.NotFound
    archive = household_asked(request, pk, Permission.HOUSEHOLD_DECIDE)
    if request.method != "POST":
        return _form(request, archive, operation, {})
    errors: Errors = {}
    told: dict[str, Any] = {"decision": decision_told(request, operation, errors)}
    if operation == "return":
        told["return_cause"] = request.POST.get("return_cause", "")
        if told["return_cause"] not in code_list("return_cause").keys():  # noqa: SIM118
            errors["return_cause"] = "请选择返贫原因"
    if errors:
        return _form(request, archive, operation, errors, status=422)
    return done(
        request,
        archive,
        DEEDS[operation].act,
        partial(_form, request, archive, operation, errors),
        action=f"household.{operation}",
        errors=errors,
        household_period=archive,
        version=version_of(request),
        **told,
    )


def _form(
    request: HttpRequest, archive: HouseholdPeriod, operation: str, errors: Errors, *, fresh: bool = False, **more: Any
) -> HttpResponse:
    if fresh:
        archive.refresh_from_db()
    title, state = OPERATIONS[operation], state_of(archive)
    first = []
    if operation == "return":
        choices = [(code.key, code.zh) for code in code_list("return_cause").codes]
        first = [plain("return_cause", "返贫原因", request.POST, errors, kind="select", choices=choices, required=True)]
    blocked = "" if may(operation, state) else f"这一户现在是“{STATE_ZH[state]}”，不能办理“{title}”。"
    return act_page(
        request,
        archive,
        title=title,
        will=DEEDS[operation].will,
        sections=[{"title": "决定", "note": "没有决定不能办理", "fields": [*first, *decision_fields(request, errors)]}],
        errors=errors,
        version=archive.version if fresh or request.method != "POST" else version_of(request),
        blocked=blocked,
        **more,
    )
