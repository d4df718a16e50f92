"""Correcting what was surveyed of a household (更正采集表)."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod
from taizhang.households.services.correcting import correct_household
from taizhang.households.services.refusals import LostRace
from taizhang.policy.archive import HOUSEHOLD_FACTS, MODULES, SECTIONS, facts_in
from taizhang.web.households.forms import Typed, corrected, field_of, reason_section
from taizhang.web.households.one import archive_asked, archives_of, seen
from taizhang.web.households.saving import form_page, raced, saved, signed
from taizhang.web.households.showing import wide_last


def household_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of every fact of the household in one period."""
    household = seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    archive = archive_asked(request, archives_of(household))
    if request.method != "POST":
        return _form(request, archive, Typed(), version=archive.version)
    typed, version, reason = corrected(request, HOUSEHOLD_FACTS, archive)
    if typed.errors:
        return _form(request, archive, typed, version=version, status=422)
    return saved(
        lambda: correct_household(
            **signed(request, "household.correct", reason), household_period=archive, version=version, facts=typed.values
        ),
        go=page_of(archive),
        form=partial(_form, request, archive, typed, version=version),
        lost=partial(_lost, request, archive, typed, version),
        errors=typed.errors,
    )


def _lost(request: HttpRequest, archive: HouseholdPeriod, typed: Typed, version: int, lost: LostRace) -> HttpResponse:
    """The form again, with both values where they differ, at the version that stands now."""
    archive.refresh_from_db()
    return _form(request, archive, typed, version=archive.version, **raced(archive, HOUSEHOLD_FACTS, typed, version, lost))


def _form(
    request: HttpRequest,
    archive: HouseholdPeriod,
    typed: Typed,
    *,
    theirs: dict[str, Any] | None = None,
    **told: Any,
) -> HttpResponse:
    sections = [
        {
            "title": SECTIONS[section],
            "note": "带锁的栏目由省级更正，或由业务操作改变" if section == "base" else "",
            "fields": [field_of(f, archive, typed, may_locked=False, theirs=theirs) for f in wide_last(facts_in(section))],
        }
        for section in ("base", "income", "living", *MODULES)
    ]
    return form_page(
        request,
        title="更正采集表",
        crumbs=[("户档案", reverse("households")), (archive.head_name, page_of(archive)), ("更正采集表", None)],
        note=f"{archive.period.title}，标准时点 {archive.period.reference_on}。不清楚的栏目留作未填，不要填否或 0。",
        sections=[*sections, reason_section(request.POST, typed.errors)],
        errors=typed.errors,
        cancel_url=page_of(archive),
        **told,
    )


def page_of(archive: HouseholdPeriod) -> str:
    """The household page of an archive's period."""
    return f"{reverse('household_show', args=[archive.household_id])}?{urlencode({'period': archive.period.key})}"
