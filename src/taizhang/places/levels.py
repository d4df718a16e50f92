"""The levels of the tree by name, and the area above, read from the digits of a code and its level; over a whole column."""

import polars as pl

from taizhang.kernel.areas import LENGTH, WIDTH, Level

LEVEL_ZH = {
    "province": "省级",
    "prefecture": "地级",
    "county": "县级",
    "township": "乡级",
    "village": "村级",
    "group": "自然村/组",
}
LEVEL_NAMES = tuple(LEVEL_ZH)


def with_parents(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `parent`: "" for a province; 东莞 the county hangs below 东莞 the prefecture, with the same code."""
    parent = pl.lit("")
    for level in Level:
        if level > Level.PROVINCE:
            above = pl.col("code").str.slice(0, WIDTH[Level(level - 1)]).str.pad_end(LENGTH, "0")
            parent = pl.when(pl.col("level") == level.name.lower()).then(above).otherwise(parent)
    return frame.with_columns(parent=parent)
