"""Facts as a page shows them: labels of code lists, units, masked secrets; unknown stays unknown."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from taizhang.households.sealing import masked
from taizhang.policy.archive import MEMBER_FACTS, Fact, facts_in
from taizhang.policy.code_lists import code_list
from taizhang.web.jinja import partial

ATTRIBUTE_COLOURS = {"general_poor": "blue", "dibao_poor": "purple", "wubao_poor": "red", "dibao": "indigo", "wubao": "pink"}
STATUS_COLOURS = {"poor": "orange", "pre_out": "cyan", "out_with_policy": "green", "out_no_policy": "teal", "returned": "red"}
PRODUCTION = {"has_prod_power", "in_coop", "led_by_firm", "led_by_leader"}
WIDE = {"address", "cause_note"}
SUMS = {"inc_total_yuan": 0, "exp_business_yuan": 0, "inc_net_yuan": 0, "inc_net_pc_yuan": 0}
SOURCES = {"inc_wage_yuan", "inc_business_yuan", "inc_property_yuan", "inc_transfer_yuan"}
MEMBER_SHOWN = ("education", "school_status", "health", "labour", "med_resident", "dibao")


def label(of: str, key: str | None) -> str | None:
    """The printed label of a stored code; None for a blank one."""
    return code_list(of).by_key(key).zh if key else None


def badge(of: str, key: str | None, colours: dict[str, str]) -> dict[str, str] | None:
    """A code with its colour, for ui.badge and ui.status."""
    return {"label": label(of, key) or "", "colour": colours.get(key, "secondary")} if key else None


def attribute(key: str | None) -> dict[str, str] | None:
    """户属性 as a badge."""
    return badge("hh_attr", key, ATTRIBUTE_COLOURS)


def status(key: str | None) -> dict[str, str] | None:
    """脱贫状态 as a status."""
    return badge("status", key, STATUS_COLOURS)


def shown(fact: Fact, row: Any) -> Any:
    """One fact of a row: secrets masked, codes as labels, None where nothing is known."""
    value = getattr(row, fact.name, None)
    if value is None or value == "":
        return None
    if fact.kind.secret:
        return masked(bytes(value), fact.name)
    if fact.kind.name in ("one_of", "some_of"):
        return fact.kind.show_one(value)
    return partial(value) if fact.kind.name == "partial_day" else value


def unit(fact: Fact) -> str:
    """The unit behind a number."""
    return getattr(fact.kind, "unit", "")


def told(facts: Iterable[Fact], row: Any) -> list[dict[str, Any]]:
    """Facts of a row for ui.facts."""
    return [{"label": f.zh, "value": shown(f, row), "unit": unit(f), "wide": f.name in WIDE} for f in wide_last(facts)]


def wide_last(facts: Iterable[Fact]) -> list[Fact]:
    """The same facts, those that take a whole line behind the others, so that no line has a gap."""
    return sorted(facts, key=lambda f: f.name in WIDE)


def base_section(archive: Any) -> dict[str, Any]:
    """基本情况 of a household."""
    return {"title": "基本情况", "facts": told(facts_in("base"), archive)}


def living_sections(archive: Any) -> list[dict[str, Any]]:
    """生产条件 and 生活条件."""
    facts = facts_in("living")
    produce = [f for f in facts if f.name.startswith("land_") or f.name in PRODUCTION]
    return [
        {"title": "生产条件", "facts": told(produce, archive)},
        {"title": "生活条件", "facts": told([f for f in facts if f not in produce], archive)},
    ]


def income_lines(archive: Any) -> list[dict[str, Any]]:
    """Sums, items and sub-items of income, in the order of the form."""
    facts = [f for f in facts_in("income") if f.kind.dtype != pl.Date()]
    return [
        {"level": SUMS.get(f.name, 1 if f.name in SOURCES else 2), "label": f.zh, "value": getattr(archive, f.name), "derived": f.derived}
        for f in facts
    ]


def member_columns() -> list[dict[str, Any]]:
    """Columns of the members' table: the form's first page shown, every other fact in the column chooser."""
    first = [
        {"key": "name", "title": "姓名", "lead": True},
        {"key": "relation", "title": "与户主关系"},
        {"key": "id_no", "title": "证件号码", "kind": "mono"},
        {"key": "sex", "title": "性别"},
        {"key": "age", "title": "年龄", "kind": "number"},
        {"key": "ethnicity", "title": "民族"},
    ]
    archive = sorted(MEMBER_FACTS, key=lambda f: MEMBER_SHOWN.index(f.name) if f.name in MEMBER_SHOWN else len(MEMBER_SHOWN))
    rest = [{"key": f.name, "title": f.zh, "kind": _column_kind(f), "shown": f.name in MEMBER_SHOWN} for f in archive]
    hidden = [
        {"key": "birth_date", "title": "出生日期", "kind": "day", "shown": False},
        {"key": "id_type", "title": "证件类型", "shown": False},
        {"key": "state", "title": "生存状态", "shown": False},
        {"key": "add_reason", "title": "增加原因", "shown": False},
        {"key": "add_on", "title": "增加日期", "kind": "day", "shown": False},
    ]
    return [*first, *rest, *hidden]


def _column_kind(fact: Fact) -> str:
    if fact.kind.dtype == pl.Boolean:
        return "yesno"
    return "number" if fact.kind.dtype.is_integer() else "text"
