"""The filter that the list and the export share."""

from datetime import date
from decimal import Decimal

import pytest

from taizhang.households.query import BadQuery, HouseholdQuery, households_matching, query_of
from taizhang.kernel.identity import make_id
from tests.cast import NEXT_VILLAGE, TOWNSHIP, VILLAGE

pytestmark = pytest.mark.django_db
BORN = date(1970, 1, 1)


def heads(user, period, **conditions) -> list[str]:
    """The heads of the households that match."""
    return list(households_matching(user, HouseholdQuery(period.pk, **conditions)).values_list("head_name", flat=True))


def test_everyone_finds_his_own_area_only(register, period, xiang, cun, lincun, waixian, guest):
    assert heads(xiang, period) == ["赵演示", "钱样例", "孙模拟"]
    assert heads(cun, period) == ["赵演示", "钱样例"]
    assert heads(lincun, period) == ["孙模拟"]
    assert heads(waixian, period) == heads(guest, period) == []


@pytest.mark.parametrize(
    ("area", "found"), [(VILLAGE, ["赵演示", "钱样例"]), (NEXT_VILLAGE, ["孙模拟"]), (TOWNSHIP, ["赵演示", "钱样例", "孙模拟"])]
)
def test_an_area_holds_what_lies_below_it(register, period, xian, area, found):
    assert heads(xian, period, area=area) == found


@pytest.mark.parametrize(
    "text", ["赵演示", "赵", "zys", "ZYS", " 赵演示 ", "周示例", "zs", make_id("990101", BORN, 1), make_id("990101", BORN, 3)]
)
def test_a_name_its_letters_or_a_number_finds_the_household_anywhere_in_the_scope(register, period, xian, text):
    assert heads(xian, period, text=text, area=NEXT_VILLAGE) == ["赵演示"]


def test_an_old_number_of_fifteen_places_finds_the_same_person(register, period, xian):
    number = make_id("990101", BORN, 7)
    assert heads(xian, period, text=number[:6] + number[8:17]) == ["孙模拟"]


def test_a_number_in_another_village_finds_nothing(register, period, lincun):
    assert heads(lincun, period, text=make_id("990101", BORN, 1)) == []


def test_the_number_of_the_household_finds_it(register, period, xian):
    archive = households_matching(xian, HouseholdQuery(period.pk, text="钱样例")).get()
    assert "钱样例" in heads(xian, period, text=archive.household.household_no)


def test_what_looks_like_a_pattern_is_none(register, period, xian):
    assert heads(xian, period, text="%") == heads(xian, period, text="_") == heads(xian, period, text="' or 1=1") == []


def test_conditions_go_together(register, period, xian):
    assert heads(xian, period, hh_attr="dibao_poor") == ["钱样例"]
    assert heads(xian, period, hh_attr="dibao_poor", main_cause="illness") == []
    assert heads(xian, period, income_from=Decimal(9000), income_to=Decimal(10000)) == ["钱样例"]
    assert heads(xian, period, income_from=Decimal(9601)) == []


def test_gaps_in_what_every_household_must_tell(register, period, xian):
    assert heads(xian, period, gaps=True) == ["赵演示", "钱样例", "孙模拟"]
    assert heads(xian, period, gaps=False) == []


def test_households_picked_by_hand_are_found_and_no_others(register, period, xian):
    archive = households_matching(xian, HouseholdQuery(period.pk, text="钱样例")).get()
    assert heads(xian, period, chosen=(archive.pk,)) == ["钱样例"]
    assert heads(xian, period, chosen=(archive.pk,), area=NEXT_VILLAGE) == []


def test_a_picked_household_outside_the_scope_is_not_there_like_one_that_does_not_exist(register, period, xian, lincun):
    archive = households_matching(xian, HouseholdQuery(period.pk, text="钱样例")).get()
    assert heads(lincun, period, chosen=(archive.pk,)) == heads(lincun, period, chosen=(archive.pk + 9_999,)) == []


def test_more_than_a_thousand_households_are_not_picked_by_hand():
    assert len(query_of(1, {"chosen": range(1, 1_001)}).chosen) == 1_000
    with pytest.raises(BadQuery, match="1000户"):
        query_of(1, {"chosen": range(1, 1_002)})


def test_the_order_asked_for(register, period, xian):
    assert heads(xian, period, order="-members") == ["赵演示", "孙模拟", "钱样例"]
    assert heads(xian, period, order="income")[0] == "钱样例"


def test_another_period_holds_nothing(register, period, xian):
    assert list(households_matching(xian, HouseholdQuery(period.pk + 1))) == []


def test_a_query_survives_as_json():
    query = HouseholdQuery(1, text="赵", income_from=Decimal("100.50"), gaps=False, chosen=(3, 7))
    assert query_of(1, query.as_dict()) == query


@pytest.mark.parametrize(
    "told", [{"colour": "red"}, {"order": "id; drop table"}, {"income_from": "很多"}, {"income_to": "NaN"}, {"chosen": ["7", "x"]}]
)
def test_a_condition_that_no_list_has_is_refused(told):
    with pytest.raises(BadQuery):
        query_of(1, told)
