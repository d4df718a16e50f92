"""The fictitious province, an open period and three households of two villages on the register."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from taizhang.accounts.keeping import console_account
from taizhang.households import writing
from taizhang.households.models import Period
from taizhang.households.sealing import seal_lines
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.identity import make_id
from taizhang.ledgers import HOUSEHOLD_ARCHIVE, MONITORED_OBJECTS
from taizhang.places.fictitious import ORIGIN, fictitious_places
from taizhang.places.services import import_places
from tests.cast import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE

AT = datetime(2018, 12, 1, 2, tzinfo=UTC)
CAUSE = Cause("test.export", "测试")
COLUMNS = (*HOUSEHOLD_ARCHIVE.columns, *MONITORED_OBJECTS.columns)
SECRETS = sorted({c.field for c in COLUMNS if c.secret})


@dataclass(frozen=True)
class Clerk:
    """Somebody who writes: places stand below accounts."""

    pk: int | None = None
    person_id: int | None = None


def a_line(household: int, name: str, serial: int, relation: str = "head", area: str = VILLAGE, **facts: object) -> dict[str, object]:
    """One member as a typed line; facts as ``household__status="poor"``."""
    told = {key.replace("__", "."): value for key, value in facts.items()}
    return {
        "line.household": household,
        "key.area": area,
        "key.group": "一组",
        "person.name": name,
        "person.id_no": make_id("990101", date(1970, 1, 1), serial),
        "person.sex": "male" if serial % 2 else "female",
        "person.birth_date": date(1970, 1, 1),
        "person.ethnicity": "han",
        "membership.relation": relation,
        "member.health": "healthy",
    } | told


def put(rows: list[dict[str, object]], period: Period) -> pl.DataFrame:
    """Lines onto the register, in one posting; gives them with `household_id`."""
    kinds = {c.field: c.kind.dtype for c in COLUMNS} | {"identification.kind": pl.String(), "line.household": pl.Int64()}
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = pl.DataFrame([[row.get(name) for name in names] for row in rows], schema={n: kinds[n] for n in names}, orient="row")
    with posting(by=console_account(at=AT), at=AT, cause=CAUSE, area=COUNTY):
        lines = writing.add_households(seal_lines(lines, SECRETS), period)
        writing.add_members(lines, period)
    return lines


@pytest.fixture
def places(db):
    """示范省 on the register."""
    return import_places(by=Clerk(), at=AT, cause=CAUSE, rows=fictitious_places(), origin=ORIGIN)


@pytest.fixture
def period(places):
    """The year 2018, open."""
    with posting(by=console_account(at=AT), at=AT, cause=CAUSE, area=COUNTY):
        return Period.objects.create(
            key="2018", title="2018年度", kind="annual", reference_on=date(2018, 9, 30),
            income_from=date(2017, 10, 1), income_to=date(2018, 9, 30),
        )  # fmt: skip


@pytest.fixture
def register(period):
    """赵演示 with wife and son in VILLAGE, 钱样例 alone there, 孙模拟 with his mother in the next village."""
    return put(
        [
            a_line(
                1, "赵演示", 1, household__hh_phone="13900000001", household__main_cause="illness", household__land_farm_mu=Decimal("3.25")
            ),
            a_line(1, "周示例", 2, "spouse", member__phone="13900000002"),
            a_line(1, "赵虚构", 3, "son", member__work_months=6),
            a_line(
                2, "钱样例", 5, household__hh_attr="dibao_poor", household__inc_wage_yuan=Decimal("9600.50"), household__is_unsafe=False
            ),
            a_line(3, "孙模拟", 7, area=NEXT_VILLAGE, identification__kind="new", household__status="poor"),
            a_line(3, "吴仿真", 8, "mother", area=NEXT_VILLAGE, identification__kind="new"),
        ],
        period,
    )


__all__ = ["TOWNSHIP", "a_line", "put"]
