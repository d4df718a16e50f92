"""What a wish for a pairing does to those that stand, alone and against a model that knows only days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.support.planning import CHANGE, END, NEW, REFUSED, SAME, Row, Wish, holds, plan_of, step_of

START = date(2025, 1, 1)


def on(days):
    return START + timedelta(days=days)


A_SINCE_10 = Row(1, 1, helper=7, from_on=on(10), to_on=None)
B_BEFORE = Row(2, 1, helper=8, from_on=on(0), to_on=on(10))


def test_a_household_without_a_helper_gets_a_row():
    step = step_of([], Wish(7, on(5)))
    assert (step.kind, step.closes, step.adds.from_on, step.adds.to_on) == (NEW, (), on(5), None)


def test_another_helper_ends_the_row_that_stands_on_the_day_his_begins():
    step = step_of([B_BEFORE, A_SINCE_10], Wish(9, on(20)))
    assert (step.kind, step.closes, step.on, step.adds.helper) == (CHANGE, (A_SINCE_10,), on(20), 9)


def test_the_same_helper_is_no_change():
    assert step_of([A_SINCE_10], Wish(7, on(20))).kind == SAME


def test_a_sheet_that_gives_another_first_day_for_the_same_helper_is_refused():
    assert "开始日期不能改" in step_of([A_SINCE_10], Wish(7, on(20), exact=True)).why


def test_a_last_day_ends_the_row_that_stands():
    step = step_of([A_SINCE_10], Wish(7, on(10), on(30)))
    assert (step.kind, step.closes, step.on, step.adds) == (END, (A_SINCE_10,), on(30), None)


def test_a_last_day_that_was_set_stays():
    assert "已经结束" in step_of([B_BEFORE], Wish(8, on(0), on(12))).why


@pytest.mark.parametrize("wish", [Wish(9, on(5)), Wish(9, on(5), on(12)), Wish(9, on(0), on(3)), Wish(9, on(9), on(11))])
def test_days_that_another_row_holds_are_refused(wish):
    assert step_of([B_BEFORE, A_SINCE_10], wish).kind == REFUSED


def test_an_end_before_the_start_is_refused():
    assert "早于" in step_of([], Wish(9, on(5), on(4))).why


def test_a_wish_without_a_first_day_speaks_only_of_who_stands():
    assert (step_of([A_SINCE_10], Wish(7, None)).kind, step_of([A_SINCE_10], Wish(9, None)).kind) == (SAME, REFUSED)


def test_the_gap_before_the_first_row_can_be_filled_up_to_its_day():
    assert step_of([A_SINCE_10], Wish(9, on(0), on(10))).kind == NEW


def test_two_wishes_of_one_sheet_that_both_stand_are_not_both_taken():
    plan = plan_of([], [Wish(7, on(0), exact=True), Wish(8, on(5), exact=True)])
    assert [step.kind for step in plan.steps] == [NEW, REFUSED]


DAYS = st.integers(0, 12)
WISHES = st.lists(
    st.builds(lambda h, f, t: Wish(h, on(f), None if t is None else on(t)), st.integers(1, 3), DAYS, st.none() | DAYS), max_size=6
)


def numbered(plan):
    """The rows as the database gives them back: with numbers."""
    return [Row(i + 1, 1, row.helper, row.from_on, row.to_on) for i, row in enumerate(plan.rows)]


@given(WISHES)
def test_whatever_is_wished_nobody_has_two_helpers_on_one_day(wishes):
    rows = []
    for wish in wishes:
        rows = numbered(plan_of(rows, [wish]))
    crowded = [day for day in range(-1, 15) if sum(holds(row, on(day)) for row in rows) > 1]
    assert crowded == []


@given(WISHES)
def test_whatever_is_wished_no_row_loses_its_helper_its_start_or_a_set_end(wishes):
    rows, lost = [], []
    for wish in wishes:
        after = numbered(plan_of(rows, [wish]))
        kept = {(row.helper, row.from_on, row.to_on) for row in after} | {(row.helper, row.from_on, None) for row in after}
        lost += [row for row in rows if (row.helper, row.from_on, row.to_on) not in kept]
        rows = after
    assert lost == []


@given(WISHES)
def test_a_wish_repeated_changes_nothing(wishes):
    rows = []
    for wish in wishes:
        once = plan_of(rows, [wish])
        again = plan_of(numbered(once), [wish])
        assert once.steps[0].kind == REFUSED or again.rows == numbered(once) or wish.from_on == wish.to_on
        rows = numbered(once)
