"""Conditions as data: leaves, groups and members, read out of JSON or out of what a person typed, and refused by name where they are wrong.

``{"all": […]}`` and ``{"any": […]}`` hold conditions; ``{"members": "any", "where": …}`` speaks of one and the same member;
``{"field": "household.hh_attr", "op": "one_of", "values": ["dibao_poor"]}`` is a leaf. Values stand as text, as the kind stores them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from taizhang.households.asking.catalogue import HOUSEHOLD, MEMBER, OPERATORS, WITHOUT_VALUE, Askable, catalogue
from taizhang.households.sealing import digest_of
from taizhang.kernel.areas import is_code
from taizhang.kernel.findings import Severity

MOST_LEAVES, DEEPEST, MOST_VALUES, LONGEST = 40, 9, 200, 100
QUANTIFIERS = {"any": "有成员", "no": "没有成员", "all": "全体成员", "at_least": "至少{n}名成员", "at_most": "至多{n}名成员"}
COUNTED = ("at_least", "at_most")
MOST_COUNTED = 99
SPANS = frozenset({"between", "before", "after"})
_DIGEST = re.compile(r"^[0-9a-f]{32}$")
_PARTIAL = re.compile(r"^[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?$")


class BadQuery(Exception):
    """A condition that no list has. The message is for the user."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field, one operator, its values: both ends of a span, "" for an open one."""

    field: str
    op: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions together: all of them, or any of them."""

    how: str
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Members:
    """A condition on one and the same member, and of how many members it holds; `number` for at_least and at_most."""

    how: str
    where: "Leaf | Group"
    number: int = 0


Condition: TypeAlias = Leaf | Group | Members


def read(told: Any) -> Condition:
    """A condition out of JSON, as an address, a saved query or an export's manifest holds it.

    Raises   BadQuery naming the field, operator or value that no list has
    """
    found: Condition = _read(told, HOUSEHOLD, 1)
    if sum(1 for _ in leaves(found)) > MOST_LEAVES:
        raise BadQuery(f"一次查询最多{MOST_LEAVES}个条件")
    return found


def as_json(condition: Condition) -> dict[str, Any]:
    """A condition as JSON holds it: `read` gives it back."""
    match condition:
        case Leaf(field, op, values):
            return {"field": field, "op": op} | ({"values": list(values)} if values else {})
        case Group(how, parts):
            return {how: [as_json(part) for part in parts]}
        case Members(how, where, number):
            return {"members": how, "where": as_json(where)} | ({"n": number} if how in COUNTED else {})


def typed(field: str, op: str, texts: Iterable[str]) -> Leaf:
    """A leaf out of what a person typed, each text read by the field's kind; a number becomes its digest and is not kept.

    Raises   BadQuery with what would be right
    """
    known = _field(field)
    _insist_on_operator(known, op)
    if op in WITHOUT_VALUE:
        return Leaf(field, op)
    pieces = [text.strip() for text in texts]
    values = tuple(_typed_value(known, op, text) for text in pieces if text or op in SPANS)
    return _checked(known, Leaf(field, op, values))


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf of a condition, in order."""
    match condition:
        case Leaf():
            yield condition
        case Group():
            for part in condition.parts:
                yield from leaves(part)
        case Members():
            yield from leaves(condition.where)


