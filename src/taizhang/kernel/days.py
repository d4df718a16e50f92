"""Dates as people type them in Chinese sheets, read into ISO text and days.

民国 and lunar dates are named as such and refused. Excel serials are read in the 1900 system, five digits only: a number of
four digits is a year.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1850, 2199
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_FIRST, _EXCEL_LAST = 10_000, 73_050  # 1927-05-18 to 2099-12-31

_TIME = re.compile(r"(?:T|\s+)[0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2}(?:\.[0-9]+)?)?Z?$")
_GAPS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]+")
_PIECES = re.compile(r"^([0-9]{4})(?:年|[-./](?=[0-9]))(?:([0-9]{1,2})(?:(?:月|[-./](?=[0-9]))(?:([0-9]{1,2})[日号]?)?)?)?[.]?$")
_PACKED = re.compile(r"^([0-9]{4})([0-9]{2})?([0-9]{2})?$")
_SERIAL = re.compile(r"^([0-9]{5})(?:\.[0-9]+)?$")
_SHORT_YEAR = re.compile(r"^'?[0-9]{2}(?:年|[-./])[0-9]{1,2}(?:(?:月|[-./])[0-9]{1,2}[日号]?|月)?$")
_LUNAR = re.compile(r"农历|阴历|旧历|民国|腊月|正月|初[一二三四五六七八九十]")


@dataclass(frozen=True, slots=True)
class DayRead:
    """What one text said: ISO text as far as known, the day where it is whole, else a problem word."""

    iso: str | None = None
    day: date | None = None
    problem: str | None = None


def read_day(typed: str | None) -> DayRead:
    """Read one typed date.

    Gives    problem words: not_a_date impossible two_digit_year lunar out_of_range october (a value stands beside that one)
    Blank    no ISO text, no day, no problem
    """
    whole = unicodedata.normalize("NFKC", typed or "").strip()
    text = _GAPS.sub("", _TIME.sub("", whole)).removeprefix("'").removeprefix("’")
    text = re.sub(r"^([0-9]+)\.0+$", r"\1", text)
    if not text:
        return DayRead()
    if _LUNAR.search(text):
        return DayRead(problem="lunar")
    serial = _SERIAL.match(text)
    if serial is not None:
        return _of_serial(int(serial[1]))
    pieces = _PIECES.match(text) or _PACKED.match(text)
    if pieces is not None:
        return _of_pieces(pieces[1], pieces[2], pieces[3], text)
    return DayRead(problem="two_digit_year" if _SHORT_YEAR.match(text) else "not_a_date")


def _of_serial(serial: int) -> DayRead:
    if not _EXCEL_FIRST <= serial <= _EXCEL_LAST:
        return DayRead(problem="not_a_date")
    day = _EXCEL_EPOCH + timedelta(days=serial)
    return DayRead(day.isoformat(), day)


def _of_pieces(year: str, month: str | None, day: str | None, text: str) -> DayRead:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return DayRead(problem="out_of_range")
    if month is None:
        return DayRead(year)
    if not 1 <= int(month) <= 12:
        return DayRead(problem="impossible")
    if day is None:
        # A number cell drops the zero of 2018.10, so 2018.1 is January or October.
        return DayRead(f"{year}-{int(month):02d}", problem="october" if text == f"{year}.1" else None)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return DayRead(problem="impossible")
    return DayRead(found.isoformat(), found)
