"""Every page at an office screen and on a phone: nothing runs over, nothing complains; the pictures of the guide are taken here."""

import os
import re
from pathlib import Path

import pytest

from tests.browser import steps
from tests.browser.conftest import OFFICE, PHONE
from tests.browser.steps import plain
from tests.browser.workbooks import headings_of, households_of, lines_of, write_workbook

pytestmark = pytest.mark.browser

HOUSEHOLD, MEMBER, PERSON, BATCH, CHANGES, USER, ROW = "HOUSEHOLD", "MEMBER", "PERSON", "BATCH", "CHANGES", "USER", "ROW"
WAGE, ROAD, CHANGED = "工资性收入", "与村主干路距离", slice(200, 212)
PAGES = {
    "desk": "/",
    "list": "/households",
    "list-found": "/households?text=wang",
    "list-empty": "/households?text=查无此人",
    "household": HOUSEHOLD,
    "household-problems": f"{HOUSEHOLD}?tab=problems",
    "household-measures": f"{HOUSEHOLD}?tab=measures",
    "household-duties": f"{HOUSEHOLD}?tab=duties",
    "household-tasks": f"{HOUSEHOLD}?tab=tasks",
    "history": f"{HOUSEHOLD}/history",
    "edit": f"{HOUSEHOLD}/edit",
    "worksheet": f"{HOUSEHOLD}/worksheet",
    "enroll": "/households/enroll",
    "member-add": f"{HOUSEHOLD}/members/add",
    "member-edit": f"{MEMBER}/edit",
    "member-leave": f"{MEMBER}/leave",
    "spell-add": f"{MEMBER}/spells/add",
    "head-change": f"{HOUSEHOLD}/head",
    "unmask": f"{HOUSEHOLD}/unmask",
    "compare": f"{HOUSEHOLD}/compare",
    "person": PERSON,
    "person-history": f"{PERSON}/history",
    "decide": f"{HOUSEHOLD}/decide/propose_exit",
    "split": f"{HOUSEHOLD}/split",
    "merge": f"{HOUSEHOLD}/merge",
    "move": f"{HOUSEHOLD}/move",
    "vanish": f"{HOUSEHOLD}/vanish",
    "purge": f"{HOUSEHOLD}/purge",
    "help-state": f"{HOUSEHOLD}/help",
    "mark-put": f"{HOUSEHOLD}/marks/put",
    "order-new": f"{HOUSEHOLD}/orders/new",
    "order-identity": f"{HOUSEHOLD}/orders/new?kind=identity",
    "orders": "/orders?state=all",
    "periods": "/periods",
    "period-freeze": "/periods/1/freeze",
    "places": "/places?area=990101000000&level=county",
    "place-changes": "/places/changes",
    "imports": "/imports",
    "upload": "/imports/upload",
    "matching": f"{BATCH}/matching",
    "findings": f"{BATCH}/findings",
    "proposals": f"{CHANGES}/proposals?group=change",
    "proposals-new": f"{BATCH}/proposals?group=new",
    "proposals-blocked": f"{BATCH}/proposals?group=blocked",
    "villages": "/villages",
    "village": "/villages/990101100201",
    "village-natural": "/villages/990101100201?tab=natural",
    "village-edit": "/villages/990101100201/edit",
    "village-history": "/villages/990101100201?tab=history",
    "natural-add": "/villages/990101100201/natural/add",
    "natural-edit": "/natural-villages/1/edit",
    "natural-close": "/natural-villages/1/close",
    "helpers": "/helpers",
    "helper": "/helpers/1",
    "helper-add": "/helpers/add",
    "units": "/units",
    "unit": "/units/1",
    "teams": "/teams",
    "team": "/teams/1",
    "team-add": "/teams/add",
    "pair": "/pairings/add?household=1,2",
    "exports": "/exports",
    "journal": "/journal",
    "row": ROW,
    "users": "/users",
    "user-add": "/users/add",
    "user": USER,
    "grant-add": f"{USER}/grants/add",
    "account": "/account",
    "totp": "/account/totp",
}
PICTURES = {
    "sign-in-1366",
    "desk-1366",
    "list-1366",
    "household-1366",
    "findings-1366",
    "proposals-1366",
    "journal-1366",
    "list-390",
    "household-390",
}
GUIDE = Path(__file__).parents[2] / "docs" / "pictures"
SIZES = pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["1366", "390"])


