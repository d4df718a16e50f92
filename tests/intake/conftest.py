"""The fictitious province, an open period, and one family on the register."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
import pytest

from taizhang.accounts.keeping import console_account
from taizhang.households.models import Period
from taizhang.journal.posting import Cause, posting
from taizhang.places.fictitious import ORIGIN, fictitious_places
from taizhang.places.services import import_places
from tests.cast import COUNTY
from tests.intake.workbooks import FAMILY, imported

AT = datetime(2018, 1, 1, 2, tzinfo=UTC)
CAUSE = Cause("test.intake", "测试")


@dataclass(frozen=True)
class Clerk:
    """Somebody who writes: places stand below accounts."""

    pk: int | None = None
    person_id: int | None = None


@pytest.fixture
def places(db):
    """示范省 without its groups."""
    rows = fictitious_places().filter(pl.col("level") != "group")
    return import_places(by=Clerk(), at=AT, cause=CAUSE, rows=rows, origin=ORIGIN)


@pytest.fixture
def period(places):
    """The year 2018, open."""
    with posting(by=console_account(at=AT), at=AT, cause=CAUSE, area=COUNTY):
        return Period.objects.create(
            key="2018",
            title="2018年度",
            kind="annual",
            reference_on=date(2018, 9, 30),
            income_from=date(2017, 10, 1),
            income_to=date(2018, 9, 30),
        )


@pytest.fixture
def family(cun, period):
    """赵演示 with wife and son, taken from a workbook."""
    return imported(cun, FAMILY, period)


@pytest.fixture
def next_family(lincun, period):
    """A family of the next village."""
    table = """
    | 姓名   | 证件号码 | 与户主关系 |
    | 孙模拟 | @7       | 户主       |
    """
    return imported(lincun, table, period, area=lincun.area)


@pytest.fixture
def out(period):
    """A clerk's leave to change rows in a test without a service."""
    console = console_account(at=AT)
    return lambda: posting(by=console, at=AT, cause=CAUSE, area=COUNTY)
