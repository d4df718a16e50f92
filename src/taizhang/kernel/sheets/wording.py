"""The wording of headings: what two spellings of one heading have in common."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_UNITS = (
    "元|万元|千元|亩|公顷|人|户|人次|户次|平方米|平米|m2|㎡|公里|千米|km|米|月|个月|天|年|个"
    "|所|只|头|棵|株|吨|公斤|斤|千克|千瓦|岁|次|%|处|座|条"
)
_UNIT = re.compile(rf"[(\[【](?:单位[:为]?)?((?:{_UNITS})(?:/(?:{_UNITS}|年|月|人|户))?)[)\]】]$|[,、]?单位[:为]?({_UNITS})$", re.I)
_NUMBERING = re.compile(
    r"^(?:[*★#]+|[(\[]?[A-Z]{0,3}\d{1,3}[a-z]?[)\].、:](?!\d)|[(\[]\d{1,3}[)\]]|[一二三四五六七八九十]{1,3}[、.]|[A-Z]{1,2}\d{1,3}[a-z]?(?=[^\x00-\x7f]))"
)
_CODE = re.compile(r"^[*]?[(\[]?([A-Z]{1,4}\d{1,4}[a-z]?)(?=[)\].、:]|[^\x00-\x7f]|$)")
_BRACKETS = re.compile(r"[(\[【{][^()\[\]【】{}]*[)\]】}]")
_MARKS = re.compile(r"[\s*★#:;,.、。·“”\"'‘’?!_/\\—\-~]+")


def tidy(text: str) -> str:
    """A heading as shown: no line breaks or blanks inside."""
    return re.sub(r"[\s\u3000\xa0\u200b\ufeff]+", "", text)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The strict common form: width, blanks, numbering, unit and marks aside. ``A1.户主姓名（元）`` → ``户主姓名``."""
    form = unicodedata.normalize("NFKC", tidy(text))
    form = _UNIT.sub("", form)
    while (shorter := _NUMBERING.sub("", form)) != form and shorter:
        form = shorter
    form = _UNIT.sub("", form.rstrip("*"))
    return _MARKS.sub("", form).lower() or form.lower()


@lru_cache(maxsize=8192)
def loose(text: str) -> str:
    """The loose common form: every bracket, a leading 是否 and 有无 aside. ``是否危房户（见注）`` → ``危房户``."""
    form = _BRACKETS.sub("", unicodedata.normalize("NFKC", tidy(text)))
    form = plain(form)
    for lead in ("是否", "有无", "有没有"):
        form = form.removeprefix(lead)
    return form or plain(text)


def unit(text: str) -> str:
    """The unit a heading names, "" when it names none. ``年纯收入（万元）`` → ``万元``."""
    found = _UNIT.search(unicodedata.normalize("NFKC", tidy(text)).rstrip("*"))
    return next((part for part in found.groups() if part), "") if found else ""


def code(text: str) -> str:
    """The column code a heading begins with or is, "" without one. ``A25.工资性收入`` → ``A25``."""
    found = _CODE.match(unicodedata.normalize("NFKC", tidy(text)))
    return found[1] if found else ""


FINDINGS_SHEET = "问题清单"
FINDINGS_HEADINGS = ("工作表", "行号", "列名", "程度", "问题", "填写的内容")
HINT = "提示"


def summary(rows: Sequence[tuple[str, ...]], note: str = "") -> str:
    """The first line of the findings sheet: how many findings want doing, how many only explain, and what to do."""
    hints = sum(row[FINDINGS_HEADINGS.index("程度")] == HINT for row in rows)
    counted = f"共 {len(rows) - hints} 个问题" + (f"，另有 {hints} 条提示" if hints else "")
    return f"{counted}。红色必须改正，黄色需要核实；改好后把本文件重新导入即可。{note}"
