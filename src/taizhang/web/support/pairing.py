"""Pairing (结对): many chosen households with one helper, one household with another, an end, a withdrawal."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household
from taizhang.journal.moments import today
from taizhang.policy.code_lists import code_list
from taizhang.support.models import Helper, Pairing
from taizhang.support.query import offered_to, warnings_on
from taizhang.support.services.pairing import RESPONSIBLE, end_pairing, open_pairings, pair_households, withdraw_pairing
from taizhang.web.households.forms import key_of, plain, reason_of, version_of
from taizhang.web.households.saving import conflict_of, form_page, saved, signed
from taizhang.web.jinja import page
from taizhang.web.journal.sentences import told_of
from taizhang.web.support.showing import MOST, day_typed, heads_of, helper_choices, places_of

MOST_AT_ONCE = 1_000
COLUMNS = (
    {"key": "head", "title": "户主", "lead": True},
    {"key": "number", "title": "户编号", "kind": "mono"},
    {"key": "place", "title": "乡镇/村"},
    {"key": "helper", "title": "现帮扶责任人"},
    {"key": "since", "title": "开始", "kind": "day"},
)


def pairing_add(request: HttpRequest) -> HttpResponse:
    """Pair the chosen households with a helper; what should be looked at is said once before it is done."""
    households = _chosen(request)
    role = request.POST.get("role") or RESPONSIBLE
    errors: dict[str, str] = {}
    if request.method != "POST":
        return _form(request, households, role, errors)
    helper = _helper(request, households, errors)
    on, reason = day_typed(request, "on", errors), reason_of(request, errors)
    if role not in code_list("pairing_role").keys():  # noqa: SIM118
        errors["role"] = "请选择结对身份"
    if not households:
        errors["households"] = "请先在户档案列表中勾选要结对的户"
    if errors or helper is None or on is None:
        return _form(request, households, role, errors, status=422)
    warned = [finding.message for finding in warnings_on(helper, [h.pk for h in households], request.user, on)]
    if warned and request.POST.get("looked") != str(helper.pk):
        return _form(request, households, role, errors, warned=warned, looked=str(helper.pk), status=422)
    return saved(
        lambda: pair_households(
            **signed(request, "pairing.change", reason),
            area=request.user.area,
            households=households,
            helper=helper,
            on=on,
            role=role,
            seen=_seen_before(request),
        ),
        go=_back(households),
        form=lambda **more: _form(request, households, role, errors, looked=str(helper.pk), **more),
        lost=lambda race: _lost(request, households, role),
    )


def pairing_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pairing without a successor."""
    pairing = _pairing(request, pk)
    errors: dict[str, str] = {}

    def form(**told: Any) -> HttpResponse:
        ended = plain("on", "结束日期", request.POST, errors, kind="day", required=True, help="从这一天起不再结对；开始日期和人不变")
        return _one_form(request, pairing, "结束结对", [ended], errors, **told)

    if request.method != "POST":
        return form()
    on, reason = day_typed(request, "on", errors), reason_of(request, errors)
    if errors or on is None:
        return form(status=422)
    told = signed(request, "pairing.end", reason)
    return saved(
        lambda: end_pairing(pairing=pairing, version=version_of(request), on=on, **told),
        go=_duties(pairing.household_id),
        form=form,
        lost=lambda race: form(conflict=_who_changed(pairing), status=409),
    )


def pairing_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a pairing that was entered by mistake."""
    pairing = _pairing(request, pk)
    errors: dict[str, str] = {}

    def form(**told: Any) -> HttpResponse:
        return _one_form(request, pairing, "作废结对", [], errors, **told)

    if request.method != "POST":
        return form()
    reason = reason_of(request, errors)
    if errors:
        return form(status=422)
    told = signed(request, "pairing.withdraw", reason)
    return saved(
        lambda: withdraw_pairing(pairing=pairing, version=version_of(request), **told),
        go=_duties(pairing.household_id),
        form=form,
        lost=lambda race: form(conflict=_who_changed(pairing), status=409),
    )


def _chosen(request: HttpRequest) -> list[Household]:
    """The households that were picked, by their own numbers or by their archives', as far as the user may pair them."""
    asked = request.POST if request.method == "POST" else request.GET
    own, archives = _ids(asked.getlist("household")), _ids(asked.getlist("chosen"))
    rows = Household.objects.visible_to(request.user, Permission.PAIRING_CHANGE)
    found = rows.filter(pk__in=own) if own else rows.filter(householdperiod__in=archives) if archives else rows.none()
    return list(found.distinct().order_by("area", "pk")[:MOST_AT_ONCE])


def _ids(told: list[str]) -> list[int]:
    pieces = [piece for text in told for piece in text.split(",")]
    return [int(piece) for piece in pieces if piece.isdecimal() and len(piece) < 19]


