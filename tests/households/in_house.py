"""What runs inside a house of its own (`tests.journal.own_house`): a family is written, then every byte on the disk is searched."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from tests.cast import member_of_cast
from tests.households.families import ACCOUNT, HEAD_NO, HOUSE, PHONE, SON_NO, WIFE_NO, enroll, open_period
from tests.journal.acts import sql


def write_and_search() -> dict[str, Any]:
    """Secrets that stand open anywhere: in the database's files, its log, and whatever else lies in the folder."""
    by = member_of_cast("cun")
    enroll(by, open_period(by), facts=HOUSE | {"household.bank_account": ACCOUNT})
    content = _content()
    secrets = (HEAD_NO, HEAD_NO[:6] + HEAD_NO[8:17], WIFE_NO, SON_NO, PHONE, "13900001111", ACCOUNT)
    found = [secret for secret in secrets if any(form in content for form in _forms(secret))]
    return {"read": len(content), "found": found, "name_found": "张小三".encode() in content}


def _forms(secret: str) -> tuple[bytes, ...]:
    return secret.encode(), secret.encode().hex().encode(), secret.encode("utf-16-le")


def _content() -> bytes:
    """The database as it lies on the disk; of a server, every row of every table as its own dump would write it."""
    if connection.vendor == "sqlite":
        sql("pragma wal_checkpoint(truncate)")
        connections.close_all()
        return b"".join(path.read_bytes() for path in Path(settings.HOME).rglob("*") if path.is_file())
    tables = [row[0] for row in sql("select table_name from information_schema.tables where table_schema = 'public'")]
    rows = [str(row[0]) for table in tables for row in sql(f'select to_jsonb(t) from "{table}" t')]
    return "\n".join(rows).encode() + b"\n" * 100_000
