"""Natural increase and decrease (自然增加、自然减少) and change of head (户主变更)."""

from datetime import date

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import HouseholdEvent, HouseholdPeriod, Membership, Person
from taizhang.households.services.family import NoSuchReason, add_member, change_head, digest_known, leave_member
from taizhang.households.services.refusals import (
    AlreadyOnRegister,
    BadFacts,
    LostRace,
    NoHead,
    NoProof,
    NotInHousehold,
    NotInState,
    PeriodFrozen,
)
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.journal.replay import history, replay
from tests.cast import NEXT_VILLAGE
from tests.households.families import (
    AT,
    CAUSE,
    GRANDCHILD_NO,
    SON_NO,
    archive_of,
    enroll,
    freeze,
    member,
    member_named,
    open_period,
    survey_of,
)
from tests.households.states import in_state
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
BORN = member("张小小", "grandson", GRANDCHILD_NO)


@pytest.fixture
def period(cun):
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


def _add(by, household, period, facts=BORN, reason="birth", on=date(2018, 2, 3), **other):
    told = {"facts": facts, "reason": reason, "on": on, "proof": "户口簿"} | other
    return add_member(by=by, at=AT, cause=CAUSE, household=household, period=period, **told)


def _leave(by, membership, period, reason="moved_out", version=None, **other):
    told = {"reason": reason, "on": date(2018, 5, 1), "proof": "户口迁移证"} | other
    return leave_member(by=by, at=AT, cause=CAUSE, membership=membership, period=period, version=version or membership.version, **told)


def _change_head(by, household, period, new_head, relations, versions=None, **other):
    told = {"relations": relations, "versions": versions or {}, "on": date(2018, 6, 1), "proof": "户口簿", "cause": CAUSE} | other
    return change_head(by=by, at=AT, household=household, period=period, new_head=new_head, **told)


def _members(household) -> dict[str, str]:
    return dict(Membership.objects.filter(household=household, open=True).values_list("person__name", "relation"))


def test_a_child_is_born_into_the_household(cun, household, period):
    added = _add(cun, household, period)
    archive = archive_of(household, period)
    assert (added.person.name, added.add_reason, added.add_on, added.state, added.open) == (
        "张小小",
        "birth",
        date(2018, 2, 3),
        "active",
        True,
    )
    assert (archive.member_count, str(archive.inc_net_pc_yuan)) == (4, "2250.00")
    assert survey_of(added, period).area == household.area


def test_one_increase_is_one_posting(cun, household, period):
    before = JournalTx.objects.count()
    _add(cun, household, period)
    assert JournalTx.objects.count() == before + 1


