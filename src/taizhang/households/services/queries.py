"""Keeping queries of the household list under a name (常用查询), and sharing them with one's office."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.access import standing_grants
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.kept import LONGEST_NAME, SavedQuery
from taizhang.households.listed import known
from taizhang.households.query import query_of
from taizhang.households.services.common import set_row
from taizhang.households.services.refusals import Refused
from taizhang.journal.posting import Cause, posting

UNKEPT = ("period", "chosen")  # what belongs to one look at the list


class NameTaken(Refused):
    """The account keeps another query under this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"您已经有一个叫“{name}”的常用查询,请换个名称")


class BadName(Refused):
    """A saved query cannot be called so."""

    def __init__(self) -> None:
        super().__init__(f"请填写名称,最多{LONGEST_NAME}个字")


class NotTheOwner(Refused):
    """Somebody else saved the query."""

    def __init__(self) -> None:
        super().__init__("只有保存的人能修改或移除这个常用查询")


class NoOffice(Refused):
    """The account has no grant over the office with which it would share."""

    def __init__(self) -> None:
        super().__init__("只能保存到自己所在的单位")


def save_query(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    area: str,
    level: str,
    name: str,
    query: Mapping[str, Any],
    columns: Iterable[str] = (),
    shared: bool = False,
    idempotency_key: str | None = None,
) -> SavedQuery:
    """Keep a query (保存常用查询): its conditions and columns, never its result.

    `area` and `level` name the office, one over which the account has a grant.

    Needs    HOUSEHOLD_VIEW, and a grant over that very area
    Writes   1 saved_query, 1 posting
    Raises   NotPermitted, NoOffice, BadQuery, BadName, NameTaken, AlreadyPosted
    """
    access.require_sight(by, Permission.HOUSEHOLD_VIEW, area=area)
    if (area, level) not in offices_of(by):
        raise NoOffice
    told = {key: value for key, value in query_of(0, dict(query)).as_dict().items() if key not in UNKEPT}
    name = _checked(name)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        _insist_on_free(by, name)
        kept = SavedQuery.objects.create(
            owner=by, area=area, level=level, name=name, query=told, columns=[column.key for column in known(columns)], shared=shared
        )
        opened.result = str(kept.pk)
    return kept


def change_query(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    saved: SavedQuery,
    version: int,
    name: str,
    shared: bool,
    idempotency_key: str | None = None,
) -> SavedQuery:
    """Call a saved query otherwise, share it with one's office or no longer.

    Needs    being its owner
    Writes   1 saved_query, 1 posting
    Raises   NotTheOwner, BadName, NameTaken, LostRace, AlreadyPosted
    """
    _insist_on_owner(by, saved)
    name = _checked(name)
    with posting(by=by, at=at, cause=cause, area=saved.area, idempotency_key=idempotency_key):
        if name != saved.name:
            _insist_on_free(by, name)
        set_row(saved, version, {"name": name, "shared": shared})
    return saved


def withdraw_query(
    *, by: User, at: datetime, cause: Cause, saved: SavedQuery, version: int, idempotency_key: str | None = None
) -> SavedQuery:
    """Remove a saved query (移除): it stays in the journal and can be used no more.

    Needs    being its owner
    Writes   1 saved_query, 1 posting
    Raises   NotTheOwner, LostRace, AlreadyPosted
    """
    _insist_on_owner(by, saved)
    with posting(by=by, at=at, cause=cause, area=saved.area, idempotency_key=idempotency_key):
        set_row(saved, version, {"withdrawn": True})
    return saved


def offices_of(by: User) -> list[tuple[str, str]]:
    """The offices with which an account may share: the areas of its grants, the largest first.

    Cost     1 query for the grants, unless they were read once
    """
    return list(dict.fromkeys((grant.area, grant.level) for grant in sorted(standing_grants(by), key=lambda g: (g.area, g.pk))))


def _insist_on_owner(by: User, saved: SavedQuery) -> None:
    if saved.owner_id != by.pk:
        raise NotTheOwner


def _insist_on_free(by: User, name: str) -> None:
    if SavedQuery.objects.filter(owner=by, name=name, withdrawn=False).exists():
        raise NameTaken(name)


def _checked(name: str) -> str:
    plain = " ".join(name.split())
    if not 0 < len(plain) <= LONGEST_NAME:
        raise BadName
    return plain
