"""An area change under way (区划变更): how far it is, calling it off, and where it led. Each account sees its own only."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.accounts.models import User
from taizhang.intake import changing_areas, longwork
from taizhang.web.long_work import call_off, onward, work_page

TITLE = "登记区划变更"
LATELY = 7 * 86_400  # seconds
LEAVE = "可以离开本页，稍后从“区划变更记录”回来查看；办完以前取消，什么也不改。"


def place_change_running(request: HttpRequest) -> HttpResponse:
    """How far it is; once it is over, on to what it came to."""
    work = changing_areas.name_of(request.user)
    if not longwork.is_under_way(work):
        return onward(request, whither(request.user))
    return work_page(
        request,
        work,
        title=TITLE,
        doing="正在把各类记录改挂到新区划",
        crumbs=[("区划", reverse("places")), ("变更记录", reverse("place_changes")), (TITLE, None)],
        unit="类",
        even=False,
        leave=LEAVE,
        poll_url=reverse("place_change_running"),
        cancel_url=reverse("place_change_cancel"),
    )


def place_change_cancel(request: HttpRequest) -> HttpResponse:
    """Call it off: nothing of it stands."""
    call_off(changing_areas.name_of(request.user))
    return HttpResponseRedirect(reverse("place_change_running"))


def whither(user: User) -> str:
    """Where the last change of an account led: its progress, the event, or the form again with why nothing was written."""
    work = changing_areas.name_of(user)
    found = longwork.standing_of(work)
    if found is None:
        return reverse("place_changes")
    if longwork.is_under_way(work):
        return reverse("place_change_running")
    if found.state == longwork.DONE:
        return reverse("place_change_show", args=[found.told["event"]])
    return f"{reverse('place_change_new')}?again=1"


def sent_before(user: User, key: str) -> bool:
    """Whether the form of a key was sent before, and is being done or is done."""
    found = longwork.standing_of(changing_areas.name_of(user))
    under_way = found is not None and found.state in (longwork.WAITING, longwork.RUNNING, longwork.DONE)
    return under_way and bool(key) and asked_before(user).get("key") == key


def asked_before(user: User) -> dict[str, Any]:
    """What the last change of an account asked for, as `changing_areas.begin` keeps it."""
    found = longwork.standing_of(changing_areas.name_of(user))
    return dict(found.told.get("asked", {})) if found else {}


def why_not(user: User) -> str:
    """Why the last change of an account wrote nothing; "" where it did, or where nothing was asked."""
    work = changing_areas.name_of(user)
    found = longwork.standing_of(work)
    if found is None or found.state == longwork.DONE or longwork.is_under_way(work):
        return ""
    return found.says or found.lost


def told_of_last(user: User) -> dict[str, str] | None:
    """What the list of events says of the last change of an account: that it runs, or for a week that it failed. It reads no table."""
    work = changing_areas.name_of(user)
    if longwork.is_under_way(work):
        return {"text": "您登记的区划变更正在办理。", "level": "info", "title": "看进度", "url": whither(user)}
    found, said = longwork.standing_of(work), why_not(user)
    if not said or found is None or found.state == longwork.CANCELLED or time.time() - longwork.last_word(work) > LATELY:
        return None
    return {"text": f"您上次登记的区划变更没有办成：{said}。", "level": "warning", "title": "接着登记", "url": whither(user)}
