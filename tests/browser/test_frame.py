import pytest

pytestmark = pytest.mark.browser


def test_the_door_lets_in_and_shows_the_desk(signed_in):
    page = signed_in("xian")
    assert page.title() == "工作台 · 台账"
    page.screenshot(path="/tmp/desk.png")
    page.goto("/households")
    page.screenshot(path="/tmp/list.png")
