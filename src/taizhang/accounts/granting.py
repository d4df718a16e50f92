"""Giving and ending grants (授权). Nobody gives beyond his own area, a role above his own, or anything to himself."""

from datetime import date, datetime

from taizhang.accounts.access import NotPermitted, Permission, Scope, fits, range_of, require, role_of, scope_of, standing_grants
from taizhang.accounts.models import Grant, User
from taizhang.accounts.permissions import Rank
from taizhang.accounts.rulebook import rulebook
from taizhang.journal.posting import Cause, posting


class GrantImpossible(Exception):
    """No grant can look like this. `field` names what is wrong with it."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field = field


class AlreadyEnded(Exception):
    """The grant was ended before."""

    def __init__(self) -> None:
        super().__init__("这项授权已经终止")


def grant_role(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    user: User,
    role: str,
    area: str,
    level: str,
    from_on: date,
    to_on: date | None,
    idempotency_key: str | None = None,
) -> Grant:
    """Give an account a role over an area for a time (授权).

    Needs    ACCOUNTS_MANAGE over the account and over `area`, through a role that may grant `role`
    Writes   1 grant, 1 posting
    Raises   NotPermitted, GrantImpossible
    """
    require_over(by, user)
    not_oneself(by, user)
    check_grant(role=role, area=area, level=level, from_on=from_on, to_on=to_on)
    if not may_grant(by, role, area, level):
        raise NotPermitted("只能授予本级及以下的岗位,并且只能在自己的管辖区域内授权")
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key):
        return Grant.objects.create(user=user, role=role, area=area, level=level, from_on=from_on, to_on=to_on)


def end_grant(*, by: User, at: datetime, cause: Cause, grant: Grant, idempotency_key: str | None = None) -> Grant:
    """End a grant at once (收回授权). The grant stays on record and counts no longer.

    Needs    ACCOUNTS_MANAGE over the area of the grant, through a role that may grant its role
    Writes   1 grant, 1 posting
    Raises   NotPermitted, AlreadyEnded
    """
    require(by, Permission.ACCOUNTS_MANAGE, area=grant.area)
    not_oneself(by, grant.user)
    if not may_grant(by, grant.role, grant.area, grant.level):
        raise NotPermitted("这项授权不是本级可以收回的")
    with posting(by=by, at=at, cause=cause, area=grant.area, idempotency_key=idempotency_key):
        kept = Grant.objects.select_for_update().get(pk=grant.pk)
        if kept.ended_at is not None:
            raise AlreadyEnded
        kept.ended_at, kept.version = at, kept.version + 1
        kept.save(update_fields=["ended_at", "version"])
    return kept


def require_over(by: User, user: User) -> None:
    """Insist that `by` keeps the account: its office and all its standing grants lie within what he may grant.

    Raises   NotPermitted
    """
    scope: Scope = scope_of(by, Permission.ACCOUNTS_MANAGE)
    if not scope.covers(user.area, user.level) or not all(may_grant(by, g.role, g.area, g.level) for g in standing_grants(user)):
        raise NotPermitted("这个账号不归您管理")


def not_oneself(by: User, user: User) -> None:
    """Insist that two accounts belong to two humans.

    Raises   NotPermitted
    """
    if by.person_id == user.person_id:
        raise NotPermitted("不能改变自己的授权或解除自己的限制,请由其他管理员办理")


def may_grant(by: User, role: str, area: str, level: str) -> bool:
    """Whether one grant of `by` lets him grant a role over an area with everything below it."""
    low, high = range_of(area, level)
    for own in standing_grants(by):
        held = role_of(own)
        lo, hi = range_of(own.area, own.level)
        if Permission.ACCOUNTS_MANAGE in held.may and role in held.grants and lo <= low and high <= hi:
            return True
    return False


def grantable_roles(by: User) -> dict[str, str]:
    """The roles that an account may grant somewhere: {key: Chinese name}, in the order of the policy file."""
    keys = {key for grant in standing_grants(by) if Permission.ACCOUNTS_MANAGE in role_of(grant).may for key in role_of(grant).grants}
    return {key: role.zh for key, role in rulebook().roles.items() if key in keys}


def check_grant(*, role: str, area: str, level: str, from_on: date, to_on: date | None) -> None:
    """Insist that role, area, level and dates fit together.

    Raises   GrantImpossible
    """
    known = rulebook().roles.get(role)
    if known is None:
        raise GrantImpossible("role", "没有这个岗位")
    if level not in known.levels:
        raise GrantImpossible("level", f"“{known.zh}”只能授予:{'、'.join(rank.zh for rank in known.levels)}")
    if not fits(area, level):
        raise GrantImpossible("area", f"区划代码与级别不符:{Rank(level).zh}的代码应为 12 位,下级各位为 0")
    if to_on is not None and to_on < from_on:
        raise GrantImpossible("to_on", "截止日期早于起始日期")
