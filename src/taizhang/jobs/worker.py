"""The background worker: takes tasks from the queue in the database until it is told to stop or its server is gone.

It has a seat, `host:port/number`, that only one process holds at a time: what stands as running under the seat when a worker takes it
was left by a dead one.
"""

import logging
import os
import sys
import threading
import time

from taizhang.jobs.answering import follow

INTERVAL = 0.5
CATCHING_UP = 30.0  # seconds between two looks at what the derived tables have not read yet
log = logging.getLogger("taizhang.worker")


def main(seat: str, parent: int) -> None:
    """Work at a seat while the parent lives."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django_tasks_db.management.commands.db_worker import Worker

    from taizhang.intake.queue import take_back

    if os.name == "posix":
        threading.Thread(target=follow, args=(parent,), daemon=True).start()
    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
    take_back(seat)
    if seat.endswith("/0"):
        threading.Thread(target=_keep_in_step, daemon=True).start()
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


def _keep_in_step() -> None:
    """Let the derived tables read what others wrote past the queue: a command, a restored backup, an earlier version."""
    from django.db import DatabaseError, connection

    from taizhang.households.finding.keeping import catch_up

    while True:
        try:
            catch_up()
        except DatabaseError as wrong:
            log.warning("the derived tables were not brought up to date: %s", wrong)
        connection.close()
        time.sleep(CATCHING_UP)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
