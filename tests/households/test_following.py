"""Records follow an area change (并村、划转): the register and open periods take the new codes, older periods keep theirs and still add up."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Period, Person
from taizhang.households.periods import freeze_period, roll_over_period
from taizhang.households.services.areas import NotYet, change_areas
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.places.changes import Event, codes_at
from taizhang.places.models import Place, PlaceChange
from taizhang.places.moves import Move, MoveRefused
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PROVINCE, START, VILLAGE
from tests.factories import a_household, a_member, a_period, some_places

pytestmark = pytest.mark.django_db
AT, ON = datetime(2026, 7, 1, 1, tzinfo=UTC), date(2026, 7, 1)
FAR_TOWNSHIP, FAR_VILLAGE = "990102100000", "990102100201"


@pytest.fixture
def change(sheng):
    """Posts one event of 2026-07-01 by the province."""

    def post(kind, *moves, on=ON, by=sheng, key=None):
        event = Event(kind, on, tuple(Move(old, "village", new, name) for old, new, name in moves), "示民函〔2026〕18号")
        return change_areas(by=by, at=AT, cause=Cause("places.change", "并村"), event=event, idempotency_key=key)

    return post


@pytest.fixture
def two_villages(sheng):
    """2025 (frozen), 2026 (open): two households in the village, one in the next."""
    some_places()
    old = a_period("2025")
    for at, (area, head) in enumerate([(VILLAGE, "钱明珍"), (VILLAGE, "金国强"), (NEXT_VILLAGE, "郑明珍")], start=1):
        a_household(area, head, serial=at, period=old, others=[a_member(f"{head}子", "son", 80 + at)])
    roll_over_period(by=sheng, at=START, cause=Cause("period.rollover"), area=PROVINCE, old=old, new=a_period("2026"))
    return old


def areas_of(model, **where):
    return sorted(set(model.objects.filter(**where).values_list("area", flat=True)))


def by_area(period):
    return dict(HouseholdPeriod.objects.filter(period=period).order_by().values_list("area").annotate(found=Count("pk")))


def test_households_persons_members_and_open_archives_take_the_new_code(two_villages, change):
    change("merge", (VILLAGE, NEXT_VILLAGE, ""))
    for model in (Household, Person, Membership):
        assert areas_of(model) == [NEXT_VILLAGE]
    for model in (HouseholdPeriod, MemberPeriod):
        assert areas_of(model, period__key="2026") == [NEXT_VILLAGE]


def test_an_older_period_keeps_its_codes_and_adds_up_by_the_mapping(two_villages, change):
    change("merge", (VILLAGE, NEXT_VILLAGE, ""))
    assert by_area(two_villages) == {VILLAGE: 2, NEXT_VILLAGE: 1}
    carried = codes_at([VILLAGE, NEXT_VILLAGE], two_villages.reference_on, ON)
    assert sum(found for area, found in by_area(two_villages).items() if carried[area] == NEXT_VILLAGE) == 3
    assert by_area(Period.objects.get(key="2026")) == {NEXT_VILLAGE: 3}


def test_an_open_period_whose_reference_day_lies_before_the_event_keeps_its_codes(two_villages, change):
    assert two_villages.state == Period.OPEN
    change("merge", (VILLAGE, NEXT_VILLAGE, ""))
    assert by_area(two_villages) == {VILLAGE: 2, NEXT_VILLAGE: 1}


def test_two_villages_that_change_places_do_not_run_into_one(two_villages, change):
    change("transfer", (VILLAGE, NEXT_VILLAGE, "甲村"), (NEXT_VILLAGE, VILLAGE, "乙村"))
    assert by_area(Period.objects.get(key="2026")) == {VILLAGE: 1, NEXT_VILLAGE: 2}


def test_a_village_carried_along_with_its_township_takes_its_households_along(two_villages, sheng):
    move = Move("990101100000", "township", FAR_TOWNSHIP)
    event = Event("transfer", ON, (move,), "示民函〔2026〕19号")
    done = change_areas(by=sheng, at=AT, cause=Cause("places.change", "划转"), event=event)
    assert areas_of(Household) == [FAR_VILLAGE, "990102100202"]
    assert done.moved["household"] == 3
    assert PlaceChange.objects.filter(event=done.pk).count() == done.lines == 3


def test_a_household_written_down_in_a_group_keeps_the_digits_of_its_group(two_villages, change, console):
    a_household(f"{VILLAGE}003", "组里户", serial=9)
    change("merge", (VILLAGE, NEXT_VILLAGE, ""))
    assert areas_of(Household, household_no=Household.objects.get(area__endswith="003").household_no) == [f"{NEXT_VILLAGE}003"]


def test_renaming_moves_nothing(two_villages, change):
    before = list(Household.objects.order_by("pk").values_list("pk", "version"))
    assert change("rename", (VILLAGE, VILLAGE, "新名村")).moved == {}
    assert list(Household.objects.order_by("pk").values_list("pk", "version")) == before
    assert Place.objects.filter(code=VILLAGE, to_on__isnull=True).values_list("name", flat=True)[0] == "新名村"


def test_a_row_that_moved_has_a_new_version_so_that_an_open_form_loses_the_race(two_villages, change):
    before = HouseholdPeriod.objects.filter(area=VILLAGE, period__key="2026").values_list("pk", "version")[0]
    change("merge", (VILLAGE, NEXT_VILLAGE, ""))
    assert HouseholdPeriod.objects.get(pk=before[0]).version == before[1] + 1


def test_the_county_may_not_change_areas_and_nobody_those_of_another_province(two_villages, change, xian, sheng):
    with pytest.raises(NotPermitted):
        change("merge", (VILLAGE, NEXT_VILLAGE, ""), by=xian)
    with pytest.raises(NotPermitted):
        change("transfer", (VILLAGE, "980101100201", ""))


def test_a_day_to_come_and_a_mapping_that_cannot_stand_are_refused(two_villages, change):
    with pytest.raises(NotYet):
        change("merge", (VILLAGE, NEXT_VILLAGE, ""), on=date(2026, 7, 2))
    with pytest.raises(MoveRefused):
        change("rename", ("990101100299", "990101100299", "无此村"))
    assert areas_of(Household) == [VILLAGE, NEXT_VILLAGE]


def test_the_same_form_sent_twice_changes_areas_once(two_villages, change):
    change("merge", (VILLAGE, NEXT_VILLAGE, ""), key="once")
    with pytest.raises(AlreadyPosted):
        change("rename", (NEXT_VILLAGE, NEXT_VILLAGE, "又一名"), key="once")


def test_the_cost_does_not_grow_with_the_households(two_villages, change):
    with CaptureQueriesContext(connection) as one_household:
        change("transfer", (NEXT_VILLAGE, "990101100203", ""))
    with CaptureQueriesContext(connection) as two_households:
        change("transfer", (VILLAGE, "990101100204", ""))
    assert len(two_households) == len(one_household)


def test_what_a_county_froze_for_itself_keeps_its_codes(two_villages, change, xian):
    newer = Period.objects.get(key="2026")
    a_household(f"{OTHER_COUNTY[:6]}100299", "别县户", serial=50, period=newer)
    freeze_period(by=xian, at=START, cause=Cause("period.freeze"), area=COUNTY, period=newer)
    change("merge", (VILLAGE, NEXT_VILLAGE, ""))
    assert by_area(newer) == {VILLAGE: 2, NEXT_VILLAGE: 1, f"{OTHER_COUNTY[:6]}100299": 1}
    assert areas_of(Household, area__startswith="990101") == [NEXT_VILLAGE]
