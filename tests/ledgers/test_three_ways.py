"""A workbook that went out, was edited outside, and comes back while the register moved on."""

import io
from decimal import Decimal

import openpyxl
import polars as pl
import pytest

from taizhang.accounts.keeping import console_account
from taizhang.households import writing
from taizhang.households.models import HouseholdPeriod
from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.intake.reading import read_tables
from taizhang.intake.returning import torn
from taizhang.intake.staging import receive_file, stage
from taizhang.intake.threeway import export_number
from taizhang.journal.posting import posting
from taizhang.ledgers import HOUSEHOLD_ARCHIVE, MONITORED_OBJECTS, ledger
from tests.cast import COUNTY
from tests.ledgers.conftest import AT, CAUSE, a_line, put

pytestmark = pytest.mark.django_db
FARM = "household.land_farm_mu"


@pytest.fixture
def exported(register, period, xian):
    """The whole county's archive, as it stood first."""
    return export_ledger(by=xian, at=AT, cause=CAUSE, ledger=HOUSEHOLD_ARCHIVE, period=period, area=COUNTY)


def farm_on_register(mu: str) -> None:
    """Another clerk corrects the farm land of 赵演示 meanwhile."""
    row = HouseholdPeriod.objects.get(head_name="赵演示")
    with posting(by=console_account(at=AT), at=AT, cause=CAUSE, area=COUNTY):
        changed = pl.DataFrame({"id": [row.pk], "version": [row.version], "land_farm_mu": [Decimal(mu)]})
        writing.change(HouseholdPeriod, changed, ("land_farm_mu",))


def with_farm(content: bytes, mu: float) -> bytes:
    """The workbook with another farm land on the line of 赵演示."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    column = next(cell.column for cell in sheet[3] if cell.value == "耕地面积")
    sheet.cell(4, column).value = mu
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def returned(content: bytes, export, xian):
    """The proposals of a returned workbook, and the cells compared three ways."""
    batch = receive_file(
        by=xian, at=AT, ledger=ledger(export.ledger), period=export.period, area=COUNTY, file_name="回.xlsx", content=content
    )
    stage(batch, ledger(export.ledger), ask=False)
    return batch, files.get_frame(batch.pk, "compared-0")


def test_the_number_of_the_export_stands_on_the_sheet(exported):
    workbook, _ = read_tables(files.original(exported.sha256), HOUSEHOLD_ARCHIVE)
    assert export_number(workbook) == exported.pk


def test_a_cell_edited_outside_only_is_edited(exported, xian):
    _, cells = returned(with_farm(files.original(exported.sha256), 4.5), exported, xian)
    assert cells.rows() == [("贫困户信息采集表", 4, FARM, "3.25", "4.5", "3.25", "edited")]


def test_a_cell_that_only_the_register_changed_proposes_nothing(exported, xian):
    farm_on_register("5.00")
    batch, cells = returned(files.original(exported.sha256), exported, xian)
    assert cells.rows() == [("贫困户信息采集表", 4, FARM, "3.25", "3.25", "5", "moved")]
    assert batch.counts["proposals"] == {"new": 0, "change": 0, "same": 6, "conflict": 0, "blocked": 0}


def test_a_cell_that_both_changed_shows_all_three_values_and_waits_for_a_person(exported, xian):
    farm_on_register("5.00")
    batch, cells = returned(with_farm(files.original(exported.sha256), 4.5), exported, xian)
    assert cells.rows() == [("贫困户信息采集表", 4, FARM, "3.25", "4.5", "5", "both")]
    assert torn(cells).rows() == [("贫困户信息采集表", 4)]
    assert (batch.counts["torn"], batch.counts["proposals"]["change"]) == (1, 1)


def test_a_fact_on_every_line_of_a_household_that_only_the_register_changed_is_undone_by_none_of_them(period, xian):
    facts = {"household__monitor_kind": "edge", "household__land_farm_mu": Decimal("3.25")}
    put([a_line(1, "赵演示", 1, **facts), a_line(1, "周示例", 2, "spouse", **facts), a_line(1, "赵虚构", 3, "son", **facts)], period)
    export = export_ledger(by=xian, at=AT, cause=CAUSE, ledger=MONITORED_OBJECTS, period=period, area=COUNTY)
    farm_on_register("5.00")
    batch, cells = returned(files.original(export.sha256), export, xian)
    assert cells["verdict"].to_list() == ["moved"]
    assert batch.counts["proposals"] == {"new": 0, "change": 0, "same": 3, "conflict": 0, "blocked": 0}
