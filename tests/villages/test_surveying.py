"""The archive of a village in a period: who may, when, lost races, secrets, decisions."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.accounts.permissions import Permission
from taizhang.households.models import OperationWindow, Period
from taizhang.households.sealing import opened
from taizhang.households.services.refusals import (
    BadFacts,
    LockedField,
    LostRace,
    NoDecision,
    NotInState,
    OutsideWindow,
    PeriodFrozen,
)
from taizhang.journal.posting import AlreadyPosted, Cause, newest_position
from taizhang.journal.replay import history, replay
from taizhang.villages.models import VillagePeriod
from taizhang.villages.services.common import NotThere, VillageKnown
from taizhang.villages.services.deciding import exit_village, include_village
from taizhang.villages.services.natural import survey_natural_village
from taizhang.villages.services.surveying import confirm_village, correct_village, survey_village
from tests.cast import NEXT_VILLAGE, PROVINCE, TOWNSHIP, VILLAGE
from tests.factories import a_period, some_places
from tests.journal.acts import broken, pen
from tests.villages.archives import AT, CAUSE, FACTS, a_decision, a_natural_village, a_village

pytestmark = pytest.mark.django_db


def correct(by, archive, version=None, key=None, **facts):
    return correct_village(
        by=by, at=AT, cause=CAUSE, village_period=archive, version=version or archive.version, facts=facts, idempotency_key=key
    )


def decide(act, by, archive, decision, version=None):
    return act(by=by, at=AT, cause=Cause("village.decide"), village_period=archive, version=version or archive.version, decision=decision)


def test_a_village_is_surveyed_once_a_period(cun):
    archive = a_village(cun)
    assert (archive.v_households, archive.v_collective_yuan, archive.draft) == (320, Decimal("52000.00"), False)
    with pytest.raises(VillageKnown, match="已经有档案"):
        a_village(cun)


def test_the_office_phone_is_sealed(cun):
    archive = a_village(cun)
    assert opened(bytes(archive.v_phone), "v_phone") == "07715550000"
    assert b"5550000" not in bytes(archive.v_phone)


def test_the_next_village_may_not(lincun):
    with pytest.raises(NotPermitted):
        a_village(lincun)


def test_the_prefecture_decides_and_does_not_survey(shi):
    with pytest.raises(NotPermitted):
        a_village(shi)


def test_an_auditor_changes_nothing(cun, shenji):
    archive = a_village(cun)
    with pytest.raises(NotPermitted):
        correct(shenji, archive, v_households=321)


def test_what_is_no_village_has_no_archive(xiang):
    some_places()
    with pytest.raises(NotThere):
        survey_village(by=xiang, at=AT, cause=CAUSE, area=TOWNSHIP, period=a_period(), facts={})


def test_a_correction_is_a_new_version_and_history_says_old_and_new(cun):
    archive = correct(cun, a_village(cun), v_households=321)
    last = history(VillagePeriod, archive.pk)[-1]
    assert (archive.version, last.changed) == (2, {"v_households": ("320", "321"), "version": ("1", "2")})


def test_nothing_is_written_where_nothing_differs(cun):
    archive = a_village(cun)
    assert correct(cun, archive, v_households=320, v_phone="07715550000").version == 1


def test_replay_gives_the_archive_back(cun):
    archive = a_village(cun)
    position = history(VillagePeriod, archive.pk)[-1].position
    correct(cun, archive, v_households=400)
    assert replay(archive, until=position)["v_households"] == "320"


def test_a_lost_race_shows_what_stands_now(cun, xiang):
    archive = a_village(cun)
    correct(xiang, VillagePeriod.objects.get(pk=archive.pk), v_households=330)
    with pytest.raises(LostRace) as lost:
        correct(cun, archive, version=1, v_households=340)
    assert lost.value.theirs == {"v_households": 330}


def test_the_same_form_sent_twice_is_told(cun):
    archive = a_village(cun)
    correct(cun, archive, key="k1", v_households=330)
    with pytest.raises(AlreadyPosted):
        correct(cun, VillagePeriod.objects.get(pk=archive.pk), key="k1", v_households=340)


def test_a_frozen_period_takes_nothing_but_from_the_province(cun, sheng):
    archive = a_village(cun, period=a_period("2025"))
    with pen(cun):
        type(archive.period).objects.filter(pk=archive.period_id).update(state="frozen")
    archive = VillagePeriod.objects.get(pk=archive.pk)
    with pytest.raises(PeriodFrozen):
        correct(cun, archive, v_households=1)
    assert correct(sheng, archive, v_households=321).v_households == 321


def test_outside_its_window_the_survey_is_refused_with_the_next_opening(cun):
    archive = a_village(cun)
    with pen(cun):
        OperationWindow.objects.create(
            operation="survey_village",
            area=VILLAGE[:6] + "000000",
            opens_at=datetime(2026, 12, 1, tzinfo=UTC),
            closes_at=datetime(2026, 12, 31, tzinfo=UTC),
        )
    with pytest.raises(OutsideWindow, match="2026-12-01"):
        correct(cun, archive, v_households=321)


@pytest.mark.parametrize("name", ["v_attr", "v_exited", "v_exited_on"])
def test_what_a_decision_changes_no_survey_changes(cun, name):
    archive = a_village(cun)
    with pytest.raises(LockedField, match="业务操作"):
        correct(cun, archive, **{name: "2020" if name == "v_exited_on" else True if name == "v_exited" else "poor"})


def test_a_village_is_included_and_exits_by_decision(cun, shi):
    archive = decide(include_village, shi, a_village(cun), a_decision("include_village"))
    assert (archive.v_attr, archive.v_exited) == ("poor", False)
    archive = decide(exit_village, shi, archive, a_decision("exit_village"))
    assert (archive.v_attr, archive.v_exited, archive.v_exited_on) == ("poor", True, "2026")


def test_the_decision_stands_in_the_journal(cun, shi):
    archive = decide(include_village, shi, a_village(cun), a_decision("include_village"))
    tx = history(VillagePeriod, archive.pk)[-1]
    assert (tx.ref, "样例市扶贫开发领导小组" in tx.reason) == ("decision:样政发〔2026〕7号", True)


def test_county_and_village_do_not_decide(cun, xian):
    archive = a_village(cun)
    with pytest.raises(NotPermitted):
        decide(include_village, xian, archive, a_decision("include_village"))
    with pytest.raises(NotPermitted):
        decide(include_village, cun, archive, a_decision("include_village"))


ACTS = {"survey_village": correct_village, "include_village": include_village, "exit_village": exit_village}


@pytest.fixture
def whoever(cun, shi):
    """The survey is the village's, the decision the prefecture's."""
    return {"survey_village": cun, "include_village": shi, "exit_village": shi}


@pytest.fixture
def village(cun, xiang, shi):
    """A village that may be surveyed, included or exit: one poor and surveyed whole, the other not poor."""
    poor = decide(include_village, shi, a_village(cun), a_decision("include_village"))
    return {"survey_village": poor, "exit_village": poor, "include_village": a_village(xiang, NEXT_VILLAGE)}


def do(operation, by, archive, stale=0):
    more = {"facts": {"v_households": 321}} if operation == "survey_village" else {"decision": a_decision(operation)}
    told = {"by": by, "at": AT, "cause": Cause("village.act", "试"), "village_period": archive, "version": archive.version + stale}
    return ACTS[operation](**told, **more)


@pytest.mark.parametrize("operation", ACTS)
def test_every_act_on_a_village_has_its_window(sheng, whoever, village, operation):
    with pen(sheng):
        OperationWindow.objects.create(
            operation=operation, area=PROVINCE, opens_at=datetime(2026, 12, 1, tzinfo=UTC), closes_at=datetime(2026, 12, 31, tzinfo=UTC)
        )
    with pytest.raises(OutsideWindow, match="2026-12-01"):
        do(operation, whoever[operation], village[operation])


@pytest.mark.parametrize("operation", ACTS)
def test_every_act_on_a_village_is_lost_whole_from_a_page_that_was_overtaken(whoever, village, operation):
    before = newest_position()
    with pytest.raises(LostRace):
        do(operation, whoever[operation], village[operation], stale=3)
    assert newest_position() == before


@pytest.mark.parametrize("operation", ACTS)
def test_no_act_on_a_village_is_done_in_a_frozen_period(sheng, whoever, village, operation):
    with pen(sheng):
        Period.objects.update(state="frozen")
    archive = VillagePeriod.objects.get(pk=village[operation].pk)
    with pytest.raises(PeriodFrozen):
        do(operation, whoever[operation], archive)


@pytest.mark.parametrize("operation", ACTS)
def test_the_journal_gives_a_village_back_as_it_was_and_as_it_is(whoever, village, operation):
    archive, position = village[operation], newest_position()
    version = archive.version
    do(operation, whoever[operation], archive)
    assert [replay(archive, at)["version"] for at in (position, newest_position())] == [str(version), str(version + 1)]
    assert broken() == []


def test_without_a_whole_decision_nothing_is_done(cun, shi):
    archive = a_village(cun)
    with pytest.raises(NoDecision, match="决定文号"):
        decide(include_village, shi, archive, a_decision("include_village", number=" "))
    with pytest.raises(NoDecision, match="贫困村退出"):
        decide(include_village, shi, archive, a_decision("exit_village"))


def test_what_is_no_poor_village_does_not_exit(cun, shi):
    with pytest.raises(NotInState, match="不是贫困村"):
        decide(exit_village, shi, a_village(cun), a_decision("exit_village"))


def test_a_poor_village_is_not_included_again(cun, shi):
    archive = decide(include_village, shi, a_village(cun), a_decision("include_village"))
    with pytest.raises(NotInState, match="已经是贫困村"):
        decide(include_village, shi, archive, a_decision("include_village"))


def test_an_exiting_village_must_show_people_income_and_a_road(cun, shi):
    bare = {"v_collective_yuan": None, "v_road_to_township": False, "v_households": None}
    archive = decide(include_village, shi, a_village(cun, **bare), a_decision("include_village"))
    with pytest.raises(BadFacts) as bad:
        decide(exit_village, shi, archive, a_decision("exit_village"))
    assert {f.where.column for f in bad.value.findings} == {"v_households", "v_collective_yuan", "v_road_to_township"}


@pytest.mark.parametrize("operation", ["include_village", "exit_village"])
def test_a_village_is_decided_on_with_all_its_natural_villages(xiang, whoever, village, operation):
    archive = village[operation]
    natural = a_natural_village(xiang, "上寨组", archive.area)
    with pytest.raises(BadFacts) as bad:
        do(operation, whoever[operation], archive)
    assert [f.message for f in bad.value.findings] == ["还有自然村没有本期档案,请先采集:上寨组"]
    told = {"natural_village": natural, "period": archive.period, "version": 0, "facts": {"nv_households": 9}}
    survey_natural_village(by=xiang, at=AT, cause=CAUSE, **told)
    before = archive.version
    assert do(operation, whoever[operation], archive).version == before + 1


def test_the_archive_of_a_later_period_keeps_what_was_decided(cun, shi):
    decide(include_village, shi, a_village(cun, period=a_period("2025")), a_decision("include_village", decided_on=date(2025, 5, 1)))
    assert a_village(cun, period=a_period("2026")).v_attr == "poor"


def test_a_carried_archive_is_confirmed_once(cun):
    archive = a_village(cun)
    with pen(cun):
        VillagePeriod.objects.filter(pk=archive.pk).update(draft=True)
    archive.refresh_from_db()
    confirmed = confirm_village(by=cun, at=AT, cause=Cause("village.confirm"), village_period=archive, version=archive.version)
    assert confirmed.draft is False
    with pytest.raises(NotInState):
        confirm_village(by=cun, at=AT, cause=Cause("village.confirm"), village_period=confirmed, version=confirmed.version)


def test_each_sees_the_villages_of_his_own_area(cun, lincun, xiang):
    a_village(xiang)
    a_village(xiang, NEXT_VILLAGE, **{name: FACTS[name] for name in ("v_leader",)})
    seen = [VillagePeriod.objects.visible_to(who, Permission.VILLAGE_VIEW).count() for who in (cun, lincun, xiang)]
    assert seen == [1, 1, 2]
