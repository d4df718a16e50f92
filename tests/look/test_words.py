"""Values as a page shows them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from taizhang.web import jinja

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def test_money_has_two_places_and_groups():
    assert jinja.yuan(Decimal("1234.5")) == "1,234.50"


def test_unknown_money_is_blank():
    assert jinja.yuan(None) == ""


def test_a_number_drops_the_noughts_behind_its_point():
    assert jinja.number(Decimal("1234.50")) == "1,234.5"


def test_a_round_number_keeps_its_noughts():
    assert jinja.number(Decimal("100")) == "100"


def test_a_day_is_taken_in_local_time():
    assert jinja.day(datetime(2026, 11, 20, 23, 0, tzinfo=UTC)) == "2026-11-21"


def test_an_instant_is_shown_in_local_time():
    assert jinja.moment(NOW) == "2026-11-20 09:30"


@pytest.mark.parametrize(
    ("typed", "shown"), [("2018", "2018年"), ("201808", "2018年8月"), ("2018-08-03", "2018年8月3日"), (None, ""), ("约八月", "约八月")]
)
def test_a_partial_date_says_no_more_than_is_known(typed, shown):
    assert jinja.partial(typed) == shown


def test_unknown_is_never_shown_as_no():
    assert jinja.yesno(None) != jinja.yesno(False)
    assert "未填" in jinja.yesno(None)


def test_an_unknown_fact_is_said_to_be_missing():
    assert "未填" in jinja.shown(None, "亩")


def test_nought_is_a_fact():
    assert jinja.shown(Decimal("0.00"), "元") == "0.00 <small>元</small>"


def test_a_fact_is_escaped():
    assert jinja.shown("<b>") == "&lt;b&gt;"


def test_several_values_are_joined_as_on_the_form():
    assert jinja.shown(["因病", "因残"]) == "因病、因残"


@given(st.text(alphabet="0123456789X", max_size=22))
def test_a_masked_number_shows_at_most_seven_places(text):
    assert len(jinja.masked(text).replace("*", "")) <= 7
    assert len(jinja.masked(text)) == len(text)


def test_what_comes_masked_stays():
    assert jinja.masked("138****0000") == "138****0000"


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(seconds=5), "刚刚"),
        (timedelta(minutes=5), "5 分钟前"),
        (timedelta(hours=3), "3 小时前"),
        (timedelta(days=2), "2026-11-18 09:30"),
    ],
)
def test_how_long_ago_is_said_in_words(back, said):
    assert jinja.ago(NOW - back, now=NOW) == said


def test_a_date_is_shown_as_written():
    assert jinja.shown(date(2026, 1, 2)) == "2026-01-02"


def test_no_two_components_share_a_name():
    files = engines["jinja2"].env.globals["ui"].files()
    assert {"table", "field", "tree", "tabs", "progress", "diff", "kpis", "chart", "timeline", "empty", "alert", "dialog", "steps"} <= set(
        files
    )


def test_a_component_that_is_not_there_is_an_error():
    with pytest.raises(AttributeError, match="no component nothing"):
        _ = engines["jinja2"].env.globals["ui"].nothing
