"""`taizhang template KEY`: the blank workbook of a ledger."""

import argparse
from pathlib import Path

from taizhang.jobs import house

NAME = "template"
HELP = "写出一本台账的空白表(带下拉选项和填表说明)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which ledger, and where to."""
    parser.add_argument("ledger", metavar="台账", help="台账代号,如 household-archive、new-and-returned")
    parser.add_argument("-o", "--output", metavar="文件", type=Path, required=True, help="写到哪个文件(.xlsx)")


def run(arguments: argparse.Namespace) -> int:
    """Write the blank workbook.

    Raises   Refused
    """
    house.open_house(ready=False)
    from taizhang.ledgers.template import template_of

    house.write_file(arguments.output, template_of(house.ledger_of(arguments.ledger)))
    house.say(f"空白表已写到 {arguments.output}")
    return 0
