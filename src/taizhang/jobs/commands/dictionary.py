"""`taizhang dictionary`: the data dictionary as a workbook."""

import argparse
from pathlib import Path

from taizhang.jobs import house

NAME = "dictionary"
HELP = "写出数据字典(指标、代码表、收入线、户状态)的工作簿"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("-o", "--output", metavar="文件", type=Path, required=True, help="写到哪个文件(.xlsx)")


def run(arguments: argparse.Namespace) -> int:
    """Write the workbook.

    Raises   Refused
    """
    house.open_house(ready=False)
    from taizhang.ledgers.dictionary_book import dictionary_book

    house.write_file(arguments.output, dictionary_book())
    house.say(f"数据字典已写到 {arguments.output}")
    return 0
