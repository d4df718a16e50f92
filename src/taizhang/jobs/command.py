"""`taizhang`: one door for all commands.

Exit status: 0 done and clean; 1 done, but something is wrong with what was looked at; 2 the file could not be read;
3 refused, nothing was done; 64 the command was typed wrong; 130 interrupted.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from taizhang import __version__
from taizhang.jobs.parser import Parser
from taizhang.jobs.refusal import REFUSED, Refused

COMMANDS = (
    "demo",
    "serve",
    "import_file",
    "export",
    "template",
    "dictionary",
    "places",
    "period",
    "user",
    "verify",
    "find_index",
    "backup",
    "restore",
    "migrate",
    "bench",
)
ABOUT = "台账:动态管理与防返贫台账。所有数据都在一个文件夹里(环境变量 TAIZHANG_HOME,默认是当前目录下的 taizhang-data)。"
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. What it makes is for the eyes of its owner only: a register holds names, incomes and illnesses in clear.

    Gives    its exit status
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except Refused as refused:
        print(f"{refused}", file=sys.stderr)
        return refused.status
    except KeyboardInterrupt:
        print("已中断", file=sys.stderr)
        return INTERRUPTED


def parser() -> Parser:
    """The parser of all commands."""
    whole = Parser(prog="taizhang", description=ABOUT)
    whole.add_argument("--version", action="version", version=f"taizhang {__version__}", help="显示版本号")
    commands = whole.add_subparsers(title="命令", metavar="命令", required=True, dest="command")
    for module in modules():
        one = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.add_arguments(one)
        one.set_defaults(run=module.run)
    return whole


def modules() -> list[ModuleType]:
    """The command modules, in the order in which help shows them."""
    return [import_module(f"taizhang.jobs.commands.{name}") for name in COMMANDS]


__all__ = ["REFUSED", "main", "modules", "parser"]
