"""Periods: who may open, carry over and freeze them, and what is carried."""

from datetime import UTC, date, datetime

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import HouseholdPeriod, MemberPeriod, Period
from taizhang.households.periods import PeriodFrozen, PeriodImpossible, PeriodTaken, freeze_period, open_period, roll_over_period
from taizhang.journal.posting import Cause
from tests.cast import PROVINCE
from tests.intake.conftest import family, period, places

__all__ = ["family", "period", "places"]
AT = datetime(2019, 10, 1, 2, tzinfo=UTC)
YEAR = {
    "key": "2019",
    "kind": "annual",
    "reference_on": date(2019, 12, 31),
    "income_from": date(2018, 10, 1),
    "income_to": date(2019, 9, 30),
}
pytestmark = pytest.mark.django_db


def opened(by, **other) -> Period:
    return open_period(by=by, at=AT, cause=Cause("period.open"), area=PROVINCE, **(YEAR | other))


@pytest.fixture
def carried(sheng, family, period):
    """The family's archives, carried from 2018 into 2019."""
    new = opened(sheng)
    done = roll_over_period(by=sheng, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=period, new=new)
    return new, done


def test_the_province_opens_a_period(sheng):
    assert (opened(sheng).title, opened(sheng, key="2020").state) == ("2019年度", Period.OPEN)


@pytest.mark.parametrize("who", ["cun", "xiang", "xian", "shi", "shenji", "guest", "former"])
def test_nobody_below_the_province_opens_one(who, request):
    with pytest.raises(NotPermitted):
        opened(request.getfixturevalue(who))


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "19"},
        {"key": "201901"},
        {"key": "201913", "kind": "monthly"},
        {"key": "2019", "kind": "monthly"},
        {"kind": "weekly"},
        {"income_to": date(2018, 10, 1)},
    ],
)
def test_a_period_that_cannot_be_is_refused(sheng, wrong):
    with pytest.raises(PeriodImpossible):
        opened(sheng, **wrong)


def test_a_key_is_used_once(sheng):
    opened(sheng)
    with pytest.raises(PeriodTaken):
        opened(sheng)


def test_what_was_surveyed_is_carried_and_what_was_earned_is_not(carried, period):
    new, done = carried
    before, after = HouseholdPeriod.objects.get(period=period), HouseholdPeriod.objects.get(period=new)
    assert (done.households, done.members) == (1, 3)
    assert (after.head_name, after.member_count, after.area) == (before.head_name, 3, before.area)
    assert (before.inc_wage_yuan is None, after.inc_wage_yuan, after.inc_total_yuan) == (False, None, None)
    assert set(MemberPeriod.objects.filter(period=new).values_list("health", flat=True)) == {"healthy"}


def test_archives_that_stand_already_are_left(carried, sheng, period):
    new, _ = carried
    again = roll_over_period(by=sheng, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=period, new=new)
    assert (again.households, again.members) == (0, 0)


def test_nothing_is_carried_back_in_time(carried, sheng, period):
    with pytest.raises(PeriodImpossible):
        roll_over_period(by=sheng, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=carried[0], new=period)


def test_nothing_is_carried_into_a_frozen_period(carried, sheng, period):
    frozen = freeze_period(by=sheng, at=AT, cause=Cause("period.freeze"), area=PROVINCE, period=carried[0])
    with pytest.raises(PeriodFrozen):
        roll_over_period(by=sheng, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=period, new=frozen)


def test_a_county_freezes_what_is_its_own(family, period, xian):
    frozen = freeze_period(by=xian, at=AT, cause=Cause("period.freeze"), area=xian.area, period=period)
    assert frozen.state == Period.FROZEN


def test_a_county_does_not_freeze_the_archives_of_another(family, period, waixian):
    with pytest.raises(NotPermitted):
        freeze_period(by=waixian, at=AT, cause=Cause("period.freeze"), area=waixian.area, period=period)


def test_a_period_is_frozen_once(period, sheng):
    freeze_period(by=sheng, at=AT, cause=Cause("period.freeze"), area=PROVINCE, period=period)
    with pytest.raises(PeriodFrozen):
        freeze_period(by=sheng, at=AT, cause=Cause("period.freeze"), area=PROVINCE, period=period)
