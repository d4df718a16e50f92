"""A workbook that went out and comes back: as exported, as edited, as it stands now."""

import io

import openpyxl
import pytest
from django.urls import reverse

from taizhang.households.models import HouseholdPeriod, Person
from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.journal.posting import Cause
from taizhang.ledgers import HOUSEHOLD_ARCHIVE
from tests.cast import VILLAGE, signed_in
from tests.intake.workbooks import AT, accepted, changed_of, kinds_of, staged

pytestmark = pytest.mark.django_db


def given_out(by, period):
    """The archive of the village as a workbook."""
    export = export_ledger(by=by, at=AT, cause=Cause("test.export"), ledger=HOUSEHOLD_ARCHIVE, period=period, area=VILLAGE)
    return files.original(export.sha256)


def edited(content, heading, name, value):
    """One cell of a workbook changed outside."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    headings = next(row for row in sheet.iter_rows() if "姓名" in [cell.value for cell in row])
    column, names = ([cell.value for cell in headings].index(each) for each in (heading, "姓名"))
    line = next(row for row in sheet.iter_rows(min_row=headings[0].row + 1) if row[names].value == name)
    line[column].value = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.fixture
def out_there(cun, period, family):
    """The workbook as it was given out."""
    return given_out(cun, period)


def test_it_comes_in_again_and_changes_nothing(cun, period, out_there):
    assert kinds_of(staged(cun, out_there, period)) == ["same"] * 3


def test_a_cell_edited_outside_is_a_change(cun, period, out_there):
    batch = staged(cun, edited(out_there, "工资性收入", "赵演示", "9100"), period)
    assert changed_of(batch) == [["household.inc_wage_yuan"], [], []]


def test_a_cell_that_nobody_edited_does_not_undo_what_was_written_since(cun, period, out_there, out):
    with out():
        HouseholdPeriod.objects.update(inc_wage_yuan=7000, version=2)
    batch = staged(cun, edited(out_there, "健康状况", "周示例", "残疾"), period)
    assert changed_of(batch) == [[], ["member.health"], []]
    accepted(cun, batch)
    assert HouseholdPeriod.objects.get().inc_wage_yuan == 7000


def test_a_locked_cell_that_nobody_edited_is_no_conflict(cun, period, out_there, out):
    with out():
        Person.objects.filter(name="周示例").update(name="周更名", version=2)
    assert kinds_of(staged(cun, out_there, period)) == ["same"] * 3


def test_a_cell_that_both_changed_is_written_only_when_chosen(cun, period, out_there, out):
    with out():
        HouseholdPeriod.objects.update(inc_wage_yuan=7000, version=2)
    book = edited(edited(out_there, "工资性收入", "赵演示", "9100"), "健康状况", "周示例", "残疾")
    batch = staged(cun, book, period)
    assert batch.counts["torn"] == 1
    assert accepted(cun, batch).written == {"new": 0, "change": 1}
    assert HouseholdPeriod.objects.get().inc_wage_yuan == 7000


def test_a_cell_that_both_changed_is_written_when_chosen(cun, period, out_there, out):
    with out():
        HouseholdPeriod.objects.update(inc_wage_yuan=7000, version=2)
    batch = staged(cun, edited(out_there, "工资性收入", "赵演示", "9100"), period)
    line = files.get_frame(batch.pk, "compared-0").row(0, named=True)
    accepted(cun, batch, chosen={(line["sheet"], line["row"])})
    assert HouseholdPeriod.objects.get().inc_wage_yuan == 9100


def test_the_page_shows_the_three_values(cun, period, out_there, out):
    with out():
        HouseholdPeriod.objects.update(inc_wage_yuan=7000, version=2)
    batch = staged(cun, edited(out_there, "工资性收入", "赵演示", "9100"), period)
    page = signed_in(cun).get(reverse("import_proposals", args=[batch.pk]), {"group": "change"}).content.decode()
    assert ("导出时" in page, "<td>8200</td>" in page, ">7000<" in page, ">9100<" in page, "须逐条选择" in page) == (True,) * 5


def test_all_does_not_take_what_both_changed(cun, period, out_there, out):
    with out():
        HouseholdPeriod.objects.update(inc_wage_yuan=7000, version=2)
    batch = staged(cun, edited(edited(out_there, "工资性收入", "赵演示", "9100"), "健康状况", "周示例", "残疾"), period)
    signed_in(cun).post(reverse("import_accept", args=[batch.pk]), {"accept": "all", "group": "change", "page": "1", "choice_99": "leave"})
    assert HouseholdPeriod.objects.get().inc_wage_yuan == 7000


def test_what_nobody_edited_in_a_sheet_that_we_gave_out_confirms_no_carried_archive(cun, period, family, out):
    with out():
        HouseholdPeriod.objects.update(draft=True, version=2)
    content = given_out(cun, period)
    assert kinds_of(staged(cun, content, period)) == ["same"] * 3
    accepted(cun, staged(cun, edited(content, "工资性收入", "赵演示", "9100"), period))
    assert not HouseholdPeriod.objects.get().draft
