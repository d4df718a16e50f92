"""kill -9 at any moment of an import: all of a batch or none, the journal whole, and the next import completes (D1)."""

import json
import os
import random
import sqlite3
import time

import pytest

from tests.jobs.conftest import kill
from tests.jobs.people_sheets import write_people

pytestmark = pytest.mark.processes

KILLS = int(os.environ.get("TAIZHANG_KILLS", "3"))
ROWS = int(os.environ.get("TAIZHANG_KILL_ROWS", "1998")) // 3 * 3
SEED = int(os.environ.get("TAIZHANG_KILL_SEED", random.SystemRandom().randrange(10**6)))
IMPORT = ("--ledger", "household-archive", "--accept", "all", "--json")


def persons_of(house) -> tuple[int, str]:
    database = sqlite3.connect(house.home / "taizhang.sqlite3")
    try:
        count = database.execute("select count(*) from person").fetchone()[0]
        return count, database.execute("pragma integrity_check").fetchone()[0]
    finally:
        database.close()


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("sheet") / "people.csv", ROWS)


@pytest.fixture(scope="module")
def seconds(prepared, sheet, tmp_path_factory):
    """How long the whole import takes here."""
    house = prepared.copied(tmp_path_factory.mktemp("measured") / "home")
    started = time.monotonic()
    assert house.taizhang("import", sheet, *IMPORT).returncode == 0
    return time.monotonic() - started


@pytest.mark.kill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("turn", range(KILLS))
def test_a_killed_import_leaves_all_or_nothing_and_can_be_done_again(house, sheet, seconds, turn):
    # the last third of an import is where it writes: half of the kills are sent there
    share = random.Random(f"{SEED}/{turn}").uniform(0.55 if turn % 2 else 0.05, 1.0)
    print(f"seed {SEED} turn {turn}: killed after {share:.3f} of {seconds:.1f} s")
    process = house.start("import", sheet, *IMPORT)
    time.sleep(share * seconds)
    kill(process)
    persons, integrity = persons_of(house)
    assert persons in (0, ROWS)
    assert integrity == "ok"
    assert house.taizhang("verify").returncode == 0
    told = json.loads(house.taizhang("import", sheet, *IMPORT).stdout)
    assert told["written"]["new"] + told["proposals"]["same"] == ROWS
    assert persons_of(house)[0] == ROWS
