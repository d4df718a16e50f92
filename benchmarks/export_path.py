"""A ledger of a county out: rows a second and peak memory of the command."""

import tempfile
from pathlib import Path

from benchmarks import workbooks
from benchmarks.import_path import imported
from benchmarks.measure import a_home, timed


def run(rows: int = 100_000) -> dict[str, float]:
    """Export `rows` persons of the household archive (120 columns) from a register that was just filled.

    Gives    rows, columns, seconds, rows a second, rows a second scaled to 40 columns, peak MB
    """
    with tempfile.TemporaryDirectory() as folder, a_home() as home:
        path = Path(folder) / "people.xlsx"
        count = workbooks.write(path, rows)
        imported(path, home)
        out = Path(folder) / "out.xlsx"
        done = timed(["export", "household-archive", "--area", "990101000000", "--period", "2018", "-o", str(out)], home)
        if done.status:
            raise RuntimeError(done.printed)
        columns = len(workbooks.ledger("household-archive").columns)
        return {
            "rows": count,
            "columns": columns,
            "seconds": done.wall,
            "rows_a_second": count / done.wall,
            "rows_a_second_at_40": count / done.wall * columns / workbooks.COLUMNS,
            "peak_mb": done.peak_mb,
        }
