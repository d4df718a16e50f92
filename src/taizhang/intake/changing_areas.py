"""An area change (区划变更) in the background: one posting, so that calling it off or a worker's death leaves nothing of it.

A village is done in a moment; a county of 50,000 households is 580,000 rows, up to half a minute on SQLite and more on
PostgreSQL (decision 21).
"""

from datetime import date
from typing import Any

from django.utils import timezone
from django_tasks import task

from taizhang.accounts.models import User
from taizhang.households.finding.keeping import catch_up
from taizhang.households.services.areas import change_areas, insist_on_change
from taizhang.intake import longwork, progress
from taizhang.intake.queue import undertake
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.places.changes import Event
from taizhang.places.moves import Move, MoveRefused

BUSY = "您登记的上一次区划变更正在办理,请等它办完或先取消"
STUMBLED = "办理区划变更时程序出错,没有写入任何内容;可以重新登记,如仍然出错请联系管理员"
LOST = "后台任务中断了;变更记录中没有这一次的,就是没有写入任何内容,可以重新登记"


def begin(*, by: User, event: Event, reason: str, key: str) -> None:
    """Queue an event. What can be refused at once is refused before a worker is asked; the worker asks everything again.

    Raises   NotPermitted, MoveRefused, NotYet, UnderWay
    """
    insist_on_change(by=by, at=timezone.now(), event=event)
    moves = [[move.old_code, move.level, move.new_code, move.new_name] for move in event.moves]
    asked = {"kind": event.kind, "on": event.on.isoformat(), "moves": moves, "document": event.document, "reason": reason, "key": key}
    undertake(change, name_of(by), busy=BUSY, lost=LOST, told={"asked": asked}, by_id=by.pk, asked=asked)


def name_of(by: User) -> str:
    """Under which name the events that an account enters stand: one at a time, and nobody else's."""
    return f"places-{by.pk}"


@task()
def change(work: str, by_id: int, asked: dict[str, Any]) -> None:
    """Do what `begin` queued; the standing tells the event that came of it."""
    event = Event(asked["kind"], date.fromisoformat(asked["on"]), tuple(Move(*move) for move in asked["moves"]), asked["document"])
    with longwork.at_work(work, stumbled=STUMBLED, refusals=(MoveRefused,)):
        cause, meter = Cause("places.change", asked["reason"]), progress.Meter(work, "改挂", 0)
        told = {"by": User.objects.get(pk=by_id), "at": timezone.now(), "cause": cause, "event": event}
        try:
            pk = change_areas(**told, idempotency_key=asked["key"], watch=meter.at).pk
        except AlreadyPosted as posted:  # by another worker, between the plan and the posting
            pk = int(posted.result)
        longwork.note(work, longwork.DONE, event=pk)
    catch_up()
