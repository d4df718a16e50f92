"""The door: who may not come in is told so, and waits longer each time."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WRONG = "用户名、密码或验证码不正确"


def try_to(page, login, password):
    """One try at the door."""
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="登录", exact=True).click()


def wrong_try(page, pause):
    """A try with a wrong password after so many milliseconds."""
    page.wait_for_timeout(pause)
    try_to(page, "linxian", "wrong-password")
    expect(page.get_by_text(WRONG)).to_be_visible()


def seconds_to_wait(page):
    """How long the door says to wait."""
    return int(re.search(r"请 (\d+) 秒后再试", page.locator("main .alert").inner_text()).group(1))


def test_a_wrong_password_is_told_without_saying_what_was_wrong(opened):
    page = opened()
    page.goto("/sign-in")
    try_to(page, "nobody", "wrong-password-1")
    expect(page.get_by_text(WRONG)).to_be_visible()
    expect(page.get_by_label("用户名")).to_have_value("nobody")


def test_each_wrong_password_makes_the_next_try_wait_longer_until_the_right_one_is_weighed(opened, house):
    page = opened()
    page.goto("/sign-in")
    for pause in (0, 1_100):
        wrong_try(page, pause)
    waits = []
    for pause in (2_100, 4_100):  # waits so long that a slow machine does not sit them out between two tries
        wrong_try(page, pause)
        try_to(page, "linxian", house.password("linxian"))
        waits.append(seconds_to_wait(page))
    page.wait_for_timeout(8_100)
    try_to(page, "linxian", house.password("linxian"))
    assert page.title().startswith("工作台")
    assert waits == sorted(set(waits))


def test_nobody_sees_a_page_before_the_door(opened):
    page = opened()
    page.goto("/households")
    assert "/sign-in" in page.url


def test_signing_out_ends_the_session_everywhere(opened, house):
    page = opened()
    page.goto("/sign-in?next=/households")
    try_to(page, "shi", house.password("shi"))
    assert page.url.endswith("/households")
    other = opened(cookies=page.context.storage_state())
    page.locator(".top details.menu").last.click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("已退出登录")).to_be_visible()
    other.goto("/households")
    assert "/sign-in" in other.url
