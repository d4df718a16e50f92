"""The income worksheet of a household (收入核算明细): how each total was reckoned. The totals of the archive stay as they were typed."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, IncomeWorksheet
from taizhang.households.services.refusals import LostRace
from taizhang.households.services.worksheets import set_worksheet
from taizhang.policy.archive import WORKSHEET_FACTS, fact
from taizhang.policy.archive.income import WORKSHEET, WORKSHEET_FURTHER
from taizhang.web.households.editing import page_of
from taizhang.web.households.forms import Typed, corrected, field_of, reason_section
from taizhang.web.households.one import archive_asked, archives_of, seen, worksheet_of
from taizhang.web.households.saving import form_page, raced, saved, signed
from taizhang.web.jinja import yuan


def worksheet_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of every part of the household's income in one period."""
    household = seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    archive = archive_asked(request, archives_of(household))
    row = worksheet_of(archive) or IncomeWorksheet(version=0)
    if request.method != "POST":
        return _form(request, archive, row, Typed(), version=row.version)
    typed, version, reason = corrected(request, WORKSHEET_FACTS, row)
    if typed.errors:
        return _form(request, archive, row, typed, version=version, status=422)
    return saved(
        lambda: set_worksheet(**signed(request, "worksheet.set", reason), household_period=archive, version=version, facts=typed.values),
        go=page_of(archive),
        form=partial(_form, request, archive, row, typed, version=version),
        lost=partial(_lost, request, archive, typed, version),
        errors=typed.errors,
    )


def _lost(request: HttpRequest, archive: HouseholdPeriod, typed: Typed, version: int, lost: LostRace) -> HttpResponse:
    """The form again at the version that stands now, with both values where they differ."""
    row = worksheet_of(archive) or IncomeWorksheet(version=0)
    return _form(request, archive, row, typed, version=row.version, **raced(row, WORKSHEET_FACTS, typed, version, lost))


def _form(
    request: HttpRequest,
    archive: HouseholdPeriod,
    row: IncomeWorksheet,
    typed: Typed,
    *,
    version: int,
    theirs: dict[str, Any] | None = None,
    **told: Any,
) -> HttpResponse:
    def fields(names: list[str]) -> list[dict[str, Any]]:
        return [field_of(fact(name), row, typed, theirs=theirs) for name in names]

    sections: list[dict[str, Any]] = [
        {
            "title": fact(total).zh,
            "note": _total(archive, total),
            "fields": fields([f"{part}_{what}" for part, _ in parts for what in ("yuan", "note")]),
        }
        for total, parts in WORKSHEET.items()
    ]
    sections.append({"title": "理赔、自付与参考范围", "fields": fields([f.name for f in WORKSHEET_FURTHER])})
    url = page_of(archive)
    return form_page(
        request,
        title="收入核算明细",
        crumbs=[("户档案", reverse("households")), (archive.head_name, url), ("收入核算明细", None)],
        note=f"{archive.period.title}。填写各项收支的明细和算法；采集表的合计不会被改动，与明细不符时两个数同时列出。",
        sections=[*sections, reason_section(request.POST, typed.errors)] if version else sections,
        errors=typed.errors,
        version=version,
        cancel_url=url,
        **told,
    )


def _total(archive: HouseholdPeriod, name: str) -> str:
    typed = getattr(archive, name)
    return "采集表未填合计" if typed is None else f"采集表合计 {yuan(typed)} 元"
