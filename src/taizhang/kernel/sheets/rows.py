"""Which rows below the headings are data, and why the others are not."""

import polars as pl

from taizhang.kernel.sheets.scan import column_letters

_TOTAL = r"^(?:本页|本村|本乡|本镇|全村|全乡|全镇|全县|.{0,12})(?:合计|小计|总计|共计|累计)(?:[(（].*[)）])?[:：]?$"
_NOTE = (
    r"^[(（]?(?:注|备注|说明|填表说明|填报说明|填表人|填报人|制表人?|审核人?|复核人?|审批人|负责人|主要负责人|单位负责人|分管领导|经办人|联系人"
    r"|填报单位|填表单位|填报日期|填表日期|填报时间|联系电话|打印时间|打印日期|签字|签名|盖章|公章|村委会|乡镇)(?:[(（][^()（）]*[)）])?\d*[:：]"
    r"|^注\d*[.、．]|^(?:填表说明|填报说明)"
)
_NUMBERED = r"^[(（]?\d{1,3}[)）]?$|^[甲乙丙丁戊]$"
_BLANKS = " \t\r\n\u3000\xa0"
WHY_REPEATED, WHY_TOTAL, WHY_NOTE, WHY_NUMBERS, WHY_SERIAL = "重复的表头", "合计行", "表下的注释或落款", "栏号行", "只有序号，没有内容"


def letters(index: int) -> str:
    """0 → ``A``."""
    return column_letters(index + 1)


def split(
    frame: pl.DataFrame, start: int, columns: list[int], above: list[list[str]], serial: int | None
) -> tuple[pl.DataFrame, list[tuple[int, str]], int]:
    """Below row `start` (from 0): the data, the rows left out with the reason, and the number of blank rows.

    Cost     O(cells), vectorised
    """
    names = [f"c{index}" for index in columns]
    clean = [pl.col(name).str.strip_chars(_BLANKS) for name in names]
    filled = [(text.is_not_null() & (text != "")) for text in clean]
    body = frame.slice(start).select("row", "hidden", *names).with_columns(pl.sum_horizontal(filled).alias("_filled"))
    blank = body.filter(pl.col("_filled") == 0).height
    body = body.filter(pl.col("_filled") > 0)
    solid = body.filter(pl.col("_filled") >= max(3, len(names) // 3))["row"].max()
    first = pl.coalesce([pl.when(has).then(text) for has, text in zip(filled, clean, strict=True)]).alias("_first")
    suspects = body.filter(_suspect(names, columns, above)).with_columns(first)
    why = _why(names, columns, above, serial, solid if isinstance(solid, int) else 0)
    odd = _numbers(suspects.with_columns(why.alias("_why")), start, names)
    left_out = odd.filter(pl.col("_why").is_not_null()).select("row", "_why")
    return body.join(left_out, on="row", how="anti", maintain_order="left").drop("_filled"), left_out.rows(), blank


def _suspect(names: list[str], columns: list[int], above: list[list[str]]) -> pl.Expr:
    """A cheap look that lets through every row `_why` could leave out, and few others."""
    few = pl.col("_filled") <= max(3, len(names) // 3)
    counted = [pl.col(name).str.contains("计", literal=True).fill_null(False) for name in names[:4]]
    digits = [pl.col("row") == pl.col("row").min()]
    copied = [
        pl.sum_horizontal([pl.col(name).str.strip_chars_start(_BLANKS).str.starts_with(text[0]).fill_null(False) for name, text in looked])
        >= 2
        for row in above
        if (looked := [(name, row[index]) for name, index in zip(names, columns, strict=True) if row[index]][:12])
    ]
    return pl.any_horizontal([few, *counted, *digits, *copied])


def _why(names: list[str], columns: list[int], above: list[list[str]], serial: int | None, solid: int) -> pl.Expr:
    width = len(names)
    tail = pl.col("row") > solid
    few = pl.col("_filled") <= max(3, width // 3)
    note = pl.col("_first").str.contains(_NOTE) & few
    if width >= 4:
        note = note | (tail & (pl.col("_filled") == 1) & (pl.col("_first").str.len_chars() > 20))
    tight = [pl.col(name).str.replace_all(r"\s", "") for name in names[:4]]
    total = pl.any_horizontal([text.str.contains(_TOTAL).fill_null(False) for text in tight])
    why = pl.when(_repeated(names, columns, above)).then(pl.lit(WHY_REPEATED)).when(total).then(pl.lit(WHY_TOTAL))
    why = why.when(note).then(pl.lit(WHY_NOTE))
    if serial is not None and width > 1:
        only = (pl.col("_filled") == 1) & pl.col(f"c{serial}").str.contains(r"^\s*\d+\s*$").fill_null(False)
        why = why.when(only).then(pl.lit(WHY_SERIAL))
    return why.otherwise(pl.lit(None, dtype=pl.String))


def _repeated(names: list[str], columns: list[int], above: list[list[str]]) -> pl.Expr:
    """A copy of a row at or above the headings, as on every printed page."""
    copies = [pl.lit(False)]
    for row in above:
        texts = [(name, row[index]) for name, index in zip(names, columns, strict=True) if row[index]]
        if len({text for _, text in texts}) == 1:
            copies.append((pl.col("_filled") <= len(texts)) & (pl.col("_first").str.replace_all(r"\s", "") == texts[0][1]))
        elif texts:
            looked = texts[:12]
            same = [(pl.col(name).str.replace_all(r"\s", "") == text).fill_null(False) for name, text in looked]
            spread = len({text for _, text in looked})
            copies.append(pl.sum_horizontal(same) >= max(2, round(0.8 * spread)))
    return pl.any_horizontal(copies)


def _numbers(body: pl.DataFrame, start: int, names: list[str]) -> pl.DataFrame:
    """The row of column numbers (甲 乙 1 2 3 …) right below the headings."""
    if body.height == 0 or body["row"][0] > start + 2:
        return body
    cells = pl.Series([body[name][0] for name in names], dtype=pl.String).drop_nulls().str.strip_chars()
    digits = cells.str.extract(r"^[(（]?(\d{1,3})[)）]?$").cast(pl.Int32).drop_nulls()
    if len(cells) < 3 or not cells.str.contains(_NUMBERED).all() or len(digits) < 2 or not (digits.diff().drop_nulls() == 1).all():
        return body
    first = body["row"][0]
    return body.with_columns(pl.when(pl.col("row") == first).then(pl.lit(WHY_NUMBERS)).otherwise(pl.col("_why")).alias("_why"))
