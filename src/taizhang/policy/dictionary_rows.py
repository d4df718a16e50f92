"""The data dictionary as plain rows: what the workbook and the page of the dictionary show, made from the declarations."""

from collections.abc import Iterator
from dataclasses import dataclass

from taizhang.policy.archive import FACT_TABLES, SECTIONS, Fact
from taizhang.policy.code_lists import all_code_lists
from taizhang.policy.dictionary import TABLES, filled, page_name
from taizhang.policy.lines import PURPOSES, Line, all_lines
from taizhang.policy.marks import MARKS, mark_zh
from taizhang.policy.states import CLOSED, CLOSING, NONE, OPERATIONS, TRANSITIONS

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the dictionary: what it is called, its headings, its rows."""

    key: str
    title: str
    heads: Row
    rows: tuple[Row, ...]


def parts() -> tuple[Part, ...]:
    """Gives   every part of the dictionary, in the order in which a reader wants it."""
    return (
        Part("facts", "指标", FACT_HEADS, tuple(_facts())),
        Part("lists", "代码表", CODE_HEADS, tuple(_codes())),
        Part("lines", "收入线", LINE_HEADS, tuple(_line(line) for line in all_lines())),
        Part("states", "户状态", STATE_HEADS, tuple(_states())),
        Part("marks", "核实标记", ("标记", "含义"), tuple((mark, zh) for mark, zh in MARKS.items())),
    )


FACT_HEADS = ("表", "部分", "指标", "名称", "资料名", "国家栏目", "填写", "类型", "单位", "代码表", "别名", "说明", "核实")
CODE_HEADS = ("代码表", "名称", "代码", "选项", "键", "别名", "来源", "核实")
LINE_HEADS = ("地区代码", "用途", "自", "至", "数额(元)", "启用", "说明", "来源", "核实")
STATE_HEADS = ("业务操作", "键", "原状态", "新状态")


def _facts() -> Iterator[Row]:
    for table, facts in FACT_TABLES.items():
        for fact in facts:
            yield _fact(TABLES[table], fact)


def _fact(table: str, fact: Fact) -> Row:
    code_list = getattr(fact.kind, "code_list", None)
    said = (fact.zh, fact.name, page_name(fact), fact.code, filled(fact), fact.kind.zh, getattr(fact.kind, "unit", ""))
    return (
        table,
        SECTIONS[fact.section],
        *said,
        code_list.name if code_list is not None else "",
        "、".join(fact.aliases),
        fact.note,
        mark_zh(fact.mark),
    )


def _codes() -> Iterator[Row]:
    """Every value of every list; a list whose values were not found has one row that says so."""
    for one in all_code_lists().values():
        for code in one.codes:
            yield (one.zh, one.name, code.code, code.zh, code.key, "、".join(code.aliases), one.source, mark_zh(code.mark))
        if not one.codes:
            yield (one.zh, one.name, "", "(选项未查到,暂填文字)", "", "", one.source, mark_zh(one.mark))


def _line(line: Line) -> Row:
    amount = "" if line.amount_yuan is None else str(line.amount_yuan)
    used = f"否:{line.why_disabled()}" if line.why_disabled() else "是"
    span = (line.from_on.isoformat(), line.to_on.isoformat())
    return (line.area, PURPOSES[line.purpose], *span, amount, used, line.note, line.source, mark_zh(line.mark))


def _states() -> Iterator[Row]:
    """The allowed transitions; a closing leads to the reason that it leaves."""
    zh = {NONE: "(未在册)", CLOSED: "已销户"} | {code.key: code.zh for code in all_code_lists()["status"].codes}
    reasons = {code.key: code.zh for code in all_code_lists()["close_reason"].codes}
    for step in TRANSITIONS:
        after = f"{zh[step.after]}({reasons[CLOSING[step.operation]]})" if step.operation in CLOSING else zh[step.after]
        yield (OPERATIONS[step.operation], step.operation, zh[step.before], after)
