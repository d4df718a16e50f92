"""Closing a household (整户自然销户、清退、重复户删除) and reopening it (恢复)."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, HouseholdPeriod
from taizhang.households.services.closing import close_duplicate, purge_household, reopen_household, vanish_household
from taizhang.policy.code_lists import code_list
from taizhang.policy.states import CLOSING
from taizhang.web.households.forms import plain, version_of
from taizhang.web.households.operations.base import (
    Errors,
    act_page,
    day_told,
    decision_fields,
    decision_told,
    done,
    household_asked,
    paper_fields,
    proof_told,
    reason_told,
)

KEEPS = "不删除任何记录：户编号、历次档案和变动历史都保留，户编号不再给别的户。"


def household_vanish(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a household of which nobody is left."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_CLOSE)
    will = ("本户销户，原因记为整户自然销户；从本期起不再计入户数。", KEEPS, "还有成员在户的，要先逐人办理减少。")
    return _on_papers(request, archive, "整户自然销户", will, vanish_household, "household.vanish", _closed(archive))


def household_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the closing of a household back."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_REOPEN)
    back = "随户清退、删除的成员一并恢复；已到别户的不动。"
    if archive.household.closed == CLOSING["merge"]:
        back = "合户时并入另一户、现在仍在那一户的成员转回本户，恢复原来与户主的关系；已离开那一户的不动。"
    will = ("本户恢复在册，回到销户以前的状态，从本期起重新计入户数。", back)
    blocked = "" if archive.household.closed else "这一户没有销户，不需要恢复。"
    return _on_papers(request, archive, "恢复", will, reopen_household, "household.reopen", blocked)


def household_purge(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a household that was wrongly registered."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_PURGE)
    will = ("本户和在户成员都记为清退，从本期起不再计入户数、人数。", KEEPS, "确属办错的，由省级恢复。")
    return _on_decision(request, archive, "清退", "purge", will)


def household_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a household that stands twice on the register."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_DUPLICATE)
    will = ("本户记为重复户并销户，在户成员随户删除；保留另一户。", KEEPS, "两户的户主、成员和证件请先在两户页面核对。")
    return _on_decision(request, archive, "重复户删除", "delete_duplicate", will)


def _closed(archive: HouseholdPeriod) -> str:
    """Why an act on a closed household cannot be done."""
    household = archive.household
    return f"这一户已经销户（{code_list('close_reason').by_key(household.closed).zh}）。" if household.closed else ""


def _on_papers(
    request: HttpRequest, archive: HouseholdPeriod, title: str, will: tuple[str, ...], act: Any, action: str, blocked: str
) -> HttpResponse:
    def form(errors: Errors, *, fresh: bool = False, **more: Any) -> HttpResponse:
        sections = [{"title": "依据", "fields": paper_fields(request, errors)}]
        return _page(request, archive, title, will, sections, errors, blocked=blocked, fresh=fresh, **more)

    if request.method != "POST":
        return form({})
    errors: Errors = {}
    on, proof = day_told(request, errors), proof_told(request, errors)
    reason_told(request, errors)
    if errors:
        return form(errors, status=422)
    told = {"household": archive.household, "version": version_of(request), "period": archive.period, "on": on, "proof": proof}
    return done(request, archive, act, partial(form, errors), action=action, errors=errors, **told)


def _on_decision(request: HttpRequest, archive: HouseholdPeriod, title: str, kind: str, will: tuple[str, ...]) -> HttpResponse:
    twice = kind == "delete_duplicate"

    def form(errors: Errors, *, fresh: bool = False, **more: Any) -> HttpResponse:
        field = plain("original", "保留的户", request.POST, errors, required=True, placeholder="另一户的户编号")
        sections = [
            {"title": "决定", "note": "没有决定不能办理", "fields": [*([field] if twice else []), *decision_fields(request, errors)]}
        ]
        return _page(request, archive, title, will, sections, errors, blocked=_closed(archive), fresh=fresh, **more)

    if request.method != "POST":
        return form({})
    errors: Errors = {}
    told = {"household": archive.household, "version": version_of(request), "period": archive.period}
    told |= {"decision": decision_told(request, kind, errors)}
    if twice:
        told["original"] = _original(request, errors)
    if errors:
        return form(errors, status=422)
    act, action = (close_duplicate, "household.duplicate") if twice else (purge_household, "household.purge")
    return done(request, archive, act, partial(form, errors), action=action, errors=errors, **told)


def _original(request: HttpRequest, errors: Errors) -> Household | None:
    """The household that is kept, by its number, within the scope."""
    number = request.POST.get("original", "").strip()
    found = Household.objects.visible_to(request.user, Permission.HOUSEHOLD_DUPLICATE).filter(household_no=number).first()
    if found is None:
        errors["original"] = "没有找到这个户编号，或不在您的管辖范围内" if number else "请填写保留的户的户编号"
    return found


def _page(
    request: HttpRequest,
    archive: HouseholdPeriod,
    title: str,
    will: tuple[str, ...],
    sections: list[dict[str, Any]],
    errors: Errors,
    *,
    fresh: bool,
    **more: Any,
) -> HttpResponse:
    if fresh:
        archive.household.refresh_from_db()
    version = archive.household.version if fresh or request.method != "POST" else version_of(request)
    return act_page(request, archive, title=title, will=will, sections=sections, errors=errors, version=version, **more)
