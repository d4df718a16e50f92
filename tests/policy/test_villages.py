"""Villages: what stands in the way of inclusion and exit, typed beside counted, sums of natural villages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.policy.archive import NATURAL_VILLAGE_FACTS, VILLAGE_FACTS
from taizhang.policy.villages import (
    AGREES,
    DIFFERS,
    EQUAL,
    FLOOR,
    NATURAL_VILLAGE_TOTALS,
    ONLY,
    SHORT,
    VILLAGE_TOTALS,
    Total,
    beside,
    exit_gaps,
    sums_off,
    why_not_exit,
    why_not_include,
)

READY = {"v_households": 320, "v_persons": 1280, "v_collective_yuan": Decimal(50000), "v_road_to_township": True}
TOTALS = {"equal": Total("n", EQUAL, ""), "floor": Total("n", FLOOR, "")}
COUNTS = st.integers(0, 1000)


def verdict(name, typed, counted):
    return beside({name: TOTALS[name]}, {name: typed}, {"n": counted})[name].verdict


def test_every_total_is_a_fact_that_is_typed():
    assert set(VILLAGE_TOTALS) <= {f.name for f in VILLAGE_FACTS}
    assert set(NATURAL_VILLAGE_TOTALS) <= {f.name for f in NATURAL_VILLAGE_FACTS}


@pytest.mark.parametrize(
    ("facts", "may"),
    [({"v_attr": None}, True), ({"v_attr": "not_poor"}, True), ({"v_attr": "poor"}, False), ({"v_attr": "poor", "v_exited": True}, True)],
)
def test_a_village_is_included_unless_it_is_a_poor_one(facts, may):
    assert (why_not_include(facts) == "") == may


@pytest.mark.parametrize(
    ("facts", "may"),
    [
        ({"v_attr": "poor"}, True),
        ({"v_attr": "poor_plan_13"}, True),
        ({"v_attr": "not_poor"}, False),
        ({"v_attr": "poor", "v_exited": True}, False),
    ],
)
def test_only_a_poor_village_that_has_not_exited_exits(facts, may):
    assert (why_not_exit(facts) == "") == may


def test_a_village_that_shows_everything_has_no_gap():
    assert exit_gaps(READY) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v_households", 0),
        ("v_persons", None),
        ("v_collective_yuan", Decimal(0)),
        ("v_road_to_township", False),
        ("v_road_to_township", None),
    ],
)
def test_what_is_blank_nought_or_without_a_road_is_a_gap(name, value):
    assert set(exit_gaps(READY | {name: value})) == {name}


@given(COUNTS, COUNTS)
def test_an_equal_total_agrees_only_with_the_same_number(typed, counted):
    assert verdict("equal", typed, counted) == (AGREES if typed == counted else DIFFERS)


@given(COUNTS, COUNTS)
def test_a_total_of_the_whole_village_may_be_more_but_not_fewer(typed, counted):
    assert verdict("floor", typed, counted) == (SHORT if typed < counted else AGREES)


def test_what_was_not_typed_is_only_counted_and_nought_is_typed():
    assert (verdict("equal", None, 0), verdict("equal", 0, 0)) == (ONLY, AGREES)


def test_what_cannot_be_counted_is_left_out():
    assert beside(TOTALS, {"equal": 3}, {}) == {}


def test_natural_villages_that_do_not_add_up_are_told():
    told = sums_off({"v_households": 100, "v_natural_villages": 3}, [{"nv_households": 60}, {"nv_households": 30}])
    assert told == ["各自然村总户数合计 90,村档案填的是 100,请核对", "村档案填了 3 个自然村,登记的有 2 个,请核对"]


def test_nothing_is_said_while_one_of_them_is_not_surveyed():
    assert sums_off({"v_households": 100}, [{"nv_households": 60}, {}]) == []
