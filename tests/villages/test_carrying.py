"""Roll-over of village archives: as drafts, without flows, without what is closed, never over what stands."""

from datetime import date
from decimal import Decimal

import pytest

from taizhang.households.periods import roll_over_period
from taizhang.journal.posting import Cause
from taizhang.journal.replay import history
from taizhang.villages.carrying import carry_villages
from taizhang.villages.models import NaturalVillagePeriod, VillagePeriod
from taizhang.villages.services.natural import close_natural_village, survey_natural_village
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PROVINCE, VILLAGE
from tests.factories import a_period
from tests.journal.acts import pen
from tests.villages.archives import AT, a_natural_village, a_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(xiang):
    """Two villages and two natural villages, surveyed in 2025; one of the latter is closed since."""
    period = a_period("2025")
    a_village(xiang, VILLAGE, period=period, v_net_pc_yuan=Decimal(9000))
    a_village(xiang, NEXT_VILLAGE, period=period)
    for name in ("上寨组", "下寨组"):
        natural = a_natural_village(xiang, name)
        survey_natural_village(
            by=xiang, at=AT, cause=Cause("t"), natural_village=natural, period=period, version=0, facts={"nv_households": 30}
        )
    close_natural_village(by=xiang, at=AT, cause=Cause("t", "并组"), natural_village=natural, version=natural.version, on=date(2026, 1, 5))
    return period


def carry(by, old, new, within=""):
    with pen(by):
        return carry_villages(old, new, within)


def test_archives_come_as_drafts_without_the_flows_of_the_older_window(xiang, old):
    new = a_period("2026")
    assert carry(xiang, old, new) == 3
    archive = VillagePeriod.objects.get(period=new, area=VILLAGE)
    assert (archive.draft, archive.version, archive.v_households, archive.v_net_pc_yuan) == (True, 1, 320, None)
    assert archive.v_collective_yuan is None
    assert bytes(archive.v_phone) == bytes(VillagePeriod.objects.get(period=old, area=VILLAGE).v_phone)


def test_a_closed_natural_village_stays_behind(xiang, old):
    new = a_period("2026")
    carry(xiang, old, new)
    assert [n.natural_village.name for n in NaturalVillagePeriod.objects.filter(period=new).select_related("natural_village")] == ["上寨组"]


def test_what_the_newer_period_has_is_left(xiang, old):
    new = a_period("2026")
    a_village(xiang, VILLAGE, period=new, v_households=500)
    assert carry(xiang, old, new) == 2
    assert VillagePeriod.objects.get(period=new, area=VILLAGE).v_households == 500


@pytest.mark.parametrize(("within", "carried"), [(COUNTY, 3), (OTHER_COUNTY, 0), (VILLAGE, 2)])
def test_only_what_stands_in_the_area_is_carried(xiang, old, within, carried):
    assert carry(xiang, old, a_period("2026"), within) == carried


def test_a_second_time_carries_nothing(xiang, old):
    new = a_period("2026")
    carry(xiang, old, new)
    assert carry(xiang, old, new) == 0


def test_a_roll_over_of_the_period_carries_villages_in_the_same_posting(sheng, old):
    new = a_period("2026")
    done = roll_over_period(by=sheng, at=AT, cause=Cause("period.roll_over"), area=PROVINCE, old=old, new=new)
    assert done.others == 3
    archive = VillagePeriod.objects.get(period=new, area=VILLAGE)
    assert history(VillagePeriod, archive.pk)[-1].action == "period.roll_over"
