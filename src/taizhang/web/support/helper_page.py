"""One helper: what is known of him, his households now and before, his teams, his account; registering and correcting him."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.services.refusals import LostRace
from taizhang.journal.moments import today
from taizhang.policy.archive import HELPER_FACTS
from taizhang.support.models import Helper, Pairing, TeamMember
from taizhang.support.query import warnings_on
from taizhang.support.services.helping import add_helper, bind_account, correct_helper, unbind_account
from taizhang.web.households import showing
from taizhang.web.households.forms import Typed, corrected, field_of, key_of, plain, version_of
from taizhang.web.households.saving import form_page, raced, saved, signed
from taizhang.web.jinja import page
from taizhang.web.journal.sentences import entries_of, told_of
from taizhang.web.past import carried, past_of, reading_past, reads_past_of_helper
from taizhang.web.support.helpers_list import state_of_helper
from taizhang.web.support.keeping import HELPER, kept_page, new_typed
from taizhang.web.support.showing import PAIRING_COLUMNS, day_typed, pairing_rows, place_of, roles_of, unit_named, units_for

TYPED = tuple(f for f in HELPER_FACTS if not f.derived)
TEAM_COLUMNS = (
    {"key": "team", "title": "驻村工作队", "kind": "link", "lead": True},
    {"key": "roles", "title": "职责"},
    {"key": "from_on", "title": "到任", "kind": "day"},
    {"key": "to_on", "title": "离任", "kind": "day"},
)


@reads_past_of_helper
def helper_show(request: HttpRequest, pk: int) -> HttpResponse:
    """One helper, now or as of a moment: what warns whoever pairs today, and what happened, is told in the present only."""
    helper = _seen(request, pk)
    on = today()
    paired = Pairing.objects.visible_to(request.user).filter(helper=helper).select_related("household", "helper__unit")
    pairings = list(paired.order_by("-from_on", "-pk"))
    now = [p for p in pairings if p.valid and (p.to_on is None or p.to_on > on)]
    members = list(TeamMember.objects.visible_to(request.user).filter(helper=helper).select_related("team").order_by("-from_on", "-pk"))
    rows = pairing_rows(request.user, pairings, on)
    standing = {p.pk for p in now}
    context = {
        "helper": {"name": helper.helper_name, "number": helper.helper_no, "state": state_of_helper(helper, on)},
        "facts": _facts(helper, members, on),
        "warnings": [] if reading_past() else [finding.message for finding in warnings_on(helper, [], request.user, on)],
        "columns": PAIRING_COLUMNS,
        "now": [row for p, row in zip(pairings, rows, strict=True) if p.pk in standing],
        "before": [row for p, row in zip(pairings, rows, strict=True) if p.pk not in standing],
        "team_columns": TEAM_COLUMNS,
        "teams": [_team_row(member) for member in members],
        "account": _account(request.user, helper),
        "links": {"list": carried(reverse("helpers")), **_links(request.user, helper)},
        "entries": _entries(request.user, helper),
        "past": past_of(request),
        "idempotency_key": key_of(request),
    }
    return page(request, "support/helper.html", context)


def helper_add(request: HttpRequest) -> HttpResponse:
    """Register a helper."""
    if request.method != "POST":
        return _form(request, None, Typed())
    typed, area, facts = new_typed(request, HELPER, TYPED)
    unit = unit_named(request.user, request.POST.get("unit", ""), typed.errors)
    if typed.errors:
        return _form(request, None, typed, status=422)
    return saved(
        lambda: add_helper(**signed(request, "helper.add"), area=area, unit=unit, facts=facts),
        go=lambda pk: reverse("helper_show", args=[pk]),
        form=partial(_form, request, None, typed),
        errors=typed.errors,
    )


def helper_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a helper."""
    helper = _kept(request, pk)
    if request.method != "POST":
        return _form(request, helper, Typed(), version=helper.version)
    typed, version, reason = corrected(request, TYPED, helper)
    unit = unit_named(request.user, request.POST.get("unit", ""), typed.errors)
    ended_on = day_typed(request, "ended_on", typed.errors, required=False)
    if typed.errors:
        return _form(request, helper, typed, version=version, status=422)

    def lost(race: LostRace) -> HttpResponse:
        helper.refresh_from_db()
        return _form(request, helper, typed, version=helper.version, **raced(helper, TYPED, typed, version, race))

    return saved(
        lambda: correct_helper(
            **signed(request, "helper.correct", reason), helper=helper, version=version, unit=unit, facts=typed.values, ended_on=ended_on
        ),
        go=reverse("helper_show", args=[pk]),
        form=partial(_form, request, helper, typed, version=version),
        lost=lost,
        errors=typed.errors,
    )


