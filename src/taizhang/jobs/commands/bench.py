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
MEASURES = ("import", "linear", "journal", "export", "save")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is measured, and how large."""
    parser.add_argument("--only", choices=MEASURES, help="只测一项(不改写结果页)")
    parser.add_argument("--rows", type=int, metavar="行数", help="工作簿的行数,默认 100000")
    parser.add_argument("--linear-to", type=int, metavar="行数", help="线性测试的大工作簿的行数,默认 1000000;0 表示不测")


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmarks in a home of their own: never in that of the office.

    Raises   Refused outside a checkout
    """
    if not (CHECKOUT / "benchmarks" / "run.py").exists():
        raise Refused("性能测试随源代码提供:请在源代码目录里运行 make bench")
    asked = {"--only": arguments.only, "--rows": arguments.rows, "--linear-to": arguments.linear_to}
    words = [word for option, value in asked.items() if value is not None for word in (option, str(value))]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAIZHANG_")}
    command = [sys.executable, "-m", "benchmarks.run", *words]
    return subprocess.run(command, cwd=CHECKOUT, env=kept, check=False).returncode
