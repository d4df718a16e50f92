"""A county of many households rolled over into a new period, with the journal: `python -m benchmarks.roll_over [--households 50000]`."""

import argparse
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import big_register
from benchmarks.measure import Timed, timed_process
from taizhang.jobs import postgres

BAR = 30.0
SCRATCH = "bench_rollover"
NEW = big_register.YEAR + 1
OPENING = ["period", "open", str(NEW), "--reference", f"{NEW}-12-31"]
ROLLING = ["period", "rollover", str(big_register.YEAR), str(NEW)]
ENTRIES = "select count(*) from journal_entry where tx_id = (select max(id) from journal_tx where action = 'period.rollover')"
ARCHIVES = "select (select count(*) from household_period h where h.period_id = p.id) from period p where p.key = '{key}'"
MEMBERS = "select (select count(*) from member_period m where m.period_id = p.id) from period p where p.key = '{key}'"


def run(households: int = 50_000, server: str = "", kept: Path | None = None) -> dict[str, float]:
    """The command `taizhang period rollover` on a register of one county that was just made, or on a copy of a `kept` one.

    `server` is the address of a PostgreSQL server: a database is made there and dropped again.

    Gives    households, members, seconds of the whole command, journal entries; peak MB
    Raises   RuntimeError when not every archive was carried or not every row was journalled
    """
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as folder:
        register = _copy(kept, folder, server) if kept else _made(Path(folder) / "home", households, server)
        _done(_timed(OPENING, register))
        done = _done(_timed(ROLLING, register))
        carried = {key: _one(register, text.format(key=NEW)) for key, text in {"households": ARCHIVES, "members": MEMBERS}.items()}
        entries = _one(register, ENTRIES)
        if server:
            postgres.drop(server, postgres.name_of(register.database))
    wanted = {"households": register.households, "members": register.members}
    if carried != wanted or entries < sum(carried.values()):
        raise RuntimeError(f"carried {carried} of {wanted}, {entries} entries")
    return {**carried, "seconds": done.wall, "entries": entries, "peak_mb": done.peak_mb}


def _made(home: Path, households: int, server: str) -> big_register.Register:
    return big_register.make(home, households, database=postgres.named(server, SCRATCH) if server else "", counties=1)


def _copy(kept: Path, folder: str, server: str) -> big_register.Register:
    """A register that may be written to, beside one that is kept as it is."""
    found = big_register.standing(kept)
    if found is None:
        raise RuntimeError(f"{kept} holds no register: make one with benchmarks.big_register")
    big_register.make(kept, found.households, database=found.database)  # by an earlier version, perhaps
    home = shutil.copytree(found.home, Path(folder) / "home")
    if not server:
        return replace(found, home=str(home))
    with psycopg.connect(postgres.named(server, postgres.MAINTENANCE), autocommit=True) as connected:
        connected.execute(f"create database {SCRATCH} template {postgres.name_of(found.database)}")
    return replace(found, home=str(home), database=postgres.named(server, SCRATCH))


def _timed(words: list[str], register: big_register.Register) -> Timed:
    os.environ |= register.environment
    try:
        return timed_process([sys.executable, "-m", "taizhang", *words], Path(register.home))
    finally:
        os.environ.pop("TAIZHANG_DATABASE_URL", None)


def _done(timed: Timed) -> Timed:
    if timed.status:
        raise RuntimeError(timed.printed)
    return timed


def _one(register: big_register.Register, question: str) -> int:
    def answer(connected: Any) -> int:
        return int(connected.execute(question).fetchone()[0])

    if register.database:
        with psycopg.connect(register.database) as connected:
            return answer(connected)
    with closing(sqlite3.connect(Path(register.home) / "taizhang.sqlite3")) as connected:
        return answer(connected)


def main() -> int:
    """Print the figures; 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=50_000)
    parser.add_argument("--server", default="", help="postgresql://…; without it SQLite")
    parser.add_argument("--kept", type=Path, help="a folder of benchmarks.big_register with one county: a copy of it is rolled over")
    arguments = parser.parse_args()
    told = run(arguments.households, arguments.server, arguments.kept)
    print(json.dumps(told, indent=1))
    return int(told["seconds"] > BAR)


if __name__ == "__main__":
    sys.exit(main())
