"""`taizhang import FILE`: one workbook through the same steps as on the page."""

import argparse
from pathlib import Path

from taizhang.jobs import house

NAME = "import"
HELP = "导入一个工作簿:读取、核对、提出写入建议,并按 --accept 写入"
ACCEPT = {"all": ("new", "change"), "new": ("new",), "change": ("change",)}
OUTPUT = (
    ("rows", "读到的数据行数"),
    (
        "findings",
        "问题清单,每条有 `sheet` 工作表、`row` 行号、`column` 栏目(空为整行)、`code` 问题代码、"
        "`severity` 程度(`B` 不能保存、`E` 错误、`W` 提醒、`I` 提示)、`message` 说明;有 `B` 或 `E` 时退出状态为 1",
    ),
    ("proposals", "写入建议的行数:`new` 新增、`change` 更正、`same` 相同、`conflict` 冲突、`blocked` 待改正"),
    ("written", "写入的行数:`new` 新增、`change` 更正"),
    ("stale", "核对之后又被别人改过、因而没有写的行数"),
    ("batch", "批次编号;文件打不开时为 null"),
    ("error", "文件无法读取的原因,只在退出状态为 2 时有"),
)
"""What `--json` prints, by key: for the documentation page."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, where it belongs, and what may be written."""
    parser.add_argument("file", metavar="文件", type=Path, help="xlsx、xls、csv 或网页表格另存的 xls")
    parser.add_argument("--ledger", metavar="台账", required=True, help="台账代号,如 household-archive、new-and-returned")
    parser.add_argument("--period", metavar="期次", help="期次,如 2018;默认是最新的开放期次")
    parser.add_argument("--area", metavar="区划代码", help="归属区划;默认是账号唯一授权的区划")
    parser.add_argument("--by", metavar="登录名", help="以哪个账号的权限导入;默认是本机命令行账号")
    parser.add_argument("--accept", choices=sorted(ACCEPT), help="写入哪些建议:all 全部,new 只新增,change 只更正;不写则只核对")
    parser.add_argument("--dry-run", action="store_true", help="只核对,不写入(即使写了 --accept)")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 对象")


def run(arguments: argparse.Namespace) -> int:
    """Import one file.

    Gives    0 clean, 1 with findings of severity error, 2 when the file could not be read, 3 refused
    """
    house.open_house()
    from taizhang.jobs.importing import import_file

    return import_file(arguments, () if arguments.dry_run else ACCEPT.get(arguments.accept or "", ()))
