"""Homes for the command line: real ones, on SQLite, used by processes of their own."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
PATIENCE = 60
OURS = ("TAIZHANG_", "DJANGO_", "PYTEST_")


@dataclass(frozen=True)
class House:
    """A home, and the command `taizhang` in it."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return kept | {"TAIZHANG_HOME": str(self.home), "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"}

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
