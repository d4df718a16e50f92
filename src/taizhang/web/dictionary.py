"""The data dictionary (数据字典), made from the declarations: every fact, code, line and transition, and the same as a workbook."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from taizhang.ledgers.dictionary_book import TITLE, dictionary_book
from taizhang.policy.dictionary_rows import Part, Row, parts
from taizhang.web.imports.findings import download
from taizhang.web.jinja import page

KINDS = dict.fromkeys(("别名", "说明", "来源", "类型"), "wrap") | dict.fromkeys(("名称", "键"), "mono")
FOLDED = ("部分", "资料名", "单位", "代码表", "别名")  # of the facts: behind 列
TABLE_AT, UNVERIFIED = 0, "未核实"


def dictionary(request: HttpRequest) -> HttpResponse:
    """One part of the dictionary, cut to a table and to the words looked for."""
    known = {part.key: part for part in parts()}
    asked = {name: request.GET.get(name, "").strip() for name in ("part", "table", "q", "unsure")}
    part = known.get(asked["part"], known["facts"])
    rows = [row for row in part.rows if _meant(row, part, asked)]
    context = {
        "query_url": reverse("dictionary"),
        "reset_url": f"{reverse('dictionary')}?{urlencode({'part': part.key})}",
        "hidden": {"part": part.key},
        "fields": _fields(part, asked),
        "parts": [
            {
                "title": one.title,
                "url": f"{reverse('dictionary')}?{urlencode({'part': one.key})}",
                "count": len(one.rows),
                "here": one is part,
            }
            for one in known.values()
        ],
        "title": part.title,
        "note": f"{len(rows)} 项" if len(rows) == len(part.rows) else f"{len(rows)} 项，共 {len(part.rows)} 项",
        "columns": _columns(part),
        "rows": [{f"c{at}": cell or None for at, cell in enumerate(row)} for row in rows],
        "book_url": reverse("dictionary_book"),
    }
    return page(request, "dictionary.html", context)


def dictionary_download(request: HttpRequest) -> HttpResponse:
    """The whole dictionary as a workbook."""
    return download(dictionary_book(), f"{TITLE}.xlsx")


def _meant(row: Row, part: Part, asked: dict[str, str]) -> bool:
    in_table = not asked["table"] or part.key != "facts" or row[TABLE_AT] == asked["table"]
    unsure = not asked["unsure"] or UNVERIFIED in row[-1]
    return in_table and unsure and (not asked["q"] or any(asked["q"].lower() in cell.lower() for cell in row))


def _fields(part: Part, asked: dict[str, str]) -> list[dict[str, Any]]:
    """What the list may be cut by."""
    text = {"name": "q", "label": "查找", "kind": "text", "value": asked["q"], "placeholder": "名称、别名、键或栏目代码"}
    unsure = {"name": "unsure", "label": "核实", "kind": "select", "value": asked["unsure"], "choices": [("yes", "只看未核实的")]}
    if part.key != "facts":
        return [text] if part.key in ("states", "marks") else [text, unsure]
    tables = list(dict.fromkeys(row[TABLE_AT] for row in part.rows))
    return [text, {"name": "table", "label": "表", "kind": "select", "value": asked["table"], "choices": [(t, t) for t in tables]}, unsure]


def _columns(part: Part) -> list[dict[str, Any]]:
    lead, folded = _lead(part), FOLDED if part.key == "facts" else ()
    return [
        {"key": f"c{at}", "title": head, "kind": KINDS.get(head, "text"), "lead": at == lead, "shown": head not in folded}
        for at, head in enumerate(part.heads)
    ]


def _lead(part: Part) -> int:
    """The column that stays at the left: what a row is about."""
    return part.heads.index("指标") if "指标" in part.heads else 0


urlpatterns = [
    path("dictionary", dictionary, name="dictionary"),
    path("dictionary/book", dictionary_download, name="dictionary_book"),
]
