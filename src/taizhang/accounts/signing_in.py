"""Weighing a try to sign in. An unknown name, a wrong password and a disabled account get one answer, after the same time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.auth import authenticate
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from taizhang.accounts.models import SignIn, User
from taizhang.accounts.sessions import open_session
from taizhang.accounts.throttle import counters, forgive, own_counters, take_turn


class Verdict(StrEnum):
    """What became of a try."""

    OK = "ok"
    WRONG = "wrong"
    WAIT = "wait"
    CODE_MISSING = "code_missing"
    CODE_WRONG = "code_wrong"


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict, and what belongs to it."""

    verdict: Verdict
    user: User | None = None
    session: SignIn | None = None
    device: TOTPDevice | None = None
    wait_seconds: int = 0


def weigh_sign_in(*, at: datetime, name: str, password: str, code: str = "", source: str, agent: str = "", mark: str = "") -> Answer:
    """Weigh a name, a password and, where one is bound, a one-time code (登录).

    Gives    OK with an open session; else the verdict and, for WAIT, the seconds until the next try is weighed
    Writes   1 to 3 sign_in_attempt; 1 sign_in unless it has to wait or the code is still missing
    """
    name = User.normalize_username(name.strip())
    counts = counters(name, source, mark)
    wait = take_turn(counts, at=at)
    if wait:
        return Answer(Verdict.WAIT, wait_seconds=wait)
    user = authenticate(None, username=name, password=password)
    if not isinstance(user, User):
        return _failed(Verdict.WRONG, name, at, source, agent)
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    if device is not None and not code.strip():
        forgive(counts, at=at, whole=False)
        return Answer(Verdict.CODE_MISSING)
    if device is not None and not code_fits(device, code):
        return _failed(Verdict.CODE_WRONG, name, at, source, agent)
    forgive(counts, at=at, whole=True)
    return Answer(Verdict.OK, user=user, session=open_session(user, at=at, source=source, agent=agent), device=device)


def code_fits(device: TOTPDevice, code: str) -> bool:
    """Whether a one-time code is right; a code counts once. The waiting is done by our own throttle, which has an upper end."""
    with transaction.atomic():
        kept = TOTPDevice.objects.select_for_update().get(pk=device.pk)
        kept.throttling_failure_count = 0
        return bool(kept.verify_token(code.strip()))


def _failed(verdict: Verdict, name: str, at: datetime, source: str, agent: str) -> Answer:
    SignIn.objects.create(user=User.objects.filter(username=name).first(), at=at, result=verdict, source=source, agent=agent[:200])
    return Answer(verdict)


def weigh_own_password(*, at: datetime, user: User, password: str) -> Answer:
    """Weigh the password of somebody who is signed in, before a step that asks for it again; throttled like signing in.

    Gives    OK, WRONG, or WAIT with the seconds
    Writes   1 sign_in_attempt
    """
    counts = own_counters(user.username)
    wait = take_turn(counts, at=at)
    if wait:
        return Answer(Verdict.WAIT, wait_seconds=wait)
    if not user.check_password(password):
        return Answer(Verdict.WRONG)
    forgive(counts, at=at, whole=True)
    return Answer(Verdict.OK, user=user)
