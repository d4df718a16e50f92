"""What the journal costs: the same rows written with the triggers and without them, on SQLite, in one run.

Bare means: the same writers, the same posting, the triggers of the register's tables dropped. Sealing of secrets happens before the clock.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measure import a_home, timed_process

BAR = 2.5
TURNS = 3
INSIDE = "from benchmarks.journal_cost import inside; inside()"
TABLES = ("household", "household_period", "person", "membership", "member_period", "identification")


def run(rows: int = 100_000) -> dict[str, float]:
    """Write `rows` persons with their households, by turns with and without triggers, each time into a fresh register.

    Gives    rows, ratio (journalled / bare, of the medians), the same of processor seconds, seconds of both, journal entries a second
    """
    taken: dict[bool, list[float]] = {True: [], False: []}
    worked: dict[bool, list[float]] = {True: [], False: []}
    entries = 0
    with a_home() as home, tempfile.TemporaryDirectory(prefix="taizhang-bench-") as folder:
        for turn in range(TURNS):
            for journalled in (True, False):
                fresh = Path(folder) / f"{turn}-{journalled}"
                shutil.copytree(home, fresh)
                told = _one(fresh, rows, journalled)
                taken[journalled].append(told["seconds"])
                worked[journalled].append(told["cpu"])
                entries = max(entries, told["entries"])
                shutil.rmtree(fresh)
    with_journal, bare = statistics.median(taken[True]), statistics.median(taken[False])
    return {
        "rows": rows,
        "ratio": with_journal / bare,
        "cpu_ratio": statistics.median(worked[True]) / statistics.median(worked[False]),
        "journalled_seconds": with_journal,
        "bare_seconds": bare,
        "entries": entries,
        "entries_a_second": entries / with_journal,
    }


def _one(home: Path, rows: int, journalled: bool) -> dict[str, float]:
    os.environ["TAIZHANG_BENCH_ROWS"], os.environ["TAIZHANG_BENCH_JOURNAL"] = str(rows), str(int(journalled))
    done = timed_process([sys.executable, "-c", INSIDE], home)
    if done.status:
        raise RuntimeError(done.printed)
    told: dict[str, float] = json.loads(done.printed.strip().splitlines()[-1])
    return told


def inside() -> None:
    """The measured process: make the lines, seal them, then write them under the clock."""
    import time

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    import django

    django.setup()
    from django.db import connection

    from taizhang.households import writing
    from taizhang.households.models import Period
    from taizhang.journal.models import JournalEntry
    from taizhang.journal.posting import Cause, posting
    from taizhang.journal.verify import verify

    lines = _lines(int(os.environ["TAIZHANG_BENCH_ROWS"]))
    journalled = os.environ["TAIZHANG_BENCH_JOURNAL"] == "1"
    if not journalled:
        _drop_triggers(connection)
    by, at = _writer()
    period = Period.objects.get(key="2018")
    before = JournalEntry.objects.count()
    started, worked = time.perf_counter(), time.process_time()
    with posting(by=by, at=at, cause=Cause("bench.journal"), area="990101000000"):
        written = writing.add_households(lines, period)
        writing.add_members(written, period)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    entries = JournalEntry.objects.count() - before
    if journalled and (wrong := [v.broken for v in verify() if v.broken]):
        raise RuntimeError(wrong[0])
    print(json.dumps({"seconds": seconds, "cpu": cpu, "entries": entries}))


def _drop_triggers(connection: Any) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute("select name from sqlite_master where type = 'trigger' and tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'drop trigger "{name}"')


def _writer() -> tuple[Any, Any]:
    from datetime import UTC, datetime

    from taizhang.accounts.keeping import console_account

    at = datetime(2026, 1, 1, tzinfo=UTC)
    return console_account(at=at), at


def _lines(rows: int) -> Any:
    import polars as pl

    from benchmarks.workbooks import forty_columns, lines
    from taizhang.households.sealing import seal_lines

    wanted = forty_columns()
    whole = pl.concat(lines(rows)).with_columns(pl.col("key.household_no").rle_id().cast(pl.Int64).alias("line.household"))
    whole = whole.select("line.household", *(f for f in wanted.fields if f in whole.columns))
    return seal_lines(whole, [c.field for c in wanted.columns if c.secret])


if __name__ == "__main__":
    figures = run()
    print(json.dumps(figures, indent=2))
    sys.exit(0 if figures["ratio"] <= BAR else 1)
