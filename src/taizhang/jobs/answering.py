"""Answering pages on a socket that is bound already: in the server itself, or in one of several processes that share it."""

import gc
import os
import signal
import socket
import sys
import threading
import time
from importlib import import_module

PAUSE = 2.0


def answer_pages(listening: socket.socket, threads: int) -> None:
    """Answer until interrupted."""
    from waitress import create_server

    application = import_module("taizhang.web.wsgi").application
    settle()
    server = create_server(application, sockets=[listening], threads=threads, ident="taizhang", channel_timeout=300)
    try:
        server.run()
    finally:
        server.close()


def settle() -> None:
    """Load what pages stand on, and have the collector never look at it again: looking through all of Django and Polars for cycles takes
    some 80 ms, and every hundredth page or so would wait for it."""
    from django.urls import get_resolver

    from taizhang.accounts.rulebook import rulebook

    get_resolver().url_patterns  # noqa: B018 - imports every page
    rulebook()
    gc.collect()
    gc.freeze()


def follow(parent: int) -> None:
    """End when the server that started this process is gone without having said so."""
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os._exit(0)


def main(inherited: int, threads: int, parent: int) -> None:
    """One of several processes: answer on an inherited socket while the parent lives."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group: the parent says when to stop
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=follow, args=(parent,), daemon=True).start()
    answer_pages(socket.socket(fileno=inherited), threads)


def _stop(signum: int, frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
