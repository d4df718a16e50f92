"""Queries kept under a name (常用查询): using one, saving the present one, renaming, sharing, removing."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from taizhang.accounts import access
from taizhang.households.asking.conditions import as_json
from taizhang.households.asking.saying import says
from taizhang.households.kept import LONGEST_NAME, SavedQuery
from taizhang.households.listed import chosen_by, known
from taizhang.households.query import BadQuery, query_of
from taizhang.households.services.queries import (
    BadName,
    NameTaken,
    NoOffice,
    NotTheOwner,
    change_query,
    offices_of,
    save_query,
    withdraw_query,
)
from taizhang.households.services.refusals import LostRace
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.policy.code_lists import code_list
from taizhang.web.errors import refused
from taizhang.web.households.asking import where_of, written
from taizhang.web.imports.showing import place_names
from taizhang.web.jinja import page

QUERY = ("area", "text", "status", "hh_attr", "id_standard", "main_cause", "income_from", "income_to", "gaps", "where", "order")
GAPS = {"yes": True, "no": False}
CODES = {"status": ("脱贫状态", "status"), "hh_attr": ("户属性", "hh_attr"), "main_cause": ("主要致贫原因", "cause")}
CODES |= {"id_standard": ("识别标准", "id_standard")}
COLUMNS = (
    {"key": "name", "title": "名称", "kind": "link", "lead": True},
    {"key": "says", "title": "条件", "kind": "wrap"},
    {"key": "columns", "title": "列"},
    {"key": "office", "title": "单位"},
    {"key": "owner", "title": "保存人"},
    {"key": "shared", "title": "共用", "kind": "yesno"},
)


def saved_of(request: HttpRequest) -> SavedQuery | None:
    """The saved query that an address names, if the account may use it; read once a request.

    Cost     1 query where one is named
    """
    asked = request.GET.get("saved", "")
    if not (asked.isdecimal() and len(asked) < 19):
        return None
    if not hasattr(request, "saved_query"):
        request.saved_query = SavedQuery.objects.usable_by(request.user).filter(pk=int(asked)).first()
    found: SavedQuery | None = request.saved_query
    return found


def address_of(saved: SavedQuery) -> str:
    """The list by a saved query."""
    told = {"order": "area"} | {name: str(value) for name, value in saved.query.items() if name in QUERY}
    if "gaps" in saved.query:
        told["gaps"] = "yes" if saved.query["gaps"] else "no"
    if "where" in saved.query:
        told["where"] = written(query_of(0, {"where": saved.query["where"]}).where) or ""
    return f"{reverse('households')}?{urlencode({**told, 'saved': saved.pk})}"


def queries(request: HttpRequest) -> HttpResponse:
    """One's own saved queries and those shared with one's office."""
    return _page(request)


def query_save(request: HttpRequest) -> HttpResponse:
    """Save the query of the list."""
    told = {name: value for name in QUERY if (value := request.POST.get(name, "").strip())}
    offices = offices_of(request.user)
    asked = request.POST.get("office", "")
    area, level = next(((a, lv) for a, lv in offices if f"{a}/{lv}" == asked), offices[0] if offices else ("", ""))
    try:
        query: dict[str, Any] = {name: value for name, value in told.items() if name != "where"}
        if "gaps" in query:
            query["gaps"] = GAPS.get(query["gaps"])
        where = where_of(told)
        kept = save_query(
            by=request.user,
            at=timezone.now(),
            cause=Cause("query.save"),
            area=area,
            level=level,
            name=request.POST.get("name", ""),
            query=query_of(0, query).as_dict() | ({"where": as_json(where)} if where is not None else {}),
            columns=[c.key for c in chosen_by(request.user)] if request.POST.get("with_columns") == "yes" else (),
            shared=request.POST.get("shared") == "yes",
            idempotency_key=request.POST.get("idempotency_key", "")[:80] or uuid4().hex,
        )
    except AlreadyPosted as posted:
        return HttpResponseRedirect(f"{reverse('households')}?{urlencode({'saved': posted.result})}", status=303)
    except (BadQuery, BadName) as wrong:
        return refused(request, 422, says=str(wrong))
    except NameTaken as wrong:
        return refused(request, 409, says=str(wrong))
    except NoOffice as wrong:
        return refused(request, 409, says=str(wrong))
    return HttpResponseRedirect(address_of(kept), status=303)


def query_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a saved query, share it or no longer, or remove it."""
    saved = access.fetch(SavedQuery.objects.reached_by(request.user), pk=pk)
    told: dict[str, Any] = {
        "by": request.user,
        "at": timezone.now(),
        "saved": saved,
        "version": int(v) if (v := request.POST.get("version", "")).isdecimal() and len(v) < 10 else 0,
        "idempotency_key": request.POST.get("idempotency_key", "")[:80] or uuid4().hex,
    }
    try:
        if request.POST.get("remove") == "yes":
            withdraw_query(cause=Cause("query.withdraw"), **told)
        else:
            shared = request.POST.get("shared") == "yes"
            change_query(cause=Cause("query.change"), name=request.POST.get("name", ""), shared=shared, **told)
    except AlreadyPosted:
        pass
    except BadName as wrong:
        return _page(request, [str(wrong)], 422)
    except (NameTaken, LostRace) as wrong:
        return _page(request, [str(wrong) or "这个常用查询已被修改,请核对后再试"], 409)
    except NotTheOwner as wrong:
        return _page(request, [str(wrong)], 409)
    return HttpResponseRedirect(reverse("queries"), status=303)


