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
from taizhang.intake.staging import proposals_for, receive_file, stage
from taizhang.intake.threeway import export_number, with_conflicts, without_moved
from taizhang.journal.posting import posting
from taizhang.kernel.findings import no_findings
from taizhang.ledgers import HOUSEHOLD_ARCHIVE
from tests.cast import COUNTY
from tests.ledgers.conftest import AT, CAUSE

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


def compared(content: bytes, export, xian):
    """The lines of a returned workbook, their proposals, and the cells compared three ways."""
    batch = receive_file(by=xian, at=AT, ledger=HOUSEHOLD_ARCHIVE, period=export.period, area=COUNTY, file_name="回.xlsx", content=content)
    lines = files.get_frame(stage(batch, HOUSEHOLD_ARCHIVE).pk, "lines-0")
    proposals = proposals_for(xian, lines, no_findings(), export.period, COUNTY)
    return lines, proposals.rows, files.get_frame(batch.pk, "compared-0")


def test_the_number_of_the_export_stands_on_the_sheet(exported):
    workbook, _ = read_tables(files.original(exported.sha256), HOUSEHOLD_ARCHIVE)
    assert export_number(workbook) == exported.pk


def test_a_cell_edited_outside_only_is_edited(exported, xian):
    content = with_farm(files.original(exported.sha256), 4.5)
    _, _, cells = compared(content, exported, xian)
    assert cells.rows() == [("贫困户信息采集表", 4, FARM, "3.25", "4.5", "3.25", "edited")]


def test_a_cell_that_only_the_register_changed_proposes_nothing(exported, period, xian):
    farm_on_register("5.00")
    lines, _, cells = compared(files.original(exported.sha256), exported, xian)
    assert cells.rows() == [("贫困户信息采集表", 4, FARM, "3.25", "3.25", "5", "moved")]
    again = proposals_for(xian, without_moved(lines, cells), no_findings(), period, COUNTY)
    assert again.counts == {"new": 0, "change": 0, "same": 6, "conflict": 0, "blocked": 0}


def test_a_cell_that_both_changed_is_a_conflict_with_all_three_values(exported, xian):
    farm_on_register("5.00")
    _, rows, cells = compared(with_farm(files.original(exported.sha256), 4.5), exported, xian)
    assert cells["verdict"].to_list() == ["both"]
    conflict = with_conflicts(rows, cells).filter(pl.col("kind") == "conflict")
    assert conflict["why"].to_list() == ["导出后册上也改过:导出时为“3.25”,您改为“4.5”,现在为“5”,请核实后再改"]
