"""The kinds of values, each made by a function whose name is the kind's name."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl

from taizhang.kernel.codes import CodeList
from taizhang.kernel.kinds.area import AreaCode
from taizhang.kernel.kinds.base import Kind, Read
from taizhang.kernel.kinds.choices import OneOf, SomeOf, YesNo
from taizhang.kernel.kinds.dates import Day, PartialDay
from taizhang.kernel.kinds.numbers import Number
from taizhang.kernel.kinds.secret import Account, IdNumber, Phone
from taizhang.kernel.kinds.words import Name, Text

_ONE, _ZERO = Decimal(1), Decimal(0)
FURTHER_PLACES = {"万元": 4}  # how many more decimals a value has in that unit
_HECTARE = Decimal(15)
_MU_REFUSED = (("平方米", "请换算成亩再填(1亩约合666.67平方米)"), ("分", "请换算成亩再填(1分等于0.1亩)"))
_KM_REFUSED = (("里", "“里”不明确(华里还是公里),请换算成公里再填"), ("华里", "请换算成公里再填(1华里等于0.5公里)"))
_SQUARE_REFUSED = (("亩", "请换算成平方米再填(1亩约合666.67平方米)"),)

__all__ = [
    "Kind", "Read", "account", "area_code", "day", "decimal", "id_number", "km", "mu", "name", "one_of", "partial_day", "phone",
    "some_of", "square_metres", "text", "whole", "written_in", "yes_no", "yuan",
]  # fmt: skip


def text(most: int = 200) -> Kind:
    """Free text of at most `most` characters."""
    return Text(most)


def name() -> Kind:
    """The name of a person."""
    return Name()


def id_number(on: date | None = None) -> Kind:
    """An identity number (secret); `on` is the day after which nobody was born yet."""
    return IdNumber(on)


def phone(*, landline: bool = False) -> Kind:
    """A phone number (secret); `landline` where an office's number is as good as a mobile one."""
    return Phone(landline)


def account() -> Kind:
    """A bank account (secret)."""
    return Account()


def yes_no() -> Kind:
    """是 or 否."""
    return YesNo()


def one_of(code_list: CodeList) -> Kind:
    """One choice of a list; the value is our key."""
    return OneOf(code_list)


def some_of(code_list: CodeList, most: int) -> Kind:
    """At most `most` choices of a list in one cell; the value is their keys joined by a comma."""
    return SomeOf(code_list, most)


def day() -> Kind:
    """A calendar day."""
    return Day()


def partial_day() -> Kind:
    """A year, a month or a day as ISO text."""
    return PartialDay()


def area_code() -> Kind:
    """An area code."""
    return AreaCode()


def yuan(*, negative: bool = False) -> Kind:
    """Money in yuan, Decimal(14, 2)."""
    units = (("元", _ONE), ("块", _ONE), ("块钱", _ONE), ("元整", _ONE), ("万元", Decimal(10000)), ("万", Decimal(10000)))
    lowest = None if negative else _ZERO
    return Number("yuan", "金额(元,最多两位小数)", pl.Decimal(14, 2), 2, lowest, None, "negative", "元", units)


def written_in(kind: Kind, unit: str) -> Kind:
    """A number that a sheet writes in another unit than the stored one (村级集体经济收入: 万元 on the sheet, yuan on the register). Plain
    digits are read in that unit, values are shown in it; a cell that names its unit is read by it.

    Raises   ValueError where the kind knows no such unit
    """
    if not isinstance(kind, Number) or unit not in dict(kind.units):
        raise ValueError(f"{kind.name} is not written in {unit}")
    places = kind.places + FURTHER_PLACES.get(unit, 0)
    return replace(kind, zh=f"{kind.zh.partition('(')[0]}({unit},最多{places}位小数)", unit=unit, sheet_unit=unit)


def mu() -> Kind:
    """An area of land in 亩, Decimal(14, 2)."""
    units = (("亩", _ONE), ("公顷", _HECTARE), ("ha", _HECTARE), ("hm2", _HECTARE))
    return Number("mu", "面积(亩,最多两位小数)", pl.Decimal(14, 2), 2, _ZERO, None, "negative", "亩", units, _MU_REFUSED)


def square_metres() -> Kind:
    """An area of a building in square metres, Decimal(14, 2)."""
    units = tuple((unit, _ONE) for unit in ("平方米", "m2", "平米", "平方", "平"))
    zh = "面积(平方米,最多两位小数)"
    return Number("square_metres", zh, pl.Decimal(14, 2), 2, _ZERO, None, "negative", "平方米", units, _SQUARE_REFUSED)


def km() -> Kind:
    """A distance in kilometres, Decimal(14, 3): whole metres."""
    units = (("公里", _ONE), ("千米", _ONE), ("km", _ONE), ("米", Decimal("0.001")), ("m", Decimal("0.001")))
    return Number("km", "距离(公里,最多三位小数)", pl.Decimal(14, 3), 3, _ZERO, None, "negative", "公里", units, _KM_REFUSED)


def whole(lowest: int, highest: int, unit: str = "") -> Kind:
    """A whole number from `lowest` to `highest`, Int64."""
    units = ((unit, _ONE),) if unit else ()
    zh = f"整数({lowest}至{highest}{unit})"
    return Number("whole", zh, pl.Int64(), 0, Decimal(lowest), Decimal(highest), "too_small", unit, units)


def decimal(places: int, lowest: Decimal | int, highest: Decimal | int, unit: str = "") -> Kind:
    """A number with at most `places` decimals from `lowest` to `highest`, Decimal(14, places)."""
    units = ((unit, _ONE),) if unit else ()
    zh = f"数字({lowest}至{highest}{unit},最多{places}位小数)"
    return Number("decimal", zh, pl.Decimal(14, places), places, Decimal(lowest), Decimal(highest), "too_small", unit, units)
