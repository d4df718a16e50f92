"""Set-wise writing: a hundred thousand rows in one statement, through the same triggers as a single row.

Rows are tuples of what the database stores (text, whole numbers, ISO dates, bytes, None), in the order of `columns`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def take_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Fresh primary keys for `count` rows of `model`, inside the open transaction.

    Cost     1 query
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("select coalesce((select seq from sqlite_sequence where name = %s), 0)", [table])
            first = cursor.fetchone()[0] + 1
            return range(first, first + count)
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


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
