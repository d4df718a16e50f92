"""`taizhang bench`: the benchmarks of a checkout."""

import argparse
import subprocess
import sys
from pathlib import Path

from taizhang.jobs.refusal import Refused

NAME = "bench"
HELP = "运行性能测试(只在源代码目录里可用),结果写入 docs/benchmarks.md"
SCRIPT = Path("benchmarks") / "run.py"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `bench` goes to the script."""
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="参数", help="原样交给 benchmarks/run.py 的参数")


def run(arguments: argparse.Namespace) -> int:
    """Run the script of the checkout.

    Raises   Refused outside a checkout
    """
    script = Path(__file__).parents[4] / SCRIPT
    if not script.exists():
        raise Refused("性能测试随源代码提供:请在源代码目录里运行 make bench")
    return subprocess.run([sys.executable, str(script), *arguments.rest], check=False).returncode
