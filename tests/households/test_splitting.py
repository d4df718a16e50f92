"""Splitting and merging households (分户、合户): who goes where, which number stays, and that nobody joins or leaves the register."""

from datetime import date

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import Household, HouseholdEvent, HouseholdPeriod, MemberPeriod, Membership, Person
from taizhang.households.services.refusals import LockedField, LostRace, NoHead, NoProof, NotInHousehold, NotInState, PeriodFrozen
from taizhang.households.services.splitting import INHERITED, merge_households, older_first, split_household
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.journal.replay import replay
from tests.cast import NEXT_VILLAGE
from tests.households.families import AT, archive_of, enroll, freeze, member, member_named, open_period
from tests.households.states import in_state
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
WHY = Cause("household.split", "子女成家另立门户")
ON = date(2018, 6, 1)
OTHERS = [member("王五", "head", phone="13900002222"), member("赵六", "spouse")]


@pytest.fixture
def period(cun):
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


@pytest.fixture
def other(cun, household, period):
    """A second household of the village, which came later."""
    return enroll(cun, period, members=OTHERS)


def split(by, household, period, leaving=("张小三",), head="张小三", **other):
    going = other.pop("going", None) or [member_named(household, name) for name in leaving]
    told = {"relations": {}, "versions": {m.pk: m.version for m in going}, "on": ON, "proof": "分户申请、户口簿"} | other
    new_head = next((m for m in going if m.person.name == head), None) or member_named(household, head)
    return split_household(
        by=by, at=AT, cause=told.pop("cause", WHY), household=household, period=period, leaving=going, new_head=new_head, **told
    )


def merge(by, first, second, period, relations=("other", "other"), **other):
    coming = list(Membership.objects.filter(household=older_first(first, second)[1], open=True).order_by("pk"))
    told = {
        "relations": {m.pk: relation for m, relation in zip(coming, relations, strict=False)},
        "versions": {m.pk: m.version for m in coming},
        "household_versions": {h.pk: h.version for h in (first, second)},
        "on": ON,
        "proof": "合户申请",
    } | other
    return merge_households(
        by=by, at=AT, cause=Cause("household.merge", "老人随子女生活"), first=first, second=second, period=period, **told
    )


def family_of(household) -> dict[str, str]:
    return dict(Membership.objects.filter(household=household, open=True).values_list("person__name", "relation"))


def persons_in_households() -> set[int]:
    return set(Membership.objects.filter(open=True).values_list("person_id", flat=True))


def test_a_son_leaves_with_a_household_and_a_number_of_his_own(xian, household, period):
    everyone = persons_in_households()
    new = split(xian, household, period)
    assert (family_of(household), family_of(new)) == ({"张三": "head", "李四": "spouse"}, {"张小三": "head"})
    assert new.household_no not in ("", household.household_no)
    assert persons_in_households() == everyone
    assert Person.objects.count() == 3
    assert (archive_of(household, period).member_count, archive_of(new, period).member_count) == (2, 1)
    assert (archive_of(new, period).head_name, archive_of(new, period).head_initials) == ("张小三", "zxs")


def test_the_new_archive_inherits_what_the_household_is_and_nothing_that_must_be_surveyed(xian, household, period):
    in_state(xian, household, period, "returned", main_cause="illness", first_identified_on="2014", land_farm_mu="3.20", returned_on="2017")
    old, new = archive_of(household, period), archive_of(split(xian, household, period), period)
    assert [getattr(new, name) for name in INHERITED] == [getattr(old, name) for name in INHERITED]
    assert (new.land_farm_mu, new.inc_wage_yuan, new.draft) == (None, None, True)


def test_facts_told_at_the_split_stand_in_the_new_archive(xian, household, period):
    assert archive_of(split(xian, household, period, facts={"address": "三组1号"}), period).address == "三组1号"
    assert archive_of(household, period).address == "一组12号"


def test_a_locked_fact_is_not_changed_by_the_way(xian, household, period):
    with pytest.raises(LockedField):
        split(xian, household, period, facts={"hh_attr": "dibao"})


