"""The list of households (户档案): filter bar, dense table, keyset pages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.finding.counting import BOUND, FEW, bounded, counted, counts_known
from taizhang.households.finding.searching import birth_and_tail, persons_born
from taizhang.households.listed import Column, fields_of, values_of
from taizhang.households.models import HouseholdPeriod, Period, Person
from taizhang.households.query import BadQuery, HouseholdQuery, households_matching, query_of, searched
from taizhang.households.sealing import digest_of
from taizhang.journal.moments import today
from taizhang.kernel import identity
from taizhang.kernel.areas import subtree
from taizhang.places.tree import paths_of
from taizhang.policy.code_lists import code_list
from taizhang.web.drawn import drawn_once
from taizhang.web.households.asking import asks_for_more, chips_of, where_of, with_addition
from taizhang.web.households.columns import columns_shown
from taizhang.web.households.in_step import nudge
from taizhang.web.households.keyset import Leaf, leaf, pager
from taizhang.web.households.periods import choices, current_period, title_of
from taizhang.web.households.saved import address_of, saved_of
from taizhang.web.households.showing import attribute, status
from taizhang.web.jinja import cells_of, page
from taizhang.web.kept import of_counts, of_lists, while_nobody_writes
from taizhang.web.past import AS_OF, as_asked, carried, past_of, reading_past, reads_past
from taizhang.web.shell import link
from taizhang.web.tree import side_of

KEYS = {
    "area": (("at_area", 1), ("at_household", 1)),
    "head": (("head_initials", 1), ("head_name", 1), ("household_id", 1)),
    "income": (("inc_net_pc_yuan", 1), ("household_id", 1)),
    "-income": (("inc_net_pc_yuan", -1), ("household_id", 1)),
    "-members": (("member_count", -1), ("household_id", 1)),
}
ASKED = ("area", "text", "status", "hh_attr", "id_standard", "main_cause", "income_from", "income_to", "gaps", "where", "order")
KEPT = ("level", "saved")
GAPS = {"yes": True, "no": False}
SORTS = {"head": ("head", "area"), "members": ("-members", "area"), "net": ("income", "-income")}
SELECTS = (("hh_attr", "户属性"), ("status", "脱贫状态"), ("main_cause", "主要致贫原因"), ("id_standard", "识别标准"))


@reads_past
def households(request: HttpRequest) -> HttpResponse:
    """The households of the chosen area and period that match, now or as of a moment."""
    told = {name: value for name in (*ASKED, *KEPT, AS_OF) if (value := (request.POST or request.GET).get(name, "").strip())}
    period = current_period(request)
    try:
        if asks_for_more(request.POST):
            told = with_addition(told, request.POST)
        if request.method == "POST" or names_a_number(told.get("text", "")):
            return HttpResponseRedirect(f"{reverse('households')}?{urlencode(_without_number(request, told))}")
        if not told.keys() - {"saved"} and (saved := saved_of(request)):
            return HttpResponseRedirect(address_of(saved))
        query = _query(period, told)
    except BadQuery as wrong:
        return page(request, "households/list.html", _context(request, period, told, None, str(wrong)), status=422)
    shown = tuple(column.key for column in columns_shown(request))
    return drawn_once(request, "households/list.html", shown, lambda: _context(request, period, told, query, None))


def names_a_number(text: str) -> bool:
    """Whether a text tells an identity number, or the better part of one, which never stands in an address."""
    if not any(sign.isdigit() for sign in text):
        return False
    parts = birth_and_tail(text)
    ours = "," in text  # persons' numbers that we gave stand with a comma behind each
    return bool((identity.facts_of(text).length_ok and not ours) or (parts and parts[1]))


def _without_number(request: HttpRequest, told: dict[str, str]) -> dict[str, str]:
    """What was asked, fit for an address: an identity number never stands in one (promise P1), the number we gave the person does."""
    text, seen = told.get("text", ""), Person.objects.visible_to(request.user)
    if not names_a_number(text):
        return {name: value for name, value in told.items() if value}
    if identity.facts_of(text).length_ok:
        digest = digest_of(searched(text).upper())
        known = seen.filter(id_digest=digest).values_list("person_no", flat=True).first()
        return {**told, "text": f"{known}," if known else identity.masked(searched(text).upper())}
    born, tail = birth_and_tail(text) or (None, "")
    numbers = [person.person_no for person in persons_born(seen, born, tail)] if born else []
    return {**told, "text": "".join(f"{number}," for number in numbers) or f"{born}尾号{'*' * len(tail)}"}


def _query(period: Period | None, told: dict[str, str]) -> HouseholdQuery:
    asked: dict[str, Any] = {name: told[name] for name in ASKED if name in told and name != "where"}
    if "gaps" in asked:
        asked["gaps"] = GAPS.get(asked["gaps"])
    query = query_of(period.pk if period else 0, asked)
    return replace(query, where=where_of(told))


def _context(
    request: HttpRequest, period: Period | None, told: dict[str, str], query: HouseholdQuery | None, wrong: str | None
) -> dict[str, Any]:
    order = told.get("order", "area")
    wanted = columns_shown(request)
    leafed, rows = _found(request, query, order, wanted) if query else (Leaf([], None, None), [])
    total, more = _total(request, query, leafed) if query else (None, False)
    kept = {name: value for name, value in told.items() if name != "order"}
    return {
        **side_of(request, told.get("area", ""), told.get("level", "")),
        "area_name": _where(told, period),
        "total": None if total is None else f"共 {total:,} 户" + ("以上" if more else ""),
        "count_url": f"{reverse('households')}?{urlencode({**told, 'count': 'all'})}" if more else None,
        "query_url": reverse("households"),
        "reset_url": f"{reverse('households')}?{urlencode({n: told[n] for n in ('area', 'level', AS_OF) if n in told})}",
        "hidden": {"area": told.get("area"), "level": told.get("level"), "order": told.get("order")},
        "fields": _fields(told),
        "more": _more(told),
        "told": told,
        "asked": chips_of(told, query.where if query else None),
        "save_url": link(request.user, "query_save"),
        "columns_url": link(request.user, "household_columns"),
        "periods": choices(request),
        "period": period.key if period else "",
        "here": request.get_full_path(),
        "columns": _columns(wanted, kept, order),
        "rows": rows,
        "pager": pager(leafed, reverse("households"), told, request.GET.get("at", ""), None if more else total),
        "past": past_of(request),
        "batch": [
            {"title": title, "url": url}
            for title, name in (("导出所选", "exports"), ("结对", "pairing_add"))
            if (url := link(request.user, name))
        ],
        "batch_keeps": {"area": "" if told.get("text") else told.get("area", ""), "order": told.get("order", ""), **as_asked()},
        "limits": wrong or (None if period else _no_period()),
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
    return f"{title} · {' '.join(paths_of([area], today())[area][-2:]) or area}"


def _fields(told: dict[str, str]) -> list[dict[str, Any]]:
    search = {
        "name": "text",
        "label": "姓名/证件号码",
        "kind": "text",
        "value": told.get("text", ""),
        "placeholder": "姓名/首字母/证件号",
    }
    return [search, *(_select(told, name, title) for name, title in SELECTS[:3])]


def _no_period() -> str:
    return "那时还没有开设期次，名册是空的。" if reading_past() else "还没有开设期次，名册是空的。请管理员先开设期次。"


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
        {"name": AS_OF, "label": "截至", "kind": "text", "value": told.get(AS_OF, ""), "placeholder": "日期或流水位置"},
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


def _found(request: HttpRequest, query: HouseholdQuery, order: str, wanted: Sequence[Column]) -> tuple[Leaf, list[dict[str, Any]]]:
    """The page of the list that is asked for, and its rows; kept until somebody writes."""
    asked = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}

    def make() -> tuple[Leaf, list[dict[str, Any]]]:
        found = households_matching(request.user, query).select_related("household").only(*fields_of(wanted))
        leafed = leaf(found, KEYS.get(order, KEYS["area"]), **asked)
        return leafed, _rows(request, leafed.rows, wanted)

    return while_nobody_writes(of_lists, request, (repr(query), order, *asked.values(), *(column.key for column in wanted)), make)


def _total(request: HttpRequest, query: HouseholdQuery, leafed: Leaf) -> tuple[int, bool]:
    """How many households match, and whether there are more than were counted.

    Cost     none where one page holds all; 2 queries over villages where only an area is asked for; else 1 over a bounded number of rows
    """
    if leafed.before is None and leafed.after is None:
        return len(leafed.rows), False
    if request.GET.get("count") == "all":
        return households_matching(request.user, query).order_by().count(), False
    plain = set(query.as_dict()) <= {"period", "area", "order"}
    if not counts_known(request.user):
        nudge()
        found = households_matching(request.user, query)
        return (found.order_by().count(), False) if plain else bounded(found)
    low, high = subtree(query.area) if query.area and query.area != access.NATION and not query.text else access.EVERYTHING
    whole = while_nobody_writes(of_counts, request, (low, high), lambda: counted(request.user, query.period, low, high))
    if plain:
        return whole, False
    return bounded(households_matching(request.user, query), BOUND if whole <= BOUND else FEW)


def _columns(wanted: Sequence[Column], kept: dict[str, str], order: str) -> list[dict[str, Any]]:
    def sort(turns: tuple[str, str]) -> dict[str, Any]:
        first, other = turns
        at = order in (first, first.removeprefix("-"), f"-{first}")
        direction = ("descending" if order.startswith("-") else "ascending") if at else None
        turned = other if order == first else first
        return {"sort_url": f"{reverse('households')}?{urlencode({**kept, 'order': turned})}", "sorted": direction}

    return [_column(c) | (sort(SORTS[c.key]) if c.key in SORTS else {}) for c in wanted]


def _column(of: Column) -> dict[str, Any]:
    return {"key": of.key, "title": of.zh, "kind": of.shows, "lead": of.key == "head"}


def _rows(request: HttpRequest, archives: list[HouseholdPeriod], wanted: Sequence[Column]) -> list[dict[str, Any]]:
    """The archives as rows. Cost: 2 queries and those of the columns."""
    scope = access.scope_of(request.user, Permission.HOUSEHOLD_CORRECT)
    edits = {a.pk: link(request.user, "household_edit", a.household_id) for a in archives if scope.contains(a.area)}
    cells = cells_of([_column(column) for column in wanted])
    rows = [_row(archive, told, edits.get(archive.pk)) for archive, told in zip(archives, values_of(archives, wanted), strict=True)]
    return [row | {"cells": cells(row)} for row in rows]


def _row(archive: HouseholdPeriod, values: dict[str, Any], edit_url: str | None) -> dict[str, Any]:
    url = carried(reverse("household_show", args=[archive.household_id]))
    acts = [{"title": "档案", "url": url}]
    if edit_url:
        acts.append({"title": "修改", "url": edit_url})
    badges = {"attr": attribute(archive.hh_attr), "status": status(archive.status)}
    return values | {key: badge for key, badge in badges.items() if key in values} | {"id": str(archive.pk), "url": url, "acts": acts}
