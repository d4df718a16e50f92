"""Measures to a household (到户措施): the forms to enter, correct and withdraw one."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.access import NotFound
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Measure, Membership
from taizhang.households.services.measures import ITEM, put_measure, withdraw_measure
from taizhang.households.services.refusals import LostRace
from taizhang.policy.archive import Fact, measure_facts
from taizhang.policy.archive.measures import COMMON, KINDS, details_of
from taizhang.web.households import showing
from taizhang.web.households.forms import Typed, corrected, field_of, plain, reason_section
from taizhang.web.households.measures_shown import tab_of
from taizhang.web.households.one import archive_asked, archives_of, members_of, seen
from taizhang.web.households.saving import form_page, raced, saved, signed, withdrawal, withdrawn

NOBODY = "没有这名成员，请重新选择"


def measure_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Enter a measure of the kind in the address."""
    archive = _archive(request, pk)
    if kind not in KINDS:
        raise NotFound
    return _written(request, archive, None, kind)


def measure_edit(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Correct a measure."""
    row = _measure_of(request, pk, measure)
    return _written(request, _archive_of(row), row, row.kind)


def measure_withdraw(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Withdraw a measure: it stays in the history and counts no more."""
    row = _measure_of(request, pk, measure)
    archive = _archive_of(row)
    return withdrawn(
        request,
        row,
        withdraw_measure,
        action="measure.withdraw",
        go=tab_of(archive),
        form=partial(_withdraw_form, request, archive, row),
        household_period=archive,
        measure=row,
    )


def _archive(request: HttpRequest, pk: int) -> HouseholdPeriod:
    household = seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    archive = archive_asked(request, archives_of(household))
    archive.household = household
    return archive


def _measure_of(request: HttpRequest, pk: int, measure: int) -> Measure:
    """A measure of the household; whoever sends a form about a withdrawn one is told so by the service.

    Raises   NotFound
    """
    household = seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    rows = Measure.objects.filter(household=household).select_related("period", "person")
    return access.fetch(rows if request.method == "POST" else rows.filter(withdrawn=False), pk=measure)


def _archive_of(row: Measure) -> HouseholdPeriod:
    """The archive beside which a measure stands."""
    archives = HouseholdPeriod.objects.filter(household=row.household_id).select_related("period", "household")
    return access.fetch(archives, period=row.period_id)


def _written(request: HttpRequest, archive: HouseholdPeriod, row: Measure | None, kind: str) -> HttpResponse:
    facts, members = measure_facts(kind), _members(archive, row)
    if request.method != "POST":
        return _form(request, archive, row, kind, Typed(), members)
    typed, version, reason = corrected(request, facts, row)
    member = members.get(request.POST.get("member", ""))
    if request.POST.get("member") and member is None:
        typed.errors["member"] = NOBODY
    if typed.errors:
        return _form(request, archive, row, kind, typed, members, version=version, status=422)
    return saved(
        lambda: put_measure(
            **signed(request, "measure.put" if row is None else "measure.correct", reason),
            household_period=archive,
            measure=row,
            version=version,
            kind=kind,
            facts=typed.values,
            member=member,
        ),
        go=tab_of(archive),
        form=partial(_form, request, archive, row, kind, typed, members, version=version),
        lost=partial(_lost, request, archive, row, kind, typed, members, version),
        errors=typed.errors,
    )


def _members(archive: HouseholdPeriod, row: Measure | None) -> dict[str, Membership]:
    """For whom a measure may be: the members of the period, and him for whom it is already."""
    found = {str(m.person_id): m for m in members_of(archive.household, archive.period)}
    if row is not None and row.person_id and str(row.person_id) not in found:
        left = Membership.objects.filter(household=archive.household_id, person=row.person_id).select_related("person").order_by("-pk")
        found |= {str(m.person_id): m for m in left[:1]}
    return found


def _lost(
    request: HttpRequest,
    archive: HouseholdPeriod,
    row: Measure | None,
    kind: str,
    typed: Typed,
    members: dict[str, Membership],
    version: int,
    lost: LostRace,
) -> HttpResponse:
    """The form again with both values where they differ."""
    if row is not None:
        row.refresh_from_db()
    return _form(request, archive, row, kind, typed, members, **raced(row, measure_facts(kind), typed, version, lost))


def _form(
    request: HttpRequest,
    archive: HouseholdPeriod,
    row: Measure | None,
    kind: str,
    typed: Typed,
    members: dict[str, Membership],
    *,
    version: int | None = None,
    theirs: dict[str, Any] | None = None,
    **told: Any,
) -> HttpResponse:
    standing = row or Measure(version=0)
    zh = showing.label("measure_kind", kind)

    def fields(facts: tuple[Fact, ...]) -> list[dict[str, Any]]:
        return [field_of(f, standing, typed, theirs=theirs, required=f.name == ITEM) for f in facts]

    posted = request.POST if "member" in request.POST else {"member": str(standing.person_id or "")}
    whom = plain("member", "受助成员", posted, typed.errors, kind="select", help="对全户的措施不选")
    whom["choices"] = [(key, m.person.name) for key, m in members.items()]
    common = fields(COMMON)
    sections = [
        {"title": f"{zh}措施 · {archive.period.title}", "fields": [common[0], whom, *common[1:]]},
        {"title": f"{zh}明细", "fields": fields(details_of(kind))},
    ]
    if row is not None:
        sections.append(reason_section(request.POST, typed.errors))
    return _page(
        request,
        archive,
        f"{'登记' if row is None else '更正'}{zh}措施",
        note="一项措施填一条；时间可只填年或年月，如 2018、2018-03。不清楚的栏目留作未填。",
        sections=sections,
        errors=typed.errors,
        version=standing.version if version is None else version,
        **told,
    )


def _withdraw_form(
    request: HttpRequest,
    archive: HouseholdPeriod,
    row: Measure,
    errors: dict[str, str],
    *,
    version: int | None = None,
    **told: Any,
) -> HttpResponse:
    title = f"{row.get_kind_display()}措施 · {archive.period.title}"
    return _page(
        request,
        archive,
        f"撤销{row.get_kind_display()}措施",
        **withdrawal(request, "措施", title, measure_facts(row.kind), row, errors),
        version=row.version if version is None else version,
        **told,
    )


def _page(request: HttpRequest, archive: HouseholdPeriod, title: str, **context: Any) -> HttpResponse:
    url = tab_of(archive)
    crumbs = [("户档案", reverse("households")), (archive.head_name or archive.household.household_no, url), (title, None)]
    return form_page(request, title=title, crumbs=crumbs, cancel_url=url, **context)
