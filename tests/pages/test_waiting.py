"""What waits for whom on the work bench, by level."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from taizhang.households.models import CorrectionOrder, Household, HouseholdPeriod, OperationWindow, Period
from taizhang.households.services.orders import refuse_order, request_order
from taizhang.journal.posting import Cause
from tests.cast import COUNTY, VILLAGE, signed_in
from tests.factories import a_household, a_period
from tests.journal.acts import pen
from tests.pages.forms import words
from tests.pages.test_list import heads

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(db):
    return a_household(VILLAGE, "钱明珍", serial=1)


def order_of(user, household) -> CorrectionOrder:
    return request_order(
        by=user, at=timezone.now(), cause=Cause("order.request", "享受低保"), kind="attribute", household=household,
        new={"hh_attr": "dibao_poor"}, proof="低保证", area=VILLAGE,
    )  # fmt: skip


def window(console, operation, level="", area=COUNTY, closes=2) -> None:
    now = timezone.now()
    with pen(console, area=area):
        OperationWindow.objects.create(
            operation=operation, level=level, area=area, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=closes)
        )


def desk(user) -> str:
    return words(signed_in(user).get("/"))


def test_an_order_waits_for_the_province_and_not_for_the_county(cun, xian, sheng, household):
    order_of(cun, household)
    assert "锁定字段更正待办理" in desk(sheng)
    assert "锁定字段更正待办理" not in desk(xian)
    assert "更正申请等省级办理" in desk(cun)
    assert "更正申请等省级办理" not in desk(xian)


def test_a_refused_order_comes_back_to_who_asked(cun, xiang, sheng, household):
    order = order_of(cun, household)
    refuse_order(by=sheng, at=timezone.now(), cause=Cause("order.refuse", "看不清"), order=order, version=order.version)
    assert "更正申请被驳回" in desk(cun)
    assert "更正申请被驳回" not in desk(xiang)
    assert "锁定字段更正待办理" not in desk(sheng)


def test_an_open_window_stands_on_the_desk_of_the_level_that_may_act_in_it(cun, xian, waixian, console):
    a_period()
    window(console, "split")
    assert "“分户”窗口期" in desk(xian)
    assert "“分户”窗口期" not in desk(cun)
    assert "“分户”窗口期" not in desk(waixian)


def test_a_window_of_another_level_or_that_is_over_does_not(xian, xiang, console):
    a_period()
    window(console, "correct", level="township")
    window(console, "merge", closes=-0.5)
    assert "“更正采集信息”窗口期" in desk(xiang)
    assert "“更正采集信息”窗口期" not in desk(xian)
    assert "“合户”窗口期" not in desk(xian)


def test_archives_carried_over_wait_for_who_may_confirm_them(cun, shenji, household):
    with pen(cun, area=VILLAGE):
        HouseholdPeriod.objects.update(draft=True)
    a_household(VILLAGE, "金国强", serial=2)
    assert "结转档案待核实" in desk(cun)
    assert "结转档案待核实" not in desk(shenji)
    client = signed_in(cun)
    address = re.search(r'href="(/households\?where=[^"]*)"', client.get("/").content.decode())[1]
    assert heads(client.get(address)) == ["钱明珍"]


def test_a_period_past_its_day_waits_to_be_frozen_by_the_county_and_no_village(cun, xian):
    a_period("2024")
    assert "2024年度待冻结" in desk(xian)
    assert "2024年度待冻结" not in desk(cun)


def test_without_an_open_period_the_province_is_asked_to_open_one(sheng, xian):
    a_period("2024", state=Period.FROZEN)
    assert "没有开放的期次" in desk(sheng)
    assert "没有开放的期次" not in desk(xian)


def test_a_neighbours_order_waits_for_nobody_here(waixian, cun, household):
    order_of(cun, household)
    assert "更正申请" not in desk(waixian)


def bar(user) -> str:
    return words(signed_in(user).get("/waiting")).replace(" ", "")


def test_the_bar_counts_orders_for_who_decides_and_refusals_for_who_asked(sheng, xian, cun, household):
    order = order_of(xian, household)
    assert (bar(sheng), bar(xian), bar(cun)) == ("待办1", "", "")
    refuse_order(by=sheng, at=timezone.now(), cause=Cause("order.refuse", "材料不全"), order=order, version=order.version)
    assert (bar(sheng), bar(xian), bar(cun)) == ("", "待办1", "")


def test_the_bar_counts_no_further_than_it_says_and_asks_the_same_however_many_wait(sheng, xian, django_assert_num_queries):
    with pen(sheng):
        Household.objects.bulk_create([Household(area=VILLAGE, household_no=f"T{n}") for n in range(130)])
        made = [
            CorrectionOrder(
                household=one, area=VILLAGE, kind="attribute", new_key="dibao", reason="试", proof="证明",
                requested_by=xian, requested_at=timezone.now(), requested_area=COUNTY,
            )
            for one in Household.objects.filter(household_no__startswith="T")
        ]  # fmt: skip
        CorrectionOrder.objects.bulk_create(made[:99])
    few = bar(sheng)
    with pen(sheng):
        CorrectionOrder.objects.bulk_create(made[99:])
    assert (few, bar(sheng)) == ("待办99", "待办99+")
    client = signed_in(sheng)
    client.get("/waiting")
    with django_assert_num_queries(5):
        client.get("/waiting")


def test_every_page_asks_what_waits_once_it_stands(cun):
    assert 'hx-get="/waiting" hx-trigger="load"' in signed_in(cun).get("/account").content.decode()
