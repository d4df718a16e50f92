"""The states of a household (3.3): every operation from every state, and that none comes about without a decision."""

from datetime import UTC, date, datetime

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import HouseholdEvent, HouseholdMark, HouseholdPeriod, Identification, Membership
from taizhang.households.services.acting import state_of
from taizhang.households.services.refusals import ExitTooSoon, LostRace, NoDecision, NoProof, NotInState, PeriodFrozen
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted
from taizhang.journal.replay import history, replay
from taizhang.policy import exits
from taizhang.policy.states import CLOSED, NONE, STATES, may, states_after
from tests.cast import PROVINCE, grant_to
from tests.households.families import AT, archive_of, enroll, freeze, open_period
from tests.households.states import DECIDING, WHY, carry_out, decided, decision, in_state

pytestmark = pytest.mark.django_db
MACHINE = (*DECIDING, "purge", "reopen")
ALLOWED = [
    (operation, state) for operation in MACHINE for state in STATES if may(operation, state) and (operation, state) != ("reopen", CLOSED)
]
FORBIDDEN = [(operation, state) for operation in MACHINE for state in STATES if not may(operation, state)]


@pytest.fixture
def period(cun):
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


@pytest.fixture
def office(xian):
    """The county's account, also with the province's rights."""
    grant_to(xian, "province", "990000000000", "province")
    return xian


@pytest.mark.parametrize(("operation", "state"), ALLOWED)
def test_what_the_table_allows_leads_where_it_says(office, household, period, operation, state):
    in_state(office, household, period, state)
    carry_out(office, operation, household, period)
    household.refresh_from_db()
    assert state_of(archive_of(household, period)) in states_after(operation, state)
    event = HouseholdEvent.objects.get(operation=operation)
    assert (event.before, event.after) == (state, state_of(archive_of(household, period)))


@pytest.mark.parametrize(("operation", "state"), FORBIDDEN)
def test_what_the_table_does_not_allow_is_refused_and_nothing_is_written(office, household, period, operation, state):
    in_state(office, household, period, state)
    before = JournalTx.objects.count()
    with pytest.raises(NotInState):
        carry_out(office, operation, household, period)
    assert (JournalTx.objects.count(), HouseholdEvent.objects.count()) == (before, 0)


@pytest.mark.parametrize("operation", DECIDING)
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "purge"},
        {"number": " "},
        {"decided_by": ""},
        {"document": ""},
        {"decided_on": date(2026, 3, 2)},
    ],
)
def test_no_step_without_a_decision_for_it(office, household, period, operation, wrong):
    archive = in_state(office, household, period, "poor")
    with pytest.raises(NoDecision):
        decided(office, operation, archive, decision=decision(**({"kind": operation} | wrong)))
    assert not HouseholdEvent.objects.exists()


