"""What is said at the top of a household's page: closed, help suspended, marked, carried over, an order that waits."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from taizhang.households.models import CorrectionOrder, HouseholdMark, HouseholdPeriod
from taizhang.policy.code_lists import code_list
from taizhang.web.households import showing
from taizhang.web.households.periods import shut_to
from taizhang.web.shell import link

HELP_COLOURS = {"suspended": "orange", "ended": "secondary"}


def standing_of(request: HttpRequest, archive: HouseholdPeriod) -> dict[str, Any]:
    """`marks` as badges with the address that lifts one, `says` as sentences with the address where one goes on.

    Cost     2 queries
    """
    household, asked = archive.household, urlencode({"period": archive.period.key})
    marks = list(HouseholdMark.objects.filter(household=household, to_on__isnull=True).order_by("pk"))
    waiting = list(CorrectionOrder.objects.filter(household=household, state=CorrectionOrder.REQUESTED).order_by("pk"))
    badges = [_help(household.help_state)] if household.help_state else []
    badges += [
        {
            "label": mark.get_kind_display(),
            "colour": "red",
            "url": link(request.user, "mark_lift", household.pk, mark.pk, query=asked, area=household.area),
        }
        for mark in marks
    ]
    says = (
        [{"text": f"已于 {household.closed_on} 销户：{_closed(household.closed)}。", "url": None, "title": ""}] if household.closed else []
    )
    if archive.draft and not household.closed:
        says.append(_draft(request, archive, asked))
    says += [
        {"text": f"{o.get_kind_display()}的申请正在等省级办理。", "url": reverse("order_show", args=[o.pk]), "title": "看申请"}
        for o in waiting
    ]
    return {"marks": badges, "says": says}


def _draft(request: HttpRequest, archive: HouseholdPeriod, asked: str) -> dict[str, Any]:
    area = archive.household.area
    shut = shut_to(request, archive.period, area)
    url = None if shut else link(request.user, "household_confirm", archive.household_id, query=asked, area=area)
    return {"text": "本期档案是从上一期结转来的，还没有核实。有变化的请更正，没有变化的请确认。", "url": url, "title": "核实无变化"}


def _help(state: str) -> dict[str, Any]:
    return {"label": showing.label("help_state", state), "colour": HELP_COLOURS.get(state, "orange"), "url": None}


def _closed(reason: str) -> str:
    return code_list("close_reason").by_key(reason).zh
