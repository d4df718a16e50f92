"""Which period (期次) the pages speak of: the one a user chose for his session, else the newest that is open."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from taizhang.accounts import access
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.services.common import frozen_at

KEPT = "period"


def all_periods(request: HttpRequest) -> list[Period]:
    """Every period, the newest first; read once a request.

    Cost     1 query
    """
    if not hasattr(request, "periods"):
        request.periods = list(Period.objects.order_by("-reference_on", "-key"))
    return request.periods


def current_period(request: HttpRequest) -> Period | None:
    """The chosen period, else the newest open one, else the newest; None while there is none."""
    periods = all_periods(request)
    chosen = [p for p in periods if p.key == request.session.get(KEPT)]
    return next(iter([*chosen, *(p for p in periods if p.state == Period.OPEN), *periods]), None)


def period_named(request: HttpRequest, key: str) -> Period:
    """The period of a key.

    Raises   NotFound
    """
    found = [p for p in all_periods(request) if p.key == key]
    if not found:
        raise access.NotFound
    return found[0]


def choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Periods for a select."""
    return [(p.key, title_of(p)) for p in all_periods(request)]


def title_of(period: Period) -> str:
    """A period as it is called, with its state where it is frozen."""
    return period.title if period.state == Period.OPEN else f"{period.title}(已冻结)"


def frozen_here(request: HttpRequest, period: Period, area: str) -> bool:
    """Whether a period is frozen over an area, whole or in part.

    Cost     1 query for each period and area of a request, none where it is frozen whole
    """
    known: dict[tuple[int, str], bool] = request.__dict__.setdefault("frozen", {})
    if (period.pk, area) not in known:
        known[period.pk, area] = frozen_at(period, area)
    return known[period.pk, area]


def shut_to(request: HttpRequest, period: Period, area: str) -> bool:
    """Whether a period is frozen over an area, and to this user."""
    return frozen_here(request, period, area) and not access.may(request.user, Permission.HOUSEHOLD_CORRECT_FROZEN, area)


def period_choose(request: HttpRequest) -> HttpResponse:
    """Keep the period that the pages of this session speak of."""
    request.session[KEPT] = period_named(request, request.POST.get("period", "")).key
    back: Any = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else reverse("desk"))
