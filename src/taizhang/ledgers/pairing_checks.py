"""Checks over the lines of a sheet of pairings (domain/archives.md 2.9): what no cell alone can tell. Each gives findings, none raises."""

import polars as pl

from taizhang.kernel.findings import FINDINGS, Severity
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.policy.archive import HELPER_FACTS

FROM_ON, TO_ON, NAME, UNIT = "pairing.from_on", "pairing.to_on", "helper.helper_name", "unit.unit_name"
NUMBER, DIGEST = "key.helper_no", "key.helper_id_digest"
OF_NUMBER = ("helper_id_no", "helper_sex")  # what names him, and what follows from it
TOLD_ALIKE = {f"helper.{fact.name}": fact.zh for fact in HELPER_FACTS if not fact.derived and fact.name not in OF_NUMBER} | {
    UNIT: "所在单位"
}


def starts_before_it_ends(lines: pl.DataFrame) -> pl.DataFrame:
    """A pairing that ends before it begins (HL-04)."""
    if not {FROM_ON, TO_ON} <= set(lines.columns):
        return _none()
    wrong = lines.filter(pl.col(TO_ON) < pl.col(FROM_ON))
    return _findings(wrong, "结对结束时间", "HL-04", Severity.ERROR, pl.lit("结束时间早于开始时间,请核对"))


def one_answer_a_helper(lines: pl.DataFrame) -> pl.DataFrame:
    """A helper whose lines tell different facts or units: by our number, by his own, else by name and unit."""
    if NAME not in lines.columns:
        return _none()
    lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in (NUMBER, DIGEST, UNIT) if name not in lines.columns)
    word = pl.coalesce(NUMBER, DIGEST, pl.concat_str(NAME, UNIT, separator="/", ignore_nulls=True))
    found = [_none()]
    for name, label in TOLD_ALIKE.items():
        if name not in lines.columns:
            continue
        told = lines.with_columns(word.alias("word")).filter(pl.col(name).is_not_null() & pl.col("word").is_not_null())
        told = told.with_columns(pl.col(name).first().over("word").alias("first"), pl.col(ROW).first().over("word").alias("at"))
        other = told.filter(pl.col(name) != pl.col("first"))
        message = pl.format("同一名帮扶责任人的{}与第{}行的不同,请核对", pl.lit(label), pl.col("at"))
        found.append(_findings(other, label, "helper.differs", Severity.ERROR, message))
    return pl.concat(found)


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=FINDINGS)


def _findings(lines: pl.DataFrame, column: str, code: str, severity: Severity, message: pl.Expr) -> pl.DataFrame:
    return lines.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).alias("row"),
        pl.lit(column).alias("column"),
        pl.lit(code).alias("code"),
        pl.lit(severity.value).alias("severity"),
        message.alias("message"),
        pl.lit("").alias("typed"),
    ).cast(dict(FINDINGS))
