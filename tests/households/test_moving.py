"""A household moves to another village (迁移), and the flags that change no state: help suspended, marks."""

from datetime import date

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import (
    CorrectionOrder,
    Household,
    HouseholdEvent,
    HouseholdMark,
    HouseholdPeriod,
    MemberPeriod,
    Membership,
    Person,
)
from taizhang.households.services.family import leave_member
from taizhang.households.services.marking import lift_mark, put_mark, set_help
from taizhang.households.services.moving import NoSuchVillage, move_household
from taizhang.households.services.orders import request_order
from taizhang.households.services.refusals import LostRace, NoProof, NotInState, PeriodFrozen
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.journal.replay import replay
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, TOWNSHIP, VILLAGE
from tests.factories import some_places
from tests.households.families import AT, CAUSE, archive_of, enroll, freeze, member_named, open_period, survey_of
from tests.households.states import ON, in_state
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
WHY = Cause("test.act", "易地搬迁")


@pytest.fixture
def period(cun):
    some_places()
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


def move(by, household, period, **other):
    told = {"version": household.version, "to_area": NEXT_VILLAGE, "on": ON, "proof": "搬迁安置协议", "group": "新组", "cause": WHY} | other
    return move_household(by=by, at=AT, household=household, period=period, **told)


def help_of(by, household, state, **other):
    told = {"version": household.version, "on": ON, "cause": Cause("help.set", "外出经商,收入明显好转")} | other
    return set_help(by=by, at=AT, household=household, help_state=state, **told)


def mark(by, household, **other):
    told = {"kind": "wrong_entry", "on": ON, "proof": "核查记录", "cause": Cause("mark.put", "核查发现")} | other
    return put_mark(by=by, at=AT, household=household, **told)


def test_a_household_moves_with_everything_that_stands_with_it(xiang, xian, household, period):
    mark(xian, household)
    told = {"kind": CorrectionOrder.ATTRIBUTE, "new": {"hh_attr": "dibao_poor"}, "proof": "低保证", "area": TOWNSHIP}
    request_order(by=xiang, at=AT, cause=WHY, household=household, **told)
    move(xiang, household, period)
    moved = (Household, HouseholdPeriod, Membership, MemberPeriod, Person, HouseholdMark, CorrectionOrder)
    assert {model.__name__: set(model.objects.values_list("area", flat=True)) for model in moved} == {
        model.__name__: {NEXT_VILLAGE} for model in moved
    }
    assert household.group_name == "新组"


def test_the_move_is_told_of_with_both_villages(xiang, household, period):
    move(xiang, household, period)
    event = HouseholdEvent.objects.get()
    assert (event.operation, event.area, event.to_area, event.proof, event.reason) == (
        "move",
        VILLAGE,
        NEXT_VILLAGE,
        "搬迁安置协议",
        "易地搬迁",
    )


def test_the_new_village_sees_it_and_the_old_one_no_more(cun, lincun, xiang, household, period):
    move(xiang, household, period)
    assert Household.objects.visible_to(lincun).filter(pk=household.pk).exists()
    assert not Household.objects.visible_to(cun).filter(pk=household.pk).exists()


def test_older_and_frozen_periods_keep_the_old_village(xiang, cun, household, period):
    older = open_period(cun, "2017")
    with pen(cun):
        HouseholdPeriod.objects.create(household=household, period=older, area=VILLAGE)
    move(xiang, household, period)
    assert (archive_of(household, older).area, archive_of(household, period).area) == (VILLAGE, NEXT_VILLAGE)


def test_who_had_left_before_does_not_move(xiang, cun, household, period):
    son = member_named(household, "张小三")
    leave_member(by=cun, at=AT, cause=CAUSE, membership=son, period=period, version=1, reason="marriage_out", on=ON, proof="结婚证")
    move(xiang, household, period)
    assert (Person.objects.get(pk=son.person_id).area, survey_of(son, period).area) == (VILLAGE, VILLAGE)


