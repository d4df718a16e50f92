"""Age in completed years on a day."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.policy.ages import age_of, age_on, years_before

days = st.dates(min_value=date(1890, 1, 1), max_value=date(2100, 12, 31))


def age_by_frame(born, day):
    return pl.DataFrame({"birth_date": [born]}, schema={"birth_date": pl.Date}).select(age_on(pl.col("birth_date"), day)).item()


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 8, 31), date(2016, 8, 30), 15),
        (date(2000, 8, 31), date(2016, 8, 31), 16),
        (date(2000, 2, 29), date(2015, 2, 28), 14),
        (date(2000, 2, 29), date(2015, 3, 1), 15),
        (date(2018, 5, 1), date(2018, 5, 1), 0),
        (date(2018, 5, 2), date(2018, 5, 1), None),
        (None, date(2018, 5, 1), None),
    ],
)
def test_a_year_is_completed_on_the_birthday(born, day, age):
    assert (age_of(born, day), age_by_frame(born, day)) == (age, age)


@given(days, days)
def test_the_expression_and_the_scalar_agree(born, day):
    assert age_by_frame(born, day) == age_of(born, day)


@given(days, st.integers(1, 80))
def test_whoever_was_born_by_then_has_completed_the_years_and_nobody_younger(day, years):
    born = years_before(day, years)
    assert (age_of(born, day), age_of(born + timedelta(days=1), day)) == (years, years - 1)
