"""Which households a person asked for: one filter for the list, its count and its export."""

import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from taizhang.accounts.access import NATION
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, HouseholdPeriod, Membership
from taizhang.households.sealing import digest_of
from taizhang.kernel import names
from taizhang.kernel.areas import subtree
from taizhang.policy.archive import HOUSEHOLD_FACTS

ORDERS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "area": ("按行政村", ("area", "household_id")),
    "head": ("按户主姓名", ("head_initials", "head_name", "household_id")),
    "income": ("人均纯收入由低到高", (F("inc_net_pc_yuan").asc(nulls_last=True), "household_id")),
    "-income": ("人均纯收入由高到低", (F("inc_net_pc_yuan").desc(nulls_last=True), "household_id")),
    "-members": ("人口由多到少", (F("member_count").desc(nulls_last=True), "household_id")),
}
CHOICES = ("status", "hh_attr", "id_standard", "main_cause")
MOST_CHOSEN = 1_000
REQUIRED = tuple(f.name for f in HOUSEHOLD_FACTS if f.required == "R")
_ID_NUMBER = re.compile(r"^([0-9]{15}|[0-9]{17}[0-9X]([0-9A-Z]{2}){0,2})$")
_INITIALS = re.compile(r"^[a-z]+$")
_OUR_NUMBER = re.compile(r"^[A-Za-z]?[0-9]+$")


class BadQuery(Exception):
    """A condition that no list has. The message is for the user."""


@dataclass(frozen=True, slots=True)
class HouseholdQuery:
    """What is asked for; a blank condition asks for nothing.

    `text` is a name, the first letters of one, a household or person number, or an identity number: it searches the whole scope and
    lets `area` aside. `gaps`: True = some fact that every household must tell is blank, False = none is.
    `chosen` are the ids of archives that a person picked by hand; one outside his scope is not there, like one that does not exist.
    """

    period: int
    area: str = ""
    text: str = ""
    status: str = ""
    hh_attr: str = ""
    id_standard: str = ""
    main_cause: str = ""
    income_from: Decimal | None = None
    income_to: Decimal | None = None
    gaps: bool | None = None
    chosen: tuple[int, ...] = ()
    order: str = "area"

    def as_dict(self) -> dict[str, Any]:
        """The conditions that were given, as JSON can hold them."""
        given = {name: value for name, value in asdict(self).items() if value not in ("", None, ())}
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in given.items()}


def query_of(period: int, told: dict[str, Any]) -> HouseholdQuery:
    """A query out of a dict, as an address or an export's manifest tells it.

    Raises   BadQuery for an unknown condition or order, an income that is no number, an id that is none, too many ids
    """
    known = {f.name for f in fields(HouseholdQuery)} - {"period"}
    strange = set(told) - known - {"period"}
    if strange:
        raise BadQuery(f"没有这样的查询条件:{'、'.join(sorted(strange))}")
    given = {name: told[name] for name in known & told.keys() if told[name] not in ("", None)}
    for name in ("income_from", "income_to"):
        if name in given:
            given[name] = _yuan(given[name])
    if "chosen" in given:
        given["chosen"] = _ids(given["chosen"])
    if given.get("order", "area") not in ORDERS:
        raise BadQuery("没有这样的排序方式")
    return HouseholdQuery(period=period, **given)


def households_matching(
    user: User, query: HouseholdQuery, *, permission: Permission = Permission.HOUSEHOLD_VIEW
) -> QuerySet[HouseholdPeriod]:
    """The archives of the period that a user may see and that match, in the order asked for.

    Cost     1 query when read
    """
    found = HouseholdPeriod.objects.visible_to(user, permission).filter(period_id=query.period)
    text = searched(query.text)
    if text:
        found = found.filter(_speaks_of(text))
    elif query.area:
        found = inside(found, query.area)
    for name in CHOICES:
        if getattr(query, name):
            found = found.filter(**{name: getattr(query, name)})
    if query.income_from is not None:
        found = found.filter(inc_net_pc_yuan__gte=query.income_from)
    if query.income_to is not None:
        found = found.filter(inc_net_pc_yuan__lte=query.income_to)
    if query.chosen:
        found = found.filter(pk__in=query.chosen)
    if query.gaps is not None:
        blank = Q(*((f"{name}__isnull", True) for name in REQUIRED), _connector=Q.OR)
        found = found.filter(blank if query.gaps else ~blank)
    return found.order_by(*ORDERS[query.order][1])


def searched(text: str) -> str:
    """What a person typed into the search box, half width and without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _speaks_of(text: str) -> Q:
    """Households of which the head, a member or a number is meant."""
    if _ID_NUMBER.match(text.upper()):
        return _member(Q(person__id_digest=digest_of(text.upper()) or ""))
    if _OUR_NUMBER.match(text):
        numbered = Household.objects.filter(_begins("household_no", text.upper())).values("pk")
        return Q(household_id__in=numbered) | _member(_begins("person__person_no", text.upper()))
    if _INITIALS.match(text.lower()):
        return _begins("head_initials", text.lower()) | _member(_begins("person__initials", text.lower()))
    name = names.normalise(text)
    return _begins("head_name", name) | _member(_begins("person__name", name))


def _member(who: Q) -> Q:
    return Q(household_id__in=Membership.objects.filter(who, open=True).values("household_id"))


def inside(found: QuerySet[HouseholdPeriod], area: str) -> QuerySet[HouseholdPeriod]:
    """The archives of an area and everything below it."""
    if area == NATION:
        return found
    low, high = subtree(area)
    return found.filter(area__gte=low, area__lt=high)


def _begins(column: str, text: str) -> Q:
    """A text at the start of a column: on SQLite as a range, which its index serves and whose order is that of the characters."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": f"{text}\U0010ffff"})
    return Q(**{f"{column}__startswith": text})


def _ids(told: Any) -> tuple[int, ...]:
    texts = [str(each) for each in told]
    if not all(text.isdecimal() and len(text) < 19 for text in texts):
        raise BadQuery("所选的户认不出来,请回到户列表重新选择")
    if len(texts) > MOST_CHOSEN:
        raise BadQuery(f"一次最多选{MOST_CHOSEN}户,请分几次办理")
    return tuple(sorted({int(text) for text in texts}))


def _yuan(told: Any) -> Decimal:
    try:
        number = Decimal(str(told))
    except InvalidOperation:
        raise BadQuery(f"“{told}”不是金额,请填写数字") from None
    if not number.is_finite():
        raise BadQuery(f"“{told}”不是金额,请填写数字")
    return number
