"""Which columns of the household list an account sees, and in which order; every press of a button is at work at once."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from taizhang.households.listed import DEFAULT, MOST_COLUMNS, Column, choose, chosen_by, columns, known
from taizhang.web.households.saved import saved_of
from taizhang.web.jinja import page


def columns_shown(request: HttpRequest) -> tuple[Column, ...]:
    """The columns of the list that is asked for: those of the saved query that is in use, else the account's own; read once a request.

    Cost     1 query, 2 with a saved query
    """
    if not hasattr(request, "columns_shown"):
        saved = saved_of(request)
        request.columns_shown = (known(saved.columns) if saved is not None else ()) or chosen_by(request.user)
    found: tuple[Column, ...] = request.columns_shown
    return found


def household_columns(request: HttpRequest) -> HttpResponse:
    """Choose columns: put one in, take one out, move one, go back to the usual ones."""
    back = _back(request)
    if request.method == "POST":
        choose(request.user, _turned([column.key for column in chosen_by(request.user)], request))
        return HttpResponseRedirect(f"{reverse('household_columns')}?{urlencode({'next': back})}", status=303)
    shown = chosen_by(request.user)
    context = {
        "shown": [{"key": column.key, "title": column.zh, "section": column.section} for column in shown],
        "sections": _others({column.key for column in shown}),
        "full": len(shown) >= MOST_COLUMNS,
        "most": MOST_COLUMNS,
        "usual": tuple(column.key for column in shown) == DEFAULT,
        "action_url": reverse("household_columns"),
        "back": back,
        "crumbs": [("户档案", back), ("列设置", None)],
    }
    return page(request, "households/columns.html", context)


def _turned(keys: list[str], request: HttpRequest) -> list[str]:
    """The keys after what was pressed; a key that is not there changes nothing."""
    told = request.POST
    if told.get("usual"):
        return list(DEFAULT)
    if (key := told.get("add", "")) in columns() and key not in keys and len(keys) < MOST_COLUMNS:
        return [*keys, key]
    if (key := told.get("remove", "")) in keys and len(keys) > 1:
        return [each for each in keys if each != key]
    for name, by in (("up", -1), ("down", 1)):
        if (key := told.get(name, "")) in keys:
            at = keys.index(key)
            to = min(max(at + by, 0), len(keys) - 1)
            keys[at], keys[to] = keys[to], keys[at]
    return keys


def _others(taken: set[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The columns that can be put in, by section."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for column in columns().values():
        if column.key not in taken:
            sections.setdefault(column.section, []).append((column.key, column.zh))
    return list(sections.items())


def _back(request: HttpRequest) -> str:
    asked: Any = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe and asked.startswith(reverse("households")) else reverse("households")
