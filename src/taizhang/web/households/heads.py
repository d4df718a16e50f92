"""Change of head (户主变更): another member becomes head, and every relation is stated again."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, Membership, Period
from taizhang.households.sealing import masked
from taizhang.households.services.family import change_head
from taizhang.households.services.refusals import LostRace
from taizhang.journal.posting import Cause
from taizhang.policy.code_lists import code_list
from taizhang.web.households import showing
from taizhang.web.households.forms import key_of, plain
from taizhang.web.households.one import archive_asked, archives_of, seen
from taizhang.web.households.operations.base import Errors, day_told, paper_fields, proof_told, reason_told
from taizhang.web.households.saving import conflict_of, saved
from taizhang.web.jinja import page
from taizhang.web.journal.sentences import told_of


def head_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the new head and everyone's relation to him."""
    household = seen(request, pk, Permission.HEAD_CHANGE)
    period = archive_asked(request, archives_of(household)).period
    members = family(household)
    if request.method != "POST":
        return _form(request, household, period, members)
    new_head = next((m for m in members if str(m.pk) == request.POST.get("head", "")), None)
    errors: Errors = {}
    on, proof, reason = day_told(request, errors), proof_told(request, errors), reason_told(request, errors, "请写明变更缘由")
    if new_head is None or new_head.relation == "head" or errors:
        whole = [] if new_head is not None and new_head.relation != "head" else ["请选择一名现户主以外的成员为新户主"]
        return _form(request, household, period, members, errors=errors, whole=whole, status=422)

    def lost(race: LostRace) -> HttpResponse:
        conflict = conflict_of(told_of([(Membership, [m.pk for m in members])]))
        return _form(request, household, period, family(household), conflict=conflict, status=409)

    return saved(
        lambda: change_head(
            by=request.user,
            at=timezone.now(),
            cause=Cause("head.change", reason),
            household=household,
            period=period,
            new_head=new_head,
            relations=relations_of(request.POST, members),
            versions=versions_of(request.POST.get("version", "")),
            on=on,
            proof=proof,
            idempotency_key=key_of(request),
        ),
        go=_back(household, period),
        form=partial(_form, request, household, period, members),
        lost=lost,
    )


def family(household: Household) -> list[Membership]:
    """The members of today, the head first.

    Cost     1 query
    """
    found = Membership.objects.filter(household=household, open=True).select_related("person").order_by("pk")
    return sorted(found, key=lambda m: m.relation != "head")


def relations_of(posted: Mapping[str, str], members: Sequence[Membership]) -> dict[int, str]:
    """The relations that were stated, by membership; a word that is no relation counts as not stated."""
    keys = code_list("relation").keys()
    stated = {m.pk: posted.get(f"relation_{m.pk}", "") for m in members}
    return {pk: key for pk, key in stated.items() if key in keys and key != "head"}


def versions_of(text: str) -> dict[int, int]:
    """``12:1,13:2``: the versions of memberships that the form was made from."""
    pairs = [piece.split(":") for piece in text.split(",")]
    return {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) == 2 and all(p.isdecimal() and len(p) < 19 for p in pair)}


def relation_fields(posted: Mapping[str, str], members: Sequence[Membership], *, bare: bool = False) -> list[dict[str, Any]]:
    """A field for each member's relation to the new head."""
    of = code_list("relation")
    choices = [(code.key, code.zh) for code in of.codes if code.key != "head"]
    return [
        plain(f"relation_{m.pk}", "与新户主关系" if bare else f"{m.person.name} 与新户主关系", posted, {}, kind="select", choices=choices)
        for m in members
    ]


def _form(
    request: HttpRequest,
    household: Household,
    period: Period,
    members: list[Membership],
    *,
    errors: Errors | None = None,
    whole: list[str] | None = None,
    conflict: str | None = None,
    status: int = 200,
) -> HttpResponse:
    head = next((m.person.name for m in members if m.relation == "head"), "(无)")
    fields = relation_fields(request.POST, members, bare=True)
    people = [
        {
            "id": str(m.pk),
            "name": m.person.name,
            "id_no": masked(bytes(m.person.id_no), "id_no") if m.person.id_no else "",
            "relation": showing.label("relation", m.relation) or "",
            "field": field,
        }
        for m, field in zip(members, fields, strict=True)
    ]
    standing = ",".join(f"{m.pk}:{m.version}" for m in members)
    context = {
        "crumbs": [("户档案", reverse("households")), (f"户 {household.household_no}", _back(household, period)), ("变更户主", None)],
        "household": {"head_name": head},
        "people": people,
        "first": request.POST.get("head", ""),
        "fields": paper_fields(request, errors or {}, what="变更"),
        "errors": whole or list((errors or {}).values()),
        "conflict": conflict,
        "idempotency_key": key_of(request),
        "version": standing if conflict else request.POST.get("version", standing),
        "cancel_url": _back(household, period),
    }
    return page(request, "households/change_head.html", context, status=status)


def _back(household: Household, period: Period) -> str:
    return f"{reverse('household_show', args=[household.pk])}?{urlencode({'period': period.key})}"
