"""A register of many households, kept in a folder for the other measurements: `python -m benchmarks.big_register FOLDER --households N`.

Fictitious people through the writers that an import uses: same rows, same triggers, same journal. Three things are otherwise than in
an office, all of them about haste and none about content: one posting holds the households of a whole county, SQLite does not wait for
the disk and has a large page cache, and the people are invented in a process of their own while those before them are written. What was
broken off goes on where it stopped.
"""

import argparse
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

HOUSEHOLDS_A_COUNTY, TOWNSHIPS, VILLAGES = 10_000, 20, 10
MOST_COUNTIES, LEAST_COUNTIES = 990, 2
PART = 10_000
YEAR, SEED = 2018, 11
ENROLLED_AT = datetime(2026, 1, 15, 1, tzinfo=UTC)
TOLD = "register.json"
HASTE = ("pragma synchronous=off", "pragma cache_size=-2000000", "pragma wal_autocheckpoint=100000")
ENROLLED = "bench.enroll"


@dataclass(frozen=True, slots=True)
class Register:
    """What stands in a folder: how large it is, where its database is, and how long it took."""

    home: str
    database: str
    households: int
    members: int
    counties: int
    seconds: float

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to open it."""
        told = {"TAIZHANG_HOME": self.home}
        return told | ({"TAIZHANG_DATABASE_URL": self.database} if self.database else {})


def standing(folder: Path) -> Register | None:
    """The finished register of a folder; None where there is none."""
    file = folder / TOLD
    return Register(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def make(folder: Path, households: int, *, database: str = "", counties: int = 0) -> Register:
    """The register of a folder, made in a process of its own where it does not stand yet.

    Raises   RuntimeError when it cannot be made, or another one stands there
    """
    found = standing(folder)
    if found is None:
        words = [str(folder), "--households", str(households), "--database", database, "--counties", str(counties)]
        subprocess.run([sys.executable, "-m", "benchmarks.big_register", *words], check=True)
        found = standing(folder)
    else:  # made by an earlier version, perhaps
        subprocess.run([sys.executable, "-m", "taizhang", "migrate"], env=os.environ | found.environment, check=True)
    if found is None or found.households != households or found.database != database:
        raise RuntimeError(f"{folder} holds another register: {found}")
    return found


def places(counties: int) -> pl.DataFrame:
    """An invented province of so many counties, each with 20 townships of 10 villages."""
    from taizhang.places.fictitious import _different_names
    from taizhang.places.levels import with_parents

    dice = random.Random(SEED)
    rows = [("990000000000", "province", "示范省")]
    for county in range(counties):
        code = f"99{county // 99 + 1:02d}{county % 99 + 1:02d}"
        if county % 99 == 0:
            rows.append((f"{code[:4]}00000000", "prefecture", f"样例{county // 99 + 1}市"))
        rows.append((f"{code}000000", "county", f"示样{county + 1}县"))
        for number, town in enumerate(_different_names(TOWNSHIPS, dice), start=100):
            rows.append((f"{code}{number}000", "township", f"{town}镇"))
            named = enumerate(_different_names(VILLAGES, dice), start=201)
            rows += [(f"{code}{number}{village}", "village", f"{name}村") for village, name in named]
    return with_parents(pl.DataFrame(rows, schema=["code", "level", "name"], orient="row")).sort("code")


def counties_for(households: int) -> int:
    """As many counties as keep each at ten thousand households, about fifty a village."""
    return min(max(-(-households // HOUSEHOLDS_A_COUNTY), LEAST_COUNTIES), MOST_COUNTIES)


def build(folder: Path, households: int, database: str, counties: int) -> Register:
    """Make the register in this process."""
    started = time.monotonic()
    folder = folder.resolve()
    _open_house(folder, database)
    from taizhang.households.models import Period
    from taizhang.jobs import house

    by = house.account(None)
    lived_in = counties or counties_for(households)
    _prepare(by, places(max(lived_in, LEAST_COUNTIES)))
    period = Period.objects.get(key=str(YEAR))
    members = _enroll(by, period, households, lived_in)
    _settle()
    told = Register(str(folder), database, households, members, lived_in, round(time.monotonic() - started, 1))
    (folder / TOLD).write_text(json.dumps(asdict(told), indent=1), encoding="utf-8")
    return told


def _open_house(folder: Path, database: str) -> None:
    from taizhang.jobs import postgres

    os.environ |= {"TAIZHANG_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "taizhang.settings"}
    os.environ.pop("TAIZHANG_DATABASE_URL", None)
    if database:
        os.environ["TAIZHANG_DATABASE_URL"] = database
        if not postgres.stands(database):
            postgres.create(postgres.named(database, postgres.MAINTENANCE), postgres.name_of(database))
    folder.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from taizhang.jobs import house

    house.migrate()


def _prepare(by: Any, listed: pl.DataFrame) -> None:
    """Places, the period, the cast of the demo."""
    from django.db import connection

    from taizhang.households.models import Period
    from taizhang.households.periods import open_period
    from taizhang.jobs.demo.cast import PROVINCE, open_accounts
    from taizhang.journal.posting import Cause
    from taizhang.places.services import import_places
    from taizhang.policy.windows import survey_income_window

    cause = Cause("bench.register", reason="虚构数据,仅供测量")
    import_places(by=by, at=ENROLLED_AT, cause=cause, rows=listed, origin="虚构区划(仅供测量)")
    if not Period.objects.filter(key=str(YEAR)).exists():
        window = survey_income_window(YEAR)
        spans = {"income_from": window.from_on, "income_to": window.to_on, "reference_on": date(YEAR, 12, 31)}
        open_period(by=by, at=ENROLLED_AT, cause=cause, area=PROVINCE, key=str(YEAR), kind="annual", **spans)
    open_accounts(by=by, at=ENROLLED_AT, from_on=date(2020, 1, 1), seed=SEED)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for haste in HASTE:
                cursor.execute(haste)


def _enroll(by: Any, period: Any, households: int, counties: int) -> int:
    """All households, one posting for each county of a part.

    Gives    how many members
    """
    from taizhang.households import writing
    from taizhang.journal.posting import AlreadyPosted, Cause, posting

    members, done, began = 0, 0, time.monotonic()
    cause = Cause(ENROLLED, reason="虚构数据,仅供测量")
    for number, part in enumerate(_invented(households, counties)):
        for (county,), lines in part.group_by(pl.col("key.area").str.head(6).alias("county"), maintain_order=True):
            key = f"{ENROLLED}:{county}:{number}"
            area = f"{county}000000"
            with suppress(AlreadyPosted), posting(by=by, at=ENROLLED_AT, cause=cause, area=area, idempotency_key=key):
                writing.add_members(writing.add_households(lines, period), period)
            members += lines.height
        done = min(done + PART, households)
        print(f"{done:,} households, {members:,} members, {members / (time.monotonic() - began):,.0f} members a second", flush=True)
    return members


def _invented(households: int, counties: int) -> Iterator[pl.DataFrame]:
    """The sealed lines, invented in a process of their own, two parts ahead."""
    spawn = multiprocessing.get_context("spawn")
    ahead = spawn.Queue(maxsize=2)
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as folder:
        inventor = spawn.Process(target=invent, args=(ahead, folder, households, counties), daemon=True)
        inventor.start()
        while (file := ahead.get()) is not None:
            if isinstance(file, Exception):
                raise file
            yield pl.read_ipc(file)
            os.unlink(file)
        inventor.join()


def invent(ahead: Any, folder: str, households: int, counties: int) -> None:
    """The inventing process."""
    import django

    django.setup()
    from taizhang.households.sealing import seal_lines
    from taizhang.households.writing import GROUP
    from taizhang.jobs.demo.county import SECRETS
    from taizhang.jobs.demo.people import people_in_parts

    try:
        lived_in = places(max(counties, LEAST_COUNTIES))
        first = lived_in.filter(level="county").sort("code")["code"].head(counties).str.head(6).implode()
        here = lived_in.filter(pl.col("code").str.head(6).is_in(first))
        for number, part in enumerate(people_in_parts(households, SEED, here, YEAR, PART)):
            file = f"{folder}/{number}.arrow"
            grouped = part.with_columns(pl.col("key.household_no").rank("dense").cast(pl.Int64).alias(GROUP))
            seal_lines(grouped, SECRETS).write_ipc(file)
            ahead.put(file)
        ahead.put(None)
    except Exception as wrong:  # told to the parent, which raises it
        ahead.put(RuntimeError(repr(wrong)))


def _settle() -> None:
    """What a server does when it starts, and a database by itself in a quiet hour."""
    from django.db import connection

    from taizhang.households.finding.keeping import catch_up

    began = time.monotonic()
    catch_up()
    print(f"derived tables in {time.monotonic() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        for statement in ("pragma wal_checkpoint(truncate)",) if connection.vendor == "sqlite" else ("vacuum (analyze)", "checkpoint"):
            cursor.execute(statement)


def main() -> int:
    """Make what was asked for and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the home: kept, so that other measurements can use it")
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--database", default="", help="postgresql://…: made where it does not stand; without it SQLite in the folder")
    parser.add_argument("--counties", type=int, default=0, help="how many counties they live in; by default 10,000 households a county")
    arguments = parser.parse_args()
    print(build(arguments.folder, arguments.households, arguments.database, arguments.counties))
    return 0


if __name__ == "__main__":
    sys.exit(main())
