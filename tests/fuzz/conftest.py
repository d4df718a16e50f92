"""The fictitious province and an open period, made once for all mutants of a test."""

from dataclasses import dataclass

import polars as pl
import pytest

from taizhang.journal.posting import Cause
from taizhang.places.fictitious import ORIGIN, fictitious_places
from taizhang.places.services import import_places
from tests.cast import START
from tests.households.families import open_period


@dataclass(frozen=True)
class Clerk:
    """Somebody who writes: places stand below accounts."""

    pk: int | None = None
    person_id: int | None = None


@pytest.fixture
def places(db):
    """示范省 without its groups."""
    wanted = fictitious_places().filter(
        pl.col("level") != "group",
        pl.col("code").str.starts_with("990101100")
        | pl.col("level").is_in(["province", "prefecture"])
        | (pl.col("code") == "990101000000"),
    )
    return import_places(by=Clerk(), at=START, cause=Cause("test.fuzz"), rows=wanted, origin=ORIGIN)


@pytest.fixture
def period(places, cun):
    """The year 2018, open."""
    return open_period(cun)
