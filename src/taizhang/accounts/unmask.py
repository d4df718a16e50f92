"""Seeing numbers in clear (查看明文): first the reason is written down, then the number is shown."""

from collections.abc import Sequence
from datetime import datetime

from taizhang.accounts.access import Permission, require
from taizhang.accounts.models import UnmaskLog, User
from taizhang.policy.archive import fact


class ReasonMissing(Exception):
    """Nobody sees a number without saying what for."""

    def __init__(self) -> None:
        super().__init__("请写明查看明文的用途")


def log_unmask(
    *,
    by: User,
    at: datetime,
    area: str,
    household_pk: int,
    person_pks: Sequence[int],
    fields: Sequence[str],
    reason: str,
    source: str,
    request_id: str = "",
) -> UnmaskLog:
    """Write down who is about to see whose numbers; the caller opens them after this returns.

    Needs    UNMASK over `area`
    Writes   1 unmask_log
    Raises   NotPermitted, ReasonMissing, UnknownFact when `fields` names no fact of the archive
    """
    require(by, Permission.UNMASK, area=area)
    if not reason.strip():
        raise ReasonMissing
    return UnmaskLog.objects.create(
        by=by,
        human_id=by.person_id,
        at=at,
        area=area,
        household_pk=household_pk,
        person_pks=sorted(person_pks),
        fields=sorted(fact(name).name for name in fields),
        reason=reason.strip()[:200],
        source=source,
        request_id=request_id,
    )
