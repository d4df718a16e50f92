"""Work spells of a member (务工经历): entering one, correcting one, withdrawing one that was entered by mistake."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Membership, Period, WorkSpell
from taizhang.households.services.refusals import LostRace
from taizhang.households.services.worksheets import put_work_spell, withdraw_work_spell
from taizhang.policy.archive import WORK_SPELL_FACTS
from taizhang.web.households.forms import Typed, corrected, field_of, reason_section
from taizhang.web.households.members import back, member_seen
from taizhang.web.households.one import archive_asked, archives_of
from taizhang.web.households.saving import form_page, raced, saved, signed, withdrawal, withdrawn

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
    return withdrawn(
        request,
        row,
        withdraw_work_spell,
        action="work_spell.withdraw",
        go=back(membership.household, row.period),
        form=partial(_withdraw_form, request, membership, row),
        membership=membership,
        period=row.period,
        spell=row,
    )


def _spell_of(request: HttpRequest, membership: Membership, pk: int) -> WorkSpell:
    """A work spell of the member; whoever sends a form about a withdrawn one is told so by the service.

    Raises   NotFound
    """
    rows = WorkSpell.objects.filter(person=membership.person_id).select_related("period")
    return access.fetch(rows if request.method == "POST" else rows.filter(withdrawn=False), pk=pk)


def _written(request: HttpRequest, membership: Membership, period: Period, row: WorkSpell | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, membership, period, row, Typed())
    typed, version, reason = corrected(request, WORK_SPELL_FACTS, row)
    if typed.errors:
        return _form(request, membership, period, row, typed, version=version, status=422)
    return saved(
        lambda: put_work_spell(
            **signed(request, "work_spell.put" if row is None else "work_spell.correct", reason),
            membership=membership,
            period=period,
            spell=row,
            version=version,
            facts=typed.values,
        ),
        go=back(membership.household, period),
        form=partial(_form, request, membership, period, row, typed, version=version),
        lost=partial(_lost, request, membership, period, row, typed, version),
        errors=typed.errors,
    )


def _lost(
    request: HttpRequest, membership: Membership, period: Period, row: WorkSpell | None, typed: Typed, version: int, lost: LostRace
) -> HttpResponse:
    """The form again with both values where they differ."""
    if row is not None:
        row.refresh_from_db()
    return _form(request, membership, period, row, typed, **raced(row, WORK_SPELL_FACTS, typed, version, lost))


def _form(
    request: HttpRequest,
    membership: Membership,
    period: Period,
    row: WorkSpell | None,
    typed: Typed,
    *,
    version: int | None = None,
    theirs: dict[str, Any] | None = None,
    **told: Any,
) -> HttpResponse:
    standing = row or WorkSpell(version=0)
    fields = [field_of(f, standing, typed, theirs=theirs, required=f.name in MUST) for f in WORK_SPELL_FACTS]
    sections = [{"title": f"务工经历 · {period.title}", "fields": fields}]
    if row is not None:
        sections.append(reason_section(request.POST, typed.errors))
    return _page(
        request,
        membership,
        period,
        "登记务工经历" if row is None else "更正务工经历",
        note="一次外出务工填一条；年月可只填年，如 2018、2018-03。不清楚的栏目留作未填。",
        sections=sections,
        errors=typed.errors,
        version=standing.version if version is None else version,
        **told,
    )


def _withdraw_form(
    request: HttpRequest,
    membership: Membership,
    row: WorkSpell,
    errors: dict[str, str],
    *,
    version: int | None = None,
    **told: Any,
) -> HttpResponse:
    return _page(
        request,
        membership,
        row.period,
        "撤销务工经历",
        **withdrawal(request, "务工经历", f"务工经历 · {row.period.title}", WORK_SPELL_FACTS, row, errors),
        version=row.version if version is None else version,
        **told,
    )


def _page(request: HttpRequest, membership: Membership, period: Period, what: str, **more: Any) -> HttpResponse:
    url, title = back(membership.household, period), f"{what} {membership.person.name}"
    crumbs = [("户档案", reverse("households")), (f"户 {membership.household.household_no}", url), (title, None)]
    return form_page(request, title=title, crumbs=crumbs, cancel_url=url, **more)
