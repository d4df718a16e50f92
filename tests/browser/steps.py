"""What a hand does on the pages of the main job, a step a function."""

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import Download, Page, expect

SECONDS = 60_000
MOST_TABS = 120
LIST, SHOWN = "/households", re.compile(r"/households/\d+")


def upload(page: Page, path: Path) -> None:
    """Choose the archive's sheet and a file, send it, wait until it is read and checked."""
    page.goto("/imports")
    page.get_by_role("link", name="上传新文件").first.click()
    page.get_by_label("贫困户信息采集表").check()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.wait_for_url(re.compile(r"/imports/\d+/(findings|proposals|matching)"), timeout=SECONDS)


def confirm_matching(page: Page) -> None:
    """Look at which heading is which column, and send it as it is."""
    page.get_by_role("link", name="改列的对应").click()
    expect(page.get_by_label("姓名 对应为", exact=True)).to_have_value("person.name")
    expect(page.get_by_text("不认识的列")).to_have_count(0)
    page.get_by_role("button", name="下一步：查看问题").click()
    page.wait_for_url(re.compile(r"/imports/\d+/findings"), timeout=SECONDS)


def annotated(page: Page, to: Path) -> openpyxl.Workbook:
    """Order the user's own workbook back, wait until it is made, download it."""
    page.get_by_role("link", name="下载带批注的原表").click()
    expect(page.get_by_text("带批注的原表已经生成")).to_be_visible(timeout=SECONDS)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载带批注的原表").click()
    return openpyxl.load_workbook(saved(download.value, to))


def exported(page: Page, to: Path) -> Path:
    """Order the list's current result, wait until it is made, download it."""
    page.get_by_role("link", name="导出当前结果").click()
    page.get_by_role("button", name="生成").click()
    newest = page.locator("[data-table=exports] tbody tr").first
    expect(newest).to_contain_text("可下载", timeout=SECONDS)
    with page.expect_download() as download:
        newest.get_by_role("link").first.click()
    return saved(download.value, to)


def plain(number: str | None) -> str:
    """A number as a page shows it: no zeros at the end."""
    return f"{float(number or 0):g}"


def to_proposals(page: Page) -> None:
    """From the findings on to what would be written."""
    page.get_by_role("link", name="下一步：确认写入").click()
    page.wait_for_url(re.compile(r"/proposals"))


def counts(page: Page) -> dict[str, int]:
    """How many lines of each kind are proposed."""
    return {re.sub(r"\d+", "", text).strip(): int(re.sub(r"\D", "", text)) for text in page.locator(".chips a").all_inner_texts()}


def group(page: Page, title: str) -> None:
    """Look at the proposals of one kind."""
    page.locator(".chips").get_by_role("link", name=title).click()
    expect(page.locator(".chips [aria-current]")).to_contain_text(title)


def saved(download: Download, to: Path) -> Path:
    """A download, in a file."""
    download.save_as(to)
    return to


def find(page: Page, text: str) -> None:
    """Search the whole of one's scope by a name, initials or a number."""
    page.goto(LIST)
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]text="))


def edit(page: Page, label: str, text: str, reason: str) -> None:
    """On the page of a household: open the form, type one value and why, save."""
    page.get_by_role("link", name="更正采集表").click()
    fill(page, label, text, reason)
    save(page)


def fill(page: Page, label: str, text: str, reason: str) -> None:
    """Type one value and why."""
    page.get_by_label(label).fill(text)
    page.get_by_label("更正缘由").fill(reason)


def save(page: Page) -> None:
    """Press save and wait for the answer."""
    with page.expect_navigation():
        page.get_by_role("button", name="保存").click()


def tab_to(page: Page, text: str) -> None:
    """Press Tab until what has the focus says something; what the keys reach, the keys may press.

    Raises   AssertionError where no key leads there
    """
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if text in page.evaluate("document.activeElement.innerText + (document.activeElement.labels?.[0]?.innerText ?? '')"):
            return
    raise AssertionError(f"no Tab leads to {text}")
