"""Households and helpers that most tests of this room want."""

import pytest

from tests.cast import NEXT_VILLAGE, VILLAGE
from tests.factories import a_household
from tests.support.cadres import a_helper


@pytest.fixture
def households(db):
    """Two households of one village and one of the next."""
    return [
        a_household(VILLAGE, "钱明珍", serial=1),
        a_household(VILLAGE, "金国强", serial=2),
        a_household(NEXT_VILLAGE, "杨小燕", serial=3),
    ]


@pytest.fixture
def helper(xiang):
    """A helper of the township."""
    return a_helper(xiang)


@pytest.fixture
def other(xiang):
    """Another one."""
    return a_helper(xiang, "伍建华")