@pytest.mark.parametrize("operation", DECIDING)
@pytest.mark.parametrize("who", ["cun", "xiang", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_only_the_county_of_the_household_decides(request, xian, household, period, operation, who):
    archive = archive_of(household, period)
    with pytest.raises(NotPermitted):
        decided(request.getfixturevalue(who), operation, archive)


@pytest.mark.parametrize("operation", DECIDING)
def test_nothing_is_decided_in_a_frozen_period(xian, household, period, operation):
    archive = in_state(xian, household, period, "poor")
    archive.period = freeze(xian, period)
    with pytest.raises(PeriodFrozen):
        decided(xian, operation, archive)


def test_an_identified_household_has_its_first_month_its_members_theirs_and_a_record(xian, household, period):
    archive = in_state(xian, household, period, NONE)
    decided(xian, "identify", archive)
    record = Identification.objects.get(household=household)
    assert (archive.status, archive.first_identified_on) == ("poor", "2018-06")
    assert set(Membership.objects.values_list("identified_on", flat=True)) == {"2018-06"}
    assert (record.kind, record.county_on) == ("new", date(2018, 6, 1))


def test_a_first_month_that_stands_is_never_changed(xian, household, period):
    archive = in_state(xian, household, period, NONE, first_identified_on="2014")
    assert decided(xian, "identify", archive).first_identified_on == "2014"


def test_a_return_keeps_number_and_first_month_and_tells_its_cause(xian, household, period):
    archive = in_state(xian, household, period, "out_no_policy", first_identified_on="2014", exited_on="2016")
    number = household.household_no
    decided(xian, "return", archive, return_cause="disaster")
    household.refresh_from_db()
    assert (archive.status, archive.return_cause, archive.returned_on) == ("returned", "disaster", "2018-06")
    assert (archive.first_identified_on, archive.exited_on, household.household_no) == ("2014", "2016", number)
    assert Identification.objects.get(household=household).kind == "returned"


def test_a_return_without_a_known_cause_is_refused(xian, household, period):
    archive = in_state(xian, household, period, "out_no_policy")
    with pytest.raises(NoProof):
        decided(xian, "return", archive, return_cause="运气不好")


def test_an_exit_has_its_month_and_one_taken_back_has_none_and_a_mark(xian, household, period):
    archive = in_state(xian, household, period, "pre_out")
    assert decided(xian, "approve_exit", archive).exited_on == "2018-06"
    assert decided(xian, "undo_exit", archive).exited_on is None
    mark = HouseholdMark.objects.get(household=household)
    assert (archive.status, mark.kind, mark.to_on, mark.proof) == ("poor", "wrong_exit", None, "县级审批表")


@pytest.fixture
def forbidden(monkeypatch):
    """The province forbids an exit in the year of identification."""
    monkeypatch.setattr(exits, "NO_EXIT_IN_YEAR", (exits.NoExitInYear(PROVINCE, date(2018, 1, 1), "V", "试"),))


def test_where_the_province_forbids_it_nobody_exits_in_the_year_of_identification(xian, household, period, forbidden):
    archive = in_state(xian, household, period, "pre_out", first_identified_on="2018-01")
    with pytest.raises(ExitTooSoon, match="2018年识别"):
        decided(xian, "approve_exit", archive)
    assert archive_of(household, period).status == "pre_out"


@pytest.mark.parametrize("identified", ["2017-12", None])
def test_who_was_identified_earlier_or_nobody_knows_when_exits_all_the_same(xian, household, period, forbidden, identified):
    archive = in_state(xian, household, period, "pre_out", first_identified_on=identified)
    assert decided(xian, "approve_exit", archive).status == "out_with_policy"


def test_an_exit_taken_back_twice_leaves_one_mark(xian, household, period):
    archive = in_state(xian, household, period, "out_with_policy")
    decided(xian, "undo_exit", archive)
    archive = in_state(xian, household, period, "out_with_policy")
    decided(xian, "undo_exit", archive)
    assert HouseholdMark.objects.count() == 1


@pytest.mark.parametrize("was", ["poor", "returned"])
def test_a_rejected_exit_leads_back_to_what_the_household_was(xian, household, period, was):
    archive = in_state(xian, household, period, was)
    decided(xian, "propose_exit", archive)
    assert decided(xian, "reject_exit", archive).status == was


@pytest.mark.parametrize(("returned_on", "back"), [(None, "poor"), ("2017", "returned")])
def test_a_rejected_exit_that_came_from_a_sheet_goes_by_the_year_of_return(xian, household, period, returned_on, back):
    archive = in_state(xian, household, period, "pre_out", returned_on=returned_on)
    assert decided(xian, "reject_exit", archive).status == back


def test_the_whole_way_of_a_household_through_the_machine(xian, household, period):
    archive = in_state(xian, household, period, NONE)
    way = [
        "identify",
        "propose_exit",
        "reject_exit",
        "propose_exit",
        "approve_exit",
        "end_policy",
        "return",
        "propose_exit",
        "approve_exit",
    ]
    states = [decided(xian, operation, archive).status for operation in way]
    assert states == ["poor", "pre_out", "poor", "pre_out", "out_with_policy", "out_no_policy", "returned", "pre_out", "out_with_policy"]
    events = HouseholdEvent.objects.order_by("pk")
    assert [event.operation for event in events] == way
    assert [event.before for event in events][1:] == [event.after for event in events][:-1]


def test_an_event_holds_the_papers_of_its_decision(xian, household, period):
    decided(xian, "identify", in_state(xian, household, period, NONE))
    event = HouseholdEvent.objects.get()
    assert (event.decision_no, event.decided_on, event.decided_by) == ("演扶〔2018〕7号", date(2018, 6, 1), "演示县扶贫办")
    assert (event.proof, event.reason, event.on, event.area) == ("县级审批表", "经会议决定", date(2018, 6, 1), household.area)


def test_a_step_is_one_posting_and_replay_gives_the_archive_back(xian, household, period):
    archive = in_state(xian, household, period, "poor")
    before, position = JournalTx.objects.count(), JournalTx.objects.latest("pk").journalreceipt.position
    decided(xian, "propose_exit", archive)
    assert JournalTx.objects.count() == before + 1
    assert replay(archive, position)["status"] == "poor"
    assert replay(archive, position + 1)["status"] == "pre_out"
    assert history(HouseholdPeriod, archive.pk)[-1].changed["status"] == ("poor", "pre_out")


def test_two_who_decide_at_once_do_not_both(xian, household, period):
    archive = in_state(xian, household, period, "poor")
    stale = archive_of(household, period)
    decided(xian, "propose_exit", archive)
    with pytest.raises(LostRace):
        decided(xian, "propose_exit", stale)
    assert HouseholdEvent.objects.count() == 1


def test_the_same_decision_sent_twice_is_carried_out_once(xian, household, period):
    archive = in_state(xian, household, period, "poor")
    decided(xian, "propose_exit", archive, idempotency_key="d-1")
    with pytest.raises(AlreadyPosted):
        decided(xian, "propose_exit", archive, idempotency_key="d-1")


def test_a_state_changes_in_the_newest_period_of_the_household(xian, household, period):
    archive = in_state(xian, household, period, "poor")
    newer = open_period(xian, "2019")
    with pytest.raises(NotInState, match="2019年度"):
        _with_newer(xian, archive, newer)


def _with_newer(by, archive, newer):
    from tests.journal.acts import pen

    with pen(by):
        HouseholdPeriod.objects.create(household=archive.household, period=newer, area=archive.area)
    decided(by, "propose_exit", archive)


def test_who_may_decide_may_not_before_the_day_of_the_decision(xian, household, period):
    archive = in_state(xian, household, period, "poor")
    early = decision("propose_exit", decided_on=date(2026, 3, 1))
    told = {"by": xian, "cause": WHY, "household_period": archive, "version": archive.version, "decision": early}
    with pytest.raises(NoDecision, match="晚于今天"):
        DECIDING["propose_exit"](at=datetime(2026, 2, 27, tzinfo=UTC), **told)
    assert DECIDING["propose_exit"](at=AT, **told).status == "pre_out"
