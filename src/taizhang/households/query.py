"""Which households a person asked for: one filter for the list, its count and its export."""

from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q, QuerySet

from taizhang.accounts.access import NATION, scope_of
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.asking import conditions
from taizhang.households.asking.compiling import as_q
from taizhang.households.asking.conditions import BadQuery, Condition
from taizhang.households.finding.searching import look_for, narrowed, searched
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.kernel.areas import subtree
from taizhang.policy.archive import HOUSEHOLD_FACTS

ORDERS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "area": ("按行政村", ("at_area", "at_household")),
    "head": ("按户主姓名", ("head_initials", "head_name", "household_id")),
    "income": ("人均纯收入由低到高", (F("inc_net_pc_yuan").asc(nulls_last=True), "household_id")),
    "-income": ("人均纯收入由高到低", (F("inc_net_pc_yuan").desc(nulls_last=True), "household_id")),
    "-members": ("人口由多到少", (F("member_count").desc(nulls_last=True), "household_id")),
}
CHOICES = ("status", "hh_attr", "id_standard", "main_cause")
MOST_CHOSEN = 1_000
__all__ = ["CHOICES", "MOST_CHOSEN", "ORDERS", "BadQuery", "HouseholdQuery", "households_matching", "inside", "query_of", "searched"]
REQUIRED = tuple(f.name for f in HOUSEHOLD_FACTS if f.required == "R")


@dataclass(frozen=True, slots=True)
class HouseholdQuery:
    """What is asked for; a blank condition asks for nothing.

    `text` is a name or a part of one, pinyin, first letters, a household or person number, an identity number, or a birth date with the
    last four places of one: it searches the whole scope and lets `area` aside. `gaps`: True = some fact that every household must tell is
    blank, False = none is.
    `where` are conditions over any field of the archive.
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
    where: Condition | None = None
    order: str = "area"

    def as_dict(self) -> dict[str, Any]:
        """The conditions that were given, as JSON can hold them."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        given = {name: value for name, value in given.items() if value not in ("", None, ())}
        if self.where is not None:
            given["where"] = conditions.as_json(self.where)
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in given.items()}


def query_of(period: int, told: dict[str, Any]) -> HouseholdQuery:
    """A query out of a dict, as an address or an export's manifest tells it.

    Raises   BadQuery for an unknown condition, field, operator, value or order, an income that is no number, an id that is none,
             too many ids
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
    if "where" in given:
        given["where"] = conditions.read(given["where"])
    if given.get("order", "area") not in ORDERS:
        raise BadQuery("没有这样的排序方式")
    return HouseholdQuery(period=period, **given)


def households_matching(
    user: User, query: HouseholdQuery, *, permission: Permission = Permission.HOUSEHOLD_VIEW
) -> QuerySet[HouseholdPeriod]:
    """The archives of the period that a user may see and that match, in the order asked for. A closed household is found by its number
    or name, and stands in no other list.

    Cost     1 query when read; 1 at once where there are conditions
    """
    found: QuerySet[HouseholdPeriod] = HouseholdPeriod.objects.visible_to(user, permission).filter(period_id=query.period)
    look = look_for(query.text)
    if look is not None:
        found = narrowed(found, look, scope_of(user, permission))
    else:
        found = found.filter(valid=True).alias(at_area=F("area"), at_household=F("household_id"))
        found = inside(found, query.area) if query.area else found
    for name in CHOICES:
        if getattr(query, name):
            found = found.filter(**{name: getattr(query, name)})
    if query.income_from is not None:
        found = found.filter(inc_net_pc_yuan__gte=query.income_from)
    if query.income_to is not None:
        found = found.filter(inc_net_pc_yuan__lte=query.income_to)
    if query.where is not None:
        found = found.filter(as_q(query.where, Period.objects.get(pk=query.period)))
    if query.chosen:
        found = found.filter(pk__in=query.chosen)
    if query.gaps is not None:
        blank = Q(*((f"{name}__isnull", True) for name in REQUIRED), _connector=Q.OR)
        found = found.filter(blank if query.gaps else ~blank)
    return found.order_by(*ORDERS[query.order][1])


def inside(found: QuerySet[HouseholdPeriod], area: str) -> QuerySet[HouseholdPeriod]:
    """The archives of an area and everything below it."""
    if area == NATION:
        return found
    low, high = subtree(area)
    return found.filter(area__gte=low, area__lt=high)


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
