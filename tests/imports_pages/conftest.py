"""The same places, period and workbooks as the tests of intake, and browsers in which the cast is signed in."""

import pytest

from tests.cast import signed_in
from tests.intake.conftest import family, next_family, out, period, places

__all__ = ["family", "next_family", "out", "period", "places"]


@pytest.fixture
def browser(cun):
    """村's browser."""
    return signed_in(cun)
