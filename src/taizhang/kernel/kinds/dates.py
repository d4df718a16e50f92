"""Dates: a full day, or as much of one as is known."""

from dataclasses import dataclass

import polars as pl

from taizhang.kernel import days
from taizhang.kernel.findings import Severity
from taizhang.kernel.kinds.base import Kind, Read
from taizhang.kernel.kinds.reading import Spelled, is_dash, quoted, read_columns, squeezed

_SAYS = {
    "not_a_date": "{typed}不是日期,请写成 2018-08-30 或 2018年8月30日",
    "impossible": "{typed}:没有这一天,请核对年、月、日",
    "two_digit_year": "{typed}的年份只有两位,请写四位年份,如 2018-08-30",
    "lunar": "{typed}是农历或民国纪年,请换算成公历,如 2018-08-30",
    "out_of_range": "{typed}的年份不在 1850 至 2199 之间,请核对",
    "incomplete": "{typed}缺少月或日,请写到日,如 2018-08-30",
    "october": "{typed}可能是 10 月被表格软件去掉了末尾的 0,现按 1 月读入,请写成 2018-01 或 2018-10",
}


@dataclass(frozen=True)
class Day(Kind):
    """One calendar day."""

    name = "day"
    zh = "日期(年月日,如 2018-08-30)"
    dtype = pl.Date()

    def read(self, text: pl.Series) -> Read:
        """ISO days by expressions, other spellings once each."""
        text = text.cast(pl.String)
        iso = text.to_frame("text").select(
            pl.when(pl.col("text").str.contains(r"^(18[5-9][0-9]|19[0-9]{2}|20[0-9]{2}|21[0-9]{2})-[0-9]{2}-[0-9]{2}$"))
            .then(pl.col("text"))
            .str.to_date("%Y-%m-%d", strict=False)
        )
        return read_columns(text, iso.to_series(), self._one)

    def show(self, values: pl.Series) -> pl.Series:
        """2018-08-30."""
        return values.dt.strftime("%Y-%m-%d")

    def says(self, problem: str, typed: str) -> str:
        """What is wrong with the date and what would be right."""
        return _SAYS[problem.removeprefix("day.")].format(typed=quoted(typed))

    def _one(self, typed: str) -> tuple[object, str | None]:
        if is_dash(squeezed(typed)):
            return None, None
        read = days.read_day(typed)
        if read.problem == "october":
            return None, "day.incomplete"
        if read.problem is not None:
            return None, f"day.{read.problem}"
        if read.iso and read.day is None:
            return None, "day.incomplete"
        return read.day, None


@dataclass(frozen=True)
class PartialDay(Spelled):
    """A year, a month or a day, as ISO text of that length: 2018, 2018-08, 2018-08-30."""

    name = "partial_day"
    zh = "日期(可只填年或年月,如 2018、2018-08、2018-08-30)"
    dtype = pl.String()

    def says(self, problem: str, typed: str) -> str:
        """What is wrong with the date and what would be right."""
        return _SAYS[problem.removeprefix("partial_day.")].format(typed=quoted(typed))

    def severity(self, problem: str) -> Severity:
        """A lost zero is only feared, not known."""
        return Severity.WARNING if problem == "partial_day.october" else Severity.ERROR

    def _one(self, typed: str) -> tuple[object, str | None]:
        if is_dash(squeezed(typed)):
            return None, None
        read = days.read_day(typed)
        return read.iso, None if read.problem is None else f"partial_day.{read.problem}"
