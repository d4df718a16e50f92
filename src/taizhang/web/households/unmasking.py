"""Seeing the numbers of one household in clear: the reason is written down first, then they are shown once."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts.permissions import Permission
from taizhang.accounts.unmask import log_unmask
from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership
from taizhang.households.sealing import opened
from taizhang.policy.archive import HOUSEHOLD_FACTS
from taizhang.support.query import pairings_of
from taizhang.web.door import source_of
from taizhang.web.households.one import archive_asked, archives_of, members_of, seen
from taizhang.web.jinja import page

REASONS = (
    ("check", "核对证件、银行卡等原件"),
    ("compare", "核对部门比对结果"),
    ("pay", "发放补助资金"),
    ("contact", "联系农户"),
    ("audit", "审计、巡查"),
    ("other", "其他(请在说明中写明)"),
)
KEPT = "unmask"
SECRETS = tuple(f for f in HOUSEHOLD_FACTS if f.kind.secret)


def unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what for; then, on the page that follows and only once, log it and show.

    The session keeps the purpose until that page, never a number: the page loaded again asks again, and each showing has its own entry.
    """
    household = seen(request, pk, Permission.UNMASK)
    archive = archive_asked(request, archives_of(household))
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "").strip()
    if request.method != "POST":
        told = request.session.pop(KEPT, {}) if request.method == "GET" else {}
        return _shown(request, household, archive, told["why"]) if told.get("archive") == archive.pk else _page(request, household, archive)
    if reason not in dict(REASONS) or (reason == "other" and not note):
        said = "请在说明中写明用途" if reason == "other" else "请选择用途"
        return _page(request, household, archive, errors=[said], status=422)
    request.session[KEPT] = {"archive": archive.pk, "why": "：".join(word for word in (dict(REASONS)[reason], note) if word)}
    address = f"{reverse('unmask', args=[household.pk])}?{urlencode({'period': archive.period.key})}"
    return HttpResponseRedirect(address, status=303)


def _shown(request: HttpRequest, household: Household, archive: HouseholdPeriod, why: str) -> HttpResponse:
    """The numbers, after who sees them and what for is written down."""
    members = members_of(household, archive.period)
    log_unmask(
        by=request.user,
        at=timezone.now(),
        area=household.area,
        household_pk=household.pk,
        person_pks=[m.person_id for m in members],
        fields=["id_no", "phone", "helper_phone", *(f.name for f in SECRETS)],
        reason=why,
        source=source_of(request),
        request_id=request.request_id,
    )
    return _page(request, household, archive, facts=_clear(archive, members))


def _clear(archive: HouseholdPeriod, members: list[Membership]) -> list[dict[str, Any]]:
    phones = dict(
        MemberPeriod.objects.filter(person__in=[m.person_id for m in members], period=archive.period).values_list("person_id", "phone")
    )
    told = [{"label": f.zh, "value": _text(getattr(archive, f.name), f.name)} for f in SECRETS]
    for member in members:
        told.append({"label": f"{member.person.name} 证件号码", "value": _text(member.person.id_no, "id_no")})
        if phones.get(member.person_id):
            told.append({"label": f"{member.person.name} 联系电话", "value": _text(phones[member.person_id], "phone")})
    for pairing in pairings_of([archive.household_id], timezone.localdate()).get(archive.household_id, ()):
        label = f"{pairing.helper.helper_name}(帮扶责任人) 联系电话"
        told.append({"label": label, "value": _text(pairing.helper.helper_phone, "helper_phone")})
    return told


def _text(sealed: bytes | None, purpose: str) -> str | None:
    return opened(bytes(sealed), purpose) if sealed else None


def _page(
    request: HttpRequest,
    household: Household,
    archive: HouseholdPeriod,
    *,
    facts: list[dict[str, Any]] | None = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    back = f"{reverse('household_show', args=[household.pk])}?{urlencode({'period': archive.period.key})}"
    context = {
        "subject": f"{archive.head_name or household.household_no}户",
        "crumbs": [("户档案", reverse("households")), (archive.head_name, back), ("查看完整号码", None)],
        "errors": errors or [],
        "reasons": list(REASONS),
        "reason": request.POST.get("reason", ""),
        "note": request.POST.get("note", ""),
        "idempotency_key": request.POST.get("idempotency_key") or uuid4().hex,
        "cancel_url": back,
        "facts": facts,
        "until": "只显示这一次，已登记查看人、时间和用途；刷新或离开本页后再看须重新说明用途。",
    }
    return page(request, "accounts/unmask.html", context, status=status)
