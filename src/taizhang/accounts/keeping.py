"""Keeping accounts (账号): opening, disabling, passwords, and the account of the command line."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from taizhang.accounts.access import NATION, Permission, fits, require
from taizhang.accounts.granting import GrantImpossible, not_oneself, require_over
from taizhang.accounts.models import Grant, Human, User
from taizhang.accounts.permissions import Rank
from taizhang.accounts.sessions import end_sessions
from taizhang.journal.posting import Cause, posting

CONSOLE = "console"


class UsernameTaken(Exception):
    """Another account has this username; usernames are one list for the whole country, by design."""

    def __init__(self) -> None:
        super().__init__("这个登录名已经有人使用")


class WeakPassword(Exception):
    """The password is too easy to guess. `says` holds one sentence for each reason."""

    def __init__(self, says: list[str]) -> None:
        super().__init__(" ".join(says))
        self.says = says


@dataclass(frozen=True, slots=True)
class _Nobody:
    """Who posts before there is any account."""

    pk: None = None
    person_id: None = None


def create_account(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    area: str,
    level: str,
    username: str,
    name: str,
    password: str | None = None,
    must_change: bool = False,
    human: Human | None = None,
    idempotency_key: str | None = None,
) -> User:
    """Open an account for a human (新增账号). It may do nothing until it has a grant.

    Needs    ACCOUNTS_MANAGE over `area`
    Writes   1 human (unless one is given), 1 account, 1 posting
    Raises   NotPermitted, GrantImpossible, UsernameTaken, WeakPassword
    Blank    password None: nobody can sign in until one is set
    """
    require(by, Permission.ACCOUNTS_MANAGE, area=area)
    if not fits(area, level):
        raise GrantImpossible("area", "区划代码与级别不符")
    user = User(username=User.normalize_username(username.strip()), area=area, level=level, must_change=must_change)
    _check_password(password, user)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key):
        if User.objects.filter(username=user.username).exists():
            raise UsernameTaken
        user.person = human or Human.objects.create(name=name)
        user.set_password(password)
        user.save()
    return user


def disable_account(*, by: User, at: datetime, cause: Cause, user: User, idempotency_key: str | None = None) -> User:
    """Disable an account (停用): it is signed out everywhere and cannot sign in.

    Needs    ACCOUNTS_MANAGE over the account and all its standing grants
    Writes   1 account, 1 posting; ends its sessions
    Raises   NotPermitted
    """
    require_over(by, user)
    not_oneself(by, user)
    return _change(by=by, at=at, cause=cause, user=user, key=idempotency_key, is_active=False)


def enable_account(*, by: User, at: datetime, cause: Cause, user: User, idempotency_key: str | None = None) -> User:
    """Enable a disabled account again (启用). Its old sessions stay ended.

    Needs    ACCOUNTS_MANAGE over the account and all its standing grants
    Writes   1 account, 1 posting
    Raises   NotPermitted
    """
    require_over(by, user)
    not_oneself(by, user)
    return _change(by=by, at=at, cause=cause, user=user, key=idempotency_key, is_active=True)


def set_password(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    user: User,
    password: str,
    must_change: bool = False,
    keep_session: int | None = None,
    idempotency_key: str | None = None,
) -> User:
    """Set a password: one's own (修改密码) or that of an account one keeps (重置密码). Other sessions of the account end.

    Needs    nothing for one's own; else ACCOUNTS_MANAGE over the account and all its standing grants
    Writes   1 account, 1 posting; ends its sessions but `keep_session`
    Raises   NotPermitted, WeakPassword
    """
    if by.pk != user.pk:
        require_over(by, user)
    _check_password(password, user)
    user.set_password(password)
    return _change(
        by=by, at=at, cause=cause, user=user, key=idempotency_key, keep=keep_session, password=user.password, must_change=must_change
    )


def console_account(*, at: datetime) -> User:
    """The account in whose name the command line of this machine writes; opened at its first use. Nobody can sign in with it.

    Needs    nothing: who reaches the command line reaches the database
    Writes   1 human, 1 account, 1 grant, 1 posting at its first use
    """
    found: User | None = User.objects.filter(username=CONSOLE).first()
    if found is not None:
        return found
    user = User(username=CONSOLE, area=NATION, level=Rank.NATION)
    user.set_unusable_password()
    with posting(by=_Nobody(), at=at, cause=Cause("account.console"), area=NATION):
        user.person = Human.objects.create(name="命令行")
        user.save()
        Grant.objects.create(user=user, role=CONSOLE, area=NATION, level=Rank.NATION, from_on=at.date())
    return user


def _change(*, by: User, at: datetime, cause: Cause, user: User, key: str | None, keep: int | None = None, **values: object) -> User:
    with posting(by=by, at=at, cause=cause, area=user.area, idempotency_key=key):
        kept: User = User.objects.select_for_update().get(pk=user.pk)
        for name, value in values.items():
            setattr(kept, name, value)
        kept.version += 1
        kept.save(update_fields=[*values, "version"])
        end_sessions(kept, at=at, why="disabled" if not kept.is_active else "password", keep=keep)
    return kept


def _check_password(password: str | None, user: User) -> None:
    if password is None:
        return
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise WeakPassword(weak.messages) from weak
