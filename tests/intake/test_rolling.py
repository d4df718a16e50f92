"""Carrying a period over in the background: county by county, with progress, called off in between."""

import pytest

from taizhang.households.models import HouseholdPeriod
from taizhang.intake import longwork, progress, rolling
from taizhang.journal.models import JournalTx
from tests.cast import COUNTY, OTHER_COUNTY, PROVINCE, VILLAGE, signed_in
from tests.factories import a_household, a_period
from tests.pages.forms import body, kept, words

pytestmark = pytest.mark.django_db
FAR = f"{OTHER_COUNTY[:6]}100201"


@pytest.fixture
def periods(db):
    """2025 with a household in each of two counties, and an empty 2026."""
    old, new = a_period("2025"), a_period("2026")
    a_household(VILLAGE, "钱明珍", serial=1, period=old)
    a_household(FAR, "金国强", serial=2, period=old)
    return old, new


def carry(by, periods, within="", key="k"):
    """What a worker does."""
    rolling.begin(by=by, old=periods[0], new=periods[1], within=within, key=key)
    return longwork.standing_of(rolling.name_of(periods[1]))


def waiting(by, periods, monkeypatch) -> None:
    """Queued, and no worker yet."""
    monkeypatch.setattr("taizhang.intake.queue.enqueue", lambda *_, **__: None)
    rolling.begin(by=by, old=periods[0], new=periods[1], within="", key="k")


def carried() -> list[str]:
    return sorted(HouseholdPeriod.objects.filter(period__key="2026").values_list("area", flat=True))


def test_each_county_is_a_posting_of_its_own(sheng, periods):
    assert carry(sheng, periods).says == "已从2025年度带过来 2 户、2 人"
    assert sorted(JournalTx.objects.filter(action="period.rollover").values_list("area", flat=True)) == [COUNTY, OTHER_COUNTY]
    assert carried() == [VILLAGE, FAR]


def test_one_county_is_carried_alone(sheng, periods):
    carry(sheng, periods, within=OTHER_COUNTY)
    assert carried() == [FAR]
    assert carry(sheng, periods, within=PROVINCE, key="rest").says == "已从2025年度带过来 1 户、1 人"


def test_what_is_called_off_keeps_the_counties_that_were_carried(sheng, periods, monkeypatch):
    once = rolling.roll_over_period

    def then_called_off(**told):
        done = once(**told)
        progress.cancel(rolling.name_of(periods[1]))
        return done

    monkeypatch.setattr(rolling, "roll_over_period", then_called_off)
    assert carry(sheng, periods).state == longwork.CANCELLED
    assert carried() == [VILLAGE]
    monkeypatch.undo()
    assert carry(sheng, periods, key="again").state == longwork.DONE
    assert carried() == [VILLAGE, FAR]


def test_a_worker_that_comes_back_carries_no_county_twice(sheng, periods):
    carry(sheng, periods)
    assert carry(sheng, periods).state == longwork.DONE
    assert JournalTx.objects.filter(action="period.rollover").count() == 2


def test_two_at_once_are_refused_and_one_that_fell_silent_is_not_waited_for(sheng, periods, monkeypatch):
    waiting(sheng, periods, monkeypatch)
    with pytest.raises(longwork.UnderWay):
        waiting(sheng, periods, monkeypatch)
    monkeypatch.setattr(longwork, "SILENT_SECONDS", -1)
    waiting(sheng, periods, monkeypatch)


def test_who_may_not_is_told_by_the_worker_too(xian, periods):
    assert carry(xian, periods).state == longwork.FAILED
    assert carried() == []


def test_the_page_shows_how_far_it_is_and_calls_it_off(sheng, periods, monkeypatch):
    client, new = signed_in(sheng), periods[1]
    waiting(sheng, periods, monkeypatch)
    address = f"/periods/{new.pk}/rollover"
    page = client.get(address)
    assert "正在结转到2026年度" in words(page)
    assert f"{address}/cancel" in body(page)
    part = client.get(f"{address}/progress", headers={"HX-Request": "true"})
    assert "<html" not in body(part)
    assert client.post(f"{address}/cancel", kept(page)).status_code == 302
    with pytest.raises(progress.Cancelled):
        progress.Meter(rolling.name_of(new), "结转", 1)


def test_a_page_whose_work_is_over_goes_on_to_what_it_came_to(sheng, periods):
    client, new = signed_in(sheng), periods[1]
    carry(sheng, periods)
    answer = client.get(f"/periods/{new.pk}/rollover/progress", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/periods/{new.pk}/rollover"
    assert "上次结转：已从2025年度带过来 2 户、2 人" in words(client.get(f"/periods/{new.pk}/rollover"))
