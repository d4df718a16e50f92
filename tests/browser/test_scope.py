"""Each level sees its own area, and what one may not do is not offered and is refused."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

OWN, NEIGHBOUR = "990101100201", "990101100202"
CHANGES = ("更正采集表", "增加成员", "变更户主", "新增户", "导入 Excel", "上传新文件")


def first_of(page, area):
    """The address of the first household of an area."""
    page.goto(f"/households?area={area}")
    return page.locator("[data-table=households] tbody a").first.get_attribute("href")


def test_a_village_team_sees_its_own_village_and_nothing_of_the_next(signed_in):
    page = signed_in("cun")
    page.goto("/households")
    village = page.locator("[data-table=households] tbody tr td[data-col=place]").first.inner_text()
    assert set(page.locator("td[data-col=place]").all_inner_texts()) == {village}
    assert page.locator(".tree a span").all_inner_texts()[-1] == village.rpartition("/")[2]
    page.goto(f"/households?area={NEIGHBOUR}")
    expect(page.locator("[data-table=households] tbody tr")).to_have_count(0)


def test_a_foreign_household_is_not_there_for_a_village_team(signed_in):
    foreign = first_of(signed_in("xian"), NEIGHBOUR)
    page = signed_in("cun")
    assert page.goto(first_of(page, OWN)).status == 200
    assert [page.goto(foreign + more).status for more in ("", "/edit", "/history", "/unmask", "/members/add")] == [404] * 5


def test_an_auditor_sees_and_is_offered_no_change(signed_in):
    page = signed_in("shenji")
    address = first_of(page, OWN)
    expect(page.get_by_role("link", name="修改", exact=True)).to_have_count(0)
    page.goto(address)
    expect(page.locator("[data-table=members] tbody tr").first).to_be_visible()
    expect(page.get_by_text(re.compile("|".join(CHANGES)))).to_have_count(0)


def test_what_an_auditor_sends_to_change_a_household_is_refused(signed_in):
    page = signed_in("shenji")
    address = first_of(page, OWN)
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    sent = page.request.post(f"{address}/edit", form={"csrfmiddlewaretoken": token, "version": "1", "reason": "试"})
    assert sent.status in (403, 404)


def test_full_numbers_are_shown_for_a_reason_only(signed_in):
    page = signed_in("cun")
    page.goto(first_of(page, OWN))
    expect(page.locator("[data-table=members] td[data-col=id_no]").first).to_have_text(re.compile(r"^\d{6,10}\*+[\dX]$"))
    page.get_by_role("link", name="查看完整号码").click()
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("请选择用途")).to_be_visible()
    page.get_by_label("用途").select_option(label="联系农户")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("main .facts")).to_contain_text(re.compile(r"\d{17}[\dX]"))
    page.goto(page.url)
    expect(page.locator("main .facts")).to_have_count(0)


def test_the_tree_finds_an_area_by_initials_and_opens_its_households(signed_in):
    page = signed_in("xian")
    page.goto("/households")
    township = page.locator(".tree ul a span").first.inner_text()
    page.get_by_placeholder("输入拼音首字母或名称定位").fill(township)
    page.locator("#tree-found a").first.click()
    page.wait_for_url(re.compile("area="))
    expect(page.locator(".tree [aria-current]")).to_contain_text(township)
    assert {place.partition("/")[0] for place in page.locator("td[data-col=place]").all_inner_texts()} == {township}


def test_the_page_of_a_user_shows_grants_and_history_in_words(signed_in):
    page = signed_in("xian")
    page.goto("/users")
    page.get_by_role("link", name="村工作队(演示)", exact=True).click()
    expect(page.locator("[data-table=grants] tbody tr")).to_have_count(1)
    expect(page.locator(".timeline")).to_contain_text("建立了演示账号")
