"""What a sheet proposes against the register: new, change, same, conflict, blocked."""

import polars as pl
import pytest

from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership
from taizhang.intake import files
from tests.cast import NEXT_VILLAGE, TOWNSHIP, VILLAGE, grant_to
from tests.intake.test_windows import declared
from tests.intake.workbooks import FAMILY, accepted, changed_of, findings_of, imported, kinds_of, number, staged, whys_of

pytestmark = pytest.mark.django_db


def test_a_family_that_nobody_knows_is_new(cun, period):
    batch = staged(cun, FAMILY, period)
    assert (batch.state, batch.message) == ("checked", "")
    assert kinds_of(batch) == ["new", "new", "new"]
    assert batch.counts["proposals"] == {"new": 3, "change": 0, "same": 0, "conflict": 0, "blocked": 0}


def test_nothing_is_written_before_it_is_accepted(cun, period):
    staged(cun, FAMILY, period)
    assert not Household.objects.exists()


def test_the_same_file_twice_changes_nothing(cun, period, family):
    batch = staged(cun, FAMILY, period)
    assert kinds_of(batch) == ["same", "same", "same"]
    assert changed_of(batch) == [[], [], []]


def test_a_blank_cell_proposes_nothing(cun, period, family):
    table = """
    | 姓名   | 证件号码 | 与户主关系 | 健康状况 | 户联系电话 | 工资性收入 |
    | 赵演示 | @1       | 户主       | -        | -        | -          |
    """
    assert kinds_of(staged(cun, table, period)) == ["same"]


def test_a_change_names_only_the_fields_that_differ(cun, period, family):
    batch = staged(
        cun,
        FAMILY.replace("8200", "9100").replace("周示例 | @2       | 配偶       | 健康", "周示例 | @2       | 配偶       | 残疾"),
        period,
    )
    assert kinds_of(batch) == ["change", "change", "same"]
    assert changed_of(batch) == [["household.inc_wage_yuan"], ["member.health"], []]


def test_a_fact_of_the_household_counts_once_though_every_line_tells_it(cun, period, family):
    table = """
    | 姓名   | 证件号码 | 与户主关系 | 工资性收入 |
    | 赵演示 | @1       | 户主       | 9100       |
    | 周示例 | @2       | 配偶       | 9100       |
    """
    assert changed_of(staged(cun, table, period)) == [["household.inc_wage_yuan"], []]


def test_a_fact_of_the_household_told_by_a_member_is_proposed_on_that_line(cun, period, family):
    table = """
    | 姓名   | 证件号码 | 与户主关系 | 工资性收入 |
    | 赵演示 | @1       | 户主       | -          |
    | 周示例 | @2       | 配偶       | 9100       |
    """
    batch = staged(cun, table, period)
    assert kinds_of(batch) == ["same", "change"]
    accepted(cun, batch)
    assert HouseholdPeriod.objects.get().inc_wage_yuan == 9100


def test_two_lines_that_contradict_each_other_about_their_household_are_said(cun, period):
    table = """
    | 姓名   | 证件号码 | 与户主关系 | 工资性收入 |
    | 赵演示 | @1       | 户主       | 9000       |
    | 周示例 | @2       | 配偶       | 9100       |
    """
    assert findings_of(staged(cun, table, period)) == [(3, "工资性收入", "HH-03")]


def test_a_number_with_spaces_full_width_digits_and_small_x_is_the_same_person(cun, period):
    written = next(serial for serial in range(11, 99) if number(serial).endswith("X"))
    table = f"""
    | 姓名   | 证件号码 | 与户主关系 |
    | 赵演示 | @{written} | 户主 |
    """
    imported(cun, table, period)
    typed = number(written)
    odd = f" {typed[:6]} {typed[6:14]}　{typed[14:17]}ｘ"
    assert kinds_of(staged(cun, table.replace(f"@{written}", odd), period)) == ["same"]


def test_a_member_of_another_household_of_the_scope_is_a_conflict(cun, period, family):
    table = """
    | 姓名   | 证件号码 | 与户主关系 |
    | 钱样例 | @5       | 户主       |
    | 赵虚构 | @3       | 之子       |
    """
    batch = staged(cun, table, period)
    assert kinds_of(batch) == ["blocked", "conflict"]
    assert whys_of(batch)[1].startswith("此人已在另一户(户编号T")


