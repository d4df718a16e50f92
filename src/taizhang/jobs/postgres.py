"""A PostgreSQL server as backup and restore need it: dump, load, a database made and dropped. Knows no Django."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from taizhang.jobs.refusal import Refused

SCRATCH = "taizhang_check_"
MAINTENANCE = "postgres"
NEEDED = "需要 {program}:请安装与服务器同版本的 PostgreSQL 客户端程序,或由数据库管理员办理"
SAID = 500
CONNECT_SECONDS = 10


class NoScratch(Exception):
    """The server lets us make no database to prove a copy in. The message is the server's."""


class Broken(Exception):
    """A dump could not be loaded. The message is that of `pg_restore`."""


def dump(url: str, file: Path) -> None:
    """Write one moment of a database, while others go on writing.

    Raises   Refused
    """
    done = _run("pg_dump", ["--format=custom", f"--file={file}"], url)
    if done.returncode != 0:
        raise Refused(f"pg_dump 没有成功:{_words(done)}")


def load(url: str, file: Path) -> None:
    """A dump into an empty database, whole or not at all.

    Raises   Refused, Broken
    """
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={name_of(url)}", str(file)]
    done = _run("pg_restore", words, url)
    if done.returncode != 0:
        raise Broken(_words(done))


@contextmanager
def scratch(url: str) -> Iterator[str]:
    """The address of a fresh database on the same server, gone afterwards.

    Raises   NoScratch
    """
    name = f"{SCRATCH}{uuid4().hex[:12]}"
    try:
        create(url, name)
    except psycopg.Error as wrong:
        raise NoScratch(str(wrong).strip().splitlines()[0]) from wrong
    try:
        yield named(url, name)
    finally:
        drop(url, name)


def create(url: str, name: str) -> None:
    """A database beside the one of `url`.

    Raises   psycopg.Error
    """
    with _connected(url) as server:
        server.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name)))


def drop(url: str, name: str) -> None:
    """A database beside the one of `url` away, with whoever is still connected to it."""
    with _connected(url) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def stands(url: str) -> bool:
    """Whether there is such a database and it lets us in."""
    try:
        _connected(url).close()
    except psycopg.OperationalError:
        return False
    return True


def is_empty(url: str) -> bool:
    """Whether nothing was ever made in it."""
    with _connected(url) as server:
        found = server.execute(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'"
        ).fetchone()
    return found == (0,)


def named(url: str, database: str) -> str:
    """The same server and account, another database."""
    return urlsplit(url)._replace(path=f"/{quote(database)}").geturl()


def name_of(url: str) -> str:
    """The database of an address: what may be shown of it."""
    return str(conninfo_to_dict(url).get("dbname") or "")


def _connected(url: str) -> "psycopg.Connection[tuple]":
    return psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS)


def _run(program: str, words: list[str], url: str) -> "subprocess.CompletedProcess[bytes]":
    path = shutil.which(program)
    if path is None:
        raise Refused(NEEDED.format(program=program))
    return subprocess.run([path, *words], env=os.environ | _variables(url), capture_output=True, check=False)


def _variables(url: str) -> dict[str, str]:
    """An address as the variables that every client program reads: a password on a command line is for everybody's eyes."""
    variable = {option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
    return {variable[name]: str(value) for name, value in conninfo_to_dict(url).items() if name in variable}


def _words(done: "subprocess.CompletedProcess[bytes]") -> str:
    return done.stderr.decode("utf-8", "replace").strip()[-SAID:]
