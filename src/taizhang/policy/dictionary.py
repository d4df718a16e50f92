"""The data dictionary as Markdown pages in Chinese, made from the declarations; ``python -m taizhang.policy.dictionary`` rewrites them."""

import sys
from collections.abc import Iterable
from pathlib import Path

from taizhang.kernel.codes import CodeList
from taizhang.policy.archive import FACT_TABLES, MODULES, SECTIONS, Fact, facts_in, natural_village, support, village
from taizhang.policy.code_lists import all_code_lists
from taizhang.policy.lines import PURPOSES, Line, all_lines
from taizhang.policy.marks import MARKS, is_verified, mark_zh
from taizhang.policy.states import CLOSED, CLOSING, LOCKED, NONE, OPERATIONS, TRANSITIONS

FOLDER = Path(__file__).parents[3] / "docs" / "dictionary"
_REQUIRED = {"R": "必填", "C": "有条件必填", "O": "选填"}
TABLES = {
    "household": "户(按期次)",
    "person": "人员",
    "membership": "户与成员",
    "member": "成员(按期次)",
    "worksheet": "收入核算明细",
    "work_spell": "务工经历",
    "measure": "到户措施",
    **support.SECTIONS,
    "village": "行政村(按期次)",
    "natural_village": "自然村(按期次)",
}
_UNNAMED = frozenset(("worksheet", "work_spell", *support.SECTIONS, *MODULES, *village.MODULES, *natural_village.MODULES))
_UNITS = ("_yuan", "_mu", "_km", "_m2")
# Where a name is not the domain page's own plus its unit. "" = the page gives none.
_PAGE_NAMES = {
    "hh_phone": "phone",
    "alt_m": "alt",
    "planned_exit_on": "planned_exit",
    "inc_from_on": "from",
    "inc_to_on": "to",
    "hh_relocated": "relocated",
}
_HEAD = "<!-- 本页由 python -m taizhang.policy.dictionary 生成,请勿手改。 -->"


def pages() -> dict[str, str]:
    """Gives   every page's text by its file name."""
    return {
        "index.md": _index_page(),
        "code-lists.md": _code_lists_page(),
        "facts.md": _facts_page(),
        "lines.md": _lines_page(),
        "states.md": _states_page(),
    }


def write_pages(folder: Path) -> None:
    """Write every page.

    Writes   the files of `pages()` in the folder
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a bar within a cell is escaped."""
    headings = list(heads)
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def mark_cell(mark: str) -> str:
    """What a table shows for a mark; what is not verified stands in bold."""
    return mark_zh(mark) if is_verified(mark) else f"**{mark_zh(mark)}**"


def page_name(fact: Fact) -> str:
    """The name the domain page gives a fact, "" where it names only the label."""
    if fact.section in _UNNAMED or fact.section.startswith("measure"):
        return ""
    suffix = next((unit for unit in _UNITS if fact.name.endswith(unit)), "")
    return _PAGE_NAMES.get(fact.name, fact.name.removesuffix(suffix))