def helper_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Bind an account to a helper, or take it off him."""
    helper = _kept(request, pk)
    if request.method != "POST":
        return _account_form(request, helper)
    told = {"helper": helper, "version": version_of(request)}
    if request.POST.get("take_off"):
        act = partial(unbind_account, **signed(request, "helper.unbind"), **told)
    else:
        username = request.POST.get("username", "").strip()
        account = User.objects.visible_to(request.user, Permission.ACCOUNTS_VIEW).filter(username=username).first()
        if account is None:
            return _account_form(request, helper, {"username": "没有这个账号，或不归您管理"}, status=422)
        act = partial(bind_account, **signed(request, "helper.bind"), **told, account=account)
    return saved(act, go=reverse("helper_show", args=[pk]), form=partial(_account_form, request, helper))


def _seen(request: HttpRequest, pk: int) -> Helper:
    return access.fetch(Helper.objects.visible_to(request.user).select_related("unit", "account__person"), pk=pk)


def _kept(request: HttpRequest, pk: int) -> Helper:
    return access.fetch(Helper.objects.kept_by(request.user, request.rule.permission).select_related("unit", "account"), pk=pk)


def _links(user: User, helper: Helper) -> dict[str, str | None]:
    if reading_past():
        return {"edit": None, "account": None}
    keeps = access.may(user, Permission.SUPPORT_KEEP, helper.area)
    return {
        "edit": reverse("helper_edit", args=[helper.pk]) if keeps else None,
        "account": reverse("helper_account", args=[helper.pk]) if access.may(user, Permission.ACCOUNTS_MANAGE, helper.area) else None,
    }


def _entries(user: User, helper: Helper) -> list[dict[str, Any]]:
    tells = not reading_past() and access.may(user, Permission.JOURNAL_VIEW, helper.area)
    return entries_of(told_of([(Helper, [helper.pk])])) if tells else []


def _facts(helper: Helper, members: list[TeamMember], on: Any) -> list[dict[str, Any]]:
    serves = any(m.to_on is None or m.to_on > on for m in members)
    told = [{"label": "所在单位", "value": helper.unit.unit_name if helper.unit else None}, *showing.told(TYPED, helper)]
    return [
        *told,
        {"label": "是否驻村工作队员", "value": serves},
        {"label": "登记地区", "value": place_of(helper.area)},
        *([{"label": "不再帮扶日期", "value": helper.ended_on}] if helper.ended_on else []),
    ]


def _team_row(member: TeamMember) -> dict[str, Any]:
    return {
        "url": carried(reverse("team_show", args=[member.team_id])),
        "team": member.team.team_name,
        "roles": roles_of(member),
        "from_on": member.from_on,
        "to_on": member.to_on,
    }


def _account(user: User, helper: Helper) -> str | None:
    """Whose account it is, for those who keep accounts there."""
    if helper.account is None or not access.may(user, Permission.ACCOUNTS_VIEW, helper.account.area):
        return None
    return f"{helper.account.person.name}({helper.account.username})"


def _form(request: HttpRequest, helper: Helper | None, typed: Typed, *, theirs: dict[str, Any] | None = None, **told: Any) -> HttpResponse:
    errors = typed.errors
    unit = plain("unit", "所在单位", request.POST, errors, kind="find", choices=_with_own(request.user, helper), help="没有的先登记单位")
    unit["value"] = request.POST.get("unit", str(helper.unit_id or "") if helper else "")
    fields = [field_of(f, helper or Helper(), typed, theirs=theirs) for f in TYPED]
    fields = [fields[0], unit, *fields[1:]]
    for each in fields:
        each["required"] = each["name"] == "helper_name"
    return kept_page(request, HELPER, helper, fields, errors, **told)


def _with_own(user: User, helper: Helper | None) -> list[tuple[str, str]]:
    """The units to choose from, the present one among them even where it has ended."""
    choices = units_for(user)
    if helper is not None and helper.unit is not None and str(helper.unit_id) not in dict(choices):
        return [(str(helper.unit_id), helper.unit.unit_name), *choices]
    return choices


def _account_form(request: HttpRequest, helper: Helper, errors: dict[str, str] | None = None, **told: Any) -> HttpResponse:
    back = reverse("helper_show", args=[helper.pk])
    if helper.account is None:
        fields = [
            plain("username", "登录名", request.POST, errors or {}, required=True, help="授予“帮扶责任人”岗位后，只看得到与他结对的户")
        ]
    else:
        fields = [
            {"name": "now", "label": "已绑定账号", "kind": "shown", "value": helper.account.username},
            {"name": "take_off", "label": "解除绑定", "kind": "check", "value": False},
        ]
    return form_page(
        request,
        title=f"{helper.helper_name}的登录账号",
        crumbs=[("帮扶责任人", reverse("helpers")), (helper.helper_name, back), ("登录账号", None)],
        sections=[{"title": "登录账号", "fields": fields}],
        cancel_url=back,
        version=helper.version,
        errors=errors,
        **told,
    )
