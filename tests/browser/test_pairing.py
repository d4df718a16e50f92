"""Pairing in a real browser: households ticked in the list get another helper, and the helper they had sees them no longer."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

VILLAGE, NEIGHBOUR = "990101100201", "990101100202"
CHOOSE = """before => {
    const select = document.querySelector("select[name=helper]");
    const other = [...select.options].find(o => o.value && !(before && o.text.startsWith(before)));
    select.tomselect ? select.tomselect.setValue(other.value) : (select.value = other.value);
}"""


def pair_first(page: Page, area: str, count: int) -> tuple[str, str]:
    """Tick the first households of a village and give them another helper.

    Gives    the address of the first, and who helped it before
    """
    page.goto(f"/households?area={area}&level=village")
    rows = page.locator("[data-table=households] tbody tr")
    address = rows.first.locator("a").first.get_attribute("href") or ""
    for at in range(count):
        rows.nth(at).locator("input[data-pick]").check()
    page.get_by_role("button", name="结对").click()
    expect(page.locator("[data-table=to-pair] tbody tr")).to_have_count(count)
    before = page.locator("[data-table=to-pair] td[data-col=helper]").first.inner_text()
    page.evaluate(CHOOSE, before)
    page.get_by_label("开始日期").fill("2020-01-01")
    page.get_by_label("调整缘由").fill("年度调整")
    page.get_by_role("button", name="结对", exact=True).click()
    page.wait_for_url(re.compile(r"/households(\?|/\d)"))
    return address, before


def heads_seen(page: Page) -> set[str]:
    """The heads of the list."""
    page.goto("/households")
    expect(page.locator("[data-table=households]")).to_be_visible()
    return set(page.locator("[data-table=households] tbody td[data-col=head]").all_inner_texts())


def test_ticked_households_get_another_helper_and_the_tab_tells_both(signed_in):
    page = signed_in("xiang")
    address, before = pair_first(page, NEIGHBOUR, 2)
    page.goto(f"{address}?tab=duties")
    expect(page.locator("[data-table=duties] tbody tr")).to_have_count(1)
    expect(page.locator("[data-table=duties]")).to_contain_text("2020-01-01")
    expect(page.locator("[data-table=duties-before]")).to_contain_text(before)


def test_the_account_of_a_helper_sees_his_households_and_loses_the_one_that_is_taken_from_him(signed_in):
    helper = signed_in("bangfu")
    his = heads_seen(helper)
    assert len(his) > 0
    expect(helper.get_by_text(re.compile("更正采集表|新增户|^结对$"))).to_have_count(0)
    address, _ = pair_first(signed_in("xiang"), VILLAGE, 1)
    assert len(heads_seen(helper)) == len(his) - 1
    assert helper.goto(address).status == 404
