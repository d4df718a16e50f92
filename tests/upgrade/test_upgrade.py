"""A home that release 0.1.0 left is brought to today: nothing of it is lost, and work goes on (both databases)."""

import json

import openpyxl
import pytest

from tests.jobs.conftest import House, asked
from tests.upgrade.making import EXPORT

pytestmark = pytest.mark.processes

BEHIND = 3  # the exit status of a command that is refused
TABLES = (
    "household",
    "person",
    "membership",
    "household_period",
    "member_period",
    "income_worksheet",
    "work_spell",
    "place",
    "account_grant",
)
ENTRIES = "select id, tx_id, op, pk, image, seal from journal_entry order by id"
IMPORT = ("--ledger", "household-archive", "--accept", "all", "--json")
VISITS = """
import json, re
from django.test import Client
from taizhang.accounts.models import User
from taizhang.households.models import Household, Membership
from taizhang.intake.models import Batch, Export

client = Client(headers={"host": "localhost"})
client.force_login(User.objects.get(username="xian"))
batch, export = Batch.objects.get(), Export.objects.get()
households = Household.objects.filter(area="990101100201").order_by("pk")
member = Membership.objects.filter(household=households.last(), open=True).first()
addresses = ["/", "/households", "/households?area=990101100201", "/households?text=990101195001011017", "/imports", f"/imports/{batch.pk}",
             f"/imports/{batch.pk}/findings", f"/imports/{batch.pk}/proposals?group=new", "/exports", f"/exports/{export.pk}/download",
             "/journal", "/users", "/account", "/health/ready", f"/members/{member.pk}/edit"]
for household in households:
    addresses += [f"/households/{household.pk}{rest}" for rest in ("", "?tab=problems", "?tab=measures", "/history", "/edit", "/worksheet")]
answers = {address: client.get(address, follow=True) for address in addresses}
print(json.dumps({address: answer.status_code for address, answer in answers.items()}))
"""
EDIT = """
import json
from django.test import Client
from django.urls import reverse
from lxml import html
from taizhang.accounts.models import User
from taizhang.households.models import HouseholdPeriod
from taizhang.journal.replay import history

client = Client(headers={"host": "localhost"})
client.force_login(User.objects.get(username="xian"))
archive = HouseholdPeriod.objects.filter(area="990101100201", period__key="2018").order_by("pk").first()
address = reverse("household_edit", args=[archive.household_id])
form = next(form for form in html.fromstring(client.get(address).content).forms if "version" in form.fields)
told = {}
for name, value in form.form_values():
    told.setdefault(name, []).append("" if value == "on" else value)
answer = client.post(address, told | {"address": "新居1号", "reason": "升级后入户核对"})
now = HouseholdPeriod.objects.get(pk=archive.pk)
print(json.dumps([answer.status_code, now.version - archive.version, archive.address, now.address, len(history(HouseholdPeriod, archive.pk))]))
"""


@pytest.fixture
def today(old_house):
    """The home after `taizhang migrate`."""
    done = old_house.taizhang("migrate")
    assert (done.returncode, done.stderr) == (0, "")
    return old_house


def said(house: House, text: str):
    """What a few lines of Python print as JSON."""
    out, error = house.python(text).communicate(timeout=240)
    assert out, error
    return json.loads(out.splitlines()[-1])


def counts(house: House) -> list[int]:
    return [asked(house, f"select count(*) from {table}")[0][0] for table in TABLES]


def test_before_it_is_brought_to_today_nothing_works_on_it_and_the_advice_is_given(old_house):
    done = old_house.taizhang("verify")
    assert (done.returncode, "taizhang migrate" in done.stderr) == (BEHIND, True)


def test_no_row_and_no_entry_of_the_old_journal_is_lost_or_altered(old_house):
    rows, entries = counts(old_house), asked(old_house, ENTRIES)
    assert old_house.taizhang("migrate").returncode == 0
    assert counts(old_house) == rows
    assert asked(old_house, ENTRIES)[: len(entries)] == entries


def test_the_journal_and_the_tables_agree(today):
    told = json.loads(today.taizhang("verify", "--json").stdout)
    assert [table["broken"] for table in told["tables"] if table["broken"]] == []


def test_every_page_answers(today):
    answers = said(today, VISITS)
    assert len(answers) > 40
    assert {address: status for address, status in answers.items() if status != 200} == {}


def test_a_household_is_corrected_and_its_history_reaches_back(today):
    status, versions, before, after, history = said(today, EDIT)
    assert (status, versions, after) == (302, 1, "新居1号")
    assert before.startswith("示例路")
    assert history >= 3
    assert today.taizhang("verify").returncode == 0


def test_an_export_of_the_old_release_comes_back_and_changes_nothing(today):
    told = json.loads(today.taizhang("import", today.home / EXPORT, *IMPORT).stdout)
    assert told["findings"] == []
    assert (told["rows"], told["proposals"]["same"]) == (told["rows"], told["rows"])


def test_what_was_edited_in_an_old_export_is_one_change(today, tmp_path):
    book = openpyxl.load_workbook(today.home / EXPORT)
    sheet = book.worksheets[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("示例路"))
    cell.value = "改后的地址2号"
    book.save(tmp_path / "edited.xlsx")
    done = today.taizhang("import", tmp_path / "edited.xlsx", *IMPORT)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["proposals"]["change"] >= 1
    assert asked(today, "select count(*) from household_period where address = '改后的地址2号'") == [(1,)]
    assert today.taizhang("verify").returncode == 0


def test_a_backup_of_it_is_proved_and_restores(today, tmp_path):
    done = today.taizhang("backup", "-o", tmp_path / "saved.zip", "--with-keys")
    assert (done.returncode, "已在副本上核对流水" in done.stdout) == (0, True), done.stderr
