"""Windows and workbooks: what a form may not do now, a sheet may not do either."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from taizhang.accounts.keeping import console_account
from taizhang.households.models import HouseholdPeriod, OperationWindow
from taizhang.intake.accepting import NothingToWrite, accept_batch
from taizhang.journal.posting import Cause, posting
from tests.cast import COUNTY, OTHER_COUNTY, START
from tests.intake.workbooks import accepted, kinds_of, staged, whys_of

pytestmark = pytest.mark.django_db
CHANGED = "|姓名|证件号码|与户主关系|民族|\n|赵演示|@1|户主|回族|"
ADDED = "|姓名|证件号码|与户主关系|\n|赵演示|@1|户主|\n|赵新生|@44|之女|"
FRESH = "|姓名|证件号码|与户主关系|\n|吴示例|@9|户主|"


def declared(operation: str, opens: int, closes: int, area: str = COUNTY, level: str = "") -> OperationWindow:
    """A window over whole years."""
    first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (opens, closes))
    with posting(by=console_account(at=START), at=START, cause=Cause("window.declare"), area=area):
        return OperationWindow.objects.create(operation=operation, level=level, area=area, opens_at=first, closes_at=last)


def test_a_change_outside_its_window_is_a_conflict_that_says_so(cun, period, family):
    declared("correct", 2017, 2018)
    batch = staged(cun, CHANGED, period)
    assert kinds_of(batch) == ["conflict"]
    assert whys_of(batch)[0].startswith("现在不在“更正采集信息”的窗口期内")


def test_a_change_inside_its_window_is_a_change(cun, period, family):
    declared("correct", 2017, 2018)
    declared("correct", 2020, 2999)
    assert kinds_of(staged(cun, CHANGED, period)) == ["change"]


@pytest.mark.parametrize("elsewhere", [{"area": OTHER_COUNTY}, {"level": "township"}])
def test_a_window_of_another_area_or_level_shuts_nothing(cun, period, family, elsewhere):
    declared("correct", 2017, 2018, **elsewhere)
    assert kinds_of(staged(cun, CHANGED, period)) == ["change"]


def test_new_households_and_new_members_have_windows_of_their_own(cun, period, family):
    declared("enroll", 2017, 2018)
    assert kinds_of(staged(cun, FRESH, period)) == ["conflict"]
    assert kinds_of(staged(cun, ADDED, period)) == ["same", "new"]
    declared("add_member", 2017, 2018)
    assert kinds_of(staged(cun, ADDED, period)) == ["same", "conflict"]


def test_what_was_compared_inside_the_window_is_left_when_it_has_closed(cun, period, family):
    batch = staged(cun, CHANGED, period)
    declared("correct", 2017, 2018)
    with pytest.raises(NothingToWrite):
        accept_batch(by=cun, at=timezone.now(), cause=Cause("import.accept"), batch=batch)


def test_a_window_that_closes_between_comparison_and_acceptance_is_noticed_without_any_posting(cun, period, family, time_machine):
    declared("correct", 2020, 2030)
    time_machine.move_to(datetime(2029, 12, 31, 15, 59, tzinfo=UTC), tick=False)
    batch = staged(cun, CHANGED, period)
    time_machine.move_to(datetime(2030, 1, 1, 0, 30, tzinfo=UTC), tick=False)
    with pytest.raises(NothingToWrite):
        accept_batch(by=cun, at=timezone.now(), cause=Cause("import.accept"), batch=batch)


def test_what_a_sheet_tells_of_a_carried_archive_makes_it_a_draft_no_more(cun, period, family, out):
    with out():
        HouseholdPeriod.objects.update(draft=True, version=2)
    accepted(cun, staged(cun, "|姓名|证件号码|与户主关系|家庭住址|\n|赵演示|@1|户主|新村9号|", period))
    assert not HouseholdPeriod.objects.get().draft
