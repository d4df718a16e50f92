"""What goes out comes in again: the export as a service."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.accounts.unmask import ReasonMissing
from taizhang.households.models import Household
from taizhang.households.query import BadQuery
from taizhang.intake import files, progress
from taizhang.intake.exporting import export_ledger, make_export, order_export, progress_key
from taizhang.intake.models import Export
from taizhang.intake.staging import receive_file, stage
from taizhang.journal.posting import newest_position, posting
from taizhang.kernel.identity import make_id
from taizhang.ledgers import HOUSEHOLD_ARCHIVE, LEDGERS, NEW_AND_RETURNED
from tests.cast import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tests.ledgers.conftest import AT, CAUSE

pytestmark = pytest.mark.django_db


def exported(by, period, area=COUNTY, ledger=HOUSEHOLD_ARCHIVE, **options) -> Export:
    """An export by one of the cast."""
    return export_ledger(by=by, at=AT, cause=CAUSE, ledger=ledger, period=period, area=area, **options)


def sheet_of(export: Export):
    """The sheet that was given out, as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(files.original(export.sha256))).active


def column_of(export: Export, label: str) -> list[object]:
    """The cells of one column below the headings."""
    sheet = sheet_of(export)
    below = 4 if export.ledger == NEW_AND_RETURNED.key else 3
    index = next(cell.column for row in sheet.iter_rows(min_row=3, max_row=below) for cell in row if cell.value == label)
    return [row[index - 1].value for row in sheet.iter_rows(min_row=below + 1)]


@pytest.mark.parametrize(("key", "lines"), [("household-archive", 6), ("new-and-returned", 2)])
def test_what_goes_out_comes_in_again_and_changes_nothing(register, period, xian, key, lines):
    content = files.original(exported(xian, period, ledger=LEDGERS[key]).sha256)
    batch = receive_file(by=xian, at=AT, ledger=LEDGERS[key], period=period, area=COUNTY, file_name="导出.xlsx", content=content)
    batch = stage(batch, LEDGERS[key])
    assert (batch.state, batch.message) == ("checked", "")
    assert batch.counts["proposals"] == {"new": 0, "change": 0, "same": lines, "conflict": 0, "blocked": 0}


def test_the_manifest_tells_rows_position_and_digest(register, period, xian):
    export = Export.objects.get(pk=exported(xian, period).pk)
    assert (export.state, export.rows, export.position) == ("ready", 6, newest_position())
    assert export.file_name == f"贫困户信息采集表-2018-{COUNTY}-E{export.pk}.xlsx"


def test_the_sheet_says_which_export_it_is(register, period, xian):
    export = exported(xian, period)
    assert sheet_of(export)["A2"].value.startswith(
        f"导出编号:E{export.pk}-{HOUSEHOLD_ARCHIVE.version}  期次:2018  标准时点:2018-09-30  导出时间:2018-12-01 10:00:00  流水位置:{export.position}"
    )


def test_the_head_comes_first_and_facts_of_the_household_stand_on_its_line(register, period, xian):
    export = exported(xian, period)
    assert column_of(export, "姓名") == ["赵演示", "周示例", "赵虚构", "钱样例", "孙模拟", "吴仿真"]
    assert column_of(export, "户主姓名") == ["赵演示"] * 3 + ["钱样例"] + ["孙模拟"] * 2
    assert column_of(export, "主要致贫原因") == ["因病", None, None, None, None, None]
    assert column_of(export, "是否危房户") == [None, None, None, "否", None, None]


def test_money_can_be_added_up_and_numbers_of_persons_are_text(register, period, xian):
    export = exported(xian, period)
    assert column_of(export, "工资性收入")[3] == Decimal("9600.5")
    assert {type(value) for value in column_of(export, "证件号码")} == {str}


def test_personal_numbers_are_masked(register, period, xian):
    export = exported(xian, period)
    last = make_id("990101", date(1970, 1, 1), 1)[-1]
    assert column_of(export, "证件号码")[0] == f"9901011970********{last}"
    assert column_of(export, "户主证件号码")[1] == f"9901011970********{last}"
    assert column_of(export, "户联系电话")[0] == "139****0001"


