"""Choices: yes or no, one of a code list, several of a code list."""

import re
from dataclasses import dataclass

import polars as pl

from taizhang.kernel.codes import CodeList, folded
from taizhang.kernel.kinds.reading import Spelled, is_dash, quoted, squeezed

_YES = "是 有 √ ✓ ✔ ☑ 对 通 已通 通了 能 会 参加 已参加 参保 已参保 享受 已享受 属于 属 是的 有的 1 Y YES T TRUE"
_NO = "否 无 × ✗ ✘ ✕ ☒ 错 不 不对 未 没 没有 不是 非 未通 不通 没通 不能 不会 未参加 没参加 未参保 未享受 不享受 不属于 0 N NO F FALSE X"
_UNKNOWN = "不详 不清楚 不知道 未知 说不清 待核实"
_SPELLINGS: dict[str, bool | None] = (
    {folded(word): True for word in _YES.split()}
    | {folded(word): False for word in _NO.split()}
    | {folded(word): None for word in _UNKNOWN.split()}
)
_SEPARATORS = (re.compile(r"[|\n\r\v\f\u2028\u2029]+"), re.compile(";+"), re.compile("、+"), re.compile(",+"), re.compile(r"[\s/+]+"))


@dataclass(frozen=True)
class YesNo(Spelled):
    """是 or 否. Unknown is null and is never 否."""

    name = "yes_no"
    zh = "是/否"
    dtype = pl.Boolean()

    def show(self, values: pl.Series) -> pl.Series:
        """是, 否."""
        column = pl.col("value")
        return values.to_frame("value").select(pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))).to_series()

    def says(self, problem: str, typed: str) -> str:
        """What is wrong and what would be right."""
        return f"{quoted(typed)}不能判断是或否,请填“是”或“否”,不清楚的留空"

    def _one(self, typed: str) -> tuple[object, str | None]:
        text = folded(squeezed(typed))
        if text in _SPELLINGS:
            return _SPELLINGS[text], None
        return None, None if not text or is_dash(text) else "yes_no.unknown"


@dataclass(frozen=True)
class OneOf(Spelled):
    """One choice of a code list; the value is our key."""

    code_list: CodeList
    name = "one_of"
    dtype = pl.String()

    @property
    def zh(self) -> str:  # type: ignore[override]
        """The list's name and its labels."""
        return f"{self.code_list.zh}(选填一项:{'、'.join(self.code_list.labels())})"

    def show(self, values: pl.Series) -> pl.Series:
        """The printed label."""
        return values.replace_strict(self.code_list.keys(), self.code_list.labels(), return_dtype=pl.String)

    def says(self, problem: str, typed: str) -> str:
        """What is wrong, and the labels that are near or allowed."""
        if problem == "one_of.several":
            return f"{quoted(typed)}填了多项,“{self.code_list.zh}”只能填一项"
        return _unknown_label(self.code_list, typed)

    def _one(self, typed: str) -> tuple[object, str | None]:
        key = self.code_list.key_of(typed)
        if key is not None:
            return key, None
        text = squeezed(typed)
        if not text or is_dash(text):
            return None, None
        several, unknown = _keys_in(self.code_list, typed)
        return None, "one_of.several" if len(several) > 1 and not unknown else "one_of.unknown"


@dataclass(frozen=True)
class SomeOf(Spelled):
    """Several choices of a code list in one cell; the value is their keys in the list's order, joined by a comma."""

    code_list: CodeList
    most: int
    name = "some_of"
    dtype = pl.String()

    @property
    def zh(self) -> str:  # type: ignore[override]
        """The list's name, how many, and its labels."""
        return f"{self.code_list.zh}(最多填{self.most}项,用“{self._separator()}”分开:{'、'.join(self.code_list.labels())})"

    def show(self, values: pl.Series) -> pl.Series:
        """The printed labels."""
        distinct = values.drop_nulls().unique()
        shown = [self._separator().join(self.code_list.by_key(key).zh for key in value.split(",")) for value in distinct]
        return values.replace_strict(distinct, pl.Series(shown, dtype=pl.String), return_dtype=pl.String)

    def says(self, problem: str, typed: str) -> str:
        """What is wrong, and the labels that are near or allowed."""
        if problem == "some_of.too_many":
            return f"{quoted(typed)}填了{len(_keys_in(self.code_list, typed)[0])}项,“{self.code_list.zh}”最多填{self.most}项"
        unknown = _keys_in(self.code_list, typed)[1]
        return _unknown_label(self.code_list, unknown[0] if unknown else typed)

    def _one(self, typed: str) -> tuple[object, str | None]:
        text = squeezed(typed)
        if not text or (is_dash(text) and self.code_list.key_of(text) is None):
            return None, None
        keys, unknown = _keys_in(self.code_list, typed)
        if unknown:
            return None, "some_of.unknown"
        if len(keys) > self.most:
            return None, "some_of.too_many"
        return ",".join(keys) or None, None

    def _separator(self) -> str:
        inside = "".join(self.code_list.labels())
        return next((sign for sign in "、；" if folded(sign) not in folded(inside)), "|")


def _keys_in(code_list: CodeList, typed: str) -> tuple[list[str], list[str]]:
    """The keys in a cell (list order, once each) and the pieces that no label knows."""
    found: set[str] = set()
    unknown: list[str] = []
    pieces = [(typed, 0)]
    while pieces:
        piece, level = pieces.pop()
        key = code_list.key_of(piece)
        if key is not None:
            found.add(key)
        elif level == len(_SEPARATORS):
            unknown.append(piece)
        else:
            parts = [part for part in _SEPARATORS[level].split(_half(piece)) if squeezed(part)]
            pieces.extend((part, level + 1) for part in reversed(parts))
    return [key for key in code_list.keys() if key in found], unknown  # noqa: SIM118


def _half(text: str) -> str:
    return text.replace("；", ";").replace("，", ",").replace("／", "/").replace("＋", "+").replace("｜", "|").replace("\u3000", " ")


def _unknown_label(code_list: CodeList, typed: str) -> str:
    near = code_list.near(typed)
    if near:
        return f"“{code_list.zh}”里没有{quoted(typed)},是不是“{'”“'.join(near)}”?请改填表中的选项"
    labels = code_list.labels()
    allowed = "、".join(labels[:12]) + ("等" if len(labels) > 12 else "")
    return f"“{code_list.zh}”里没有{quoted(typed)},可填:{allowed}"
