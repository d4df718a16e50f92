"""Accepted proposals on the register: all of a batch or nothing, what was chosen and what still stands as it stood."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households import writing
from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Period, Person
from taizhang.households.services.refusals import LostRace
from taizhang.intake import progress
from taizhang.intake.accepting import NothingToWrite, NotReady
from taizhang.intake.grains import household_writing
from taizhang.intake.models import Batch
from taizhang.journal.models import JournalEntry, JournalTx
from taizhang.journal.replay import replay
from tests.cast import TOWNSHIP
from tests.intake.workbooks import AT, FAMILY, accepted, as_xlsx, imported, kinds_of, staged

pytestmark = pytest.mark.django_db
ALONE = "| 钱样例 | @5 | 户主 | 健康 | - | - |\n"


def test_a_new_family_stands_with_household_persons_and_archives(cun, period):
    batch = staged(cun, FAMILY, period)
    done = accepted(cun, batch)
    assert (done.written, done.stale) == ({"new": 3, "change": 0}, 0)
    house = HouseholdPeriod.objects.get()
    assert (house.head_name, house.member_count, house.inc_wage_yuan, house.inc_total_yuan) == (
        "赵演示",
        3,
        Decimal("8200"),
        Decimal("8200"),
    )
    assert list(Membership.objects.order_by("pk").values_list("relation", flat=True)) == ["head", "spouse", "son"]
    assert MemberPeriod.objects.filter(health="healthy").count() == 3


def test_the_batch_is_closed_in_the_same_posting(cun, period):
    batch = imported(cun, FAMILY, period)
    stands = Batch.objects.get(pk=batch.pk)
    assert (stands.state, stands.done_at, stands.counts["written"]) == ("accepted", AT, {"new": 3, "change": 0})


def test_one_batch_is_one_posting_with_the_batch_as_its_reason(cun, period):
    before = JournalTx.objects.count()
    batch = imported(cun, FAMILY, period)
    assert JournalTx.objects.count() == before + 1
    assert JournalTx.objects.latest("pk").ref == f"batch:{batch.pk}"


def test_every_written_row_names_batch_sheet_and_row(cun, period):
    batch = imported(cun, as_xlsx(户=FAMILY), period)
    assert list(Person.objects.order_by("pk").values_list("came_from", flat=True)) == [f"{batch.pk}/户/{row}" for row in (2, 3, 4)]
    assert HouseholdPeriod.objects.get().came_from == f"{batch.pk}/户/2"
    change = imported(
        cun, as_xlsx(户=FAMILY.replace("周示例 | @2       | 配偶       | 健康", "周示例 | @2       | 配偶       | 残疾")), period
    )
    assert MemberPeriod.objects.get(person__name="周示例").came_from == f"{change.pk}/户/3"


def test_a_batch_is_accepted_once(cun, period):
    batch = imported(cun, FAMILY, period)
    with pytest.raises(NotReady):
        accepted(cun, batch)
    assert Household.objects.count() == 1


def test_a_second_worker_that_saw_the_batch_before_it_was_closed_writes_nothing(cun, period):
    batch = staged(cun, FAMILY, period)
    late = Batch.objects.get(pk=batch.pk)
    accepted(cun, batch)
    with pytest.raises(Exception, match="办"):
        accepted(cun, late)
    assert Household.objects.count() == 1


def test_only_new_lines_are_written_when_only_new_ones_are_asked_for(cun, period, family):
    batch = staged(cun, FAMILY.replace("8200", "9100") + ALONE, period)
    assert accepted(cun, batch, kinds=("new",)).written == {"new": 1, "change": 0}
    assert HouseholdPeriod.objects.get(head_name="赵演示").inc_wage_yuan == Decimal("8200")


def test_only_changes_are_written_when_only_changes_are_asked_for(cun, period, family):
    batch = staged(cun, FAMILY.replace("8200", "9100") + ALONE, period)
    assert accepted(cun, batch, kinds=("change",)).written == {"new": 0, "change": 1}
    assert not HouseholdPeriod.objects.filter(head_name="钱样例").exists()


def test_only_chosen_lines_are_written(cun, period, family):
    table = FAMILY.replace("配偶       | 健康", "配偶       | 残疾").replace("之子       | 健康", "之子       | 残疾")
    batch = staged(cun, as_xlsx(户=table), period)
    accepted(cun, batch, chosen={("户", 4)})
    assert list(MemberPeriod.objects.filter(health="disabled").values_list("person__name", flat=True)) == ["赵虚构"]


def test_a_new_household_is_taken_whole_by_any_of_its_lines(cun, period):
    batch = staged(cun, as_xlsx(户=FAMILY + ALONE), period)
    assert accepted(cun, batch, chosen={("户", 3)}).written == {"new": 3, "change": 0}


def test_nothing_chosen_is_refused_and_the_batch_stays_open(cun, period):
    batch = staged(cun, FAMILY, period)
    with pytest.raises(NothingToWrite):
        accepted(cun, batch, chosen=set())
    assert Batch.objects.get(pk=batch.pk).state == Batch.CHECKED


def test_what_changed_on_the_register_since_is_left_and_counted(cun, period, family, out):
    batch = staged(cun, FAMILY.replace("8200", "9100").replace("之子       | 健康", "之子       | 残疾"), period)
    with out():
        HouseholdPeriod.objects.update(inc_wage_yuan=Decimal("7000"), version=7)
    done = accepted(cun, batch)
    assert (done.written, done.stale) == ({"new": 0, "change": 1}, 1)
    assert HouseholdPeriod.objects.get().inc_wage_yuan == Decimal("7000")


def test_a_batch_whose_every_line_is_stale_says_so(cun, period, family, out):
    batch = staged(cun, FAMILY.replace("8200", "9100"), period)
    with out():
        HouseholdPeriod.objects.update(version=7)
    with pytest.raises(NothingToWrite, match="有1行在核对以后名册已有改动"):
        accepted(cun, batch)


def test_a_person_registered_elsewhere_since_is_left_with_his_new_household(cun, period):
    first, second = staged(cun, FAMILY, period), staged(cun, FAMILY, period)
    accepted(cun, first)
    with pytest.raises(NothingToWrite, match="有3行"):
        accepted(cun, second)
    assert Person.objects.count() == 3


def test_a_crash_in_the_middle_leaves_nothing(cun, period, monkeypatch):
    batch = staged(cun, FAMILY, period)
    before = JournalEntry.objects.count()
    monkeypatch.setattr(writing, "add_member_archives", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        accepted(cun, batch)
    assert (Household.objects.count(), Person.objects.count(), JournalEntry.objects.count()) == (0, 0, before)
    assert Batch.objects.get(pk=batch.pk).state == Batch.CHECKED


def test_after_a_crash_the_same_batch_is_accepted(cun, period, monkeypatch):
    batch = staged(cun, FAMILY, period)
    with monkeypatch.context() as broken:
        broken.setattr(writing, "refresh_derived", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            accepted(cun, batch)
    assert accepted(cun, Batch.objects.get(pk=batch.pk)).written == {"new": 3, "change": 0}


def test_a_broken_constraint_is_a_lost_race_and_leaves_nothing(cun, period, monkeypatch):
    batch = staged(cun, FAMILY, period)
    twice = household_writing._add
    monkeypatch.setattr(household_writing, "_add", lambda *given: twice(*given) | twice(*given))
    with pytest.raises(LostRace):
        accepted(cun, batch)
    assert not Household.objects.exists()


def test_cancelled_while_writing_leaves_nothing_and_the_batch_open(cun, period):
    batch = staged(cun, FAMILY, period)
    progress.cancel(batch.pk)
    with pytest.raises(progress.Cancelled):
        accepted(cun, batch)
    assert not Household.objects.exists()
    assert accepted(cun, batch).written == {"new": 3, "change": 0}


def test_a_period_frozen_since_takes_nothing(cun, period, out):
    batch = staged(cun, FAMILY, period)
    with out():
        Period.objects.update(state="frozen")
    with pytest.raises(NotReady, match="冻结"):
        accepted(cun, batch)


def test_who_may_not_accept_writes_nothing(cun, sheng, lincun, period):
    batch = staged(cun, FAMILY, period)
    with pytest.raises(NotPermitted):
        accepted(sheng, batch)
    with pytest.raises(NotPermitted):
        accepted(lincun, batch)


def test_the_township_may_accept_what_its_village_uploaded(cun, xiang, period):
    assert accepted(xiang, staged(cun, FAMILY, period)).written == {"new": 3, "change": 0}


def test_member_count_and_income_per_head_follow_a_new_member(cun, period, family):
    imported(cun, FAMILY + "| 赵新生 | @4 | 之女 | 健康 | - | - |\n", period)
    house = HouseholdPeriod.objects.get()
    assert (house.member_count, house.inc_net_pc_yuan) == (4, Decimal("2050.00"))


def test_totals_follow_a_changed_income(cun, period, family):
    imported(cun, FAMILY.replace("8200", "9000"), period)
    house = HouseholdPeriod.objects.get()
    assert (house.inc_total_yuan, house.inc_net_yuan, house.inc_net_pc_yuan) == (Decimal("9000"), Decimal("9000"), Decimal("3000"))


def test_a_blank_cell_leaves_what_stands(cun, period, family):
    imported(cun, "|姓名|证件号码|与户主关系|户联系电话|工资性收入|\n|赵演示|@1|户主|-|9000|", period)
    assert HouseholdPeriod.objects.get().hh_phone is not None


def test_the_old_value_can_be_replayed(cun, period, family):
    before = HouseholdPeriod.objects.get()
    position = accepted(cun, staged(cun, FAMILY.replace("8200", "9000"), period)).position
    assert replay(before, until=position - 1)["inc_wage_yuan"] == "8200.00"
    assert replay(before, until=position)["inc_wage_yuan"] == "9000.00"


def test_several_sheets_are_one_batch(cun, period):
    batch = staged(cun, as_xlsx(一组=FAMILY, 二组="|姓名|证件号码|与户主关系|\n|钱样例|@5|户主|"), period)
    assert accepted(cun, batch).written == {"new": 4, "change": 0}
    assert Household.objects.count() == 2


def test_one_number_on_two_sheets_is_refused_on_the_second(cun, period):
    batch = staged(cun, as_xlsx(一组=FAMILY, 二组="|姓名|证件号码|与户主关系|\n|赵演示|@1|户主|"), period)
    assert batch.counts["proposals"] == {"new": 3, "change": 0, "same": 0, "conflict": 0, "blocked": 1}


def test_a_household_on_two_sheets_is_changed_by_both(cun, period, family):
    first = "|姓名|证件号码|与户主关系|工资性收入|\n|赵演示|@1|户主|9000|"
    second = "|姓名|证件号码|与户主关系|财产性收入|\n|周示例|@2|配偶|600|"
    batch = staged(cun, as_xlsx(甲=first, 乙=second), period)
    assert accepted(cun, batch).stale == 0
    house = HouseholdPeriod.objects.get()
    assert (house.inc_wage_yuan, house.inc_property_yuan, house.inc_total_yuan) == (Decimal("9000"), Decimal("600"), Decimal("9600"))


def test_lines_of_a_household_that_stand_apart_are_one_household(cun, period):
    table = """
    | 户编号 | 姓名   | 证件号码 | 与户主关系 |
    | 520001 | 赵演示 | @1       | 户主       |
    | 520002 | 钱样例 | @5       | 户主       |
    | 520001 | 周示例 | @2       | 配偶       |
    """
    imported(cun, table, period)
    assert list(HouseholdPeriod.objects.order_by("head_name").values_list("head_name", "member_count")) == [("赵演示", 2), ("钱样例", 1)]


def test_lines_that_stand_apart_are_one_household_by_the_number_of_their_head(cun, period):
    table = """
    | 户主证件号码 | 姓名   | 证件号码 | 与户主关系 |
    | @1           | 赵演示 | @1       | 户主       |
    | @5           | 钱样例 | @5       | 户主       |
    | @1           | 周示例 | @2       | 配偶       |
    """
    imported(cun, table, period)
    assert sorted(HouseholdPeriod.objects.values_list("member_count", flat=True)) == [1, 2]


def test_a_household_number_told_on_the_heads_line_only_holds_for_the_lines_below(cun, period):
    table = """
    | 户编号 | 姓名   | 证件号码 | 与户主关系 |
    | 520001 | 赵演示 | @1       | 户主       |
    | -      | 周示例 | @2       | 配偶       |
    | 520002 | 钱样例 | @5       | 户主       |
    """
    imported(cun, table, period)
    assert Membership.objects.get(person__name="周示例").household.household_no == "520001"


def test_a_new_period_takes_the_archives_of_people_who_stand_already(cun, period, family, out):
    with out():
        next_period = Period.objects.create(
            key="2019",
            title="2019年度",
            kind="annual",
            reference_on=date(2019, 9, 30),
            income_from=date(2018, 10, 1),
            income_to=date(2019, 9, 30),
        )
    batch = staged(cun, FAMILY, next_period)
    assert kinds_of(batch) == ["change", "change", "change"]
    accepted(cun, batch)
    house = HouseholdPeriod.objects.get(period=next_period)
    assert (Person.objects.count(), house.head_name, house.member_count) == (3, "赵演示", 3)


def test_the_unit_of_the_heading_counts(xiang, period):
    table = "|行政村代码|姓名|证件号码|与户主关系|工资性收入(万元)|\n|990101100201|赵演示|@1|户主|1.25|"
    imported(xiang, table, period, area=TOWNSHIP)
    assert HouseholdPeriod.objects.get().inc_wage_yuan == Decimal("12500")


def test_frames_of_a_batch_hold_no_number_in_clear(cun, period):
    batch = staged(cun, FAMILY, period)
    from taizhang.intake import files

    lines = files.get_frame(batch.pk, "lines-0")
    assert lines.schema["person.id_no"] == pl.Binary
    assert "key.head_id_no" not in lines.columns
