"""When a household may not exit yet: rules of a province, dated and sourced (domain/archives.md 2.8 EX-06, 3.3). Pure.

No rule of the whole country was found: where none of a province stands, nothing is refused.
"""

from dataclasses import dataclass
from datetime import date

from taizhang.policy.lines import areas_upward
from taizhang.policy.marks import is_verified


@dataclass(frozen=True, slots=True)
class NoExitInYear:
    """In an area and everything below it, from a day on, no household exits in the year in which it was identified (当年识别当年退出)."""

    area: str
    from_on: date
    mark: str
    source: str


NO_EXIT_IN_YEAR: tuple[NoExitInYear, ...] = (NoExitInYear("610000000000", date(2017, 11, 19), "V", "domain/archives.md 3.3 [S23]"),)


def exit_too_soon(area: str, first_identified_on: str | None, decided_on: date) -> bool:
    """True if a rule in force forbids a household of an area to exit on the day: it was first identified in the same year.

    `first_identified_on` is a partial day (``2018`` or ``2018-06``).

    Blank    first identification unknown: nothing is known to be too soon
    """
    if not first_identified_on or int(first_identified_on[:4]) != decided_on.year:
        return False
    above = areas_upward(area)
    return any(rule.area in above and rule.from_on <= decided_on and is_verified(rule.mark) for rule in NO_EXIT_IN_YEAR)
