"""Periods of a household side by side, and the page of one person."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from taizhang.households.models import Household, Membership
from taizhang.households.periods import roll_over_period
from taizhang.households.services.correcting import correct_household
from taizhang.households.services.family import leave_member
from taizhang.households.services.worksheets import put_work_spell
from taizhang.journal.posting import Cause
from tests.cast import PROVINCE, START, VILLAGE, signed_in
from tests.factories import a_household, a_member, a_period, id_number, member_of
from tests.pages.forms import body, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(sheng, xian):
    """Surveyed in 2025, carried into 2026: the cause, the phone and the wage changed, a son left."""
    old, new = a_period("2025"), a_period("2026")
    made = a_household(VILLAGE, "钱明珍", serial=1, period=old, others=[a_member("钱小宝", "son", 77), a_member("钱小妹", "daughter", 78)])
    roll_over_period(by=sheng, at=START, cause=Cause("period.rollover"), area=PROVINCE, old=old, new=new)
    archive = made.householdperiod_set.get(period=new)
    facts = {"main_cause": "disability", "hh_phone": "19900000099", "inc_wage_yuan": Decimal(12000)}
    correct_household(
        by=xian, at=timezone.now(), cause=Cause("household.correct", "核实"), household_period=archive, version=archive.version, facts=facts
    )
    son = member_of(made, "钱小宝")
    leave_member(
        by=xian, at=timezone.now(), cause=Cause("member.leave"), membership=son, period=new, version=son.version, reason="moved_out",
        on=date(2026, 3, 1), proof="户口迁移证",
    )  # fmt: skip
    return made


def row(page: str, label: str) -> str:
    """The line of a fact."""
    return re.search(rf'<tr( class="differs")?><th scope="row" class="stays">{re.escape(label)}\b.*?</tr>', page, re.S)[0]


def plain(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", markup)).strip()


def test_what_differs_between_two_periods_is_marked_and_the_rest_is_not(cun, household):
    page = body(signed_in(cun).get(f"/households/{household.pk}/compare"))
    cause = row(page, "主要致贫原因")
    assert 'class="differs"' in cause
    assert plain(cause) == "主要致贫原因 (不同) 因病 因残"
    assert 'class="differs"' not in row(page, "家庭住址")
    assert plain(row(page, "工资性收入")) == "工资性收入 (不同) 9,600.00 元 12,000.00 元"


def test_a_changed_secret_is_marked_and_never_shown(cun, household):
    phone = row(body(signed_in(cun).get(f"/households/{household.pk}/compare")), "联系电话")
    assert 'class="differs"' in phone
    assert "19900000099" not in phone


def test_members_stand_side_by_side_and_who_left_is_not_in_the_newer_period(cun, household):
    page = body(signed_in(cun).get(f"/households/{household.pk}/compare"))
    groups = {plain(head): text for head, text in re.findall(r'<tr class="group">(.*?)</tr>(.*?)</tbody>', page, re.S)}
    assert plain(row(groups["成员 钱小宝"], "与户主关系")) == "与户主关系 (不同) 之子 不在户"
    assert 'class="differs"' not in row(groups["成员 钱小妹"], "与户主关系")


def test_only_what_differs_can_be_asked_for(cun, household):
    page = words(signed_in(cun).get(f"/households/{household.pk}/compare", {"only": "differing"}))
    assert "主要致贫原因" in page
    assert "家庭住址" not in page
    assert "只看不同" in page


def test_the_newest_two_of_three_periods_are_shown_unless_others_are_asked_for(cun, sheng, household):
    new = a_period("2027")
    roll_over_period(by=sheng, at=START, cause=Cause("period.rollover"), area=PROVINCE, old=a_period("2026"), new=new)
    client, address = signed_in(cun), f"/households/{household.pk}/compare"
    assert re.findall(r'<th scope="col">(\d+)年度', body(client.get(address))) == ["2026", "2027"]
    told = client.get(address, {"period": ["2025", "2027"]})
    assert re.findall(r'<th scope="col">(\d+)年度', body(told)) == ["2025", "2027"]
    told = client.get(address, {"period": ["2025", "2026", "2027"]})
    assert re.findall(r'<th scope="col">(\d+)年度', body(told)) == ["2025", "2026", "2027"]


def test_one_period_alone_says_that_there_is_nothing_to_compare(cun):
    alone = a_household(VILLAGE, "金国强", serial=30, period=a_period("2026"))
    page = signed_in(cun).get(f"/households/{alone.pk}/compare")
    assert (page.status_code, "只有一期档案" in words(page)) == (200, True)
    assert f"/households/{alone.pk}/compare" not in body(signed_in(cun).get(f"/households/{alone.pk}"))


def test_the_household_page_leads_to_the_comparison_and_to_each_person(cun, household):
    page = body(signed_in(cun).get(f"/households/{household.pk}"))
    assert f"/households/{household.pk}/compare" in page
    assert f"/persons/{member_of(household, '钱小妹').person_id}" in page


@pytest.mark.parametrize(("who", "status"), [("cun", 200), ("shenji", 200), ("lincun", 404), ("waixian", 404), ("guest", 403)])
def test_comparison_and_person_open_for_whom_the_village_is_in_scope(request, household, who, status):
    client, person = signed_in(request.getfixturevalue(who)), member_of(household, "钱小宝").person_id
    assert client.get(f"/households/{household.pk}/compare").status_code == status
    assert client.get(f"/persons/{person}").status_code == status
    assert client.get(f"/persons/{person}/history").status_code == status


def test_a_person_is_shown_with_masked_number_households_periods_and_work(cun, household):
    sister = member_of(household, "钱小妹")
    put_work_spell(
        by=cun, at=timezone.now(), cause=Cause("work_spell.put"), membership=sister, period=a_period("2026"), spell=None, version=0,
        facts={"spell_from_on": "2026-03", "spell_sector": "建筑业"},
    )  # fmt: skip
    page = signed_in(cun).get(f"/persons/{sister.person_id}")
    assert id_number(78) not in body(page)
    assert id_number(78)[:10] + "********" in body(page)
    told = words(page)
    assert Household.objects.get().household_no in told
    assert "建筑业" in told
    assert re.search(r"2025年度.*2026年度", told)
    assert "在户" in told


def test_who_left_is_still_a_person_with_his_reason_and_his_history(cun, household):
    person = member_of(household, "钱小宝").person_id
    client = signed_in(cun)
    page = words(client.get(f"/persons/{person}"))
    assert "不在任何户" in page
    assert "户籍迁出" in page
    assert "更正成员信息" not in page
    assert "登记了减少成员" in words(client.get(f"/persons/{person}/history"))


def test_an_auditor_reads_the_person_and_is_offered_no_change(shenji, household):
    person = member_of(household, "钱小妹").person_id
    assert "/members/" not in body(signed_in(shenji).get(f"/persons/{person}"))


def test_neither_page_asks_a_query_a_row(cun, household, django_assert_num_queries):
    client, person = signed_in(cun), Membership.objects.filter(open=True).order_by("pk")[1].person_id
    client.get("/")
    with django_assert_num_queries(12):
        client.get(f"/households/{household.pk}/compare")
    with django_assert_num_queries(11):
        client.get(f"/persons/{person}")
    with django_assert_num_queries(16):
        client.get(f"/persons/{person}/history")
