"""The work bench and the area tree."""

import json
import re
from decimal import Decimal

import pytest
from django.test import Client

from taizhang.intake.models import Batch
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, START, TOWNSHIP, VILLAGE, signed_in
from tests.factories import a_household, a_period, some_places

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


def chart(answer, name: str) -> dict:
    return json.loads(re.search(f'<script type="application/json" id="{name}">(.*?)</script>', body(answer))[1])


def test_the_desk_counts_the_households_of_ones_own_area_only(cun, lincun):
    a_household(VILLAGE, "钱明珍", serial=1)
    a_household(NEXT_VILLAGE, "金国强", serial=2)
    a_household(NEXT_VILLAGE, "郑明珍", serial=3)
    assert "<b>1</b>" in body(signed_in(cun).get("/"))
    assert "<b>2</b>" in body(signed_in(lincun).get("/"))


def test_the_desk_of_a_county_ranks_its_townships(xian):
    a_household(VILLAGE, "钱明珍", serial=1)
    answer = signed_in(xian).get("/")
    assert "各乡镇户数" in body(answer)
    assert (chart(answer, "chart-areas")["names"], chart(answer, "chart-areas")["series"][0]["values"]) == (["白云镇"], [1])


def test_the_income_per_head_is_that_of_the_households_that_have_one(cun):
    a_household(VILLAGE, "钱明珍", serial=1, facts={"household.inc_wage_yuan": Decimal(5000), "household.inc_business_yuan": None})
    a_household(VILLAGE, "金国强", serial=2, facts={"household.inc_wage_yuan": None, "household.inc_business_yuan": None})
    assert "<b>5,000</b>" in body(signed_in(cun).get("/"))


def test_the_desk_says_what_to_do_while_there_is_no_period(cun):
    page = signed_in(cun).get("/")
    assert page.status_code == 200
    assert "还没有开设期次" in body(page)


def test_the_desk_shows_no_menu_that_the_account_may_not_follow(cun, xian):
    assert 'href="/users"' not in body(signed_in(cun).get("/"))
    assert 'href="/users"' in body(signed_in(xian).get("/"))


def test_a_guest_may_not_see_the_desk_and_a_stranger_signs_in(guest):
    assert signed_in(guest).get("/").status_code == 403
    assert Client().get("/").status_code == 302


def test_a_batch_that_waits_stands_on_the_desk(cun):
    Batch.objects.create(
        ledger="household-archive", period=a_period(), area=VILLAGE, by=cun, file_name="采集表.xlsx", sha256="0" * 64, size=1, at=START,
        state=Batch.CHECKED,
    )  # fmt: skip
    page = body(signed_in(cun).get("/"))
    assert "采集表.xlsx" in page
    assert "待确认写入" in page


def test_the_desk_asks_a_fixed_number_of_queries(xian, django_assert_num_queries):
    a_household(VILLAGE, "钱明珍", serial=1)
    client = signed_in(xian)
    client.get("/")
    with django_assert_num_queries(20):
        client.get("/")


def test_the_tree_begins_at_the_grant_and_counts_each_child(xiang):
    a_household(VILLAGE, "钱明珍", serial=1)
    a_household(VILLAGE, "金国强", serial=2)
    page = body(signed_in(xiang).get("/households"))
    assert "演示县" not in page
    assert "<span>白云镇</span><small>2</small>" in page
    assert "<span>车头村</span><small>2</small>" in page
    assert "<span>郝下村</span><small>0</small>" in page


def test_children_of_an_area_come_with_their_counts(xian):
    a_household(VILLAGE, "钱明珍", serial=1)
    answer = signed_in(xian).get("/areas/children", {"area": TOWNSHIP, "level": "township"})
    assert "<span>车头村</span><small>1</small>" in body(answer)


def test_children_of_a_foreign_area_are_refused(waixian):
    some_places()
    assert signed_in(waixian).get("/areas/children", {"area": COUNTY, "level": "county"}).status_code == 403


def test_an_area_is_found_by_its_initials_within_the_scope_only(xian, waixian):
    some_places()
    assert "车头村" in body(signed_in(xian).get("/areas/search", {"q": "ctc"}))
    assert "车头村" not in body(signed_in(waixian).get("/areas/search", {"q": "ctc"}))


def test_children_ask_a_fixed_number_of_queries(xian, django_assert_num_queries):
    a_household(VILLAGE, "钱明珍", serial=1)
    client = signed_in(xian)
    client.get("/")
    with django_assert_num_queries(8):
        client.get("/areas/children", {"area": COUNTY, "level": "county"})


def test_a_chosen_period_is_kept_for_the_session_and_an_unknown_one_is_not_there(cun):
    a_household(VILLAGE, "钱明珍", serial=1, period=a_period("2025"))
    a_period("2026")
    client = signed_in(cun)
    assert "没有符合条件的户" in body(client.get("/households"))
    assert client.post("/period", {"period": "2025", "next": "/households"}).url == "/households"
    assert "钱明珍" in body(client.get("/households"))
    assert client.post("/period", {"period": "1999"}).status_code == 404


def test_the_way_back_never_leaves_the_house(cun):
    a_period("2026")
    assert signed_in(cun).post("/period", {"period": "2026", "next": "https://example.org/"}).url == "/"


def test_a_foreign_area_in_the_list_is_refused(cun):
    some_places()
    assert signed_in(cun).get("/households", {"area": OTHER_COUNTY, "level": "county"}).status_code == 403
