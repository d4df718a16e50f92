"""How a command is timed: as a whole process, with the operating system's own account of time and memory."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PEAK_OF_LINUX = 1024  # ru_maxrss is in kilobytes there


@dataclass(frozen=True, slots=True)
class Timed:
    """A finished process: wall and processor seconds, peak memory of its largest process in MB, what it printed."""

    wall: float
    cpu: float
    peak_mb: int
    printed: str
    status: int

    @property
    def told(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.printed)


@contextmanager
def a_home() -> Iterator[Path]:
    """A fresh home with the fictitious places, the period and no household."""
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as folder:
        home = Path(folder)
        timed(["demo", "--households", "0", "--no-serve"], home)
        yield home


def timed(arguments: list[str], home: Path) -> Timed:
    """Run `taizhang` with arguments in a home."""
    return timed_process([sys.executable, "-m", "taizhang", *arguments], home)


def timed_process(command: list[str], home: Path) -> Timed:
    """Run a command in a small parent of its own, so that its peak memory is not another's.

    Gives    the figures of the command and of the processes it waited for
    """
    parent = [sys.executable, "-c", PARENT, *command]
    done = subprocess.run(parent, env=os.environ | {"TAIZHANG_HOME": str(home)}, capture_output=True, text=True, check=True)
    figures, _, printed = done.stdout.partition("\n")
    wall, cpu, peak, status = json.loads(figures)
    return Timed(wall, cpu, peak // PEAK_OF_LINUX, printed, status)


PARENT = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
wall = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss, done.returncode]))
print(done.stdout if done.stdout else done.stderr)
"""


def now() -> tuple[float, float]:
    """Wall and processor seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), used.ru_utime + used.ru_stime
