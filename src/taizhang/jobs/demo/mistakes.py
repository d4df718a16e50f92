"""The mistakes that real workbooks hold, put into a clean sheet on purpose, each with the finding it must give."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

READS = ""  # odd, but to be read without a finding
NAME, ID_NO, RELATION, SEX, BIRTH, ID_TYPE = "姓名", "证件号码", "与户主关系", "性别", "出生日期", "证件类型"
HEADS = ("本人或户主", "户主")
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789X"}
_PLAIN_ID = r"^[0-9]{17}[0-9X]$"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a cell must give: the row as its user sees it, the heading, and the code of the finding (`READS`: none)."""

    row: int
    heading: str
    problem: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """One way to spoil a cell: what the cell must look like before, what becomes of it, the finding it gives."""

    heading: str
    before: str
    spoil: Callable[[str], str | None]
    problem: str


MISTAKES: tuple[Mistake, ...] = (
    Mistake(ID_NO, _PLAIN_ID, lambda text: f" {text[:6]} {text[6:14]} {text[14:]}", READS),
    Mistake(ID_NO, r"X$", str.lower, READS),
    Mistake(ID_NO, _PLAIN_ID, lambda text: text.translate(FULL_WIDTH), READS),
    Mistake(ID_NO, _PLAIN_ID, lambda text: "'" + text, READS),
    Mistake(ID_NO, r"^[0-9]{6}19[0-9]{9}[0-9X]$", lambda text: text[:6] + text[8:17], "id_number.old_15"),
    Mistake(ID_NO, _PLAIN_ID, lambda text: text[:-1], "id_number.length"),
    Mistake(ID_NO, _PLAIN_ID, lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"), "id_number.checksum"),
    Mistake(ID_NO, r"^[0-9]{18}$", lambda text: f"{float(text):.1E}", "id_number.destroyed"),
    Mistake(ID_NO, r"^[0-9]{20}$", lambda text: text[:15] + "00000", "id_number.destroyed"),
    Mistake(ID_NO, r"^990.*0", lambda text: text.replace("0", "O", 1), "id_number.characters"),
    Mistake(ID_NO, _PLAIN_ID, lambda text: text[:10] + "1332" + text[14:], "id_number.birth_impossible"),
    Mistake(ID_NO, _PLAIN_ID, lambda _: None, "number.missing"),
    Mistake(NAME, r".", lambda _: "", "required"),
    Mistake(NAME, r"^..$", lambda text: f"{text[0]} {text[1]}", READS),
    Mistake(SEX, r"^[男女]$", lambda text: "女" if text == "男" else "男", "ID-09"),
    Mistake("民族", r".", lambda _: "汉人", "one_of.unknown"),
    Mistake("民族", r"^汉族$", lambda _: "汉", READS),
    Mistake("健康状况", r".", lambda _: "一般", "some_of.unknown"),
    Mistake("文化程度", r".", lambda _: "小学、初中", "one_of.several"),
    Mistake("劳动技能", r".", lambda _: "其他劳力", "one_of.unknown"),
    Mistake("工资性收入", r"^[1-9]", lambda _: "约1200", "yuan.approximate"),
    Mistake("工资性收入", r"^[1-9]", lambda _: "1.2万元", READS),
    Mistake("工资性收入", r"^[1-9]", lambda _: "12,000.00元", READS),
    Mistake("生产经营性收入", r".", lambda _: "-300", "yuan.negative"),
    Mistake("财产性收入", r".", lambda _: "几百", "yuan.approximate"),
    Mistake("填表时间", r".", lambda _: "2018.8.30", READS),
    Mistake("填表时间", r".", lambda _: "2018年8月30日", READS),
    Mistake("填表时间", r".", lambda _: "43342", READS),
    Mistake("填表时间", r".", lambda _: "2018-02-30", "day.impossible"),
    Mistake("填表时间", r".", lambda _: "201808", "day.incomplete"),
    Mistake("填表人电话", r".", lambda text: text[:-1], "phone.length"),
    Mistake("是否危房户", r"^否$", lambda _: "×", READS),
    Mistake("有无卫生厕所", r".", lambda _: "旱厕", "yes_no.unknown"),
    Mistake("耕地面积", r".", lambda _: "3-5亩", "mu.range"),
    Mistake("与村主干路距离", r".", lambda _: "500米", READS),
    Mistake("务工时间", r".", lambda _: "13", "whole.too_large"),
)


def with_mistakes(cells: pl.DataFrame, seed: int, first_row: int = 2) -> tuple[pl.DataFrame, list[Expected]]:
    """A sheet of text cells with one of each mistake that its headings allow, never two in one line.

    Reads    the columns by the headings of the form, the household's own filled on its head's line only;
             `first_row` is the number of the first line at the sheet's edge
    Gives    the spoilt sheet, and what it must give in row order; the same for the same seed
    """
    sheet = _Sheet({name: cells[name].cast(pl.String).to_list() for name in cells.columns}, random.Random(seed))  # noqa: S311 - no secret
    found = [*_twice(sheet), *_second_head(sheet)]
    for mistake in MISTAKES:
        found += _spoilt(sheet, mistake)
    expected = [Expected(row + first_row, heading, problem) for row, heading, problem in found]
    return pl.DataFrame(sheet.columns, schema=dict.fromkeys(cells.columns, pl.String)), sorted(expected, key=lambda one: one.row)


class _Sheet:
    """The cells by heading, and the lines that are still clean, in an order of chance."""

    def __init__(self, columns: dict[str, list[str | None]], chance: random.Random) -> None:
        self.columns = columns
        self.clean = list(range(len(next(iter(columns.values()), []))))
        chance.shuffle(self.clean)

    def take(self, heading: str, before: str) -> int | None:
        """A clean line whose cell looks like `before`; it is clean no more."""
        cells = self.columns.get(heading, [])
        row = next((row for row in self.clean if cells and re.search(before, cells[row] or "")), None)
        if row is not None:
            self.clean.remove(row)
        return row


def _spoilt(sheet: _Sheet, mistake: Mistake) -> Iterator[tuple[int, str, str]]:
    row = sheet.take(mistake.heading, mistake.before)
    if row is not None:
        cell = sheet.columns[mistake.heading][row]
        sheet.columns[mistake.heading][row] = mistake.spoil(cell or "")
        yield row, mistake.heading, mistake.problem


def _twice(sheet: _Sheet) -> Iterator[tuple[int, str, str]]:
    """One person on two lines: the later one bears the number of the earlier, with its sex and birth date."""
    rows = [sheet.take(ID_NO, _PLAIN_ID), sheet.take(ID_NO, _PLAIN_ID)]
    if None in rows:
        return
    first, second = sorted(row for row in rows if row is not None)
    for heading in (ID_NO, SEX, BIRTH, ID_TYPE):
        if heading in sheet.columns:
            sheet.columns[heading][second] = sheet.columns[heading][first]
    yield second, ID_NO, "ID-12"


def _second_head(sheet: _Sheet) -> Iterator[tuple[int, str, str]]:
    """Two heads in one household: both are told. The line after a clean head becomes a head too."""
    relations = sheet.columns.get(RELATION, [])
    for head in list(sheet.clean) if relations else []:
        beside = head + 1
        if beside in sheet.clean and relations[head] in HEADS and relations[beside] not in HEADS:
            sheet.clean.remove(head)
            sheet.clean.remove(beside)
            relations[beside] = relations[head]
            yield head, RELATION, "HH-02"
            yield beside, RELATION, "HH-02"
            return
