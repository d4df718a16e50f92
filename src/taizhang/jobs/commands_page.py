"""The documentation page of the command line, made from the declarations of the commands."""

import argparse
from pathlib import Path

from taizhang.jobs.command import ABOUT, modules
from taizhang.jobs.parser import Parser

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"
MADE = "<!-- 由 python -m taizhang.jobs.commands_page 生成,请勿手改 -->"
STATUSES = (
    ("0", "完成,没有问题"),
    ("1", "完成,但有要处理的问题(导入的数据有错误、流水核对未通过)"),
    ("2", "文件无法读取"),
    ("3", "被拒绝,什么都没有做(没有权限、没有期次、触发器缺失……)"),
    ("64", "命令写法不对"),
    ("130", "被中断"),
)


def page() -> str:
    """The whole page, in Markdown."""
    parts = [
        MADE,
        "# 命令行",
        f"{ABOUT}\n\n`python -m taizhang` 与 `taizhang` 相同。",
    ]
    parts += ["## 退出状态", _table(("状态", "含义"), STATUSES)]
    for module in modules():
        parser = Parser(prog=f"taizhang {module.NAME}", description=module.HELP)
        module.add_arguments(parser)
        parts += [f"## {module.NAME}", *_command(parser)]
        if output := getattr(module, "OUTPUT", ()):
            parts += ["`--json` 输出的对象:", _table(("键", "内容"), [(f"`{key}`", says) for key, says in output])]
    return "\n\n".join(parts) + "\n"


def _command(parser: argparse.ArgumentParser) -> list[str]:
    actions = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    acts = [action for action in actions if isinstance(action, argparse._SubParsersAction)]
    parts = [parser.description or "", *(_usage(parser.prog, actions) for _ in (() if acts else (1,)))]
    told = [(_written(action), action.help or "") for action in actions if action not in acts]
    parts += [_table(("参数", "说明"), told)] if told else []
    for name, one in ((name, one) for action in acts for name, one in action.choices.items()):
        parts += [f"### {parser.prog.removeprefix('taizhang ')} {name}", *_command(one)]
    return parts


def _usage(prog: str, actions: list[argparse.Action]) -> str:
    required = [f"{action.option_strings[0]} {_value(action)}" for action in actions if action.option_strings and action.required]
    places = [_value(action) if action.nargs is None else f"[{_value(action)}]" for action in actions if not action.option_strings]
    more = ["[选项]"] if any(action.option_strings and not action.required for action in actions) else []
    return f"```\n{' '.join((prog, *places, *required, *more))}\n```"


def _written(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{_value(action)}`"
    value = "" if action.nargs == 0 else f" {_value(action)}"
    return "`" + "`、`".join(f"{option}{value}" for option in action.option_strings) + "`"


def _value(action: argparse.Action) -> str:
    return str(action.metavar or "|".join(map(str, action.choices or ())) or action.dest)


def _table(headings: tuple[str, str], rows: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    lines = [headings, ("---", "---"), *((left.replace("|", "\\|"), right) for left, right in rows)]
    return "\n".join(f"| {left} | {right} |" for left, right in lines)


if __name__ == "__main__":
    from taizhang.jobs import access_page

    PAGE.write_text(page(), encoding="utf-8")
    access_page.write()
