"""Own conditions of the household list: the form that adds one, the chips that show and remove them."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from taizhang.accounts import access
from taizhang.households.asking import conditions
from taizhang.households.asking.catalogue import MEMBER, OPERATORS, WITHOUT_VALUE, Askable, by_section, catalogue
from taizhang.households.asking.conditions import COUNTED, QUANTIFIERS, BadQuery, Condition, Group, Members
from taizhang.households.asking.editing import SAME, added, of_one_household, parts_of, turned, without
from taizhang.households.asking.ready import READY, ready
from taizhang.households.asking.saying import says
from taizhang.households.kept import SavedQuery
from taizhang.web.households.periods import all_periods, title_of
from taizhang.web.shell import link

ADDING = ("add_field", "add_op", "add_low", "add_high", "add_who", "add_count", "add_to", "ready")
LONGEST_WHERE = 12_000
SPAN_INPUTS = {"between": ("add_low", "add_high"), "before": ("add_low",), "after": ("add_low",)}


def where_of(told: dict[str, str]) -> Condition | None:
    """The conditions that an address holds.

    Raises   BadQuery
    """
    text = told.get("where", "")
    if not text:
        return None
    try:
        return conditions.read(json.loads(text) if len(text) <= LONGEST_WHERE else None)
    except ValueError:
        raise BadQuery("查询条件的写法认不出来") from None


def with_addition(told: dict[str, str], posted: QueryDict) -> dict[str, str]:
    """The same query with the condition that was posted, or with a ready one.

    Raises   BadQuery
    """
    to = posted.get("add_to", "")
    if (key := posted.get("ready", "")) in READY:
        part = conditions.read(READY[key][1])
    elif key or not posted.get("add_field"):
        raise BadQuery("请选择要查询的栏目")
    else:
        part = _posted(posted)
    return told | {"where": written(added(where_of(told), part, to)) or ""}


def asks_for_more(posted: QueryDict) -> bool:
    """Whether a form adds a condition."""
    return bool(posted.get("add_field") or posted.get("ready"))


def written(where: Condition | None) -> str | None:
    """Conditions as an address holds them."""
    return None if where is None else json.dumps(conditions.as_json(where), ensure_ascii=False, separators=(",", ":"))


def chips_of(told: dict[str, str], where: Condition | None) -> dict[str, Any]:
    """The conditions as a page shows them: `items` with their words and the address without them, `how` they go together."""
    how, parts = parts_of(where)
    if where is None:
        return {"items": [], "how": "all", "turn_url": None, "to": []}
    return {
        "items": [_chip(told, where, at, part) for at, part in enumerate(parts)],
        "how": how,
        "turn_url": _address(told, turned(where)) if len(parts) > 1 else None,
        "to": _places(how, parts),
    }


def household_condition(request: HttpRequest) -> HttpResponse:
    """The form of one condition: without a field what may be asked, with a field its operators and values."""
    key = request.GET.get("add_field", "")
    if key:
        field = catalogue().get(key)
        if field is None:
            raise access.NotFound
        return render(request, "households/condition_value.html", {"field": _field(request, field)})
    saved = SavedQuery.objects.usable_by(request.user).select_related("owner__person").order_by("name", "pk")
    context = {
        "sections": [(title, [(field.key, field.zh) for field in fields]) for title, fields in by_section()],
        "ready": list(ready().items()),
        "saved": [_saved(request, each) for each in saved],
        "links": {"queries": link(request.user, "queries"), "lookups": link(request.user, "lookups")},
    }
    return render(request, "households/condition.html", context)


def _saved(request: HttpRequest, each: SavedQuery) -> dict[str, Any]:
    mine = each.owner_id == request.user.pk
    return {
        "name": each.name,
        "url": f"{reverse('households')}?{urlencode({'saved': each.pk})}",
        "by": None if mine else each.owner.person.name,
    }


def _posted(posted: QueryDict) -> Condition:
    op = posted.get("add_op", "")
    names = SPAN_INPUTS.get(op)
    texts = [posted.get(name, "") for name in names] if names else posted.getlist("add_value")
    leaf = conditions.typed(posted["add_field"], op, texts)
    how, count = posted.get("add_who", ""), posted.get("add_count", "")
    if how in COUNTED and not (count.isdecimal() and int(count) <= conditions.MOST_COUNTED):
        raise BadQuery("请填写成员人数(0至99)")
    part = of_one_household(leaf, how, int(count) if how in COUNTED else 0)
    return conditions.read(conditions.as_json(part))


def _chip(told: dict[str, str], where: Condition, at: int, part: Condition) -> dict[str, Any]:
    inner = []
    if isinstance(part, Group):
        inner = [{"says": says(each), "url": _address(told, without(where, at, n))} for n, each in enumerate(part.parts)]
    return {
        "says": says(part),
        "url": _address(told, without(where, at)),
        "inner": inner,
        "word": "且" if isinstance(part, Group) and part.how == "all" else "或",
    }


def _places(how: str, parts: tuple[Condition, ...]) -> list[tuple[str, str]]:
    """Where the next condition may go: beside the others, together with one of them, on the same member."""
    word = "或" if how == "all" else "且"
    places = []
    for at, part in enumerate(parts):
        if isinstance(part, Members):
            places.append((f"{at}:{SAME}", f"同一成员：{says(part)[:24]}"))
        places.append((str(at), f"与“{says(part)[:24]}”为{word}"))
    return places


def _address(told: dict[str, str], where: Condition | None) -> str:
    kept = {name: value for name, value in told.items() if name != "where"}
    text = written(where)
    return f"{reverse('households')}?{urlencode(kept | ({'where': text} if text else {}))}"


def _field(request: HttpRequest, field: Askable) -> dict[str, Any]:
    """One field as the form shows it."""
    choices = list(zip(field.codes.keys(), field.codes.labels(), strict=True)) if field.codes is not None else []
    if "has_in" in field.operators:
        choices = [(period.key, title_of(period)) for period in all_periods(request)]
    return {
        "key": field.key,
        "zh": field.zh,
        "unit": field.unit,
        "operators": [(op, OPERATORS[op]) for op in field.operators],
        "choices": choices,
        "span": " ".join(op for op in field.operators if op == "between"),
        "ends": " ".join(op for op in field.operators if op in ("before", "after")),
        "listed": " ".join(op for op in field.operators if op not in SPAN_INPUTS and op not in WITHOUT_VALUE),
        "date": field.kind.name == "day",
        "partial": field.kind.name == "partial_day",
        "who": [(how, zh.format(n="…")) for how, zh in QUANTIFIERS.items()] if field.of == MEMBER else [],
        "mark": "选项未核实" if field.mark == "K" else "",
    }
