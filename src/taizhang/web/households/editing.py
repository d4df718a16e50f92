"""Correcting what was surveyed of a household (更正采集表)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod
from taizhang.households.services.correcting import correct_household
from taizhang.households.services.refusals import LostRace, Refused
from taizhang.journal.models import Posted
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.policy.archive import HOUSEHOLD_FACTS, SECTIONS, Fact, facts_in
from taizhang.web.households.forms import Typed, field_of, insist_on, key_of, read_facts, reason_of, reason_section, version_of
from taizhang.web.households.one import archive_asked, archives_of, seen
from taizhang.web.households.showing import wide_last
from taizhang.web.jinja import moment, page
from taizhang.web.journal.sentences import Told, names_of_actors, told_of
from taizhang.web.journal.words import value_of


def household_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of every fact of the household in one period."""
    household = seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    archive = archive_asked(request, archives_of(household))
    if request.method != "POST":
        return _form(request, archive, Typed(), version=archive.version)
    typed = read_facts(request.POST, HOUSEHOLD_FACTS)
    version = version_of(request)
    if version == archive.version:
        insist_on(typed, HOUSEHOLD_FACTS, archive)
    reason = reason_of(request, typed.errors)
    if typed.errors:
        return _form(request, archive, typed, version=version, status=422)
    try:
        correct_household(
            by=request.user,
            at=timezone.now(),
            cause=Cause("household.correct", reason),
            household_period=archive,
            version=version,
            facts=typed.values,
            idempotency_key=key_of(request),
        )
    except AlreadyPosted:
        return HttpResponseRedirect(page_of(archive))
    except LostRace as lost:
        return _lost(request, archive, typed, version, lost)
    except Refused as refused:
        return _form(request, archive, typed, version=version, errors=[str(refused)], status=409)
    return HttpResponseRedirect(page_of(archive))


def conflict_of(told: list[Told]) -> str:
    """Who changed it when, of the newest posting."""
    if not told:
        return ""
    newest = told[0]
    who = names_of_actors({(newest.tx.actor, newest.tx.person)})[newest.tx.actor, newest.tx.person]
    return f"{moment(newest.tx.at)} 由 {who} 修改"


def untouched(typed: Typed, row: Posted, facts: tuple[Fact, ...], told: list[Told], version: int) -> set[str]:
    """The facts that the loser of a race left as he had read them: there the winner's value stands, and nothing is to choose."""
    table = row._meta.db_table
    read = [image for one in told for tbl, pk, _, image, _ in one.rows if (tbl, pk, image["version"]) == (table, row.pk, str(version))]
    if not read:
        return set()
    known = {f.name: f for f in facts if f.name in typed.values and not f.kind.secret}
    return {n for n, f in known.items() if _words(f, typed.values[n]) == _words_of_text(table, n, read[0].get(n))}


def _words(fact: Fact, value: Any) -> str:
    return fact.kind.show_one(value)


def _words_of_text(table: str, name: str, text: str | None) -> str:
    value = value_of(table, name, text)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return ""
    shown = str(value)
    return shown.rstrip("0").rstrip(".") if "." in shown and shown.replace(".", "").lstrip("-").isdecimal() else shown


def _lost(request: HttpRequest, archive: HouseholdPeriod, typed: Typed, version: int, lost: LostRace) -> HttpResponse:
    """The form again, with both values where they differ, at the version that stands now."""
    archive.refresh_from_db()
    told = told_of([(HouseholdPeriod, [archive.pk])])
    theirs = dict(lost.theirs)
    for name in untouched(typed, archive, HOUSEHOLD_FACTS, told, version):
        typed.raw.pop(name, None)
        theirs.pop(name, None)
    return _form(request, archive, typed, version=archive.version, conflict=conflict_of(told), theirs=theirs, status=409)


def _form(
    request: HttpRequest,
    archive: HouseholdPeriod,
    typed: Typed,
    *,
    version: int,
    errors: list[str] | None = None,
    conflict: str | None = None,
    theirs: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    may_locked = access.may(request.user, Permission.HOUSEHOLD_CORRECT_LOCKED, archive.area)
    sections = [
        {
            "title": SECTIONS[section],
            "note": "带锁的栏目由省级更正，或由业务操作改变" if section == "base" else "",
            "fields": [field_of(f, archive, typed, may_locked=may_locked, theirs=theirs) for f in wide_last(facts_in(section))],
        }
        for section in ("base", "income", "living")
    ]
    context = {
        "title": "更正采集表",
        "crumbs": [("户档案", reverse("households")), (archive.head_name, page_of(archive)), ("更正采集表", None)],
        "note": f"{archive.period.title}，标准时点 {archive.period.reference_on}。不清楚的栏目留作未填，不要填否或 0。",
        "sections": [*sections, reason_section(request.POST, typed.errors)],
        "errors": errors or (["有栏目填写不对，见下面标红的说明"] if typed.errors else []),
        "conflict": conflict,
        "idempotency_key": key_of(request),
        "version": version,
        "cancel_url": page_of(archive),
        "ask_reason": False,
    }
    return page(request, "households/edit.html", context, status=status)


def page_of(archive: HouseholdPeriod) -> str:
    """The household page of an archive's period."""
    return f"{reverse('household_show', args=[archive.household_id])}?{urlencode({'period': archive.period.key})}"
