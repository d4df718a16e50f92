"""Splitting a household in two and merging two into one (分户、合户): who goes where, and how each stands to the head."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, HouseholdPeriod, Membership
from taizhang.households.sealing import masked
from taizhang.households.services.splitting import merge_households, older_first, split_household
from taizhang.policy.code_lists import code_list
from taizhang.web.households import showing
from taizhang.web.households.forms import plain
from taizhang.web.households.heads import family, versions_of
from taizhang.web.households.operations.base import (
    Errors,
    act_page,
    day_told,
    done,
    household_asked,
    page_of,
    paper_fields,
    proof_told,
    reason_told,
)

SPLIT_WILL = (
    "分出的人组成新的一户，另编户编号；原户保留原编号。总人数不变。",
    "新户沿用原户的户属性、识别标准、脱贫状态和致贫原因；土地、住房和收入须重新调查，标为未核。",
    "每个人的历次采集信息跟着人走。",
)
MERGE_WILL = (
    "户编号较早的一户保留，编号、档案和户主不变；另一户的人全部并入后销户，原因记为合户。",
    "总人数不变；被并的一户不删除，历次档案和变动历史都保留。",
)


def household_split(request: HttpRequest, pk: int) -> HttpResponse:
    """Some members form a household of their own."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_SPLIT)
    members = family(archive.household)
    if request.method != "POST":
        return _split_form(request, archive, members, {})
    errors: Errors = {}
    going = [m for m in members if request.POST.get(f"go_{m.pk}") == "yes"]
    picked = {name: next((m for m in members if str(m.pk) == request.POST.get(name, "")), None) for name in ("head", "stays")}
    if not going or len(going) == len(members):
        errors["go"] = "分户时至少分出一人、至少留下一人"
    if picked["head"] not in going:
        errors["head"] = "请在分出的人中选一名新户主"
    if any(m.relation == "head" for m in going) and (picked["stays"] is None or picked["stays"] in going):
        errors["stays"] = "户主分出时，请在留下的人中选一名户主"
    on, proof = day_told(request, errors), proof_told(request, errors)
    reason_told(request, errors)
    if errors:
        return _split_form(request, archive, members, errors, whole=list(errors.values()), status=422)
    return done(
        request,
        archive,
        split_household,
        partial(_split_form, request, archive, members, errors),
        action="household.split",
        errors=errors,
        go=lambda new: page_of(new, archive.period.key),
        family=True,
        household=archive.household,
        period=archive.period,
        leaving=going,
        new_head=picked["head"],
        head_who_stays=picked["stays"],
        relations=_relations(request, members),
        versions=versions_of(request.POST.get("version", "")),
        on=on,
        proof=proof,
        group=request.POST.get("group", "").strip()[:50],
    )


