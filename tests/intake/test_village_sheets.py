"""Sheets whose line is a village or a natural village: proposed, accepted, given out, and compared three ways, by the same steps as people."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import OperationWindow
from taizhang.households.query import BadQuery
from taizhang.intake import files
from taizhang.intake.accepting import NothingToWrite
from taizhang.intake.exporting import export_ledger
from taizhang.journal.posting import Cause
from taizhang.ledgers import ledger
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod, VillagePeriod
from taizhang.villages.services.surveying import correct_village
from tests.cast import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, signed_in
from tests.intake.workbooks import AT, accepted, changed_of, findings_of, imported, kinds_of, staged, whys_of

pytestmark = pytest.mark.django_db
VILLAGES = f"""
| 行政村代码   | 村负责人 | 办公电话    | 总户数 | 总人口 | 贫困户数 | 贫困人口数 | 村级集体经济收入(万元) | 村属性 |
| {VILLAGE} | 韦示例   | 07715550001 | 320    | 1280   | 12       | 40         | 5.2                    | 贫困村 |
| {NEXT_VILLAGE} | 蒙示例 | -         | 200    | 800    | 3        | 9          | 3                      | 非贫困村 |
"""
NATURAL = f"""
| 行政村代码 | 自然村名称 | 总户数 | 总人口 | 是否通宽带 |
| {VILLAGE} | 上 寨组 | 30 | 120 | 是 |
| {VILLAGE} | 下寨组   | 25 | 99  | 否 |
"""

COUNTY_SHEET = """| 县(市、区、旗) | 乡镇 | 行政村 | 总人口数 | 是否出列 | 村级集体经济收入(万元) |
| 演示县 | - | 仿潭河村委会 | 1280 | 是 | 5.2 |
| 演示县 | - | 试云下村 | 800 | 否 | 3 |
"""


def of_villages(by, table, period, area=TOWNSHIP):
    return staged(by, table, period, key="village-archive", area=area)


def of_natural(by, table, period):
    return staged(by, table, period, key="natural-village-archive", area=TOWNSHIP)


def given_out(by, period, *, key="village-archive", area=TOWNSHIP, **more):
    cause = Cause("export.order", "核对")
    return export_ledger(by=by, at=AT, cause=cause, ledger=ledger(key), period=period, area=area, **more)


def rewritten(export, **cells):
    """The workbook with cells of its first line changed, by heading."""
    book = openpyxl.load_workbook(io.BytesIO(files.original(export.sha256)))
    sheet = book.worksheets[0]
    headings = {cell.value: cell.column for row in (3, 4) for cell in sheet[row] if cell.value}
    for heading, value in cells.items():
        sheet.cell(row=5, column=headings[heading], value=value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_new_villages_are_written_with_their_units(xiang, period):
    batch = of_villages(xiang, VILLAGES, period)
    assert kinds_of(batch) == ["new", "new"]
    assert accepted(xiang, batch).written == {"new": 2, "change": 0}
    archive = VillagePeriod.objects.get(area=VILLAGE)
    assert (archive.v_collective_yuan, archive.v_attr, archive.v_persons) == (Decimal("52000.00"), "poor", 1280)


def test_every_row_says_from_which_cell_it_came(xiang, period):
    batch = imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    came_from = [a.came_from.partition("/")[0::2] for a in VillagePeriod.objects.order_by("area")]
    assert [(batch_no, place.rpartition("/")[2]) for batch_no, place in came_from] == [(str(batch.pk), "2"), (str(batch.pk), "3")]


def test_the_same_sheet_again_proposes_nothing(xiang, period):
    imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    assert kinds_of(of_villages(xiang, VILLAGES, period)) == ["same", "same"]


def test_a_difference_is_a_change_of_just_that_field(xiang, period):
    imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    batch = of_villages(xiang, VILLAGES.replace("1280", "1300"), period)
    assert (kinds_of(batch), changed_of(batch)) == (["change", "same"], [["village.v_persons"], []])
    accepted(xiang, batch)
    archive = VillagePeriod.objects.get(area=VILLAGE)
    assert (archive.v_persons, archive.version, archive.v_leader) == (1300, 2, "韦示例")


def test_what_only_a_decision_changes_is_a_conflict_once_it_stands(xiang, period):
    imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    batch = of_villages(xiang, VILLAGES.replace("| 非贫困村 |", "| 贫困村 |"), period)
    assert (kinds_of(batch)[1], "业务操作" in whys_of(batch)[1]) == ("conflict", True)


def test_more_poor_people_than_people_is_an_error_and_blocks_the_line(xiang, period):
    batch = of_villages(xiang, VILLAGES.replace("| 40 ", "| 4000 "), period)
    assert kinds_of(batch) == ["blocked", "new"]
    assert (2, "贫困人口数", "VI-09") in findings_of(batch)


def test_a_village_twice_is_an_error(xiang, period):
    batch = of_villages(xiang, VILLAGES.replace(NEXT_VILLAGE, VILLAGE), period)
    assert ("line.twice" in {code for _, _, code in findings_of(batch)}, kinds_of(batch)[1]) == (True, "blocked")


def test_a_village_outside_the_area_of_the_batch_is_not_taken(xiang, period):
    batch = of_villages(xiang, VILLAGES, period, area=VILLAGE)
    assert kinds_of(batch)[0] == "new"
    assert kinds_of(batch)[1] != "new"


def test_villages_are_found_by_name_too(xiang, period):
    named = VILLAGES.replace("行政村代码", "行政村").replace(VILLAGE, "仿潭河村委会").replace(NEXT_VILLAGE, "无此村")
    batch = of_villages(xiang, named, period)
    assert kinds_of(batch) == ["new", "blocked"]
    assert files.get_frame(batch.pk, "proposals-0")["key.area"][0] == VILLAGE


def test_income_without_a_unit_in_its_heading_is_taken_in_ten_thousands(xiang, period):
    imported(xiang, VILLAGES.replace("村级集体经济收入(万元)", "村级集体经济收入"), period, key="village-archive", area=TOWNSHIP)
    assert VillagePeriod.objects.get(area=VILLAGE).v_collective_yuan == Decimal("52000.00")


def test_income_whose_heading_says_yuan_is_taken_in_yuan(xiang, period):
    imported(xiang, VILLAGES.replace("村级集体经济收入(万元)", "村级集体经济收入(元)"), period, key="village-archive", area=TOWNSHIP)
    assert VillagePeriod.objects.get(area=VILLAGE).v_collective_yuan == Decimal("5.20")


def test_the_prefecture_may_not_accept(xiang, shi, period):
    batch = of_villages(xiang, VILLAGES, period)
    with pytest.raises(NotPermitted):
        accepted(shi, batch)


def test_what_moved_since_it_was_proposed_is_left(xiang, period):
    imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    batch = of_villages(xiang, VILLAGES.replace("1280", "1300").replace("800", "801"), period)
    archive = VillagePeriod.objects.get(area=VILLAGE)
    correct_village(by=xiang, at=AT, cause=Cause("village.correct"), village_period=archive, version=1, facts={"v_persons": 1290})
    done = accepted(xiang, batch)
    assert (done.written["change"], done.stale) == (1, 1)


def test_natural_villages_are_registered_with_their_first_archive(xiang, period):
    batch = imported(xiang, NATURAL, period, key="natural-village-archive", area=TOWNSHIP)
    assert kinds_of(batch) == ["new", "new"]
    assert list(NaturalVillage.objects.order_by("suffix").values_list("name", "suffix")) == [("上寨组", "001"), ("下寨组", "002")]
    assert NaturalVillagePeriod.objects.get(natural_village__name="下寨组").nv_has_broadband is False


def test_the_next_sheet_of_natural_villages_finds_them(xiang, period):
    imported(xiang, NATURAL, period, key="natural-village-archive", area=TOWNSHIP)
    batch = of_natural(xiang, NATURAL.replace("| 25 |", "| 26 |"), period)
    assert kinds_of(batch) == ["same", "change"]
    accepted(xiang, batch)
    assert (NaturalVillage.objects.count(), NaturalVillagePeriod.objects.get(natural_village__name="下寨组").nv_households) == (2, 26)


def test_a_natural_village_without_a_name_is_blocked(xiang, period):
    batch = of_natural(xiang, NATURAL.replace("下寨组", "-     "), period)
    assert kinds_of(batch)[1] == "blocked"


def test_what_goes_out_comes_back_unharmed(xiang, period):
    imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    imported(xiang, NATURAL, period, key="natural-village-archive", area=TOWNSHIP)
    for key in ("village-archive", "village-information", "natural-village-archive"):
        export = given_out(xiang, period, key=key)
        assert (export.rows, export.state) == (2, "ready")
        back = staged(xiang, files.original(export.sha256), period, key=key, area=TOWNSHIP)
        assert kinds_of(back) == ["same", "same"]


def test_the_county_export_of_villages_is_read_with_its_headings_in_row_three(xiang, period):
    above = "| （自定义）行政村信息 | - | - | - |\n| 导出时间:2022-12-31 | - | - | - |\n"
    batch = imported(xiang, above + COUNTY_SHEET, period, key="village-information", area=TOWNSHIP)
    assert (batch.tables[0]["heading_row"], batch.tables[0]["unknown"], kinds_of(batch)) == (3, [], ["new", "new"])
    archive = VillagePeriod.objects.get(area=VILLAGE)
    assert (archive.v_persons, archive.v_exited, archive.v_collective_yuan) == (1280, True, Decimal("52000.00"))


def test_secrets_go_out_masked_and_whole_only_with_a_reason(xiang, period):
    imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    plain = openpyxl.load_workbook(io.BytesIO(files.original(given_out(xiang, period).sha256))).worksheets[0]
    whole = openpyxl.load_workbook(
        io.BytesIO(files.original(given_out(xiang, period, unmasked=True, reason="电话核实").sha256))
    ).worksheets[0]
    cells = [{str(cell.value) for row in sheet.iter_rows() for cell in row} for sheet in (plain, whole)]
    assert ["07715550001" in found for found in cells] == [False, True]


def test_only_villages_of_ones_own_go_out(xian, waixian, xiang, period):
    imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    assert given_out(xian, period, area=COUNTY).rows == 2
    with pytest.raises(NotPermitted):
        given_out(waixian, period, area=COUNTY)


def test_conditions_of_households_do_not_fit(xian, period):
    with pytest.raises(BadQuery):
        given_out(xian, period, area=COUNTY, query={"hh_attr": "dibao"})


def test_an_edited_export_is_compared_three_ways(xiang, period):
    imported(xiang, VILLAGES, period, key="village-archive", area=TOWNSHIP)
    export = given_out(xiang, period)
    archive = VillagePeriod.objects.get(area=VILLAGE)
    correct_village(
        by=xiang, at=AT, cause=Cause("village.correct"), village_period=archive, version=1, facts={"v_leader": "黄示例", "v_persons": 1281}
    )
    back = staged(xiang, rewritten(export, 总人口=1290, 总户数=330), period, key="village-archive", area=TOWNSHIP)
    compared = files.get_frame(back.pk, "compared-0")
    verdicts = dict(compared.select("field", "verdict").iter_rows())
    assert verdicts == {"village.v_persons": "both", "village.v_households": "edited", "village.v_leader": "moved"}
    assert set(changed_of(back)[0]) == {"village.v_households", "village.v_persons"}
    with pytest.raises(NothingToWrite):  # what both sides changed is written only where it was chosen by itself
        accepted(xiang, back)
    accepted(xiang, back, chosen={(back.tables[0]["sheet"], 5)})
    archive.refresh_from_db()
    assert (archive.v_persons, archive.v_households, archive.v_leader) == (1290, 330, "黄示例")


def test_a_shut_window_refuses_every_line_with_the_next_opening(xiang, period, out):
    with out():
        OperationWindow.objects.create(
            operation="survey_village", area=COUNTY, opens_at=datetime(2030, 1, 1, tzinfo=UTC), closes_at=datetime(2030, 2, 1, tzinfo=UTC)
        )
    batch = of_villages(xiang, VILLAGES, period)
    assert kinds_of(batch) == ["conflict", "conflict"]
    assert "2030-01-01" in whys_of(batch)[0]


def test_the_page_of_proposals_speaks_of_villages(xiang, period):
    batch = of_villages(xiang, VILLAGES, period)
    body = signed_in(xiang).get(reverse("import_proposals", args=[batch.pk])).content.decode()
    assert "本期还没有档案的村" in body
    assert "韦示例" in body
    assert "07715550001" not in body
