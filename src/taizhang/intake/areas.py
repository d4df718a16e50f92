"""Which village a line belongs to: by code, or by the names of township and village inside the user's scope."""

from datetime import date

import polars as pl

from taizhang.accounts.access import Scope
from taizhang.intake.refusing import MISSING_AREA
from taizhang.kernel.findings import FINDINGS, Severity, no_findings
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.places.models import Place

VILLAGE_DIGITS = 12
AREA, VILLAGE = "行政村代码", "行政村"
OF_VILLAGES = r"(村?(村民委员会|村委会)|(社区)?(居民委员会|居委会)|社区|村)$"
OF_TOWNSHIPS = r"(街道办事处|街道|民族乡|镇|乡)$"


def with_area(lines: pl.DataFrame, scope: Scope, on: date, fallback: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines with `key.area` filled for every household, `area_told` where the sheet itself says it, and findings where it cannot be.

    A line takes its household's area; a sheet without any takes `fallback` when that is a village. A household on the register needs none:
    of it the finding `area.missing` does not count.

    Cost     2 queries for the villages of the scope
    """
    for name in ("key.area", "key.village", "key.township", "key.group"):
        if name not in lines.columns:
            lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    villages = _villages(scope, on)
    lines = _spread(lines).with_columns(
        pl.col("key.area").str.slice(0, VILLAGE_DIGITS),
        _stem(pl.col("key.village"), OF_VILLAGES),
        _stem(pl.col("key.township"), OF_TOWNSHIPS),
    )
    for columns, name in ((("township", "village"), "by_name"), (("village",), "by_village")):
        keys = [f"stem_{column}" for column in columns]
        lines = lines.join(_codes(villages, keys, name), on=keys, how="left", maintain_order="left")
    named = pl.coalesce("by_name", pl.when(pl.col("key.township").is_null()).then("by_village"))
    silent = pl.col("key.area").is_null() & pl.col("key.village").is_null()
    own = pl.when(silent).then(pl.lit(fallback if _is_village(fallback, villages) else None))
    lines = lines.with_columns(pl.coalesce("key.area", named, own).alias("key.area"), (~silent).alias("area_told"))
    known = pl.col("key.area").is_in(villages["code"].implode()).fill_null(False)
    return lines.drop("stem_village", "stem_township", "by_name", "by_village"), _findings(lines.filter(~known))


def _is_village(code: str, villages: pl.DataFrame) -> bool:
    return code in villages["code"]


def _stem(name: pl.Expr, endings: str) -> pl.Expr:
    """A name without what offices leave out or add at its end."""
    wanted = "stem_village" if endings == OF_VILLAGES else "stem_township"
    return name.str.replace_all(r"\s", "").str.replace(endings, "").alias(wanted)


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


def _codes(villages: pl.DataFrame, keys: list[str], name: str) -> pl.DataFrame:
    """The code of each name that only one village has."""
    stems = villages.with_columns(_stem(pl.col("name"), OF_VILLAGES), _stem(pl.col("township"), OF_TOWNSHIPS))
    return stems.group_by(keys).agg(pl.col("code").first().alias(name), pl.len().alias("n")).filter(pl.col("n") == 1).drop("n")


def _findings(lines: pl.DataFrame) -> pl.DataFrame:
    if lines.is_empty():
        return no_findings()
    told = pl.coalesce(pl.when("area_told").then(pl.coalesce("key.village", "key.area")), pl.lit(""))
    return lines.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).alias("row"),
        pl.when(pl.col("key.village").is_null() & pl.col("area_told")).then(pl.lit(AREA)).otherwise(pl.lit(VILLAGE)).alias("column"),
        pl.when("area_told").then(pl.lit("area.unknown")).otherwise(pl.lit(MISSING_AREA)).alias("code"),
        pl.lit(Severity.ERROR.value).alias("severity"),
        pl.when(told == "")
        .then(pl.lit("没有写明行政村:请填写行政村代码,或乡镇和行政村的名称"))
        .otherwise(pl.format("在您的管辖区域内找不到行政村“{}”:请核对乡镇、村名或12位代码", told))
        .alias("message"),
        told.alias("typed"),
    ).cast(dict(FINDINGS))
