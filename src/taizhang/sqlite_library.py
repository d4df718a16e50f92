"""Which SQLite this process uses. Must run before Django loads its backend."""

import sys

WAL_RESET_FIXED = (3, 51, 3)


def use_newest() -> None:
    """Put the SQLite that `pysqlite3` carries in the place of the standard library's, which is often older than the repair
    of the WAL-reset corruption race (3.7.0-3.51.2). Without it the standard one stays and the journal mode falls back."""
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def journal_mode() -> str:
    """WAL where the library is free of the race, TRUNCATE where it is not."""
    import sqlite3

    return "WAL" if sqlite3.sqlite_version_info >= WAL_RESET_FIXED else "TRUNCATE"
