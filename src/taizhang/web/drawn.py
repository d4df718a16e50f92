"""A whole page that is drawn once and sent again while nothing that it shows can have changed, each time with the token of the request."""

from collections.abc import Callable, Hashable, Mapping
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from taizhang.households.finding.keeping import positions
from taizhang.journal import moments
from taizhang.web.households.periods import current_period
from taizhang.web.jinja import asks_for_part, page, page_text
from taizhang.web.kept import Kept

MOST = 200  # of some 70 KB
TOKEN = token_hex(32)  # stands for the token while a page is drawn; nobody outside this process can type it

of_pages = Kept(MOST)


def drawn_once(
    request: HttpRequest, template_name: str, about: tuple[Hashable, ...], context: Callable[[], Mapping[str, Any]]
) -> HttpResponse:
    """The page at an address for one user, kept until the next posting, until tomorrow (grants and areas end by the day) and for him
    alone; whether he may have it is asked at the door each time. `about` names what it shows that no posting tells, such as his columns.
    The past, a register whose derived tables are not in step, and the tests are drawn anew.

    Cost     1 query where it is kept
    """
    if settings.TESTING or request.method != "GET" or moments.standing.get() is not None:
        return page(request, template_name, context())
    newest, read = positions()
    if read < newest:
        return page(request, template_name, context())
    request.drawn_at = newest
    period, part = current_period(request), asks_for_part(request)
    key = (
        newest,
        timezone.localdate(),
        request.user.pk,
        period.pk if period else None,
        template_name,
        part,
        request.get_full_path(),
        about,
    )
    pieces = of_pages.of(key, lambda: page_text(request, template_name, context(), TOKEN).split(TOKEN))
    answer = HttpResponse(get_token(request).join(pieces))
    patch_vary_headers(answer, ("HX-Request",))
    return answer
