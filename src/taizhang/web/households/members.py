"""Members: correcting one, natural increase (自然增加) and natural decrease (自然减少)."""

from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, MemberPeriod, Membership, Period, Person
from taizhang.households.services.correcting import correct_member
from taizhang.households.services.family import add_member, leave_member
from taizhang.households.services.refusals import LostRace
from taizhang.policy.archive import MEMBER_FACTS, MEMBERSHIP_FACTS, PERSON_FACTS, Fact
from taizhang.policy.code_lists import code_list
from taizhang.policy.states import NATURAL_ADD_REASONS, NATURAL_DROP_REASONS
from taizhang.web.households.forms import Typed, day_of, field_of, insist_on, key_of, plain, read_facts, reason_of, reason_section
from taizhang.web.households.heads import family, relation_fields, relations_of, versions_of
from taizhang.web.households.one import archive_asked, archives_of, seen
from taizhang.web.households.saving import WRONG, both_values, conflict_of, saved, signed, untouched
from taizhang.web.jinja import page
from taizhang.web.journal.sentences import told_of

HOMES: dict[str, tuple[Fact, ...]] = {"person": PERSON_FACTS, "membership": MEMBERSHIP_FACTS, "member": MEMBER_FACTS}
RELATION = tuple(f for f in MEMBERSHIP_FACTS if f.name == "relation")
NEW_MEMBER: dict[str, tuple[Fact, ...]] = {
    "person": tuple(f for f in PERSON_FACTS if not f.derived),
    "membership": RELATION,
    "member": MEMBER_FACTS,
}


def member_seen(request: HttpRequest, pk: int, permission: Permission) -> Membership:
    """An open membership, fetched through the scope.

    Raises   NotFound
    """
    rows = Membership.objects.visible_to(request.user, permission).filter(open=True).select_related("person", "household")
    return access.fetch(rows, pk=pk)


def member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a member: identity, relation and what was surveyed."""
    membership = member_seen(request, pk, Permission.HOUSEHOLD_CORRECT)
    period = archive_asked(request, archives_of(membership.household)).period
    rows = _rows(membership, period)
    if request.method != "POST":
        return _edit_form(request, membership, period, rows, Typed())
    typed = {home: read_facts(request.POST, facts) for home, facts in HOMES.items()}
    read = _versions(request)
    for home, facts in HOMES.items():
        if read[home] == rows[home].version:
            insist_on(typed[home], facts, rows[home])
    whole = _merged(typed)
    reason = reason_of(request, whole.errors)
    if whole.errors:
        return _edit_form(request, membership, period, rows, whole, version=request.POST.get("version", ""), status=422)
    return saved(
        lambda: correct_member(
            **signed(request, "member.correct", reason),
            membership=membership,
            period=period,
            versions=read,
            facts={f"{home}.{name}": value for home, part in typed.items() for name, value in part.values.items()},
        ),
        go=back(membership.household, period),
        form=partial(_edit_form, request, membership, period, rows, whole, version=request.POST.get("version", "")),
        lost=lambda race: _lost(request, member_seen(request, pk, Permission.HOUSEHOLD_CORRECT), period, typed, read, race),
        errors=whole.errors,
    )


def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Natural increase: a person joins the household."""
    household = seen(request, pk, Permission.MEMBER_ADD)
    period = archive_asked(request, archives_of(household)).period
    if request.method != "POST":
        return _add_form(request, household, period, Typed())
    typed = {home: read_facts(request.POST, facts) for home, facts in NEW_MEMBER.items()}
    whole = _merged(typed)
    reason, on = _reason_and_day(request, whole.errors, NATURAL_ADD_REASONS)
    for name in ("name", "relation"):
        if not whole.values.get(name) and name not in whole.errors:
            whole.errors[name] = "必填"
    if whole.errors or on is None:
        return _add_form(request, household, period, whole, status=422)
    form = partial(_add_form, request, household, period, whole)
    return saved(
        lambda: add_member(
            **signed(request, "member.add", code_list("add_reason").by_key(reason).zh),
            household=household,
            period=period,
            facts={f"{home}.{name}": value for home, part in typed.items() for name, value in part.values.items() if value is not None},
            reason=reason,
            on=on,
            proof=_proof(request),
        ),
        go=back(household, period),
        form=form,
        errors=whole.errors,
    )


