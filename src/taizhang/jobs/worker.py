"""The background worker: takes tasks from the queue in the database until it is told to stop or its server is gone."""

import os
import threading
import time

PAUSE = 2.0


def main() -> None:
    """Work. Started by `taizhang serve`; also runs alone, beside servers on other machines."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from taizhang.intake.queue import take_back_orphans

    parent = os.environ.get("TAIZHANG_PARENT")
    if parent is not None and hasattr(os, "getppid"):
        threading.Thread(target=_follow, args=(int(parent),), daemon=True).start()
    take_back_orphans()
    call_command("db_worker", interval=0.5, startup_delay=False, reload=False, verbosity=0)


def _follow(parent: int) -> None:
    """End when the server that started this worker is gone without having said so."""
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os._exit(0)


if __name__ == "__main__":
    main()
