"""Long work is watched and called off with keys alone, though its page draws itself again every second; and one goes on where it waits.

A house of its own, in which nothing is worked on: what is ordered here goes on waiting.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import OFFICE, PHONE
from tests.browser.served import a_house, working

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The demo's county, served for this module alone, with nobody who works."""
    with a_house(tmp_path_factory.mktemp("long") / "house", "--workers=0") as served:
        yield served


@pytest.fixture(scope="module")
def kept_sign_ins():
    """Cookies of this house."""
    return {}


def upload(page, house):
    page.goto("/imports/upload")
    page.get_by_label("贫困户信息采集表").check()
    page.locator("input[type=file]").set_input_files(house.sample)
    pressed(page, "上传并读取")


def export(page, house):
    page.goto("/exports")
    pressed(page, "生成")


def look_up(page, house):
    page.goto("/lookups")
    steps.tab_to(page, "或者粘贴")
    page.keyboard.type("查无此人甲")
    pressed(page, "查找")


def roll_over(page, house):
    page.goto("/periods/open")
    steps.tab_to(page, "期次编号")
    page.keyboard.type("2026")
    page.get_by_label("标准时点").fill("2026-12-31")
    pressed(page, "开设期次")
    page.wait_for_url("**/periods")
    pressed(page, "结转到本期")
    page.wait_for_url("**/rollover")
    pressed(page, "开始结转")


def pressed(page, text):
    """What is reached with Tab and pressed with Enter."""
    steps.tab_to(page, text)
    page.keyboard.press("Enter")


def called_off(page, house, asks):
    """Goes to the button, stays there while the page is drawn again twice, presses it; a worker comes and stops."""
    expect(page.get_by_role("progressbar")).to_be_visible()
    steps.tab_to(page, "取消")
    for _ in range(2):
        with page.expect_response(re.compile(asks)):
            pass
    expect(page.get_by_role("button", name="取消", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    with working(house):
        expect(page.get_by_role("progressbar")).to_have_count(0)


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["1366", "390"])
@pytest.mark.parametrize(
    ("order", "asks"),
    [(upload, r"/imports/\d+/progress"), (export, r"/exports$"), (look_up, r"/lookups/\d+/progress")],
    ids=["import", "export", "lookup"],
)
def test_work_that_waits_is_called_off_with_keys_alone(signed_in, house, tmp_path, order, asks, size):
    page = signed_in("xian", size)
    order(page, house)
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.screenshot(path=tmp_path / f"{size['width']}.png", scale="css")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    called_off(page, house, asks)
    expect(page.get_by_text("已取消").first).to_be_visible()
    expect(page.get_by_text("生成中")).to_have_count(0)


def test_the_bar_leads_to_what_waits_and_on_to_the_work_with_keys_alone(signed_in, house):
    village = signed_in("cun")
    village.goto("/households/1/orders/new?kind=attribute")
    village.get_by_label("更正为").select_option(index=1)
    village.get_by_label("证明材料").fill("低保证")
    village.get_by_label("更正原因").fill("入户核实")
    village.get_by_role("button", name="提交申请").click()
    village.wait_for_url(re.compile(r"/orders/\d+$"))
    page = signed_in("sheng")
    page.goto("/places")
    expect(page.get_by_role("link", name="待办")).to_contain_text("1")
    for text, there in (("待办", "/"), ("锁定字段更正待办理", "/orders"), ("调整贫困户属性", "/orders/1")):
        pressed(page, text)
        page.wait_for_url(f"**{there}")
    steps.tab_to(page, "办理意见")
    page.keyboard.type("证明不清")
    pressed(page, "驳回")
    expect(page.locator(".who .status")).to_have_text("已驳回")
    expect(page.get_by_role("link", name="待办")).to_have_count(0)


def test_a_carrying_over_that_waits_is_called_off_with_keys_alone(signed_in, house):
    page = signed_in("sheng")
    roll_over(page, house)
    called_off(page, house, r"/rollover")
    expect(page.get_by_role("button", name="开始结转")).to_be_visible()
