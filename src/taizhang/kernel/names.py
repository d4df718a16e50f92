"""Names of people: one spelling, pinyin and initials for search, and the starred form of a notice."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import polars as pl

_DOTS = "•・･∙⋅‧●．."
_GAPS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]+")
_HAN = "\u3007\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DOT_BETWEEN = re.compile(rf"(?<=[{_HAN}])[{re.escape(_DOTS)}·]+(?=[{_HAN}])")
_PLAIN_HAN = re.compile(r"[\u4e00-\u9fff]+")
_PLAIN_NAME = r"^[\x{4e00}-\x{9fff}]+$"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0E}

# Readings as surnames that differ from the everyday reading. 覃 is read tan in places; the reading differs by family.
SURNAMES: dict[str, tuple[str, ...]] = {
    "单于": ("chan", "yu"), "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai"),
    "单": ("shan",), "仇": ("qiu",), "解": ("xie",), "查": ("zha",), "曾": ("zeng",), "区": ("ou",), "任": ("ren",), "盖": ("ge",),
    "朴": ("piao",), "覃": ("qin",), "逄": ("pang",), "乐": ("yue",), "翟": ("zhai",), "缪": ("miao",), "牟": ("mou",), "宓": ("mi",),
    "祭": ("zhai",), "种": ("chong",), "召": ("shao",), "员": ("yun",), "贠": ("yun",), "尉": ("wei",), "冼": ("xian",), "洗": ("xian",),
    "折": ("she",), "黑": ("he",), "秘": ("bi",), "繁": ("po",), "燕": ("yan",), "宁": ("ning",), "华": ("hua",), "哈": ("ha",),
    "訾": ("zi",), "隗": ("wei",), "晁": ("chao",), "幺": ("yao",), "卜": ("bu",), "柏": ("bai",), "费": ("fei",), "葛": ("ge",),
    "洪": ("hong",), "纪": ("ji",), "句": ("gou",), "那": ("na",), "能": ("nai",), "曲": ("qu",), "冉": ("ran",), "阚": ("kan",),
    "撒": ("sa",), "沙": ("sha",), "盛": ("sheng",), "石": ("shi",), "相": ("xiang",), "应": ("ying",), "於": ("yu",), "臧": ("zang",),
    "占": ("zhan",), "车": ("che",), "谌": ("chen",), "郗": ("xi",),
    "过": ("guo",), "甯": ("ning",), "阙": ("que",), "褚": ("chu",), "粘": ("nian",),
    "俞": ("yu",), "藏": ("zang",), "缴": ("jiao",), "瞿": ("qu",), "郇": ("xun",), "莘": ("shen",),
}  # fmt: skip


def normalise(text: str) -> str:
    """A name in one spelling: half width, no spaces inside Chinese, every middle dot as ·."""
    plain = text.translate(_FULL_WIDTH)
    words = [word for word in _GAPS.split(plain) if word]
    joined = " ".join(words)
    joined = re.sub(rf"(?<=[{_HAN}·{re.escape(_DOTS)}]) | (?=[{_HAN}·{re.escape(_DOTS)}])", "", joined)
    return _DOT_BETWEEN.sub("·", unicodedata.normalize("NFC", joined))


def pinyin_of(name: str) -> str:
    """Full pinyin without tones or spaces, lower case: 单小三 is shanxiaosan."""
    return "".join(_syllables(name))


def initials_of(name: str) -> str:
    """The first letter of each syllable: 单小三 is sxs."""
    return "".join(syllable[0] for syllable in _syllables(name))


def pinyin_column(names: pl.Series) -> pl.Series:
    """`pinyin_of` over a column, once for each distinct name."""
    return _mapped(names, pinyin_of, pl.col("reading"))


def initials_column(names: pl.Series) -> pl.Series:
    """`initials_of` over a column, once for each distinct name."""
    return _mapped(names, initials_of, pl.col("reading").str.slice(0, 1))


def starred(name: str) -> str:
    """A name as a public notice shows it: 张三 is 张*, 张小三 is 张*三."""
    if len(name) < 3:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def _mapped(names: pl.Series, one: Callable[[str], str], of_reading: pl.Expr) -> pl.Series:
    """Plain Chinese names by their characters all at once, every other name (dots, letters, double surnames) by itself."""
    distinct = names.drop_nulls().unique()
    double = [surname for surname in SURNAMES if len(surname) == 2]
    plain = distinct.str.contains(_PLAIN_NAME) & ~distinct.str.slice(0, 2).is_in(double)
    signs = distinct.filter(plain).to_frame("name").with_columns(sign=pl.col("name").str.split("")).explode("sign")
    signs = signs.with_columns(first=pl.int_range(pl.len()).over("name") == 0)
    readings = pl.DataFrame(
        [(sign, _reading(sign), "".join(SURNAMES.get(sign, (_reading(sign),)))) for sign in signs["sign"].unique()],
        schema={"sign": pl.String, "given": pl.String, "surname": pl.String},
        orient="row",
    )
    read = signs.join(readings, on="sign", maintain_order="left").with_columns(reading=pl.when("first").then("surname").otherwise("given"))
    fast = read.group_by("name").agg(answer=of_reading.str.join(""))
    odd = distinct.filter(~plain)
    slow = pl.DataFrame({"name": odd, "answer": pl.Series([one(name) for name in odd], dtype=pl.String)})
    return names.to_frame("name").join(pl.concat([fast, slow]), on="name", how="left", maintain_order="left")["answer"].alias(names.name)


@lru_cache(maxsize=262_144)
def _syllables(name: str) -> tuple[str, ...]:
    text = name if _PLAIN_HAN.fullmatch(name) else normalise(name)
    length = 2 if text[:2] in SURNAMES else 1 if text[:1] in SURNAMES else 0
    rest = (_reading(sign) for sign in text[length:]) if _PLAIN_HAN.fullmatch(text) else _readings(text[length:])
    return (*SURNAMES.get(text[:length], ()), *(syllable for syllable in rest if syllable))


@lru_cache(maxsize=32_768)
def _reading(sign: str) -> str:
    """The everyday reading of one character. A given name is no phrase: its characters are read one by one."""
    return "".join(_readings(sign))


def _readings(text: str) -> list[str]:
    # pypinyin loads its dictionaries on import, which a page that only reads names need not wait for.
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(text, style=Style.NORMAL, errors=lambda odd: "".join(re.findall(r"[0-9a-z]", odd.lower())))
    return [syllable.replace("ü", "v") for syllable in found]
