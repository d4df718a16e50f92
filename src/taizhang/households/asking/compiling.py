"""Conditions → Q and EXISTS over the archives of one period: static, by the catalogue, with no text of SQL made of what a user sent.

Each condition becomes two: that it is known to hold, and that it is known not to hold. What is unknown is in neither, so that 没有成员 and
全体成员 never take an unknown member for one who is not. Both are two-valued, so that a NOT in front of them means what it says.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any, TypeAlias

import polars as pl
from django.db.models import Count, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, StrIndex
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from taizhang.households.asking.beside import all_beside
from taizhang.households.asking.catalogue import BLANK, FILLED, MEMBER, Askable, catalogue, table_of
from taizhang.households.asking.conditions import BadQuery, Condition, Group, Leaf, Members
from taizhang.households.models import HouseholdPeriod, IncomeWorksheet, Membership, Period
from taizhang.journal.moments import today
from taizhang.kernel.areas import subtree

KEY_COLUMNS = {
    "head_name": "head_name",
    "household_no": "household__household_no",
    "group": "household__group_name",
    "area": "area",
    "closed": "household__closed",
    "draft": "draft",
}
EMPTY_IS_BLANK = frozenset({"head_name", "household__group_name", "household__closed"})
OPPOSITE = {"none_of": "one_of", "lacks": "any_of", "no": "yes", BLANK: FILLED, "has_not": "has", "has_not_in": "has_in"}


@dataclass(frozen=True, slots=True)
class Known:
    """A condition as two: the rows for which it is known to hold, and those for which it is known not to."""

    yes: Q
    no: Q

    def turned(self) -> "Known":
        """The opposite condition."""
        return Known(self.no, self.yes)


Row: TypeAlias = "tuple[Known, Q]"


def as_q(condition: Condition, period: Period) -> Q:
    """The archives of the period (`HouseholdPeriod`) for which a condition is known to hold.

    Raises   BadQuery for a field that no table holds
    """
    return _compiled(condition, period).yes


def _compiled(condition: Condition, period: Period) -> Known:
    match condition:
        case Group(how, parts):
            known = [_compiled(part, period) for part in parts]
            one, other = (and_, or_) if how == "all" else (or_, and_)
            return Known(reduce(one, (k.yes for k in known)), reduce(other, (k.no for k in known)))
        case Members():
            return _of_members(condition, period)
        case Leaf():
            return _leaf(condition, period)


def _of_members(condition: Members, period: Period) -> Known:
    family = Membership.objects.filter(household=OuterRef("household_id"), open=True)
    of_one = _compiled(condition.where, period)
    some_do, some_may = Q(Exists(family.filter(of_one.yes))), Q(Exists(family.filter(~of_one.no)))
    match condition.how:
        case "any":
            return Known(some_do, ~some_may)
        case "no":
            return Known(~some_may, some_do)
        case "all":
            anybody, some_may_not = Q(Exists(family)), Q(Exists(family.filter(~of_one.yes)))
            return Known(anybody & ~some_may_not, ~anybody | Q(Exists(family.filter(of_one.no))))
    least, most = _number(family.filter(of_one.yes)), _number(family.filter(~of_one.no))
    if condition.how == "at_least":
        return Known(Q(GreaterThanOrEqual(least, condition.number)), Q(LessThan(most, condition.number)))
    return Known(Q(LessThanOrEqual(most, condition.number)), Q(GreaterThan(least, condition.number)))


def _number(members: "QuerySet[Membership]") -> Coalesce:
    counted = members.order_by().values("household").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _leaf(leaf: Leaf, period: Period) -> Known:
    if leaf.op in OPPOSITE:
        return _leaf(Leaf(leaf.field, OPPOSITE[leaf.op], leaf.values), period).turned()
    field = catalogue()[leaf.field]
    match field.home:
        case "beside":
            return _two(all_beside()[field.name].holds(today()))
        case "derived":
            return _age(leaf, period)
        case "key":
            return _key(field, leaf, period)
        case "household" | "membership":
            return _plain(field, leaf, field.name)
        case "person":
            return _plain(field, leaf, f"person__{field.name}")
    return _in_table(field, leaf, period)


def _key(field: Askable, leaf: Leaf, period: Period) -> Known:
    if field.name == "in_period":
        others = HouseholdPeriod.objects.filter(household=OuterRef("household_id"), period__key__in=leaf.values)
        return _two(Q(Exists(others)))
    if field.name == "worksheet":
        return _two(Q(Exists(IncomeWorksheet.objects.filter(household=OuterRef("household_id"), period=period))))
    return _plain(field, leaf, KEY_COLUMNS[field.name])


def _in_table(field: Askable, leaf: Leaf, period: Period) -> Known:
    """A field of a table with one row, or with any number of rows, beside the archive or the member."""
    found = table_of(field.home)
    if found is None:
        raise BadQuery(f"“{field.zh}”还没有可以查询的登记")
    model, single = found
    rows = model._default_manager.filter(**_tied(model, field, period))
    one = _plain(field, leaf, field.name)
    if not single:
        return Known(Q(Exists(rows.filter(one.yes))), ~Q(Exists(rows.filter(~one.no))))
    if leaf.op == FILLED:
        return _two(Q(Exists(rows.filter(one.yes))))
    return Known(Q(Exists(rows.filter(one.yes))), Q(Exists(rows.filter(one.no))))


def _tied(model: type[Model], field: Askable, period: Period) -> dict[str, Any]:
    names = {f.name for f in model._meta.concrete_fields}
    tie: dict[str, Any] = {"person": OuterRef("person_id")} if field.of == MEMBER else {"household": OuterRef("household_id")}
    if "period" in names:
        tie["period"] = period
    if "withdrawn" in names:
        tie["withdrawn"] = False
    return tie


def _plain(field: Askable, leaf: Leaf, path: str) -> Known:
    """A field that is a column of the row itself, or of one that the row points at."""
    known = Q(**{f"{path}__isnull": False})
    if path in EMPTY_IS_BLANK:
        known &= ~Q(**{path: ""})
    if leaf.op == FILLED:
        return _two(known)
    if field.kind.name == "partial_day":
        return _partial(leaf, path, known)
    holds = _holds(field, leaf, path)
    return Known(known & holds, known & ~holds)


def _holds(field: Askable, leaf: Leaf, path: str) -> Q:
    """The operator on a value that is known."""
    values = leaf.values
    match leaf.op:
        case "one_of" | "equals":
            return Q(**{f"{path}__in": values})
        case "number":
            return Q(person__id_digest__in=values)
        case "yes":
            return Q(**{path: True})
        case "any_of":
            return reduce(or_, (_keys_hold(path, key) for key in values))
        case "all_of":
            return reduce(and_, (_keys_hold(path, key) for key in values))
        case "contains":
            return reduce(or_, (Q(GreaterThan(StrIndex(F(path), Value(text)), 0)) for text in values))
        case "inside":
            return reduce(or_, (_inside(path, area) for area in values))
        case "before":
            return Q(**{f"{path}__lt": _value(field, values[0])})
        case "after":
            return Q(**{f"{path}__gt": _value(field, values[0])})
    ends = {"gte": _value(field, values[0]), "lte": _value(field, values[1])}
    return Q(**{f"{path}__{end}": value for end, value in ends.items() if value is not None})


def _value(field: Askable, text: str) -> Any:
    if not text:
        return None
    if field.kind.dtype == pl.Date():
        return date.fromisoformat(text)
    return int(Decimal(text)) if field.kind.dtype.is_integer() and Decimal(text) == int(Decimal(text)) else Decimal(text)


def _keys_hold(path: str, key: str) -> Q:
    """Whether keys joined by commas hold one."""
    whole, first = Q(**{path: key}), Q(**{f"{path}__startswith": f"{key},"})
    return whole | first | Q(**{f"{path}__endswith": f",{key}"}) | Q(**{f"{path}__contains": f",{key},"})


def _inside(path: str, area: str) -> Q:
    low, high = subtree(area)
    return Q(**{f"{path}__gte": low, f"{path}__lt": high})


def _two(holds: Q) -> Known:
    """What is never unknown."""
    return Known(holds, ~holds)


def _age(leaf: Leaf, period: Period) -> Known:
    """Completed years on the period's reference day, as a span of birth dates."""
    day, path = period.reference_on, "person__birth_date"
    known = Q(**{f"{path}__isnull": False, f"{path}__lte": day})
    if leaf.op == FILLED:
        return _two(known)
    low, high = (int(Decimal(value)) if value else None for value in leaf.values)
    holds = Q()
    if low is not None:
        holds &= Q(**{f"{path}__lte": years_before(day, low)})
    if high is not None:
        holds &= Q(**{f"{path}__gt": years_before(day, high + 1)})
    return Known(known & holds, known & ~holds)