def _read(told: Any, of: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise BadQuery("查询条件套得太深,请减少一层")
    if not isinstance(told, dict):
        raise BadQuery("查询条件的写法认不出来")
    keys = set(told)
    if keys in ({"all"}, {"any"}):
        how = next(iter(keys))
        parts = told[how]
        if not isinstance(parts, list) or not parts:
            raise BadQuery("一组条件里至少要有一个条件")
        return Group(how, tuple(_read(part, of, depth + 1) for part in parts))
    if "members" in keys and of == HOUSEHOLD:
        return _read_members(told, keys, depth)
    if keys <= {"field", "op", "values"} and {"field", "op"} <= keys:
        return _read_leaf(told, of)
    raise BadQuery(f"查询条件的写法认不出来:{'、'.join(sorted(map(str, keys)))[:60]}")


def _read_members(told: dict[str, Any], keys: set[str], depth: int) -> Members:
    how, number = told["members"], told.get("n", 0)
    if how not in QUANTIFIERS or keys != ({"members", "where", "n"} if how in COUNTED else {"members", "where"}):
        raise BadQuery(f"没有这样的成员条件:{str(how)[:20]}")
    if how in COUNTED and (type(number) is not int or not 0 <= number <= MOST_COUNTED):
        raise BadQuery("成员人数要填0至99的整数")
    return Members(how, _read(told["where"], MEMBER, depth + 1), number)


def _read_leaf(told: dict[str, Any], of: str) -> Leaf:
    values = told.get("values", [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadQuery("查询条件的值认不出来")
    field = _field(told["field"])
    if field.of != of:
        raise BadQuery(f"“{field.zh}”是{'成员' if field.of == MEMBER else '户'}的栏目,不能放在这里")
    _insist_on_operator(field, told["op"])
    return _checked(field, Leaf(field.key, told["op"], tuple(values)))


def _field(key: Any) -> Askable:
    found = catalogue().get(key) if isinstance(key, str) else None
    if found is None:
        raise BadQuery(f"没有这样的查询栏目:{str(key)[:60]}")
    return found


def _insist_on_operator(field: Askable, op: Any) -> None:
    if not isinstance(op, str) or op not in field.operators:
        raise BadQuery(f"“{field.zh}”不能这样查询:{OPERATORS.get(str(op), str(op)[:20])}")


def _checked(field: Askable, leaf: Leaf) -> Leaf:
    """The same leaf, when its values are what its operator takes."""
    if leaf.op in WITHOUT_VALUE:
        if leaf.values:
            raise BadQuery(f"“{field.zh} {OPERATORS[leaf.op]}”不需要填值")
        return leaf
    if leaf.op in SPANS:
        return _checked_span(field, leaf)
    if not leaf.values or len(leaf.values) > MOST_VALUES:
        raise BadQuery(f"请填写“{field.zh}”的值" if not leaf.values else f"“{field.zh}”一次最多选{MOST_VALUES}项")
    for value in leaf.values:
        if not _right(field, leaf.op, value):
            raise BadQuery(f"“{field.zh}”没有这个值:{value[:30]}")
    return leaf


def _checked_span(field: Askable, leaf: Leaf) -> Leaf:
    wanted = 2 if leaf.op == "between" else 1
    if len(leaf.values) != wanted or not any(leaf.values):
        raise BadQuery(f"请填写“{field.zh}”的{'起止' if wanted == 2 else '日期'}")
    ends = [_end(field, value) for value in leaf.values if value]
    if len(ends) == 2 and ends[0] > ends[1] and not str(leaf.values[0]).startswith(str(leaf.values[1])):
        raise BadQuery(f"“{field.zh}”的起点大于终点")
    return leaf


def _end(field: Askable, value: str) -> Any:
    """One end of a span as a value."""
    try:
        if field.kind.name == "partial_day":
            if not _PARTIAL.match(value):
                raise ValueError(value)
            return value if len(value) < 10 else date.fromisoformat(value).isoformat()
        if field.kind.name == "day":
            return date.fromisoformat(value)
        number = Decimal(value)
        if not number.is_finite() or abs(number) >= Decimal(10) ** 15 or len(value) > 20:
            raise ValueError(value)
    except (ValueError, InvalidOperation):
        raise BadQuery(f"“{field.zh}”没有这个值:{value[:30]}") from None
    return number


def _right(field: Askable, op: str, value: str) -> bool:
    if field.codes is not None:
        return value in field.codes.keys()  # noqa: SIM118
    match op:
        case "number":
            return bool(_DIGEST.match(value))
        case "inside":
            return is_code(value)
        case "has_in" | "has_not_in":
            return value.isdecimal() and len(value) <= 6
    return 0 < len(value) <= LONGEST and "\0" not in value


def _typed_value(field: Askable, op: str, text: str) -> str:
    if not text:
        return ""
    if op == "number":
        digest = digest_of(text.upper())
        if digest is None:
            raise BadQuery("证件号码的位数不对,应为18位(旧号15位,残疾人证20位或22位)")
        return digest
    if field.codes is not None:
        return text if text in field.codes.keys() else _read_by(field, text)  # noqa: SIM118
    return _read_by(field, text) if op in SPANS else text


def _read_by(field: Askable, text: str) -> str:
    value, problem = field.kind.read_one(text)
    if problem is not None and field.kind.severity(problem) is not Severity.WARNING:
        raise BadQuery(field.kind.says(problem, text))
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
