"""Whatever the register holds: every sheet goes out, comes back, and has nothing to say; a cell that somebody edited comes back as one
proposal; a cell that only the register changed since undoes nothing.

A new ledger of a known grain is tried by itself; one of a new grain fails until `REGISTERS` knows how such a register is made. What a sheet
cannot change it says itself: a column that is `derived`, a fact that is `locked` or `events_only`.
"""

import io
import os
from random import Random, SystemRandom
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.db.models import F

from taizhang.households.query import BadQuery
from taizhang.households.sealing import purpose_of
from taizhang.intake import files
from taizhang.intake.accepting import accept_batch
from taizhang.intake.exporting import export_ledger
from taizhang.intake.exporting.workbook import shown
from taizhang.intake.grains import GRAINS, grain_of
from taizhang.intake.grains.household_list import list_ledger
from taizhang.intake.models import Batch
from taizhang.intake.staging import receive_file, stage
from taizhang.journal.fields import sealer
from taizhang.kernel.ledgers import ROW, Column, Ledger
from taizhang.ledgers import LEDGERS
from tests.cast import COUNTY
from tests.journal.acts import pen
from tests.ledgers.conftest import AT, CAUSE
from tests.ledgers.registers import FACTS, REGISTERS, any_of, is_reckoned

pytestmark = pytest.mark.django_db
GROUP = "line.household"
SEED = "20261124"
NAMES = {
    "membership.relation": "who is head is changed on the household's page",
    "person.id_no": "names the person",
    "identification.kind": "the act itself",
    "work_spell.spell_from_on": "names the spell: another month is another spell",
    "pairing.pairing_role": "names the pairing: in another capacity it is another pairing",
    "pairing.from_on": "names the pairing: another day is another pairing",
    "pairing.to_on": "ends the pairing: planned with all lines of its household",
    "helper.helper_id_no": "names the helper",
    "helper.helper_name": "names the helper: another name is refused",
    "helper.helper_sex": "follows from his number",
}


@pytest.fixture
def chance() -> Random:
    """The same registers in every run; `TAIZHANG_ROUND_SEED=random` makes others, and a run that failed is run again with its seed."""
    seed = os.environ.get("TAIZHANG_ROUND_SEED", SEED)
    seed = str(SystemRandom().randrange(10**9)) if seed == "random" else seed
    print(f"seed {seed} (TAIZHANG_ROUND_SEED)")
    return Random(seed)


def given_out(by, period, ledger: Ledger, *, full: bool) -> bytes:
    told = {"by": by, "at": AT, "cause": CAUSE, "ledger": ledger, "period": period, "area": COUNTY}
    return files.original(export_ledger(**told, unmasked=full).sha256)


def back(by, period, ledger: Ledger, content: bytes) -> Batch:
    batch = receive_file(by=by, at=AT, ledger=ledger, period=period, area=COUNTY, file_name="回.xlsx", content=content)
    return stage(batch, ledger, ask=False)


def rows_of(batch: Batch) -> pl.DataFrame:
    return files.get_frame(batch.pk, "proposals-0")


def said(batch: Batch) -> list[tuple[Any, ...]]:
    """Every line that is not 相同; what is wrong with them is printed."""
    other = rows_of(batch).filter(pl.col("kind") != "same").select(ROW, "kind", "why", "changed").rows()
    print(*other, *files.get_frame(batch.pk, "findings-0").select("row", "column", "severity", "message", "typed").rows(), sep="\n")
    return other


def may_be_edited(ledger: Ledger) -> list[Column]:
    """The columns that tell a fact which the sheet reads in."""
    homes = grain_of(ledger).homes
    kept = {f"{name}.{fact}" for name, home in homes.items() for fact in home.kinds}
    return [c for c in ledger.columns if c.field in kept and not (c.derived or c.field in NAMES or is_reckoned(c.field))]


def is_refused(ledger: Ledger, field: str) -> bool:
    """Whether the fact is declared to be changed by orders or acts only."""
    own = {f"{grain_of(ledger).home}.{fact.name}": fact for fact in getattr(grain_of(ledger), "facts", ())}
    fact = own.get(field) or FACTS.get(field)
    return fact is not None and (fact.locked or fact.events_only)


