"""Windows (窗口期): when an operation is open, to which level, over which area. Where none is declared nothing is blocked."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission, Rank
from taizhang.accounts.rulebook import rulebook
from taizhang.households.models import OperationWindow
from taizhang.households.services.common import set_row
from taizhang.households.services.refusals import OutsideWindow, Refused
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.areas import subtree
from taizhang.policy.windows import WINDOWED

EVERY_LEVEL = ""
NEEDS: dict[str, Permission] = {
    "enroll": Permission.HOUSEHOLD_ENROLL,
    "correct": Permission.HOUSEHOLD_CORRECT,
    "add_member": Permission.MEMBER_ADD,
    "leave_member": Permission.MEMBER_LEAVE,
    "change_head": Permission.HEAD_CHANGE,
    "split": Permission.HOUSEHOLD_SPLIT,
    "merge": Permission.HOUSEHOLD_MERGE,
    "move": Permission.HOUSEHOLD_MOVE,
    "vanish": Permission.HOUSEHOLD_CLOSE,
    "purge": Permission.HOUSEHOLD_PURGE,
    "delete_duplicate": Permission.HOUSEHOLD_DUPLICATE,
    "reopen": Permission.HOUSEHOLD_REOPEN,
    "identify": Permission.HOUSEHOLD_DECIDE,
    "propose_exit": Permission.HOUSEHOLD_DECIDE,
    "reject_exit": Permission.HOUSEHOLD_DECIDE,
    "approve_exit": Permission.HOUSEHOLD_DECIDE,
    "end_policy": Permission.HOUSEHOLD_DECIDE,
    "return": Permission.HOUSEHOLD_DECIDE,
    "undo_exit": Permission.HOUSEHOLD_DECIDE,
    "suspend": Permission.HELP_SUSPEND,
    "mark": Permission.HOUSEHOLD_MARK,
    "request_order": Permission.ORDER_REQUEST,
    "execute_order": Permission.HOUSEHOLD_CORRECT_LOCKED,
    "pair": Permission.PAIRING_CHANGE,
    "survey_village": Permission.VILLAGE_SURVEY,
    "include_village": Permission.VILLAGE_DECIDE,
    "exit_village": Permission.VILLAGE_DECIDE,
}
"""The permission that each operation with a window needs."""


class WindowImpossible(Refused):
    """No window can look like this."""


def declare_window(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    operation: str,
    level: str,
    area: str,
    opens_at: datetime,
    closes_at: datetime,
    note: str = "",
    idempotency_key: str | None = None,
) -> OperationWindow:
    """Declare a window for an operation over an area and everything below it. From the first one on, the operation is refused outside
    the windows declared for it.

    `level` is that of the offices which may then act (village, township …), "" all of them.

    Needs    WINDOW_MANAGE over `area`
    Writes   1 operation_window, 1 posting
    Raises   NotPermitted, WindowImpossible, AlreadyPosted
    Source   domain/archives.md 3.2, 3.4
    """
    access.require(by, Permission.WINDOW_MANAGE, area=area)
    if operation not in WINDOWED:
        raise WindowImpossible("没有这项业务,请从列表中选择")
    if level != EVERY_LEVEL and level not in {rank.value for rank in Rank}:
        raise WindowImpossible("没有这个办理级别,请从列表中选择")
    if opens_at >= closes_at:
        raise WindowImpossible("开放时间应早于截止时间")
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        window = OperationWindow.objects.create(
            operation=operation, level=level, area=area, opens_at=opens_at, closes_at=closes_at, note=note[:200]
        )
        opened.result = str(window.pk)
    return window


def withdraw_window(
    *, by: User, at: datetime, cause: Cause, window: OperationWindow, version: int, idempotency_key: str | None = None
) -> OperationWindow:
    """Withdraw a window that was declared by mistake: it counts no more, its row stays.

    Needs    WINDOW_MANAGE over the window's area
    Writes   1 operation_window, 1 posting
    Raises   NotPermitted, WindowImpossible, LostRace, AlreadyPosted
    """
    access.require(by, Permission.WINDOW_MANAGE, area=window.area)
    if window.withdrawn:
        raise WindowImpossible("这个窗口期已经撤销")
    with posting(by=by, at=at, cause=cause, area=window.area, idempotency_key=idempotency_key) as opened:
        set_row(window, version, {"withdrawn": True})
        opened.result = str(window.pk)
    return window


def insist_on_window(by: User, operation: str, area: str, at: datetime) -> None:
    """Refuse an operation outside its windows. Windows count where their area holds `area` and their level is the account's there or
    every level; an account with two offices may act while either may.

    Raises   OutsideWindow with the next opening
    Cost     1 query where no window is declared, and the grants
    """
    insist_on_windows(by, operation, [area], at)


def insist_on_windows(by: User, operation: str, areas: Iterable[str], at: datetime) -> None:
    """`insist_on_window` for many areas at once: the first that is closed refuses.

    Raises   OutsideWindow
    Cost     1 query, and the grants
    """
    declared = list(OperationWindow.objects.filter(operation=operation, withdrawn=False).order_by("opens_at", "pk"))
    if not declared:
        return
    for area in sorted(set(areas)):
        _insist(declared, by, operation, area, at)


def shut_areas(by: User, operation: str, areas: Iterable[str], at: datetime) -> dict[str, str]:
    """Of many areas those in which an operation's window is shut to an account now, each with what to say.

    Cost     1 query, and the grants where a window is declared
    """
    declared = list(OperationWindow.objects.filter(operation=operation, withdrawn=False).order_by("opens_at", "pk"))
    shut = {}
    for area in sorted(set(areas)) if declared else ():
        try:
            _insist(declared, by, operation, area, at)
        except OutsideWindow as refused:
            shut[area] = str(refused)
    return shut


def openings_passed(at: datetime) -> int:
    """How many windows have opened, and how many have closed, up to an instant: while it stays, no window changed.

    Cost     1 query
    """
    passed = OperationWindow.objects.filter(withdrawn=False).aggregate(
        opened=Count("pk", filter=Q(opens_at__lte=at)), closed=Count("pk", filter=Q(closes_at__lte=at))
    )
    return int(passed["opened"] + passed["closed"])


def shut_operations(by: User, area: str, at: datetime) -> dict[str, str]:
    """The operations that an account might do over an area, and whose windows are shut to it now, each with what to say.

    Cost     1 query, and the grants
    """
    declared = list(OperationWindow.objects.filter(withdrawn=False).order_by("opens_at", "pk"))
    shut = {}
    for operation in {window.operation for window in declared if holds(window, area)}:
        try:
            _insist([w for w in declared if w.operation == operation], by, operation, area, at)
        except OutsideWindow as refused:
            shut[operation] = str(refused)
    return shut


def windows_over(area: str) -> "list[OperationWindow]":
    """The windows that concern an area: declared over it, above it or below it, the next to close first. Withdrawn ones are left out.

    Cost     1 query
    """
    standing = OperationWindow.objects.filter(withdrawn=False).order_by("closes_at", "pk")
    if area == access.NATION:
        return list(standing)
    low, high = subtree(area)
    below = Q(area__gte=low, area__lt=high)
    above = Q(area__in=[access.NATION, *(area[:width].ljust(12, "0") for width in (2, 4, 6, 9) if width < len(area))])
    return list(standing.filter(below | above))


def holds(window: OperationWindow, area: str) -> bool:
    """Whether an area lies in a window's area."""
    if window.area == access.NATION:
        return True
    low, high = subtree(window.area)
    return low <= area < high