@pytest.mark.parametrize("who", ["lincun", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_who_may_not_change_a_family(request, household, period, who):
    by, son = request.getfixturevalue(who), member_named(household, "张小三")
    with pytest.raises(NotPermitted):
        _add(by, household, period)
    with pytest.raises(NotPermitted):
        _leave(by, son, period)
    with pytest.raises(NotPermitted):
        _change_head(by, household, period, son, {})
    assert len(_members(household)) == 3


@pytest.mark.parametrize("who", ["cun", "xiang", "xian"])
def test_who_may_change_a_family(request, household, period, who):
    by = request.getfixturevalue(who)
    assert not _leave(by, _add(by, household, period), period).open


def test_not_in_a_frozen_period(cun, household, period):
    freeze(cun, period)
    son = member_named(household, "张小三")
    with pytest.raises(PeriodFrozen):
        _add(cun, household, period)
    with pytest.raises(PeriodFrozen):
        _leave(cun, son, period)
    with pytest.raises(PeriodFrozen):
        _change_head(cun, household, period, son, {})


@pytest.mark.parametrize("reason", ["", "其他", "purged", "death"])
def test_an_increase_has_a_natural_reason(cun, household, period, reason):
    with pytest.raises(NoSuchReason):
        _add(cun, household, period, reason=reason)


@pytest.mark.parametrize("reason", ["", "purged", "birth"])
def test_a_decrease_has_a_natural_reason(cun, household, period, reason):
    with pytest.raises(NoSuchReason):
        _leave(cun, member_named(household, "张小三"), period, reason=reason)


def test_a_second_head_is_not_added(cun, household, period):
    with pytest.raises(NoHead):
        _add(cun, household, period, facts=member("王五", "head"))


def test_a_nameless_member_is_a_finding(cun, household, period):
    with pytest.raises(BadFacts):
        _add(cun, household, period, facts={"membership.relation": "son"})
    assert len(_members(household)) == 3


def test_a_closed_household_takes_nobody(cun, household, period):
    with pen(cun):
        type(household).objects.filter(pk=household.pk).update(closed="vanished", closed_on=date(2018, 1, 1))
    household.refresh_from_db()
    with pytest.raises(NotInHousehold):
        _add(cun, household, period)


def test_a_number_that_stands_in_this_or_another_household_is_refused(cun, household, period):
    other = enroll(cun, period, members=[member("王五", "head")])
    before = JournalTx.objects.count()
    with pytest.raises(AlreadyOnRegister):
        _add(cun, household, period, facts=member("张小三", "son", SON_NO))
    with pytest.raises(AlreadyOnRegister):
        _add(cun, other, period, facts=member("张小三", "other", SON_NO))
    assert JournalTx.objects.count() == before


def test_a_member_leaves(cun, household, period):
    son = _leave(cun, member_named(household, "张小三"), period, reason="death")
    assert (son.open, son.state, son.drop_reason, son.drop_on) == (False, "dead", "death", date(2018, 5, 1))
    assert archive_of(household, period).member_count == 2
    assert _members(household) == {"张三": "head", "李四": "spouse"}


@pytest.mark.parametrize(
    ("reason", "state"), [("death", "dead"), ("moved_out", "moved_out"), ("marriage_out", "reduced"), ("prison", "reduced")]
)
def test_the_reason_says_the_state(cun, household, period, reason, state):
    assert _leave(cun, member_named(household, "张小三"), period, reason=reason).state == state


def test_a_member_leaves_once(cun, household, period):
    son = _leave(cun, member_named(household, "张小三"), period)
    with pytest.raises(NotInHousehold):
        _leave(cun, son, period)


def test_leaving_on_a_stale_page_is_a_lost_race(cun, household, period):
    son = member_named(household, "张小三")
    with pen(cun):
        Membership.objects.filter(pk=son.pk).update(relation="other", version=2)
    with pytest.raises(LostRace) as lost:
        _leave(cun, son, period, version=1)
    assert lost.value.theirs["open"] is True
    assert member_named(household, "张小三").open


def test_a_head_leaves_only_with_a_new_head(cun, household, period):
    head = member_named(household, "张三")
    with pytest.raises(NoHead):
        _leave(cun, head, period, reason="death")
    with pytest.raises(NoHead):
        _leave(cun, head, period, reason="death", new_head=member_named(household, "李四"))
    assert len(_members(household)) == 3


def test_a_head_leaves_and_another_stands_in_his_place(cun, household, period):
    wife, son = member_named(household, "李四"), member_named(household, "张小三")
    _leave(cun, member_named(household, "张三"), period, reason="death", new_head=wife, relations={son.pk: "son"})
    archive = archive_of(household, period)
    assert _members(household) == {"李四": "head", "张小三": "son"}
    assert (archive.head_name, archive.head_initials, archive.member_count) == ("李四", "ls", 2)


def test_the_last_member_leaves_alone(cun, period):
    household = enroll(cun, period, members=[member("王五", "head")])
    _leave(cun, member_named(household, "王五"), period, reason="death")
    archive = archive_of(household, period)
    assert (_members(household), archive.member_count, archive.head_name) == ({}, 0, "")


def test_who_left_and_comes_back_is_the_same_person(cun, household, period):
    _leave(cun, member_named(household, "张小三"), period)
    back = _add(cun, household, period, facts=member("张小三", "son", SON_NO, work_months=2), reason="released")
    survey = survey_of(back, period)
    assert Person.objects.filter(name="张小三").count() == 1
    assert (back.open, Membership.objects.filter(person=back.person_id).count()) == (True, 2)
    assert (survey.work_months, survey.version) == (2, 2)
    assert archive_of(household, period).member_count == 3


def test_who_comes_back_untold_keeps_what_was_surveyed(cun, household, period):
    _leave(cun, member_named(household, "张小三"), period)
    back = _add(cun, household, period, facts=member("张小三", "son", SON_NO), reason="released")
    assert survey_of(back, period).work_months == 11


def test_who_moves_to_another_village_is_found_there(cun, lincun, household, period):
    _leave(cun, member_named(household, "张小三"), period)
    other = enroll(lincun, period, area=NEXT_VILLAGE, members=[member("赵六", "head")])
    moved = _add(lincun, other, period, facts=member("张小三", "son_in_law", SON_NO), reason="marriage_in")
    assert (moved.area, moved.person.area, survey_of(moved, period).area) == (NEXT_VILLAGE,) * 3
    assert Membership.objects.filter(person=moved.person_id, open=True).count() == 1


def test_the_same_increase_sent_twice_adds_one_member(cun, household, period):
    added = _add(cun, household, period, idempotency_key="b-1")
    with pytest.raises(AlreadyPosted) as second:
        _add(cun, household, period, idempotency_key="b-1")
    assert second.value.result == str(added.pk)
    assert len(_members(household)) == 4


def test_a_change_of_head_states_every_relation_anew(cun, household, period):
    head, wife, son = (member_named(household, name) for name in ("张三", "李四", "张小三"))
    _change_head(cun, household, period, son, {head.pk: "father", wife.pk: "mother"})
    archive = archive_of(household, period)
    assert _members(household) == {"张小三": "head", "张三": "father", "李四": "mother"}
    assert (archive.head_name, archive.head_initials, archive.version) == ("张小三", "zxs", 2)
    assert history(Membership, head.pk)[-1].changed["relation"] == ("head", "father")


def test_a_change_of_head_leaves_no_relation_out(cun, household, period):
    head, son = member_named(household, "张三"), member_named(household, "张小三")
    with pytest.raises(NoHead, match="还有1名成员"):
        _change_head(cun, household, period, son, {head.pk: "father"})


def test_two_heads_are_refused(cun, household, period):
    head, wife, son = (member_named(household, name) for name in ("张三", "李四", "张小三"))
    with pytest.raises(NoHead):
        _change_head(cun, household, period, son, {head.pk: "head", wife.pk: "mother"})


def test_the_new_head_is_one_of_the_household(cun, household, period):
    other = enroll(cun, period, members=[member("王五", "head")])
    with pytest.raises(NotInHousehold):
        _change_head(cun, household, period, member_named(other, "王五"), {})


def test_a_change_of_head_on_a_stale_page_is_lost_whole(cun, household, period):
    head, wife, son = (member_named(household, name) for name in ("张三", "李四", "张小三"))
    with pen(cun):
        Membership.objects.filter(pk=wife.pk).update(version=5)
    with pytest.raises(LostRace):
        _change_head(cun, household, period, son, {head.pk: "father", wife.pk: "mother"}, {head.pk: 1, wife.pk: 1, son.pk: 1})
    assert _members(household)["张三"] == "head"


def test_replay_gives_the_family_back_as_it_was(cun, household, period):
    son = member_named(household, "张小三")
    before = JournalTx.objects.latest("pk").journalreceipt.position
    _leave(cun, son, period, reason="death")
    stood = replay(son, before)
    assert (stood["open"], stood["relation"], stood["state"], stood["drop_on"]) == ("1", "son", "active", None)


def test_a_number_is_known_wherever_it_stands(cun, household):
    assert digest_known(SON_NO)
    assert not digest_known(GRANDCHILD_NO)


def test_an_increase_and_a_decrease_keep_their_papers(cun, household, period):
    added = _add(cun, household, period, proof="出生医学证明")
    gone = _leave(cun, member_named(household, "张小三"), period, reason="death", proof="死亡证明")
    assert (added.add_proof, gone.drop_proof) == ("出生医学证明", "死亡证明")


def test_no_day_to_come_and_no_leaving_before_coming(cun, household, period):
    with pytest.raises(NoProof, match="晚于今天"):
        _add(cun, household, period, on=date(2030, 1, 1))
    added = _add(cun, household, period)
    with pytest.raises(NoProof, match="早于此人的增加日期"):
        _leave(cun, added, period, on=date(2018, 1, 1))


def test_a_split_is_an_act_of_its_own_and_no_natural_decrease(cun, household, period):
    with pytest.raises(NoSuchReason):
        _leave(cun, member_named(household, "张小三"), period, reason="split")


def test_a_change_of_head_is_told_of_with_its_paper(cun, household, period):
    head, wife, son = (member_named(household, name) for name in ("张三", "李四", "张小三"))
    _change_head(cun, household, period, son, {head.pk: "father", wife.pk: "mother"})
    event = HouseholdEvent.objects.get()
    assert (event.operation, event.on, event.proof, event.reason) == ("change_head", date(2018, 6, 1), "户口簿", "试办")


@pytest.mark.parametrize("missing", [{"proof": " "}, {"on": date(2030, 1, 1)}])
def test_no_family_changes_without_its_paper_or_on_a_day_to_come(cun, household, period, missing):
    head, wife, son = (member_named(household, name) for name in ("张三", "李四", "张小三"))
    before = JournalTx.objects.count()
    with pytest.raises(NoProof):
        _add(cun, household, period, **missing)
    with pytest.raises(NoProof):
        _leave(cun, son, period, **missing)
    with pytest.raises(NoProof):
        _change_head(cun, household, period, son, {head.pk: "father", wife.pk: "mother"}, **missing)
    assert JournalTx.objects.count() == before


def test_a_change_of_head_has_its_reason_and_a_household_that_stands(cun, household, period):
    son = member_named(household, "张小三")
    with pytest.raises(NoProof, match="原因"):
        _change_head(cun, household, period, son, {}, cause=Cause("head.change"))
    closed = in_state(cun, household, period, "closed").household
    with pytest.raises(NotInState, match="已经销户"):
        _change_head(cun, closed, period, son, {})


def test_a_newer_open_period_follows_the_family_and_a_frozen_one_does_not(cun, household, period):
    newer, frozen = open_period(cun, "2019"), open_period(cun, "2020")
    with pen(cun):
        for each in (newer, frozen):
            HouseholdPeriod.objects.create(household=household, period=each, area=household.area, member_count=3, head_name="张三")
    freeze(cun, frozen)
    _leave(cun, member_named(household, "张小三"), period)
    counts = [archive_of(household, each).member_count for each in (period, newer, frozen)]
    assert counts == [2, 2, 3]
