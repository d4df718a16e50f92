"""What is known of villages follows an area change: natural villages always, archives of open periods moved or added up."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import Sum

from taizhang.households.models import PeriodFreeze
from taizhang.households.services.areas import change_areas
from taizhang.journal.posting import Cause, newest_position, posting
from taizhang.journal.replay import history, replay
from taizhang.places.changes import Event
from taizhang.places.models import Place
from taizhang.places.moves import Move
from taizhang.policy.village_merging import ADDED
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod, VillagePeriod
from taizhang.villages.services.natural import survey_natural_village
from taizhang.villages.services.surveying import correct_village
from tests.cast import COUNTY, NEXT_VILLAGE, VILLAGE
from tests.factories import a_period
from tests.villages.archives import a_natural_village, a_village

pytestmark = pytest.mark.django_db
AT, ON = datetime(2026, 7, 1, 1, tzinfo=UTC), date(2026, 7, 1)
NEW_VILLAGE = "990101100250"


@pytest.fixture
def villages(xiang):
    """Two villages surveyed in 2025 and 2026, each with a natural village of the same name."""
    for area in (VILLAGE, NEXT_VILLAGE):
        for year in ("2025", "2026"):
            a_village(xiang, area, period=a_period(year))
        natural = a_natural_village(xiang, "上寨组", area)
        survey_natural_village(
            by=xiang, at=AT, cause=Cause("t"), natural_village=natural, period=a_period("2026"), version=0, facts={"nv_households": 9}
        )


def change(by, kind, *moves):
    event = Event(kind, ON, tuple(Move(old, "village", new, name) for old, new, name in moves), "示民函〔2026〕18号")
    return change_areas(by=by, at=AT, cause=Cause("places.change", "区划调整"), event=event)


def archives(year):
    return sorted(VillagePeriod.objects.filter(period__key=year).values_list("area", flat=True))


def test_a_village_that_gets_another_code_takes_its_open_archive_and_its_natural_villages_along(villages, sheng):
    done = change(sheng, "transfer", (VILLAGE, NEW_VILLAGE, ""))
    assert (archives("2026"), archives("2025")) == ([NEXT_VILLAGE, NEW_VILLAGE], [VILLAGE, NEXT_VILLAGE])
    assert NaturalVillage.objects.filter(area=NEW_VILLAGE).get().code == f"{NEW_VILLAGE}001"
    assert NaturalVillagePeriod.objects.filter(area=NEW_VILLAGE, period__key="2026").count() == 1
    assert done.moved["village_period"] == done.moved["natural_village"] == 1


def test_merged_villages_bring_their_natural_villages_under_free_suffixes_and_told_apart(villages, sheng):
    change(sheng, "merge", (VILLAGE, NEXT_VILLAGE, ""))
    found = list(NaturalVillage.objects.filter(area=NEXT_VILLAGE).order_by("suffix").values_list("suffix", "name"))
    assert found == [("001", "上寨组"), ("002", "上寨组(车头村)")]


def told(area, year="2026"):
    return VillagePeriod.objects.values("v_households", "v_persons", "v_leader", "draft").get(area=area, period__key=year)


def sum_of(name, year):
    """What the township counts of a fact."""
    return VillagePeriod.objects.filter(period__key=year).aggregate(found=Sum(name))["found"]


def test_the_village_that_takes_another_in_counts_both_and_must_be_looked_at(villages, sheng):
    done = change(sheng, "merge", (VILLAGE, NEXT_VILLAGE, ""))
    assert told(NEXT_VILLAGE) == {"v_households": 640, "v_persons": 2560, "v_leader": "罗演示", "draft": True}
    assert told(VILLAGE) == {"v_households": None, "v_persons": None, "v_leader": "罗演示", "draft": False}
    assert done.moved["village_period"] == 2


def test_villages_that_become_a_new_one_are_known_under_its_code_by_what_they_agree_in(xiang, villages, sheng):
    theirs = VillagePeriod.objects.get(area=NEXT_VILLAGE, period__key="2026")
    correct_village(by=xiang, at=AT, cause=Cause("t"), village_period=theirs, version=1, facts={"v_leader": "黎演示"})
    change(sheng, "merge", (VILLAGE, NEW_VILLAGE, ""), (NEXT_VILLAGE, NEW_VILLAGE, ""))
    assert told(NEW_VILLAGE) == {"v_households": 640, "v_persons": 2560, "v_leader": None, "draft": True}
    assert VillagePeriod.objects.get(area=NEW_VILLAGE).v_road_to_township is True
    assert archives("2026") == [NEXT_VILLAGE, NEW_VILLAGE]


@pytest.mark.parametrize("moves", [((VILLAGE, NEXT_VILLAGE, ""),), ((VILLAGE, NEW_VILLAGE, ""), (NEXT_VILLAGE, NEW_VILLAGE, ""))])
@pytest.mark.parametrize("unknown", [{}, {"v_persons": None}])
def test_the_figures_of_the_township_are_the_same_before_and_after_in_every_period(xiang, villages, sheng, moves, unknown):
    mine = VillagePeriod.objects.get(area=VILLAGE, period__key="2026")
    correct_village(by=xiang, at=AT, cause=Cause("t"), village_period=mine, version=1, facts=unknown)
    before = [sum_of(name, year) for name in ADDED for year in ("2025", "2026")]
    change(sheng, "merge", *moves)
    assert [sum_of(name, year) for name in ADDED for year in ("2025", "2026")] == before
    assert archives("2025") == [VILLAGE, NEXT_VILLAGE]


def test_where_one_of_them_has_no_archive_the_others_stay_under_their_codes(villages, xiang, sheng):
    third = "990101100203"
    with posting(by=xiang, at=AT, cause=Cause("t"), area=VILLAGE):
        Place.objects.create(code=third, level="village", name="无档村", parent="990101100000", from_on=date(2000, 1, 1), origin="试")
    change(sheng, "merge", (VILLAGE, third, ""))
    assert (archives("2026"), told(VILLAGE)["v_households"]) == ([VILLAGE, NEXT_VILLAGE], 320)


def test_in_a_part_that_is_frozen_nothing_is_added_up(villages, xian, sheng):
    period = a_period("2026")
    with posting(by=sheng, at=AT, cause=Cause("t"), area=COUNTY):
        PeriodFreeze.objects.create(period=period, area=COUNTY)
    change(sheng, "merge", (VILLAGE, NEXT_VILLAGE, ""))
    assert (archives("2026"), told(VILLAGE)["v_households"], told(NEXT_VILLAGE)["v_households"]) == ([VILLAGE, NEXT_VILLAGE], 320, 320)


def test_the_journal_gives_both_archives_back_as_they_were(villages, sheng):
    before = newest_position()
    change(sheng, "merge", (VILLAGE, NEXT_VILLAGE, ""))
    rows = VillagePeriod.objects.filter(period__key="2026").order_by("area")
    assert [replay(row, before)["v_households"] for row in rows] == ["320", "320"]


def test_what_moved_is_told_by_the_journal(villages, sheng):
    change(sheng, "transfer", (VILLAGE, NEW_VILLAGE, ""))
    archive = VillagePeriod.objects.get(area=NEW_VILLAGE)
    assert history(VillagePeriod, archive.pk)[-1].changed["area"] == (VILLAGE, NEW_VILLAGE)


def test_a_change_of_name_alone_moves_nothing(villages, sheng):
    done = change(sheng, "rename", (VILLAGE, VILLAGE, "新车头村"))
    assert "village_period" not in done.moved


def test_villages_that_change_places_keep_each_its_own_archive_and_natural_villages(xiang, villages, sheng):
    theirs = VillagePeriod.objects.get(area=NEXT_VILLAGE, period__key="2026")
    correct_village(by=xiang, at=AT, cause=Cause("t"), village_period=theirs, version=1, facts={"v_households": 90})
    change(sheng, "transfer", (VILLAGE, NEXT_VILLAGE, "甲村"), (NEXT_VILLAGE, VILLAGE, "乙村"))
    assert (told(NEXT_VILLAGE)["v_households"], told(VILLAGE)["v_households"]) == (320, 90)
    assert (told(VILLAGE, "2025")["v_households"], told(NEXT_VILLAGE, "2025")["v_households"]) == (320, 320)
    assert [n.code for n in NaturalVillage.objects.order_by("pk")] == [f"{NEXT_VILLAGE}001", f"{VILLAGE}001"]


def test_where_one_village_takes_the_code_that_another_leaves_each_archive_goes_its_way(xiang, villages, sheng):
    theirs = VillagePeriod.objects.get(area=NEXT_VILLAGE, period__key="2026")
    correct_village(by=xiang, at=AT, cause=Cause("t"), village_period=theirs, version=1, facts={"v_households": 90})
    change(sheng, "transfer", (VILLAGE, NEXT_VILLAGE, "甲村"), (NEXT_VILLAGE, NEW_VILLAGE, "乙村"))
    assert (told(NEXT_VILLAGE)["v_households"], told(NEW_VILLAGE)["v_households"]) == (320, 90)
