"""A query built by hand and by keys alone; its chips, its name, its columns; a list that is looked up."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OFFICE, PHONE

pytestmark = pytest.mark.browser
CHIPS = ".asked .chip"


def choose(page, control, text):
    """Type into a searching select and take what is found first."""
    control.focus()
    expect(page.locator(".ts-dropdown:visible")).to_be_visible()  # what is typed before it has opened is lost
    page.keyboard.type(text)
    expect(page.locator(".ts-dropdown:visible .option.active").first).to_contain_text(text)
    page.keyboard.press("Enter")


def open_conditions(page):
    """The form of conditions, opened by its key."""
    page.locator(".ask > summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="没有联系电话")).to_be_visible()


def test_a_query_is_built_with_the_keyboard_alone_and_taken_apart_again(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    open_conditions(page)
    choose(page, page.locator("#add_field-ts-control"), "健康状况")
    expect(page.get_by_label("成员范围")).to_be_visible()
    choose(page, page.locator("#add-value .ask-list .ts-control input"), "残疾")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="加上").focus()
    page.keyboard.press("Enter")
    expect(page.locator(CHIPS)).to_have_count(1)
    expect(page.locator(CHIPS)).to_contain_text("有成员:健康状况 含有 残疾")
    expect(page).to_have_url(re.compile("where="))
    page.get_by_role("button", name="没有到户措施").focus()
    page.keyboard.press("Enter")
    expect(page.locator(CHIPS)).to_have_count(2)
    page.get_by_role("link", name="去掉 有成员:健康状况 含有 残疾").focus()
    page.keyboard.press("Enter")
    expect(page.locator(CHIPS)).to_have_count(1)
    page.reload()
    expect(page.locator(CHIPS)).to_contain_text("措施内容 未填")


def test_the_conditions_stay_when_the_filter_bar_asks_for_more(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    open_conditions(page)
    page.get_by_role("button", name="没有到户措施").click()
    expect(page.locator(CHIPS)).to_have_count(1)
    page.locator("form#filter select[name=status]").select_option("poor")
    page.get_by_role("button", name="查询", exact=True).click()
    page.wait_for_url(re.compile("status=poor"))
    expect(page.locator(CHIPS)).to_have_count(1)


def test_a_query_keeps_its_name_and_is_used_again(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    open_conditions(page)
    page.get_by_role("button", name="住危房").click()
    page.get_by_text("保存查询", exact=True).click()
    page.get_by_role("textbox", name="名称").fill("住危房的户")
    page.locator("form.save-query").get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile("saved="))
    page.goto("/households")
    page.locator(".ask > summary").click()
    page.get_by_role("link", name="住危房的户").click()
    expect(page.locator(CHIPS)).to_contain_text("是否危房户 是")


def test_columns_are_put_in_moved_and_taken_out_by_keys(signed_in):
    page = signed_in("xiang")
    page.goto("/households")
    page.get_by_role("link", name="列", exact=True).click()
    choose(page, page.locator("#add-ts-control"), "家庭住址")
    page.get_by_role("button", name="添加", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("ol.chosen li")).to_have_count(12)
    page.get_by_role("button", name="移除 危房户").focus()
    page.keyboard.press("Enter")
    expect(page.locator("ol.chosen li")).to_have_count(11)
    page.get_by_role("button", name="家庭住址 上移").focus()
    page.keyboard.press("Enter")
    expect(page.locator("ol.chosen li").nth(9)).to_contain_text("家庭住址")
    page.get_by_role("link", name="回到户列表").click()
    expect(page.get_by_role("columnheader", name="家庭住址")).to_be_visible()
    expect(page.get_by_role("columnheader", name="危房户")).to_have_count(0)


def test_a_pasted_list_is_looked_up(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    head = page.locator("[data-table=households] tbody td[data-col=head]").first.inner_text()
    page.goto("/lookups")
    page.get_by_label("或者粘贴").fill(f"{head}\n查无此人甲")
    page.get_by_role("button", name="查找", exact=True).click()
    page.wait_for_url(re.compile(r"/lookups/\d+"))
    expect(page.locator("[data-table=lookup] tbody tr")).to_have_count(2)
    expect(page.get_by_text("管辖范围内查无此人").first).to_be_visible()


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["1366", "390"])
@pytest.mark.parametrize(
    "address",
    [
        "/households?where=%7B%22field%22%3A%22household.hh_phone%22%2C%22op%22%3A%22filled%22%7D",
        "/households/columns",
        "/households/queries",
        "/lookups",
    ],
)
def test_nothing_of_these_pages_runs_over(signed_in, size, address):
    page = signed_in("xian", size)
    page.goto(address)
    if address.startswith("/households?"):
        open_conditions(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
