"""The browser's side: one served house for the run, one Chromium a module, a signed-in page for each of the cast."""

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.served import ARGUMENTS, a_house, chromium
from tests.browser.watching import Watch

WITHOUT = "browser tests skipped: no Chromium on this machine (Debian and Ubuntu: apt-get install chromium)"
OFFICE = {"width": 1366, "height": 768}
SLOWEST = 30_000  # milliseconds; expect() waits as long
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=SLOWEST)


def pytest_collection_modifyitems(config, items):
    """Without Chromium the tests of this folder are skipped, unless they are demanded: then they fail."""
    if chromium() is None and "browser" not in os.environ.get("TAIZHANG_DEMAND", ""):
        config.stash[MISSING] = True
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=WITHOUT))


def pytest_terminal_summary(terminalreporter, config):
    """The one line that says so."""
    if config.stash.get(MISSING, False):
        terminalreporter.write_line(WITHOUT)


MISSING = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """The demo's county, served by the real server with its real worker."""
    with a_house(tmp_path_factory.mktemp("browser") / "house") as served:
        yield served


@pytest.fixture(scope="module")
def browser():
    """A Chromium. A module's and not the run's: while Playwright is open, Django takes the thread for one of an event loop."""
    path = chromium()
    assert path is not None, WITHOUT
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS)) as opened:
        yield opened


@pytest.fixture(scope="session")
def kept_sign_ins():
    """Cookies of those who signed in already: a password is weighed once for each of the cast."""
    return {}


@pytest.fixture
def watch():
    """Every page of the test is listened to; a complaint fails it."""
    watching = Watch()
    yield watching
    assert watching.complaints == []


@pytest.fixture
def opened(browser, house, watch):
    """Opens a fresh page for nobody: `opened(size=…)`."""
    contexts = []

    def open_page(size=OFFICE, cookies=None):
        context = browser.new_context(
            base_url=house.url,
            viewport=size,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            storage_state=cookies,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(SLOWEST)
        watch.over(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(opened, house, kept_sign_ins):
    """Opens a page for one of the cast: `signed_in("xian", size=…)`."""

    def sign_in(login, size=OFFICE):
        if login not in kept_sign_ins:
            page = opened(size)
            page.goto("/sign-in")
            page.get_by_label("用户名").fill(login)
            page.get_by_label("密码").fill(house.password(login))
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_url("/")
            kept_sign_ins[login] = page.context.storage_state()
            return page
        return opened(size, kept_sign_ins[login])

    return sign_in
