"""Checks over the lines of village sheets (domain/archives.md 2.9): what one cell alone cannot tell. Each gives findings, none raises."""

from decimal import Decimal

import polars as pl

from taizhang.kernel.findings import FINDINGS, Severity
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.policy.archive import fact

SLIP_YUAN = Decimal(10_000_000)  # 1000 万元: beyond it the unit was most likely taken for yuan (VI-15)
OF_PERSONS = ("minority_persons", "women", "disabled_persons", "labour", "away_workers", "poor_persons", "dibao_persons", "wubao_persons")
OF_HOUSEHOLDS = ("poor_households", "dibao_households", "wubao_households")


def people_within_the_village(lines: pl.DataFrame) -> pl.DataFrame:
    """More women, minority, disabled, workers … than people, more poor households than households (VI-09)."""
    return _within(lines, "village", "v_")


def people_within_the_natural_village(lines: pl.DataFrame) -> pl.DataFrame:
    """VI-09 for a natural village."""
    return _within(lines, "natural_village", "nv_")


def water_and_houses_within_the_village(lines: pl.DataFrame) -> pl.DataFrame:
    """More households without safe water, or in unsafe houses, than households (VI-05)."""
    parts = ("v_unsafe_water_hh", "v_hard_water_hh", "v_unsafe_house_hh")
    return pl.concat([_empty(), *(_more(lines, f"village.{part}", "village.v_households", "VI-05") for part in parts)])


def collective_income_in_its_unit(lines: pl.DataFrame) -> pl.DataFrame:
    """A collective income above 1000 万元: was it typed in yuan? (VI-15)"""
    name = "village.v_collective_yuan"
    if name not in lines.columns:
        return _empty()
    wrong = lines.filter(pl.col(name) > SLIP_YUAN)
    return _findings(wrong, name, "VI-15", Severity.WARNING, pl.lit("村级集体经济收入超过1000万元,请核对单位:表中应按万元填写"))


def clinic_area_with_a_clinic(lines: pl.DataFrame) -> pl.DataFrame:
    """An area of a clinic where there is none (VI-13)."""
    if not {"village.v_clinics", "village.v_clinic_m2"} <= set(lines.columns):
        return _empty()
    wrong = lines.filter((pl.col("village.v_clinics") == 0) & (pl.col("village.v_clinic_m2") > 0))
    return _findings(wrong, "village.v_clinic_m2", "VI-13", Severity.WARNING, pl.lit("卫生室个数为0,却填了卫生室面积,请核对"))


def _within(lines: pl.DataFrame, home: str, prefix: str) -> pl.DataFrame:
    pairs = [(f"{home}.{prefix}{part}", f"{home}.{prefix}persons") for part in OF_PERSONS]
    pairs += [(f"{home}.{prefix}{part}", f"{home}.{prefix}households") for part in OF_HOUSEHOLDS]
    return pl.concat([_empty(), *(_more(lines, part, whole, "VI-09") for part, whole in pairs)])


def _more(lines: pl.DataFrame, part: str, whole: str, code: str) -> pl.DataFrame:
    """Lines on which a part is more than the whole."""
    if not {part, whole} <= set(lines.columns):
        return _empty()
    message = pl.format(f"{_zh(part)}填的是{{}},多于{_zh(whole)}{{}},请核对", pl.col(part), pl.col(whole))
    return _findings(lines.filter(pl.col(part) > pl.col(whole)), part, code, Severity.ERROR, message)


def _zh(field: str) -> str:
    return fact(field.partition(".")[2]).zh


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema=FINDINGS)


def _findings(lines: pl.DataFrame, field: str, code: str, severity: Severity, message: pl.Expr) -> pl.DataFrame:
    return lines.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).cast(pl.Int64).alias("row"),
        pl.lit(_zh(field)).alias("column"),
        pl.lit(code).alias("code"),
        pl.lit(severity.value).alias("severity"),
        message.alias("message"),
        pl.lit("").alias("typed"),
    )
