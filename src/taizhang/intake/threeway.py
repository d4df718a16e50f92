"""A sheet that went out and comes back: as exported, as edited, as it stands now (hop 12 back to hop 4).

A cell that nobody edited must not overwrite what was written on the register since; a cell that both changed is a person's to settle.
"""

import re
from collections.abc import Iterable, Mapping

import polars as pl

from taizhang.households.models import HouseholdPeriod, Identification, MemberPeriod, Membership, Person
from taizhang.households.sealing import masked, purpose_of
from taizhang.households.standing import FAMILY_KINDS, HOUSEHOLD_KINDS, IDENTIFICATION_KINDS, MEMBER_KINDS, PERSON_KINDS
from taizhang.intake.exporting.workbook import NUMBER_MARK
from taizhang.intake.grains.base import Home
from taizhang.intake.models import Export
from taizhang.journal.replay import states_at
from taizhang.kernel.kinds.base import Kind
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.kernel.sheets.reading import Workbook

EDITED, MOVED, BOTH = "edited", "moved", "both"
HOMES: dict[str, Home] = {
    "person": Home(Person, "person_id", "person_version", PERSON_KINDS),
    "membership": Home(Membership, "membership_id", "membership_version", FAMILY_KINDS),
    "member": Home(MemberPeriod, "archive_id", "archive_version", MEMBER_KINDS),
    "household": Home(HouseholdPeriod, "hh_archive_id", "hh_archive_version", HOUSEHOLD_KINDS),
    "identification": Home(Identification, "identification_id", "identification_version", IDENTIFICATION_KINDS),
}
COMPARED = {"sheet": pl.String, "row": pl.Int64, "field": pl.String, "exported": pl.String, "edited": pl.String, "standing": pl.String}
COMPARED |= {"verdict": pl.String}
LOOK = 4  # rows from the top among which the stamp stands
PIECE = 5_000  # rows of one table in one reading of the journal
_STAMP = re.compile(rf"{NUMBER_MARK}[::]E(\d{{1,18}})-([0-9a-f]{{8}})")


def export_number(workbook: Workbook) -> int | None:
    """The number of the export that a workbook came from, None where it bears none or several."""
    found: set[int] = set()
    for sheet in workbook.sheets:
        texts = (cell for row in sheet.top(LOOK).drop("row", "hidden").rows() for cell in row if cell)
        found |= {int(stamp[1]) for text in texts if (stamp := _STAMP.search(text))}
    return found.pop() if len(found) == 1 else None


def three_way(
    lines: pl.DataFrame, rows: pl.DataFrame, now: pl.DataFrame, export: Export, homes: Mapping[str, Home] = HOMES
) -> pl.DataFrame:
    """Every cell in which the lines of a returned export say something else than the register does.

    Reads    `rows` and `now` of the proposals, in the order of `lines`; the journal at the export's position
    Gives    `COMPARED`: the three values as a sheet shows them (secrets masked) and the verdict: `edited` only outside, `moved` only on
             the register since, `both`
    Blank    an identity number is locked and not compared; exported: unknown at the time, or no row stood there yet
    Cost     2 queries for each table and 5,000 changed rows
    """
    whole = pl.concat([rows, lines.drop(set(rows.columns) & set(lines.columns)), now], how="horizontal")
    changed = whole.filter(pl.col("changed").list.len() > 0)
    told = [name for name in changed["changed"].explode().drop_nulls().unique().sort() if f"now.{name}" in now.columns]
    stood = {
        home: as_exported(export, home, changed[homes[home].row_id].drop_nulls().to_list(), homes)
        for home in sorted({name.partition(".")[0] for name in told})
    }
    found = [_compared(changed.filter(pl.col("changed").list.contains(name)), name, stood[name.partition(".")[0]], homes) for name in told]
    return pl.concat([pl.DataFrame(schema=COMPARED), *found]).sort("sheet", "row", maintain_order=True)


def as_exported(export: Export, home: str, pks: Iterable[int], homes: Mapping[str, Home] = HOMES) -> pl.DataFrame:
    """The rows of one table as they stood when the workbook was made.

    Gives    `id` and one typed column a fact; rows that did not stand yet are absent
    Blank    also what had no column yet in the release that made the workbook
    """
    model, kinds = homes[home].model, homes[home].kinds
    wanted = sorted(set(pks))
    images: dict[int, dict[str, str | None]] = {}
    for first in range(0, len(wanted), PIECE):
        images |= states_at(model, wanted[first : first + PIECE], export.position)
    columns = [_typed(name, [image.get(name) for image in images.values()], kind) for name, kind in kinds.items()]
    return pl.DataFrame([pl.Series("id", list(images), dtype=pl.Int64), *columns])


def _compared(changed: pl.DataFrame, name: str, stood: pl.DataFrame, homes: Mapping[str, Home]) -> pl.DataFrame:
    home, _, fact = name.partition(".")
    id_column, kinds = homes[home].row_id, homes[home].kinds
    kind = kinds[fact]
    was = changed.select(pl.col(id_column).alias("id")).join(
        stood.select("id", pl.col(fact).alias("was")), on="id", how="left", maintain_order="left"
    )
    frame = pl.DataFrame(
        [changed[SHEET], changed[ROW], was["was"], changed[name].alias("edited"), changed[f"now.{name}"].alias("standing")]
    )
    untouched = pl.col("was").eq_missing(pl.col("edited"))
    still = pl.col("was").eq_missing(pl.col("standing"))
    verdict = pl.when(untouched).then(pl.lit(MOVED)).when(still).then(pl.lit(EDITED)).otherwise(pl.lit(BOTH))
    judged = frame.with_columns(verdict.alias("verdict"))
    shown = [_shown(judged[c], kind, name).alias(to) for c, to in (("was", "exported"), ("edited", "edited"), ("standing", "standing"))]
    where = [judged[SHEET].alias("sheet"), judged[ROW].alias("row"), pl.Series("field", [name] * judged.height, dtype=pl.String)]
    return pl.DataFrame([*where, *shown, judged["verdict"]])


def _shown(values: pl.Series, kind: Kind, name: str) -> pl.Series:
    if values.dtype == pl.Binary:
        return pl.Series([None if v is None else masked(v, purpose_of(name)) for v in values], dtype=pl.String)
    return kind.show(values)


def _typed(name: str, texts: list[str | None], kind: Kind) -> pl.Series:
    """Canonical texts of journal images as values."""
    if kind.secret:
        return pl.Series(name, [None if t is None else bytes.fromhex(t) for t in texts], dtype=pl.Binary)
    series = pl.Series(name, texts, dtype=pl.String)
    if kind.dtype == pl.Boolean:
        return series == "1"
    if kind.dtype == pl.Date:
        return series.str.to_date("%Y-%m-%d")
    return series.cast(kind.dtype)
