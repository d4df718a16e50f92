"""Putting a new household on the register by form (登记新户): its facts and its members. The county identifies it by decision."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, MemberPeriod, Membership, Period, Person
from taizhang.households.services.enrolling import enroll_household
from taizhang.places.models import Place
from taizhang.policy.archive import HOUSEHOLD_FACTS, SECTIONS, Fact, fact
from taizhang.web.errors import refused
from taizhang.web.households.forms import FEW, Typed, field_of, key_of, plain, read_facts
from taizhang.web.households.periods import current_period, period_named
from taizhang.web.households.saving import saved, signed
from taizhang.web.households.showing import wide_last
from taizhang.web.jinja import page

MUST = ("id_standard", "hh_attr", "main_cause", "address")
ASKED = tuple(f for f in HOUSEHOLD_FACTS if not f.derived and not f.events_only)
IN_TABLE = ("name", "relation", "id_type", "id_no", "ethnicity", "education", "health", "labour")
HOME_OF = {"name": "person", "relation": "membership", "id_type": "person", "id_no": "person", "ethnicity": "person"}
MOST_MEMBERS = 30
EMPTY: dict[str, Any] = {"person": Person(), "membership": Membership(), "member": MemberPeriod()}


def household_enroll(request: HttpRequest) -> HttpResponse:
    """The form of a new household."""
    period = period_named(request, asked) if (asked := request.GET.get("period", "")) else current_period(request)
    if period is None:
        return refused(request, 409, says="还没有开设期次，请管理员先开设期次。")
    rows = _rows(request)
    if request.method != "POST":
        return _form(request, period, Typed(), [Typed() for _ in range(rows)], {})
    household = read_facts(request.POST, ASKED)
    members = [read_facts(request.POST, _table_facts(), suffix=f"_{n}") for n in range(1, rows + 1)]
    if "add_row" in request.POST:
        return _form(request, period, household, [*members, Typed()][:MOST_MEMBERS], {})
    errors = _checked(request, household, members)
    told = [m for m in members if _is_told(m)]
    if errors or household.errors or any(m.errors for m in members):
        return _form(request, period, household, members, errors, status=422)
    facts = {f"household.{name}": value for name, value in household.values.items() if value is not None}
    form = partial(_form, request, period, household, members, {})
    return saved(
        lambda: enroll_household(
            **signed(request, "household.enroll"),
            period=period,
            area=request.POST["area"],
            group=request.POST.get("group", "").strip()[:50],
            facts=facts,
            members=[_member(m) for m in told],
        ),
        go=lambda pk: reverse("household_show", args=[pk]),
        form=form,
    )


def villages(request: HttpRequest, permission: Permission = Permission.HOUSEHOLD_ENROLL) -> list[tuple[str, str]]:
    """The villages in which the user may enrol (or has another permission), for a select.

    Cost     1 query
    """
    scope = access.scope_of(request.user, permission)
    found = Place.objects.in_force(timezone.localdate()).within(list(scope.ranges)).filter(level__in=("township", "village"))
    names = dict(found.filter(level="township").values_list("code", "name"))
    rows = found.filter(level="village").order_by("code").values_list("code", "name")
    return [(code, f"{names.get(f'{code[:9]}000', '')} {name}".strip()) for code, name in rows]


def _rows(request: HttpRequest) -> int:
    asked = request.POST.get("rows", "")
    return min(max(int(asked), 1), MOST_MEMBERS) if asked.isdecimal() and len(asked) < 4 else 3


def _table_facts() -> tuple[Fact, ...]:
    return tuple(fact(name) for name in IN_TABLE)


def _is_told(member: Typed) -> bool:
    """Whether a line of the table was used at all."""
    return bool(member.values.get("name") or member.values.get("id_no") or member.errors)


def _member(member: Typed) -> dict[str, Any]:
    return {f"{HOME_OF.get(name, 'member')}.{name}": value for name, value in member.values.items() if value is not None}


def _checked(request: HttpRequest, household: Typed, members: list[Typed]) -> dict[str, str]:
    """What is missing: the village, the facts that no household may lack, a name and a relation on each used line."""
    errors: dict[str, str] = {}
    if request.POST.get("area", "") not in dict(villages(request)):
        errors["area"] = "请选择所在村"
    for name in MUST:
        if not household.values.get(name):
            household.errors.setdefault(name, "必填")
    for at, member in enumerate(members, start=1):
        if not _is_told(member):
            continue
        for name in ("name", "relation"):
            if not member.values.get(name):
                member.errors.setdefault(f"{name}_{at}", "必填")
    if not any(_is_told(m) for m in members):
        errors["members"] = "至少登记一名成员(户主)"
    return errors


def _form(
    request: HttpRequest,
    period: Period,
    household: Typed,
    members: list[Typed],
    errors: dict[str, str],
    *,
    whole: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    empty = HouseholdPeriod()
    sections = [
        {
            "title": SECTIONS[name],
            "fields": [field_of(f, empty, household, required=f.name in MUST) for f in wide_last(ASKED) if f.section == name],
        }
        for name in ("base", "income", "living")
    ]
    wrong = [*(whole or []), *(errors.get(n, "") for n in ("members",) if n in errors)]
    if not wrong and (errors or household.errors or any(m.errors for m in members)) and status == 422:
        wrong = ["有栏目填写不对，见下面标红的说明"]
    context = {
        "title": "新增户",
        "crumbs": [("户档案", reverse("households")), ("新增户", None)],
        "note": f"{period.title}，标准时点 {period.reference_on}。带 * 的必填，其余可先留空，登记后再补填；不清楚的不要填否或 0。"
        "登记后尚未识别，由县级凭决定办理新识别。",
        "first": _first(request, errors),
        "sections": sections,
        "heads": [{"title": fact(name).zh, "required": name in ("name", "relation")} for name in IN_TABLE],
        "members": [[_cell(name, m, at) for name in IN_TABLE] for at, m in enumerate(members, start=1)],
        "rows": len(members),
        "errors": wrong,
        "idempotency_key": key_of(request),
        "cancel_url": reverse("households"),
    }
    return page(request, "households/enroll.html", context, status=status)


def _first(request: HttpRequest, errors: dict[str, str]) -> list[dict[str, Any]]:
    """Where, when and why; a user of one village need not choose it."""
    places = villages(request)
    only = places[0][0] if len(places) == 1 else ""
    posted = request.POST if request.method == "POST" else {"area": request.GET.get("area", "") or only}
    return [
        plain("area", "所在村", posted, errors, kind="find" if len(places) > FEW else "select", choices=places, required=True),
        plain("group", "村民小组", posted, errors),
        plain("reason", "说明", posted, errors, placeholder="例：经村民代表大会评议、公示无异议"),
    ]


def _cell(name: str, member: Typed, at: int) -> dict[str, Any]:
    told = field_of(fact(name), EMPTY[HOME_OF.get(name, "member")], member, suffix=f"_{at}", required=False) | {"help": None, "wide": False}
    if name == "relation" and at == 1 and not member.raw:
        told["value"] = "head"
    return told | ({"kind": "select"} if told["kind"] == "find" else {})
