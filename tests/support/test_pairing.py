"""Pairing households with helpers (结对调整): may and may not, ends and new rows, refusals, races, what the journal gives back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import Household, OperationWindow
from taizhang.households.services.refusals import LostRace, OutsideWindow
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted, newest_position
from taizhang.journal.replay import history, replay
from taizhang.support.models import Pairing
from taizhang.support.query import history_of, warnings_on, with_helper, without_helper
from taizhang.support.services.helping import correct_helper
from taizhang.support.services.pairing import end_pairing, open_pairings, pair_households, withdraw_pairing
from taizhang.support.services.refusals import EndBeforeStart, HelperEnded, HouseholdClosed, InFuture, PairingEnded, PairingOverlaps
from tests.cast import START, TOWNSHIP
from tests.factories import a_household, id_number
from tests.journal.acts import broken, pen
from tests.support.cadres import CAUSE, ON, a_helper, a_unit, pair

pytestmark = pytest.mark.django_db
LATER, DAY = date(2025, 9, 1), timedelta(days=1)


def rows(household):
    """Who helped a household from when to when, the oldest first."""
    return [(p.helper.helper_name, p.from_on, p.to_on, p.valid) for p in reversed(history_of(household.pk))]


def test_many_households_are_paired_in_one_posting(xiang, helper, households):
    before = JournalTx.objects.count()
    done = pair(xiang, helper, *households)
    assert (done.new, done.changed, done.same, JournalTx.objects.count() - before) == (3, 0, 0, 1)
    assert {(p.household_id, p.from_on, p.to_on) for p in Pairing.objects.all()} == {(h.pk, ON, None) for h in households}


def test_however_many_households_the_questions_are_the_same(xiang, helper, households, django_assert_max_num_queries):
    seen = {p.pk: p.version for p in open_pairings([h.pk for h in households])}
    with django_assert_max_num_queries(18):
        pair(xiang, helper, *households, seen=seen)


def test_a_change_ends_the_old_row_and_adds_a_new_one(xiang, helper, other, households):
    pair(xiang, helper, households[0])
    done = pair(xiang, other, *households[:2], on=LATER)
    assert (done.new, done.changed) == (1, 1)
    assert rows(households[0]) == [("方国庆", ON, LATER, True), ("伍建华", LATER, None, True)]


def test_of_the_old_row_only_the_last_day_changes_and_the_journal_gives_it_back(xiang, helper, other, households):
    pair(xiang, helper, households[0])
    old = Pairing.objects.get()
    pair(xiang, other, households[0], on=LATER)
    last = history(Pairing, old.pk)[-1]
    assert last.changed == {"to_on": (None, str(LATER)), "version": ("1", "2")}
    assert replay(old, last.position - 1)["to_on"] is None


def test_who_is_his_already_stays_his(xiang, helper, households):
    pair(xiang, helper, households[0])
    assert (pair(xiang, helper, *households[:2], on=LATER).same, rows(households[0])) == (1, [("方国庆", ON, None, True)])


@pytest.mark.parametrize("who", ["xiang", "xian"])
def test_who_may_pair(request, helper, households, who):
    assert pair(request.getfixturevalue(who), helper, *households).new == 3


@pytest.mark.parametrize("who", ["cun", "lincun", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_who_may_not_pair_end_or_withdraw(request, xiang, helper, households, who):
    user = request.getfixturevalue(who)
    pair(xiang, helper, households[0])
    with pytest.raises(NotPermitted):
        pair(user, helper, *households)
    with pytest.raises(NotPermitted):
        end_pairing(by=user, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1, on=LATER)
    with pytest.raises(NotPermitted):
        withdraw_pairing(by=user, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1)


def test_one_household_outside_the_area_refuses_them_all(xiang, helper, households):
    foreign = a_household("990102100201", "外县户", serial=9)
    with pytest.raises(NotPermitted):
        pair(xiang, helper, *households, foreign)
    assert Pairing.objects.count() == 0


def test_a_pairing_ends_without_a_successor(xiang, helper, households):
    pair(xiang, helper, households[0])
    ended = end_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1, on=LATER)
    assert (ended.to_on, ended.version) == (LATER, 2)


def test_a_pairing_that_ended_does_not_end_again(xiang, helper, households):
    pair(xiang, helper, households[0])
    ended = end_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1, on=LATER)
    with pytest.raises(PairingEnded):
        end_pairing(by=xiang, at=START, cause=CAUSE, pairing=ended, version=2, on=LATER)


def test_an_end_before_the_start_is_refused(xiang, helper, households):
    pair(xiang, helper, households[0])
    with pytest.raises(EndBeforeStart):
        end_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1, on=ON - timedelta(days=1))


def test_a_day_that_is_not_yet_is_refused(xiang, helper, households):
    tomorrow = timezone.localdate(START) + timedelta(days=1)
    with pytest.raises(InFuture):
        pair(xiang, helper, *households, on=tomorrow)
    pair(xiang, helper, households[0])
    with pytest.raises(InFuture):
        end_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1, on=tomorrow)


def test_a_start_on_days_that_another_had_is_refused_and_names_the_household(xiang, helper, other, households):
    pair(xiang, helper, households[0], on=LATER)
    with pytest.raises(PairingOverlaps, match=households[0].household_no):
        pair(xiang, other, *households, on=ON)
    assert Pairing.objects.count() == 1


def test_another_capacity_does_not_overlap(xiang, helper, other, households):
    pair(xiang, helper, households[0])
    pair(xiang, other, households[0], role="contact", seen={})
    assert sorted(Pairing.objects.values_list("pairing_role", flat=True)) == ["contact", "responsible"]


def test_what_was_entered_by_mistake_is_withdrawn_and_leaves_room(xiang, helper, other, households):
    pair(xiang, helper, households[0])
    withdraw_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1)
    pair(xiang, other, households[0])
    assert rows(households[0]) == [("方国庆", ON, None, False), ("伍建华", ON, None, True)]
    with pytest.raises(PairingEnded):
        withdraw_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(valid=False), version=2)


def test_a_helper_out_of_office_gets_no_household(xiang, helper, households):
    gone = correct_helper(by=xiang, at=START, cause=CAUSE, helper=helper, version=1, unit=None, facts={}, ended_on=ON)
    with pytest.raises(HelperEnded):
        pair(xiang, gone, households[0])


def test_a_closed_household_is_not_paired(xiang, helper, households):
    with pen(xiang):
        Household.objects.filter(pk=households[0].pk).update(closed="vanished")
    with pytest.raises(HouseholdClosed, match=households[0].household_no):
        pair(xiang, helper, *households)


def test_who_decided_on_what_no_longer_stands_loses(xiang, xian, helper, other, households):
    seen = {p.pk: p.version for p in open_pairings([h.pk for h in households])}
    pair(xian, other, households[0])
    with pytest.raises(LostRace):
        pair(xiang, helper, *households, seen=seen)
    pairing = Pairing.objects.get()
    end_pairing(by=xian, at=START, cause=CAUSE, pairing=pairing, version=1, on=LATER)
    with pytest.raises(LostRace):
        withdraw_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1)


@pytest.fixture
def acts(xiang, helper, other, households):
    """A change, an end and a withdrawal of a pairing that stands."""
    pair(xiang, helper, households[0])
    told = {"by": xiang, "at": START, "cause": CAUSE, "version": 1}
    return {
        "change": lambda: pair(xiang, other, households[0], on=LATER),
        "end": lambda: end_pairing(pairing=Pairing.objects.get(), on=LATER, **told),
        "withdraw": lambda: withdraw_pairing(pairing=Pairing.objects.get(), **told),
    }


@pytest.mark.parametrize("act", ["change", "end", "withdraw"])
def test_outside_the_window_of_pairings_none_is_changed(sheng, acts, act):
    with pen(sheng):
        OperationWindow.objects.create(operation="pair", area=TOWNSHIP, opens_at=START - 9 * DAY, closes_at=START - DAY)
    with pytest.raises(OutsideWindow, match="结对调整"):
        acts[act]()
    assert Pairing.objects.get().version == 1


@pytest.mark.parametrize("act", ["change", "end", "withdraw"])
def test_the_journal_gives_a_pairing_back_as_it_was_and_as_it_is(acts, act):
    row, position = Pairing.objects.get(), newest_position()
    acts[act]()
    assert [replay(row, at)["version"] for at in (position, newest_position())] == ["1", "2"]
    assert broken() == []


def test_the_same_request_twice_has_the_effect_of_once(xiang, helper, households):
    told = {"by": xiang, "at": START, "cause": CAUSE, "area": TOWNSHIP, "helper": helper, "on": ON, "seen": {}, "idempotency_key": "k1"}
    pair_households(households=households, **told)
    with pytest.raises(AlreadyPosted):
        pair_households(households=households, **told)
    assert Pairing.objects.count() == 3


def test_who_has_no_helper_on_a_day(xiang, helper, households):
    pair(xiang, helper, households[0])
    end_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1, on=LATER)
    pair(xiang, helper, households[1], role="contact", seen={})
    alone = {day: set(without_helper(Household.objects.all(), day, household="pk")) for day in (ON, LATER)}
    assert alone == {ON: set(households[1:]), LATER: set(households)}
    assert set(with_helper(Household.objects.all(), ON, household="pk")) == {households[0]}


def test_warnings_are_said_and_do_not_stop(xiang, households):
    unit = a_unit(xiang)
    poor = a_helper(xiang, "钱明珍", unit=unit, helper_id_no=id_number(1))
    said = warnings_on(poor, range(1000, 1011), xiang, ON)
    assert [(f.code, f.severity.value) for f in said] == [("HL-02", "W"), ("HL-03", "W")]
    assert warnings_on(a_helper(xiang, "伍建华", unit=unit), [households[0].pk], xiang, ON) == []
