"""The homes that an earlier release left, on both databases. How they were made: `making.py`."""

import pytest

from tests.jobs.conftest import House, database_on, postgres_server
from tests.upgrade import making

__all__ = ["postgres_server"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old_house(request, tmp_path):
    """A home as release 0.1.0 left it."""
    home = tmp_path / "home"
    making.unpack(request.param, home)
    if request.param == "sqlite":
        yield House(home)
        return
    with database_on(request.getfixturevalue("postgres_server")) as address:
        making.load(home, address)
        yield House(home, address)
