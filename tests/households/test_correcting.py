"""Corrections in an open window (户信息更新): locked facts, frozen periods, lost races, derived figures."""

from datetime import date
from decimal import Decimal

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import MemberPeriod
from taizhang.households.services.correcting import correct_household, correct_member
from taizhang.households.services.family import leave_member
from taizhang.households.services.refusals import LockedField, LostRace, NoHead, NotInHousehold, PeriodFrozen
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted
from taizhang.journal.replay import history, replay
from tests.households.families import (
    AT,
    CAUSE,
    GRANDCHILD_NO,
    HOUSE,
    archive_of,
    enroll,
    freeze,
    member_named,
    open_period,
    survey_of,
    versions_of,
)
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(cun):
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


def _correct(by, household, period, version=None, key=None, **facts):
    archive = archive_of(household, period)
    return correct_household(
        by=by, at=AT, cause=CAUSE, household_period=archive, version=version or archive.version, facts=facts, idempotency_key=key
    )


def _correct_member(by, membership, period, facts, versions=None):
    return correct_member(
        by=by, at=AT, cause=CAUSE, membership=membership, period=period, versions=versions or versions_of(membership, period), facts=facts
    )


def test_a_correction_is_a_new_version_and_history_says_old_and_new(cun, household, period):
    archive = _correct(cun, household, period, address="二组3号")
    last = history(type(archive), archive.pk)[-1]
    assert (archive.address, archive.version) == ("二组3号", 2)
    assert last.changed == {"address": ("一组12号", "二组3号"), "version": ("1", "2")}
    assert replay(archive, last.position - 1)["address"] == "一组12号"


def test_totals_are_unknown_again_when_the_last_income_they_stood_on_is_taken_away(cun, household, period):
    archive = archive_of(household, period)
    assert archive.inc_total_yuan is not None
    archive = _correct(cun, household, period, inc_wage_yuan=None)
    assert (archive.inc_total_yuan, archive.inc_net_yuan, archive.inc_net_pc_yuan) == (None, None, None)


def test_totals_that_were_handed_in_alone_stand_whatever_else_is_corrected(cun, period):
    household = enroll(cun, period, facts=HOUSE | {"household.inc_wage_yuan": None, "household.inc_total_yuan": Decimal("9000.00")})
    assert _correct(cun, household, period, address="二组3号").inc_total_yuan == Decimal("9000.00")


@pytest.mark.parametrize("who", ["lincun", "waixian", "shi", "shenji", "guest", "former"])
def test_who_may_not_correct(request, household, period, who):
    with pytest.raises(NotPermitted):
        _correct(request.getfixturevalue(who), household, period, address="伪造")
    with pytest.raises(NotPermitted):
        _correct_member(request.getfixturevalue(who), member_named(household, "李四"), period, {"member.work_months": 3})


@pytest.mark.parametrize("who", ["cun", "xiang", "xian", "sheng"])
def test_who_may_correct(request, household, period, who):
    assert _correct(request.getfixturevalue(who), household, period, address="二组3号").address == "二组3号"


def test_what_stands_already_writes_nothing(cun, household, period):
    before = JournalTx.objects.count()
    assert _correct(cun, household, period, address="一组12号", inc_wage_yuan=Decimal("9000.00"), hh_phone="13900005678").version == 1
    assert JournalTx.objects.count() == before


def test_a_frozen_period_is_corrected_by_the_province_alone(cun, xian, sheng, household, period):
    freeze(cun, period)
    with pytest.raises(PeriodFrozen):
        _correct(cun, household, period, address="二组3号")
    with pytest.raises(PeriodFrozen):
        _correct(xian, household, period, address="二组3号")
    with pytest.raises(PeriodFrozen):
        _correct_member(xian, member_named(household, "李四"), period, {"member.work_months": 3})
    assert _correct(sheng, household, period, address="二组3号").address == "二组3号"


@pytest.mark.parametrize(("name", "value"), [("hh_attr", "dibao"), ("id_standard", "province")])
def test_a_locked_fact_of_a_household_is_corrected_by_order_alone(xian, sheng, household, period, name, value):
    with pytest.raises(LockedField, match="只有省级能够更正"):
        _correct(xian, household, period, **{name: value})
    with pytest.raises(LockedField, match="请先登记锁定字段更正申请"):
        _correct(sheng, household, period, **{name: value})


@pytest.mark.parametrize("facts", [{"person.name": "张三丰"}, {"person.id_no": GRANDCHILD_NO}, {"person.id_type": "passport"}])
def test_a_locked_fact_of_a_person_is_corrected_by_order_alone(xian, sheng, household, period, facts):
    for by in (xian, sheng):
        with pytest.raises(LockedField, match="锁定字段"):
            _correct_member(by, member_named(household, "张三"), period, facts)


@pytest.mark.parametrize(
    ("name", "value"), [("status", "out_with_policy"), ("returned_on", "2018"), ("exited_on", "2018"), ("first_identified_on", "2014")]
)
def test_what_only_operations_change_is_refused_even_to_the_province(sheng, household, period, name, value):
    with pytest.raises(LockedField, match="业务操作"):
        _correct(sheng, household, period, **{name: value})


