"""结对帮扶台账: what a sheet proposes, what accepting it writes, and that it goes out and comes back unharmed."""

from datetime import date

import pytest

from taizhang.accounts.models import User
from taizhang.households.models import Household
from taizhang.intake import files
from taizhang.intake.accepting import NothingToWrite, accept_batch
from taizhang.intake.exporting import export_ledger
from taizhang.journal.posting import Cause
from taizhang.ledgers import PAIRING
from taizhang.support.models import Helper, Pairing, SupportUnit, TeamMember
from taizhang.support.query import history_of
from tests.cast import NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tests.intake.workbooks import AT, findings_of, imported, kinds_of, number, staged, whys_of
from tests.support.cadres import a_helper, a_team, a_team_member, a_unit, pair

pytestmark = pytest.mark.django_db
KEY = "pairing"
HEADINGS = "|行政村代码|户主姓名|帮扶责任人|帮扶责任人证件号码|帮扶责任人电话|帮扶单位|结对开始时间|结对结束时间|\n"
NEW = HEADINGS + f"|{VILLAGE}|赵演示|方国庆|@70|19900000011|县水利局|2018-03-01|-|"
CHANGED = NEW + f"\n|{VILLAGE}|赵演示|伍建华|@71|19900000012|县水利局|2018-09-01|-|"


@pytest.fixture
def household(family) -> Household:
    """赵演示's."""
    return Household.objects.get()


def take(by: User, table: str, period, **more):
    return imported(by, table, period, key=KEY, area=TOWNSHIP, **more)


def look(by: User, table: str, period):
    return staged(by, table, period, key=KEY, area=TOWNSHIP)


def rows(household):
    return [(p.helper.helper_name, p.from_on, p.to_on) for p in reversed(history_of(household.pk))]


def test_a_sheet_pairs_and_registers_helper_and_unit(xiang, household, period):
    take(xiang, NEW, period)
    helper = Helper.objects.get()
    assert rows(household) == [("方国庆", date(2018, 3, 1), None)]
    assert (helper.unit.unit_name, helper.area, helper.id_checked, helper.helper_sex, helper.initials) == (
        "县水利局",
        TOWNSHIP,
        True,
        "female",
        "fgq",
    )
    assert Pairing.objects.get().came_from.endswith("/2")


def test_the_same_sheet_again_changes_nothing(xiang, household, period):
    take(xiang, NEW, period)
    assert kinds_of(look(xiang, NEW, period)) == ["same"]


def test_another_helper_ends_the_old_pairing_and_adds_a_new_one(xiang, household, period):
    take(xiang, NEW, period)
    batch = look(xiang, CHANGED, period)
    assert kinds_of(batch) == ["same", "change"]
    assert whys_of(batch)[1] == "原帮扶责任人方国庆(2018-03-01起)到 2018-09-01 结束"
    take(xiang, CHANGED, period)
    assert rows(household) == [("方国庆", date(2018, 3, 1), date(2018, 9, 1)), ("伍建华", date(2018, 9, 1), None)]
    assert (Pairing.objects.order_by("pk")[0].version, SupportUnit.objects.count()) == (2, 1)


def test_a_last_day_on_the_same_line_ends_the_pairing(xiang, household, period):
    take(xiang, NEW, period)
    take(xiang, NEW.replace("2018-03-01|-|", "2018-03-01|2018-08-01|"), period)
    assert rows(household) == [("方国庆", date(2018, 3, 1), date(2018, 8, 1))]


def test_a_whole_history_comes_in_at_once(xiang, household, period):
    ended = NEW.replace("2018-03-01|-|", "2017-03-01|2018-03-01|")
    take(xiang, ended + f"\n|{VILLAGE}|赵演示|伍建华|@71|-|-|2018-03-01|-|", period)
    assert rows(household) == [("方国庆", date(2017, 3, 1), date(2018, 3, 1)), ("伍建华", date(2018, 3, 1), None)]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (NEW.replace("2018-03-01", "2018-01-01"), "开始日期不能改"),
        (NEW.replace("@70", "@71").replace("方国庆", "伍建华").replace("2018-03-01", "2018-01-01"), "重叠"),
        (NEW.replace("@70", "@71").replace("方国庆", "伍建华").replace("2018-03-01", "-"), "没有结对开始日期"),
        (NEW.replace("方国庆", "方国"), "姓名不同"),
        (NEW.replace("赵演示", "查无此人"), "找不到这一户"),
        (NEW.replace("县水利局", "县农业局"), "所在单位是“县水利局”"),
    ],
)
def test_what_does_not_fit_is_a_conflict_with_advice(xiang, household, period, table, says):
    take(xiang, NEW, period)
    batch = look(xiang, table, period)
    assert kinds_of(batch) == ["conflict"]
    assert says in whys_of(batch)[0]


def test_a_helper_is_known_by_name_and_unit_without_a_number(xiang, household, period):
    a_helper(xiang, "方国庆", unit=a_unit(xiang, "县水利局"))
    a_helper(xiang, "方国庆", unit=a_unit(xiang, "县农业局"))
    table = NEW.replace("@70", "-")
    assert kinds_of(look(xiang, table, period)) == ["new"]
    assert "同名" in whys_of(look(xiang, table.replace("县水利局", "-"), period))[0]
    take(xiang, table, period)
    assert (Helper.objects.count(), Pairing.objects.get().helper.unit.unit_name) == (2, "县水利局")


