"""verify, backup and restore with the data on PostgreSQL: the copy is proved in a scratch database, and nothing is overwritten."""

import json
import zipfile
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

from taizhang.jobs import postgres
from tests.jobs.conftest import House, database_on, until
from tests.jobs.people_sheets import write_people

pytestmark = pytest.mark.postgres
IMPORT = ("--ledger", "household-archive", "--accept", "all")


@pytest.fixture
def lived_in(house_on_postgres, tmp_path):
    """A home with 30 people in it."""
    done = house_on_postgres.taizhang("import", write_people(tmp_path / "people.csv", 30), *IMPORT)
    assert done.returncode == 0, done.stderr
    return house_on_postgres


@pytest.fixture
def empty(postgres_server):
    """The address of an empty database."""
    with database_on(postgres_server) as address:
        yield address


@pytest.fixture
def not_there(postgres_server):
    """The address of a database that does not stand yet."""
    name = f"taizhang_test_{uuid4().hex[:12]}"
    yield postgres.named(postgres_server, name)
    postgres.drop(postgres_server, name)


def saved(house, tmp_path):
    """A backup with keys, and what was said."""
    done = house.taizhang("backup", "-o", tmp_path / "saved.zip", "--with-keys")
    assert done.returncode == 0, done.stderr
    return tmp_path / "saved.zip", done.stdout


def proved(file) -> bool:
    return json.loads(zipfile.ZipFile(file).read("manifest.json"))["proved"]


def databases(address: str) -> set[str]:
    with psycopg.connect(address) as connected:
        return {name for (name,) in connected.execute("select datname from pg_database").fetchall()}


def copies(address: str) -> set[str]:
    return {name for name in databases(address) if name.startswith(postgres.SCRATCH)}


def tamper(address: str) -> None:
    """Somebody writes into the database with a tool of his own, without a posting."""
    with psycopg.connect(address) as connected:
        connected.execute("alter table person disable trigger user")
        connected.execute("update person set name = '某人' where id = (select min(id) from person)")
        connected.execute("alter table person enable trigger user")


@contextmanager
def account_without_rights(address: str):
    """An account that owns its database and may make no other."""
    name = f"taizhang_test_{uuid4().hex[:8]}"
    database = postgres.name_of(address)
    with psycopg.connect(address, autocommit=True) as connected:
        connected.execute(f"create role {name} login nocreatedb")
        connected.execute(f"grant all on all tables in schema public to {name}")
        connected.execute(f"grant all on all sequences in schema public to {name}")
    server, _, _ = address.partition("://")[2].rpartition("@")[2].partition("/")
    yield f"postgresql://{name}@{server}/{database}"
    with psycopg.connect(address, autocommit=True) as connected:
        connected.execute(f"drop owned by {name}")
        connected.execute(f"drop role {name}")


def test_a_backup_is_proved_on_its_copy_and_leaves_no_database_behind(lived_in, tmp_path, postgres_server):
    before = copies(postgres_server)
    file, said = saved(lived_in, tmp_path)
    assert proved(file)
    assert "已在副本上核对流水" in said
    assert until(lambda: not copies(postgres_server) - before)  # another test's copy, made beside, goes by itself


def test_a_backup_goes_into_an_empty_database_and_the_house_goes_on_there(lived_in, tmp_path, empty):
    file, _ = saved(lived_in, tmp_path)
    other = House(tmp_path / "other", empty)
    done = lived_in.taizhang("restore", file, "--into", other.home, "--database", empty)
    assert done.returncode == 0, done.stderr
    again = json.loads(other.taizhang("import", tmp_path / "people.csv", *IMPORT, "--json").stdout)
    assert again["proposals"]["same"] == 30
    assert other.taizhang("verify").returncode == 0


def test_a_database_that_is_not_there_is_made(lived_in, tmp_path, not_there):
    file, _ = saved(lived_in, tmp_path)
    done = lived_in.taizhang("restore", file, "--into", tmp_path / "other", "--database", not_there)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "other" / "database.dump").exists()


def test_a_database_in_use_is_never_overwritten(lived_in, tmp_path):
    file, _ = saved(lived_in, tmp_path)
    done = lived_in.taizhang("restore", file, "--into", tmp_path / "other", "--database", lived_in.database)
    assert done.returncode == 3
    assert "不是空的" in done.stderr
    assert not (tmp_path / "other").exists()
    assert lived_in.taizhang("verify").returncode == 0


def test_a_backup_of_postgresql_asks_for_a_database(lived_in, tmp_path):
    file, _ = saved(lived_in, tmp_path)
    done = lived_in.taizhang("restore", file, "--into", tmp_path / "other")
    assert (done.returncode, "--database" in done.stderr) == (3, True)


def test_a_backup_of_sqlite_goes_into_no_other_database(house, tmp_path, empty):
    file, _ = saved(house, tmp_path)
    done = house.taizhang("restore", file, "--into", tmp_path / "other", "--database", empty)
    assert (done.returncode, "SQLite" in done.stderr) == (3, True)


def test_a_tampered_database_is_not_backed_up(lived_in, tmp_path):
    tamper(lived_in.database)
    done = lived_in.taizhang("backup", "-o", tmp_path / "saved.zip")
    assert done.returncode == 1
    assert "person" in done.stderr
    assert not (tmp_path / "saved.zip").exists()


def test_a_server_that_lets_us_make_no_database_is_said_plainly(lived_in, tmp_path):
    with account_without_rights(lived_in.database) as poor:
        done = House(lived_in.home, poor).taizhang("backup", "-o", tmp_path / "saved.zip", "--with-keys")
    assert done.returncode == 0, done.stderr
    assert "没有在副本上核对流水" in done.stdout
    assert not proved(tmp_path / "saved.zip")


def test_a_damaged_dump_leaves_neither_home_nor_database(lived_in, tmp_path, not_there, postgres_server):
    file, _ = saved(lived_in, tmp_path)
    whole = file.read_bytes()
    at = whole.index(b"PGDMP") + 4000
    file.write_bytes(whole[:at] + bytes(50) + whole[at + 50 :])
    done = lived_in.taizhang("restore", file, "--into", tmp_path / "other", "--database", not_there)
    assert done.returncode == 2
    assert not (tmp_path / "other").exists()
    assert postgres.name_of(not_there) not in databases(postgres_server)
