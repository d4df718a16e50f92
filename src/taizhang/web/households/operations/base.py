"""What the forms of acts on a household share: the household on top, its papers, its decision, a lost race."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, HouseholdPeriod, Membership
from taizhang.households.services.acting import STATE_ZH, state_of
from taizhang.households.services.refusals import LostRace
from taizhang.places.tree import path_of
from taizhang.policy.decisions import Decision
from taizhang.web.households.forms import day_of, plain, reason_of
from taizhang.web.households.one import archive_asked, archives_of, seen
from taizhang.web.households.saving import conflict_of, form_page, saved, signed
from taizhang.web.journal.sentences import told_of

Fields = list[dict[str, Any]]
Errors = dict[str, str]


def household_asked(request: HttpRequest, pk: int, permission: Permission) -> HouseholdPeriod:
    """The archive of a household, fetched through the scope, in the period asked for; its household stands on it.

    Raises   NotFound
    """
    household = seen(request, pk, permission)
    archive = archive_asked(request, archives_of(household))
    archive.household = household
    return archive


def back_to(archive: HouseholdPeriod) -> str:
    """The household page of an archive's period."""
    return page_of(archive.household_id, archive.period.key)


def page_of(pk: int, period: str) -> str:
    """The page of a household in a period."""
    return f"{reverse('household_show', args=[pk])}?{urlencode({'period': period})}"


def reason_told(request: HttpRequest, errors: Errors, says: str = "请写明原因") -> str:
    """The reason that an act demands; without one the form is wrong."""
    return reason_of(request, errors, says)


def proof_told(request: HttpRequest, errors: Errors) -> str:
    """The paper that an act demands."""
    proof = request.POST.get("proof", "").strip()
    if not proof:
        errors["proof"] = "请写明证明材料的名称或编号"
    return proof[:200]


def day_told(request: HttpRequest, errors: Errors, name: str = "on", says: str = "请填写日期") -> date:
    """A day that is not to come; today where what was typed is none, with the complaint in `errors`."""
    found, today = day_of(request, name, errors, says), timezone.localdate()
    if found is not None and found > today:
        errors[name] = "日期晚于今天，请核对"
    return found or today


def decision_told(request: HttpRequest, kind: str, errors: Errors) -> Decision:
    """The decision that was typed."""
    told = {name: request.POST.get(name, "").strip()[:most] for name, most in (("number", 100), ("decided_by", 100), ("document", 200))}
    for name, says in (("number", "请写明决定文号"), ("decided_by", "请写明决定机关"), ("document", "请写明决定文件的名称")):
        if not told[name]:
            errors[name] = says
    on = day_told(request, errors, "decided_on", "请填写决定日期")
    return Decision(kind=kind, number=told["number"], decided_on=on, decided_by=told["decided_by"], document=told["document"])


def decision_fields(request: HttpRequest, errors: Errors) -> Fields:
    """The fields of a decision."""
    field = partial(plain, posted=request.POST, errors=errors, required=True)
    return [
        field("number", "决定文号", placeholder="例：演贫办〔2026〕21号"),
        field("decided_on", "决定日期", kind="day"),
        field("decided_by", "决定机关", placeholder="例：演示县扶贫开发领导小组"),
        field("document", "决定文件", placeholder="例：关于脱贫退出的批复(扫描件编号)"),
        plain("reason", "说明", request.POST, errors, kind="longtext", wide=True, help="将写入变动历史"),
    ]


def paper_fields(request: HttpRequest, errors: Errors, *, proof: bool = True, what: str = "发生") -> Fields:
    """Day, proof and reason."""
    field = partial(plain, posted=request.POST, errors=errors)
    fields = [field("on", f"{what}日期", kind="day", required=True)]
    if proof:
        fields.append(field("proof", "证明材料", required=True, placeholder="材料名称或编号，例：村委会证明、户口簿页"))
    return [*fields, field("reason", "原因", kind="longtext", required=True, wide=True, help="将写入变动历史")]


def act_page(
    request: HttpRequest,
    archive: HouseholdPeriod,
    *,
    title: str,
    will: Iterable[str],
    sections: list[dict[str, Any]],
    errors: Errors,
    save: str = "",
    **more: Any,
) -> HttpResponse:
    """The form of an act, with the household and what the act will do above it.

    Cost     1 query
    """
    household, url = archive.household, back_to(archive)
    path = path_of(household.area, timezone.localdate())
    shown = [
        {"label": "户主", "value": archive.head_name or None},
        {"label": "户编号", "value": household.household_no},
        {"label": "所在村", "value": " · ".join(path[-2:]) or household.area},
        {"label": "状态", "value": STATE_ZH[state_of(archive)]},
        {"label": "人口", "value": archive.member_count, "unit": "人"},
        {"label": "期次", "value": archive.period.title},
    ]
    return form_page(
        request,
        title=title,
        crumbs=[("户档案", reverse("households")), (f"户 {household.household_no}", url), (title, None)],
        sections=sections,
        cancel_url=url,
        errors=errors,
        template="act.html",
        shown=shown,
        shown_title="本户",
        will=list(will),
        save=save or f"办理{title}",
        **more,
    )


def conflict_on(archive: HouseholdPeriod, *, family: bool = False) -> str:
    """Who changed the household, its archive or its family meanwhile."""
    rows: list[tuple[Any, list[int]]] = [(Household, [archive.household_id]), (HouseholdPeriod, [archive.pk])]
    if family:
        rows.append((Membership, list(Membership.objects.filter(household=archive.household_id).values_list("pk", flat=True))))
    return conflict_of(told_of(rows))


def done(
    request: HttpRequest,
    archive: HouseholdPeriod,
    act: Callable[..., Any],
    form: Callable[..., HttpResponse],
    *,
    action: str,
    errors: Errors,
    go: str | Callable[[int], str] = "",
    family: bool = False,
    **told: Any,
) -> HttpResponse:
    """Do an act by the user, now, for the reason posted, and answer. `form` is told `whole`, `conflict`, `status` and, after a lost race,
    `fresh`: the versions that stand now are to be shown.
    """

    def lost(race: LostRace) -> HttpResponse:
        return form(conflict=conflict_on(archive, family=family) or str(race), fresh=True, status=409)

    return saved(
        lambda: act(**signed(request, action), **told),
        go=go or back_to(archive),
        form=form,
        lost=lost,
        errors=errors,
    )