def test_a_new_head_does_not_slip_into_the_household_of_a_member(cun, period, family):
    table = """
    | 户主证件号码 | 姓名   | 证件号码 | 与户主关系 |
    | @5           | 赵虚构 | @3       | 之子       |
    | @5           | 钱样例 | @5       | 户主       |
    """
    assert kinds_of(staged(cun, table, period)) == ["conflict", "blocked"]


def test_a_person_of_the_next_village_is_told_without_saying_where(cun, period, next_family):
    table = """
    | 姓名   | 证件号码 | 与户主关系 |
    | 孙模拟 | @7       | 户主       |
    """
    batch = staged(cun, table, period)
    assert whys_of(batch) == ["此证件号码在您的管辖区域以外已经在册,请上报核查"]
    assert NEXT_VILLAGE not in str(whys_of(batch))


def test_a_household_number_of_the_next_village_is_as_unknown_as_one_that_nobody_has(cun, period, next_family):
    theirs = Household.objects.get().household_no
    table = """
    | 户编号 | 姓名   | 证件号码 | 与户主关系 |
    | {no}   | 钱样例 | @5       | 户主       |
    """
    foreign, nobody = whys_of(staged(cun, table.format(no=theirs), period)), whys_of(staged(cun, table.format(no="T99999999999"), period))
    assert foreign[0].replace(theirs, "") == nobody[0].replace("T99999999999", "")


def test_a_national_household_number_that_nobody_has_comes_with_its_new_household(cun, period):
    table = """
    | 户编号    | 人编号    | 姓名   | 证件号码 | 与户主关系 |
    | 520401001 | 520401011 | 钱样例 | @5       | 户主       |
    """
    imported(cun, table, period)
    assert Household.objects.get().household_no == "520401001"
    assert Membership.objects.get().person.person_no == "520401011"
    assert kinds_of(staged(cun, table, period)) == ["same"]


def test_a_strange_household_number_over_known_people_is_a_conflict(cun, period, family):
    batch = staged(cun, "|户编号|姓名|证件号码|与户主关系|\n|520401999|赵演示|@1|户主|", period)
    assert kinds_of(batch) == ["conflict"]


@pytest.mark.parametrize(
    ("heading", "first", "second"),
    [("姓名", "赵演示", "赵更名"), ("识别标准", "国家标准", "省定标准"), ("贫困户属性", "一般贫困户", "低保贫困户")],
)
def test_a_locked_field_is_a_conflict_below_the_province(cun, period, heading, first, second):
    table = "|姓名|证件号码|与户主关系|识别标准|贫困户属性|\n|赵演示|@1|户主|国家标准|一般贫困户|"
    imported(cun, table, period)
    batch = staged(cun, table.replace(first, second), period)
    assert whys_of(batch) == [f"{heading}是锁定字段,只有省级能够更正"]


def test_a_locked_field_told_by_a_second_line_is_no_way_round_the_lock(cun, period):
    table = "|姓名|证件号码|与户主关系|贫困户属性|\n|赵演示|@1|户主|{}|\n|周示例|@2|配偶|{}|"
    imported(cun, table.format("一般贫困户", "-"), period)
    batch = staged(cun, table.format("-", "低保贫困户"), period)
    assert kinds_of(batch) == ["same", "conflict"]


def test_a_locked_field_is_no_change_even_for_the_province_it_goes_by_order(cun, period, family):
    grant_to(cun, "province", "990000000000", "province")
    batch = staged(cun, FAMILY.replace("赵演示", "赵更名"), period)
    assert (kinds_of(batch)[0], whys_of(batch)[0]) == ("conflict", "姓名是锁定字段,只有省级能够更正")


def test_another_number_under_the_same_person_no_is_a_locked_correction(cun, period, family):
    no = Membership.objects.get(relation="son").person.person_no
    table = f"|人编号|姓名|证件号码|与户主关系|\n|{no}|赵虚构|@33|之子|"
    assert whys_of(staged(cun, table, period)) == ["证件号码是锁定字段,只有省级能够更正"]


