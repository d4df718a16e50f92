"""A house of its own for a test that needs real transactions: its own folder, its own database, its own processes.

`python -m tests.journal.own_house` is that process: it sets the house up, runs one function of this package and prints what it gives as JSON.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of an empty database of the kind that the tests run on."""
    given = os.environ.get("TAIZHANG_DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{folder / 'taizhang.sqlite3'}"
        return
    import psycopg

    name = f"house_{os.getpid()}_{abs(hash(folder)) % 10**8}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"create database {name}")
        yield given.rpartition("/")[0] + f"/{name}"
        server.execute(f"drop database {name} with (force)")


def run(function: str, folder: Path, *arguments: Any) -> Any:
    """Run ``module:function`` in a process with a fresh house, and give what it gives."""
    with database(folder) as address:
        environment = os.environ | {"TAIZHANG_HOME": str(folder), "TAIZHANG_DATABASE_URL": address, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-W", "error", "-m", "tests.journal.own_house", function, json.dumps(arguments)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def main(function: str, arguments: str) -> None:
    """Inside the process: migrate, run, print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "taizhang.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    module, _, name = function.partition(":")
    print(json.dumps(getattr(importlib.import_module(module), name)(*json.loads(arguments)), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
