"""The main job in a real browser: a real workbook in, a journalled register, a workbook out."""

from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.workbooks import (
    FIRST_ROW,
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

WAGE, NATION = "工资性收入", "民族"


@dataclass(frozen=True)
class Workbook:
    """The office's workbook and what stands in it: who changes, who is new, which cells are wrong."""

    path: Path
    changed: list[Line]
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
    right = {(row, NUMBER): number, (row, NATION): mistaken[0][NATION], (row, WAGE): mistaken[0][WAGE]}
    wrong = {
        (row, NUMBER): f"{number[:-1]}{(int(number[-1]) + 1) % 10 if number[-1].isdigit() else 0}",
        (row, NATION): "汉人",
        (row, WAGE): "约1200",
    }
    meant = {(FIRST_ROW, WAGE): str(float(changed[0][WAGE] or 0) + 1200), (locked, NAME): f"{renamed[0][NAME]}儿"}
    write_cells(path, wrong | meant, path)
    return Workbook(path, changed, new, wrong, right)


def test_a_workbook_with_mistakes_goes_in_is_mended_accepted_found_edited_and_comes_out_again(signed_in, house, workbook, tmp_path):
    page = signed_in("xian")
    steps.upload(page, workbook.path)
    print(page.url)
    page.screenshot(path="/tmp/m1.png")
    steps.to_proposals(page)
    print(steps.counts(page))
    for g in ("新增", "更正", "冲突", "待改正"):
        steps.group(page, g)
        page.screenshot(path=f"/tmp/m-{g}.png")
    steps.upload(page, write_cells(workbook.path, workbook.right, tmp_path / "改好.xlsx"))
    print(page.url)
    page.screenshot(path="/tmp/m2.png")
    page.goto(page.url.replace("findings", "proposals"))
    print(steps.counts(page))
    for g in ("新增", "更正", "冲突", "待改正"):
        steps.group(page, g)
        page.screenshot(path=f"/tmp/m2-{g}.png")
