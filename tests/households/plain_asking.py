"""The same conditions in plain Python over rows in memory, three-valued: True, False, None for unknown. It shares no line with the compiler."""

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.households.asking.conditions import Condition, Group, Leaf, Members

Household = dict[
    str, Any
]  # "facts", "key", "members": [{"person": …, "membership": …, "member": … or None, "spells": […]}], "worksheet": … or None, "measures"


def holds(condition: Condition, of: Household, reference_on: date) -> bool | None:
    """Whether a condition holds for a household."""
    if isinstance(condition, Group):
        return (
            _all(holds(p, of, reference_on) for p in condition.parts)
            if condition.how == "all"
            else _any(holds(p, of, reference_on) for p in condition.parts)
        )
    if isinstance(condition, Members):
        return _members(condition, [_of_member(condition.where, m, reference_on) for m in of["members"]])
    return _leaf(condition, of, reference_on)


def _of_member(condition: Condition, member: dict[str, Any], reference_on: date) -> bool | None:
    if isinstance(condition, Group):
        parts = [_of_member(p, member, reference_on) for p in condition.parts]
        return _all(parts) if condition.how == "all" else _any(parts)
    assert isinstance(condition, Leaf)
    home, _, name = condition.field.partition(".")
    if home == "work_spell":
        return _of_rows(condition, member["spells"], name)
    if home == "derived":
        return _operator(condition, _age(member["person"]["birth_date"], reference_on))
    row = member[home]
    return _operator(condition, None if row is None else row[name])


def _leaf(leaf: Leaf, of: Household, reference_on: date) -> bool | None:
    home, _, name = leaf.field.partition(".")
    if home == "measure":
        return _of_rows(leaf, of["measures"], name)
    row = {"household": of["facts"], "key": of["key"], "worksheet": of["worksheet"]}[home]
    return _operator(leaf, None if row is None else row[name])


def _of_rows(leaf: Leaf, rows: list[dict[str, Any]], name: str) -> bool | None:
    """Any of the rows; 未填, and every other negative word, says that none of them has it."""
    turned = {"blank": "filled", "none_of": "one_of", "lacks": "any_of", "no": "yes"}
    if leaf.op in turned:
        return _not(_of_rows(Leaf(leaf.field, turned[leaf.op], leaf.values), rows, name))
    return _any(_operator(leaf, row[name]) for row in rows)


def _members(condition: Members, told: list[bool | None]) -> bool | None:
    if condition.how == "any":
        return _any(told)
    if condition.how == "no":
        return _not(_any(told))
    if condition.how == "all":
        return _all(told) if told else False
    surely, maybe = sum(t is True for t in told), sum(t is not False for t in told)
    if condition.how == "at_least":
        return True if surely >= condition.number else False if maybe < condition.number else None
    return True if maybe <= condition.number else False if surely > condition.number else None


def _operator(leaf: Leaf, value: Any) -> bool | None:
    if leaf.op in ("blank", "filled"):
        return (value is None or value == "") == (leaf.op == "blank")
    if value is None or value == "":
        return None
    match leaf.op:
        case "one_of" | "equals":
            return value in leaf.values
        case "none_of":
            return value not in leaf.values
        case "yes" | "no":
            return bool(value) == (leaf.op == "yes")
        case "any_of":
            return bool(set(value.split(",")) & set(leaf.values))
        case "all_of":
            return set(leaf.values) <= set(value.split(","))
        case "lacks":
            return not set(value.split(",")) & set(leaf.values)
        case "contains":
            return any(text in value for text in leaf.values)
    return _span(leaf, value)


def _span(leaf: Leaf, value: Any) -> bool | None:
    if isinstance(value, date) or (isinstance(value, str) and value[:4].isdecimal()):
        first, last = _days(value)
    else:
        first = last = Decimal(value)
    ends = [(_days(v) if isinstance(first, date) else (Decimal(v), Decimal(v))) if v else None for v in leaf.values]
    if leaf.op == "before":
        return True if last < ends[0][0] else False if first >= ends[0][0] else None
    if leaf.op == "after":
        return True if first > ends[0][1] else False if last <= ends[0][1] else None
    low, high = ends
    told = [None if low is None else True if first >= low[0] else False if last < low[0] else None]
    told = [] if low is None else told
    told += [] if high is None else [True if last <= high[1] else False if first > high[1] else None]
    return _all(told)


def _days(value: Any) -> tuple[date, date]:
    """The first and last day that a date known to the year, month or day may be."""
    if isinstance(value, date):
        return value, value
    pieces = [int(piece) for piece in value.split("-")]
    year, month = pieces[0], pieces[1] if len(pieces) > 1 else None
    if len(pieces) == 3:
        return date(*pieces), date(*pieces)
    return date(year, month or 1, 1), date(year, month or 12, monthrange(year, month or 12)[1])


def _age(born: date | None, on: date) -> int | None:
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _all(told: Any) -> bool | None:
    told = list(told)
    return False if False in told else None if None in told else True


def _any(told: Any) -> bool | None:
    told = list(told)
    return True if True in told else None if None in told else False


def _not(told: bool | None) -> bool | None:
    return None if told is None else not told
