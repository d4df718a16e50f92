"""Which village a line belongs to: by code, by name, else the village of the batch."""

import pytest

from taizhang.households.models import Household
from taizhang.places.models import Place
from tests.cast import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tests.intake.workbooks import findings_of, imported, kinds_of, staged, whys_of

pytestmark = pytest.mark.django_db
ONE = "|{}|姓名|证件号码|与户主关系|\n|{}|赵演示|@1|户主|"


def name_of(code):
    """The name of a place."""
    return Place.objects.get(code=code, to_on=None).name


def test_a_village_is_found_by_its_code(xiang, period):
    imported(xiang, ONE.format("行政村代码", NEXT_VILLAGE), period, area=TOWNSHIP)
    assert Household.objects.get().area == NEXT_VILLAGE


def test_a_village_is_found_by_its_name(xiang, period):
    imported(xiang, ONE.format("行政村", name_of(NEXT_VILLAGE)), period, area=TOWNSHIP)
    assert Household.objects.get().area == NEXT_VILLAGE


def test_a_village_is_found_by_its_short_name_and_as_a_committee(xiang, period):
    short = name_of(NEXT_VILLAGE).removesuffix("村")
    assert kinds_of(staged(xiang, ONE.format("行政村", short), period, area=TOWNSHIP)) == ["new"]
    assert kinds_of(staged(xiang, ONE.format("行政村", f"{short}村村民委员会"), period, area=TOWNSHIP)) == ["new"]


def test_township_and_village_by_name_find_one_of_two_villages_of_the_same_name(xian, period, out):
    with out():
        Place.objects.filter(code="990101101201").update(name=name_of(VILLAGE))
    table = "|乡镇|行政村|姓名|证件号码|与户主关系|\n|{}|{}|赵演示|@1|户主|"
    imported(xian, table.format(name_of("990101101000"), name_of(VILLAGE)), period, area=COUNTY)
    assert Household.objects.get().area == "990101101201"


def test_a_name_that_two_villages_have_is_asked(xian, period, out):
    with out():
        Place.objects.filter(code="990101101201").update(name=name_of(VILLAGE))
    batch = staged(xian, ONE.format("行政村", name_of(VILLAGE)), period, area=COUNTY)
    assert findings_of(batch) == [(2, "行政村", "area.unknown")]


def test_a_village_is_not_taken_from_another_township_than_the_sheet_says(xian, period):
    table = "|乡镇|行政村|姓名|证件号码|与户主关系|\n|{}|{}|赵演示|@1|户主|"
    batch = staged(xian, table.format(name_of("990101101000"), name_of(VILLAGE)), period, area=COUNTY)
    assert [code for _, _, code in findings_of(batch)] in (["area.unknown"], [])
    assert not Household.objects.filter(area=VILLAGE).exists()


def test_a_sheet_without_any_area_belongs_to_the_village_of_the_batch(cun, period):
    imported(cun, "|姓名|证件号码|与户主关系|\n|赵演示|@1|户主|", period)
    assert Household.objects.get().area == VILLAGE


def test_a_new_household_without_any_area_is_asked_where_the_batch_is_of_a_township(xiang, period):
    batch = staged(xiang, "|姓名|证件号码|与户主关系|\n|赵演示|@1|户主|", period, area=TOWNSHIP)
    assert (findings_of(batch), kinds_of(batch)) == ([(2, "行政村", "area.missing")], ["blocked"])


def test_a_household_on_the_register_needs_no_area_on_the_sheet(cun, xiang, period, family):
    batch = staged(xiang, "|姓名|证件号码|与户主关系|\n|赵演示|@1|户主|", period, area=TOWNSHIP)
    assert (findings_of(batch), kinds_of(batch)) == ([], ["same"])


def test_a_new_member_stands_in_the_village_of_the_household(xiang, period, family):
    batch = imported(xiang, "|姓名|证件号码|与户主关系|\n|赵演示|@1|户主|\n|赵新生|@4|之女|", period, area=TOWNSHIP)
    assert kinds_of(batch) == ["same", "new"]
    assert set(Household.objects.get().membership_set.values_list("area", flat=True)) == {VILLAGE}


def test_the_village_told_on_the_heads_line_holds_for_the_family(xiang, period):
    table = "|行政村代码|姓名|证件号码|与户主关系|\n|{}|赵演示|@1|户主|\n|-|周示例|@2|配偶|"
    assert kinds_of(staged(xiang, table.format(NEXT_VILLAGE), period, area=TOWNSHIP)) == ["new", "new"]


def test_a_village_outside_the_scope_is_as_unknown_as_one_that_is_not(cun, period):
    foreign = staged(cun, ONE.format("行政村代码", NEXT_VILLAGE), period)
    nowhere = staged(cun, ONE.format("行政村代码", "990101100299"), period)
    assert findings_of(foreign) == findings_of(nowhere) == [(2, "行政村代码", "area.unknown")]
    assert whys_of(foreign) == whys_of(nowhere)
