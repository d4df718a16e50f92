"""Area codes as typed."""

import re
from dataclasses import dataclass

import polars as pl

from taizhang.kernel.kinds.reading import Spelled, is_dash, quoted, squeezed

_LENGTHS = (2, 4, 6, 9, 12, 15)


@dataclass(frozen=True)
class AreaCode(Spelled):
    """An area code of 12 digits, or 15 for a group; a shorter one of 2, 4, 6 or 9 digits is filled with zeros."""

    name = "area_code"
    zh = "行政区划代码(12位,自然村或组15位)"
    dtype = pl.String()

    def says(self, problem: str, typed: str) -> str:
        """What is wrong with the code and what would be right."""
        return {
            "area_code.destroyed": f"{quoted(typed)}已被表格软件变成科学计数,请把该列设为文本格式后重新填写行政区划代码",
            "area_code.not_a_code": f"{quoted(typed)}不是行政区划代码,应为12位数字(自然村或组15位),如 990101001002",
        }[problem]

    def _one(self, typed: str) -> tuple[object, str | None]:
        text = squeezed(typed).lstrip("'’`").removesuffix(".0")
        if not text or is_dash(text):
            return None, None
        if re.match(r"^[0-9](\.[0-9]*)?E\+?[0-9]+$", text, re.IGNORECASE):
            return None, "area_code.destroyed"
        if not re.match(r"^[1-9][0-9]+$", text) or len(text) not in _LENGTHS:
            return None, "area_code.not_a_code"
        return text.ljust(12, "0"), None
