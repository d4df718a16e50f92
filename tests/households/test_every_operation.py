"""Every operation on a household: who may, who may not, from the wrong state, outside its window, a lost race, and what the journal gives back."""

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import HouseholdEvent, Membership
from taizhang.households.services.acting import state_of
from taizhang.households.services.closing import reopen_household
from taizhang.households.services.refusals import OutsideWindow
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import newest_position
from taizhang.journal.replay import history, replay
from taizhang.policy.states import CLOSED, CLOSING, ON_REGISTER, OPERATIONS
from taizhang.policy.windows import WINDOWED
from tests.factories import some_places
from tests.households import every_act
from tests.households.every_act import FURTHER, PAPERS, World
from tests.households.families import AT, archive_of
from tests.households.states import WHY
from tests.households.test_windows import declare
from tests.journal.acts import broken

pytestmark = pytest.mark.django_db
ELSEWHERE = {"survey_village", "include_village", "exit_village", "pair"}  # tests/villages, tests/support
ACTS = every_act.ACTS | FURTHER
WINDOWS = {name: name if act.window is None else act.window for name, act in ACTS.items() if act.window != ""}
VERSIONED = sorted(operation for operation, act in ACTS.items() if not act.twice)
MAKING = sorted(operation for operation, act in ACTS.items() if act.twice)


@pytest.fixture
def world(cun, lincun, xiang, xian, sheng, shenji, former):
    some_places()
    cast = {"cun": cun, "lincun": lincun, "xiang": xiang, "xian": xian, "sheng": sheng, "shenji": shenji, "former": former}
    return World(cast.__getitem__)


def done(world, operation, *, by=None, stale=0):
    act = ACTS[operation]
    return act.do(world, world.who(by or act.by), stale)


def test_every_operation_is_declared_here_or_tested_in_its_own_room():
    assert set(every_act.ACTS) == set(WINDOWED) - ELSEWHERE
    assert set(OPERATIONS) <= set(ACTS)


@pytest.mark.parametrize("operation", ACTS)
def test_who_may_does_it_in_one_posting(world, operation):
    ACTS[operation].ready(world)
    before = JournalTx.objects.count()
    done(world, operation)
    assert JournalTx.objects.count() == before + 1


@pytest.mark.parametrize("who", ["lincun", "shenji", "former"])
@pytest.mark.parametrize("operation", ACTS)
def test_who_may_not_is_refused_and_nothing_is_written(world, operation, who):
    ACTS[operation].ready(world)
    before = JournalTx.objects.count()
    with pytest.raises(NotPermitted):
        done(world, operation, by=who)
    assert JournalTx.objects.count() == before


@pytest.mark.parametrize("operation", ACTS)
def test_from_the_wrong_state_it_is_refused_and_nothing_is_written(world, operation):
    ACTS[operation].wrong(world)
    before = JournalTx.objects.count()
    with pytest.raises(ACTS[operation].refuses):
        done(world, operation)
    assert JournalTx.objects.count() == before


@pytest.mark.parametrize("operation", WINDOWS)
def test_outside_its_window_it_is_refused_and_nothing_is_written(world, operation):
    ACTS[operation].ready(world)
    declare(world.who("sheng"), WINDOWS[operation])
    before = JournalTx.objects.count()
    with pytest.raises(OutsideWindow, match=f"不在“{WINDOWED[WINDOWS[operation]]}”的窗口期内"):
        done(world, operation)
    assert JournalTx.objects.count() == before


@pytest.mark.parametrize("operation", VERSIONED)
def test_from_a_page_that_has_been_overtaken_it_is_lost_whole(world, operation):
    ACTS[operation].ready(world)
    before = JournalTx.objects.count()
    with pytest.raises(ACTS[operation].lost):
        done(world, operation, stale=7)
    assert JournalTx.objects.count() == before


@pytest.mark.parametrize("operation", MAKING)
def test_of_two_who_make_the_same_the_second_is_refused(world, operation):
    done(world, operation)
    before = JournalTx.objects.count()
    with pytest.raises(ACTS[operation].lost):
        done(world, operation)
    assert JournalTx.objects.count() == before


@pytest.mark.parametrize("operation", VERSIONED)
def test_the_journal_gives_the_row_back_as_it_was_and_as_it_is(world, operation):
    act = ACTS[operation]
    act.ready(world)
    row, position = act.row(world), newest_position()
    row.refresh_from_db()
    version = row.version
    done(world, operation)
    row.refresh_from_db()
    assert (replay(row, position)["version"], replay(row, newest_position())["version"]) == (str(version), str(row.version))
    assert row.version > version
    assert broken() == []


@pytest.mark.parametrize("operation", MAKING)
def test_the_journal_knows_what_was_made_from_its_first_moment(world, operation):
    before = newest_position()
    done(world, operation)
    row = ACTS[operation].row(world)
    assert (replay(row, before), replay(row, newest_position())["version"]) == (None, str(row.version))
    assert history(type(row), row.pk)[0].op == "I"
    assert broken() == []


@pytest.mark.parametrize("state", ON_REGISTER)
@pytest.mark.parametrize("operation", sorted(set(CLOSING) - {"purge"}))
def test_from_every_state_on_the_register_a_household_is_closed(world, operation, state):
    world.alike(state)
    ACTS[operation].ready(world)
    done(world, operation)
    event = HouseholdEvent.objects.get(operation=operation)
    assert (event.before, event.after) == (state, CLOSED)


@pytest.mark.parametrize("operation", CLOSING)
def test_however_a_household_was_closed_the_province_takes_it_back(world, operation):
    world.alike("returned")
    ACTS[operation].ready(world)
    persons = set(Membership.objects.filter(open=True).values_list("person_id", flat=True))
    done(world, operation)
    closed = ACTS[operation].row(world)
    closed.refresh_from_db()
    told = {"household": closed, "version": closed.version, "period": world.period}
    reopen_household(by=world.who("sheng"), at=AT, cause=WHY, **told, **PAPERS)
    archive = archive_of(closed, world.period)
    assert (closed.closed, closed.closed_on, archive.valid, state_of(archive)) == ("", None, True, "returned")
    assert set(Membership.objects.filter(open=True).values_list("person_id", flat=True)) == persons
    assert broken() == []
