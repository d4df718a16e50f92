"""`taizhang backup`: everything in one file, proved on the copy."""

import argparse
from pathlib import Path

from taizhang.jobs import house

NAME = "backup"
HELP = "备份:数据库(可在服务运行时)和文件存为一个 zip,并在副本上核对流水"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and whether the keys go along."""
    parser.add_argument("-o", "--output", metavar="文件", type=Path, required=True, help="写到哪个文件(.zip)")
    parser.add_argument("--with-keys", action="store_true", help="连同密钥一起备份;默认不含密钥,密钥应另行保管")


def run(arguments: argparse.Namespace) -> int:
    """Back up.

    Gives    1 when the copy does not verify (then no file is left)
    """
    house.open_house()
    from taizhang.jobs.backing_up import back_up

    return back_up(arguments.output, with_keys=arguments.with_keys)
