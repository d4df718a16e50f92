"""What only SQLite can suffer: a plain shell on the file. Not collected on PostgreSQL."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from taizhang.journal.bulk import ROOM_KB, _checkpoint, roomy
from tests.journal.own_house import run


def test_a_plain_shell_cannot_write_a_journalled_table(tmp_path):
    done = run("tests.journal.in_house:plain_shell", tmp_path)
    assert done["said"] == [
        "no such function: taizhang_tx",
        "no such function: taizhang_tx",
        "taizhang: nothing is deleted, the journal only grows",
    ]
    assert (done["name"], done["broken"]) == ("张三", [])


def test_what_was_committed_is_copied_into_the_database_file_beside(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a b#.sqlite3", isolation_level=None)) as opened:
        opened.executescript("pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table t (a)")
        opened.executemany("insert into t values (?)", [(each,) for each in range(2000)])
        assert rows_in_the_file(tmp_path) is None
        _checkpoint(str(tmp_path / "a b#.sqlite3"))
        assert rows_in_the_file(tmp_path) == 2000


def rows_in_the_file(folder):
    """What the file tells without its log."""
    (folder / "alone.sqlite3").write_bytes((folder / "a b#.sqlite3").read_bytes())
    with closing(sqlite3.connect(f"file:{folder / 'alone.sqlite3'}?immutable=1", uri=True)) as alone:
        return alone.execute("select count(*) from t").fetchone()[0] if alone.execute("select 1 from sqlite_master").fetchone() else None


def test_no_database_is_made_where_there_is_none(tmp_path):
    _checkpoint(str(tmp_path / "gone.sqlite3"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_connection_that_had_room_is_as_it_was_afterwards():
    def settings():
        with connection.cursor() as cursor:
            return [cursor.execute(f"pragma {name}").fetchone()[0] for name in ("cache_size", "wal_autocheckpoint")]

    before = settings()
    with roomy():
        assert settings() == [-ROOM_KB, 0]
    assert settings() == before != [-ROOM_KB, 0]
