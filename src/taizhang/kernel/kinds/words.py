"""Words: free text and the names of people."""

import re
from dataclasses import dataclass

import polars as pl

from taizhang.kernel import names
from taizhang.kernel.findings import Severity
from taizhang.kernel.kinds.base import Kind, Read
from taizhang.kernel.kinds.reading import INVISIBLE, SPACES, quoted, read_columns

_CONTROLS = r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
_HAN = "\u3007\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PRIVATE = "\ue000-\uf8ff"
_GOOD_NAME = re.compile(rf"^[{_HAN}]+(?:·[{_HAN}]+)*$")
_PRIVATE_NAME = re.compile(rf"^[{_HAN}{_PRIVATE}]+(?:·[{_HAN}{_PRIVATE}]+)*$")
_LONGEST_NAME = 50


@dataclass(frozen=True)
class Text(Kind):
    """Free text without spaces at its ends."""

    most: int
    name = "text"
    dtype = pl.String()

    @property
    def zh(self) -> str:  # type: ignore[override]
        """How long it may be."""
        return f"文字(最多{self.most}字)"

    def read(self, text: pl.Series) -> Read:
        """Trimmed text, line ends as one sign, no control characters."""
        clean = (
            pl.col("text")
            .cast(pl.String)
            .str.replace_all(_CONTROLS, "")
            .str.replace_all(r"_x000D_\n?|\r\n?|\x0b|\x0c|\x85", "\n")
            .str.strip_chars(SPACES + INVISIBLE + "\x85")
        )
        frame = text.to_frame("text").lazy().select(clean=clean)
        long = pl.col("clean").str.len_chars() > self.most
        read = frame.select(
            value=pl.when((pl.col("clean") != "") & ~long).then(pl.col("clean")),
            problem=pl.when(long).then(pl.lit("text.too_long")),
        ).collect()
        return Read(read["value"], read["problem"])

    def says(self, problem: str, typed: str) -> str:
        """How long it is and may be."""
        return f"内容有{len(typed.strip())}个字,最多{self.most}个字,请精简"


@dataclass(frozen=True)
class Name(Kind):
    """The name of a person as on the ID card."""

    name = "name"
    zh = "姓名(与身份证一致)"
    dtype = pl.String()

    def read(self, text: pl.Series) -> Read:
        """Plain Chinese names by expressions, others once each."""
        text = text.cast(pl.String)
        column = pl.col("text")
        plain = pl.when(column.str.contains(r"^[\u4e00-\u9fff]{2,20}$")).then(column)
        return read_columns(text, text.to_frame("text").select(plain).to_series(), self._one)

    def says(self, problem: str, typed: str) -> str:
        """What is wrong with the name and what would be right."""
        return {
            "name.digits": f"姓名{quoted(typed)}含有数字,请填写身份证上的姓名",
            "name.latin": f"姓名{quoted(typed)}含有字母,请填写身份证或户口簿上的中文姓名",
            "name.masked": f"姓名{quoted(typed)}含有星号或问号,请填写完整姓名",
            "name.sign": f"姓名{quoted(typed)}含有不应出现的符号,只填姓名,说明写入备注",
            "name.short": f"姓名{quoted(typed)}只有一个字,请填写完整姓名",
            "name.too_long": f"姓名过长,最多{_LONGEST_NAME}个字",
            "name.private": f"姓名{quoted(typed)}含有本机自造字,别的电脑可能显示不出,请改用国家标准字库中的字",
        }[problem]

    def severity(self, problem: str) -> Severity:
        """A self-made character is kept; it is the only way some people's names can be typed today."""
        return Severity.WARNING if problem == "name.private" else Severity.ERROR

    def _one(self, typed: str) -> tuple[object, str | None]:
        name = names.normalise(typed)
        if not name:
            return None, None
        if len(name) > _LONGEST_NAME:
            return None, "name.too_long"
        if not _PRIVATE_NAME.match(name):
            return None, f"name.{_oddity(name)}"
        if len(name) < 2:
            return None, "name.short"
        return name, None if _GOOD_NAME.match(name) else "name.private"


def _oddity(name: str) -> str:
    if re.search(r"[0-9]", name):
        return "digits"
    if re.search(r"[*?□■�＊？]", name):
        return "masked"
    return "latin" if re.search(r"[A-Za-z]", name) else "sign"
