"""How many processes and threads a server takes: from the cores it may use and the database behind it, and no more than that."""

import os
from dataclasses import dataclass

THREADS = 4  # a page waits for its database a third of its time: more threads only queue for the one interpreter
MOST_PROCESSES = {"sqlite": 4, "postgresql": 16}  # SQLite has one writer: more processes would read faster only to wait for it
MOST_WORKERS = {"sqlite": 1, "postgresql": 4}


@dataclass(frozen=True, slots=True)
class Size:
    """Processes that answer pages, threads in each, and processes for background work."""

    processes: int
    threads: int
    workers: int


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def size(vendor: str, cores: int, *, shares_socket: bool, processes: int | None = None, workers: int | None = None) -> Size:
    """What suits a machine; `processes` and `workers` as somebody asked for them stand, where the system can do it.

    Needs    `shares_socket`: whether children can inherit a listening socket (not on Windows: one process there, with twice the threads)
    """
    asked = processes if processes is not None else min(cores, MOST_PROCESSES[vendor])
    fitting = max(1, asked) if shares_socket else 1
    beside = workers if workers is not None else max(1, min(cores // 2, MOST_WORKERS[vendor]))
    return Size(fitting, THREADS if fitting > 1 else 2 * THREADS, beside)
