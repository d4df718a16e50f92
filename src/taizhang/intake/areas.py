"""Which village a line belongs to: by code, or by the names of township and village inside the user's scope."""

from datetime import date

import polars as pl

from taizhang.accounts.access import Scope
from taizhang.kernel.findings import FINDINGS, Severity, no_findings
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.places.models import Place

VILLAGE_DIGITS = 12


def with_area(lines: pl.DataFrame, scope: Scope, on: date, fallback: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines with `key.area` filled for every household, and findings where it cannot be.

    A line takes its household's area; a sheet without any takes `fallback` when that is a village.

    Cost     1 query for the villages of the scope
    """
    for name in ("key.area", "key.village", "key.township", "key.group"):
        if name not in lines.columns:
            lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    villages = _villages(scope, on)
    lines = _spread(lines)
    lines = lines.with_columns(pl.col("key.area").str.slice(0, VILLAGE_DIGITS)).join(
        _by_name(villages), left_on=["key.township", "key.village"], right_on=["township", "village"], how="left", maintain_order="left"
    )
    only = villages.filter(pl.col("name").is_unique()).select(pl.col("name").alias("key.village"), pl.col("code").alias("by_village"))
    lines = lines.join(only, on="key.village", how="left", maintain_order="left")
    silent = pl.col("key.area").is_null() & pl.col("key.village").is_null()
    area = pl.coalesce(
        "key.area", "by_name", "by_village", pl.when(silent).then(pl.lit(fallback if len(fallback) == VILLAGE_DIGITS else None))
    )
    lines = lines.with_columns(area.alias("key.area")).drop("by_name", "by_village")
    known = pl.col("key.area").is_in(villages["code"].implode())
    return lines, _findings(lines.filter(~known.fill_null(False)))


def _spread(lines: pl.DataFrame) -> pl.DataFrame:
    """The area is told once a household: every line of it takes the first that is told."""
    told = [
        pl.col(name).drop_nulls().first().over("line.household").alias(name)
        for name in ("key.area", "key.village", "key.township", "key.group")
    ]
    return lines.with_columns(told)


def _villages(scope: Scope, on: date) -> pl.DataFrame:
    rows = Place.objects.in_force(on).within(list(scope.ranges)).filter(level="village").values_list("code", "name", "parent")
    villages = pl.DataFrame(list(rows), schema={"code": pl.String, "name": pl.String, "parent": pl.String}, orient="row")
    towns = Place.objects.in_force(on).filter(level="township", code__in=villages["parent"].unique().to_list()).values_list("code", "name")
    named = pl.DataFrame(list(towns), schema={"parent": pl.String, "township": pl.String}, orient="row")
    return villages.join(named, on="parent", how="left")


def _by_name(villages: pl.DataFrame) -> pl.DataFrame:
    return (
        villages.group_by("township", pl.col("name").alias("village"))
        .agg(pl.col("code").first().alias("by_name"), pl.len().alias("n"))
        .filter(pl.col("n") == 1)
        .drop("n")
    )


def _findings(lines: pl.DataFrame) -> pl.DataFrame:
    if lines.is_empty():
        return no_findings()
    told = pl.coalesce(pl.col("key.village"), pl.col("key.area"), pl.lit(""))
    return lines.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).alias("row"),
        pl.lit("行政村").alias("column"),
        pl.lit("area.unknown").alias("code"),
        pl.lit(Severity.ERROR.value).alias("severity"),
        pl.when(told == "")
        .then(pl.lit("没有写明行政村:请填写行政村代码,或乡镇和行政村的名称"))
        .otherwise(pl.format("在您的管辖区域内找不到行政村“{}”:请核对乡镇、村名或12位代码", told))
        .alias("message"),
        told.alias("typed"),
    ).cast(dict(FINDINGS))