@pytest.mark.parametrize("who", ["cun", "lincun", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_who_has_not_both_villages_does_not_move_a_household(request, household, period, who):
    with pytest.raises(NotPermitted):
        move(request.getfixturevalue(who), household, period)


@pytest.mark.parametrize("to_area", [VILLAGE, TOWNSHIP, COUNTY, "990101100299"])
def test_a_household_moves_to_another_village_that_stands(xian, household, period, to_area):
    with pytest.raises(NoSuchVillage):
        move(xian, household, period, to_area=to_area)


def test_a_county_does_not_send_a_household_into_another(xian, household, period):
    with pytest.raises(NotPermitted):
        move(xian, household, period, to_area=f"{OTHER_COUNTY[:6]}100201")


@pytest.mark.parametrize("missing", [{"proof": ""}, {"cause": Cause("household.move")}, {"on": date(2030, 1, 1)}])
def test_a_move_has_its_papers(xiang, household, period, missing):
    with pytest.raises(NoProof):
        move(xiang, household, period, **missing)


def test_wrong_state_frozen_period_lost_race_and_a_second_sending(xiang, household, period):
    with pytest.raises(LostRace):
        move(xiang, household, period, version=9)
    move(xiang, household, period, idempotency_key="m-1")
    fresh = Household.objects.get(pk=household.pk)
    fresh.area = VILLAGE
    with pytest.raises(AlreadyPosted):
        move(xiang, fresh, period, idempotency_key="m-1")
    with pytest.raises(PeriodFrozen):
        move(xiang, household, freeze(xiang, period), to_area=VILLAGE)


def test_a_closed_household_does_not_move(xiang, household, period):
    in_state(xiang, household, period, "closed")
    with pytest.raises(NotInState):
        move(xiang, household, period)


def test_a_move_is_one_posting_and_replay_gives_the_village_back(xiang, household, period):
    before, position = JournalTx.objects.count(), JournalTx.objects.latest("pk").journalreceipt.position
    move(xiang, household, period)
    assert JournalTx.objects.count() == before + 1
    assert replay(household, position)["area"] == VILLAGE
    assert replay(member_named(household, "张三").person, position)["area"] == VILLAGE


def test_help_is_suspended_ended_and_resumed_and_nothing_is_deleted(xian, household, period):
    states = [help_of(xian, household, state).help_state for state in ("suspended", "", "ended")]
    events = HouseholdEvent.objects.order_by("pk").values_list("operation", "before", "after")
    assert states == ["suspended", "", "ended"]
    assert list(events) == [("suspend", "", "suspended"), ("suspend", "suspended", ""), ("suspend", "", "ended")]
    assert (household.closed, household.help_changed_on, archive_of(household, period).valid) == ("", ON, True)


def test_help_wrongly_asked_for_is_refused(xian, household, period):
    for state, says in (("", "已经是“正常帮扶”"), ("paused", "请选择")):
        with pytest.raises(NotInState, match=says):
            help_of(xian, household, state)
    with pytest.raises(NoProof):
        help_of(xian, household, "suspended", cause=Cause("help.set"))
    with pytest.raises(LostRace):
        help_of(xian, household, "suspended", version=5)
    in_state(xian, household, period, "closed")
    with pytest.raises(NotInState, match="已经销户"):
        help_of(xian, household, "suspended")


def test_a_mark_stands_until_it_is_lifted_and_may_then_be_put_again(xian, household, period):
    first = mark(xian, household)
    with pytest.raises(NotInState, match="已经有"):
        mark(xian, household)
    lift = {"at": AT, "cause": Cause("mark.lift", "复核无误"), "mark": first, "version": 1}
    with pytest.raises(NotInState, match="早于标注日期"):
        lift_mark(by=xian, **lift, on=date(2018, 1, 1))
    assert lift_mark(by=xian, **lift, on=ON).to_on == ON
    with pytest.raises(NotInState, match="已经取消"):
        lift_mark(by=xian, **(lift | {"version": 2}), on=ON)
    assert mark(xian, household).pk != first.pk


@pytest.mark.parametrize("wrong", [{"kind": "good"}, {"proof": ""}, {"cause": Cause("mark.put")}])
def test_a_mark_has_a_kind_a_reason_and_a_paper(xian, household, period, wrong):
    with pytest.raises((NotInState, NoProof)):
        mark(xian, household, **wrong)


@pytest.mark.parametrize("who", ["cun", "xiang", "lincun", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_only_the_county_suspends_and_marks(request, household, period, who):
    by = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        help_of(by, household, "suspended")
    with pytest.raises(NotPermitted):
        mark(by, household)
