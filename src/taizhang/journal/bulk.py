"""Set-wise writing: a hundred thousand rows in one statement, through the same triggers as a single row.

Rows are tuples of what the database stores (text, whole numbers, ISO dates, bytes, None), in the order of `columns`.
"""

import gc
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import polars as pl
from django.db import connection, models

ROOM_KB = 300_000
SLICE = 10_000  # rows that are Python objects at one time


def take_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Fresh primary keys for `count` rows of `model`, inside the open transaction.

    Cost     1 query
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"select coalesce(max(id), 0) from {table}")  # noqa: S608
            first = cursor.fetchone()[0] + 1
            return range(first, first + count)
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


def write_frame(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Insert the rows of a frame whose columns are named as in the database; a column without any value is left out (NULL).

    Raises   IntegrityError when a row breaks a constraint (then nothing of the transaction stands)
    Cost     1 prepared statement (SQLite), 1 COPY (PostgreSQL); no Python object but the values that are handed over
    """
    told = frame.select(c.name for c in frame.iter_columns() if c.null_count() < frame.height or frame.is_empty())
    plain = told.with_columns(pl.col(pl.Decimal).cast(pl.String), pl.col(pl.Date).cast(pl.String))
    if connection.vendor != "sqlite":
        write_rows(model, plain.columns, plain.iter_rows())
        return
    names = ", ".join(f'"{c}"' for c in plain.columns)
    as_text = [_as_text(c) for c in plain.iter_columns()]
    places = ", ".join("nullif(%s, '')" if text else "%s" for text in as_text)
    with connection.cursor() as opened, without_collection():
        cursor: Any = opened
        for part in plain.iter_slices(SLICE):
            rows = zip(*(_bound(c, text) for c, text in zip(part.iter_columns(), as_text, strict=True)), strict=True)
            cursor.executemany(f"insert into {model._meta.db_table} ({names}) values ({places})", rows)  # noqa: S608


def _as_text(column: pl.Series) -> bool:
    """Whether a column is bound as text, "" for NULL. SQLite's driver looks twice at everything that is not exactly a number or a text:
    a None costs it more than the row's trigger. A column's affinity makes the text a number again; "" is no fact's value."""
    return column.null_count() > 0 and column.dtype != pl.Binary


def _bound(column: pl.Series, as_text: bool) -> list[Any]:
    if column.dtype == pl.Binary:
        return [None if value is None else bytearray(value) for value in column]
    whole = column.cast(pl.Int8) if column.dtype == pl.Boolean else column
    return (whole.cast(pl.String).fill_null("") if as_text else whole).to_list()


@contextmanager
def roomy() -> Iterator[None]:
    """A larger page cache while a batch is written (SQLite): keys that come in no order hit pages all over their index, and a page
    that does not fit goes to the disk more than once. What was committed stands in the log, safe; it is copied into the database file
    beside, so that whoever waits for the batch does not wait for the second writing too."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = [(name, _pragma(cursor, name)) for name in ("cache_size", "wal_autocheckpoint")]
        cursor.execute(f"pragma cache_size = -{ROOM_KB}")
        cursor.execute("pragma wal_autocheckpoint = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in usual:
                cursor.execute(f"pragma {name} = {value}")
        Thread(target=_checkpoint, args=(str(connection.settings_dict["NAME"]),)).start()


def _pragma(cursor: Any, name: str) -> int:
    cursor.execute(f"pragma {name}")
    return int(cursor.fetchone()[0])


def _checkpoint(database: str) -> None:
    """Copy the log into the database file as far as nobody reads what it would overwrite; what is left, the next commit copies."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=rw", uri=True)) as opened:
        opened.execute("pragma wal_checkpoint(passive)")


@contextmanager
def without_collection() -> Iterator[None]:
    """Millions of short-lived tuples make no cycles: the collector need not look at them."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def write_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows. Columns are database columns; what is left out takes the database default, so name all that have none.

    Raises   IntegrityError when a row breaks a constraint (then nothing of the transaction stands)
    Cost     1 prepared statement (SQLite), 1 COPY (PostgreSQL)
    """
    table = model._meta.db_table
    names = ", ".join(f'"{c}"' for c in columns)
    with connection.cursor() as opened:
        cursor: Any = opened  # takes any iterable, whatever its type says
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"insert into {table} ({names}) values ({places})", rows)  # noqa: S608
            return
        with connection.wrap_database_errors, cursor.copy(f"copy {table} ({names}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def change_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Update rows whose version still is the one that was read. A row is ``(id, version as read, *values of columns)``.

    Gives    how many rows were changed: fewer than given means that somebody was faster
    Cost     1 prepared statement (SQLite), 1 COPY and 1 UPDATE (PostgreSQL)
    """
    table = model._meta.db_table
    with connection.cursor() as opened:
        cursor: Any = opened
        if connection.vendor == "sqlite":
            sets = ", ".join(f'"{c}" = %s' for c in columns)
            turned = ((*row[2:], row[0], row[1]) for row in rows)
            cursor.executemany(f"update {table} set {sets}, version = version + 1 where id = %s and version = %s", turned)  # noqa: S608
            return int(cursor.rowcount)
        names = ", ".join(f'"{c}"' for c in columns)
        cursor.execute(
            f"create temporary table tz_change on commit drop as select id, version, {names} from {table} with no data"  # noqa: S608
        )
        with connection.wrap_database_errors, cursor.copy(f"copy tz_change (id, version, {names}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        sets = ", ".join(f'"{c}" = n."{c}"' for c in columns)
        cursor.execute(
            f"update {table} t set {sets}, version = t.version + 1 from tz_change n where t.id = n.id and t.version = n.version"  # noqa: S608
        )
        changed = int(cursor.rowcount)
        cursor.execute("drop table tz_change")
        return changed
