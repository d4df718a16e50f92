"""An office's own list of places, CSV or JSON, into clean rows and findings. Pure: what hangs where on the register is not its matter."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from taizhang.kernel.findings import FINDINGS, Severity
from taizhang.kernel.sheets.read_text import decode
from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.places.levels import LEVEL_NAMES
from taizhang.places.list_checks import checked

HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("代码", "区划代码", "行政区划代码", "统计用区划代码", "区划编码", "编码", "code", "areacode12"),
    "name": ("名称", "区划名称", "行政区划名称", "单位名称", "name"),
    "parent": ("上级代码", "上级区划代码", "上级行政区划代码", "上级", "父级代码", "parent", "parentcode"),
    "level": ("级别", "层级", "区划级别", "level"),
    "province": ("省", "省代码", "省级代码", "province", "provincecode"),
    "prefecture": ("市", "市代码", "地级代码", "市级代码", "city", "citycode", "prefecture", "prefecturecode"),
    "county": ("县", "县代码", "区县", "区县代码", "县级代码", "area", "areacode", "county", "countycode"),
    "township": ("乡", "乡代码", "乡镇", "乡镇代码", "乡级代码", "street", "streetcode", "township", "townshipcode"),
    "village": ("村", "村代码", "村级代码", "village", "villagecode"),
    "group": ("组", "组代码", "自然村", "自然村代码", "自然村/组", "村民小组", "group", "groupcode"),
}
WANTED = "需要“代码”和“名称”两列(可另有“上级代码”“级别”),或“省”“市”“县”“乡”“村”五列代码加“名称”"


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list that was read: clean `rows` (code, level, name, parent, row) and `findings`. With a finding, nothing should be imported."""

    rows: pl.DataFrame
    findings: pl.DataFrame


def read_places(data: bytes, file_name: str) -> ReadList:
    """A list of places as its office holds it: delimited text (UTF-8, GB18030, UTF-16) or JSON (a list, or nested by `children`).

    Raises   CannotRead when there is no heading row, no JSON, or nothing in it
    Cost     O(rows), about 4 s for 660,000
    """
    text = decode(data, "utf-8-sig").strip("\ufeff\x00 \t\r\n")
    if not text:
        raise CannotRead("文件是空的,没有任何区划", "empty")
    table, headings = _json_table(text) if text[0] in "[{" else _csv_table(text)
    rows, problems = checked(table)
    return ReadList(rows, _as_findings(problems, headings, file_name))


def _csv_table(text: str) -> tuple[pl.DataFrame, dict[str, str]]:
    sample = text[:20_000].splitlines()[:20]
    delimiter = max(",\t;", key=lambda mark: sum(line.count(mark) for line in sample))
    lines = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        numbered = [(number, row) for number, row in enumerate(lines, start=1) if any(cell.strip() for cell in row)]
    except csv.Error as broken:
        raise CannotRead(f"第 {lines.line_num} 行附近引号不配对,无法读取,请核对后重新保存", "csv.broken") from broken
    at = next((place for place, (_, row) in enumerate(numbered[:20]) if _fits(row)), None)
    if at is None:
        raise CannotRead(f"找不到标题行:{WANTED}", "no_heading")
    typed = numbered[at][1]
    body = numbered[at + 1 :]
    columns = {_word_of(heading): place for place, heading in reversed(list(enumerate(typed))) if _word_of(heading)}
    table = {word: [row[place] if place < len(row) else None for _, row in body] for word, place in columns.items()}
    return _table([number for number, _ in body], table), {word: typed[place].strip() for word, place in columns.items()}


def _json_table(text: str) -> tuple[pl.DataFrame, dict[str, str]]:
    try:
        top = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise CannotRead("文件不是完整的 JSON,无法读取,请重新导出", "json.broken") from broken
    items = list(_flat(top))
    typed = list(dict.fromkeys(key for item in items for key in item))
    if not _fits(typed):
        raise CannotRead(f"JSON 里找不到区划:每一项{WANTED}(code, name, parent, level 亦可)", "no_heading")
    columns = {_word_of(key): key for key in reversed(typed) if _word_of(key)}
    table = {word: [_cell(item.get(key)) for item in items] for word, key in columns.items()}
    return _table(list(range(1, len(items) + 1)), table), columns


def _flat(top: Any) -> Iterator[dict[str, Any]]:
    """Every object of a list, and those below it in `children`, in order."""
    waiting = [top]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            yield {key: value for key, value in item.items() if not isinstance(value, list | dict)}
            waiting.extend(reversed([value for value in item.values() if isinstance(value, list)]))


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)


def _fits(headings: Sequence[str]) -> bool:
    words = {_word_of(heading) for heading in headings}
    return "name" in words and ("code" in words or "province" in words)


def _word_of(heading: str) -> str:
    plain = re.sub(r"[\s_\-()()\ufeff]+", "", heading).lower()
    return next((word for word, spellings in HEADINGS.items() if plain in spellings), "")


def _table(numbers: list[int], columns: dict[str, list[str | None]]) -> pl.DataFrame:
    """Half-width text without gaps (a name keeps its signs); a missing column is null; a digit that Excel gave as 11.0 is 11."""
    wanted = ("code", "name", "parent", "level", *LEVEL_NAMES)
    empty = [None] * len(numbers)
    cells = {word: pl.Series(columns.get(word, empty), dtype=pl.String) for word in wanted}
    frame = pl.DataFrame({"row": pl.Series(numbers, dtype=pl.Int64), **cells})
    half = pl.col([word for word in wanted if word != "name"]).str.normalize("NFKC")
    frame = frame.with_columns(half)
    text = pl.col(wanted).str.replace_all(r"[\s\u200b\ufeff'‘’`=\"]+", "").str.replace(r"^([0-9]+)\.0+$", "$1")
    return frame.with_columns(text).with_columns(pl.when(pl.col(wanted) != "").then(pl.col(wanted)).name.keep())


def _as_findings(problems: pl.DataFrame, headings: dict[str, str], file_name: str) -> pl.DataFrame:
    return problems.select(
        pl.lit(file_name).alias("sheet"),
        pl.col("row").cast(pl.Int64),
        pl.col("word").replace_strict(headings, default=pl.lit(""), return_dtype=pl.String).alias("column"),
        "code",
        pl.lit(Severity.ERROR.value).alias("severity"),
        "message",
        pl.col("typed").fill_null(""),
    ).select(pl.col(name).cast(kind) for name, kind in FINDINGS.items())
