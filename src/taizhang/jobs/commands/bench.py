"""`taizhang bench`: the benchmarks of a checkout."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from taizhang.jobs.refusal import Refused

NAME = "bench"
HELP = "运行性能测试(只在源代码目录里可用),结果写入 docs/benchmarks.md"
CHECKOUT = Path(__file__).parents[4]
MEASURES = ("import", "linear", "journal", "export", "save", "places", "finding", "past", "sheet", "pages", "soak", "rollover")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is measured, and how large."""
    parser.add_argument("--only", choices=MEASURES, help="只测一项,结果页里其他各项保留上一次的数")
    parser.add_argument("--rows", type=int, metavar="行数", help="工作簿的行数,默认 100000")
    parser.add_argument("--linear-to", type=int, metavar="行数", help="线性测试的大工作簿的行数,默认 1000000;0 表示不测")
    parser.add_argument(
        "--large", action="store_true", help="连同费时的几项:大名册的查找、截至某日、导出名单、wrk 压测网页,八写八读两分钟,结转一个县"
    )
    parser.add_argument("--register", metavar="文件夹", help="在这个文件夹里建大名册和它十分之一的名册(已有的接着用)")
    parser.add_argument("--households", type=int, metavar="户数", help="大名册的户数,默认 1000000")
    parser.add_argument("--server", metavar="地址", help="大名册在这个 PostgreSQL 服务器(postgresql://…)上也建一份、测一遍")


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmarks in a home of their own: never in that of the office.

    Raises   Refused outside a checkout
    """
    if not (CHECKOUT / "benchmarks" / "run.py").exists():
        raise Refused("性能测试随源代码提供:请在源代码目录里运行 make bench")
    named = ("only", "rows", "linear_to", "register", "households", "server")
    asked = {f"--{name.replace('_', '-')}": getattr(arguments, name) for name in named}
    words = [word for option, value in asked.items() if value is not None for word in (option, str(value))]
    words += ["--large"] if arguments.large else []
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAIZHANG_")}
    command = [sys.executable, "-m", "benchmarks.run", *words]
    return subprocess.run(command, cwd=CHECKOUT, env=kept, check=False).returncode