def test_personal_numbers_in_clear_ask_for_a_reason(register, period, xian):
    with pytest.raises(ReasonMissing):
        exported(xian, period, unmasked=True, reason=" ")


def test_personal_numbers_in_clear_with_a_reason(register, period, cun):
    export = exported(cun, period, area=VILLAGE, unmasked=True, reason="与民政比对")
    assert column_of(export, "人联系电话")[1] == "13900000002"
    assert (export.unmasked, export.reason) == (True, "与民政比对")


def test_nobody_exports_an_area_that_is_not_his(register, period, lincun, guest, waixian):
    with pytest.raises(NotPermitted):
        exported(lincun, period, area=VILLAGE)
    with pytest.raises(NotPermitted):
        exported(waixian, period)
    with pytest.raises(NotPermitted):
        exported(guest, period)
    assert Export.objects.count() == 0


@pytest.mark.parametrize(("area", "names"), [(VILLAGE, ["赵演示", "周示例", "赵虚构", "钱样例"]), (NEXT_VILLAGE, ["孙模拟", "吴仿真"])])
def test_an_export_holds_its_area_and_no_other(register, period, xian, area, names):
    assert column_of(exported(xian, period, area=area), "姓名") == names


def test_a_name_does_not_reach_beyond_the_area_of_the_export(register, period, xian):
    export = exported(xian, period, area=NEXT_VILLAGE, query={"text": "赵演示"})
    assert (export.state, export.rows) == ("ready", 0)


def test_the_query_of_the_list_is_respected(register, period, xiang):
    export = exported(xiang, period, area=TOWNSHIP, query={"hh_attr": "dibao_poor"})
    assert column_of(export, "姓名") == ["钱样例"]
    assert export.query == {"hh_attr": "dibao_poor", "order": "area"}


def test_an_unknown_condition_is_refused(register, period, xian):
    with pytest.raises(BadQuery):
        exported(xian, period, query={"id_no": "1"})


def test_only_households_that_came_in_the_period_stand_on_the_work_ledger(register, period, xian):
    export = exported(xian, period, ledger=NEW_AND_RETURNED)
    assert column_of(export, "姓名") == ["孙模拟", "吴仿真"]
    assert column_of(export, "行政村") == [sheet_of(export)["C5"].value] * 2


def test_a_name_that_looks_like_a_formula_stays_a_text(register, period, xian):
    with posting(by=xian, at=AT, cause=CAUSE, area=COUNTY):
        Household.objects.filter(area=NEXT_VILLAGE).update(group_name='=HYPERLINK("http://99.example","点")')
    sheet = sheet_of(exported(xian, period, area=NEXT_VILLAGE))
    assert {cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row if cell.value} <= {"s", "inlineStr", "n"}
    assert column_of(exported(xian, period, area=NEXT_VILLAGE), "村民小组")[0].startswith("=HYPERLINK")


def test_an_export_can_be_cancelled(register, period, xian):
    ordered = order_export(by=xian, at=AT, cause=CAUSE, ledger=HOUSEHOLD_ARCHIVE, period=period, area=COUNTY)
    progress.cancel(progress_key(ordered))
    with pytest.raises(progress.Cancelled):
        make_export(ordered, HOUSEHOLD_ARCHIVE)
    assert Export.objects.get(pk=ordered.pk).state == "cancelled"


def test_a_grant_that_ended_meanwhile_gives_nothing(register, period, xian):
    ordered = order_export(by=xian, at=AT, cause=CAUSE, ledger=HOUSEHOLD_ARCHIVE, period=period, area=COUNTY)
    xian.is_active = False
    with pytest.raises(NotPermitted):
        make_export(ordered, HOUSEHOLD_ARCHIVE)
    assert Export.objects.get(pk=ordered.pk).state == "failed"