def test_a_person_no_and_a_number_of_two_people_are_a_conflict(cun, period, family):
    no = Membership.objects.get(relation="son").person.person_no
    batch = staged(cun, f"|人编号|姓名|证件号码|与户主关系|\n|{no}|周示例|@2|配偶|", period)
    assert whys_of(batch) == ["人编号与证件号码指的不是同一个人,请核对"]


def test_the_status_changes_by_its_operations_only(cun, period):
    table = "|姓名|证件号码|与户主关系|脱贫状态|\n|赵演示|@1|户主|{}|"
    imported(cun, table.format("未脱贫"), period)
    assert whys_of(staged(cun, table.format("已脱贫(享受政策)"), period)) == ["脱贫状态只能通过业务操作改变,不能直接修改"]


def test_one_wrong_line_blocks_the_whole_of_a_new_household(cun, period):
    batch = staged(cun, FAMILY.replace("@3", "99010119700101"), period)
    assert kinds_of(batch) == ["blocked", "blocked", "blocked"]
    assert whys_of(batch)[0] == "同一户还有需要改正的错误,整户改正后再写入"


def test_a_line_that_waits_for_its_household_is_a_hint_and_not_an_error(cun, period):
    batch = staged(cun, FAMILY.replace("@3", "99010119700101"), period)
    told = files.get_frame(batch.pk, "findings-0").filter(pl.col("code") == "register.blocked")
    assert told.select("row", "severity").rows() == [(2, "I"), (3, "I")]
    assert (batch.counts["wrong"], batch.counts["findings"]) == (1, {"I": 2, "B": 1})


def test_a_sex_or_birth_date_against_the_number_is_told_with_what_was_typed(cun, period):
    table = "|姓名|证件号码|与户主关系|性别|出生日期|\n|赵演示|@1|户主|女|1971.2.3|"
    told = files.get_frame(staged(cun, table, period).pk, "findings-0").filter(pl.col("code").is_in(["ID-09", "ID-10"]))
    assert told.select("column", "typed").rows() == [("性别", "女"), ("出生日期", "1971.2.3")]


def test_one_wrong_line_of_a_household_on_the_register_blocks_itself_only(cun, period, family):
    batch = staged(cun, FAMILY.replace("8200", "9100").replace("@3", "99010119700101"), period)
    assert kinds_of(batch) == ["change", "same", "blocked"]


def test_a_new_household_without_a_head_is_blocked(cun, period):
    table = "|姓名|证件号码|与户主关系|\n|周示例|@2|配偶|"
    assert whys_of(staged(cun, table, period)) == ["这一户没有户主行,新户必须写明户主"]


def test_two_heads_in_a_household_are_said(cun, period):
    batch = staged(cun, "|户编号|姓名|证件号码|与户主关系|\n|52|赵演示|@1|户主|\n|52|周示例|@2|户主|", period)
    assert kinds_of(batch) == ["blocked", "blocked"]


def test_who_is_head_is_not_changed_by_a_sheet(cun, period, family):
    batch = staged(cun, FAMILY.replace("| 配偶 ", "| 户主 ").replace("@1       | 户主", "@1       | 配偶"), period)
    assert "户主变更须在户的页面办理,不能在表中直接改" in whys_of(batch)[:2]


def test_a_second_head_does_not_come_with_a_new_member(cun, period, family):
    no = Household.objects.get().household_no
    batch = staged(cun, f"|户编号|姓名|证件号码|与户主关系|\n|{no}|钱样例|@5|户主|", period)
    assert whys_of(batch) == ["户主变更须在户的页面办理,不能在表中直接改"]


def test_a_new_member_finds_the_household_by_the_number_of_its_head(cun, period, family):
    table = "|户主姓名|户主证件号码|姓名|证件号码|与户主关系|\n|赵演示|@1|赵新生|@4|之女|"
    assert kinds_of(imported(cun, table, period)) == ["new"]
    assert Membership.objects.filter(household=Household.objects.get()).count() == 4
    assert HouseholdPeriod.objects.get().member_count == 4


