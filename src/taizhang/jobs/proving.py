"""The proof of a copy: it is opened as a house of its own, and its journal verified there."""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from taizhang.jobs import postgres

SAID = 500


def proved_sqlite(copy: Path) -> str:
    """Verify the journal on a copy of a SQLite file.

    Gives    what is wrong with it, "" when nothing is
    """
    wrong = _verified(f"sqlite:///{copy}")
    _settle(copy)
    return wrong


def proved_postgres(dump: Path) -> str:
    """Load a dump into a scratch database on the same server and verify the journal there.

    Gives    what is wrong with it, "" when nothing is
    Raises   NoScratch where the server lets us make no database
    """
    with postgres.scratch(settings.DATABASE_URL) as copy:
        try:
            postgres.load(copy, dump)
        except postgres.Broken as wrong:
            return f"转储恢复不了:{wrong}"
        return _verified(copy)


def _verified(url: str) -> str:
    house_of_copy = os.environ | {"TAIZHANG_HOME": str(settings.HOME), "TAIZHANG_KEYS": str(settings.KEYS), "TAIZHANG_DATABASE_URL": url}
    said = subprocess.run([sys.executable, "-m", "taizhang", "verify", "--json"], env=house_of_copy, capture_output=True, check=False)
    try:
        verdict = json.loads(said.stdout)
    except ValueError:
        return said.stderr.decode("utf-8", "replace").strip()[-SAID:] or f"核对进程意外结束(状态 {said.returncode})"
    return next((table["broken"] for table in verdict["tables"] if table["broken"]), "")


def _settle(copy: Path) -> None:
    """Fold what the proof left beside the copy back into it: one file, no log."""
    import sqlite3

    target = sqlite3.connect(copy)
    try:
        target.execute("pragma journal_mode=delete")
    finally:
        target.close()
