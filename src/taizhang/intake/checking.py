"""Text of cells → typed lines and findings (hop 3). Never raises on what was typed; the same sheet gives the same findings."""

from collections.abc import Mapping

import polars as pl

from taizhang.households.sealing import seal_lines
from taizhang.households.writing import GROUP
from taizhang.intake.cells import Checked, Picked, blanks, framed, read_cells
from taizhang.intake.grains import grain_of
from taizhang.kernel import identity
from taizhang.kernel.findings import Severity, no_findings
from taizhang.kernel.ledgers import ROW, Column, Ledger

__all__ = ["Checked", "Picked", "check_members", "check_table", "grouped"]

OF_HOUSEHOLD = ("household.", "identification.", "key.area", "key.village", "key.township", "key.group")


def check_table(*, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked], ledger: Ledger) -> Checked:
    """Read the body of one table as the ledger's grain reads it.

    Reads    `body`: `row`, and `c0` … as text
    Gives    lines with the fields that were picked, `line.sheet`, `line.row`, `line.household` (which lines go together)
    Cost     O(cells), vectorised
    """
    return grain_of(ledger).check(sheet=sheet, body=body, picked=picked, ledger=ledger)


def check_members(*, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked], ledger: Ledger) -> Checked:
    """`check_table` of sheets whose line is a person of a household; `line.household` is the rank of the household on the sheet."""
    lines, findings = read_cells(sheet=sheet, body=body, picked=picked, ledger=ledger, told_once=OF_HOUSEHOLD)
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


def _one_number_once(lines: pl.DataFrame, sheet: str, picked: Mapping[str, Picked]) -> pl.DataFrame:
    """The same person's number (人编号) on two lines."""
    if "key.person_no" not in picked:
        return no_findings()
    again = lines.filter(pl.col("key.person_no").is_not_null() & ~pl.col("key.person_no").is_first_distinct())
    rows = again.select(pl.col(ROW).alias("row"), pl.lit("ID-12").alias("code"))
    message = pl.lit("人编号在前面的行里已经出现过,同一人只能出现一次")
    return framed(rows, sheet, picked["key.person_no"].heading, pl.lit(Severity.ERROR.value), message, pl.lit(""))


def _told_alike(lines: pl.DataFrame, sheet: str, picked: Mapping[str, Picked], ledger: Ledger) -> pl.DataFrame:
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
            found.append(framed(rows, sheet, picked[name].heading, pl.lit(Severity.ERROR.value), message, pl.lit("")))
    return pl.concat(found)


def _once_a_household(column: Column, picked: Mapping[str, Picked]) -> bool:
    return column.required and column.field in picked and column.field.startswith(OF_HOUSEHOLD)


def _blank_households(lines: pl.DataFrame, sheet: str, column: Column, where: Picked) -> pl.DataFrame:
    """What a household must tell on any one of its lines, missing on all: said at its first line."""
    first = pl.int_range(pl.len()).over(GROUP) == 0
    blank = lines.select(pl.col(column.field).is_null().all().over(GROUP) & first).to_series()
    return blanks(sheet, lines[ROW], blank, column, where)


def _against_number(lines: pl.DataFrame, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked]) -> pl.DataFrame:
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
            found.append(framed(rows, sheet, picked[field].heading, pl.lit(Severity.ERROR.value), pl.lit(message), pl.col("typed")))
    return pl.concat(found)