def member_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Natural decrease: a person leaves the household; a head leaves a new head behind."""
    membership = member_seen(request, pk, Permission.MEMBER_LEAVE)
    period = archive_asked(request, archives_of(membership.household)).period
    others = [m for m in family(membership.household) if m.pk != pk]
    heads = others if membership.relation == "head" else []
    if request.method != "POST":
        return _leave_form(request, membership, period, heads, {})
    errors: dict[str, str] = {}
    reason, on = _reason_and_day(request, errors, NATURAL_DROP_REASONS)
    new_head = next((m for m in heads if str(m.pk) == request.POST.get("head", "")), None)
    if heads and new_head is None:
        errors["head"] = "请选择新户主"
    if errors or on is None:
        return _leave_form(request, membership, period, heads, errors, status=422)
    versions = versions_of(request.POST.get("version", ""))

    def lost(race: LostRace) -> HttpResponse:
        conflict = conflict_of(told_of([(Membership, [pk, *(m.pk for m in others)])]))
        return _leave_form(request, member_seen(request, pk, Permission.MEMBER_LEAVE), period, heads, {}, conflict=conflict, status=409)

    return saved(
        lambda: leave_member(
            **signed(request, "member.leave", code_list("drop_reason").by_key(reason).zh),
            membership=membership,
            period=period,
            version=versions.get(membership.pk, 0),
            reason=reason,
            on=on,
            proof=_proof(request),
            new_head=new_head,
            relations=relations_of(request.POST, heads),
            versions=versions,
        ),
        go=back(membership.household, period),
        form=partial(_leave_form, request, membership, period, heads, {}),
        lost=lost,
    )


def back(household: Household, period: Period) -> str:
    """The household page of a period."""
    return f"{reverse('household_show', args=[household.pk])}?{urlencode({'period': period.key})}"


def _rows(membership: Membership, period: Period) -> dict[str, Any]:
    archive = MemberPeriod.objects.filter(person=membership.person_id, period=period).first()
    return {"person": membership.person, "membership": membership, "member": archive or MemberPeriod(version=0)}


def _merged(typed: dict[str, Typed]) -> Typed:
    whole = Typed()
    for part in typed.values():
        whole.values |= part.values
        whole.raw |= part.raw
        whole.errors |= part.errors
    return whole


def _versions(request: HttpRequest) -> dict[str, int]:
    """``3.2.1``: the versions of person, membership and archive that the form was made from."""
    pieces = request.POST.get("version", "").split(".")
    return dict(zip(HOMES, (int(p) if p.isdecimal() else 0 for p in [*pieces, "", "", ""][:3]), strict=True))


def _lost(
    request: HttpRequest, membership: Membership, period: Period, typed: dict[str, Typed], read: dict[str, int], lost: LostRace
) -> HttpResponse:
    rows = _rows(membership, period)
    models: list[tuple[Any, list[int]]] = [(Person, [membership.person_id]), (Membership, [membership.pk])]
    told = told_of([*models, (MemberPeriod, [rows["member"].pk] if rows["member"].pk else [])])
    left: set[str] = set()
    for home, facts in HOMES.items():
        left |= untouched(typed[home], rows[home], facts, told, read[home])
    whole = _merged(typed)
    theirs = both_values(whole, left, lost)
    return _edit_form(request, membership, period, rows, whole, conflict=conflict_of(told), theirs=theirs, status=409)


def _edit_form(
    request: HttpRequest,
    membership: Membership,
    period: Period,
    rows: dict[str, Any],
    typed: Typed,
    *,
    version: str = "",
    whole: list[str] | None = None,
    conflict: str | None = None,
    theirs: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    def fields(home: str) -> list[dict[str, Any]]:
        return [field_of(f, rows[home], typed, may_locked=False, theirs=theirs) for f in HOMES[home]]

    family = fields("membership")
    if membership.relation == "head":
        family[0] = {**family[0], "fixed": "更换户主请办理户主变更", "value": "本人或户主"}
    sections = [
        {"title": "人员身份", "note": "姓名、证件由省级更正", "fields": fields("person")},
        {"title": "户与成员", "fields": family},
        {"title": f"采集表(成员) · {period.title}", "fields": fields("member")},
        reason_section(request.POST, typed.errors),
    ]
    standing = ".".join(str(rows[home].version) for home in HOMES)
    context = _context(request, membership.household, period, membership.person.name, "更正成员信息") | {
        "sections": sections,
        "errors": whole or _told(typed),
        "conflict": conflict,
        "version": version or standing,
        "note": "不清楚的栏目留作未填，不要填否或 0。",
        "household": {"head_name": membership.person.name},
    }
    return page(request, "households/members/edit.html", context, status=status)


def _add_form(
    request: HttpRequest, household: Household, period: Period, typed: Typed, *, whole: list[str] | None = None, status: int = 200
) -> HttpResponse:
    empty = MemberPeriod()
    sections = [
        {"title": "增加原因", "fields": _why(request, typed.errors, "add_reason", NATURAL_ADD_REASONS, "增加")},
        {"title": "人员身份", "fields": [field_of(f, Person(), typed, required=f.name == "name") for f in NEW_MEMBER["person"]]},
        {"title": "户与成员", "fields": [field_of(RELATION[0], Membership(), typed, required=True)]},
        {
            "title": "采集表(成员)",
            "note": "可以先登记，以后补填",
            "fields": [field_of(f, empty, typed, required=False) for f in MEMBER_FACTS],
        },
    ]
    context = _context(request, household, period, "", "增加成员") | {
        "sections": sections,
        "errors": whole or _told(typed),
        "conflict": None,
        "version": None,
        "note": "已在册而不在任何户的人，按证件号码重新入户，不会重复登记。",
        "household": {"head_name": ""},
    }
    return page(request, "households/members/add.html", context, status=status)


def _leave_form(
    request: HttpRequest,
    membership: Membership,
    period: Period,
    heads: list[Membership],
    errors: dict[str, str],
    *,
    whole: list[str] | None = None,
    conflict: str | None = None,
    status: int = 200,
) -> HttpResponse:
    sections = [{"title": "减少原因", "fields": _why(request, errors, "drop_reason", NATURAL_DROP_REASONS, "减少")}]
    if heads:
        people = [(str(m.pk), m.person.name) for m in heads]
        chosen = plain("head", "新户主", request.POST, errors, kind="select", choices=people, required=True)
        sections.append(
            {
                "title": "新户主",
                "note": "户主减少时须同时确定新户主和各人与新户主的关系",
                "fields": [chosen, *relation_fields(request.POST, heads)],
            }
        )
    versions = ",".join(f"{m.pk}:{m.version}" for m in [membership, *heads])
    context = _context(request, membership.household, period, membership.person.name, "减少成员") | {
        "sections": sections,
        "errors": whole or list(errors.values()),
        "conflict": conflict,
        "version": versions if conflict else request.POST.get("version", versions),
        "note": f"{membership.person.name} 将从本户减少。登记以后只能由更正说明缘由，不会删除。",
        "household": {"head_name": membership.person.name},
    }
    return page(request, "households/members/leave.html", context, status=status)


def _why(request: HttpRequest, errors: dict[str, str], of: str, allowed: tuple[str, ...], what: str) -> list[dict[str, Any]]:
    reasons = [(code.key, code.zh) for code in code_list(of).codes if code.key in allowed]
    return [
        plain("reason", f"{what}原因", request.POST, errors, kind="select", choices=reasons, required=True),
        plain("on", f"{what}日期", request.POST, errors, kind="day", required=True),
        plain("note", "证明材料", request.POST, errors, wide=True, required=True, placeholder="例：出生医学证明、结婚证、户口簿、死亡证明"),
    ]


def _reason_and_day(request: HttpRequest, errors: dict[str, str], allowed: tuple[str, ...]) -> tuple[str, date | None]:
    reason, on = request.POST.get("reason", ""), day_of(request, "on", errors)
    if reason not in allowed:
        errors["reason"] = "请选择原因"
    if on is not None and on > timezone.localdate():
        errors["on"] = "日期晚于今天，请核对"
    if not _proof(request):
        errors["note"] = "请写明证明材料"
    return reason, on


def _proof(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()[:200]


def _told(typed: Typed) -> list[str]:
    return [WRONG] if typed.errors else []


def _context(request: HttpRequest, household: Household, period: Period, name: str, title: str) -> dict[str, Any]:
    url = back(household, period)
    return {
        "crumbs": [("户档案", reverse("households")), (f"户 {household.household_no}", url), (f"{title} {name}".strip(), None)],
        "idempotency_key": key_of(request),
        "cancel_url": url,
    }
