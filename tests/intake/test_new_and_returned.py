"""新识别、返贫贫困户工作台账: who comes on the register, and who comes back."""

from datetime import date

import pytest

from taizhang.households.models import Household, HouseholdPeriod, Identification, Membership
from tests.intake.workbooks import imported, kinds_of, staged, whys_of

pytestmark = pytest.mark.django_db
HEADINGS = "|类别|户编号|姓名|证件号码|与户主关系|支部提议日期|村民代表决议日期|公示开始日期|公告日期|\n"
NEW = HEADINGS + "|新识别|-|赵演示|@1|户主|2018.8.1|2018年8月5日|20180806|2018-09-01|\n|-|-|周示例|@2|配偶|-|-|-|-|"
RETURNED = HEADINGS + "|返贫|{}|赵演示|@1|户主|2018.8.1|2018.8.5|2018.8.6|2018.9.1|"


@pytest.fixture
def exited(family, out):
    """A household that left poverty."""
    with out():
        HouseholdPeriod.objects.update(status="out_with_policy")
    return Household.objects.get()


def test_a_newly_identified_household_comes_with_the_days_of_its_procedure(cun, period):
    imported(cun, NEW, period, key="new-and-returned")
    found = Identification.objects.get()
    assert (found.kind, found.branch_meeting_on, found.delegates_meeting_on) == ("new", date(2018, 8, 1), date(2018, 8, 5))
    assert (found.notice_from, found.announced_on) == (date(2018, 8, 6), date(2018, 9, 1))
    assert (HouseholdPeriod.objects.get().status, Membership.objects.count()) == ("poor", 2)


def test_the_same_sheet_again_changes_nothing(cun, period):
    imported(cun, NEW, period, key="new-and-returned")
    assert kinds_of(staged(cun, NEW, period, key="new-and-returned")) == ["same", "same"]


def test_a_later_day_of_the_procedure_is_a_change(cun, period):
    imported(cun, NEW, period, key="new-and-returned")
    imported(cun, NEW.replace("2018-09-01", "2018-09-03"), period, key="new-and-returned")
    assert Identification.objects.get().announced_on == date(2018, 9, 3)


def test_a_household_that_stands_already_is_not_newly_identified(cun, period, family):
    assert whys_of(staged(cun, NEW, period, key="new-and-returned"))[0] == "这一户已经在册,不能再按新识别纳入"


def test_a_returned_household_keeps_its_number_and_becomes_returned(cun, period, exited):
    imported(cun, RETURNED.format(exited.household_no), period, key="new-and-returned")
    assert (Household.objects.get().household_no, HouseholdPeriod.objects.get().status) == (exited.household_no, "returned")
    assert (Identification.objects.get().kind, Identification.objects.get().announced_on) == ("returned", date(2018, 9, 1))


def test_a_returned_household_is_found_by_its_head_without_its_number(cun, period, exited):
    assert kinds_of(staged(cun, RETURNED.format("-"), period, key="new-and-returned")) == ["change"]


def test_the_sheet_of_returned_households_again_changes_nothing(cun, period, exited):
    imported(cun, RETURNED.format("-"), period, key="new-and-returned")
    assert kinds_of(staged(cun, RETURNED.format("-"), period, key="new-and-returned")) == ["same"]


def test_a_household_that_never_left_poverty_does_not_return(cun, period, family, out):
    with out():
        HouseholdPeriod.objects.update(status="poor")
    assert whys_of(staged(cun, RETURNED.format("-"), period, key="new-and-returned"))[0].startswith("返贫只能由已脱贫的户提出")


def test_a_household_that_nobody_knows_does_not_return(cun, period):
    assert whys_of(staged(cun, RETURNED.format("-"), period, key="new-and-returned")) == [
        "返贫户应已在册,但按户编号和户主证件号码都没有找到"
    ]
