"""Those who help follow a change of areas: the village they help, the office that keeps them; a divided office tells no one code."""

from datetime import UTC, date, datetime

import pytest

from taizhang.households.services.areas import change_areas
from taizhang.journal.posting import Cause
from taizhang.places.changes import Event
from taizhang.places.moves import Move
from taizhang.support.models import Helper, Pairing, SupportUnit, UnitVillage, VillageTeam
from taizhang.support.services.units import put_unit_village
from tests.cast import NEXT_VILLAGE, START, VILLAGE
from tests.factories import a_household
from tests.support.cadres import CAUSE, ON, a_helper, a_team, a_unit, pair

pytestmark = pytest.mark.django_db
AT, DAY = datetime(2026, 7, 1, 1, tzinfo=UTC), date(2026, 7, 1)


@pytest.fixture
def merged(sheng, xiang):
    """Two villages with their teams, their helpers and a unit, of which one is merged into the other."""
    households = [a_household(VILLAGE, "钱明珍", serial=1), a_household(NEXT_VILLAGE, "金国强", serial=2)]
    unit = a_unit(xiang)
    pair(xiang, a_helper(xiang, area=VILLAGE), *households)
    for village in (VILLAGE, NEXT_VILLAGE):
        a_team(xiang, area=village)
        put_unit_village(by=xiang, at=START, cause=CAUSE, unit=unit, area=village, on=ON)
    event = Event("merge", DAY, (Move(VILLAGE, "village", NEXT_VILLAGE, ""),), "示民函〔2026〕18号")
    change_areas(by=sheng, at=AT, cause=Cause("places.change", "并村"), event=event)
    return households


def test_teams_the_help_of_units_and_helpers_take_the_new_code(merged):
    assert {area for model in (VillageTeam, UnitVillage, Helper) for area in model.objects.values_list("area", flat=True)} == {NEXT_VILLAGE}
    assert (VillageTeam.objects.count(), UnitVillage.objects.count()) == (2, 2)


def test_what_is_kept_at_another_office_stays(merged):
    assert [unit.version for unit in SupportUnit.objects.all()] == [1]


def test_pairings_are_seen_where_their_households_went(merged, lincun, cun):
    assert Pairing.objects.visible_to(lincun).count() == 2
    assert Pairing.objects.visible_to(cun).count() == 0


def test_a_row_that_moved_has_a_new_version(merged):
    assert sorted(VillageTeam.objects.values_list("version", flat=True)) == [1, 2]
