"""Poverty and monitoring lines, looked up by area (upward) and day from `lines.toml`; a line we could not verify is never given out."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from taizhang.policy.marks import MARKS, is_verified, mark_zh

FILE = Path(__file__).parent / "lines.toml"
COUNTRY = "000000000000"
PURPOSES: dict[str, str] = {"poverty": "扶贫标准", "monitoring": "监测收入线"}
_LEVEL_DIGITS = (12, 9, 6, 4, 2, 0)


class BadLines(Exception):
    """The file of lines breaks a rule; the message names the line."""


class NoLine(Exception):
    """No line that may be used is known for the area and day; the message says in Chinese what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: so many yuan per person and year, for an area and all below it, from a day to a day."""

    area: str
    purpose: str
    from_on: date
    to_on: date
    amount_yuan: Decimal | None
    mark: str
    source: str
    base_year: int | None = None
    note: str = ""

    def why_disabled(self) -> str:
        """The Chinese reason why this line is not given out, "" if it is."""
        if self.amount_yuan is None:
            return "来源只有范围,没有确定数额"
        if self.base_year is not None:
            return f"为{self.base_year}年不变价,不能直接用作现价标准"
        return "" if is_verified(self.mark) else mark_zh(self.mark)


def line_for(*, purpose: str, area: str, day: date) -> Line:
    """The line in force for a place on a day: the nearest area upward that has one for that day.

    A line of the nearest area that may not be used stops the search: the country's line never stands in for a province's own.

    Raises   NoLine, with advice; a line is never guessed
    Source   domain/archives.md 7
    """
    if purpose not in PURPOSES:
        raise NoLine(f"没有名为“{purpose}”的标准;可用:{'、'.join(PURPOSES)}。")
    for upward in areas_upward(area):
        found = [line for line in all_lines() if line.purpose == purpose and line.area == upward and line.from_on <= day <= line.to_on]
        if found:
            return _usable(found[0], area, day)
    raise NoLine(f"没有{day.year}年适用于{area}的{PURPOSES[purpose]}。{_ADVICE}")


def areas_upward(area: str) -> tuple[str, ...]:
    """Gives   the 12-digit code, then township, county, prefecture, province, country; a longer code of ours starts at its village."""
    village = area[:12].ljust(12, "0")
    return tuple(dict.fromkeys(village[:digits].ljust(12, "0") for digits in _LEVEL_DIGITS))


@cache
def all_lines() -> tuple[Line, ...]:
    """Gives   every line, usable or not, in the order of the file.

    Raises   BadLines
    """
    return load_lines(FILE)


def load_lines(path: Path) -> tuple[Line, ...]:
    """Read and check a file of lines.

    Raises   BadLines
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("line", [])
    except tomllib.TOMLDecodeError as error:
        raise BadLines(f"{path.name}: not valid TOML: {error}") from error
    lines = tuple(_line(table, f"{path.name}: line {number}") for number, table in enumerate(tables, start=1))
    for number, line in enumerate(lines):
        if any(_overlap(line, other) for other in lines[:number]):
            raise BadLines(f"{path.name}: line {number + 1}: {line.area} {line.purpose} has another line for {line.from_on}")
    return lines


_ADVICE = "请由上级主管部门提供文件依据,在标准数据中补录后再使用;系统不会代以其他数额。"


def _usable(line: Line, area: str, day: date) -> Line:
    """The line itself, or NoLine with the reason."""
    why = line.why_disabled()
    if why:
        raise NoLine(f"{day.year}年适用于{area}的{PURPOSES[line.purpose]}已收录但未启用:{why}。{_ADVICE}")
    return line


def _line(table: dict[str, Any], where: str) -> Line:
    """One table as a line, or BadLines."""
    try:
        amount = Decimal(table["amount_yuan"]) if "amount_yuan" in table else None
        line = Line(**{**table, "amount_yuan": amount})
    except (TypeError, InvalidOperation) as error:
        raise BadLines(f"{where}: {error}") from error
    wrong = _wrong(line)
    if wrong:
        raise BadLines(f"{where}: {wrong}")
    return line


def _wrong(line: Line) -> str:
    """What is wrong with one line, "" if nothing."""
    if line.mark not in MARKS:
        return f"unknown mark {line.mark!r}"
    if line.purpose not in PURPOSES:
        return f"unknown purpose {line.purpose!r}"
    if len(line.area) != 12 or not line.area.isdigit():
        return f"area {line.area!r} is no 12-digit code"
    return "" if line.from_on <= line.to_on else "from_on is after to_on"


def _overlap(one: Line, other: Line) -> bool:
    """True if two lines claim the same area and purpose on one day."""
    return (one.area, one.purpose) == (other.area, other.purpose) and one.from_on <= other.to_on and other.from_on <= one.to_on
