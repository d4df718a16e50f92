"""Conditions in words, as a chip, a saved query and an export's record show them."""

from taizhang.households.asking.catalogue import OPERATORS, Askable, catalogue
from taizhang.households.asking.conditions import QUANTIFIERS, Condition, Group, Leaf, Members

FEW = 3  # values that a chip names


def says(condition: Condition) -> str:
    """A condition in words: 主要致贫原因 是 因病、因残."""
    match condition:
        case Leaf():
            return _leaf(condition)
        case Members(how, where, number):
            who = QUANTIFIERS[how].format(n=number)
            return f"{who}:{says(where)}"
        case Group(how, parts):
            word = " 且 " if how == "all" else " 或 "
            return word.join(f"({says(part)})" if isinstance(part, Group) else says(part) for part in parts)


def _leaf(leaf: Leaf) -> str:
    field = catalogue()[leaf.field]
    if leaf.op == "between":
        return f"{field.zh} {_span(field, leaf.values)}"
    if not leaf.values:
        return f"{OPERATORS[leaf.op]}{field.zh}" if leaf.op in ("has", "has_not") else f"{field.zh} {OPERATORS[leaf.op]}"
    told = "(已加密)" if leaf.op == "number" else _values(field, leaf.values)
    return f"{field.zh} {OPERATORS[leaf.op]} {told}"


def _span(field: Askable, values: tuple[str, ...]) -> str:
    low, high = values
    least, most = ("不早于", "不晚于") if field.kind.name in ("day", "partial_day") else ("不低于", "不高于")
    if not high:
        return f"{least}{low}{field.unit}"
    if not low:
        return f"{most}{high}{field.unit}"
    return f"{low}至{high}{field.unit}" if low != high else f"为{low}{field.unit}"


def _values(field: Askable, values: tuple[str, ...]) -> str:
    labels = [field.codes.by_key(value).zh for value in values] if field.codes is not None else list(values)
    return "、".join(labels[:FEW]) + (f"等{len(labels)}项" if len(labels) > FEW else "")
