"""A workbook that we gave out and that comes back (hop 12 to hop 4): what nobody edited proposes nothing, and what both sides changed is
a person's to settle."""

from collections.abc import Mapping

import polars as pl

from taizhang.accounts.permissions import Permission
from taizhang.households.writing import GROUP
from taizhang.intake.grains.base import Home
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import Proposals
from taizhang.intake.refusing import ID_NO
from taizhang.intake.threeway import BOTH, HOMES, MOVED, export_number, three_way
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.kernel.sheets.reading import Workbook

OF_HOUSEHOLD = ("household.", "identification.")


def export_of(batch: Batch, workbook: Workbook) -> Export | None:
    """The export that a workbook came from, if it is one of this ledger and period that the uploader may see.

    Cost     1 query
    """
    number = export_number(workbook)
    if number is None:
        return None
    seen = Export.objects.visible_to(batch.by, Permission.EXPORT_RUN)
    return seen.filter(pk=number, ledger=batch.ledger, period=batch.period).first()


def compared_with(export: Export, lines: pl.DataFrame, proposals: Proposals, homes: Mapping[str, Home] = HOMES) -> pl.DataFrame:
    """The cells of a table that say something else than the register, each with the value that was given out.

    Gives    the frame of `threeway.COMPARED`
    """
    plain = pl.col("changed").list.set_difference([ID_NO])  # full numbers never go out and come back for comparison
    return three_way(lines, proposals.rows.with_columns(plain.alias("changed")), proposals.now, export, homes)


def without_untouched(lines: pl.DataFrame, compared: pl.DataFrame) -> pl.DataFrame:
    """Lines without the cells that nobody edited while the register moved on: they are as good as blank.

    A fact of a household is compared once, on the first line that tells it, and blanked on all of its lines.
    """
    for (name,), cells in compared.filter(pl.col("verdict") == MOVED).group_by("field"):
        places = cells.select(pl.struct(pl.col("sheet").alias(SHEET), pl.col("row").alias(ROW))).to_series()
        untouched = pl.struct(SHEET, ROW).is_in(places.implode())
        if str(name).startswith(OF_HOUSEHOLD):
            untouched = untouched.any().over(GROUP)
        lines = lines.with_columns(pl.when(~untouched).then(pl.col(str(name))).alias(str(name)))
    return lines


def torn(compared: pl.DataFrame) -> pl.DataFrame:
    """The lines with a cell that both sides changed: sheet and row."""
    found = compared.filter(pl.col("verdict") == BOTH).select(pl.col("sheet").alias(SHEET), pl.col("row").alias(ROW))
    return found.unique(maintain_order=True)