def test_the_memberships_say_when_why_and_on_what_paper(xian, household, period):
    before = member_named(household, "张小三")
    new = split(xian, household, period)
    before.refresh_from_db()
    after = member_named(new, "张小三")
    assert (before.open, before.drop_reason, before.drop_on, before.drop_proof) == (False, "split", ON, "分户申请、户口簿")
    assert (after.add_on, after.add_proof, after.add_reason, after.identified_on) == (ON, "分户申请、户口簿", None, before.identified_on)
    assert MemberPeriod.objects.filter(person=after.person_id, period=period).count() == 1


def test_a_head_who_leaves_is_followed_by_a_head_who_stays(xian, household, period):
    wife, son = member_named(household, "李四"), member_named(household, "张小三")
    with pytest.raises(NoHead, match="留下的成员"):
        split(xian, household, period, leaving=("张三",), head="张三")
    new = split(xian, household, period, leaving=("张三",), head="张三", head_who_stays=wife, relations={son.pk: "son"})
    assert (family_of(household), family_of(new)) == ({"李四": "head", "张小三": "son"}, {"张三": "head"})


def test_everyone_who_goes_has_a_relation_to_the_new_head(xian, household, period):
    with pytest.raises(NoHead, match="与户主的关系"):
        split(xian, household, period, leaving=("张小三", "李四"))
    wife = member_named(household, "李四")
    new = split(xian, household, period, leaving=("张小三", "李四"), relations={wife.pk: "mother"})
    assert family_of(new) == {"张小三": "head", "李四": "mother"}


@pytest.mark.parametrize(("leaving", "head"), [((), "张小三"), (("张三", "李四", "张小三"), "张小三")])
def test_somebody_goes_and_somebody_stays(xian, household, period, leaving, head):
    with pytest.raises(NotInHousehold):
        split(xian, household, period, leaving=leaving, head=head)


def test_the_new_head_is_one_who_goes(xian, household, period):
    with pytest.raises(NoHead):
        split(xian, household, period, head="李四")


def test_a_member_of_another_household_does_not_go(xian, household, other, period):
    stranger = member_named(other, "赵六")
    with pytest.raises(NotInHousehold):
        split_household(
            by=xian,
            at=AT,
            cause=WHY,
            household=household,
            period=period,
            leaving=[stranger],
            new_head=stranger,
            relations={},
            versions={},
            on=ON,
            proof="分户申请",
        )