def _insist(declared: list[OperationWindow], by: User, operation: str, area: str, at: datetime) -> None:
    """Refuse an operation over an area outside the windows declared for it."""
    concerning = [window for window in declared if holds(window, area)]
    levels = _levels_of(by, NEEDS[operation], area)
    if concerning and levels and not any(_open_to(level, concerning, at) for level in levels):
        _refuse(operation, [w for w in concerning if w.level in (EVERY_LEVEL, *levels)], at)


def _levels_of(by: User, permission: Permission, area: str) -> list[str]:
    """The levels of the offices that give an account a permission over an area."""
    roles = rulebook().roles_with(permission)
    ranges = [(grant.level, access.range_of(grant.area, grant.level)) for grant in access.standing_grants(by) if grant.role in roles]
    return [level for level, (low, high) in ranges if low <= area < high]


def _open_to(level: str, windows: list[OperationWindow], at: datetime) -> bool:
    """Whether a level may act: one of its windows is open, or none is declared for it."""
    own = [w for w in windows if w.level in (EVERY_LEVEL, level)]
    return not own or any(w.opens_at <= at < w.closes_at for w in own)


def _refuse(operation: str, windows: list[OperationWindow], at: datetime) -> None:
    opening = min((w.opens_at for w in windows if w.opens_at > at), default=None)
    ended = max((w.closes_at for w in windows if w.closes_at <= at), default=None)
    raise OutsideWindow(operation, opening, ended)
