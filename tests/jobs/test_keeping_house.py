"""verify, backup, restore, user, template: what keeps a house in order."""

import json
import sqlite3
import zipfile

import pytest

from taizhang.jobs.refusal import Refused
from taizhang.jobs.restoring import restore
from tests.jobs.people_sheets import write_people

pytestmark = pytest.mark.processes

IMPORT = ("--ledger", "household-archive", "--accept", "all")


@pytest.fixture(scope="module")
def with_people(prepared, tmp_path_factory):
    """A home with 30 people in it. Not to be changed: take `lived_in`."""
    folder = tmp_path_factory.mktemp("people")
    house = prepared.copied(folder / "home")
    done = house.taizhang("import", write_people(folder / "people.csv", 30), *IMPORT)
    assert done.returncode == 0, done.stderr
    return house


@pytest.fixture
def lived_in(with_people, tmp_path):
    """The same home, for one test."""
    return with_people.copied(tmp_path / "home")


def tampered(house):
    """Somebody writes into the database with a tool of his own, without a posting."""
    database = sqlite3.connect(house.home / "taizhang.sqlite3")
    triggers = database.execute("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'person'").fetchall()
    for name, _ in triggers:
        database.execute(f"drop trigger {name}")
    database.execute("update person set name = '某人' where id = 7")
    for _, text in triggers:
        database.execute(text)
    database.commit()
    database.close()
    return house


def test_verify_is_content_with_an_honest_home(lived_in):
    done = lived_in.taizhang("verify", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["clean"]) == (0, True)
    assert {"person", "household", "journal_entry", "triggers"} <= {table["table"] for table in told["tables"]}


def test_verify_names_the_row_that_was_changed_behind_its_back(lived_in):
    done = tampered(lived_in).taizhang("verify")
    assert done.returncode == 1
    assert "表 person 的第 7 行" in done.stdout


def test_a_backup_restores_to_a_home_that_verifies(lived_in, tmp_path):
    saved = lived_in.taizhang("backup", "-o", tmp_path / "saved.zip", "--with-keys")
    assert saved.returncode == 0, saved.stderr
    other = type(lived_in)(tmp_path / "other")
    restored = lived_in.taizhang("restore", tmp_path / "saved.zip", "--into", other.home)
    assert (restored.returncode, other.taizhang("verify").returncode) == (0, 0)
    people = write_people(tmp_path / "people.csv", 30)
    again = json.loads(other.taizhang("import", people, *IMPORT, "--json").stdout)
    assert again["proposals"]["same"] == 30


def test_a_backup_holds_no_keys_unless_they_are_asked_for(lived_in, tmp_path):
    lived_in.taizhang("backup", "-o", tmp_path / "saved.zip")
    names = zipfile.ZipFile(tmp_path / "saved.zip").namelist()
    assert "taizhang.sqlite3" in names
    assert any(name.startswith("files/") for name in names)
    assert not any(name.startswith("keys/") for name in names)


def test_a_backup_is_for_the_eyes_of_its_owner(lived_in, tmp_path):
    lived_in.taizhang("backup", "-o", tmp_path / "saved.zip")
    assert (tmp_path / "saved.zip").stat().st_mode & 0o077 == 0


def test_all_that_a_home_holds_is_for_the_eyes_of_its_owner(lived_in):
    made = [lived_in.home, *lived_in.home.rglob("*")]
    assert len(made) > 5
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def test_a_tampered_database_is_not_backed_up(lived_in, tmp_path):
    done = tampered(lived_in).taizhang("backup", "-o", tmp_path / "saved.zip")
    assert done.returncode == 1
    assert "person" in done.stderr
    assert not (tmp_path / "saved.zip").exists()


def test_restore_never_overwrites_a_home(lived_in, tmp_path):
    lived_in.taizhang("backup", "-o", tmp_path / "saved.zip")
    before = (lived_in.home / "taizhang.sqlite3").read_bytes()
    done = lived_in.taizhang("restore", tmp_path / "saved.zip", "--into", lived_in.home)
    assert done.returncode == 3
    assert (lived_in.home / "taizhang.sqlite3").read_bytes() == before


