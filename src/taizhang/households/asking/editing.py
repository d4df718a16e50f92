"""Putting a condition to others and taking it away: what a page shows as chips, two levels deep.

The outer group says whether all or any of the chips must hold; a chip may be a group of the other kind, or several conditions on the same
member.
"""

from dataclasses import replace

from taizhang.households.asking.catalogue import MEMBER, catalogue
from taizhang.households.asking.conditions import BadQuery, Condition, Group, Leaf, Members

OTHER = {"all": "any", "any": "all"}
SAME = "same"  # of the same member


def parts_of(where: Condition | None) -> tuple[str, tuple[Condition, ...]]:
    """The outer group of a query: how its parts go together, and the parts."""
    if where is None:
        return "all", ()
    return (where.how, where.parts) if isinstance(where, Group) else ("all", (where,))


def of_one_household(leaf: Leaf, how: str, number: int = 0) -> Condition:
    """A leaf as a condition on a household: one on a member says of how many members it must hold."""
    return Members(how or "any", leaf, number) if catalogue()[leaf.field].of == MEMBER else leaf


def added(where: Condition | None, part: Condition, to: str = "") -> Condition:
    """A query with one more condition: beside the others, or with ``to="2"`` together with the third in a group of the other kind, or with
    ``to="2:same"`` on the same member as the third.

    Raises   BadQuery where there is no such part
    """
    how, parts = parts_of(where)
    if not to:
        return part if not parts else Group(how, (*parts, part))
    number, _, same = to.partition(":")
    if not number.isdecimal() or int(number) >= len(parts):
        raise BadQuery("要加到的那一条已经不在了")
    at = int(number)
    joined = _same_member(parts[at], part) if same == SAME else _together(parts[at], part, OTHER[how])
    return _joined(how, (*parts[:at], joined, *parts[at + 1 :]))


def without(where: Condition, at: int, inner: int | None = None) -> Condition | None:
    """A query without one of its parts, or without one condition of a part; None when nothing is left."""
    how, parts = parts_of(where)
    if at >= len(parts):
        return where
    left: tuple[Condition, ...] = ()
    part = parts[at]
    if inner is not None and isinstance(part, Group) and inner < len(part.parts):
        kept = (*part.parts[:inner], *part.parts[inner + 1 :])
        left = (kept[0],) if len(kept) == 1 else (replace(part, parts=kept),)
    every = (*parts[:at], *left, *parts[at + 1 :])
    return _joined(how, every) if every else None


def turned(where: Condition) -> Condition:
    """The same parts, any of them instead of all, or all instead of any; a group inside turns the other way."""
    how, parts = parts_of(where)
    return Group(OTHER[how], tuple(replace(part, how=how) if isinstance(part, Group) else part for part in parts))


def _joined(how: str, parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 and not (isinstance(parts[0], Group)) else Group(how, parts)


def _together(part: Condition, other: Condition, how: str) -> Group:
    inside = part.parts if isinstance(part, Group) else (part,)
    return Group(how, (*inside, other))


def _same_member(part: Condition, other: Condition) -> Members:
    if not isinstance(part, Members) or not isinstance(other, Members):
        raise BadQuery("只有成员的条件才能加到同一成员上")
    inside = part.where.parts if isinstance(part.where, Group) and part.where.how == "all" else (part.where,)
    return replace(part, where=Group("all", (*inside, other.where)))
