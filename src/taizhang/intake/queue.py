"""Background work through one door. What is queued is worked by `taizhang serve`; in tests it runs at once."""

from typing import Any

from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from taizhang.intake import longwork
from taizhang.intake.models import Batch, Export, Lookup

INTERRUPTED = "后台任务中断了,没有写入任何内容,请重新办理"
EXPORT_INTERRUPTED = "后台任务中断了,请重新导出"
LOOKUP_INTERRUPTED = "后台任务中断了,请重新查找"


class Busy(Exception):
    """A worker is at this batch already, or it waits for one."""

    def __init__(self) -> None:
        super().__init__("这一批正在处理,请稍候")


def enqueue(task: Task, **arguments: Any) -> None:
    """Queue a task; arguments are what JSON can hold. It stands when the open transaction does."""
    task.enqueue(**arguments)


def start(task: Task, batch: Batch, **arguments: Any) -> None:
    """Queue a step of a batch (`stage_batch`, `accept_rows`, `annotate_batch`); the batch tells that it runs from this moment on.

    Writes   the batch's `running`; 1 task
    Raises   Busy when another step of the batch runs or waits
    """
    step = task.name.partition("_")[0]
    if not Batch.objects.filter(pk=batch.pk, running="").update(running=step, message=""):
        raise Busy
    batch.running, batch.message = step, ""
    enqueue(task, batch_id=batch.pk, **arguments)
    batch.refresh_from_db()


def undertake(task: Task, work: str, *, busy: str, lost: str, told: dict[str, Any] | None = None, **arguments: Any) -> None:
    """Queue long work (`longwork`) under a name; the task is given the name as `work`.

    Raises   UnderWay
    """
    longwork.begin(work, busy=busy, lost=lost, **(told or {}))
    try:
        enqueue(task, work=work, **arguments)
    except Exception:
        longwork.forget(work)
        raise


def take_back(worker: str) -> int:
    """Free what a dead worker was at: it says so and can be done again, the task is marked as failed. Called by its successor.

    Writes   the tasks, and the batches, exports, lookups and long work at which `worker` was
    Gives    how many tasks
    """
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    lost = [task for task in running if task.worker_ids and task.worker_ids[-1] == worker]
    for task in lost:
        task.set_failed(InterruptedError(INTERRUPTED))
        told = task.args_kwargs.get("kwargs", {})
        Batch.objects.filter(pk=told.get("batch_id")).exclude(running="").update(running="", message=INTERRUPTED)
        Export.objects.filter(pk=told.get("export_id"), state="running").update(state="failed", message=EXPORT_INTERRUPTED)
        Lookup.objects.filter(pk=told.get("lookup_id"), state=Lookup.RUNNING).update(state=Lookup.FAILED, message=LOOKUP_INTERRUPTED)
        if work := told.get("work"):
            longwork.take_back(work)
    return len(lost)
