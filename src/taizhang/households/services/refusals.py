"""Why an act on a household is refused. Each says in Chinese what stands in the way and what would be right."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from taizhang.kernel.findings import Finding
from taizhang.policy.windows import WINDOWED


class Refused(Exception):
    """An act that cannot be done as asked."""


class LockedField(Refused):
    """A locked fact (锁定字段) below the province, or a fact that only an operation changes."""


class PeriodFrozen(Refused):
    """The period is frozen and the account may not correct frozen periods."""


class AlreadyOnRegister(Refused):
    """The number stands on the register already."""


class NoHead(Refused):
    """The household would have no head, or two."""


class NotInHousehold(Refused):
    """The member has left the household already, or belongs to another."""


class LostRace(Refused):
    """Somebody saved the same row first. `theirs` holds what stands now for the fields that were to be changed, as typed values."""

    def __init__(self, theirs: Mapping[str, object] | None = None) -> None:
        super().__init__("保存之前有人修改过同一条记录,请对照两边的内容后选择")
        self.theirs = dict(theirs or {})


class BadFacts(Refused):
    """What was handed in is wrong; `findings` say where (the field's name stands in `where.column`)."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("有填写错误,请改正后再保存")
        self.findings = tuple(findings)


class NotInState(Refused):
    """The household's state, or the household being closed, does not allow the act."""


class ExitTooSoon(Refused):
    """The household was identified in the year in which it would exit, where its province forbids that (当年识别当年退出)."""


class NoDecision(Refused):
    """The act is done only on a decision, and what was handed in is none for it."""


class NoProof(Refused):
    """A reason, a day or a paper that the act demands is missing or cannot be."""


class OutsideWindow(Refused):
    """The operation's window is not open now for the office and the area. `next_opening` is None where none is declared."""

    def __init__(self, operation: str, next_opening: datetime | None, closed_at: datetime | None) -> None:
        when = timezone.localtime(next_opening).strftime("%Y-%m-%d %H:%M") if next_opening else ""
        ended = f",上一次已于 {timezone.localtime(closed_at).strftime('%Y-%m-%d %H:%M')} 截止" if closed_at else ""
        then = f"下一次 {when} 开放" if when else "还没有安排下一次开放"
        super().__init__(f"现在不在“{WINDOWED[operation]}”的窗口期内{ended};{then}")
        self.operation, self.next_opening = operation, next_opening


class OrderSettled(Refused):
    """The order has been executed, refused or withdrawn already."""


class OldValueGone(Refused):
    """What an order says stood no longer stands."""
