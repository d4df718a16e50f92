"""What is wrong with the rows of an office's own list of places: code, level, name, parent; over whole columns."""

import polars as pl

from taizhang.kernel.areas import LENGTH, WIDTH, Level
from taizhang.places.levels import LEVEL_NAMES, LEVEL_ZH, with_parents

LONGEST_NAME = 60
LEVEL_WORDS = {
    **{name: name for name in LEVEL_NAMES},
    **{str(number): name for number, name in enumerate(LEVEL_NAMES, start=1)},
    **{zh: name for name, zh in LEVEL_ZH.items()},
    **{
        "省": "province",
        "市": "prefecture",
        "地": "prefecture",
        "市级": "prefecture",
        "县": "county",
        "区县": "county",
        "区县级": "county",
    },
    **{"乡": "township", "乡镇": "township", "乡镇级": "township", "村": "village", "组": "group", "自然村": "group", "村民小组": "group"},
}
_SHAPES = ((2, 0), (4, 1), (6, 2), (9, 3))
PROBLEMS = {"row": pl.Int64(), "word": pl.String(), "code": pl.String(), "message": pl.String(), "typed": pl.String()}


def checked(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Text cells → clean rows (code, level, name, parent, row) and problems (row, word of the column, code, message, typed)."""
    frame = _with_code(table).with_columns(level_typed=pl.col("level"))
    frame = frame.with_columns(full=_full(pl.col("whole"))).with_columns(level=_level())
    above = with_parents(frame.select(pl.col("full").alias("code"), "level"))["parent"]
    frame = frame.with_columns(above=above, parent_full=_full(pl.col("parent")))
    frame = frame.with_columns(times=pl.len().over("full", "level"), first=pl.col("row").min().over("full", "level"))
    problems = pl.concat([frame.filter(wrong).select(*_problem(*rest)) for wrong, *rest in _checks()])
    clean = frame.join(problems, on="row", how="anti")
    rows = clean.select(pl.col("full").alias("code"), "level", "name", pl.col("above").alias("parent"), "row")
    return rows, problems.cast(PROBLEMS).sort("row", maintain_order=True)


def _with_code(table: pl.DataFrame) -> pl.DataFrame:
    """`whole`: the code as typed, or put together from pieces, each either its own digits or the code so far."""
    built = pl.lit("")
    for level, name in zip(Level, LEVEL_NAMES, strict=True):
        width, before = WIDTH[level], WIDTH[Level(level - 1)] if level > 1 else 0
        piece = pl.col(name)
        long = piece.str.len_chars() > width - before
        grown = pl.when(long).then(piece.str.slice(0, width)).otherwise(built + piece.str.pad_start(width - before, "0"))
        built = pl.when(piece.is_null() | piece.str.contains(r"^0+$")).then(built).otherwise(grown)
    pieces = pl.when(built != "").then(built)
    return table.with_columns(whole=pl.coalesce("code", pieces))


def _full(code: pl.Expr) -> pl.Expr:
    """12 or 15 digits; null where the text is no code."""
    return pl.when(code.str.contains(r"^[1-9][0-9]([0-9]{2}|[0-9]{4}|[0-9]{7}|[0-9]{10}|[0-9]{13})?$")).then(code.str.pad_end(LENGTH, "0"))


def _level() -> pl.Expr:
    """The level as typed, else by the digits; an area whose parent bears its own code is the lower one of two."""
    full = pl.col("full")
    found = pl.when(full.str.len_chars() > LENGTH).then(pl.lit("group")).otherwise(pl.lit("village"))
    for width, place in reversed(_SHAPES):
        shaped = full.str.contains(rf"^[0-9]{{{width}}}0{{{LENGTH - width}}}$")
        found = pl.when(shaped).then(pl.lit(LEVEL_NAMES[place])).otherwise(found)
    lower = found.replace_strict(LEVEL_NAMES[:-1], LEVEL_NAMES[1:], default=None)
    digits = pl.when(_full(pl.col("parent")) == full).then(lower).otherwise(found)
    typed = pl.col("level").replace_strict(LEVEL_WORDS, default=None, return_dtype=pl.String)
    return pl.when(pl.col("level").is_null()).then(pl.when(full.is_not_null()).then(digits)).otherwise(typed)


def _checks() -> list[tuple[pl.Expr, pl.Expr, str, pl.Expr, pl.Expr]]:
    """(when it is wrong, the column's word, the problem's code, what would be right, the text as typed)."""
    whole, full, level, name = pl.col("whole"), pl.col("full"), pl.col("level"), pl.col("name")
    word, of_name, of_level, of_parent = pl.lit("code"), pl.lit("name"), pl.lit("level"), pl.lit("parent")
    zh = level.replace_strict(LEVEL_ZH, default=None)
    unknown_level = pl.col("level_typed").is_not_null() & level.is_null()
    clean = full.is_not_null() & level.is_not_null()
    told = clean & pl.col("parent").is_not_null() & (level != "province")
    wrong_parent = told & ~(pl.col("parent_full") == pl.col("above")).fill_null(False)
    return [
        (whole.is_null(), word, "place.no_code", pl.lit("没有区划代码,请补上:省至村12位数字,自然村/组15位"), whole),
        (
            whole.is_not_null() & full.is_null(),
            word,
            "place.bad_code",
            pl.format("“{}”不是区划代码,应为12位数字(自然村/组15位)", whole),
            whole,
        ),
        (name.is_null(), of_name, "place.no_name", pl.lit("没有名称,请填区划的全称"), name),
        (name.str.len_chars() > LONGEST_NAME, of_name, "place.long_name", pl.lit(f"名称超过{LONGEST_NAME}个字,请核对"), name),
        (unknown_level, of_level, "place.bad_level", _unknown_level(), pl.col("level_typed")),
        (clean & ~_level_fits(), word, "place.level_mismatch", pl.format("代码 {} 不是{}区划的代码,请核对代码或级别", full, zh), whole),
        (
            wrong_parent,
            of_parent,
            "place.wrong_parent",
            pl.format("上级代码“{}”与区划代码不符,应为 {}", "parent", "above"),
            pl.col("parent"),
        ),
        (clean & (pl.col("times") > 1), word, "place.twice", _twice(), whole),
    ]


def _problem(word: pl.Expr, code: str, message: pl.Expr, typed: pl.Expr) -> tuple[pl.Expr, ...]:
    return pl.col("row"), word.alias("word"), pl.lit(code).alias("code"), message.alias("message"), typed.alias("typed")


def _unknown_level() -> pl.Expr:
    return pl.format("不认识级别“{}”,可填:" + "、".join(LEVEL_ZH.values()), "level_typed")


def _twice() -> pl.Expr:
    return pl.format("区划代码 {} 出现了{}次(首次在第{}行),请只留一行;同一代码分属两级的请加“级别”列", "full", "times", "first")


def _level_fits() -> pl.Expr:
    """Whether nothing but zeros stands behind the level's own digits, and a group has 15 digits."""
    full, level = pl.col("full"), pl.col("level")
    fits = (level == "group") & (full.str.len_chars() > LENGTH)
    for one, name in zip(Level, LEVEL_NAMES, strict=True):
        if one < Level.GROUP:
            fits = fits | ((level == name) & full.str.contains(rf"^[0-9]{{{WIDTH[one]}}}0{{{LENGTH - WIDTH[one]}}}$"))
    return fits
