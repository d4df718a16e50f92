"""Numbers with a unit: money, areas, distances, counts. One class; a unit table makes the kind."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl

from taizhang.kernel.kinds.base import Kind, Read
from taizhang.kernel.kinds.reading import is_dash, quoted, read_columns, squeezed, without_zeros

_NUMBER = re.compile(
    r"^([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|[+-]?\.[0-9]+)(E[+-]?[0-9]{1,2})?(?![0-9.,])(.*)$", re.IGNORECASE
)
_MONEY_SIGN = re.compile(r"^(?:人民币|RMB|CNY|¥)", re.IGNORECASE)
_ABOUT = re.compile(r"约|左右|上下|多|余|以上|以下|近|不到|不足|超过|大概|几|[~≈<>+]|来[元块亩]")
_RANGE = re.compile(r"[0-9]\s*(?:-|—|–|~|至|到)\s*[0-9]")
_DIGITS = 14


@dataclass(frozen=True)
class Number(Kind):
    """A number in one unit. `units` are suffixes that convert into it, `refused` suffixes that have a sentence of their own;
    `sheet_unit` is the one of them in which a sheet writes it, "" for the stored one."""

    name: str
    zh: str
    dtype: pl.DataType
    places: int
    lowest: Decimal | None
    highest: Decimal | None
    below: str
    unit: str
    units: tuple[tuple[str, Decimal], ...]
    refused: tuple[tuple[str, str], ...] = ()
    sheet_unit: str = ""

    def read(self, text: pl.Series) -> Read:
        """Plain digits by expressions, everything else once for each spelling."""
        text = self._in_sheet_unit(text.cast(pl.String))
        whole = _DIGITS - self.places
        plain = rf"^[0-9]{{1,{whole}}}(\.[0-9]{{1,{self.places}}})?$" if self.places else rf"^[0-9]{{1,{whole}}}$"
        column = pl.col("text")
        value = pl.when(column.str.contains(plain)).then(column).cast(self.dtype)
        frame = text.to_frame("text").select(value.alias("value"))
        inside = pl.lit(True)
        if self.lowest is not None:
            inside = inside & (pl.col("value") >= pl.lit(self.lowest))
        if self.highest is not None:
            inside = inside & (pl.col("value") <= pl.lit(self.highest))
        fast = frame.select(pl.when(inside).then(pl.col("value")).alias("value")).to_series()
        return read_columns(text, fast, self._one)

    def show(self, values: pl.Series) -> pl.Series:
        """Plain digits without zeros at the end: 9600, 0.5."""
        if self.sheet_unit:
            return self._shown_in_sheet_unit(values)
        shown = values.cast(pl.String)
        if self.places:
            shown = shown.str.replace(r"(\.[0-9]*?)0+$", "$1").str.strip_suffix(".")
        return shown

    def says(self, problem: str, typed: str) -> str:
        """What is wrong with the number and what would be right."""
        word = problem.removeprefix(f"{self.name}.")
        if word == "refused_unit":
            ending = max((suffix for suffix, _ in self.refused if squeezed(typed).endswith(suffix)), key=len)
            return f"{quoted(typed)}:{dict(self.refused)[ending]}"
        return self._sentences(quoted(typed))[word]

    def _in_sheet_unit(self, text: pl.Series) -> pl.Series:
        """Plain digits with the unit that the sheet means by them."""
        if not self.sheet_unit:
            return text
        plain = pl.col("text").str.strip_chars().str.contains(r"^[-+]?[0-9.,]+$")
        named = pl.when(plain).then(pl.col("text").str.strip_chars() + self.sheet_unit).otherwise(pl.col("text"))
        return text.to_frame("text").select(named).to_series()

    def _shown_in_sheet_unit(self, values: pl.Series) -> pl.Series:
        """Values divided, exactly: the factor is a power of ten."""
        factor = dict(self.units)[self.sheet_unit]
        once = values.drop_nulls().unique()
        answers = pl.Series([without_zeros(value / factor) for value in once.to_list()], dtype=pl.String)
        return values.replace_strict(once, answers, return_dtype=pl.String) if len(once) else values.cast(pl.String)

    def _one(self, typed: str) -> tuple[object, str | None]:
        text = squeezed(typed)
        if not text or is_dash(text):
            return None, None
        match = _NUMBER.match(_MONEY_SIGN.sub("", text))
        if match is None:
            return None, self._not_a_number(text)
        factor = self._factor(match[3])
        if isinstance(factor, str):
            return None, factor
        return self._judged(Decimal(match[1].replace(",", "") + (match[2] or "")) * factor)

    def _not_a_number(self, text: str) -> str:
        if _RANGE.search(text):
            return f"{self.name}.range"
        return f"{self.name}.approximate" if _ABOUT.search(text) else f"{self.name}.not_a_number"

    def _factor(self, suffix: str) -> Decimal | str:
        if not suffix:
            return Decimal(1)
        for unit, factor in self.units:
            if suffix.lower() == unit.lower():
                return factor
        for unit, _ in self.refused:
            if suffix == unit:
                return f"{self.name}.refused_unit"
        if re.search(r"[-—–~至到][0-9]", suffix):
            return f"{self.name}.range"
        return f"{self.name}.approximate" if _ABOUT.search(suffix) else f"{self.name}.unit"

    def _judged(self, number: Decimal) -> tuple[object, str | None]:
        if number.adjusted() >= _DIGITS:
            return None, f"{self.name}.too_large"
        rounded = number.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_EVEN)
        if abs(number - rounded) > Decimal(1).scaleb(-self.places - 4):
            return None, f"{self.name}.places"
        if abs(rounded) >= Decimal(10) ** (_DIGITS - self.places):
            return None, f"{self.name}.too_large"
        if self.lowest is not None and rounded < self.lowest:
            return None, f"{self.name}.{self.below}"
        if self.highest is not None and rounded > self.highest:
            return None, f"{self.name}.too_large"
        return (int(rounded) if self.places == 0 else abs(rounded) if rounded == 0 else rounded), None

    def _sentences(self, typed: str) -> dict[str, str]:
        unit = f"(单位:{self.unit})" if self.unit else ""
        most = without_zeros(self.highest) if self.highest is not None else "9" * (_DIGITS - self.places)
        least = without_zeros(self.lowest) if self.lowest is not None else "0"
        places = f"最多保留{self.places}位小数" if self.places else "只能填整数"
        return {
            "not_a_number": f"{typed}不是数字,请填写数字{unit},如 1200",
            "approximate": f"{typed}不是确数,请填写核实后的确切数字{unit},如 1200",
            "range": f"{typed}是一个范围,请填写一个确切的数字{unit},如 1200",
            "unit": f"{typed}的单位不能识别,请只填数字{unit}",
            "places": f"{typed}的小数位数过多,{places}",
            "negative": f"{typed}是负数,此处应填不小于 0 的数字{unit}",
            "too_small": f"{typed}过小,应不小于 {least}{self.unit}",
            "too_large": f"{typed}过大,应不大于 {most}{self.unit}",
        }
