"""Pages of the past at both sizes: they fit, say since when they speak, and offer nothing to do; a masked number stands on one line."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OFFICE, PHONE

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["1366", "390"])


@pytest.fixture
def newest(signed_in):
    """The newest position of the journal."""
    page = signed_in("xian")
    page.goto("/journal")
    return re.search(r"写到第 ([\d,]+) 笔", page.locator("main").inner_text())[1].replace(",", "")


@SIZES
@pytest.mark.parametrize(
    "path", ["/households", "/households/1", "/persons/1", "/helpers", "/helpers/1", "/teams/1", "/units/1", "/villages"]
)
def test_a_page_of_the_past_fits_and_offers_nothing_to_do(signed_in, newest, tmp_path, path, size):
    page = signed_in("xian", size)
    assert page.goto(f"{path}?as_of={newest}").status == 200
    expect(page.locator(".past")).to_contain_text("的名册，只读")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.screenshot(path=tmp_path / f"{path.strip('/').replace('/', '-')}-{size['width']}.png", scale="css")
    offered = page.locator("main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert [href for href in offered if href and re.search(r"/(add|edit|end|leave|withdraw|unmask|enroll)\b", href)] == []
    expect(page.get_by_role("columnheader", name="操作")).to_have_count(1 if path == "/households" else 0)


@SIZES
@pytest.mark.parametrize("path", ["/helpers/1", "/households/1"])
def test_a_masked_number_stands_on_one_line_inside_its_place(signed_in, path, size):
    page = signed_in("xian", size)
    page.goto(path)
    numbers = page.locator("dl.facts dd.mono")
    expect(numbers.first).to_contain_text("****")
    lines = numbers.evaluate_all(
        "all => all.map(one => { const r = document.createRange(); r.selectNodeContents(one); return r.getClientRects().length })"
    )
    assert set(lines) == {1}
    ends = numbers.evaluate_all(
        "all => all.map(one => one.scrollWidth + one.getBoundingClientRect().left - one.closest('dl').parentElement.getBoundingClientRect().right)"
    )
    assert max(ends) <= 0
