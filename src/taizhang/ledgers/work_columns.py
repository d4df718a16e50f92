"""What 已外出务工信息 and 计划外出务工信息 have in common: who the person is. Headings in row 3, one line a spell or a person."""

from dataclasses import replace

import polars as pl

from taizhang.kernel.findings import FINDINGS, Severity
from taizhang.kernel.ledgers import ROW, SHEET, Column
from taizhang.ledgers.columns import COUNTY, GROUP, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, named

FROM, TO = "work_spell.spell_from_on", "work_spell.spell_to_on"
PLANS, NEEDS = "member.plan_out", "member.plan_service"


def _beside(field: str, label: str = "") -> Column:
    return replace(named(field, label), derived=True, note="导入时不读,在户档案中更正")


WHO: tuple[Column, ...] = (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    GROUP,
    HOUSEHOLD_NO,
    PERSON_NO,
    named("person.name", required=True),
    named("person.id_no", required=True),
    _beside("household.hh_type"),
    _beside("household.monitor_kind", "监测对象类别"),
    _beside("member.labour"),
)


def begins_before_it_ends(lines: pl.DataFrame) -> pl.DataFrame:
    """A spell that ends before it begins; partial days are compared as far as both are known."""
    if not {FROM, TO} <= set(lines.columns):
        return pl.DataFrame(schema=FINDINGS)
    known = pl.min_horizontal(pl.col(FROM).str.len_chars(), pl.col(TO).str.len_chars())
    wrong = lines.filter(pl.col(TO).str.head(known) < pl.col(FROM).str.head(known))
    return _findings(wrong, "务工结束年月", "spell_order", Severity.ERROR, "务工结束年月早于开始年月,请核对")


def who_plans_says_what_he_needs(lines: pl.DataFrame) -> pl.DataFrame:
    """Somebody plans to work away and nothing is said of what he needs."""
    if PLANS not in lines.columns:
        return pl.DataFrame(schema=FINDINGS)
    blank = pl.col(NEEDS).is_null() if NEEDS in lines.columns else pl.lit(True)
    wrong = lines.filter(pl.col(PLANS) & blank)
    return _findings(wrong, "就业服务需求", "plan_needs", Severity.WARNING, "计划务工的,请填写就业服务需求")


def _findings(lines: pl.DataFrame, column: str, code: str, severity: Severity, says: str) -> pl.DataFrame:
    return lines.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).cast(pl.Int64).alias("row"),
        pl.lit(column).alias("column"),
        pl.lit(code).alias("code"),
        pl.lit(severity.value).alias("severity"),
        pl.lit(says).alias("message"),
        pl.lit("").alias("typed"),
    )
