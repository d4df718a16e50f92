"""Putting a household on the register (新识别纳入): who may, who may not, and what stands afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Person
from taizhang.households.sealing import digest_of
from taizhang.households.services.refusals import AlreadyOnRegister, BadFacts, NoHead, PeriodFrozen
from taizhang.journal.models import JournalEntry, JournalTx
from taizhang.journal.posting import AlreadyPosted
from taizhang.journal.replay import replay
from tests.cast import NEXT_VILLAGE, VILLAGE
from tests.households.families import (
    HEAD_NO,
    HOUSE,
    SON_NO,
    archive_of,
    enroll,
    freeze,
    member,
    member_named,
    open_period,
    survey_of,
)
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(cun):
    return open_period(cun)


def _counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Household, HouseholdPeriod, Person, Membership, MemberPeriod))


def test_the_village_team_puts_a_family_on_the_register(cun, period):
    household = enroll(cun, period)
    archive = archive_of(household, period)
    assert _counts() == (1, 1, 3, 3, 3)
    assert (archive.head_name, archive.member_count, archive.area, household.group_name) == ("张三", 3, VILLAGE, "一组")
    assert (archive.inc_wage_yuan, archive.inc_net_pc_yuan) == (Decimal("9000.00"), Decimal("3000.00"))
    assert set(Membership.objects.values_list("relation", "state", "open")) == {(r, "active", True) for r in ("head", "spouse", "son")}


def test_one_enrolment_is_one_posting_with_one_entry_a_row(cun, period):
    before = JournalTx.objects.count()
    enroll(cun, period)
    tx = JournalTx.objects.latest("pk")
    assert JournalTx.objects.count() == before + 1
    assert JournalEntry.objects.filter(tx=tx).count() == sum(_counts())
    assert (tx.action, tx.reason, tx.person) == ("test.act", "试办", cun.person_id)


@pytest.mark.parametrize("who", ["lincun", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_who_may_not_put_a_household_of_the_village_on_the_register(request, cun, period, who):
    with pytest.raises(NotPermitted):
        enroll(request.getfixturevalue(who), period)
    assert _counts() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("who", ["cun", "xiang", "xian"])
def test_who_may(request, cun, period, who):
    assert enroll(request.getfixturevalue(who), period).area == VILLAGE


def test_not_into_a_frozen_period(cun, period):
    with pytest.raises(PeriodFrozen):
        enroll(cun, freeze(cun, period))
    assert _counts() == (0, 0, 0, 0, 0)


def test_birth_date_and_sex_come_from_the_number(cun, period):
    enroll(cun, period)
    known = Person.objects.order_by("pk").values_list("name", "birth_date", "sex", "id_length", "id_checked")
    assert list(known)[:2] == [("张三", date(1960, 5, 6), "male", 18, True), ("李四", date(1962, 7, 8), "female", 18, True)]


def test_a_person_without_a_number_is_put_on_the_register_without_one(cun, period):
    enroll(cun, period, members=[member("张三", "head"), member("无名", "son")])
    assert list(Person.objects.values_list("id_no", "id_digest", "birth_date", "id_length")) == [(None, None, None, None)] * 2


def test_typed_figures_that_the_house_computes_are_computed_anyway(cun, period):
    enroll(cun, period, facts=HOUSE | {"household.member_count": 99, "household.inc_net_pc_yuan": Decimal("1.00")})
    archive = HouseholdPeriod.objects.get()
    assert (archive.member_count, archive.inc_net_pc_yuan) == (3, Decimal("3000.00"))


def test_pinyin_and_initials_stand_beside_the_name(cun, period):
    enroll(cun, period)
    assert Person.objects.get(name="张小三").initials == "zxs"


def test_a_household_without_a_head_or_with_two_is_refused(cun, period):
    with pytest.raises(NoHead):
        enroll(cun, period, members=[member("李四", "spouse")])
    with pytest.raises(NoHead):
        enroll(cun, period, members=[member("张三", "head"), member("李四", "head")])
    assert _counts() == (0, 0, 0, 0, 0)


def test_a_member_without_name_or_relation_is_a_finding(cun, period):
    with pytest.raises(BadFacts) as refused:
        enroll(cun, period, members=[member("张三", "head"), {"person.name": None, "membership.relation": None}])
    assert [(f.where.column, f.message) for f in refused.value.findings] == [
        ("person.name", "“姓名”不能为空"),
        ("membership.relation", "“与户主关系”不能为空"),
    ]


def test_two_members_with_the_same_number_are_a_finding(cun, period):
    with pytest.raises(BadFacts) as refused:
        enroll(cun, period, members=[member("张三", "head", HEAD_NO), member("张四", "son", HEAD_NO)])
    assert [f.code for f in refused.value.findings] == ["ID-12"]


def test_a_number_that_stands_in_another_household_is_refused_and_nothing_is_written(cun, period):
    enroll(cun, period)
    before = (_counts(), JournalTx.objects.count())
    with pytest.raises(AlreadyOnRegister):
        enroll(cun, period, members=[member("王五", "head"), member("张小三", "son", SON_NO)])
    assert (_counts(), JournalTx.objects.count()) == before


def test_fifteen_places_and_eighteen_are_the_same_number(cun, period):
    enroll(cun, period)
    old = HEAD_NO[:6] + HEAD_NO[8:17]
    assert digest_of(old) == digest_of(HEAD_NO)
    with pytest.raises(AlreadyOnRegister):
        enroll(cun, period, members=[member("张三", "head", old)])


def test_the_same_request_twice_puts_one_household_on_the_register(cun, period):
    household = enroll(cun, period, idempotency_key="form-1")
    with pytest.raises(AlreadyPosted) as second:
        enroll(cun, period, idempotency_key="form-1")
    assert second.value.result == str(household.pk)
    assert Household.objects.count() == 1


def test_replay_gives_back_every_row_as_it_was_enrolled(cun, period):
    household = enroll(cun, period)
    position = JournalTx.objects.latest("pk").journalreceipt.position
    head = member_named(household, "张三")
    with pen(cun):
        HouseholdPeriod.objects.update(address="改了")
        MemberPeriod.objects.update(work_months=1)
    assert replay(archive_of(household, period), position)["address"] == "一组12号"
    assert replay(survey_of(head, period), position)["work_months"] == "6"
    assert replay(head.person, position)["name"] == "张三"


def test_the_database_itself_keeps_one_person_a_number_one_household_a_person_one_head_and_one_archive(cun, period):
    household = enroll(cun, period)
    head, wife = member_named(household, "张三"), member_named(household, "李四")
    other = enroll(cun, period, area=VILLAGE, members=[member("王五", "head")])
    with pytest.raises(IntegrityError), pen(cun):
        Person.objects.filter(pk=wife.person_id).update(id_digest=head.person.id_digest)
    with pytest.raises(IntegrityError), pen(cun):
        Membership.objects.create(person=wife.person, household=other, relation="other", area=VILLAGE)
    with pytest.raises(IntegrityError), pen(cun):
        Membership.objects.filter(pk=wife.pk).update(relation="head")
    with pytest.raises(IntegrityError), pen(cun):
        HouseholdPeriod.objects.create(household=household, period=period, area=NEXT_VILLAGE)
    with pytest.raises(IntegrityError), pen(cun):
        MemberPeriod.objects.create(person=wife.person, period=period, area=VILLAGE)
