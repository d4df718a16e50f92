"""Hands on keys, and a thumb on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement"


def test_a_slash_goes_to_the_search_and_escape_leaves_it(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    page.keyboard.press("/")
    expect(page.get_by_label("姓名/证件号码")).to_be_focused()
    page.keyboard.press("Escape")
    assert page.evaluate(f"{FOCUSED} === document.body")


def test_j_and_k_step_through_the_rows_and_enter_opens_one(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    rows = page.locator("[data-table=households] tbody tr")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()
    wanted = rows.nth(1).get_attribute("data-href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")


def test_a_question_mark_shows_the_keys(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_hidden()


def test_tab_leads_from_the_search_to_the_query_button(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    page.keyboard.press("/")
    reached = [page.keyboard.press("Tab") or page.evaluate(f"{FOCUSED}.innerText.trim()") for _ in range(5)]
    assert "查询" in reached


def test_the_first_tab_offers_to_skip_to_the_text(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.textContent") == "跳到正文"


def test_on_a_phone_the_drawer_opens_and_an_area_can_be_chosen(signed_in):
    page = signed_in("xian", PHONE)
    page.goto("/households")
    tree = page.locator("aside.side")
    expect(tree).to_be_hidden()
    page.get_by_role("button", name="打开行政区划").click()
    expect(tree).to_be_visible()
    tree.locator(".tree ul a").first.click()
    page.wait_for_url(re.compile("area="))


def test_on_a_phone_the_table_scrolls_inside_its_card_and_the_name_stays(signed_in):
    page = signed_in("xian", PHONE)
    page.goto("/households")
    box = page.locator("[data-table=households] .scroll")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    name = page.locator("[data-table=households] tbody td[data-col=head]").first
    box.evaluate("box => { box.scrollLeft = 400 }")
    expect(name).to_be_in_viewport()


def test_on_a_phone_the_query_is_folded_away_until_it_is_wanted(signed_in):
    page = signed_in("xian", PHONE)
    page.goto("/households")
    expect(page.get_by_role("button", name="查询", exact=True)).to_be_hidden()
    page.get_by_role("button", name="查询条件").click()
    expect(page.get_by_role("button", name="查询", exact=True)).to_be_visible()


def test_rows_picked_with_x_and_with_shift_are_counted_and_go_along_to_the_export(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    export = page.get_by_role("button", name="导出所选")
    expect(export).to_be_disabled()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("checkbox", name="选择第 4 行").click(modifiers=["Shift"])
    expect(page.locator("[data-picked-count]")).to_have_text("4")
    export.click()
    page.wait_for_url("**/exports?*")
    expect(page.get_by_text("所选：4户").first).to_be_visible()


def test_all_rows_of_the_page_are_picked_and_let_go_at_once(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    page.get_by_role("checkbox", name="选择本页全部").check()
    expect(page.locator("[data-picked-count]")).to_have_text("50")
    page.get_by_role("checkbox", name="选择本页全部").uncheck()
    expect(page.get_by_role("button", name="导出所选")).to_be_disabled()
