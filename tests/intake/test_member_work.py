"""已外出务工信息 and 计划外出务工信息: what is told of members who stand on the register, by sheet and back again."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import MemberPeriod, OperationWindow, WorkSpell
from taizhang.households.services.refusals import PeriodFrozen
from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.journal.replay import history, replay
from taizhang.ledgers import ledger
from tests.cast import COUNTY, VILLAGE
from tests.households.families import AT, CAUSE, GRANDCHILD_NO, SON_NO, WIFE_NO, enroll, freeze, member, open_period
from tests.intake.workbooks import accepted, changed_of, findings_of, imported, kinds_of, staged, whys_of
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
AWAY = f"""
| （务工月监测）已外出务工信息 | - | - | - | - | - | - | - |
| 导出时间:2022-12-31 | - | - | - | - | - | - | - |
| 县(市、区、旗) | 姓名 | 证件号码 | 是否已务工 | 务工所在县 | 务工企业名称 | 月收入 | 务工开始时间 | 务工结束时间 |
| 演示县 | 张小三 | {SON_NO} | 是 | 示范县 | 示范电子厂 | 4200 | 2018年03月 | 2018年08月 |
| 演示县 | 李四 | {WIFE_NO} | 是 | 演示县 | 帮扶车间 | 2600.5 | 2018年06月 | - |
"""
PLANS = f"""
| 姓名 | 证件号码 | 是否计划外出务工 | 意向地 | 就业服务需求 |
| 张小三 | {SON_NO} | 是 | 示范省 | 岗位信息 |
| 李四 | {WIFE_NO} | 否 | - | - |
"""


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


def away(by, period, table=AWAY, area=VILLAGE):
    return staged(by, table, period, key="work-away", area=area)


def plans(by, period, table=PLANS):
    return staged(by, table, period, key="work-plans")


def given_out(by, period, key):
    return export_ledger(by=by, at=AT, cause=CAUSE, ledger=ledger(key), period=period, area=COUNTY)


def spell_of(name):
    return WorkSpell.objects.get(person__name=name)


def plan_of(name, period):
    return MemberPeriod.objects.get(person__name=name, period=period)


def test_spells_are_registered_from_the_sheet_as_it_comes(cun, household, period):
    batch = away(cun, period)
    assert (batch.tables[0]["heading_row"], batch.tables[0]["unknown"], kinds_of(batch)) == (3, [], ["new", "new"])
    accepted(cun, batch)
    spell = spell_of("张小三")
    assert (spell.spell_area, spell.spell_employer, spell.spell_wage_yuan) == ("示范县", "示范电子厂", Decimal("4200.00"))
    assert (spell.spell_from_on, spell.spell_to_on, spell.area) == ("2018-03", "2018-08", household.area)
    assert (spell.ended, spell_of("李四").ended) == (True, False)
    assert spell.came_from.startswith(f"{batch.pk}/")


def test_the_same_sheet_again_proposes_nothing(cun, household, period):
    imported(cun, AWAY, period, key="work-away")
    assert kinds_of(away(cun, period)) == ["same", "same"]


def test_a_difference_is_a_change_and_the_end_is_reckoned_again(cun, household, period):
    imported(cun, AWAY, period, key="work-away")
    batch = away(cun, period, AWAY.replace("4200", "4300").replace("2018年06月 | -", "2018年06月 | 2018年09月"))
    assert changed_of(batch) == [["work_spell.spell_wage_yuan"], ["work_spell.spell_to_on"]]
    accepted(cun, batch)
    assert (spell_of("张小三").spell_wage_yuan, spell_of("李四").ended) == (Decimal("4300.00"), True)
    spell = spell_of("张小三")
    assert replay(spell, history(WorkSpell, spell.pk)[0].position)["spell_wage_yuan"] == "4200.00"


def test_another_month_is_another_spell(cun, household, period):
    imported(cun, AWAY, period, key="work-away")
    batch = away(cun, period, AWAY.replace("2018年03月", "2018年04月"))
    assert kinds_of(batch) == ["new", "same"]


def test_who_is_not_away_or_not_on_the_register_is_told_so(cun, household, period):
    batch = away(cun, period, AWAY.replace("2018年06月", "-").replace(SON_NO, "990101199001010019"))
    assert kinds_of(batch)[1] == "conflict"
    assert [why[:9] for why in whys_of(batch)] == ["按证件号码或人编号", "没有填务工开始年月"]


def test_a_spell_that_ends_before_it_begins_is_blocked(cun, household, period):
    batch = away(cun, period, AWAY.replace("2018年08月", "2018年01月"))
    assert kinds_of(batch) == ["blocked", "new"]
    assert (4, "务工结束时间", "spell_order") in findings_of(batch)


def test_one_month_twice_is_an_error(cun, household, period):
    batch = away(cun, period, AWAY.replace(WIFE_NO, SON_NO).replace("2018年06月", "2018年03月"))
    assert (kinds_of(batch), {code for _, _, code in findings_of(batch)}) == (["new", "blocked"], {"line.twice"})


@pytest.mark.parametrize(("key", "table"), [("work-away", AWAY), ("work-plans", PLANS)])
def test_what_goes_out_comes_back_unharmed(cun, xian, household, period, key, table):
    imported(cun, table, period, key=key)
    export = given_out(xian, period, key)
    assert (export.rows, export.state) == (2, "ready")
    back = staged(xian, files.original(export.sha256), period, key=key, area=COUNTY)
    assert kinds_of(back) == ["same", "same"]


def test_only_members_of_ones_own_area_go_out(cun, waixian, household, period):
    imported(cun, AWAY, period, key="work-away")
    with pytest.raises(NotPermitted):
        given_out(waixian, period, "work-away")


def test_what_was_withdrawn_does_not_go_out(cun, xian, household, period):
    imported(cun, AWAY, period, key="work-away")
    with pen(cun):
        WorkSpell.objects.filter(person__name="李四").update(withdrawn=True, version=2)
    assert given_out(xian, period, "work-away").rows == 1


@pytest.mark.parametrize(("key", "table"), [("work-away", AWAY), ("work-plans", PLANS)])
def test_the_prefecture_may_not_accept(cun, shi, household, period, key, table):
    batch = staged(cun, table, period, key=key)
    with pytest.raises(NotPermitted):
        accepted(shi, batch)


def test_a_plan_is_told_of_the_archive_which_stays_a_draft(cun, household, period):
    with pen(cun):
        MemberPeriod.objects.filter(person__name="张小三").update(draft=True, version=2)
    batch = plans(cun, period)
    assert kinds_of(batch) == ["change", "change"]
    accepted(cun, batch)
    son = plan_of("张小三", period)
    assert (son.plan_out, son.plan_area, son.plan_service, son.draft) == (True, "示范省", "岗位信息", True)
    assert plan_of("李四", period).plan_out is False


def test_who_plans_is_asked_what_he_needs(cun, household, period):
    batch = plans(cun, period, PLANS.replace("岗位信息", "-"))
    assert (2, "就业服务需求", "plan_needs") in findings_of(batch)
    assert kinds_of(batch) == ["change", "change"]


def test_a_member_without_an_archive_of_the_period_takes_no_plan(cun, household, period, sheng):
    batch = plans(cun, open_period(sheng, "2019"))
    assert (kinds_of(batch), set(whys_of(batch))) == (["conflict"] * 2, {"此人本期还没有档案,请先采集或结转"})


@pytest.mark.parametrize(("key", "table"), [("work-away", AWAY), ("work-plans", PLANS)])
def test_a_frozen_period_takes_neither(cun, household, period, key, table):
    with pytest.raises(PeriodFrozen):
        staged(cun, table, freeze(cun, period), key=key)


@pytest.mark.parametrize(("key", "table"), [("work-away", AWAY), ("work-plans", PLANS)])
def test_outside_the_window_of_corrections_neither_is_taken(cun, out, household, period, key, table):
    with out():
        OperationWindow.objects.create(
            operation="correct", area=COUNTY, opens_at=datetime(2030, 1, 1, tzinfo=UTC), closes_at=datetime(2030, 2, 1, tzinfo=UTC)
        )
    batch = staged(cun, table, period, key=key)
    assert kinds_of(batch) == ["conflict", "conflict"]
    assert "2030-01-01" in whys_of(batch)[0]


def test_the_household_that_the_line_names_must_be_his(cun, household, period):
    other = enroll(cun, period, members=[member("王五", "head", GRANDCHILD_NO)])
    table = AWAY.replace("| 县(市、区、旗) |", "| 户编号 |").replace("| 演示县 | 张小三", f"| {other.household_no} | 张小三")
    batch = away(cun, period, table.replace("| 演示县 | 李四", f"| {household.household_no} | 李四"))
    assert (kinds_of(batch), whys_of(batch)) == (["conflict", "new"], ["此人不在表中写的这一户,请核对户编号", None])