def test_a_damaged_backup_leaves_nothing_behind(lived_in, tmp_path):
    lived_in.taizhang("backup", "-o", tmp_path / "saved.zip")
    whole = (tmp_path / "saved.zip").read_bytes()
    (tmp_path / "saved.zip").write_bytes(whole[:2000] + b"\x00" * 50 + whole[2050:])
    done = lived_in.taizhang("restore", tmp_path / "saved.zip", "--into", tmp_path / "other")
    assert done.returncode == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("other")) == []


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "files/../../out.txt", "other/out.txt"])
def test_a_backup_that_points_outside_the_home_is_refused(tmp_path, name):
    manifest = {
        "version": "0",
        "at": "",
        "database": "taizhang.sqlite3",
        "position": 0,
        "with_keys": False,
        "sha256": {name: ""},
        "format": 1,
    }
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as book:
        book.writestr(name, "x")
        book.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(Refused) as refused:
        restore(tmp_path / "evil.zip", tmp_path / "other")
    assert refused.value.status == 2
    assert not (tmp_path / "out.txt").exists()


def test_a_new_user_gets_an_account_and_a_grant(house):
    done = house.taizhang(
        "user", "add", "zhang", "--name", "张三", "--role", "county", "--area", "990102", "--password-stdin", told="Qing-shan-18\n"
    )
    assert done.returncode == 0, done.stderr
    assert house.taizhang("period", "freeze", "201808", "--by", "zhang").returncode == 0


def test_a_role_is_not_given_at_a_level_that_it_does_not_have(house):
    done = house.taizhang(
        "user", "add", "zhang", "--name", "张三", "--role", "county", "--area", "990101100", "--password-stdin", told="Qing-shan-18\n"
    )
    assert (done.returncode, done.stdout) == (3, "")


def test_a_weak_password_is_refused(house):
    done = house.taizhang("user", "add", "zhang", "--name", "张三", "--role", "county", "--area", "990102", "--password-stdin", told="12\n")
    assert done.returncode == 3


def test_the_blank_workbook_of_a_ledger_is_written(house, tmp_path):
    done = house.taizhang("template", "household-archive", "-o", tmp_path / "blank.xlsx")
    assert done.returncode == 0, done.stderr
    assert zipfile.is_zipfile(tmp_path / "blank.xlsx")


def test_what_goes_out_comes_in_again_and_changes_nothing(lived_in, tmp_path):
    out = lived_in.taizhang("export", "household-archive", "--area", "990101", "-o", tmp_path / "out.xlsx")
    assert out.returncode == 0, out.stderr
    told = json.loads(lived_in.taizhang("import", tmp_path / "out.xlsx", *IMPORT, "--json").stdout)
    assert (told["rows"], told["proposals"]["same"], told["findings"]) == (30, 30, [])


def test_numbers_in_clear_ask_for_a_reason(lived_in, tmp_path):
    done = lived_in.taizhang("export", "household-archive", "--area", "990101", "-o", tmp_path / "out.xlsx", "--unmasked")
    assert done.returncode == 3
    assert not (tmp_path / "out.xlsx").exists()


def test_an_own_list_of_places_is_taken_and_taken_again_without_effect(house, tmp_path):
    own = tmp_path / "places.csv"
    own.write_text("代码,名称\n990101100299,新设村\n", encoding="utf-8")
    assert "新增 1 个" in house.taizhang("places", "import", own).stdout
    assert "新增 0 个" in house.taizhang("places", "import", own).stdout


def test_only_who_manages_places_imports_them(house, tmp_path):
    own = tmp_path / "places.csv"
    own.write_text("代码,名称\n990101100299,新设村\n", encoding="utf-8")
    assert house.taizhang("places", "import", own, "--by", "xian").returncode == 3