def says_of(query: dict[str, Any]) -> str:
    """The conditions of a query in words."""
    told = [f"{zh} {code_list(of).by_key(query[name]).zh}" for name, (zh, of) in CODES.items() if query.get(name)]
    if query.get("text"):
        told.append(f"查找 {query['text']}")
    if query.get("income_from") or query.get("income_to"):
        told.append(f"人均纯收入 {query.get('income_from', '')}–{query.get('income_to', '')}元")
    if "gaps" in query:
        told.append("必填栏目有空" if query["gaps"] in (True, "yes") else "必填栏目已填全")
    if query.get("where"):
        where = query_of(0, {"where": query["where"]}).where
        told += [says(where)] if where is not None else []
    return "；".join(told) or "全部"


def _page(request: HttpRequest, errors: list[str] | None = None, status: int = 200) -> HttpResponse:
    rows = list(SavedQuery.objects.usable_by(request.user).select_related("owner__person").order_by("name", "pk"))
    names = place_names([each.area for each in rows])
    context = {
        "columns": COLUMNS,
        "rows": [_row(request, each, names) for each in rows],
        "mine": [_mine(each) for each in rows if each.owner_id == request.user.pk],
        "most": LONGEST_NAME,
        "errors": errors or [],
        "idempotency_key": uuid4().hex,
        "crumbs": [("户档案", reverse("households")), ("常用查询", None)],
    }
    return page(request, "households/queries.html", context, status=status)


def _row(request: HttpRequest, each: SavedQuery, names: dict[str, str]) -> dict[str, Any]:
    return {
        "url": f"{reverse('households')}?{urlencode({'saved': each.pk})}",
        "name": each.name,
        "says": _says(each),
        "columns": f"{len(known(each.columns))}列" if each.columns else "各人自己的",
        "office": names.get(each.area, each.area),
        "owner": "本人" if each.owner_id == request.user.pk else each.owner.person.name,
        "shared": each.shared,
    }


def _says(each: SavedQuery) -> str:
    """A query whose field has gone since says so, and stands in nobody's way."""
    try:
        return says_of(each.query)
    except BadQuery as gone:
        return f"不能再用：{gone}"


def _mine(each: SavedQuery) -> dict[str, Any]:
    return {
        "name": each.name,
        "shared": each.shared,
        "version": each.version,
        "action_url": reverse("query_change", args=[each.pk]),
    }
