"""Pages of the past (截至某日): `?as_of=` with a day or a position of the journal, read by the very page of the present.

Who may look is who may look now: a list shows what stood in his area then, a household is shown to whom it stands open now or stood open
then. Nothing can be changed there: `shell.link` gives only addresses that read the past themselves.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.accounts import access
from taizhang.households.models import Household, Person
from taizhang.households.past import register_about, register_at
from taizhang.journal import moments
from taizhang.journal.moments import Moment, NoSuchMoment, moment_of
from taizhang.support.models import Helper
from taizhang.support.past import support_at
from taizhang.web.errors import refused

AS_OF = "as_of"
View = Callable[..., HttpResponse]


def reads_past(view: View) -> View:
    """A list that can be read as of a moment, over the area in its address; without one over the whole scope."""

    def area(request: HttpRequest) -> str:
        return "" if request.GET.get("text") else request.GET.get("area", "")

    return _reading(view, lambda request, **_: area(request))


def reads_past_of_household(view: View) -> View:
    """The page of one household that can be read as of a moment. `request.stands_open` says whether the user may see it as it is now."""

    def village(request: HttpRequest, pk: int) -> str:
        request.stands_open = Household.objects.visible_to(request.user).filter(pk=pk).exists()
        return (Household.objects.filter(pk=pk).values_list("area", flat=True).first() or "")[:12]

    return _reading(view, village)


def reads_past_of_village(view: View) -> View:
    """The page of one village that can be read as of a moment."""
    return _reading(view, lambda request, area: area[:12])


def reads_past_of_person(view: View) -> View:
    """The page of one person that can be read as of a moment. `request.stands_open` says whether the user may see him as he is now."""

    def about(request: HttpRequest, moment: Moment, pk: int) -> AbstractContextManager[Moment]:
        request.stands_open = Person.objects.visible_to(request.user).filter(pk=pk).exists()
        return register_about(moment, Person(pk=pk))

    return _reading_what(view, about)


def reads_past_of_helper(view: View) -> View:
    """The page of one helper that can be read as of a moment: his households of then, their heads, his teams."""
    return _reading_what(view, lambda request, moment, pk: register_about(moment, Helper(pk=pk)))


def reads_past_of_support(view: View) -> View:
    """A page about those who help that can be read as of a moment, and asks no household anything."""
    return _reading_what(view, lambda request, moment, **_: support_at(moment))


def reading_past() -> bool:
    """Whether the past is being read, where nothing can be changed."""
    return moments.standing.get() is not None


def past_of(request: HttpRequest) -> dict[str, Any] | None:
    """What the banner says: None in the present."""
    moment = moments.standing.get()
    if moment is None:
        return None
    return {"day": moment.day, "position": moment.position, "now_url": _without(request.get_full_path())}


def as_asked() -> dict[str, str]:
    """What an address carries along, so that the next page reads the same past; nothing in the present."""
    moment = moments.standing.get()
    return {} if moment is None else {AS_OF: moment.asked}


def moment_field() -> dict[str, Any]:
    """Where a list asks for its moment."""
    return {"name": AS_OF, "label": "截至", "kind": "text", "value": as_asked().get(AS_OF, ""), "placeholder": "日期或流水位置"}


def carried(url: str) -> str:
    """An address with the moment that is being read."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(as_asked())}" if as_asked() else url


def list_as_of(position: int) -> str:
    """The list as it stood after a posting."""
    return f"{reverse('households')}?{urlencode({AS_OF: position})}"


def household_as_of(household: int, position: int) -> str:
    """A household as it stood after a posting."""
    return f"{reverse('household_show', args=[household])}?{urlencode({AS_OF: position})}"


def _reading(view: View, area_of: Callable[..., str]) -> View:
    def area(request: HttpRequest, moment: Moment, **kept: Any) -> AbstractContextManager[Moment]:
        found = area_of(request, **kept)
        return register_at(moment, "" if access.scope_of(request.user).own else found)

    return _reading_what(view, area)


def _reading_what(view: View, laid_out: Callable[..., AbstractContextManager[Moment]]) -> View:
    @wraps(view)
    def read(request: HttpRequest, **kept: Any) -> HttpResponse:
        asked = request.GET.get(AS_OF, "").strip()
        if not asked:
            return view(request, **kept)
        try:
            moment = moment_of(asked)
        except NoSuchMoment as wrong:
            return refused(request, 422, findings=[str(wrong)])
        with laid_out(request, moment, **kept):
            return view(request, **kept)

    return read


def _without(path: str) -> str:
    pieces = urlsplit(path)
    kept = [(name, value) for name, value in parse_qsl(pieces.query) if name not in (AS_OF, "after", "before", "at")]
    return pieces.path + (f"?{urlencode(kept)}" if kept else "")