def together(rows: pl.DataFrame, at: int, column: Column, ledger: Ledger) -> list[int]:
    """The lines that tell the same fact as one line: of a household, of a helper."""
    home, line = column.field.partition(".")[0], rows.row(at, named=True)
    if home == "helper":
        return rows.filter(pl.col("helper_id") == line["helper_id"])[ROW].to_list()
    if home in ("household", "identification"):
        whole = rows.filter(pl.col(GROUP) == line[GROUP])[ROW].to_list()
        return whole if ledger.every_line or column.required else whole[:1]
    return [line[ROW]]


def edited(content: bytes, ledger: Ledger, column: Column, places: list[int], value: Any) -> bytes:
    """A workbook with one fact told differently, in the sheet's own words."""
    text = shown(pl.DataFrame({column.field: pl.Series([value], dtype=column.kind.dtype)}), ledger)[column.field][0]
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in places:
        book.worksheets[0].cell(row, ledger.columns.index(column) + 1).value = text
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def standing(content: bytes, ledger: Ledger, column: Column, places: list[int]) -> set[str | None]:
    """What the cells of a column say, as texts."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = (sheet.cell(row, ledger.columns.index(column) + 1).value for row in places)
    return {None if cell is None else str(cell) for cell in cells}


def move(by, ledger: Ledger, row: dict[str, Any], field: str, value: Any) -> None:
    """Another clerk writes the fact on the register meanwhile."""
    home, _, fact = field.partition(".")
    table = grain_of(ledger).homes[home]
    stored = sealer().seal(value, purpose_of(field)) if FACTS.get(field) and FACTS[field].kind.secret else value
    with pen(by):
        table.model._default_manager.filter(pk=row[table.row_id]).update(**{fact: stored}, version=F("version") + 1)


def another(chance: Random, ledger: Ledger, column: Column, told: set[str | None]) -> Any:
    """A value that was not told yet; blank where a kind of two values has no third."""
    for _ in range(50):
        value = any_of(column, chance)
        text = shown(pl.DataFrame({column.field: pl.Series([value], dtype=column.kind.dtype)}), ledger)[column.field][0]
        if text not in told:
            told.add(text)
            return value
    return None


@pytest.mark.parametrize("ledger", LEDGERS.values(), ids=LEDGERS)
def test_a_sheet_comes_back_with_nothing_to_say_and_an_edited_cell_with_one_proposal(xian, period, ledger, chance):
    REGISTERS[ledger.line](chance, xian, period, ledger)
    content = given_out(xian, period, ledger, full=chance.random() < 0.5)
    batch = back(xian, period, ledger, content)
    assert (batch.state, said(batch)) == (Batch.CHECKED, [])
    rows, column = rows_of(batch), chance.choice(may_be_edited(ledger))
    places = together(rows, chance.randrange(rows.height), column, ledger)
    told = standing(content, ledger, column, places)
    first, second = another(chance, ledger, column, told), another(chance, ledger, column, told)
    print(column.field, places, first, second)
    book = edited(content, ledger, column, places, first)
    if is_refused(ledger, column.field):
        assert {kind for _, kind, _, _ in said(back(xian, period, ledger, book))} == {"conflict"}
        return
    one_proposal(xian, period, ledger, content, book, column.field, second)


def one_proposal(by, period, ledger: Ledger, content: bytes, book: bytes, field: str, meanwhile: Any) -> None:
    """The edited cell and nothing else is proposed; what the register changed meanwhile is not undone by who did not edit it, and waits for
    a person where he did; once written, the workbook has nothing more to say."""
    batch = back(by, period, ledger, book)
    assert [(kind, changed) for _, kind, _, changed in said(batch)] == [("change", [field])]
    row = rows_of(batch).filter(pl.col("kind") == "change").row(0, named=True)
    move(by, ledger, row, field, meanwhile)
    assert said(back(by, period, ledger, content)) == []
    torn = back(by, period, ledger, book)
    assert (torn.counts["torn"], [changed for *_, changed in said(torn)]) == (1, [[field]])
    accept_batch(by=by, at=AT, cause=CAUSE, batch=torn, chosen={(row["line.sheet"], row[ROW])})
    assert said(back(by, period, ledger, book)) == []


def test_every_grain_goes_both_ways_but_the_list_of_households():
    assert {ledger.line for ledger in LEDGERS.values()} == set(REGISTERS)
    assert set(GRAINS) - set(REGISTERS) == {"household_list"}
    with pytest.raises(BadQuery, match="只能导出,不能导入"):
        grain_of(list_ledger({})).check(sheet="", body=pl.DataFrame(), picked={}, ledger=list_ledger({}))
