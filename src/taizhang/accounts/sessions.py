"""The server's side of sessions: who is signed in, since when, and who was signed out (trust.md A7)."""

from datetime import datetime, timedelta

from django.conf import settings

from taizhang.accounts.models import SignIn, User

SEEN_EVERY = timedelta(seconds=60)  # how exactly the last use is kept: a page need not write a row


def open_session(user: User, *, at: datetime, source: str, agent: str = "") -> SignIn:
    """Enter a successful sign-in; the session stays open until it is ended or outlives its time.

    Writes   1 sign_in
    """
    return SignIn.objects.create(user=user, at=at, seen_at=at, result="ok", source=source, agent=agent[:200])


def use_session(pk: int, user: User, *, at: datetime, quiet: bool = False) -> str:
    """Note that a session is used now; a `quiet` use does not keep it alive.

    Gives    "" while it is good; else why it is over: idle, absolute, or the reason it was ended with
    Writes   1 sign_in when the last use is more than a minute old or the session is over
    Cost     1 query, at most 2
    """
    kept = SignIn.objects.filter(pk=pk, user=user, result="ok").first()
    if kept is None:
        return "unknown"
    if kept.ended_at is not None:
        return kept.ended_why
    why = _outlived(kept, at)
    if why:
        SignIn.objects.filter(pk=pk, ended_at__isnull=True).update(ended_at=at, ended_why=why)
    elif not quiet and at - (kept.seen_at or kept.at) >= SEEN_EVERY:
        SignIn.objects.filter(pk=pk).update(seen_at=at)
    return why


def end_sessions(user: User, *, at: datetime, why: str, keep: int | None = None) -> int:
    """Sign an account out everywhere, but for the session `keep`.

    Gives    how many sessions were open
    Cost     1 query
    """
    return SignIn.objects.filter(user=user, result="ok", ended_at__isnull=True).exclude(pk=keep).update(ended_at=at, ended_why=why)


def _outlived(kept: SignIn, at: datetime) -> str:
    if at - kept.at > timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS):
        return "absolute"
    if at - (kept.seen_at or kept.at) > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
        return "idle"
    return ""
