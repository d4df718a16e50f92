"""`taizhang demo`: the same for the same seed, nobody real, and an existing home is left alone."""

import json
import re

from taizhang.jobs.demo.cast import CAST, password_of

SEED = 7


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
    assert len({finding["code"] for finding in told["findings"]}) > 10


def test_a_home_that_holds_something_is_left_as_it_is(house):
    before = house.taizhang("verify", "--json").stdout
    done = house.taizhang("demo", "--households", 50, "--no-serve")
    assert done.returncode == 0
    assert "已经有数据" in done.stdout
    assert house.taizhang("verify", "--json").stdout == before


def test_the_passwords_of_the_cast_differ_and_pass_the_rules():
    words = {password_of(part.login, 2018) for part in CAST}
    assert len(words) == len(CAST)
    assert all(re.fullmatch(r"[a-z]{6}-[a-z]{6}-[0-9]{2}", word) for word in words)
