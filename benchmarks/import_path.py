"""The whole path of an import: workbook in, read, checked, matched, proposed, written, journalled; and the peer on the same rows."""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks import workbooks
from benchmarks.measure import Timed, a_home, timed, timed_process

PEER = "from benchmarks.peer_import_export import main; main()"


def run(rows: int = 100_000) -> dict[str, float]:
    """Import a workbook of `rows` persons × 40 columns on SQLite with an empty register.

    Gives    rows, seconds, persons a minute, peak MB of the largest process, lines written
    """
    with tempfile.TemporaryDirectory() as folder, a_home() as home:
        path = Path(folder) / "people.xlsx"
        count = workbooks.write(path, rows)
        done = imported(path, home)
        told = done.told
        return {
            "rows": count,
            "seconds": done.wall,
            "cpu_seconds": done.cpu,
            "persons_a_minute": count / done.wall * 60,
            "peak_mb": done.peak_mb,
            "written": sum(told["written"].values()) if isinstance(told["written"], dict) else told["written"],
        }


def imported(path: Path, home: Path) -> Timed:
    """The command, timed as a whole process."""
    return timed(["import", str(path), "--ledger", "household-archive", "--area", "990101000000", "--accept", "all", "--json"], home)


def peer(rows: int = 2_000) -> float:
    """Rows a second of django-import-export with the same kinds of checks on the same rows."""
    with a_home() as home:
        os.environ["TAIZHANG_BENCH_ROWS"] = str(rows)
        return float(timed_process([sys.executable, "-c", PEER], home).printed.split()[-1])
