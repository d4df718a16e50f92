"""The income worksheet of a household (收入核算明细): how each total was reckoned. The totals of the archive stay as they were typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, IncomeWorksheet
from taizhang.households.services.refusals import BadFacts, LostRace, Refused
from taizhang.households.services.worksheets import set_worksheet
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.policy.archive import WORKSHEET_FACTS, fact
from taizhang.policy.archive.income import WORKSHEET, WORKSHEET_FURTHER
from taizhang.web.households.editing import conflict_of, page_of, untouched
from taizhang.web.households.forms import Typed, field_of, found_errors, key_of, read_facts, reason_of, reason_section, version_of
from taizhang.web.households.one import archive_asked, archives_of, seen, worksheet_of
from taizhang.web.jinja import page, yuan
from taizhang.web.journal.sentences import told_of


def worksheet_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of every part of the household's income in one period."""
    household = seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    archive = archive_asked(request, archives_of(household))
    row = worksheet_of(archive) or IncomeWorksheet(version=0)
    if request.method != "POST":
        return _form(request, archive, row, Typed(), version=row.version)
    typed = read_facts(request.POST, WORKSHEET_FACTS)
    version = version_of(request)
    reason = reason_of(request, typed.errors) if version else ""
    if typed.errors:
        return _form(request, archive, row, typed, version=version, status=422)
    try:
        set_worksheet(
            by=request.user,
            at=timezone.now(),
            cause=Cause("worksheet.set", reason),
            household_period=archive,
            version=version,
            facts=typed.values,
            idempotency_key=key_of(request),
        )
    except AlreadyPosted:
        return HttpResponseRedirect(page_of(archive))
    except LostRace as lost:
        return _lost(request, archive, typed, version, lost)
    except BadFacts as bad:
        return _form(request, archive, row, typed, version=version, errors=found_errors(bad, typed.errors), status=422)
    except Refused as refused:
        return _form(request, archive, row, typed, version=version, errors=[str(refused)], status=409)
    return HttpResponseRedirect(page_of(archive))


def _lost(request: HttpRequest, archive: HouseholdPeriod, typed: Typed, version: int, lost: LostRace) -> HttpResponse:
    """The form again at the version that stands now, with both values where they differ; what the loser left blank was never his word."""
    row = worksheet_of(archive) or IncomeWorksheet(version=0)
    told = told_of([(IncomeWorksheet, [row.pk])]) if row.pk else []
    left = untouched(typed, row, WORKSHEET_FACTS, told, version) if version else {n for n, v in typed.values.items() if v is None}
    typed.raw = {name: raw for name, raw in typed.raw.items() if name not in left}
    theirs = {name: value for name, value in lost.theirs.items() if name not in left}
    errors = [] if told else [str(lost)]
    return _form(request, archive, row, typed, version=row.version, errors=errors, conflict=conflict_of(told), theirs=theirs, status=409)


def _form(
    request: HttpRequest,
    archive: HouseholdPeriod,
    row: IncomeWorksheet,
    typed: Typed,
    *,
    version: int,
    errors: list[str] | None = None,
    conflict: str | None = None,
    theirs: dict[str, Any] | None = None,
    status: int = 200,
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
    context = {
        "title": "收入核算明细",
        "crumbs": [("户档案", reverse("households")), (archive.head_name, url), ("收入核算明细", None)],
        "note": f"{archive.period.title}。填写各项收支的明细和算法；采集表的合计不会被改动，与明细不符时两个数同时列出。",
        "sections": [*sections, reason_section(request.POST, typed.errors)] if version else sections,
        "errors": errors or (["有栏目填写不对，见下面标红的说明"] if typed.errors else []),
        "conflict": conflict,
        "idempotency_key": key_of(request),
        "version": version,
        "cancel_url": url,
        "ask_reason": False,
    }
    return page(request, "households/edit.html", context, status=status)


def _total(archive: HouseholdPeriod, name: str) -> str:
    typed = getattr(archive, name)
    return "采集表未填合计" if typed is None else f"采集表合计 {yuan(typed)} 元"
