"""The page of each ledger as Markdown in Chinese, made from its declaration; ``python -m taizhang.ledgers.documentation`` rewrites them."""

from pathlib import Path

from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import LEDGERS
from taizhang.ledgers.wording import kind_of, list_of, needed, unit_of
from taizhang.policy.dictionary import mark_cell, table
from taizhang.policy.marks import is_verified

FOLDER = Path(__file__).parents[3] / "docs" / "ledgers"
_HEAD = "<!-- 本页由 python -m taizhang.ledgers.documentation 生成,请勿手改。 -->"
_HEADS = ("栏目", "也认作", "填什么", "单位", "填写", "国家栏目", "存为", "说明", "核实")


def pages() -> dict[str, str]:
    """Gives   every page's text by its file name."""
    return {"index.md": _index(), **{f"{ledger.key}.md": _page(ledger) for ledger in LEDGERS.values()}}


def write_pages(folder: Path) -> None:
    """Write every page.

    Writes   the files of `pages()` in the folder
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _index() -> str:
    rows = (
        (f"[{one.title}]({one.key}.md)", f"`{one.key}`", str(len(one.columns)), one.grain, mark_cell(one.mark)) for one in LEDGERS.values()
    )
    intro = "台账是名册的一张纸面:每张台账只声明一次,导入、导出、空白表、栏目说明和本页同出一处。"
    return "\n\n".join([_HEAD, "# 台账", intro, table(("台账", "键", "栏目数", "一行是什么", "核实"), rows)]) + "\n"


def _page(ledger: Ledger) -> str:
    unsure = [c.heading for c in ledger.columns if not is_verified(c.mark)]
    facts = [
        f"- 一行是什么:{ledger.grain}",
        f"- 来源:{ledger.source}。核实:{mark_cell(ledger.mark)}",
        f"- 栏目:{len(ledger.columns)}项,其中未核实{len(unsure)}项{'(' + '、'.join(unsure) + ')' if unsure else ''}",
        f"- 表样版本:`{ledger.version}`(栏目有变动时改变,印在空白表和导出的表上)",
        f"- 空白表:`taizhang template {ledger.key} -o 空白表.xlsx`",
        *(f"- 注意:{note}" for note in ledger.notes),
    ]
    also = ["## 也读入的栏目", "别的版本的表上有这些栏目:有就读入,导出时不印。", table(_HEADS, (_row(c) for c in ledger.read_also))]
    parts = [_HEAD, f"# {ledger.title}", "\n".join(facts), table(_HEADS, (_row(c) for c in ledger.columns))]
    return "\n\n".join([*parts, *(also if ledger.read_also else [])]) + "\n"


def _row(column: Column) -> tuple[str, ...]:
    code = list_of(column)
    kind = f"[{kind_of(column)}](../dictionary/code-lists.md) `{code}`" if code else kind_of(column)
    note = "导出时默认遮盖。" * column.secret + column.note
    aliases, codes = "、".join(column.aliases), "、".join(column.codes)
    return (column.heading, aliases, kind, unit_of(column), needed(column), codes, f"`{column.field}`", note, mark_cell(column.mark))


if __name__ == "__main__":
    write_pages(FOLDER)
