"""Suspension and marks of a household (暂停帮扶、标注), and "looked at, nothing changed" (核实无变化)."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdMark, HouseholdPeriod
from taizhang.households.services.confirming import confirm_archive
from taizhang.households.services.marking import HELP_ZH, lift_mark, put_mark, set_help
from taizhang.policy.code_lists import code_list
from taizhang.web.households.forms import plain, version_of
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


def household_help(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend, end or resume the help of a household."""
    archive = household_asked(request, pk, Permission.HELP_SUSPEND)
    household = archive.household

    def form(errors: Errors, *, fresh: bool = False, **more: Any) -> HttpResponse:
        if fresh:
            household.refresh_from_db()
        choices = [(state or "resumed", zh if state else "恢复帮扶") for state, zh in HELP_ZH.items() if state != household.help_state]
        picked = plain("help_state", "改为", request.POST, errors, kind="select", choices=choices, required=True)
        now = {"name": "now", "label": "现在", "kind": "shown", "value": HELP_ZH[household.help_state]}
        return act_page(
            request,
            archive,
            title="暂停与恢复帮扶",
            will=("只改帮扶标志，不删除任何记录；脱贫状态不变。", "暂停、终止和恢复都记入变动历史，写明原因和日期。"),
            sections=[{"title": "帮扶", "fields": [now, picked, *paper_fields(request, errors, proof=False), _proof(request, errors)]}],
            errors=errors,
            version=household.version if fresh or request.method != "POST" else version_of(request),
            save="确定",
            **more,
        )

    if request.method != "POST":
        return form({})
    errors: Errors = {}
    chosen, on = request.POST.get("help_state", ""), day_told(request, errors)
    reason_told(request, errors)
    state = "" if chosen == "resumed" else chosen
    if not chosen or state not in HELP_ZH:
        errors["help_state"] = "请选择暂停、终止或恢复"
    if errors:
        return form(errors, status=422)
    told = {"household": household, "version": version_of(request), "help_state": state, "on": on}
    proof = request.POST.get("proof", "").strip()[:200]
    return done(request, archive, set_help, partial(form, errors), action="help.set", errors=errors, proof=proof, **told)


def mark_put(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a household."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_MARK)
    choices = [(code.key, code.zh) for code in code_list("household_mark").codes]

    def form(errors: Errors, *, fresh: bool = False, **more: Any) -> HttpResponse:
        picked = plain("kind", "标注", request.POST, errors, kind="select", choices=choices, required=True)
        return act_page(
            request,
            archive,
            title="户标注",
            will=("在本户页面和名册中标出，脱贫状态不变。", "标注可以取消，不能删除。"),
            sections=[{"title": "标注", "fields": [picked, *paper_fields(request, errors, what="标注")]}],
            errors=errors,
            save="标注",
            **more,
        )

    if request.method != "POST":
        return form({})
    errors: Errors = {}
    kind, on, proof = request.POST.get("kind", ""), day_told(request, errors), proof_told(request, errors)
    reason_told(request, errors)
    if kind not in dict(choices):
        errors["kind"] = "请选择标注的种类"
    if errors:
        return form(errors, status=422)
    told = {"household": archive.household, "kind": kind, "on": on, "proof": proof}
    return done(request, archive, put_mark, partial(form, errors), action="mark.put", errors=errors, **told)


def mark_lift(request: HttpRequest, pk: int, mark: int) -> HttpResponse:
    """Lift a mark."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_MARK)
    row = access.fetch(HouseholdMark.objects.filter(household=archive.household_id), pk=mark)

    def form(errors: Errors, *, fresh: bool = False, **more: Any) -> HttpResponse:
        if fresh:
            row.refresh_from_db()
        return act_page(
            request,
            archive,
            title=f"取消标注“{row.get_kind_display()}”",
            will=("从取消日期起不再标出；标注与取消都留在变动历史中。",),
            sections=[{"title": "依据", "fields": paper_fields(request, errors, proof=False, what="取消")}],
            errors=errors,
            version=row.version if fresh or request.method != "POST" else version_of(request),
            save="取消标注",
            blocked="这项标注已经取消。" if row.to_on else "",
            **more,
        )

    if request.method != "POST":
        return form({})
    errors: Errors = {}
    on = day_told(request, errors)
    reason_told(request, errors)
    if errors:
        return form(errors, status=422)
    told = {"mark": row, "version": version_of(request), "on": on}
    return done(request, archive, lift_mark, partial(form, errors), action="mark.lift", errors=errors, **told)


def household_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """An archive that was carried over is right as it stands."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_CORRECT)

    def form(errors: Errors, *, fresh: bool = False, **more: Any) -> HttpResponse:
        if fresh:
            archive.refresh_from_db()
        note = plain("reason", "说明", request.POST, errors, kind="longtext", wide=True, placeholder="例：10月12日入户，两人核实")
        return act_page(
            request,
            archive,
            title="核实无变化",
            will=(
                f"本户{archive.period.title}的档案是从上一期结转来的；确认后去掉“结转未核”的标志。",
                "内容一个字也不改；有变化的请用“更正采集表”。",
            ),
            sections=[{"title": "核实", "fields": [note]}],
            errors=errors,
            version=archive.version if fresh or request.method != "POST" else version_of(request),
            save="确认无变化",
            blocked="" if archive.draft else "这份档案已经核实过。",
            **more,
        )

    if request.method != "POST":
        return form({})
    told: dict[str, HouseholdPeriod | int] = {"household_period": archive, "version": version_of(request)}
    return done(request, archive, confirm_archive, partial(form, {}), action="household.confirm", errors={}, **told)


def _proof(request: HttpRequest, errors: Errors) -> dict[str, Any]:
    return plain("proof", "证明材料", request.POST, errors, placeholder="可不填")