def years_before(day: date, years: int) -> date:
    """The last birth date of those who have completed `years` on `day`; who was born on 29 February completes a year on 1 March."""
    year = max(day.year - years, 1)
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _partial(leaf: Leaf, path: str, known: Q) -> Known:
    """A date known to the year or month lies in a span only when all of it does, and outside only when all of it does."""
    if leaf.op == "before":
        return _before(leaf.values[0], path, known)
    if leaf.op == "after":
        return _after(leaf.values[0], path, known)
    low, high = leaf.values
    ends = ([_before(low, path, known).turned()] if low else []) + ([_after(high, path, known).turned()] if high else [])
    return Known(reduce(and_, (end.yes for end in ends)), reduce(or_, (end.no for end in ends)))


def _before(bound: str, path: str, known: Q) -> Known:
    first = bound + "-01-01"[len(bound) - 4 :] if len(bound) < 10 else bound
    shorter = (first[:4], first[:7])
    begins = [text for text in shorter if first == text + "-01-01"[len(text) - 4 :]]  # these begin on that very day
    yes = Q(**{f"{path}__lt": first}) & ~Q(**{f"{path}__in": shorter})
    return Known(known & yes, known & (Q(**{f"{path}__gte": first}) | Q(**{f"{path}__in": begins})))


def _after(bound: str, path: str, known: Q) -> Known:
    year, month = int(bound[:4]), int(bound[5:7] or 12)
    last = bound if len(bound) == 10 else date(year, month, monthrange(year, month)[1]).isoformat()
    month_ends = int(last[8:]) == monthrange(year, int(last[5:7]))[1]
    run_over = [text for text, ends in ((last[:4], last[5:] == "12-31"), (last[:7], month_ends)) if not ends]
    no = Q(**{f"{path}__lte": last}) & ~Q(**{f"{path}__in": run_over})
    return Known(known & Q(**{f"{path}__gt": last}), known & no)
