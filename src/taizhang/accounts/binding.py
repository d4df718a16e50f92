"""The second factor: a generator of one-time codes on a telephone (动态验证码)."""

from base64 import b32encode
from datetime import datetime

from django_otp.plugins.otp_totp.models import TOTPDevice

from taizhang.accounts.granting import not_oneself, require_over
from taizhang.accounts.models import User
from taizhang.accounts.signing_in import code_fits
from taizhang.journal.posting import Cause, posting


class CodeWrong(Exception):
    """The one-time code does not fit the key that is shown."""

    def __init__(self) -> None:
        super().__init__("验证码不对,请核对手机时间后重新输入")


def bound_generator(user: User) -> TOTPDevice | None:
    """The generator that is asked for at sign-in; None when none is bound."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def offered_generator(user: User) -> TOTPDevice:
    """The generator that waits to be bound, made when there is none.

    Writes   1 totp device at the first time
    """
    offered, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "手机验证器"})
    return offered


def key_of(device: TOTPDevice) -> str:
    """The key of a generator as one types it: base32 in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address_of(device: TOTPDevice) -> str:
    """The key of a generator as a telephone reads it from a picture: `otpauth://totp/…`. As secret as the key itself."""
    return str(device.config_url)


def bind_generator(*, by: User, at: datetime, cause: Cause, code: str, idempotency_key: str | None = None) -> TOTPDevice:
    """Bind the offered generator to one's own account, proved by a code (绑定动态验证码).

    Needs    nothing: one's own account
    Writes   1 totp device, 1 posting
    Raises   CodeWrong
    """
    offered = offered_generator(by)
    if not code_fits(offered, code):
        raise CodeWrong
    with posting(by=by, at=at, cause=cause, area=by.area, idempotency_key=idempotency_key):
        TOTPDevice.objects.filter(pk=offered.pk).update(confirmed=True)
    offered.refresh_from_db()
    return offered


def unbind_generator(*, by: User, at: datetime, cause: Cause, user: User, idempotency_key: str | None = None) -> None:
    """Take the generator off an account one keeps, so that its human can bind another (解除动态验证码).

    Needs    ACCOUNTS_MANAGE over the account and all its standing grants
    Writes   the account's totp devices, 1 posting
    Raises   NotPermitted
    """
    require_over(by, user)
    not_oneself(by, user)
    with posting(by=by, at=at, cause=cause, area=user.area, idempotency_key=idempotency_key):
        TOTPDevice.objects.filter(user=user).delete()