def household_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Another household joins this one, or this one joins it: the older number survives."""
    archive = household_asked(request, pk, Permission.HOUSEHOLD_MERGE)
    asked = request.POST if request.method == "POST" else request.GET
    number = asked.get("other", "").strip()
    errors: Errors = {}
    other = Household.objects.visible_to(request.user, Permission.HOUSEHOLD_MERGE).filter(household_no=number).first() if number else None
    if number and (other is None or other.pk == pk):
        errors["other"] = "没有找到这个户编号，或不在您的管辖范围内" if other is None else "请填写另一户的户编号"
        other = None
    if request.method == "POST" and not number:
        errors["other"] = "请填写另一户的户编号"
    looked = request.POST.get("looked", "")
    if request.method != "POST" or not looked or (other is not None and looked != number):
        return _merge_form(request, archive, other, number, errors, status=422 if errors else 200)
    on, proof = day_told(request, errors), proof_told(request, errors)
    reason_told(request, errors)
    if errors or other is None:
        return _merge_form(request, archive, other, number, errors, status=422)
    older, younger = older_first(archive.household, other)
    return done(
        request,
        archive,
        merge_households,
        partial(_merge_form, request, archive, other, number, errors),
        action="household.merge",
        errors=errors,
        go=page_of(older.pk, archive.period.key),
        family=True,
        first=archive.household,
        second=other,
        period=archive.period,
        relations=_relations(request, family(younger)),
        versions=versions_of(request.POST.get("version", "")),
        household_versions=versions_of(request.POST.get("households", "")),
        on=on,
        proof=proof,
    )


def _relations(request: HttpRequest, members: list[Membership]) -> dict[int, str]:
    keys = code_list("relation").keys()
    stated = {m.pk: request.POST.get(f"relation_{m.pk}", "") for m in members}
    return {pk: key for pk, key in stated.items() if key in keys and key != "head"}


def _split_form(
    request: HttpRequest, archive: HouseholdPeriod, members: list[Membership], errors: Errors, *, fresh: bool = False, **more: Any
) -> HttpResponse:
    if fresh:
        members = family(archive.household)
    standing = _versions(members)
    fields = [
        *paper_fields(request, errors, what="分户"),
        plain("group", "新户村民小组", request.POST, errors, placeholder="不填与原户相同"),
    ]
    people = [_person(request, m) | {"going": request.POST.get(f"go_{m.pk}") == "yes", "was_head": m.relation == "head"} for m in members]
    return act_page(
        request,
        archive,
        title="分户",
        will=SPLIT_WILL,
        sections=[{"title": "依据", "fields": fields}],
        errors=errors,
        version=standing if fresh or request.method != "POST" else request.POST.get("version", standing),
        extra="households/split_people.html",
        people=people,
        head=request.POST.get("head", ""),
        stays=request.POST.get("stays", ""),
        blocked="" if len(members) > 1 else "这一户只有一人，不能分户。",
        **more,
    )


def _merge_form(
    request: HttpRequest,
    archive: HouseholdPeriod,
    other: Household | None,
    number: str,
    errors: Errors,
    *,
    fresh: bool = False,
    **more: Any,
) -> HttpResponse:
    household = archive.household
    if fresh and other is not None:
        household.refresh_from_db()
        other.refresh_from_db()
    field = {**plain("other", "另一户的户编号", {}, errors, required=True, placeholder="例：990000000012"), "value": number}
    context: dict[str, Any] = {"people": [], "survivor": None, "households": "", "looked": "", "version": None, "save": "核对另一户"}
    sections = [{"title": "与哪一户合并", "note": "先写户编号，核对以后再办理", "fields": [field]}]
    if other is not None:
        older, younger = older_first(household, other)
        coming = family(younger)
        kept_head = next((m.person.name for m in family(older) if m.relation == "head"), "(无户主)")
        context = {
            "people": [_person(request, m) for m in coming],
            "survivor": {"number": older.household_no, "head": kept_head, "url": reverse("household_show", args=[older.pk])},
            "goes": {"number": younger.household_no, "url": reverse("household_show", args=[younger.pk])},
            "households": _kept(request, "households", _versions([household, other]), fresh=fresh),
            "version": _kept(request, "version", _versions(coming), fresh=fresh),
            "looked": number,
            "save": "办理合户",
        }
        sections = [*sections, {"title": "依据", "fields": paper_fields(request, errors, what="合户")}]
    return act_page(
        request,
        archive,
        title="合户",
        will=MERGE_WILL,
        sections=sections,
        errors=errors,
        extra="households/merge_people.html",
        **(context | more),
    )


def _kept(request: HttpRequest, name: str, standing: str, *, fresh: bool) -> str:
    """Versions as they were read, where the form was made before."""
    return standing if fresh or not request.POST.get("looked") else request.POST.get(name, standing)


def _versions(rows: list[Any]) -> str:
    return ",".join(f"{row.pk}:{row.version}" for row in rows)


def _person(request: HttpRequest, member: Membership) -> dict[str, Any]:
    choices = [(code.key, code.zh) for code in code_list("relation").codes if code.key != "head"]
    told = plain(f"relation_{member.pk}", f"{member.person.name} 与户主关系", request.POST, {}, kind="select", choices=choices)
    return {
        "id": str(member.pk),
        "name": member.person.name,
        "id_no": masked(bytes(member.person.id_no), "id_no") if member.person.id_no else "",
        "relation": showing.label("relation", member.relation) or "",
        "field": told,
    }
