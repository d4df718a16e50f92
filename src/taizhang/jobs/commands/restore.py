"""`taizhang restore`: a backup into a home that is empty."""

import argparse
from pathlib import Path

NAME = "restore"
HELP = "恢复:把备份恢复到一个空的文件夹,并核对流水"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The backup, the new home, and for a backup of PostgreSQL the new database."""
    parser.add_argument("file", metavar="文件", type=Path, help="taizhang backup 写出的 zip")
    parser.add_argument("--into", metavar="文件夹", type=Path, required=True, help="恢复到哪里;必须不存在或是空的")
    parser.add_argument("--database", metavar="地址", help="PostgreSQL 的备份恢复到哪个数据库(postgresql://…);必须不存在或是空的")


def run(arguments: argparse.Namespace) -> int:
    """Restore.

    Gives    1 when what was restored does not verify, 2 when the backup cannot be read
    """
    from taizhang.jobs.restoring import restore

    return restore(arguments.file, arguments.into, arguments.database)
