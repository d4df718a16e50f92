"""Work that passes through several levels, by hand in a real browser: a locked field corrected by order, periods carried over and compared.

A house of its own: a period opened here is the current one for everybody.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OFFICE, PHONE
from tests.browser.served import a_house

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["1366", "390"])


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The demo's county, served for this module alone."""
    with a_house(tmp_path_factory.mktemp("levels") / "house") as served:
        yield served


@pytest.fixture(scope="module")
def kept_sign_ins():
    """Cookies of this house."""
    return {}


@pytest.fixture
def household(signed_in):
    """The address of a household of the village, and its attribute in words."""
    page = signed_in("cun")
    page.goto("/households")
    address = page.locator("[data-table=households] tbody a").first.get_attribute("href").partition("?")[0]
    page.goto(address)
    return address, page.locator(".who .badge").first.inner_text()


def operation(page, title: str) -> None:
    """Choose an act from the menu, with keys alone."""
    page.locator("summary", has_text="业务办理").focus()
    page.keyboard.press("Enter")
    link = page.locator(".menu.acts").get_by_role("link", name=title, exact=True)
    while link.evaluate("it => it !== document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def asked(page, address: str, kind: str, proof: str) -> None:
    """Ask for another attribute."""
    page.goto(address)
    operation(page, "申请更正锁定字段")
    page.get_by_label("更正为").select_option(label=kind)
    page.get_by_label("证明材料").fill(proof)
    page.get_by_label("更正原因").fill("入户核实,与低保名册一致")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url(re.compile(r"/orders/\d+$"))


@SIZES
def test_a_locked_field_is_asked_for_in_the_village_seen_in_the_county_and_corrected_by_the_province(signed_in, household, size):
    address, was = household
    wanted, proof = ("一般贫困户" if was != "一般贫困户" else "低保贫困户"), f"低保证{size['width']}"
    village = signed_in("cun", size)
    asked(village, address, wanted, proof)
    expect(village.locator(".who .status")).to_have_text("待办理")
    order = village.url

    county = signed_in("xian", size)
    county.goto("/orders")
    county.get_by_role("link", name="调整贫困户属性").first.click()
    expect(county.get_by_text(proof)).to_be_visible()
    expect(county.get_by_text("正在等省级办理")).to_be_visible()
    expect(county.get_by_role("button", name="执行更正")).to_have_count(0)

    province = signed_in("sheng", size)
    province.goto("/")
    province.get_by_role("link", name="锁定字段更正待办理").click()
    province.get_by_role("link", name="调整贫困户属性").first.click()
    expect(province.locator("del.was")).to_have_text(was)
    expect(province.locator("ins.now")).to_have_text(wanted)
    province.get_by_role("button", name="执行更正").focus()
    province.keyboard.press("Enter")
    expect(province.locator(".who .status")).to_have_text("已执行")

    village.goto(address)
    expect(village.locator(".who .badge").first).to_have_text(wanted)
    village.goto(f"{address}/history")
    expect(village.get_by_text("执行了锁定字段更正").first).to_be_visible()
    village.goto(order)
    expect(village.get_by_role("button", name="撤回申请")).to_have_count(0)


def test_a_refusal_is_read_in_the_village_with_its_reason(signed_in, household):
    address, was = household
    village, province = signed_in("cun"), signed_in("sheng")
    asked(village, address, "五保贫困户" if was != "五保贫困户" else "一般贫困户", "证明看不清")
    province.goto(village.url)
    province.get_by_role("button", name="驳回").click()
    expect(province.get_by_text("驳回要写明办理意见")).to_be_visible()
    province.get_by_label("办理意见").fill("请重新拍照")
    province.get_by_role("button", name="驳回").click()
    expect(province.locator(".who .status")).to_have_text("已驳回")
    village.goto("/")
    village.get_by_role("link", name="更正申请被驳回").click()
    village.get_by_role("link", name="调整贫困户属性").first.click()
    expect(village.get_by_text("请重新拍照")).to_be_visible()


def test_a_mark_is_put_with_keys_alone(signed_in, household):
    page = signed_in("xian")
    page.goto(household[0])
    operation(page, "户标注")
    page.locator("#id_kind").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("标注日期").fill("2026-06-30")
    page.get_by_label("标注日期").focus()
    while page.evaluate("document.activeElement.name") != "proof":
        page.keyboard.press("Tab")
    page.keyboard.type("村民代表会议记录")
    page.keyboard.press("Tab")
    page.keyboard.type("核查发现")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/households/\d+\?period="))
    expect(page.get_by_role("link", name="取消", exact=True)).to_be_visible()


def test_a_period_is_opened_carried_over_surveyed_and_compared(signed_in):
    province = signed_in("sheng")
    province.goto("/periods")
    province.get_by_role("link", name="开设期次").first.click()
    expect(province.get_by_text("已有的期次和档案都不变")).to_be_visible()
    province.get_by_label("期次编号").fill("2026")
    province.get_by_label("标准时点").fill("2026-12-31")
    province.get_by_role("button", name="开设期次").click()
    province.wait_for_url("**/periods")
    province.get_by_role("link", name="结转到本期").first.click()
    expect(province.get_by_text("300 户").first).to_be_visible()
    province.get_by_role("button", name="开始结转").click()
    expect(province.get_by_text("上次结转：已从2018年度带过来 300 户")).to_be_visible()

    county = signed_in("xian")
    county.goto("/households")
    county.locator("[data-table=households] tbody a").first.click()
    expect(county.get_by_text("还没有核实")).to_be_visible()
    county.get_by_role("link", name="更正采集表").click()
    county.get_by_label("家庭住址").fill("搬到村部旁")
    county.get_by_label("更正缘由").fill("入户核实")
    county.get_by_role("button", name="保存").click()
    county.get_by_role("link", name="期次对照").click()
    address = county.locator("tr.differs", has_text="家庭住址")
    expect(address).to_contain_text("搬到村部旁")
    expect(county.locator("tr", has_text="识别标准")).not_to_have_class(re.compile("differs"))
    county.get_by_role("link", name="只看不同").click()
    expect(county.locator("tr", has_text="识别标准")).to_have_count(0)
    expect(address).to_be_visible()
    small = signed_in("xian", PHONE)
    small.goto(county.url)
    assert small.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
