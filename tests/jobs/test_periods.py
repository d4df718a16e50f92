"""Periods from the command line: opened, carried over, frozen, by those who may."""

import pytest

from tests.jobs.people_sheets import write_people

pytestmark = pytest.mark.processes

OPEN_2019 = ("period", "open", "2019", "--reference", "2019-12-31")


@pytest.fixture(scope="module")
def with_people(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("periods")
    house = prepared.copied(folder / "home")
    house.taizhang("import", write_people(folder / "people.csv", 30), "--ledger", "household-archive", "--accept", "all")
    return house


@pytest.fixture
def lived_in(with_people, tmp_path):
    return with_people.copied(tmp_path / "home")


def test_a_year_is_opened_with_the_window_of_its_survey(house):
    done = house.taizhang(*OPEN_2019, "--by", "sheng")
    assert done.returncode == 0, done.stderr
    assert "收入 2018-10-01 至 2019-09-30" in house.taizhang("period", "list").stdout


def test_archives_are_carried_over_once(lived_in):
    lived_in.taizhang(*OPEN_2019)
    first = lived_in.taizhang("period", "rollover", "2018", "2019")
    second = lived_in.taizhang("period", "rollover", "2018", "2019")
    assert "10 户,30 人" in first.stdout
    assert "0 户,0 人" in second.stdout
    assert lived_in.taizhang("verify").returncode == 0


def test_nothing_is_carried_back_in_time(lived_in):
    lived_in.taizhang(*OPEN_2019)
    assert lived_in.taizhang("period", "rollover", "2019", "2018").returncode == 3


def test_a_frozen_period_takes_no_import_from_below_the_province(lived_in, tmp_path):
    assert lived_in.taizhang("period", "freeze", "2018").returncode == 0
    people = write_people(tmp_path / "more.csv", 3, first=300)
    done = lived_in.taizhang("import", people, "--ledger", "household-archive", "--by", "cun", "--period", "2018", "--accept", "all")
    assert done.returncode == 3
    assert "冻结" in done.stderr


def test_a_county_does_not_freeze_what_holds_archives_of_another(lived_in):
    part = lived_in.taizhang("period", "freeze", "2018", "--by", "linxian")
    assert (part.returncode, "的部分" in part.stdout, "开放" in part.stdout) == (0, True, True)
    assert "冻结" in lived_in.taizhang("period", "freeze", "2018", "--by", "xian").stdout


def test_what_was_frozen_is_thawed_by_the_province_alone(lived_in):
    lived_in.taizhang("period", "freeze", "2018")
    assert lived_in.taizhang("period", "thaw", "2018", "--by", "xian").returncode == 3
    assert "开放" in lived_in.taizhang("period", "thaw", "2018").stdout


def test_a_month_needs_its_own_window(house):
    done = house.taizhang("period", "open", "201809", "--kind", "monthly", "--reference", "2018-09-30")
    assert (done.returncode, done.stdout) == (3, "")
    assert "--from" in done.stderr
