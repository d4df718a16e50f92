"""Text of cells → typed lines and findings (hop 3). Never raises on what was typed; the same sheet gives the same findings."""

from dataclasses import dataclass

import polars as pl

from taizhang.households.sealing import seal_lines
from taizhang.households.writing import GROUP
from taizhang.kernel import identity
from taizhang.kernel.findings import FINDINGS, Severity, no_findings
from taizhang.kernel.ledgers import ROW, SHEET, Column, Ledger

IN_UNIT = r"^[0-9.,]+$"
OF_HOUSEHOLD = ("household.", "identification.", "key.area", "key.village", "key.township", "key.group")


@dataclass(frozen=True, slots=True)
class Picked:
    """Where a column of the ledger stands on a sheet: position, heading as typed, the unit that the heading names."""

    index: int
    heading: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A sheet's lines, sealed, and what is wrong with them."""

    lines: pl.DataFrame
    findings: pl.DataFrame


def check_table(*, sheet: str, body: pl.DataFrame, picked: dict[str, Picked], ledger: Ledger) -> Checked:
    """Read the body of one table.

    Reads    `body`: `row`, and `c0` … as text
    Gives    lines with the fields that were picked, `line.sheet`, `line.row`, `line.household` (rank of the household on the sheet)
    Cost     O(cells), vectorised
    """
    series = [pl.Series(SHEET, [sheet], dtype=pl.String).new_from_index(0, body.height), body["row"].cast(pl.Int64).alias(ROW)]
    findings = [no_findings()]
    for field, where in picked.items():
        column = ledger.column(field)
        text, masked = _unmasked(_text(body[f"c{where.index}"], column, where), column)
        read = column.kind.read(text)
        series.append(read.values.alias(field))
        findings.append(_problems(sheet, body, read.problems, column, where))
        if column.required and not field.startswith(OF_HOUSEHOLD):
            findings.append(_blanks(sheet, body["row"], read.values.is_null() & read.problems.is_null() & ~masked, column, where))
    lines = pl.DataFrame(series)
    findings.append(_against_number(lines, sheet, body, picked))
    secrets = [c.field for c in ledger.columns if c.secret]
    lines = grouped(seal_lines(lines, secrets))
    findings += [
        _blank_households(lines, sheet, column, picked[column.field]) for column in ledger.columns if _once_a_household(column, picked)
    ]
    findings += [check(lines) for check in ledger.checks]
    findings += [_one_number_once(lines, sheet, picked), _told_alike(lines, sheet, picked, ledger)]
    return Checked(lines, pl.concat(findings).sort("row", maintain_order=True))


