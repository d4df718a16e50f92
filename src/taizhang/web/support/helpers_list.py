"""The list of helpers (帮扶责任人): by name, initials, unit or number, with how many households each has."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.households.query import searched
from taizhang.households.sealing import digest_of
from taizhang.journal.moments import today
from taizhang.kernel import identity
from taizhang.support.models import Helper, TeamMember
from taizhang.support.query import counts_by_helper
from taizhang.web.households.keyset import leaf, pager
from taizhang.web.imports.showing import address
from taizhang.web.jinja import page
from taizhang.web.past import AS_OF, as_asked, carried, moment_field, past_of, reads_past_of_support
from taizhang.web.shell import link
from taizhang.web.support.showing import phone_of, places_of

KEYS = (("initials", 1), ("helper_name", 1), ("id", 1))
STATES = [("on", "在任"), ("off", "不再帮扶")]
COLUMNS = (
    {"key": "name", "title": "姓名", "kind": "link", "lead": True},
    {"key": "unit", "title": "所在单位"},
    {"key": "post", "title": "职务"},
    {"key": "phone", "title": "联系电话", "kind": "mono"},
    {"key": "households", "title": "在帮户数", "kind": "number"},
    {"key": "team", "title": "驻村工作队"},
    {"key": "place", "title": "登记地区"},
    {"key": "state", "title": "状态", "kind": "status"},
    {"key": "number", "title": "编号", "kind": "mono", "shown": False},
)


@reads_past_of_support
def helpers(request: HttpRequest) -> HttpResponse:
    """The helpers whom the user keeps, and those who help in his area, now or as of a moment."""
    told = {name: value for name in ("q", "state") if (value := (request.POST or request.GET).get(name, "").strip())}
    if request.method == "POST":
        return HttpResponseRedirect(_address(request, told))
    found = Helper.objects.visible_to(request.user).filter(_asked(told)).select_related("unit")
    leafed = leaf(found, KEYS, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    total = found.count()
    context = {
        "query_url": reverse("helpers"),
        "reset_url": carried(reverse("helpers")),
        "fields": [
            {"name": "q", "label": "姓名/单位/证件号码", "kind": "text", "value": told.get("q", ""), "placeholder": "姓名/首字母/单位"},
            {"name": "state", "label": "状态", "kind": "select", "value": told.get("state", ""), "choices": STATES},
            moment_field(),
        ],
        "total": total,
        "past": past_of(request),
        "columns": COLUMNS,
        "rows": _rows(request, leafed.rows),
        "pager": pager(leafed, reverse("helpers"), told | as_asked(), request.GET.get("at", ""), total),
        "links": {
            "add": link(request.user, "helper_add"),
            "units": link(request.user, "units"),
            "teams": link(request.user, "teams"),
            "import": link(request.user, "import_upload", query=urlencode({"ledger": "pairing"})),
        },
    }
    return page(request, "support/helpers.html", context)


def _address(request: HttpRequest, told: dict[str, str]) -> str:
    """Where a search leads: a number never stands in an address, it leads to its bearer, or to what is left of it masked."""
    number, asked = searched(told.get("q", "")).upper(), {AS_OF: request.POST.get(AS_OF, "").strip()}
    if identity.facts_of(number).length_ok:
        known = Helper.objects.visible_to(request.user).filter(id_digest=digest_of(number)).values_list("pk", flat=True).first()
        if known is not None:
            return address(reverse("helper_show", args=[known]), asked)
        told = told | {"q": identity.masked(number)}
    return address(reverse("helpers"), told | asked)


def _asked(told: dict[str, str]) -> Q:
    text = searched(told.get("q", ""))
    wanted = Q()
    if text.isascii() and text.isalpha():
        wanted = Q(initials__startswith=text.lower()) | Q(pinyin__startswith=text.lower()) | Q(unit__initials__startswith=text.lower())
    elif text.isascii() and text:
        wanted = Q(helper_no=text.upper())
    elif text:
        wanted = Q(helper_name__contains=text) | Q(unit__unit_name__contains=text)
    if told.get("state") in ("on", "off"):
        wanted &= Q(ended_on__isnull=told["state"] == "on")
    return wanted


def _rows(request: HttpRequest, found: list[Helper]) -> list[dict[str, Any]]:
    """Cost: 3 queries."""
    on, pks = today(), [helper.pk for helper in found]
    counts = counts_by_helper(pks, request.user, on)
    serving = TeamMember.objects.standing(on).filter(helper__in=pks).select_related("team")
    teams = {member.helper_id: member.team.team_name for member in serving}
    places = places_of({helper.area for helper in found})
    return [
        {
            "url": carried(reverse("helper_show", args=[helper.pk])),
            "name": helper.helper_name,
            "unit": helper.unit.unit_name if helper.unit else None,
            "post": helper.helper_post,
            "phone": phone_of(helper, "helper_phone"),
            "households": counts.get(helper.pk, 0),
            "team": teams.get(helper.pk),
            "place": places.get(helper.area, helper.area),
            "state": state_of_helper(helper, on),
            "number": helper.helper_no,
        }
        for helper in found
    ]


def state_of_helper(helper: Helper, on: Any) -> dict[str, str]:
    """Whether a helper helps, as a status."""
    gone = helper.ended_on is not None and helper.ended_on <= on
    return {"label": "不再帮扶", "colour": "secondary"} if gone else {"label": "在任", "colour": "green"}
