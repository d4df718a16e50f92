"""Who is in no list (没有…的户): every ready condition by one press on the page, and the same households in the export."""

import io
import re
from datetime import date

import openpyxl
import pytest

from taizhang.households.asking.ready import READY
from taizhang.households.models import Household, HouseholdPeriod, IncomeWorksheet, Measure, MemberPeriod, Person
from taizhang.intake.models import Export
from taizhang.support.services.units import put_unit_village
from taizhang.web.households.asking import where_of
from tests.cast import NEXT_VILLAGE, START, TOWNSHIP, VILLAGE, signed_in
from tests.factories import a_household, a_member, a_period
from tests.journal.acts import pen
from tests.pages.forms import body, words
from tests.pages.test_queries import add
from tests.support.cadres import CAUSE, ON, a_helper, a_team, a_unit, pair

pytestmark = pytest.mark.django_db
INSURED = {"member.med_resident": True, "member.pen_resident": True}
CHILD = {"member.school_status": "not_student"}


@pytest.fixture
def served(xiang, console) -> Household:
    """Stands in every list: helped, surveyed, reached, insured, at work, at school."""
    made = a_household(
        VILLAGE,
        "钱全有",
        serial=1,
        others=[a_member("钱打工", "son", 2, **INSURED, **{"member.work_months": 8, "member.labour": "ordinary"})],
    )
    pair(xiang, a_helper(xiang), made)
    a_team(xiang)
    put_unit_village(by=xiang, at=START, cause=CAUSE, unit=a_unit(xiang), area=VILLAGE, on=ON)
    with pen(console):
        archive = HouseholdPeriod.objects.get(household=made)
        MemberPeriod.objects.filter(person__name="钱全有").update(med_resident=True, pen_resident=True)
        HouseholdPeriod.objects.filter(pk=archive.pk).update(bank_account=b"sealed", is_unsafe=False, water_safe=True, draft=False)
        IncomeWorksheet.objects.create(household=made, period=archive.period, area=VILLAGE)
        Measure.objects.create(household=made, period=archive.period, area=VILLAGE, kind="industry", measure_item="养蜂补助")
    return made


@pytest.fixture
def forgotten(console) -> Household:
    """Stands in none of them."""
    child = a_member("金小孩", "son", 4, **CHILD)
    made = a_household(NEXT_VILLAGE, "金落下", serial=3, others=[child, a_member("金有力", "son", 5, **{"member.labour": "ordinary"})])
    with pen(console):
        HouseholdPeriod.objects.filter(household=made).update(
            hh_phone=None, head_name="", inc_net_yuan=None, is_unsafe=True, water_safe=False, draft=True
        )
        Person.objects.filter(name="金小孩").update(birth_date=date(2016, 1, 1), id_no=None, id_digest=None)
    return made


def listed(answer) -> list[int]:
    """The households of the table."""
    return [int(pk) for pk in re.findall(r'<tr tabindex="0" data-href="/households/(\d+)"', body(answer))]


@pytest.mark.parametrize("key", READY)
def test_who_is_in_no_list_is_found_by_one_press_and_goes_out_alone(xiang, served, forgotten, key):
    client = signed_in(xiang)
    assert f'name="ready" value="{key}"' in body(client.get("/households/condition"))
    assert listed(client.get("/households")) == [served.pk, forgotten.pk]
    address = add(client, ready=key)
    assert listed(client.get(address)) == [forgotten.pk]
    where = re.search(r'name="where" value="([^"]*)" form="filter"', body(client.get(address)))[1].replace("&#34;", '"')
    assert where_of({"where": where}) is not None
    form = {"ledger": "household-list", "period": "2026", "area": TOWNSHIP, "where": where}
    assert client.post("/exports/new", form).status_code == 302
    export = Export.objects.get()
    assert (export.state, export.rows) == ("ready", 1)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/exports/{export.pk}/download").content))
    told = [str(cell.value) for row in book.active.iter_rows() for cell in row]
    assert [any(place in text for text in told) for place in ("郝下村", "车头村")] == [True, False]


def test_who_stands_in_no_archive_of_a_newer_period_is_asked_from_the_older_one(xiang, served):
    old = a_period("2025")
    left = a_household(VILLAGE, "贾未转", serial=9, period=old)
    client = signed_in(xiang)
    client.post("/period", {"period": "2025", "next": "/households"})
    answer = client.get(add(client, add_field="key.in_period", add_op="has_not_in", add_value="2026"))
    assert listed(answer) == [left.pk]
    assert "在某期次的档案 没有 2026" in words(answer)