@pytest.mark.parametrize("name", ["member_count", "inc_total_yuan", "inc_net_yuan", "inc_net_pc_yuan"])
def test_what_the_house_computes_is_refused_even_to_the_province(sheng, household, period, name):
    with pytest.raises(LockedField, match="系统算出"):
        _correct(sheng, household, period, **{name: 77})


@pytest.mark.parametrize(
    "facts", [{"membership.state": "dead"}, {"membership.drop_on": date(2018, 1, 1)}, {"person.birth_date": date(1980, 1, 1)}]
)
def test_a_members_state_and_birth_are_not_typed(sheng, household, period, facts):
    with pytest.raises(LockedField):
        _correct_member(sheng, member_named(household, "李四"), period, facts)


def test_the_loser_of_a_race_sees_what_stands_and_changes_nothing(cun, xiang, household, period):
    _correct(xiang, household, period, address="乡里写的", lng=None, has_tv=True)
    with pytest.raises(LostRace) as lost:
        _correct(cun, household, period, version=1, address="村里写的", has_tv=False)
    assert lost.value.theirs == {"address": "乡里写的", "has_tv": True}
    assert archive_of(household, period).address == "乡里写的"


def test_the_loser_sees_a_phone_masked(cun, xiang, household, period):
    _correct(xiang, household, period, hh_phone="13900009999")
    with pytest.raises(LostRace) as lost:
        _correct(cun, household, period, version=1, hh_phone="13900008888")
    assert lost.value.theirs == {"hh_phone": "139****9999"}


def test_a_race_for_a_member_is_lost_whole(cun, household, period):
    wife = member_named(household, "李四")
    read = versions_of(wife, period)
    _correct_member(cun, wife, period, {"member.work_months": 3})
    before = JournalTx.objects.count()
    with pytest.raises(LostRace) as lost:
        _correct_member(
            cun,
            member_named(household, "李四"),
            period,
            {"person.ethnicity": None, "membership.relation": "other", "member.work_months": 5},
            read,
        )
    assert lost.value.theirs == {"work_months": 3}
    assert (member_named(household, "李四").relation, survey_of(wife, period).work_months) == ("spouse", 3)
    assert JournalTx.objects.count() == before


def test_the_first_archive_of_a_member_is_lost_when_somebody_made_one_meanwhile(cun, household, period):
    later = open_period(cun, "2019")
    wife = member_named(household, "李四")
    _correct_member(cun, wife, later, {"member.work_months": 3})
    with pytest.raises(LostRace):
        _correct_member(cun, wife, later, {"member.work_months": 5}, {"person": 1, "membership": 1, "member": 0})
    assert survey_of(wife, later).work_months == 3


def test_the_totals_follow_a_corrected_income_in_the_same_posting(cun, household, period):
    archive = _correct(cun, household, period, inc_business_yuan=Decimal("3000.00"), exp_business_yuan=Decimal("600.00"))
    assert (archive.inc_total_yuan, archive.inc_net_yuan, archive.inc_net_pc_yuan) == (
        Decimal("12000.00"),
        Decimal("11400.00"),
        Decimal("3800.00"),
    )
    positions = {change.position for change in history(type(archive), archive.pk)[1:]}
    assert len(positions) == 1


def test_unknown_is_written_as_unknown(cun, household, period):
    _correct(cun, household, period, address=None, hh_phone=None)
    archive = archive_of(household, period)
    assert (archive.address, archive.hh_phone) == (None, None)


def test_the_same_correction_sent_twice_is_one_correction(cun, household, period):
    _correct(cun, household, period, key="f-1", address="二组3号")
    with pytest.raises(AlreadyPosted):
        _correct(cun, household, period, key="f-1", address="三组4号")
    assert archive_of(household, period).address == "二组3号"


@pytest.mark.parametrize(("who", "relation"), [("张三", "spouse"), ("李四", "head")])
def test_the_head_is_not_changed_by_a_correction(cun, household, period, who, relation):
    with pytest.raises(NoHead):
        _correct_member(cun, member_named(household, who), period, {"membership.relation": relation})


def test_a_member_without_an_archive_of_the_period_gets_one(cun, household, period):
    later = open_period(cun, "2019")
    wife = member_named(household, "李四")
    _correct_member(cun, wife, later, {"member.work_months": 2})
    assert MemberPeriod.objects.get(person=wife.person_id, period=later).work_months == 2
    assert survey_of(wife, period).work_months == 0


def test_a_member_who_left_is_not_corrected(cun, household, period):
    son = member_named(household, "张小三")
    leave_member(
        by=cun,
        at=AT,
        cause=CAUSE,
        membership=son,
        period=period,
        version=son.version,
        reason="moved_out",
        on=date(2018, 5, 1),
        proof="户口迁移证",
    )
    with pytest.raises(NotInHousehold):
        _correct_member(cun, son, period, {"member.work_months": 1})


def test_a_raw_write_inside_a_posting_does_not_fool_the_next_editor(cun, household, period):
    archive = archive_of(household, period)
    with pen(cun):
        type(archive).objects.filter(pk=archive.pk).update(address="批量", version=archive.version + 1)
    with pytest.raises(LostRace):
        _correct(cun, household, period, version=archive.version, address="旧页面")
