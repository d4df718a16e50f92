"""A real house for the browser: the demo's county in a folder of its own, served by the command that offices use."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from taizhang.jobs.demo.cast import COUNTY, password_of

SEED = 2018
HOUSEHOLDS = 300
SECONDS_TO_START = 90
COMMAND = (sys.executable, "-m", "taizhang")
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "msedge")
ARGUMENTS = (
    "--lang=zh-CN",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Where a Chromium lies on this machine, or None."""
    return next((found for name in CHROMIUMS if (found := shutil.which(name))), None)


@dataclass(frozen=True, slots=True)
class Served:
    """A running house: its address and the folder of its state."""

    url: str
    home: Path

    def export(self, to: Path) -> Path:
        """The county's archive with full numbers, as the command gives it to the province's own office."""
        taizhang(self.home, "export", "household-archive", f"--area={COUNTY}", "--unmasked", "--reason=演示", f"--output={to}")
        return to

    def password(self, login: str) -> str:
        """The password of one of the cast."""
        return password_of(login, SEED)

    @property
    def sample(self) -> Path:
        """The sample workbook of the guide's walk."""
        return next(self.home.glob("*.xlsx"))


def taizhang(home: Path, *words: str) -> str:
    """Run one command over the state in `home`.

    Gives    what it printed
    Raises   AssertionError with what it printed, when it fails
    """
    ran = subprocess.run([*COMMAND, *words], env=_environment(home), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TAIZHANG_", "DJANGO_", "PYTEST_"))}
    return kept | {"TAIZHANG_HOME": str(home), "PYTHONPATH": "src", "PYTHONUTF8": "1"}


@contextmanager
def a_house(home: Path, *serving: str) -> Iterator[Served]:
    """Prepare the demo's county in `home` and serve it until the block ends; `serving` are further options of the command.

    Raises   AssertionError with what was printed, when it does not prepare or does not answer
    """
    taizhang(home, "demo", "--no-serve", f"--households={HOUSEHOLDS}", f"--seed={SEED}")
    port = _free_port()
    with open(home / "served.txt", "w+", encoding="utf-8") as said:
        server = subprocess.Popen(
            [*COMMAND, "serve", f"--port={port}", *serving], env=_environment(home), stdout=said, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/sign-in", server, home / "served.txt")
            yield Served(f"http://127.0.0.1:{port}", home)
        finally:
            server.terminate()
            server.wait(30)
    broken = re.findall(r"Traceback[\s\S]*?^\w+.*$", (home / "served.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert broken == [], "\n".join(["the server told of mistakes of its own:", *broken])


@contextmanager
def working(served: Served) -> Iterator[None]:
    """A worker beside a house that was served without one, until the block ends."""
    seat, parent = f"{served.url.partition('//')[2]}/0", str(os.getpid())
    command = (sys.executable, "-m", "taizhang.jobs.worker", seat, parent)
    with open(served.home / "worked.txt", "a", encoding="utf-8") as said:
        worker = subprocess.Popen(command, env=_environment(served.home), stdout=said, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(30)


def _wait_for(url: str, server: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the server does not answer at {url}:\n{said.read_text(encoding='utf-8')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
