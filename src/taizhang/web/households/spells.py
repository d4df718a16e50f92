"""Work spells of a member (务工经历): entering one, correcting one, withdrawing one that was entered by mistake."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Membership, Period, WorkSpell
from taizhang.households.services.refusals import BadFacts, LostRace, Refused
from taizhang.households.services.worksheets import put_work_spell, withdraw_work_spell
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.policy.archive import WORK_SPELL_FACTS
from taizhang.web.households import showing
from taizhang.web.households.editing import conflict_of, untouched
from taizhang.web.households.forms import (
    Typed,
    field_of,
    found_errors,
    insist_on,
    key_of,
    read_facts,
    reason_of,
    reason_section,
    version_of,
)
from taizhang.web.households.members import back, member_seen
from taizhang.web.households.one import archive_asked, archives_of
from taizhang.web.jinja import page
from taizhang.web.journal.sentences import told_of

MUST = ("spell_from_on",)


def spell_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a work spell."""
    membership = member_seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    return _written(request, membership, archive_asked(request, archives_of(membership.household)).period, None)


def spell_edit(request: HttpRequest, pk: int, spell: int) -> HttpResponse:
    """Correct a work spell."""
    membership = member_seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    row = _spell_of(request, membership, spell)
    return _written(request, membership, row.period, row)


def spell_withdraw(request: HttpRequest, pk: int, spell: int) -> HttpResponse:
    """Withdraw a work spell: it stays in the history and counts no more."""
    membership = member_seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    row = _spell_of(request, membership, spell)
    if request.method != "POST":
        return _withdraw_form(request, membership, row, {})
    errors: dict[str, str] = {}
    reason = reason_of(request, errors)
    if errors:
        return _withdraw_form(request, membership, row, errors, version=version_of(request), whole=list(errors.values()), status=422)
    try:
        withdraw_work_spell(
            by=request.user,
            at=timezone.now(),
            cause=Cause("work_spell.withdraw", reason),
            membership=membership,
            period=row.period,
            spell=row,
            version=version_of(request),
            idempotency_key=key_of(request),
        )
    except AlreadyPosted:
        return HttpResponseRedirect(back(membership.household, row.period))
    except LostRace:
        row.refresh_from_db()
        return _withdraw_form(request, membership, row, {}, conflict=conflict_of(told_of([(WorkSpell, [row.pk])])), status=409)
    except Refused as refused:
        return _withdraw_form(request, membership, row, {}, whole=[str(refused)], status=409)
    return HttpResponseRedirect(back(membership.household, row.period))


def _spell_of(request: HttpRequest, membership: Membership, pk: int) -> WorkSpell:
    """A work spell of the member; whoever sends a form about a withdrawn one is told so by the service.

    Raises   NotFound
    """
    rows = WorkSpell.objects.filter(person=membership.person_id).select_related("period")
    return access.fetch(rows if request.method == "POST" else rows.filter(withdrawn=False), pk=pk)


def _written(request: HttpRequest, membership: Membership, period: Period, row: WorkSpell | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, membership, period, row, Typed())
    typed, version = read_facts(request.POST, WORK_SPELL_FACTS), version_of(request)
    if row is not None and version == row.version:
        insist_on(typed, WORK_SPELL_FACTS, row)
    reason = "" if row is None else reason_of(request, typed.errors)
    if typed.errors:
        return _form(request, membership, period, row, typed, version=version, status=422)
    try:
        put_work_spell(
            by=request.user,
            at=timezone.now(),
            cause=Cause("work_spell.put" if row is None else "work_spell.correct", reason),
            membership=membership,
            period=period,
            spell=row,
            version=version,
            facts=typed.values,
            idempotency_key=key_of(request),
        )
    except AlreadyPosted:
        return HttpResponseRedirect(back(membership.household, period))
    except LostRace as lost:
        return _lost(request, membership, period, row, typed, version, lost)
    except BadFacts as bad:
        return _form(request, membership, period, row, typed, version=version, errors=found_errors(bad, typed.errors), status=422)
    except Refused as refused:
        return _form(request, membership, period, row, typed, version=version, errors=[str(refused)], status=409)
    return HttpResponseRedirect(back(membership.household, period))


def _lost(
    request: HttpRequest, membership: Membership, period: Period, row: WorkSpell | None, typed: Typed, version: int, lost: LostRace
) -> HttpResponse:
    """The form again with both values where they differ."""
    if row is None:
        return _form(request, membership, period, None, typed, errors=[str(lost)], status=409)
    row.refresh_from_db()
    told = told_of([(WorkSpell, [row.pk])])
    left = untouched(typed, row, WORK_SPELL_FACTS, told, version)
    typed.raw = {name: raw for name, raw in typed.raw.items() if name not in left}
    theirs = {name: value for name, value in lost.theirs.items() if name not in left}
    return _form(request, membership, period, row, typed, conflict=conflict_of(told), theirs=theirs, status=409)


def _form(
    request: HttpRequest,
    membership: Membership,
    period: Period,
    row: WorkSpell | None,
    typed: Typed,
    *,
    version: int | None = None,
    errors: list[str] | None = None,
    conflict: str | None = None,
    theirs: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = row or WorkSpell(version=0)
    fields = [field_of(f, standing, typed, theirs=theirs, required=f.name in MUST) for f in WORK_SPELL_FACTS]
    sections = [{"title": f"务工经历 · {period.title}", "fields": fields}]
    if row is not None:
        sections.append(reason_section(request.POST, typed.errors))
    context = _context(request, membership, period, "登记务工经历" if row is None else "更正务工经历") | {
        "note": "一次外出务工填一条；年月可只填年，如 2018、2018-03。不清楚的栏目留作未填。",
        "sections": sections,
        "errors": errors or (["有栏目填写不对，见下面标红的说明"] if typed.errors else []),
        "conflict": conflict,
        "version": standing.version if version is None else version,
    }
    return page(request, "households/edit.html", context, status=status)


def _withdraw_form(
    request: HttpRequest,
    membership: Membership,
    row: WorkSpell,
    errors: dict[str, str],
    *,
    version: int | None = None,
    whole: list[str] | None = None,
    conflict: str | None = None,
    status: int = 200,
) -> HttpResponse:
    fields = [
        {"name": f.name, "label": f.zh, "kind": "shown", "value": showing.shown(f, row), "unit": showing.unit(f)} for f in WORK_SPELL_FACTS
    ]
    context = _context(request, membership, row.period, "撤销务工经历") | {
        "note": "登记有误的务工经历在此撤销：撤销后不再列出，记录仍在变动历史中，不会删除。",
        "sections": [{"title": f"务工经历 · {row.period.title}", "fields": fields}, reason_section(request.POST, errors)],
        "errors": whole or [],
        "conflict": conflict,
        "version": row.version if version is None else version,
    }
    return page(request, "households/edit.html", context, status=status)


def _context(request: HttpRequest, membership: Membership, period: Period, title: str) -> dict[str, Any]:
    url, name = back(membership.household, period), membership.person.name
    return {
        "title": f"{title} {name}",
        "crumbs": [("户档案", reverse("households")), (f"户 {membership.household.household_no}", url), (f"{title} {name}", None)],
        "idempotency_key": key_of(request),
        "cancel_url": url,
        "ask_reason": False,
    }
