"""The fictitious province on the register, and who writes it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from taizhang.journal.posting import Cause
from taizhang.places.fictitious import ORIGIN, fictitious_places
from taizhang.places.services import import_places

AT = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Clerk:
    """Somebody who writes: places stand below accounts."""

    pk: int | None = None
    person_id: int | None = None


@pytest.fixture
def clerk():
    return Clerk()


@pytest.fixture
def act(clerk):
    """The first arguments of every service."""
    return {"by": clerk, "at": AT, "cause": Cause("places.test", "测试")}


@pytest.fixture
def province(db, act):
    """示范省 on the register; what its import gave."""
    return import_places(**act, rows=fictitious_places(), origin=ORIGIN)
