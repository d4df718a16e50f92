"""Background work through one door: `enqueue(task, …)`. What is queued is worked by `taizhang serve`; in tests it runs at once."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from taizhang.intake.models import Batch, Export

INTERRUPTED = "后台任务中断了,没有写入任何内容,请重新办理"
EXPORT_INTERRUPTED = "后台任务中断了,请重新导出"
LOST_AFTER = timedelta(seconds=5)


def enqueue(task: Task, **arguments: Any) -> str:
    """Queue a task when the open transaction ends well.

    Gives    nothing to wait for: the task tells its progress on the batch; the id is for logs
    """
    queued: list[str] = []
    transaction.on_commit(lambda: queued.append(str(task.enqueue(**arguments).id)))
    return queued[0] if queued else ""


def take_back_orphans() -> int:
    """Free what a dead worker was at: its batch says so and can be run again; the task is marked as failed. Called where a worker starts.

    Writes   the tasks, batches and exports that were running
    Gives    how many tasks were taken back
    """
    if "DatabaseBackend" not in settings.TASKS["default"]["BACKEND"]:
        return 0
    from django_tasks.base import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    long_ago = timezone.now() - LOST_AFTER
    lost = list(DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, last_attempted_at__lt=long_ago))
    for task in lost:
        task.set_failed(InterruptedError(INTERRUPTED))
        given = task.args_kwargs.get("kwargs", {})
        if "batch_id" in given:
            Batch.objects.filter(pk=given["batch_id"]).exclude(running="").update(running="", message=INTERRUPTED)
        if "export_id" in given:
            Export.objects.filter(pk=given["export_id"], state="running").update(state="failed", message=EXPORT_INTERRUPTED)
    return len(lost)
