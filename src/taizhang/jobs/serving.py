"""The server: pages by waitress, background workers beside it in processes of their own.

One process answers pages by itself. Of several, the first one only binds the port and watches: its children inherit the listening socket.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from taizhang.jobs import house
from taizhang.jobs.answering import answer_pages
from taizhang.jobs.refusal import Refused
from taizhang.jobs.sizing import Size, cores, size
from taizhang.journal import triggers

PAUSE = 2.0
PATIENCE = 20
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Children:
    """Processes that are started again when they die and stop with the server. A command by its seat; `socket` goes along to all."""

    def __init__(self, commands: Mapping[str, Sequence[str]], passed: Sequence[int] = ()) -> None:
        self._commands, self._passed = commands, tuple(passed)
        self._stopping = threading.Event()
        self._children = {seat: self._start(seat) for seat in commands}
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """Let the children end what they are at, then end them."""
        self._stopping.set()
        self._watch.join()
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()

    def _start(self, seat: str) -> "subprocess.Popen[bytes]":
        told = {"pass_fds": self._passed} if self._passed else {}
        return subprocess.Popen([sys.executable, "-m", *self._commands[seat]], **told)

    def _keep(self) -> None:
        while not self._stopping.wait(PAUSE):
            for seat, child in list(self._children.items()):
                if child.poll() is not None:
                    house.complain(f"{seat} 的进程意外结束(状态 {child.returncode}),正在重新启动")
                    self._children[seat] = self._start(seat)


def serve(*, host: str, port: int, workers: int | None = None, processes: int | None = None) -> int:
    """Serve until interrupted.

    Raises   Refused when a trigger is missing or the port is taken
    """
    try:
        triggers.check()
    except triggers.TriggersMissing as missing:
        raise Refused(f"没有启动:{missing}") from missing
    wanted = size(connection.vendor, cores(), shares_socket=os.name == "posix", processes=processes, workers=workers)
    listening = _bound(host, port)
    if not settings.DEBUG:
        call_command("collectstatic", verbosity=0, interactive=False)
    connection.close()
    beside = Children(_commands(wanted, port, listening), _passed(wanted, listening))
    signal.signal(signal.SIGTERM, _stop)
    house.say(f"已启动:http://{host}:{port}/ (按 Ctrl+C 停止)")
    house.say(_said(wanted))
    try:
        if wanted.processes == 1:
            answer_pages(listening, wanted.threads)
        else:
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
    finally:
        house.say("正在停止 ……")
        listening.close()
        beside.stop()
    return 0


def _said(wanted: Size) -> str:
    return (
        f"{DATABASES[connection.vendor]},可用处理器 {cores()} 个:网页进程 {wanted.processes} 个,每个 {wanted.threads} 个线程;"
        f"后台任务进程 {wanted.workers} 个"
    )


def _commands(wanted: Size, port: int, listening: socket.socket) -> dict[str, list[str]]:
    parent, here = str(os.getpid()), socket.gethostname()[:40]
    working = {f"后台任务 {n}": ["taizhang.jobs.worker", f"{here}:{port}/{n}", parent] for n in range(wanted.workers)}
    if wanted.processes == 1:
        return working
    told = ["taizhang.jobs.answering", str(listening.fileno()), str(wanted.threads), parent]
    return working | {f"网页 {n}": told for n in range(wanted.processes)}


def _passed(wanted: Size, listening: socket.socket) -> tuple[int, ...]:
    return (listening.fileno(),) if wanted.processes > 1 else ()


def _bound(host: str, port: int) -> socket.socket:
    """The listening socket.

    Raises   Refused when the port cannot be had
    """
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name == "posix":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(socket.SOMAXCONN)
    except OSError as wrong:
        found.close()
        raise Refused(f"端口 {port} 用不了({wrong.strerror}):可用 --port 换一个") from wrong
    return found


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
