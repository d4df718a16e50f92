"""Facts as a page shows them: labels of code lists, units, masked secrets; unknown stays unknown."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import polars as pl

from taizhang.households.sealing import masked
from taizhang.policy.archive import MEMBER_FACTS, MODULES, SECTIONS, WORK_SPELL_FACTS, WORKSHEET_FACTS, Fact, fact, facts_in
from taizhang.policy.archive.income import WORKSHEET, WORKSHEET_FURTHER
from taizhang.policy.code_lists import code_list
from taizhang.policy.income import MONEY, WORKSHEET_TOTALS, compare_worksheet
from taizhang.web.jinja import partial, yuan

ATTRIBUTE_COLOURS = {"general_poor": "blue", "dibao_poor": "purple", "wubao_poor": "red", "dibao": "indigo", "wubao": "pink"}
STATUS_COLOURS = {"poor": "orange", "pre_out": "cyan", "out_with_policy": "green", "out_no_policy": "teal", "returned": "red"}
PRODUCTION = {"has_prod_power", "in_coop", "led_by_firm", "led_by_leader"}
WIDE = {"address", "cause_note", "risk_note", "dev_constraints", "measure_effect"}
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
    return [
        {"label": f.zh, "value": shown(f, row), "unit": unit(f), "wide": f.name in WIDE, "secret": f.kind.secret} for f in wide_last(facts)
    ]


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


def module_sections(archive: Any) -> list[dict[str, Any]]:
    """The further modules of which anything is told, and behind them one that names those of which nothing is."""
    known = {section: [f for f in facts_in(section) if getattr(archive, f.name) not in (None, "")] for section in MODULES}
    shown_ = [{"title": SECTIONS[section], "facts": told(facts_in(section), archive)} for section, facts in known.items() if facts]
    blank = "、".join(SECTIONS[section] for section, facts in known.items() if not facts)
    return [*shown_, *([{"title": "未采集的模块", "facts": [], "note": blank}] if blank else [])]


def income_lines(archive: Any, worksheet: Any = None) -> list[dict[str, Any]]:
    """Sums, items and sub-items of income, in the order of the form; beside a total what the worksheet says against it."""
    facts = [f for f in facts_in("income") if f.kind.dtype != pl.Date()]
    beside = against(archive, worksheet) if worksheet is not None else {}
    return [
        {
            "level": SUMS.get(f.name, 1 if f.name in SOURCES else 2),
            "label": f.zh,
            "value": getattr(archive, f.name),
            "derived": f.derived,
            "against": beside.get(f.name),
        }
        for f in facts
    ]


def against(archive: Any, worksheet: Any) -> dict[str, dict[str, str]]:
    """What a worksheet adds up to beside each typed total, as a badge: agreeing, or by how much it differs."""
    parts = [f.name for f in WORKSHEET_FACTS if f.kind.name == "yuan"]
    told = {name: getattr(worksheet, name) for name in parts} | {name: getattr(archive, name) for name in WORKSHEET_TOTALS}
    found = compare_worksheet(pl.DataFrame({n: [v] for n, v in told.items()}, schema=dict.fromkeys(told, MONEY))).row(0, named=True)
    badges = {total: _difference(found[f"{total}.parts"], found[f"{total}.off"]) for total in WORKSHEET_TOTALS}
    return {total: badge for total, badge in badges.items() if badge}


def worksheet_section(archive: Any, worksheet: Any) -> dict[str, Any]:
    """收入核算明细: what it tells, grouped by the total that it explains; what is not filled in is counted, not listed."""
    beside = against(archive, worksheet)
    groups = [
        {"title": fact(total).zh, "against": beside.get(total), "lines": [_part(worksheet, name, zh) for name, zh in parts]}
        for total, parts in WORKSHEET.items()
    ]
    further = [{"label": f.zh, "value": getattr(worksheet, f.name), "note": None} for f in WORKSHEET_FURTHER]
    groups.append({"title": "理赔、自付与参考范围", "against": None, "lines": further})
    lines = [line for group in groups for line in group["lines"]]
    for group in groups:
        group["lines"] = [line for line in group["lines"] if line["value"] is not None or line["note"]]
    filled = sum(line["value"] is not None or bool(line["note"]) for line in lines)
    return {"note": f"已填 {filled} 项，未填 {len(lines) - filled} 项", "groups": [group for group in groups if group["lines"]]}


def spell_columns() -> list[dict[str, Any]]:
    """Columns of the table of work spells."""
    kinds = {"yuan": "yuan", "yes_no": "yesno"}
    facts = sorted(WORK_SPELL_FACTS, key=lambda f: f.kind.name != "partial_day")
    told = [{"key": f.name, "title": f.zh + (f"({unit(f)})" if unit(f) else ""), "kind": kinds.get(f.kind.name, "text")} for f in facts]
    return [{"key": "name", "title": "姓名", "lead": True}, *told, {"key": "ended", "title": "已结束", "kind": "yesno"}]


def spell_row(spell: Any, name: str) -> dict[str, Any]:
    """One work spell for that table."""
    return {"name": name, **{f.name: shown(f, spell) for f in WORK_SPELL_FACTS}, "ended": spell.ended}


def spell_span(spell: Any) -> str:
    """From when to when: 2018年3月至2018年11月."""
    return f"{partial(spell.spell_from_on)}至{partial(spell.spell_to_on)}" if spell.spell_to_on else f"{partial(spell.spell_from_on)}起"


def _difference(parts: Decimal | None, off: Decimal | None) -> dict[str, str] | None:
    if parts is None:
        return None
    said = f"明细合计 {yuan(parts)} 元"
    if off is None:
        return {"label": f"{said}，采集表未填", "colour": "orange"}
    if not off:
        return {"label": "与明细合计相符", "colour": "green"}
    return {"label": f"{said}，{'多' if off > 0 else '少'} {yuan(abs(off))} 元", "colour": "red"}


def _part(worksheet: Any, name: str, zh: str) -> dict[str, Any]:
    return {"label": zh, "value": getattr(worksheet, f"{name}_yuan"), "note": getattr(worksheet, f"{name}_note") or None}


def member_columns(*, spells: bool = False) -> list[dict[str, Any]]:
    """Columns of the members' table: the form's first page shown, all else in the column chooser; 务工经历 where anybody has one."""
    first = [
        {"key": "name", "title": "姓名", "kind": "link", "lead": True},
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
    return [*first, *rest, {"key": "spells", "title": "务工经历", "kind": "wrap", "shown": spells}, *hidden]


def _column_kind(fact: Fact) -> str:
    if fact.kind.dtype == pl.Boolean:
        return "yesno"
    return "number" if fact.kind.dtype.is_integer() else "text"