def test_a_masked_number_with_a_person_no_is_the_person(cun, period, family):
    no = Membership.objects.get(relation="head").person.person_no
    masked = number(1)[:6] + "*" * 11 + number(1)[-1]
    assert kinds_of(staged(cun, f"|人编号|姓名|证件号码|与户主关系|\n|{no}|赵演示|{masked}|户主|", period)) == ["same"]


def test_a_masked_number_alone_is_nobody(cun, period, family):
    masked = number(1)[:6] + "*" * 11 + number(1)[-1]
    assert whys_of(staged(cun, f"|姓名|证件号码|与户主关系|\n|赵演示|{masked}|户主|", period))[0].startswith("证件号码空缺或被遮盖")


def test_a_person_who_left_in_this_period_comes_back_on_the_page_not_by_a_sheet(cun, period, family, out):
    with out():
        Membership.objects.filter(relation="son").update(open=False)
    assert kinds_of(staged(cun, FAMILY, period)) == ["same", "same", "conflict"]


def test_a_closed_household_takes_nothing(cun, period, family, out):
    with out():
        Household.objects.update(closed="all_dead")
    assert whys_of(staged(cun, FAMILY, period)) == ["这一户已经销户,不能再改"] * 3


def test_a_batch_of_one_village_takes_no_household_of_another(xiang, lincun, period, next_family):
    table = "|姓名|证件号码|与户主关系|\n|孙模拟|@7|户主|"
    assert kinds_of(staged(xiang, table, period, area=VILLAGE)) == ["conflict"]
    assert kinds_of(staged(xiang, table, period, area=TOWNSHIP)) == ["same"]


def test_a_household_on_the_register_is_not_moved_by_another_village_on_the_sheet(xiang, cun, period, family):
    table = f"|行政村代码|姓名|证件号码|与户主关系|\n|{NEXT_VILLAGE}|赵演示|@1|户主|"
    assert whys_of(staged(xiang, table, period, area=TOWNSHIP))[0].startswith(f"这一户在册于{VILLAGE}")


@pytest.fixture
def carried(period, family, out):
    """The family's archives as a roll-over leaves them: drafts."""
    with out():
        HouseholdPeriod.objects.update(draft=True, version=2)
        MemberPeriod.objects.update(draft=True, version=2)


def drafts() -> tuple[int, int]:
    return HouseholdPeriod.objects.filter(draft=True).count(), MemberPeriod.objects.filter(draft=True).count()


def test_a_line_that_agrees_with_a_carried_archive_confirms_it_and_the_next_one_finds_nothing_to_do(cun, period, carried):
    batch = staged(cun, FAMILY, period)
    assert kinds_of(batch) == ["change"] * 3
    assert changed_of(batch) == [["member.draft", "household.draft"], ["member.draft"], ["member.draft"]]
    stood = HouseholdPeriod.objects.values_list("inc_wage_yuan", "hh_phone").get()
    accepted(cun, batch)
    assert drafts() == (0, 0)
    assert HouseholdPeriod.objects.values_list("inc_wage_yuan", "hh_phone").get() == stood
    assert kinds_of(staged(cun, FAMILY, period)) == ["same"] * 3


def test_a_line_confirms_only_what_it_tells_of(cun, period, carried):
    table = "|姓名|证件号码|与户主关系|健康状况|\n|赵演示|@1|户主|健康|\n|周示例|@2|配偶|-|"
    batch = staged(cun, table, period)
    assert changed_of(batch) == [["member.draft"], []]
    accepted(cun, batch)
    assert drafts() == (1, 2)


def test_what_differs_is_told_as_a_difference_and_not_as_confirmed(cun, period, carried):
    batch = staged(cun, FAMILY.replace("8200", "9100"), period)
    assert changed_of(batch) == [["household.inc_wage_yuan", "member.draft"], ["member.draft"], ["member.draft"]]


def test_outside_the_window_of_corrections_nothing_is_confirmed_and_nothing_is_in_conflict(cun, period, carried):
    declared("correct", 2017, 2018)
    assert kinds_of(staged(cun, FAMILY, period)) == ["same"] * 3
