"""argparse in Chinese, with an exit status of its own for a command that was typed wrong."""

import argparse
import re
import sys
from typing import Any, NoReturn

USAGE_WRONG = 64  # 2 means that a file could not be read
SAYS = (
    (r"the following arguments are required: (.*)", r"缺少 \1"),
    (r"unrecognized arguments: (.*)", r"不认识 \1"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.*)\)", r"\1 不能是 \2,可以是 \3"),
    (r"argument (\S+): expected one argument", r"\1 后面要写一个值"),
    (r"argument (\S+): invalid \S+ value: (.*)", r"\1 的值 \2 写法不对"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 不能与 \2 同时使用"),
)


class Formatter(argparse.HelpFormatter):
    """Help with a Chinese usage line."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=100)

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """The usage line, under 用法."""
        super().add_usage(usage, actions, groups, "用法:" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser that speaks Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"formatter_class": Formatter, "allow_abbrev": False} | options), add_help=False)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """One clear line and the usage."""
        for pattern, says in SAYS:
            message = re.sub(f"^{pattern}$", says, message)
        self.print_usage(sys.stderr)
        self.exit(USAGE_WRONG, f"{self.prog}: {message}\n")