def grouped(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with `line.household`: by household number, else by the head's number, else from one head to the next.

    Lines of one household need not stand together where the sheet says their number or their head's.
    """
    own = pl.col("person.id_digest") if "person.id_digest" in lines.columns else pl.lit(None, dtype=pl.String)
    head = (pl.col("membership.relation") == "head").fill_null(False) if "membership.relation" in lines.columns else pl.lit(False)
    number = pl.col("key.household_no") if "key.household_no" in lines.columns else pl.lit(None, dtype=pl.String)
    heads = pl.when(head).then(pl.coalesce(own, pl.lit("r") + pl.col(ROW).cast(pl.String)))
    if "key.head_id_digest" in lines.columns:
        heads = pl.coalesce("key.head_id_digest", heads)
    told = lines.with_columns(number.alias("number"), heads.alias("head"))
    by_head = pl.when(pl.col("head").is_not_null()).then(pl.col("number").drop_nulls().first().over("head"))
    key = pl.coalesce(pl.lit("n:") + pl.coalesce("number", by_head), pl.lit("h:") + pl.col("head"))
    key = key.forward_fill().fill_null(pl.lit("r:") + pl.col(ROW).cast(pl.String))
    return told.with_columns(key.rank("dense").cast(pl.Int64).alias(GROUP)).drop("number", "head")


def _one_number_once(lines: pl.DataFrame, sheet: str, picked: dict[str, Picked]) -> pl.DataFrame:
    """The same person's number (人编号) on two lines."""
    if "key.person_no" not in picked:
        return no_findings()
    again = lines.filter(pl.col("key.person_no").is_not_null() & ~pl.col("key.person_no").is_first_distinct())
    rows = again.select(pl.col(ROW).alias("row"), pl.lit("ID-12").alias("code"))
    message = pl.lit("人编号在前面的行里已经出现过,同一人只能出现一次")
    return _framed(rows, sheet, picked["key.person_no"].heading, pl.lit(Severity.ERROR.value), message, pl.lit(""))


def _told_alike(lines: pl.DataFrame, sheet: str, picked: dict[str, Picked], ledger: Ledger) -> pl.DataFrame:
    """A fact of the household that its lines tell differently: which one is right only a person knows."""
    names = [n for n in picked if n.startswith(OF_HOUSEHOLD) and not ledger.column(n).derived]
    if not names:
        return no_findings()
    kinds = lines.group_by(GROUP).agg(pl.col(name).drop_nulls().n_unique() for name in names)
    found = [no_findings()]
    for name in names:
        if (kinds[name].max() or 0) > 1:
            first = pl.col(name).drop_nulls().first().over(GROUP)
            rows = lines.filter(pl.col(name).is_not_null() & pl.col(name).ne_missing(first))
            rows = rows.select(pl.col(ROW).alias("row"), pl.lit("HH-03").alias("code"))
            message = pl.lit(f"同一户的“{ledger.column(name).label}”前后填得不一样,请只保留正确的")
            found.append(_framed(rows, sheet, picked[name].heading, pl.lit(Severity.ERROR.value), message, pl.lit("")))
    return pl.concat(found)


def _text(text: pl.Series, column: Column, where: Picked) -> pl.Series:
    """The text of the cells, with the unit of the heading behind plain numbers."""
    if not where.unit or column.kind.name not in ("yuan", "mu", "km", "square_metres"):
        return text
    frame = text.to_frame("t")
    return frame.select(pl.when(pl.col("t").str.contains(IN_UNIT)).then(pl.col("t") + where.unit).otherwise(pl.col("t")))["t"]


def _problems(sheet: str, body: pl.DataFrame, problems: pl.Series, column: Column, where: Picked) -> pl.DataFrame:
    wrong = problems.is_not_null()
    if not wrong.any():
        return no_findings()
    found = pl.DataFrame(
        {
            "row": body["row"].cast(pl.Int64).filter(wrong),
            "code": problems.filter(wrong),
            "typed": body[f"c{where.index}"].filter(wrong).fill_null(""),
        }
    )
    severities = {code: column.kind.severity(code).value for code in found["code"].unique()}
    kinds = found.select("code", "typed").unique()
    said = pl.Series([column.kind.says(code, typed) for code, typed in kinds.iter_rows()], dtype=pl.String)
    masked = pl.Series([_shown(column, typed) for typed in kinds["typed"]], dtype=pl.String)
    kinds = kinds.with_columns(said.alias("message"), masked.alias("shown"))
    told = found.join(kinds, on=["code", "typed"], how="left", maintain_order="left")
    return _framed(told, sheet, where.heading, pl.col("code").replace_strict(severities), pl.col("message"), pl.col("shown"))


def _shown(column: Column, typed: str) -> str:
    """What a finding may repeat of a cell: never a whole secret."""
    if not column.secret or len(typed) < 8:
        return typed
    return identity.masked(typed) if column.kind.name == "id_number" else f"{typed[:3]}{'*' * (len(typed) - 7)}{typed[-4:]}"


def _unmasked(text: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """A masked secret (99010119********3, as our own exports show it) is not typed anew: it counts as not given."""
    if not column.secret:
        return text, pl.repeat(False, len(text), eager=True)
    masked = text.str.contains("**", literal=True).fill_null(False)
    return text.to_frame("t").select(pl.when(~masked).then(pl.col("t")))["t"], masked


def _once_a_household(column: Column, picked: dict[str, Picked]) -> bool:
    return column.required and column.field in picked and column.field.startswith(OF_HOUSEHOLD)


def _blank_households(lines: pl.DataFrame, sheet: str, column: Column, where: Picked) -> pl.DataFrame:
    """What a household must tell on any one of its lines, missing on all: said at its first line."""
    first = pl.int_range(pl.len()).over(GROUP) == 0
    blank = lines.select(pl.col(column.field).is_null().all().over(GROUP) & first).to_series()
    return _blanks(sheet, lines[ROW], blank, column, where)


def _blanks(sheet: str, rows: pl.Series, blank: pl.Series, column: Column, where: Picked) -> pl.DataFrame:
    found = pl.DataFrame({"row": rows.cast(pl.Int64).filter(blank), "code": pl.Series(["required"] * int(blank.sum()), dtype=pl.String)})
    message = pl.lit(f"“{column.label}”不能为空")
    return _framed(found, sheet, where.heading, pl.lit(Severity.ERROR.value), message, pl.lit(""))


def _against_number(lines: pl.DataFrame, sheet: str, body: pl.DataFrame, picked: dict[str, Picked]) -> pl.DataFrame:
    """ID-09, ID-10: sex and birth date as typed against what the number says."""
    if "person.id_no" not in picked:
        return no_findings()
    facts = identity.facts(lines["person.id_no"])
    found = [no_findings()]
    for field, derived, code, message in (
        ("person.sex", "sex", "ID-09", "性别与证件号码第17位不一致,请核对"),
        ("person.birth_date", "birth_date", "ID-10", "出生日期与证件号码不一致,请核对"),
    ):
        if field in picked:
            differs = (lines[field] != facts[derived]).fill_null(False)
            typed = body[f"c{picked[field].index}"].fill_null("")
            rows = pl.DataFrame({"row": lines[ROW], "typed": typed}).filter(differs).with_columns(code=pl.lit(code))
            found.append(_framed(rows, sheet, picked[field].heading, pl.lit(Severity.ERROR.value), pl.lit(message), pl.col("typed")))
    return pl.concat(found)


def _framed(found: pl.DataFrame, sheet: str, heading: str, severity: pl.Expr, message: pl.Expr, typed: pl.Expr) -> pl.DataFrame:
    return found.select(
        pl.lit(sheet).alias("sheet"),
        pl.col("row"),
        pl.lit(heading).alias("column"),
        pl.col("code"),
        severity.cast(pl.String).alias("severity"),
        message.alias("message"),
        typed.alias("typed"),
    ).cast(dict(FINDINGS))
