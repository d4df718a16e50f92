"""The server: pages by waitress, the background worker beside it in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

from django.conf import settings
from django.core.management import call_command

from taizhang.jobs import house
from taizhang.jobs.refusal import Refused
from taizhang.journal import triggers

THREADS = 8
PAUSE = 2.0
PATIENCE = 20


class Workers:
    """Background workers that are started again when they die and stop with the server."""

    def __init__(self, seats: Sequence[str]) -> None:
        self._stopping = threading.Event()
        self._children = {seat: _start_worker(seat) for seat in seats}
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """Let the workers end what they are at, then end them."""
        self._stopping.set()
        self._watch.join()
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()

    def _keep(self) -> None:
        while not self._stopping.wait(PAUSE):
            for seat, child in list(self._children.items()):
                if child.poll() is not None:
                    house.complain(f"后台任务进程意外结束(状态 {child.returncode}),正在重新启动")
                    self._children[seat] = _start_worker(seat)


def serve(*, host: str, port: int, workers: int) -> int:
    """Serve until interrupted.

    Raises   Refused when a trigger is missing or the port is taken
    """
    try:
        triggers.check()
    except triggers.TriggersMissing as missing:
        raise Refused(f"没有启动:{missing}") from missing
    _insist_on_port(host, port)
    if not settings.DEBUG:
        call_command("collectstatic", verbosity=0, interactive=False)
    from waitress import create_server

    application = import_module("taizhang.web.wsgi").application
    server = create_server(application, host=host, port=port, threads=THREADS, ident="taizhang", channel_timeout=300)
    beside = Workers([f"{socket.gethostname()[:40]}:{port}/{number}" for number in range(workers)])
    signal.signal(signal.SIGTERM, _stop)
    house.say(f"已启动:http://{host}:{port}/ (按 Ctrl+C 停止)")
    try:
        server.run()
    finally:
        house.say("正在停止 ……")
        server.close()
        beside.stop()
    return 0


def _insist_on_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            raise Refused(f"端口 {port} 用不了({wrong.strerror}):可用 --port 换一个") from wrong


def _start_worker(seat: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "taizhang.jobs.worker", seat, str(os.getpid())])


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
