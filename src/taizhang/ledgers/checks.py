"""Checks over all lines of a sheet together: what one cell alone cannot tell. Each gives findings, none raises."""

import polars as pl

from taizhang.kernel.findings import FINDINGS, Severity
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.policy.archive import fact
from taizhang.policy.income import DERIVED, SOURCES, derive_income

HOUSEHOLD = "line.household"
AGAIN = "again."  # the home of a column that a sheet prints a second time
SUM_CODES = {"inc_transfer_yuan": "IN-02", "inc_total_yuan": "IN-03", "inc_net_yuan": "IN-04", "inc_net_pc_yuan": "IN-05"}


def one_line_per_number(lines: pl.DataFrame) -> pl.DataFrame:
    """The same number on two lines (ID-12, ID-15): every line after the first is an error. Reads `person.id_digest`."""
    if "person.id_digest" not in lines.columns:
        return pl.DataFrame(schema=FINDINGS)
    told = lines.filter(pl.col("person.id_digest").is_not_null())
    again = told.with_columns(
        pl.col(ROW).first().over("person.id_digest").alias("first"), pl.col(SHEET).first().over("person.id_digest").alias("in")
    )
    again = again.filter((pl.col(ROW) != pl.col("first")) | (pl.col(SHEET) != pl.col("in")))
    message = pl.format("证件号码与工作表“{}”第{}行的相同,同一人只能出现一次", pl.col("in"), pl.col("first"))
    return _findings(again, "证件号码", "ID-12", Severity.ERROR, message)


def one_head_per_household(lines: pl.DataFrame) -> pl.DataFrame:
    """A household with two heads. Reads `line.household`, `membership.relation`."""
    if "membership.relation" not in lines.columns:
        return pl.DataFrame(schema=FINDINGS)
    heads = (pl.col("membership.relation") == "head").fill_null(False)
    counted = lines.with_columns(heads.sum().over("line.household").alias("heads"), heads.alias("is_head"))
    second = counted.filter((pl.col("heads") > 1) & pl.col("is_head"))
    return _findings(second, "与户主关系", "HH-02", Severity.ERROR, pl.lit("同一户有两个以上的户主,只能保留一个"))


def causes_differ(lines: pl.DataFrame) -> pl.DataFrame:
    """The main cause stands again among the other causes."""
    wanted = {"household.main_cause", "household.other_causes"}
    if not wanted <= set(lines.columns):
        return pl.DataFrame(schema=FINDINGS)
    repeated = lines.filter(pl.col("household.other_causes").str.split(",").list.contains(pl.col("household.main_cause")))
    return _findings(repeated, "其他致贫原因", "CA-02", Severity.ERROR, pl.lit("其他致贫原因不能与主要致贫原因相同"))


def one_health_insurance(lines: pl.DataFrame) -> pl.DataFrame:
    """A person in both basic health insurances."""
    wanted = {"member.med_resident", "member.med_employee"}
    if not wanted <= set(lines.columns):
        return pl.DataFrame(schema=FINDINGS)
    both = lines.filter(pl.col("member.med_resident") & pl.col("member.med_employee"))
    return _findings(both, "参加职工基本医疗保险", "HE-01", Severity.WARNING, pl.lit("城乡居民医保与职工医保不能同时参加,请核实只保留一项"))


def healthy_excludes_others(lines: pl.DataFrame) -> pl.DataFrame:
    """健康 beside an illness or a disability."""
    if "member.health" not in lines.columns:
        return pl.DataFrame(schema=FINDINGS)
    mixed = lines.filter(pl.col("member.health").str.contains("healthy") & pl.col("member.health").str.contains(","))
    return _findings(mixed, "健康状况", "HE-02", Severity.ERROR, pl.lit("“健康”不能与其他健康状况同时填写"))


def totals_agree(lines: pl.DataFrame) -> pl.DataFrame:
    """Typed income totals against what their parts give (IN-02 to IN-05); what is stored is computed. Where a part is blank or could not be
    read nothing is said: the typed total may well be right."""
    told = [name for name in DERIVED if f"household.{name}" in lines.columns]
    if not told:
        return pl.DataFrame(schema=FINDINGS)
    houses = _one_a_household(lines)
    parts = [f"household.{name}" for name in (*SOURCES, "exp_business_yuan") if f"household.{name}" in houses.columns]
    houses = houses.filter(pl.all_horizontal(pl.col(c).is_not_null() for c in parts)) if parts else houses
    typed = houses.select(pl.col(c).alias(c.removeprefix("household.")) for c in houses.columns if c.startswith("household."))
    computed = derive_income(typed)
    found = [pl.DataFrame(schema=FINDINGS)]
    for name in told:
        label = fact(name).zh
        differs = (typed[name] != computed[name]).fill_null(False)
        frame = pl.DataFrame([houses[SHEET], houses[ROW], typed[name].alias("typed"), computed[name].alias("computed")]).filter(differs)
        message = pl.format(f"{label}填的是{{}}元,按各分项算出是{{}}元,写入时以算出的为准,请核对", "typed", "computed")
        found.append(_findings(frame, label, SUM_CODES[name], Severity.WARNING, message))
    return pl.concat(found)


def printed_again_alike(lines: pl.DataFrame) -> pl.DataFrame:
    """A column that the sheet prints twice, told differently: the first is taken."""
    told = [name for name in lines.columns if name.startswith(AGAIN) and f"household.{name.removeprefix(AGAIN)}" in lines.columns]
    found = [pl.DataFrame(schema=FINDINGS)]
    for name in told:
        label = fact(name.removeprefix(AGAIN)).zh
        first, again = pl.col(f"household.{name.removeprefix(AGAIN)}"), pl.col(name)
        differs = lines.filter(again.is_not_null() & again.ne_missing(first))
        says = pl.lit(f"“{label}”在表中出现两次,填得不一样,按前一处写入,请核对")
        found.append(_findings(differs, label, "again.differs", Severity.WARNING, says))
    return pl.concat(found)


def members_counted(lines: pl.DataFrame) -> pl.DataFrame:
    """The typed number of members against the lines of the household, where the sheet shows the household with its head."""
    if not {"household.member_count", "membership.relation"} <= set(lines.columns):
        return pl.DataFrame(schema=FINDINGS)
    whole = lines.filter((pl.col("membership.relation") == "head").any().over(HOUSEHOLD))
    houses = _one_a_household(whole)
    wrong = houses.filter(pl.col("household.member_count") != pl.col("lines"))
    message = pl.format("家庭人口数填的是{}人,表中这一户有{}行成员,写入时以在册成员数为准,请核对", "household.member_count", "lines")
    return _findings(wrong, "家庭人口数", "HH-03", Severity.WARNING, message)


def _one_a_household(lines: pl.DataFrame) -> pl.DataFrame:
    """One row a household: the first value that any of its lines tells, where the first line stands, how many lines."""
    told = [c for c in lines.columns if c.startswith("household.")]
    first = (pl.col(c).drop_nulls().first() for c in told)
    place = (pl.col(SHEET).first(), pl.col(ROW).first(), pl.len().cast(pl.Int64).alias("lines"))
    return lines.group_by(HOUSEHOLD, maintain_order=True).agg(*place, *first)


def _findings(lines: pl.DataFrame, column: str, code: str, severity: Severity, message: pl.Expr) -> pl.DataFrame:
    return lines.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).cast(pl.Int64).alias("row"),
        pl.lit(column).alias("column"),
        pl.lit(code).alias("code"),
        pl.lit(severity.value).alias("severity"),
        message.alias("message"),
        pl.lit("").alias("typed"),
    )