def _helper(request: HttpRequest, households: list[Household], errors: dict[str, str]) -> Helper | None:
    named = request.POST.get("helper", "")
    offered = offered_to(h.area for h in households)
    found = offered.filter(pk=int(named)).first() if named.isdecimal() and len(named) < 19 else None
    if found is None:
        errors["helper"] = "请从名单中选择帮扶责任人"
    return found


def _seen_before(request: HttpRequest) -> dict[int, int]:
    """``12.1,15.3``: the pairings that stood when the form was made, with their versions."""
    pairs = [piece.split(".") for piece in request.POST.get("version", "").split(",") if piece]
    return {int(pk): int(version) for pk, version in pairs if pk.isdecimal() and version.isdecimal()}


def _back(households: list[Household]) -> str:
    if len(households) == 1:
        return _duties(households[0].pk)
    areas = {household.area[:12] for household in households}
    asked = {"area": next(iter(areas)), "level": "village"} if len(areas) == 1 else {}
    return f"{reverse('households')}{'?' if asked else ''}{urlencode(asked)}"


def _duties(household: int) -> str:
    return f"{reverse('household_show', args=[household])}?tab=duties"


def _pairing(request: HttpRequest, pk: int) -> Pairing:
    rows = Pairing.objects.visible_to(request.user, Permission.PAIRING_CHANGE).select_related("helper", "household")
    return access.fetch(rows, pk=pk)


def _who_changed(pairing: Pairing) -> str:
    pairing.refresh_from_db()
    return conflict_of(told_of([(Pairing, [pairing.pk])]))


def _lost(request: HttpRequest, households: list[Household], role: str) -> HttpResponse:
    standing = open_pairings([h.pk for h in households], role)
    told = told_of([(Pairing, [p.pk for p in standing])])
    return _form(request, households, role, {}, conflict=conflict_of(told) or "有的户的结对刚刚结束", status=409)


def _form(
    request: HttpRequest,
    households: list[Household],
    role: str,
    errors: dict[str, str],
    *,
    warned: list[str] | None = None,
    looked: str = "",
    whole: list[str] | None = None,
    conflict: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Cost: 5 queries."""
    standing = {p.household_id: p for p in open_pairings([h.pk for h in households], role)}
    choices = helper_choices(offered_to(h.area for h in households)[:MOST])
    posted = request.POST
    roles = code_list("pairing_role")
    fields = [
        plain("helper", "帮扶责任人", posted, errors, kind="find", choices=choices, required=True, help="没有的先登记帮扶责任人"),
        {
            **plain("role", "结对身份", posted, errors, kind="select", choices=list(zip(roles.keys(), roles.labels(), strict=True))),
            "value": role,
        },
        plain("on", "开始日期", posted, errors, kind="day", required=True, help="原帮扶责任人到这一天结束"),
    ]
    fields[-1]["value"] = posted.get("on", today().isoformat())
    context = {
        "crumbs": [("户档案", reverse("households")), ("结对", None)],
        "columns": COLUMNS,
        "rows": _rows(households, standing),
        "chosen": [h.pk for h in households],
        "sections": [{"title": "结对", "fields": fields}, _why(posted, errors)],
        "errors": whole or [*errors.values()],
        "warned": warned or [],
        "looked": looked,
        "conflict": conflict,
        "version": ",".join(f"{p.pk}.{p.version}" for p in standing.values()),
        "idempotency_key": key_of(request),
        "cancel_url": _back(households),
    }
    return page(request, "support/pair.html", context, status=status)


def _rows(households: list[Household], standing: dict[int, Pairing]) -> list[dict[str, Any]]:
    heads, places = heads_of(h.pk for h in households), places_of({h.area for h in households})
    return [
        {
            "head": heads.get(h.pk) or "(无户主)",
            "number": h.household_no,
            "place": places[h.area],
            "helper": standing[h.pk].helper.helper_name if h.pk in standing else None,
            "since": standing[h.pk].from_on if h.pk in standing else None,
        }
        for h in households
    ]


def _why(posted: Any, errors: dict[str, str]) -> dict[str, Any]:
    """Every change of a pairing says why."""
    told = plain("reason", "调整缘由", posted, errors, kind="longtext", required=True, wide=True, help="将写入变动历史")
    return {"title": "缘由", "fields": [{**told, "placeholder": "例：原帮扶责任人调离，年度调整"}]}


def _one_form(
    request: HttpRequest, pairing: Pairing, title: str, fields: list[dict[str, Any]], errors: dict[str, str], **told: Any
) -> HttpResponse:
    back = _duties(pairing.household_id)
    shown = [
        {"name": "helper", "label": "帮扶责任人", "kind": "shown", "value": pairing.helper.helper_name},
        {"name": "since", "label": "结对开始日期", "kind": "shown", "value": pairing.from_on},
    ]
    return form_page(
        request,
        title=title,
        crumbs=[("户档案", reverse("households")), (f"户 {pairing.household.household_no}", back), (title, None)],
        sections=[{"title": title, "fields": [*shown, *fields]}, _why(request.POST, errors)],
        cancel_url=back,
        version=pairing.version,
        errors=errors,
        **told,
    )
