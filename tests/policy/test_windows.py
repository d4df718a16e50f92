"""Income windows."""

from datetime import date

import pytest

from taizhang.policy.windows import monitored_income_window, survey_income_window


def test_a_survey_year_runs_from_october_to_september():
    window = survey_income_window(2018)
    assert (window.from_on, window.to_on) == (date(2017, 10, 1), date(2018, 9, 30))


@pytest.mark.parametrize(
    ("identified", "from_on", "to_on"),
    [
        (date(2020, 6, 15), date(2019, 6, 1), date(2020, 5, 31)),
        (date(2020, 1, 1), date(2019, 1, 1), date(2019, 12, 31)),
        (date(2020, 2, 29), date(2019, 2, 1), date(2020, 1, 31)),
    ],
)
def test_a_monitored_household_counts_twelve_whole_months(identified, from_on, to_on):
    window = monitored_income_window(identified)
    assert (window.from_on, window.to_on) == (from_on, to_on)