def test_our_number_tells_two_of_one_name_apart(xiang, household, period):
    a_helper(xiang, "方国庆")
    second = a_helper(xiang, "方国庆")
    table = (
        NEW.replace("|帮扶责任人|", "|帮扶责任人编号|帮扶责任人|")
        .replace("|方国庆|@70|", f"|{second.helper_no}|方国庆|-|")
        .replace("县水利局", "-")
    )
    take(xiang, table, period)
    assert Pairing.objects.get().helper == second
    assert "没有这个编号" in whys_of(look(xiang, table.replace(second.helper_no, "B99999999999"), period))[0]
    assert "姓名不同" in whys_of(look(xiang, table.replace("方国庆", "方国"), period))[0]


def test_a_new_telephone_of_a_helper_is_a_change_shown_old_and_new(xiang, household, period):
    take(xiang, NEW, period)
    table = NEW.replace("19900000011", "19900000099")
    assert kinds_of(look(xiang, table, period)) == ["change"]
    take(xiang, table, period)
    assert (Helper.objects.get().version, Pairing.objects.get().version) == (2, 1)


def test_the_facts_of_a_helper_kept_above_are_not_changed_from_below(xian, xiang, household, period):
    a_helper(xian, area="990101000000", helper_id_no=number(70), unit=a_unit(xian, "县水利局", area="990101000000"))
    batch = look(xiang, NEW.replace("19900000011", "19900000099"), period)
    assert ("由上级登记" in whys_of(batch)[0], kinds_of(batch)) == (True, ["conflict"])
    assert kinds_of(look(xiang, NEW, period)) == ["new"]


def test_a_number_registered_elsewhere_is_not_taken_over(xiang, waixian, household, period):
    a_helper(waixian, area="990102000000", helper_id_no=number(70))
    assert "已在别处登记" in whys_of(look(xiang, NEW, period))[0]


def test_a_village_may_look_but_not_take(cun, household, period):
    batch = staged(cun, NEW, period, key=KEY)
    assert kinds_of(batch) == ["conflict"]


def test_a_household_of_the_next_village_is_not_found_under_this_one(xiang, household, next_family, period):
    assert "找不到这一户" in whys_of(look(xiang, NEW.replace("赵演示", "孙模拟"), period))[0]


def test_two_lines_that_tell_different_telephones_of_one_helper_are_errors(xiang, household, next_family, period):
    table = NEW + f"\n|{NEXT_VILLAGE}|孙模拟|方国庆|@70|19900000099|县水利局|2018-03-01|-|"
    assert kinds_of(look(xiang, table, period)) == ["new", "blocked"]


def test_what_changed_on_the_register_since_it_was_looked_at_is_left(xiang, household, period, other_helper):
    batch = look(xiang, NEW, period)
    pair(xiang, other_helper, household, on=date(2018, 2, 1))
    with pytest.raises(NothingToWrite, match="名册已有改动"):
        accept_batch(by=xiang, at=AT, cause=Cause("import.accept"), batch=batch)


@pytest.fixture
def other_helper(xiang):
    """Somebody else."""
    return a_helper(xiang, "伍建华")


@pytest.mark.parametrize("full", [False, True])
def test_it_goes_out_and_comes_back_unharmed(xiang, household, period, full):
    take(xiang, NEW, period)
    take(xiang, CHANGED, period)
    a_team_member(xiang, a_team(xiang, on=date(2018, 1, 1)), Helper.objects.get(helper_name="伍建华"), on=date(2018, 1, 1))
    told = {"by": xiang, "at": AT, "cause": Cause("export.run", "试"), "ledger": PAIRING, "period": period, "area": TOWNSHIP}
    export = export_ledger(**told, unmasked=full)
    content = files.original(export.sha256)
    batch = staged(xiang, content, period, key=KEY, area=TOWNSHIP)
    assert (export.rows, kinds_of(batch)) == (2, ["same", "same"])
    assert (number(70).encode() in content, TeamMember.objects.count()) == (False, 1)


def test_an_export_holds_only_what_its_account_may_see(xiang, cun, household, next_family, period):
    take(xiang, NEW + f"\n|{NEXT_VILLAGE}|孙模拟|伍建华|@71|-|-|2018-03-01|-|", period)
    told = {"at": AT, "cause": Cause("export.run"), "ledger": PAIRING, "period": period}
    assert export_ledger(by=cun, area=VILLAGE, **told).rows == 1
    assert export_ledger(by=xiang, area=TOWNSHIP, **told).rows == 2


def test_a_helper_whose_lines_tell_different_posts_is_asked_about(xiang, household, next_family, period):
    table = f"""
    | 行政村代码 | 户主姓名 | 帮扶责任人 | 帮扶责任人证件号码 | 帮扶责任人职务 | 结对开始时间 |
    | {VILLAGE} | 赵演示 | 方国庆 | @70 | 科员 | 2018-03-01 |
    | {NEXT_VILLAGE} | 孙模拟 | 方国庆 | @70 | 科长 | 2018-03-01 |
    """
    batch = look(xiang, table, period)
    assert [(row, code) for row, _, code in findings_of(batch)] == [(3, "helper.differs")]
    assert kinds_of(batch) == ["new", "blocked"]
