"""Somebody at a browser, as the measurements need him: signs in, reads pages, sends forms; every answer is timed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer and how long it took, in seconds."""

    status: int
    body: bytes
    location: str
    seconds: float


@dataclass
class Visitor:
    """A connection that is kept open, and the cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _line: Any = None

    def get(self, address: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", address, None)

    def post(self, address: str, form: Mapping[str, Any]) -> Answer:
        """Send a form."""
        return self._ask("POST", address, urlencode(form, doseq=True))

    def sign_in(self, name: str, password: str) -> "Visitor":
        """Sign in.

        Raises   RuntimeError
        """
        form = form_of(self.get("/sign-in").body, "password") | {"name": name, "password": password}
        if (answer := self.post("/sign-in", form)).status != 302:
            raise RuntimeError(f"{name} was not let in: {answer.status}")
        return self

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()

    def cookie(self) -> str:
        """The cookies as a header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _ask(self, method: str, address: str, body: str | None) -> Answer:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        told = {"Cookie": self.cookie()} | ({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})
        started = time.perf_counter()
        try:
            self._line.request(method, address, body, told)
            answer = self._line.getresponse()
            read = answer.read()
        except OSError:
            self._line.close()
            raise
        seconds = time.perf_counter() - started
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, read, answer.headers.get("Location", ""), seconds)


def password_of(login: str, seed: int) -> str:
    """The password of one of the demo's cast."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
        os.environ["TAIZHANG_HOME"] = tempfile.mkdtemp(prefix="taizhang-bench-")
        django.setup()
    from taizhang.jobs.demo import cast

    return cast.password_of(login, seed)


def form_of(page: bytes, holds: str) -> dict[str, Any]:
    """The form of a page that holds a field, as a browser would send it back."""
    from lxml import html

    form = next(form for form in html.fromstring(page).forms if holds in form.fields)
    told: dict[str, Any] = {}
    for name, value in form.form_values():
        told.setdefault(name, []).append("" if value == "on" else value)  # lxml says "on" for a radio button without value
    return told


@contextmanager
def served(environment: Mapping[str, str], *words: str, says: Path | None = None) -> Iterator[int]:
    """A server with a whole environment, and its port. What it says goes to a file."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "taizhang", "serve", "--port", str(port), *words]
    with open(says or os.devnull, "w", encoding="utf-8") as told:
        process = subprocess.Popen(command, env=dict(environment), stdout=told, stderr=told, start_new_session=True)
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        watching = Visitor(port)
        try:
            if watching.get("/health/ready").status == 200:
                return
        except OSError:
            pass
        finally:
            watching.close()
        time.sleep(0.2)
    raise RuntimeError("the server did not start")
