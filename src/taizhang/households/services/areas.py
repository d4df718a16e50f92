"""Area changes (区划变更: 并村, 改名, 撤并, 划转) with what stands on the register: the places change, the records follow."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.following import Watch, follow_event, periods_that_follow, unwatched
from taizhang.households.services.refusals import Refused
from taizhang.journal.bulk import roomy
from taizhang.journal.posting import Cause, posting
from taizhang.kernel import areas
from taizhang.places.changes import Event, Plan, plan_event, write_event


class NotYet(Refused):
    """The day of the event has not come."""


@dataclass(frozen=True, slots=True)
class AreasChanged:
    """What an event did: `pk` of the event, its lines, rows moved by table."""

    pk: int
    lines: int
    moved: dict[str, int]


def change_areas(
    *, by: User, at: datetime, cause: Cause, event: Event, idempotency_key: str | None = None, watch: Watch = unwatched
) -> AreasChanged:
    """Change areas on a day, and let households, persons, members and the archives of open periods follow.

    Archives of a period whose 标准时点 lies before the day, and of a frozen one, keep the old codes. Accounts and grants do not follow:
    who works in the new area is for its administrator to say. `watch` is told between the tables how far it is; what it raises ends the
    change, and nothing of it stands.

    Needs    PLACES_MANAGE over every old and every new area
    Writes   places and place_changes as `write_event`; a new version of each row that follows; 1 posting
    Raises   NotPermitted, MoveRefused, NotYet, AlreadyPosted
    Source   domain/archives.md 3.1 行政区划变更
    """
    planned = insist_on_change(by=by, at=at, event=event)
    with roomy(), posting(by=by, at=at, cause=cause, area=planned.area, idempotency_key=idempotency_key) as opened:
        write_event(planned, event, tx=opened.tx, reason=cause.reason)
        moved = follow_event(opened.tx, periods_that_follow(event.on), watch)
        opened.result = str(opened.tx)
    return AreasChanged(opened.tx, len(planned.lines), moved)


def insist_on_change(*, by: User, at: datetime, event: Event) -> Plan:
    """Refuse an event that may not be, before anything is written.

    Needs    PLACES_MANAGE over every old and every new area
    Gives    what it will do
    Raises   NotPermitted, MoveRefused, NotYet
    """
    for move in event.moves:
        for code in (move.old_code, move.new_code):
            if areas.is_code(code):
                access.require(by, Permission.PLACES_MANAGE, area=code)
    if event.on > timezone.localdate(at):
        raise NotYet(f"变更日期 {event.on.isoformat()} 还没有到,请在生效当天或以后登记")
    return plan_event(event)
