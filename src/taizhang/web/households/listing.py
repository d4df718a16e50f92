"""The list of households (户档案): filter bar, dense table, keyset pages."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Membership, Period, Person
from taizhang.households.query import BadQuery, HouseholdQuery, households_matching, query_of, searched
from taizhang.households.sealing import digest_of, masked
from taizhang.kernel import identity
from taizhang.places.tree import paths_of
from taizhang.policy.code_lists import code_list
from taizhang.web.households.keyset import PAGE, Leaf, leaf
from taizhang.web.households.periods import choices, current_period, title_of
from taizhang.web.households.showing import attribute, label, status
from taizhang.web.jinja import page
from taizhang.web.shell import link
from taizhang.web.tree import side_of

KEYS = {
    "area": (("area", 1), ("household_id", 1)),
    "head": (("head_initials", 1), ("head_name", 1), ("household_id", 1)),
    "income": (("inc_net_pc_yuan", 1), ("household_id", 1)),
    "-income": (("inc_net_pc_yuan", -1), ("household_id", 1)),
    "-members": (("member_count", -1), ("household_id", 1)),
}
ASKED = ("area", "text", "status", "hh_attr", "id_standard", "main_cause", "income_from", "income_to", "gaps", "order")
GAPS = {"yes": True, "no": False}
SELECTS = (("hh_attr", "户属性"), ("status", "脱贫状态"), ("main_cause", "主要致贫原因"), ("id_standard", "识别标准"))


def households(request: HttpRequest) -> HttpResponse:
    """The households of the chosen area and period that match."""
    told = {name: value for name in (*ASKED, "level") if (value := (request.POST or request.GET).get(name, "").strip())}
    if request.method == "POST" or identity.facts_of(told.get("text", "")).length_ok:
        return HttpResponseRedirect(f"{reverse('households')}?{urlencode(_without_number(request, told))}")
    period = current_period(request)
    try:
        query = _query(period, told)
    except BadQuery as wrong:
        return page(request, "households/list.html", _context(request, period, told, None, str(wrong)), status=422)
    return page(request, "households/list.html", _context(request, period, told, query, None))


def _without_number(request: HttpRequest, told: dict[str, str]) -> dict[str, str]:
    """What was asked, fit for an address: an identity number never stands in one (promise P1), the number we gave the person does."""
    text = told.get("text", "")
    if not identity.facts_of(text).length_ok:
        return told
    digest = digest_of(searched(text).upper())
    known = Person.objects.visible_to(request.user).filter(id_digest=digest).values_list("person_no", flat=True).first()
    return {**told, "text": known or identity.masked(searched(text).upper())}


def _query(period: Period | None, told: dict[str, str]) -> HouseholdQuery:
    asked: dict[str, Any] = {name: told[name] for name in ASKED if name in told}
    if "gaps" in asked:
        asked["gaps"] = GAPS.get(asked["gaps"])
    return query_of(period.pk if period else 0, asked)


def _context(
    request: HttpRequest, period: Period | None, told: dict[str, str], query: HouseholdQuery | None, wrong: str | None
) -> dict[str, Any]:
    found = households_matching(request.user, query) if query else HouseholdPeriod.objects.none()
    order = told.get("order", "area")
    first = max(int(at), 1) if (at := request.GET.get("at", "")).isdecimal() and len(at) < 10 else 1
    leafed = leaf(
        found.select_related("household"),
        KEYS.get(order, KEYS["area"]),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    total = found.count() if query else None
    kept = {name: value for name, value in told.items() if name != "order"}
    return {
        **side_of(request, told.get("area", ""), told.get("level", "")),
        "area_name": _where(told, period),
        "total": total,
        "query_url": reverse("households"),
        "reset_url": f"{reverse('households')}?{urlencode({n: told[n] for n in ('area', 'level') if n in told})}",
        "hidden": {"area": told.get("area"), "level": told.get("level"), "order": told.get("order")},
        "fields": _fields(told),
        "more": _more(told),
        "periods": choices(request),
        "period": period.key if period else "",
        "here": request.get_full_path(),
        "columns": _columns(kept, order),
        "rows": _rows(request, leafed.rows),
        "pager": _pager(leafed, told, first, total),
        "batch": [{"title": "导出所选", "url": url}] if (url := link(request.user, "exports")) else [],
        "batch_keeps": {"area": "" if told.get("text") else told.get("area", ""), "order": told.get("order", "")},
        "limits": wrong or (None if period else "还没有开设期次，名册是空的。请管理员先开设期次。"),
        "links": {
            "add": link(request.user, "household_enroll"),
            "import": link(request.user, "import_upload") or link(request.user, "imports"),
            "export": link(request.user, "exports", query=urlencode({n: v for n, v in kept.items() if n != "level"})),
        },
    }


def _where(told: dict[str, str], period: Period | None) -> str:
    title = title_of(period) if period else ""
    if told.get("text"):
        return f"{title} · 全部管辖范围"
    area = told.get("area", "")
    if not area:
        return title
    return f"{title} · {' '.join(paths_of([area], timezone.localdate())[area][-2:]) or area}"


def _fields(told: dict[str, str]) -> list[dict[str, Any]]:
    search = {
        "name": "text",
        "label": "姓名/证件号码",
        "kind": "text",
        "value": told.get("text", ""),
        "placeholder": "姓名/首字母/证件号",
    }
    return [search, *(_select(told, name, title) for name, title in SELECTS[:3])]


def _more(told: dict[str, str]) -> list[dict[str, Any]]:
    return [
        *(_select(told, name, title) for name, title in SELECTS[3:]),
        {"name": "income_from", "label": "人均纯收入 从", "kind": "text", "value": told.get("income_from", ""), "placeholder": "元"},
        {"name": "income_to", "label": "人均纯收入 到", "kind": "text", "value": told.get("income_to", ""), "placeholder": "元"},
        {
            "name": "gaps",
            "label": "必填栏目",
            "kind": "select",
            "value": told.get("gaps", ""),
            "choices": [("yes", "有未填"), ("no", "已填全")],
        },
    ]


def _select(told: dict[str, str], name: str, title: str) -> dict[str, Any]:
    of = code_list("cause" if name == "main_cause" else name)
    return {
        "name": name,
        "label": title,
        "kind": "select",
        "value": told.get(name, ""),
        "choices": list(zip(of.keys(), of.labels(), strict=True)),
    }


def _columns(kept: dict[str, str], order: str) -> list[dict[str, Any]]:
    def sort(wanted: str, other: str = "area") -> dict[str, Any]:
        at = order in (wanted, wanted.removeprefix("-"), f"-{wanted}")
        turned = other if order == wanted else wanted
        direction = ("descending" if order.startswith("-") else "ascending") if at else None
        return {"sort_url": f"{reverse('households')}?{urlencode({**kept, 'order': turned})}", "sorted": direction}

    return [
        {"key": "head", "title": "户主", "kind": "link", "lead": True, **sort("head")},
        {"key": "id_no", "title": "证件号码", "kind": "mono"},
        {"key": "place", "title": "乡镇/村"},
        {"key": "members", "title": "人口", "kind": "number", **sort("-members")},
        {"key": "attr", "title": "户属性", "kind": "badge"},
        {"key": "cause", "title": "主要致贫原因"},
        {"key": "net", "title": "人均纯收入(元)", "kind": "yuan", **sort("income", "-income")},
        {"key": "status", "title": "脱贫状态", "kind": "status"},
        {"key": "since", "title": "首次识别", "kind": "partial"},
        {"key": "phone", "title": "联系电话", "kind": "mono"},
        {"key": "unsafe", "title": "危房户", "kind": "yesno"},
        {"key": "group", "title": "村民小组", "shown": False},
        {"key": "standard", "title": "识别标准", "shown": False},
        {"key": "water", "title": "饮水安全", "kind": "yesno", "shown": False},
        {"key": "income", "title": "年纯收入(元)", "kind": "yuan", "shown": False},
        {"key": "number", "title": "户编号", "kind": "mono", "shown": False},
    ]


def _rows(request: HttpRequest, archives: list[HouseholdPeriod]) -> list[dict[str, Any]]:
    """The archives as rows. Cost: 2 queries."""
    heads = Membership.objects.visible_to(request.user).filter(household__in=[a.household_id for a in archives], open=True, relation="head")
    numbers = dict(heads.values_list("household_id", "person__id_no"))
    paths = paths_of({a.area for a in archives}, timezone.localdate()) if archives else {}
    scope = access.scope_of(request.user, Permission.HOUSEHOLD_CORRECT)
    edits = {a.pk: link(request.user, "household_edit", a.household_id) for a in archives if scope.contains(a.area)}
    return [_row(a, numbers.get(a.household_id), "/".join(paths[a.area][-2:]), edits.get(a.pk)) for a in archives]


def _row(archive: HouseholdPeriod, number: bytes | None, place: str, edit_url: str | None) -> dict[str, Any]:
    url = reverse("household_show", args=[archive.household_id])
    acts = [{"title": "档案", "url": url}]
    if edit_url:
        acts.append({"title": "修改", "url": edit_url})
    return {
        "id": str(archive.pk),
        "url": url,
        "head": archive.head_name or "(无户主)",
        "id_no": masked(bytes(number), "id_no") if number else None,
        "place": place or archive.area,
        "members": archive.member_count,
        "attr": attribute(archive.hh_attr),
        "cause": label("cause", archive.main_cause),
        "net": archive.inc_net_pc_yuan,
        "status": status(archive.status),
        "since": archive.first_identified_on,
        "phone": masked(bytes(archive.hh_phone), "hh_phone") if archive.hh_phone else None,
        "unsafe": archive.is_unsafe,
        "group": archive.household.group_name,
        "standard": label("id_standard", archive.id_standard),
        "water": archive.water_safe,
        "income": archive.inc_net_yuan,
        "number": archive.household.household_no,
        "acts": acts,
    }


def _pager(leafed: Leaf, told: dict[str, str], first: int, total: int | None) -> dict[str, Any] | None:
    if not leafed.rows:
        return None

    def url(at: int, **beside: str) -> str:
        return f"{reverse('households')}?{urlencode({**told, **beside, 'at': at})}"

    last = first + len(leafed.rows) - 1
    return {
        "first": first,
        "last": last,
        "total": total,
        "pages": [],
        "previous_url": url(max(first - PAGE, 1), before=leafed.before) if leafed.before else None,
        "next_url": url(last + 1, after=leafed.after) if leafed.after else None,
    }
