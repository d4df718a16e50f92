"""`taizhang verify`: the fold of the journal against the tables."""

import argparse
import json

from taizhang.jobs import house

NAME = "verify"
HELP = "核对流水:把全部流水从头推演一遍,逐表与现有数据对照,并核对每条流水的承诺"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 对象")


def run(arguments: argparse.Namespace) -> int:
    """Verify every table.

    Gives    1 when anything differs
    """
    house.open_house()
    from dataclasses import asdict

    from taizhang.journal.verify import verify

    verdicts = verify()
    broken = [verdict for verdict in verdicts if verdict.broken]
    if arguments.json:
        house.say(json.dumps({"clean": not broken, "tables": [asdict(verdict) for verdict in verdicts]}, ensure_ascii=False))
    else:
        for verdict in verdicts:
            house.say(f"{verdict.table:<20} {verdict.rows:>10} 行 {verdict.entries:>10} 条流水  {verdict.broken or '一致'}")
        house.say(f"核对未通过:{broken[0].broken}" if broken else "核对通过:流水与数据一致")
    return 1 if broken else 0