@pytest.fixture(scope="session")
def found():
    """Addresses of one of each thing, found once."""
    return {}


@pytest.fixture
def changes(house, tmp_path):
    """A workbook in which a dozen households earn more and live nearer the road."""

    def write():
        households = households_of(lines_of(house.export(tmp_path / "register.xlsx")))[CHANGED]
        lines = [line | {WAGE: plain(str(float(line[WAGE] or 0) + 1200)), ROAD: "0.8"} for line, *_ in households]
        return write_workbook(tmp_path / "模荷湾乡2018年收入核实.xlsx", headings_of(house.sample), lines)

    return write


@pytest.fixture
def address(signed_in, house, found, changes):
    """An address with a real household, member, batch, user or row in it."""

    def look_for(path):
        if path in found:
            return found[path]
        page = signed_in("xian")
        page.goto("/households")
        found[HOUSEHOLD] = page.locator("[data-table=households] tbody a").first.get_attribute("href").partition("?")[0]
        page.goto(found[HOUSEHOLD])
        edit = page.locator("[data-table=members] td.acts a").last.get_attribute("href")
        found[MEMBER] = re.match(r"/members/\d+", edit).group()
        found[PERSON] = page.locator("[data-table=members] a[href^='/persons/']").first.get_attribute("href")
        page.goto("/users")
        found[USER] = page.locator("[data-table=users] tbody a").first.get_attribute("href")
        page.goto("/journal")
        found[ROW] = page.locator("a[href^='/journal/']").first.get_attribute("href")
        steps.upload(page, house.sample)
        found[BATCH] = re.search(r"/imports/\d+", page.url).group()
        steps.upload(page, changes())
        found[CHANGES] = re.search(r"/imports/\d+", page.url).group()
        return found[path]

    def fill(path):
        name = re.match(r"[A-Z]*", path).group()
        return path.replace(name, look_for(name), 1) if name else path

    return fill


def looked_at(page, name, size, folder):
    """Nothing runs over the edge; a picture is kept."""
    picture = f"{name}-{size['width']}"
    kept = os.environ.get("TAIZHANG_PICTURES") == "1" and picture in PICTURES
    page.screenshot(path=(GUIDE if kept else folder) / f"{picture}.png", scale="css")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page is {wide} px wider than the screen"


@SIZES
@pytest.mark.parametrize("name", PAGES)
def test_the_page_fits_the_screen_and_does_not_complain(signed_in, address, tmp_path, name, size):
    path = address(PAGES[name])
    page = signed_in("xian", size)
    assert page.goto(path).status == 200
    looked_at(page, name, size, tmp_path)


@SIZES
def test_the_door_fits_the_screen(opened, tmp_path, size):
    page = opened(size)
    page.goto("/sign-in")
    looked_at(page, "sign-in", size, tmp_path)


@SIZES
def test_the_security_log_fits_the_screen(signed_in, tmp_path, size):
    page = signed_in("shenji", size)
    page.goto("/logs")
    looked_at(page, "logs", size, tmp_path)


@SIZES
@pytest.mark.parametrize(
    "path", ["/periods/open", "/periods/1/rollover", "/windows/declare", "/places/changes/new", f"{HOUSEHOLD}/duplicate"]
)
def test_the_pages_of_the_province_fit_the_screen(signed_in, address, tmp_path, path, size):
    path = address(path)
    page = signed_in("sheng", size)
    assert page.goto(path).status == 200
    looked_at(page, path.strip("/").replace("/", "-"), size, tmp_path)


@SIZES
def test_a_page_that_is_not_there_says_so_and_fits_the_screen(signed_in, tmp_path, size):
    page = signed_in("xian", size)
    assert page.goto("/households/999999999").status == 404
    looked_at(page, "not-found", size, tmp_path)
