"""The sample workbook of the guide's walk: one village's households, some changed, some new, with every usual mistake in it."""

from pathlib import Path

import polars as pl
import xlsxwriter

from taizhang.jobs.demo.mistakes import MISTAKES, with_mistakes
from taizhang.jobs.demo.people import people
from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers import HOUSEHOLD_ARCHIVE

FILE_NAME = "样例-有错误的工作簿.xlsx"
STANDING, NEW, RAISED = 40, 20, 6
BORN_IN = "990103"  # nobody on the demo's register was born there: the new people's numbers are new
FIRST_ROW = 4
LABELS = (
    *("行政村代码", "村民小组", "户编号", "户主姓名", "人编号", "姓名", "性别", "证件类型", "证件号码", "出生日期", "与户主关系", "民族"),
    *("文化程度", "在校生状况", "健康状况", "劳动技能", "务工时间", "家庭联系电话", "主要致贫原因", "其他致贫原因"),
)


def write_sample(path: Path, village: str, on_register: pl.DataFrame, places: pl.DataFrame, seed: int) -> int:
    """Write the workbook.

    Reads    `on_register`: lines of the village as they were put on the register; `places`: the fictitious province
    Gives    how many lines stand in it
    """
    lines = pl.concat([_standing(on_register), _new(village, places, seed)], how="diagonal")
    cells, _ = with_mistakes(_cells(lines, HOUSEHOLD_ARCHIVE), seed, FIRST_ROW)
    _write(path, cells)
    return cells.height


def _standing(lines: pl.DataFrame) -> pl.DataFrame:
    """Households of the register, of which some earn more now."""
    households = lines["key.household_no"].unique(maintain_order=True)
    raised = pl.col("key.household_no").is_in(households.head(RAISED).implode())
    wage = pl.col("household.inc_wage_yuan")
    more = (wage + 1200).cast(lines.schema["household.inc_wage_yuan"])
    told = lines.filter(pl.col("key.household_no").is_in(households.head(STANDING).implode()))
    return told.with_columns(pl.when(raised).then(more).otherwise(wage))


def _new(village: str, places: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Households that are not on the register yet: no numbers of ours."""
    born = places.filter(pl.col("code").str.starts_with(BORN_IN))
    invented = people(NEW, seed + 1, born).with_columns(pl.lit(village).alias("key.area"), pl.lit(None, dtype=pl.String).alias("key.group"))
    none = pl.lit(None, dtype=pl.String)
    return invented.with_columns(none.alias("key.household_no"), none.alias("key.person_no"))


def _cells(lines: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """The lines as an office would type them: what is the household's on its head's line only."""
    head = pl.col("membership.relation") == "head"
    shown = lines.with_columns(pl.when(head).then(pl.col("^household\\..*$")).name.keep())
    wanted = {*LABELS, *(mistake.heading for mistake in MISTAKES)}
    columns = [column for column in ledger.columns if column.label in wanted and column.field in shown.columns]
    return pl.DataFrame([column.kind.show(shown[column.field]).alias(column.label) for column in columns])


def _write(path: Path, cells: pl.DataFrame) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        text = book.add_format({"num_format": "@"})
        title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        heading = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#EAF1FA"})
        sheet = book.add_worksheet("采集表")
        sheet.merge_range(0, 0, 0, cells.width - 1, "贫困户信息采集表(样例,人员均为虚构)", title)
        sheet.write_string(1, 0, "单位:金额为元,土地为亩")
        sheet.write_row(FIRST_ROW - 2, 0, cells.columns, heading)
        sheet.set_column(0, cells.width - 1, 14, text)
        sheet.freeze_panes(FIRST_ROW - 1, 0)
        for row, line in enumerate(cells.iter_rows(), start=FIRST_ROW - 1):
            for column, cell in enumerate(line):
                if cell:
                    sheet.write_string(row, column, cell, text)
