"""The main job in a real browser: a real workbook in, a journalled register, a workbook out."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.workbooks import (
    FIRST_ROW,
    HEADING_ROW,
    NAME,
    NUMBER,
    SHEET,
    Line,
    as_new,
    headings_of,
    households_of,
    lines_of,
    write_cells,
    write_workbook,
)

pytestmark = pytest.mark.browser

WAGE, NATION, ROAD = "工资性收入", "民族", "与村主干路距离"


@dataclass(frozen=True)
class Workbook:
    """The office's workbook and what stands in it: who changes, who is new, which cells are wrong."""

    path: Path
    changed: list[Line]
    raised: str
    new: list[Line]
    wrong: dict[tuple[int, str], str | None]
    right: dict[tuple[int, str], str | None]


@pytest.fixture
def workbook(house, tmp_path):
    households = households_of(lines_of(house.export(tmp_path / "register.xlsx")))
    changed, same, mistaken, renamed = households[100:104]
    new = as_new(households[104], "闻人", "990103")
    lines = [line for household in (changed, same, mistaken, renamed, new) for line in household]
    path = write_workbook(tmp_path / "户台账.xlsx", headings_of(house.sample), lines)
    row = FIRST_ROW + len(changed) + len(same)
    locked = row + len(mistaken)
    number = mistaken[0][NUMBER]
    raised = str(float(changed[0][WAGE] or 0) + 1200)
    right = {(row, NUMBER): number, (row, NATION): mistaken[0][NATION], (row, WAGE): mistaken[0][WAGE]}
    wrong = {
        (row, NUMBER): f"{number[:-1]}{(int(number[-1]) + 1) % 10 if number[-1].isdigit() else 0}",
        (row, NATION): "汉人",
        (row, WAGE): "约1200",
    }
    meant = {(FIRST_ROW, WAGE): raised, (locked, NAME): f"{renamed[0][NAME]}儿"}
    write_cells(path, wrong | meant, path)
    return Workbook(path, changed, raised, new, wrong, right)


def test_a_workbook_with_mistakes_goes_in_is_mended_accepted_found_edited_and_comes_out_again(signed_in, house, workbook, tmp_path):
    page = signed_in("xian")
    the_mistakes_are_shown_and_come_back_in_the_workbook(page, workbook, tmp_path)
    the_mended_workbook_is_compared_and_accepted(page, workbook, tmp_path)
    the_new_household_is_found(page, workbook.new)
    its_page_answers_in_five_tabs_and_tells_where_each_row_came_from(page, workbook)
    a_correction_is_told_with_old_and_new(page)
    the_loser_of_a_race_sees_both_values(page, signed_in("xian"))
    what_goes_out_comes_in_again_and_changes_nothing(page, workbook.new, tmp_path)


def the_mistakes_are_shown_and_come_back_in_the_workbook(page, workbook, tmp_path):
    steps.upload(page, workbook.path)
    steps.confirm_matching(page)
    told = [row.split("\t") for row in page.locator("[data-table=findings] tbody tr").all_inner_texts()]
    assert {(int(row), column) for row, column, *_ in told} >= set(workbook.wrong)
    assert sum(int(row) == next(iter(workbook.wrong))[0] for row, *_ in told) == len(workbook.wrong)
    sheet = steps.annotated(page, tmp_path / "带批注.xlsx")
    marked = {(cell.row, sheet[SHEET].cell(HEADING_ROW, cell.column).value) for cell in coloured(sheet[SHEET])}
    assert marked >= set(workbook.wrong)
    assert "问题清单" in sheet.sheetnames


def coloured(sheet):
    """The cells with a colour of ours and a comment."""
    return [cell for row in sheet.iter_rows(min_row=FIRST_ROW) for cell in row if cell.comment and cell.fill.fill_type == "solid"]


def the_mended_workbook_is_compared_and_accepted(page, workbook, tmp_path):
    steps.upload(page, write_cells(workbook.path, workbook.right, tmp_path / "户台账-改好.xlsx"))
    steps.to_proposals(page)
    new, all_lines = len(workbook.new), len(lines_of(workbook.path))
    assert steps.counts(page) == {"新增": new, "更正": 1, "相同": all_lines - new - 2, "冲突": 1, "待改正": 0}
    steps.group(page, "更正")
    expect(page.locator("table.diff tbody tr")).to_have_count(1)
    assert page.locator("del.was").inner_text() == steps.plain(workbook.changed[0][WAGE])
    assert page.locator("ins.now").inner_text() == steps.plain(workbook.raised)
    steps.group(page, "冲突")
    expect(page.get_by_text("姓名是锁定字段")).to_be_visible()
    page.get_by_role("button", name="全部写入").click()
    expect(page.get_by_text("已写入名册。")).to_be_visible(timeout=steps.SECONDS)


def the_new_household_is_found(page, household):
    head = household[0]
    for asked in (head[NAME], "wrxm", head[NUMBER]):
        steps.find(page, asked)
        expect(page.locator("[data-table=households] tbody tr")).to_have_count(1)
        expect(page.get_by_role("link", name=head[NAME], exact=True)).to_be_visible()
    assert head[NUMBER] not in page.url


def its_page_answers_in_five_tabs_and_tells_where_each_row_came_from(page, workbook):
    page.get_by_role("link", name=workbook.new[0][NAME], exact=True).click()
    expect(page.locator("[data-table=members] tbody tr")).to_have_count(len(workbook.new))
    for tab in ("问题", "对策", "责任", "任务", "底数"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="历史").click()
    row = FIRST_ROW + len(lines_of(workbook.path)) - len(workbook.new)
    expect(page.locator(".timeline")).to_contain_text(f"工作表「{SHEET}」第 {row} 行")
    expect(page.locator(".timeline")).to_contain_text("县级经办(演示)")


def a_correction_is_told_with_old_and_new(page):
    steps.edit(page, ROAD, "7.5", "入户核实，原登记有误")
    page.get_by_role("tab", name="历史").click()
    newest = page.locator(".timeline > li").first
    expect(newest).to_contain_text("入户核实，原登记有误")
    expect(newest.locator("ins.now")).to_contain_text("7.5")


def the_loser_of_a_race_sees_both_values(page, other):
    page.get_by_role("link", name="更正采集表").click()
    other.goto(page.url)
    steps.fill(other, ROAD, "8.25", "先保存的人")
    steps.save(other)
    steps.fill(page, ROAD, "9.75", "后保存的人")
    steps.save(page)
    expect(page.get_by_text("已被他人修改")).to_be_visible()
    expect(page.get_by_label(ROAD)).to_have_value("9.75")
    expect(page.locator(".field", has_text=ROAD)).to_contain_text("8.25")
    page.get_by_label("更正缘由").fill("核对后仍以本次为准")
    steps.save(page)
    expect(page.locator(".facts > div", has_text=ROAD)).to_contain_text("9.75")


def what_goes_out_comes_in_again_and_changes_nothing(page, household, tmp_path):
    steps.find(page, household[0][NAME])
    steps.upload(page, steps.exported(page, tmp_path / "导出.xlsx"))
    assert steps.counts(page) == {"新增": 0, "更正": 0, "相同": len(household), "冲突": 0, "待改正": 0}
