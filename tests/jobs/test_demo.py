"""`taizhang demo`: the same for the same seed, nobody real, and an existing home is left alone."""

import contextlib
import json
import re
import sqlite3

import pytest

from taizhang.jobs.demo.cast import CAST, password_of
from tests.jobs.conftest import kill, until

pytestmark = pytest.mark.processes

SEED = 7
NAMED_IN_THE_README = {"id_number.destroyed", "id_number.checksum", "yuan.approximate", "one_of.unknown", "ID-12"}


def households_of(house) -> int:
    """How many stand; 0 while there is no table yet."""
    try:
        with contextlib.closing(sqlite3.connect(house.home / "taizhang.sqlite3")) as database:
            return int(database.execute("select count(*) from household").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_the_demo_prepares_households_the_cast_and_a_sample_with_mistakes(prepared, tmp_path):
    house = type(prepared)(tmp_path / "home")
    done = house.taizhang("demo", "--households", 300, "--seed", SEED, "--no-serve")
    assert done.returncode == 0, done.stderr
    assert "300 户" in done.stdout
    assert [word for word in (password_of(part.login, SEED) for part in CAST) if word not in done.stdout] == []
    assert house.taizhang("verify").returncode == 0
    sample = next(house.home.glob("*.xlsx"))
    looked = house.taizhang("import", sample, "--ledger", "household-archive", "--by", "cun", "--json")
    told = json.loads(looked.stdout)
    assert looked.returncode == 1
    assert told["proposals"]["new"] > 5
    assert {finding["code"] for finding in told["findings"]} >= NAMED_IN_THE_README


def test_a_home_that_holds_something_is_left_as_it_is(house):
    before = house.taizhang("verify", "--json").stdout
    done = house.taizhang("demo", "--households", 50, "--seed", SEED, "--no-serve")
    assert done.returncode == 0
    assert "没有改动" in done.stdout
    assert password_of("cun", 2018) in done.stdout
    assert house.taizhang("verify", "--json").stdout == before


def test_a_home_with_other_data_gets_no_demo_account(prepared, tmp_path):
    house = type(prepared)(tmp_path / "home")
    house.taizhang("migrate")
    own = tmp_path / "places.csv"
    own.write_text("代码,名称\n990000000000,某省\n", encoding="utf-8")
    house.taizhang("places", "import", own)
    done = house.taizhang("demo", "--households", 50, "--no-serve")
    assert "没有改动" in done.stdout
    assert password_of("cun", 2018) not in done.stdout


@pytest.mark.kill
def test_a_demo_that_was_broken_off_goes_on(prepared, tmp_path):
    house = type(prepared)(tmp_path / "home")
    process = house.start("demo", "--households", 3000, "--seed", SEED, "--no-serve")
    try:
        until(lambda: households_of(house) > 0)
    finally:
        kill(process)
    done = house.taizhang("demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert households_of(house) == 3000
    assert house.taizhang("verify").returncode == 0


def test_the_passwords_of_the_cast_differ_and_pass_the_rules():
    words = {password_of(part.login, 2018) for part in CAST}
    assert len(words) == len(CAST)
    assert all(re.fullmatch(r"[a-z]{6}-[a-z]{6}-[0-9]{2}", word) for word in words)
