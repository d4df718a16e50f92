"""Asking for a locked field to be corrected (申请更正锁定字段): what stands, what is right, and the proof."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts.permissions import Permission
from taizhang.households.happenings import FACT_OF
from taizhang.households.models import CorrectionOrder, HouseholdPeriod, Membership, Period, Person
from taizhang.households.services.orders import request_order
from taizhang.policy.archive import fact
from taizhang.web.households.forms import Typed, field_of, plain, read_facts
from taizhang.web.households.heads import family
from taizhang.web.households.one import archives_of
from taizhang.web.households.operations.base import Errors, act_page, household_asked, proof_told, reason_told
from taizhang.web.households.saving import saved, signed
from taizhang.web.households.showing import label
from taizhang.web.periods.listing import office_of

KINDS = dict(CorrectionOrder.KINDS)
IDENTITY = tuple(fact(name) for name in ("name", "id_type", "id_no"))
WILL = (
    "申请送省级；省级核对证明材料后执行或驳回，办理前可以撤回。",
    "执行时按申请更正，连已冻结的期次一起改，变动历史写明依据哪一份更正单。",
    "申请以后原值又有变动的，不能执行，须重新申请。",
)


def order_request(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of an order."""
    archive = household_asked(request, pk, Permission.ORDER_REQUEST)
    asked = request.POST.get("kind") or request.GET.get("kind", CorrectionOrder.ATTRIBUTE)
    kind = asked if asked in KINDS else CorrectionOrder.ATTRIBUTE
    members, periods = family(archive.household), [a.period for a in archives_of(archive.household)]
    if request.method != "POST":
        return _form(request, archive, kind, members, periods, Typed())
    facts = IDENTITY if kind == CorrectionOrder.IDENTITY else (FACT_OF[kind],)
    typed = read_facts(request.POST, facts)
    person = next((m.person for m in members if str(m.person_id) == request.POST.get("person", "")), None)
    since = next((p for p in periods if p.key == request.POST.get("from_period", "")), None)
    if kind == CorrectionOrder.IDENTITY and person is None:
        typed.errors["person"] = "请选择成员"
    proof, reason = proof_told(request, typed.errors), reason_told(request, typed.errors)
    form = partial(_form, request, archive, kind, members, periods, typed)
    if typed.errors:
        return form(status=422)
    return saved(
        lambda: request_order(
            **signed(request, "order.request", reason),
            kind=kind,
            household=archive.household,
            new={name: value for name, value in typed.values.items() if value is not None},
            proof=proof,
            area=office_of(request.user, Permission.ORDER_REQUEST),
            person=person if kind == CorrectionOrder.IDENTITY else None,
            from_period=None if kind == CorrectionOrder.IDENTITY else since,
        ),
        go=lambda made: reverse("order_show", args=[made]),
        form=form,
        errors=typed.errors,
    )


def _form(
    request: HttpRequest,
    archive: HouseholdPeriod,
    kind: str,
    members: list[Membership],
    periods: list[Period],
    typed: Typed,
    **more: Any,
) -> HttpResponse:
    errors = typed.errors
    of_person = kind == CorrectionOrder.IDENTITY
    fields = _identity(request, members, typed) if of_person else _attribute(request, kind, archive, periods, typed)
    papers = [
        plain("proof", "证明材料", request.POST, errors, required=True, placeholder="例：户口簿复印件、身份证复印件、公示照片编号"),
        plain("reason", "更正原因", request.POST, errors, kind="longtext", required=True, wide=True, help="将写入更正单和变动历史"),
    ]
    kinds = [{"title": title, "url": _address(request, archive, key), "here": key == kind} for key, title in CorrectionOrder.KINDS]
    return act_page(
        request,
        archive,
        title="申请更正锁定字段",
        will=WILL,
        sections=[{"title": KINDS[kind], "fields": fields}, {"title": "依据", "fields": papers}],
        errors=errors,
        save="提交申请",
        extra="orders/kinds.html",
        kinds=kinds,
        kind=kind,
        **more,
    )


def _address(request: HttpRequest, archive: HouseholdPeriod, kind: str) -> str:
    person = request.GET.get("person", "") if kind == CorrectionOrder.IDENTITY else ""
    asked = {"period": archive.period.key, "kind": kind} | ({"person": person} if person else {})
    return f"{reverse('order_request', args=[archive.household_id])}?{urlencode(asked)}"


def _attribute(request: HttpRequest, kind: str, archive: HouseholdPeriod, periods: list[Period], typed: Typed) -> list[dict[str, Any]]:
    of: Errors = typed.errors
    named = FACT_OF[kind]
    choices = [(p.key, f"自{p.title}起") for p in periods]
    now = {"name": "now", "label": f"现{named.zh}", "kind": "shown", "value": label(named.name, getattr(archive, named.name))}
    blank = HouseholdPeriod()
    new = {**field_of(named, blank, typed, required=True), "label": "更正为"}
    since = plain("from_period", "更正范围", request.POST, of, kind="select", choices=choices, help="不选则更正所有期次")
    return [now, new, since]


def _identity(request: HttpRequest, members: list[Membership], typed: Typed) -> list[dict[str, Any]]:
    chosen = request.POST.get("person") or request.GET.get("person", "")
    people = [(str(m.person_id), m.person.name) for m in members]
    who = {**plain("person", "成员", request.POST, typed.errors, kind="select", choices=people, required=True), "value": chosen}
    fields = [field_of(f, Person(), typed, required=False) for f in IDENTITY]
    return [who, *({**f, "help": "只填要更正的；不变的留空"} for f in fields)]