@pytest.mark.parametrize("who", ["cun", "xiang", "lincun", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_who_may_not_split_or_merge(request, household, other, period, who):
    by = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        split(by, household, period)
    with pytest.raises(NotPermitted):
        merge(by, household, other, period)
    assert Household.objects.count() == 2


@pytest.mark.parametrize("missing", [{"proof": " "}, {"cause": Cause("household.split")}, {"on": date(2027, 1, 1)}])
def test_a_split_has_its_reason_its_paper_and_a_day_that_has_come(xian, household, period, missing):
    with pytest.raises(NoProof):
        split(xian, household, period, **missing)


@pytest.mark.parametrize("state", ["closed"])
def test_a_closed_household_is_not_split_or_merged(xian, household, other, period, state):
    in_state(xian, household, period, state)
    with pytest.raises(NotInState):
        split(xian, household, period)
    with pytest.raises(NotInState):
        merge(xian, household, other, period)


def test_not_in_a_frozen_period(xian, household, other, period):
    freeze(xian, period)
    with pytest.raises(PeriodFrozen):
        split(xian, household, period)
    with pytest.raises(PeriodFrozen):
        merge(xian, household, other, period)


def test_not_in_a_period_that_a_newer_archive_follows(xian, household, period):
    newer = open_period(xian, "2019")
    with pytest.raises(NotInState, match="没有档案"):
        split(xian, household, newer)
    with pen(xian):
        HouseholdPeriod.objects.create(household=household, period=newer, area=household.area)
    with pytest.raises(NotInState, match="2019年度"):
        split(xian, household, period)


def test_a_split_from_a_stale_page_is_lost_whole(xian, household, period):
    son = member_named(household, "张小三")
    with pen(xian):
        Membership.objects.filter(pk=son.pk).update(version=7)
    before = JournalTx.objects.count()
    with pytest.raises(LostRace):
        split(xian, household, period, versions={son.pk: 1})
    assert (JournalTx.objects.count(), Household.objects.count()) == (before, 1)


def test_a_split_is_one_posting_told_of_once_and_replay_gives_the_family_back(xian, household, period):
    son = member_named(household, "张小三")
    before, position = JournalTx.objects.count(), JournalTx.objects.latest("pk").journalreceipt.position
    new = split(xian, household, period, idempotency_key="s-1")
    event = HouseholdEvent.objects.get()
    assert JournalTx.objects.count() == before + 1
    assert (event.operation, event.household, event.other, event.proof) == ("split", household, new, "分户申请、户口簿")
    assert (replay(son, position)["open"], replay(new, position)) == ("1", None)
    with pytest.raises(AlreadyPosted) as second:
        split(xian, household, period, idempotency_key="s-1", going=[son])
    assert second.value.result == str(new.pk)


@pytest.mark.parametrize("way", [(0, 1), (1, 0)])
def test_the_older_number_survives_a_merge_whichever_way_it_is_asked(xian, household, other, period, way):
    both = (household, other)
    everyone = persons_in_households()
    kept = merge(xian, both[way[0]], both[way[1]], period)
    other.refresh_from_db()
    assert kept.household_no == household.household_no
    assert family_of(household) == {"张三": "head", "李四": "spouse", "张小三": "son", "王五": "other", "赵六": "other"}
    assert (other.closed, other.closed_on, family_of(other)) == ("merged", ON, {})
    assert persons_in_households() == everyone
    assert archive_of(household, period).member_count == 5


def test_a_merged_household_is_valid_no_more_and_keeps_its_number(xian, household, other, period):
    number = other.household_no
    merge(xian, household, other, period)
    gone = archive_of(other, period)
    event = HouseholdEvent.objects.get()
    assert (gone.valid, gone.member_count, gone.household.household_no) == (False, 0, number)
    assert (event.operation, event.household, event.other, event.after) == ("merge", other, household, "closed")


def test_those_who_come_have_a_relation_to_the_head(xian, household, other, period):
    with pytest.raises(NoHead):
        merge(xian, household, other, period, relations=("other",))
    assert family_of(other) == {"王五": "head", "赵六": "spouse"}


def test_nobody_comes_as_a_second_head(xian, household, other, period):
    with pytest.raises(NoHead, match="一户只能有一名户主"):
        merge(xian, household, other, period, relations=("head", "other"))


def test_households_of_two_states_are_not_merged(xian, household, other, period):
    in_state(xian, other, period, "out_with_policy")
    with pytest.raises(NotInState, match="状态不同"):
        merge(xian, household, other, period)


def test_a_household_is_not_merged_with_itself_or_across_villages(xian, household, period):
    with pytest.raises(NotInState):
        older_first(household, household)
    far = enroll(xian, period, area=NEXT_VILLAGE, members=OTHERS)
    with pytest.raises(NotInState, match="迁移"):
        merge(xian, household, far, period)


def test_a_merge_from_a_stale_page_is_lost_whole(xian, household, other, period):
    with pytest.raises(LostRace):
        merge(xian, household, other, period, household_versions={other.pk: 9})
    assert family_of(other) == {"王五": "head", "赵六": "spouse"}


def test_splitting_and_merging_again_leaves_the_same_persons(xian, household, period):
    everyone = persons_in_households()
    new = split(xian, household, period)
    merge(xian, household, new, period, relations=("son",))
    assert family_of(household) == {"张三": "head", "李四": "spouse", "张小三": "son"}
    assert persons_in_households() == everyone
