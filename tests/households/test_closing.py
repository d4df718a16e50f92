"""Closing and reopening a household (整户自然销户、清退、重复户删除、恢复)."""

from datetime import date

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import Household, HouseholdEvent, Membership
from taizhang.households.query import HouseholdQuery, households_matching
from taizhang.households.services.acting import state_of
from taizhang.households.services.closing import close_duplicate, purge_household, reopen_household, vanish_household
from taizhang.households.services.family import add_member, change_head, leave_member
from taizhang.households.services.refusals import LostRace, NoDecision, NoProof, NotInHousehold, NotInState, PeriodFrozen
from taizhang.households.services.splitting import merge_households
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.journal.replay import replay
from taizhang.policy.code_lists import code_list
from tests.cast import NEXT_VILLAGE
from tests.households.families import AT, CAUSE, HEAD_NO, archive_of, enroll, freeze, member, member_named, open_period
from tests.households.states import ON, WHY, decision, in_state
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(cun):
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


@pytest.fixture
def empty(cun, period):
    """A household whose only member has died."""
    alone = enroll(cun, period, members=[member("王五", "head")])
    dead = {"reason": "death", "on": date(2018, 5, 1), "proof": "死亡证明"}
    leave_member(by=cun, at=AT, cause=CAUSE, membership=member_named(alone, "王五"), period=period, version=1, **dead)
    return alone


def vanish(by, household, period, **other):
    told = {"version": household.version, "on": ON, "proof": "户口注销证明", "cause": WHY} | other
    return vanish_household(by=by, at=AT, household=household, period=period, **told)


def purge(by, household, period, **other):
    told = {"version": household.version, "decision": decision("purge")} | other
    return purge_household(by=by, at=AT, cause=WHY, household=household, period=period, **told)


def duplicate(by, household, original, period, **other):
    told = {"version": household.version, "decision": decision("delete_duplicate")} | other
    return close_duplicate(by=by, at=AT, cause=WHY, household=household, original=original, period=period, **told)


def reopen(by, household, period, **other):
    told = {"version": household.version, "on": date(2018, 7, 1), "proof": "复核意见", "cause": WHY} | other
    return reopen_household(by=by, at=AT, household=household, period=period, **told)


def family_of(household) -> dict[str, str]:
    return dict(Membership.objects.filter(household=household, open=True).values_list("person__name", "relation"))


def test_a_household_of_which_nobody_is_left_is_closed(xian, empty, period):
    number = empty.household_no
    vanish(xian, empty, period)
    assert (empty.closed, empty.closed_on, empty.household_no) == ("vanished", ON, number)
    assert (archive_of(empty, period).valid, state_of(archive_of(empty, period))) == (False, "closed")


def test_a_household_with_somebody_in_it_does_not_vanish(xian, household, period):
    with pytest.raises(NotInHousehold, match="还有3名在户成员"):
        vanish(xian, household, period)


def test_a_purged_household_goes_with_its_members(xian, household, period):
    purge(xian, household, period)
    left = Membership.objects.filter(household=household)
    assert (household.closed, family_of(household)) == ("purged", {})
    assert set(left.values_list("state", "drop_reason", "drop_on", "drop_proof")) == {("purged_with_household", "purged", ON, "县级审批表")}
    assert archive_of(household, period).member_count == 0


def test_a_duplicate_is_closed_in_favour_of_the_original(sheng, cun, household, period):
    twice = enroll(cun, period, members=[member("张三", "head")])
    duplicate(sheng, twice, household, period)
    event = HouseholdEvent.objects.get()
    assert (twice.closed, event.other, event.operation, event.decision_no) == (
        "duplicate_of",
        household,
        "delete_duplicate",
        "演扶〔2018〕7号",
    )
    assert family_of(household) == {"张三": "head", "李四": "spouse", "张小三": "son"}
    assert Membership.objects.get(household=twice).state == "deleted"


