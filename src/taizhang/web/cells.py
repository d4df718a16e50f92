"""The cells of a table's rows. A list page has a thousand of them: written here once a column, not by a macro call a cell.

Kinds: text, link (to the row's page), mono, wrap, yuan, number, percent, day, moment, partial, yesno, badge and status ({label, colour} or
None), severity, signed (a share with its sign, red when below zero), html (already safe).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

CLASSES = {"yuan": "num", "number": "num", "percent": "num", "signed": "num", "mono": "mono", "wrap": "wrap"}
SEVERITIES = {"B": ("不能保存", "red"), "E": ("错误", "red"), "W": ("提醒", "orange"), "I": ("说明", "azure")}
Filters = Mapping[str, Callable[..., Any]]


def row_maker(columns: Sequence[Mapping[str, Any]], filters: Filters) -> Callable[[Mapping[str, Any]], Markup]:
    """A function that writes the cells of one row: `columns` as `ui.table` takes them, `filters` those of the templates."""
    made = [(_opening(column), column["key"], _writer(column.get("kind") or "text", filters)) for column in columns]

    def cells(row: Mapping[str, Any]) -> Markup:
        return Markup("".join(f"{opening}{write(row.get(key), row)}</td>" for opening, key, write in made))  # noqa: S704 - each value is escaped

    return cells


def _opening(column: Mapping[str, Any]) -> str:
    lead = " stays" if column.get("lead") else ""
    return f'<td data-col="{escape(column["key"])}" class="{CLASSES.get(column.get("kind") or "text", "")}{lead}">'


def _writer(kind: str, filters: Filters) -> Callable[[Any, Mapping[str, Any]], str]:
    if kind == "yesno":
        return lambda value, row: escape(filters["yesno"](value))
    told = {"link": _link, "badge": _badge, "status": _status, "severity": _severity}.get(kind)
    if told is not None:
        return lambda value, row: "" if value is None else told(value, row)
    if kind == "signed":
        return lambda value, row: "" if value is None else _signed(value, filters)
    if kind in ("yuan", "number", "percent", "day", "moment", "partial"):
        shown = filters[kind]
        return lambda value, row: "" if value is None else escape(shown(value))
    return lambda value, row: "" if value is None else escape(value)


def _link(value: Any, row: Mapping[str, Any]) -> str:
    url = row.get("url")
    return f'<a class="fw-medium" href="{escape(url)}">{escape(value)}</a>' if url else escape(value)


def _badge(value: Any, row: Mapping[str, Any]) -> str:
    return _coloured('<span class="badge bg-{}-lt">{}</span>', value)


def _status(value: Any, row: Mapping[str, Any]) -> str:
    return _coloured('<span class="status status-{}"><span class="status-dot"></span>{}</span>', value)


def _severity(value: Any, row: Mapping[str, Any]) -> str:
    label, colour = SEVERITIES[value]
    return _coloured('<span class="badge bg-{}-lt">{}</span>', {"label": label, "colour": colour})


def _signed(value: Any, filters: Filters) -> str:
    sign, fallen = ("+" if value > 0 else ""), ("down" if value < 0 else "")
    return f'<span class="{fallen}">{sign}{escape(filters["percent"](value))}</span>'


def _coloured(shape: str, value: Mapping[str, Any]) -> str:
    return shape.format(escape(value["colour"]), escape(value["label"])) if value["label"] else ""
