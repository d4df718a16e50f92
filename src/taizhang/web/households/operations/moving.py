"""A household moves to another village (迁移)."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from taizhang.accounts.permissions import Permission
from taizhang.households.services.moving import move_household
from taizhang.web.households.enrolling import villages
from taizhang.web.households.forms import FEW, plain, version_of
from taizhang.web.households.operations.base import (
    Errors,
    act_page,
    day_told,
    done,
    household_asked,
    paper_fields,
    proof_told,
    reason_told,
)

WILL = (
    "本户和在户成员改挂到迁入村；户编号、人编号不变。",
    "本期和以后的开放期次随户迁入；更早的期次和已冻结的期次仍在原村，原村的旧数字不变。",
    "迁出村此后看不到这一户的新档案；结对帮扶由迁入地重新安排。",
)


def household_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a household to another village within the scope."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_MOVE)
    household = archive.household
    choices = [(code, name) for code, name in villages(request, Permission.HOUSEHOLD_MOVE) if code != household.area]

    def form(errors: Errors, *, fresh: bool = False, **more: Any) -> HttpResponse:
        if fresh:
            household.refresh_from_db()
        kind = "find" if len(choices) > FEW else "select"
        fields = [
            plain("area", "迁入村", request.POST, errors, kind=kind, choices=choices, required=True),
            plain("group", "村民小组", request.POST, errors, placeholder="可不填"),
            *paper_fields(request, errors, what="迁移"),
        ]
        return act_page(
            request,
            archive,
            title="迁移",
            will=WILL,
            sections=[{"title": "迁往", "note": "只能选您管辖范围内的村；迁往别处的由上级办理", "fields": fields}],
            errors=errors,
            version=household.version if fresh or request.method != "POST" else version_of(request),
            blocked="这一户已经销户。" if household.closed else "",
            **more,
        )

    if request.method != "POST":
        return form({})
    errors: Errors = {}
    to_area, on, proof = request.POST.get("area", ""), day_told(request, errors), proof_told(request, errors)
    reason_told(request, errors)
    if to_area not in dict(choices):
        errors["area"] = "请选择迁入的村"
    if errors:
        return form(errors, status=422)
    told = {"household": household, "version": version_of(request), "period": archive.period, "to_area": to_area, "on": on}
    group = request.POST.get("group", "").strip()[:50]
    return done(
        request, archive, move_household, partial(form, errors), action="household.move", errors=errors, group=group, proof=proof, **told
    )
