"""Surveying a village and correcting its archive (采集、更正村档案); taking the draft mark off one that was carried over."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.services.refusals import LostRace, Refused
from taizhang.journal.posting import AlreadyPosted
from taizhang.places.models import Place
from taizhang.policy.archive import VILLAGE_FACTS, Fact, facts_in
from taizhang.policy.archive.village import MODULES
from taizhang.policy.villages import Beside
from taizhang.villages.models import VillagePeriod
from taizhang.villages.services.surveying import confirm_village, correct_village, survey_village
from taizhang.villages.totals import beside_village, counted
from taizhang.web.errors import refused
from taizhang.web.households.forms import Typed, corrected, field_of, reason_section, version_of
from taizhang.web.households.saving import form_page, raced, saved, signed
from taizhang.web.villages.showing import archive_of, list_of, page_of, period_asked, village_asked

NO_VILLAGE = "这个区划不是行政村，没有村档案。"
NOTE = "{}，标准时点 {}。不清楚的栏目留作未填，不要填否或 0；土地按亩、金额按元填写。"


def village_edit(request: HttpRequest, area: str) -> HttpResponse:
    """The form of the archive of a village in a period, one module of it where `module` names one."""
    place = village_asked(request, area, Permission.VILLAGE_SURVEY)
    if place is None:
        return refused(request, 409, says=NO_VILLAGE)
    period = period_asked(request)
    archive = archive_of(place.code, period)
    if request.method != "POST":
        return _form(request, place, period, archive, Typed())
    typed, version, reason = corrected(request, VILLAGE_FACTS, archive)
    if typed.errors:
        return _form(request, place, period, archive, typed, version=version, status=422)
    return saved(
        lambda: _save(request, place, period, archive, typed, version, reason),
        go=page_of(place.code, period),
        form=partial(_form, request, place, period, archive, typed, version=version),
        lost=partial(_lost, request, place, period, typed, version),
        errors=typed.errors,
    )


def village_confirm(request: HttpRequest, area: str) -> HttpResponse:
    """An archive that was carried over is right as it stands."""
    place = village_asked(request, area, Permission.VILLAGE_SURVEY)
    period = period_asked(request)
    archive = archive_of(place.code, period) if place else None
    if place is None or archive is None:
        return refused(request, 409, says=NO_VILLAGE)
    try:
        confirm_village(
            **signed(request, "village.confirm"),
            village_period=archive,
            version=version_of(request),
        )
    except AlreadyPosted:
        return HttpResponseRedirect(page_of(place.code, period))
    except Refused as says:
        return refused(request, 409, says=str(says))
    return HttpResponseRedirect(page_of(place.code, period))


def _save(
    request: HttpRequest, place: Place, period: Period, archive: VillagePeriod | None, typed: Typed, version: int, reason: str
) -> VillagePeriod:
    if archive is None:
        facts = {name: value for name, value in typed.values.items() if value is not None}
        return survey_village(**signed(request, "village.survey", reason), area=place.code, period=period, facts=facts)
    told = signed(request, "village.correct", reason)
    return correct_village(**told, village_period=archive, version=version, facts=typed.values)


def _lost(request: HttpRequest, place: Place, period: Period, typed: Typed, version: int, race: LostRace) -> HttpResponse:
    """The form again, with both values where they differ, at the version that stands now."""
    archive = archive_of(place.code, period)
    return _form(request, place, period, archive, typed, **raced(archive, VILLAGE_FACTS, typed, version, race))


def _form(
    request: HttpRequest,
    place: Place,
    period: Period,
    archive: VillagePeriod | None,
    typed: Typed,
    *,
    version: int | None = None,
    theirs: dict[str, Any] | None = None,
    **told: Any,
) -> HttpResponse:
    row, only = archive or VillagePeriod(), request.GET.get("module", "")
    beside = beside_village(archive, counted(period, place.code).villages.get(place.code, {}))
    sections = []
    for section in [only] if only in MODULES else MODULES:
        fields = fields_beside(facts_in(section), row, typed, beside, theirs)
        sections.append({"title": MODULES[section][0], "fields": fields})
    if archive is not None:
        sections.append(reason_section(request.POST, typed.errors))
    title = "更正村档案" if archive else "采集村档案"
    back = page_of(place.code, period)
    return form_page(
        request,
        title=f"{title} · {place.name}",
        crumbs=[("村档案", list_of()), (place.name, back), (title, None)],
        note=NOTE.format(period.title, period.reference_on),
        sections=sections,
        cancel_url=back,
        version=version if version is not None else (archive.version if archive else 0),
        errors=typed.errors,
        **told,
    )


def fields_beside(
    facts: Iterable[Fact], row: Any, typed: Typed, beside: Mapping[str, Beside], theirs: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Facts as fields; a total says what the register counts."""
    fields = [field_of(f, row, typed, theirs=theirs) for f in facts]
    for field in fields:
        each = beside.get(field["name"])
        if each is not None:
            field["help"] = f"名册算出 {each.counted}：{each.total.counts}"
    return fields


def edit_url(area: str, period: Period, module: str) -> str:
    """The form of one module."""
    return f"{reverse('village_edit', args=[area])}?{urlencode({'period': period.key, 'module': module})}"
