"""`taizhang find-index`: what is derived for search and counts, brought in step, proved, or made anew."""

import argparse

from taizhang.jobs import house

NAME = "find-index"
HELP = "检索片段与各村户数(由名册算出,可随时重建):补齐、核对或重建"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--check`, `--rebuild`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="只核对,有缺漏时退出状态为 1")
    what.add_argument("--rebuild", action="store_true", help="全部重建;在 SQLite 上期间不能写入")


def run(arguments: argparse.Namespace) -> int:
    """Bring in step what search and counts are read from.

    Gives    1 when a check found something missing
    """
    house.open_house()
    from taizhang.households.finding.keeping import catch_up, missing, rebuild

    if arguments.check:
        found = missing()
        house.say(f"核对未通过:{found[0]}" if found else "核对通过:检索片段与户数齐全")
        return 1 if found else 0
    position = rebuild() if arguments.rebuild else catch_up()
    house.say(f"已补齐到流水位置 {position}")
    return 0
