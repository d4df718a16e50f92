"""Inclusion among the poor villages and exit (贫困村新纳入、退出): forms that carry a decision out, and demand one."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.places.models import Place
from taizhang.policy.archive import VILLAGE_FACTS
from taizhang.policy.villages import EXIT, INCLUDE, VILLAGE_OPERATIONS, exit_gaps, why_not_exit, why_not_include
from taizhang.villages.models import VillagePeriod
from taizhang.villages.services.deciding import exit_village, include_village
from taizhang.web.errors import refused
from taizhang.web.households.forms import version_of
from taizhang.web.households.operations.base import decision_fields, decision_told
from taizhang.web.households.saving import form_page, saved, signed
from taizhang.web.villages.editing import NO_VILLAGE
from taizhang.web.villages.showing import archive_of, list_of, page_of, period_asked, village_asked

DEEDS = {INCLUDE: include_village, EXIT: exit_village}
WHY_NOT = {INCLUDE: why_not_include, EXIT: why_not_exit}
WILL = {
    INCLUDE: ["村属性变为“贫困村”，是否出列变为“否”。", "村内的自然村随村档案一并核实。"],
    EXIT: ["记为已出列，出列年度为决定的年份；村属性不变。", "退出前核对总户数、总人口、村集体经济收入和到乡镇的路。"],
}
NO_ARCHIVE = "这个村本期还没有档案，请先采集。"


def village_decide(request: HttpRequest, area: str, operation: str) -> HttpResponse:
    """Carry out a decision on a village."""
    if operation not in DEEDS:
        raise access.NotFound
    place = village_asked(request, area, Permission.VILLAGE_DECIDE)
    if place is None:
        return refused(request, 409, says=NO_VILLAGE)
    period = period_asked(request)
    archive = archive_of(place.code, period)
    if archive is None:
        return refused(request, 409, says=NO_ARCHIVE)
    if request.method != "POST":
        return _form(request, place, period, archive, operation, {})
    errors: dict[str, str] = {}
    decision = decision_told(request, operation, errors)
    if errors:
        return _form(request, place, period, archive, operation, errors, status=422)
    form = partial(_form, request, place, period, archive, operation, errors)
    return saved(
        lambda: DEEDS[operation](
            **signed(request, f"village.{operation.partition('_')[0]}"),
            village_period=archive,
            version=version_of(request),
            decision=decision,
        ),
        go=page_of(place.code, period),
        form=form,
        lost=lambda race: form(whole=[str(race)], status=409, fresh=True),
        errors=errors,
    )


def _form(
    request: HttpRequest,
    place: Place,
    period: Period,
    archive: VillagePeriod,
    operation: str,
    errors: dict[str, str],
    *,
    fresh: bool = False,
    **told: Any,
) -> HttpResponse:
    if fresh:
        archive.refresh_from_db()
    facts = {f.name: getattr(archive, f.name) for f in VILLAGE_FACTS}
    gaps = list(exit_gaps(facts).values()) if operation == EXIT else []
    blocked = WHY_NOT[operation](facts) or ("；".join(gaps) if gaps else "")
    title, back = VILLAGE_OPERATIONS[operation], page_of(place.code, period)
    return form_page(
        request,
        title=f"{title} · {place.name}",
        crumbs=[("村档案", list_of()), (place.name, back), (title, None)],
        note=f"{period.title}。由市级依决定办理。",
        sections=[] if blocked else [{"title": "决定", "note": "没有决定不能办理", "fields": decision_fields(request, errors)}],
        cancel_url=back,
        version=archive.version,
        errors=errors,
        template="act.html",
        will=WILL[operation],
        blocked=blocked or None,
        save=title,
        **told,
    )
