"""The background worker: takes tasks from the queue in the database until it is told to stop or its server is gone.

It has a seat, `host:port/number`, that only one process holds at a time: what stands as running under the seat when a worker takes it
was left by a dead one.
"""

import logging
import os
import sys
import threading
import time

PAUSE = 2.0
INTERVAL = 0.5


def main(seat: str, parent: int) -> None:
    """Work at a seat while the parent lives."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django_tasks_db.management.commands.db_worker import Worker

    from taizhang.intake.queue import take_back

    if os.name == "posix":
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
    take_back(seat)
    call_command("prune_db_task_results", verbosity=0)
    worker = Worker(
        queue_names=["default"],
        interval=INTERVAL,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=seat,
        excluded_queue_names=[],
    )
    worker.configure_signals()
    worker.run()


def _follow(parent: int) -> None:
    """End when the server that started this worker is gone without having said so."""
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