def _page(title: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([_HEAD, f"# {title}", *parts]) + "\n"


def _index_page() -> str:
    """What the dictionary holds, and what the marks mean."""
    lists, facts = all_code_lists(), [fact for facts in FACT_TABLES.values() for fact in facts]
    unsure = sum(not is_verified(fact.mark) for fact in facts)
    return _page(
        "数据字典",
        f"- [指标](facts.md):{len(facts)}项,其中未核实{unsure}项\n- [代码表](code-lists.md):{len(lists)}个\n"
        "- [扶贫标准与监测收入线](lines.md)\n- [户状态与业务操作](states.md)",
        "同样内容的工作簿(数据字典.xlsx):在“数据字典”页面下载,或用 `taizhang dictionary -o 数据字典.xlsx` 写出。只导出,不导入。",
        "各页“核实”一栏的含义如下。凡标“未核实”的内容,在取得文件依据之前不作为系统的默认值。",
        table(("标记", "含义"), ((mark, mark_cell(mark)) for mark in MARKS)),
        "方括号内的字母与数字(如 [S1])为资料来源编号,见领域资料第12节。",
    )


def _code_lists_page() -> str:
    """Every code list with its values."""
    intro = "存储用“键”;导入按名称或别名(可用代码者亦按代码)识别,认不出的名称列为问题,不归入“其他”。"
    return _page("代码表", intro, *(_one_list(code_list) for code_list in all_code_lists().values()))


def _one_list(code_list: CodeList) -> str:
    """One code list as a section."""
    parts = [f"## {code_list.zh} `{code_list.name}`", f"来源:{code_list.source}。核实:{mark_cell(code_list.mark)}。"]
    if not code_list.codes_readable:
        parts.append("各系统编码不同,只按名称识别,不按代码识别。")
    if not code_list.codes:
        return "\n\n".join([*parts, "选项未查到,相应指标暂填文字。"])
    rows = ((code.code, code.zh, f"`{code.key}`", "、".join(code.aliases), mark_cell(code.mark)) for code in code_list.codes)
    return "\n\n".join([*parts, table(("代码", "名称", "键", "别名", "核实"), rows)])


def _facts_page() -> str:
    """Every fact, by section."""
    intro = (
        "每项指标只声明一次,表、表单、台账与本页同出一处。“资料名”为领域资料所用字段名;金额以元、面积以亩或平方米、距离以公里计,"
        "单位写在名称末尾。空白表示未知,不等于“否”,也不等于0。"
    )
    stored = "\n".join(f"- {zh}:{len(FACT_TABLES[name])}项" for name, zh in TABLES.items())
    return _page("指标", intro, stored, *(_one_section(section, zh) for section, zh in SECTIONS.items()))


def _one_section(section: str, zh: str) -> str:
    """One section of facts."""
    heads = ("指标", "名称", "资料名", "国家栏目", "填写", "类型", "别名", "说明", "核实")
    rows = (
        (
            fact.zh,
            f"`{fact.name}`",
            f"`{page_name(fact)}`" if page_name(fact) else "",
            fact.code,
            filled(fact),
            fact.kind.zh,
            "、".join(fact.aliases),
            fact.note,
            mark_cell(fact.mark),
        )
        for fact in facts_in(section)
    )
    return f"## {zh}\n\n{table(heads, rows)}"


def filled(fact: Fact) -> str:
    """How a fact comes to its value."""
    if fact.derived:
        return "系统得出"
    how = _REQUIRED[fact.required]
    return how + (",锁定" if fact.locked else "") + (",由业务操作改变" if fact.events_only else "")


def _lines_page() -> str:
    """Every line, usable or not."""
    intro = "单位:元/人·年。按地区逐级向上、按日期查找;未启用的不参与任何计算,查到时报告原因,不以其他数额代替。"
    heads = ("地区代码", "用途", "自", "至", "数额", "启用", "说明", "来源", "核实")
    return _page("扶贫标准与监测收入线", intro, table(heads, (_line_row(line) for line in all_lines())))


def _line_row(line: Line) -> tuple[str, ...]:
    """One line as cells."""
    amount = "" if line.amount_yuan is None else str(line.amount_yuan)
    used = f"否:{line.why_disabled()}" if line.why_disabled() else "是"
    span = (line.from_on.isoformat(), line.to_on.isoformat())
    return (line.area, PURPOSES[line.purpose], *span, amount, used, line.note, line.source, mark_cell(line.mark))


def _states_page() -> str:
    """The allowed transitions and the locked facts."""
    zh = {NONE: "(未识别)", CLOSED: "已销户"} | {code.key: code.zh for code in all_code_lists()["status"].codes}
    rows = ((OPERATIONS[step.operation], f"`{step.operation}`", zh[step.before], zh[step.after]) for step in TRANSITIONS)
    reasons = {code.key: code.zh for code in all_code_lists()["close_reason"].codes}
    labels = {fact.name: fact.zh for facts in FACT_TABLES.values() for fact in facts}
    return _page(
        "户状态与业务操作",
        "表中没有的,就是不允许的。退出不通过、恢复两项回到原来的状态。",
        table(("操作", "键", "原状态", "新状态"), rows),
        "## 销户原因",
        table(("操作", "销户原因"), ((OPERATIONS[operation], reasons[reason]) for operation, reason in CLOSING.items())),
        "## 锁定字段",
        "只由省级依更正令更正:" + "、".join(labels[name] for name in LOCKED) + "。",
    )


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
