"""What the tests of the journal do again and again: post, break in behind the journal's back, and take it back."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date

from django.db import connection, transaction

from taizhang.accounts.models import Human
from taizhang.households.models import Period
from taizhang.journal import triggers
from taizhang.journal.posting import Cause, Posting, posting
from taizhang.journal.verify import verify
from tests.cast import COUNTY, START


def pen(by, *, area: str = COUNTY, key: str | None = None, action: str = "test.write") -> AbstractContextManager[Posting]:
    """A posting of a test."""
    return posting(by=by, at=START, cause=Cause(action, reason="试写"), area=area, idempotency_key=key)


def put_human(by, name: str = "张三") -> Human:
    """One row under one posting."""
    with pen(by):
        return Human.objects.create(name=name)


def put_period(by, key: str = "2018") -> Period:
    """One period."""
    with pen(by):
        return Period.objects.create(
            key=key,
            title=f"{key}年度",
            kind="annual",
            reference_on=date(2018, 12, 31),
            income_from=date(2017, 10, 1),
            income_to=date(2018, 9, 30),
        )


def sql(statement: str, *values) -> list[tuple]:
    """One raw statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back, tables and triggers alike."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def behind_the_journal(*tables: str) -> Iterator[None]:
    """The hand of one who owns the database: the triggers of `tables` are away meanwhile, and stand again afterwards."""
    if connection.vendor == "postgresql":
        sql("set constraints all immediate")
        for table in tables:
            sql(f"alter table {table} disable trigger user")
        yield
        sql("set constraints all immediate")
        for table in tables:
            sql(f"alter table {table} enable trigger user")
        return
    standing = sql("select tbl_name, name, sql from sqlite_master where type = 'trigger'")
    ours = [(name, text) for table, name, text in standing if table in tables]
    for name, _ in ours:
        sql(f"drop trigger {name}")
    yield
    for _, text in ours:
        sql(text)


def broken() -> list[str]:
    """What `verify` finds wrong."""
    return [verdict.broken for verdict in verify() if verdict.broken]


def drop_trigger(table: str, name: str) -> None:
    """One trigger away, for good."""
    if connection.vendor == "postgresql":
        sql("set constraints all immediate")
    sql(triggers._drop(table, name))
