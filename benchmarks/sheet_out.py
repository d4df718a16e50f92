"""A sheet of the archives given out for a whole register: `python -m benchmarks.sheet_out FOLDER`, FOLDER of `benchmarks.big_register`.

已脱贫人口名单 is sheet (3): every member of the households that got out of poverty, one line each.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path

from benchmarks import big_register
from benchmarks.measure import timed_process

LEDGER = "exited-people"
BAR_ROWS, BAR_MB = 10_000, 300
OUT = r"已导出 (\d+) 行"


def run(folder: Path) -> dict[str, float]:
    """The whole command `taizhang export`, with the start of Python, sealing of the file and writing it out.

    Gives    rows, seconds, rows a second, peak MB
    """
    found = big_register.standing(folder)
    if found is None:
        raise RuntimeError(f"{folder} holds no register: make one with benchmarks.big_register")
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as scratch:
        words = ["export", LEDGER, "--area", "990000000000", "--period", str(big_register.YEAR), "-o", f"{scratch}/people.xlsx"]
        os.environ |= found.environment
        try:
            done = timed_process([sys.executable, "-m", "taizhang", *words], Path(found.home))
        finally:
            os.environ.pop("TAIZHANG_DATABASE_URL", None)
        said = re.search(OUT, done.printed)
        if done.status or said is None:
            raise RuntimeError(done.printed)
    rows = int(said[1])
    return {"households": found.households, "rows": rows, "seconds": done.wall, "rows_a_second": rows / done.wall, "peak_mb": done.peak_mb}


def main() -> int:
    """Print the figures; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    told = run(parser.parse_args().folder)
    print(json.dumps(told, indent=1))
    return int(told["rows_a_second"] < BAR_ROWS or told["peak_mb"] >= BAR_MB)


if __name__ == "__main__":
    sys.exit(main())
