"""Area codes: 12 digits (province 2, prefecture 2, county 2, township 3, village 3) and our own 3 digits for 自然村 and 组.

A subtree is a range of codes. No function here knows whether an area exists: that is `places`' matter.
"""

from enum import IntEnum

LENGTH, GROUP_LENGTH = 12, 15


class Level(IntEnum):
    """The levels of the area tree, the highest first; the value orders them."""

    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5
    GROUP = 6


WIDTH = {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12, Level.GROUP: 15}


def is_code(text: str) -> bool:
    """Whether a text has the shape of a full area code: 12 or 15 digits, the first not 0."""
    return len(text) in (LENGTH, GROUP_LENGTH) and text.isascii() and text.isdecimal() and text[0] != "0"


def level_of(code: str) -> Level:
    """The level that the trailing zeros suggest.

    A guess, because a code alone is no key across levels: 东莞, 中山 and 儋州 have townships right below the prefecture, and one
    code can stand for a prefecture and for its only county. Ask `places` where it matters.

    Raises   ValueError
    """
    _insist(code)
    for level, width in reversed(WIDTH.items()):
        shorter = WIDTH[Level(level - 1)] if level > Level.PROVINCE else 0
        if code[shorter:width].strip("0"):
            return level
    return Level.PROVINCE


def prefix(code: str, level: Level) -> str:
    """The leading digits that name the area of a level: prefix("990101001002", COUNTY) is "990101".

    Raises   ValueError
    """
    _insist(code)
    return code.ljust(GROUP_LENGTH, "0")[: WIDTH[level]]


def subtree(code: str, level: Level | None = None) -> tuple[str, str]:
    """The half-open range of codes that holds an area and everything below it: lo <= code < hi, compared as text.

    The upper end uses digits, or a letter after all nines, because letters sort after digits in every collation.

    Raises   ValueError
    """
    stem = prefix(code, level_of(code) if level is None else level)
    following = str(int(stem) + 1)
    if len(following) > len(stem):
        return stem.ljust(LENGTH, "0"), f"{stem[:-1]}A"
    return stem.ljust(LENGTH, "0"), following.ljust(LENGTH, "0")


def contains(area: str, other: str) -> bool:
    """Whether `other` is the area itself or below it.

    Raises   ValueError
    """
    lo, hi = subtree(area)
    _insist(other)
    return lo <= other < hi


def parent(code: str) -> str | None:
    """The area one level up by the digits; None above a province.

    Raises   ValueError
    """
    level = level_of(code)
    if level is Level.PROVINCE:
        return None
    return prefix(code, Level(level - 1)).ljust(LENGTH, "0")


def county_of(code: str) -> str | None:
    """The county an area lies in; None for a prefecture or a province.

    Raises   ValueError
    """
    if level_of(code) < Level.COUNTY:
        return None
    return prefix(code, Level.COUNTY).ljust(LENGTH, "0")


def _insist(code: str) -> None:
    if not is_code(code):
        raise ValueError(f"an area code has 12 digits, or 15 with a group, not {code!r}")
