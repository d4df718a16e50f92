"""No exit in the year of identification: only where a province has said so, and from its day on."""

from datetime import date

import pytest

from taizhang.policy.exits import NO_EXIT_IN_YEAR, exit_too_soon
from taizhang.policy.marks import MARKS

THERE, ELSEWHERE = "610101100201", "990101100201"


@pytest.mark.parametrize(
    ("area", "identified", "decided", "soon"),
    [
        (THERE, "2018-06", date(2018, 12, 31), True),
        (THERE, "2018", date(2018, 1, 1), True),
        (THERE, "2018-06", date(2019, 1, 1), False),
        (THERE, "2017-12", date(2017, 12, 31), True),
        (THERE, "2017-01", date(2017, 11, 18), False),
        (THERE, None, date(2018, 12, 31), False),
        (ELSEWHERE, "2018-06", date(2018, 12, 31), False),
    ],
)
def test_only_where_and_when_the_rule_holds(area, identified, decided, soon):
    assert exit_too_soon(area, identified, decided) is soon


def test_every_rule_names_its_province_its_mark_and_its_source():
    assert all(rule.area.endswith("0000000000") and rule.mark in MARKS and "archives.md" in rule.source for rule in NO_EXIT_IN_YEAR)