def test_every_closing_leaves_a_reason_of_the_list(xian, sheng, cun, household, empty, period):
    twice = enroll(cun, period, members=[member("张三", "head")])
    vanish(xian, empty, period)
    duplicate(sheng, twice, household, period)
    purge(xian, household, period)
    assert set(Household.objects.values_list("closed", flat=True)) <= set(code_list("close_reason").keys())


def test_a_closed_household_stands_in_no_list_of_its_period(xian, household, period):
    purge(xian, household, period)
    assert not households_matching(xian, HouseholdQuery(period=period.pk)).exists()


def test_the_original_is_another_household_that_stands(sheng, xian, household, empty, period):
    with pytest.raises(NotInState):
        duplicate(sheng, household, household, period)
    vanish(xian, empty, period)
    with pytest.raises(NotInState):
        duplicate(sheng, household, empty, period)


@pytest.mark.parametrize("who", ["cun", "xiang", "lincun", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_who_may_not_close(request, household, empty, period, who):
    by = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        vanish(by, empty, period)
    with pytest.raises(NotPermitted):
        purge(by, household, period)


@pytest.mark.parametrize("who", ["cun", "xiang", "xian", "lincun", "waixian", "shi", "shenji", "guest", "former"])
def test_only_the_province_closes_a_duplicate_and_reopens(request, household, empty, period, who):
    by = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        duplicate(by, household, empty, period)
    in_state(by, household, period, "closed")
    with pytest.raises(NotPermitted):
        reopen(by, household, period)


def test_not_in_a_frozen_period(xian, household, empty, period):
    freeze(xian, period)
    with pytest.raises(PeriodFrozen):
        vanish(xian, empty, period)
    with pytest.raises(PeriodFrozen):
        purge(xian, household, period)


def test_a_closing_has_its_papers(xian, sheng, household, empty, period):
    with pytest.raises(NoProof):
        vanish(xian, empty, period, proof="")
    with pytest.raises(NoProof):
        vanish(xian, empty, period, cause=Cause("household.vanish"))
    with pytest.raises(NoDecision):
        purge(xian, household, period, decision=decision("approve_exit"))
    with pytest.raises(NoDecision):
        duplicate(sheng, household, empty, period, decision=decision("delete_duplicate", number=""))


def test_a_household_is_closed_once(xian, empty, period):
    vanish(xian, empty, period)
    with pytest.raises(NotInState):
        vanish(xian, empty, period)
    with pytest.raises(NotInState):
        purge(xian, empty, period)


def test_closing_from_a_stale_page_is_a_lost_race(xian, household, period):
    before = JournalTx.objects.count()
    with pytest.raises(LostRace):
        purge(xian, household, period, version=9)
    assert (JournalTx.objects.count(), len(family_of(household))) == (before, 3)


def test_closing_is_one_posting_sent_once_and_replay_gives_the_household_back(xian, household, period):
    before, position = JournalTx.objects.count(), JournalTx.objects.latest("pk").journalreceipt.position
    purge(xian, household, period, idempotency_key="c-1")
    assert JournalTx.objects.count() == before + 1
    assert replay(household, position)["closed"] == ""
    assert replay(archive_of(household, period), position)["valid"] == "1"
    fresh = Household.objects.get(pk=household.pk)
    fresh.closed = ""
    with pytest.raises(AlreadyPosted):
        purge(xian, fresh, period, idempotency_key="c-1")


@pytest.mark.parametrize("was", ["poor", "pre_out", "returned", "out_with_policy", "out_no_policy", "none"])
def test_a_reopened_household_is_what_it_was_with_those_who_went_with_it(xian, sheng, household, period, was):
    in_state(xian, household, period, was)
    purge(xian, household, period)
    reopen(sheng, household, period)
    archive = archive_of(household, period)
    assert (household.closed, household.closed_on, archive.valid, state_of(archive)) == ("", None, True, was)
    assert family_of(household) == {"张三": "head", "李四": "spouse", "张小三": "son"}
    assert (archive.member_count, archive.head_name) == (3, "张三")


def test_who_left_before_the_closing_does_not_come_back_with_it(xian, sheng, cun, household, period):
    son = member_named(household, "张小三")
    leave_member(by=cun, at=AT, cause=CAUSE, membership=son, period=period, version=1, reason="death", on=ON, proof="死亡证明")
    purge(xian, household, period)
    reopen(sheng, household, period)
    assert family_of(household) == {"张三": "head", "李四": "spouse"}


def test_who_has_joined_another_household_meanwhile_stays_there(xian, sheng, cun, household, period):
    purge(xian, household, period)
    other = enroll(cun, period, members=[member("王五", "head")])
    joined = member("张三", "other", HEAD_NO)
    add_member(by=cun, at=AT, cause=CAUSE, household=other, period=period, facts=joined, reason="joined", on=ON, proof="申请")
    reopen(sheng, household, period)
    assert family_of(household) == {"李四": "spouse", "张小三": "son"}
    assert family_of(other) == {"王五": "head", "张三": "other"}


@pytest.fixture
def merged(xian, cun, household, period):
    """王五's household, merged into 张三's."""
    other = enroll(cun, period, members=[member("王五", "head"), member("赵六", "spouse")])
    told = {"relations": {m.pk: "other" for m in Membership.objects.filter(household=other)}, "versions": {}, "household_versions": {}}
    merge_households(by=xian, at=AT, cause=WHY, first=household, second=other, period=period, on=ON, proof="合户申请", **told)
    other.refresh_from_db()
    return other


def test_a_household_that_stands_is_not_reopened(sheng, household, period):
    with pytest.raises(NotInState, match="没有销户"):
        reopen(sheng, household, period)


def test_a_merged_household_is_parted_again_by_the_province(sheng, household, merged, period):
    persons = set(Membership.objects.filter(open=True).values_list("person_id", flat=True))
    reopen(sheng, merged, period)
    assert family_of(merged) == {"王五": "head", "赵六": "spouse"}
    assert family_of(household) == {"张三": "head", "李四": "spouse", "张小三": "son"}
    assert set(Membership.objects.filter(open=True).values_list("person_id", flat=True)) == persons
    assert [archive_of(one, period).member_count for one in (household, merged)] == [3, 2]
    assert (merged.closed, archive_of(merged, period).valid, archive_of(merged, period).head_name) == ("", True, "王五")
    event = HouseholdEvent.objects.get(operation="reopen")
    assert (event.household, event.other, event.proof) == (merged, household, "复核意见")


def test_who_left_the_household_that_took_him_in_does_not_come_back_from_it(sheng, cun, household, merged, period):
    gone = member_named(household, "赵六")
    leave_member(by=cun, at=AT, cause=CAUSE, membership=gone, period=period, version=1, reason="death", on=ON, proof="死亡证明")
    reopen(sheng, merged, period)
    assert (family_of(merged), "赵六" in family_of(household)) == ({"王五": "head"}, False)


def test_who_is_head_of_the_household_that_took_him_in_is_named(sheng, cun, household, merged, period):
    head = member_named(household, "王五")
    told = {m.pk: "other" for m in Membership.objects.filter(household=household, open=True).exclude(pk=head.pk)}
    change_head(
        by=cun, at=AT, cause=CAUSE, household=household, period=period, new_head=head, relations=told, versions={}, on=ON, proof="户口簿"
    )
    before = JournalTx.objects.count()
    with pytest.raises(NotInState, match="王五现在是合并后的户"):
        reopen(sheng, merged, period)
    assert JournalTx.objects.count() == before


def test_a_household_whose_taker_is_closed_too_waits_for_it(xian, sheng, household, merged, period):
    purge(xian, household, period)
    with pytest.raises(NotInState, match="也已销户"):
        reopen(sheng, merged, period)
    reopen(sheng, household, period)
    reopen(sheng, merged, period)
    assert family_of(merged) == {"王五": "head", "赵六": "spouse"}


def test_a_household_whose_taker_has_moved_away_waits_for_it(sheng, household, merged, period):
    with pen(sheng):
        Household.objects.filter(pk=household.pk).update(area=NEXT_VILLAGE)
    with pytest.raises(NotInState, match="迁到别的村"):
        reopen(sheng, merged, period)
