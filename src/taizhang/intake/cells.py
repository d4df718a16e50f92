"""Text of cells → typed columns and what is wrong in each cell (hop 3): the same for whatever a line is about."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from taizhang.intake.refusing import MISSING_NUMBER
from taizhang.kernel import identity
from taizhang.kernel.findings import FINDINGS, Severity, no_findings
from taizhang.kernel.ledgers import ROW, SHEET, Column, Ledger

IN_UNIT = r"^[0-9.,]+$"
MASK = r"\*\*|^\d{3}\*\d{4}$"  # eight places, as the shortest account has, leave one star between the ends
ID_NO, PERSON_NO = "person.id_no", "key.person_no"
WITH_UNITS = ("yuan", "mu", "km", "square_metres")


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


def read_cells(
    *, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked], ledger: Ledger, told_once: tuple[str, ...] = ()
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The columns of a table that were picked.

    `told_once` begin fields that need not stand on every line: whether one is missing is the caller's to say.

    Gives    `line.sheet`, `line.row` and the fields, typed; findings of single cells
    Cost     O(cells), vectorised
    """
    named = _named(body, picked)
    series = [pl.Series(SHEET, [sheet], dtype=pl.String).new_from_index(0, body.height), body["row"].cast(pl.Int64).alias(ROW)]
    findings = [no_findings()]
    for field, where in picked.items():
        column = ledger.column(field)
        text, masked = _unmasked(_text(body[f"c{where.index}"], column, where), column)
        read = column.kind.read(text)
        series.append(read.values.alias(field))
        findings.append(_problems(sheet, body, read.problems, column, where))
        if column.required and not field.startswith(told_once):
            blank = read.values.is_null() & read.problems.is_null() & ~masked
            findings.append(blanks(sheet, body["row"], blank & ~named if field == ID_NO else blank, column, where))
            if field == ID_NO:
                findings.append(blanks(sheet, body["row"], blank & named, column, where, MISSING_NUMBER))
    return pl.DataFrame(series), findings


def _named(body: pl.DataFrame, picked: Mapping[str, Picked]) -> pl.Series:
    """Which lines name their person by our own number: whether a blank identity number is a mistake there, the register knows."""
    where = picked.get(PERSON_NO)
    return (body[f"c{where.index}"].str.strip_chars() != "").fill_null(value=False) if where else pl.repeat(False, body.height, eager=True)


def blanks(sheet: str, rows: pl.Series, blank: pl.Series, column: Column, where: Picked, code: str = "required") -> pl.DataFrame:
    """Findings for what must be filled in and is not."""
    found = pl.DataFrame({"row": rows.cast(pl.Int64).filter(blank), "code": pl.Series([code] * int(blank.sum()), dtype=pl.String)})
    message = pl.lit(f"“{column.label}”不能为空")
    return framed(found, sheet, where.heading, pl.lit(Severity.ERROR.value), message, pl.lit(""))


def framed(found: pl.DataFrame, sheet: str, heading: str, severity: pl.Expr, message: pl.Expr, typed: pl.Expr) -> pl.DataFrame:
    """Findings out of `row` and `code` of what was found."""
    return found.select(
        pl.lit(sheet).alias("sheet"),
        pl.col("row"),
        pl.lit(heading).alias("column"),
        pl.col("code"),
        severity.cast(pl.String).alias("severity"),
        message.alias("message"),
        typed.alias("typed"),
    ).cast(dict(FINDINGS))


def _text(text: pl.Series, column: Column, where: Picked) -> pl.Series:
    """The text of the cells, with the unit of the heading behind plain numbers."""
    if not where.unit or column.kind.name not in WITH_UNITS:
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
    return framed(told, sheet, where.heading, pl.col("code").replace_strict(severities), pl.col("message"), pl.col("shown"))


def _shown(column: Column, typed: str) -> str:
    """What a finding may repeat of a cell: never a whole secret."""
    if not column.secret or len(typed) < 8:
        return typed
    return identity.masked(typed) if column.kind.name == "id_number" else f"{typed[:3]}{'*' * (len(typed) - 7)}{typed[-4:]}"


def _unmasked(text: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """A masked secret (99010119********3, as our own exports show it) is not typed anew: it counts as not given."""
    if not column.secret:
        return text, pl.repeat(False, len(text), eager=True)
    masked = text.str.contains(MASK).fill_null(False)
    return text.to_frame("t").select(pl.when(~masked).then(pl.col("t")))["t"], masked
