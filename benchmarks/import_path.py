"""The whole path of an import: workbook in, read, checked, matched, proposed, written, journalled; and the peer on the same rows."""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks import workbooks
from benchmarks.measure import Timed, a_home, timed, timed_process

SET_UP = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'taizhang.settings'; django.setup()"
READY = f"{SET_UP}; from benchmarks.import_path import inside"
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


def path_only(rows: int = 100_000) -> dict[str, float]:
    """The same without the start of Python and Django and without printing: receive, read, check, match, propose, write, journal.

    Gives    rows, seconds, persons a minute
    """
    with tempfile.TemporaryDirectory() as folder, a_home() as home:
        path = Path(folder) / "people.xlsx"
        count = workbooks.write(path, rows)
        done = timed_process([sys.executable, "-c", f"{READY}; inside({str(path)!r})"], home)
        seconds = float(done.printed.split()[-1])
        return {"rows": count, "seconds": seconds, "persons_a_minute": count / seconds * 60}


def inside(path: str) -> None:
    """The measured process of `path_only`."""
    import time

    from django.utils import timezone

    from taizhang.households.models import Period
    from taizhang.intake.accepting import accept_batch
    from taizhang.intake.staging import receive_file, stage
    from taizhang.jobs import house
    from taizhang.journal.posting import Cause
    from taizhang.kernel.sheets.limits import Limits
    from taizhang.ledgers import ledger

    declared, period, by = ledger("household-archive"), Period.objects.get(key="2018"), house.account(None)
    content = Path(path).read_bytes()
    started = time.perf_counter()
    batch = receive_file(
        by=by, at=timezone.now(), ledger=declared, period=period, area="990101000000", file_name="people.xlsx", content=content
    )
    stage(batch, declared, ask=False, limits=Limits.command_line())
    accept_batch(by=by, at=timezone.now(), cause=Cause("import"), batch=batch)
    print(time.perf_counter() - started)


def imported(path: Path, home: Path) -> Timed:
    """The command, timed as a whole process."""
    return timed(["import", str(path), "--ledger", "household-archive", "--area", "990101000000", "--accept", "all", "--json"], home)


def peer(rows: int = 2_000) -> dict[str, float]:
    """django-import-export on a workbook of `rows` persons: the same job, each row into the same five tables with the same journal; and
    the least job, rows handed over in memory into one bare table in its bulk mode.

    Gives    rows a second of both
    """
    with tempfile.TemporaryDirectory() as folder, a_home() as home:
        path = Path(folder) / "people.xlsx"
        workbooks.write(path, rows)
        same = timed_process([sys.executable, "-m", "benchmarks.peer_register", str(path)], home)
        if same.status:
            raise RuntimeError(same.printed)
        os.environ["TAIZHANG_BENCH_ROWS"] = str(rows)
        least = float(timed_process([sys.executable, "-c", PEER], home).printed.split()[-1])
        return {"same_job": same.told["rows_a_second"], "one_table": least}
