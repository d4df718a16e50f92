"""Keeping units, helpers and village teams: may and may not, what is refused, lost races, what the journal gives back."""

from datetime import date, timedelta

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.sealing import digest_of, masked, opened
from taizhang.households.services.refusals import BadFacts, LockedField, LostRace
from taizhang.journal.replay import history, replay
from taizhang.kernel import identity
from taizhang.support.models import Helper, SupportUnit, TeamMember, VillageTeam
from taizhang.support.services.helping import add_helper, correct_helper
from taizhang.support.services.refusals import (
    AlreadyInTeam,
    EndBeforeStart,
    HelperEnded,
    HelperKnown,
    NotAVillage,
    PairingEnded,
    SecondFirstSecretary,
    TeamStands,
    UnitKnown,
)
from taizhang.support.services.teams import correct_team_member, end_team, end_team_member
from taizhang.support.services.units import correct_unit, end_unit_village, put_unit_village
from tests.cast import NEXT_VILLAGE, START, TOWNSHIP, VILLAGE
from tests.factories import id_number
from tests.support.cadres import CAUSE, ON, a_helper, a_team, a_team_member, a_unit

pytestmark = pytest.mark.django_db
LATER = date(2025, 9, 1)
TOLD = {"at": START, "cause": CAUSE}


@pytest.mark.parametrize("who", ["xiang", "xian"])
def test_who_may_keep(request, who):
    user = request.getfixturevalue(who)
    a_team_member(user, a_team(user), a_helper(user, unit=a_unit(user)))
    assert TeamMember.objects.get().helper.unit.unit_name == "县农业农村局"


@pytest.mark.parametrize("who", ["cun", "lincun", "waixian", "shi", "sheng", "shenji", "guest", "former"])
def test_who_may_not_keep(request, xiang, who):
    user, helper, team = request.getfixturevalue(who), a_helper(xiang), a_team(xiang)
    for act in (
        lambda: a_unit(user),
        lambda: a_helper(user, "伍建华"),
        lambda: a_team(user, area=NEXT_VILLAGE),
        lambda: a_team_member(user, team, helper),
        lambda: correct_helper(by=user, helper=helper, version=1, unit=None, facts={"helper_post": "科员"}, **TOLD),
        lambda: end_team(by=user, team=team, version=1, on=LATER, **TOLD),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_number_is_sealed_found_by_its_digest_and_shown_masked(xiang):
    helper = a_helper(xiang, helper_id_no=id_number(70))
    helper.refresh_from_db()
    assert id_number(70).encode() not in bytes(helper.helper_id_no)
    assert (opened(bytes(helper.helper_id_no), "helper_id_no"), helper.id_digest) == (id_number(70), digest_of(id_number(70)))
    assert masked(bytes(helper.helper_id_no), "helper_id_no") == identity.masked(id_number(70))


def test_the_number_tells_the_sex(xiang):
    assert [a_helper(xiang, name, helper_id_no=id_number(n)).helper_sex for name, n in (("方国庆", 71), ("方国华", 72))] == [
        "male",
        "female",
    ]


def test_a_correction_is_a_new_version_and_the_journal_gives_the_old_one_back(xiang):
    helper = a_helper(xiang, helper_post="科员")
    correct_helper(by=xiang, helper=helper, version=1, unit=a_unit(xiang), facts={"helper_post": "股长"}, **TOLD)
    last = history(Helper, helper.pk)[-1]
    assert last.changed["helper_post"] == ("科员", "股长")
    assert replay(helper, last.position - 1)["helper_post"] == "科员"


def test_nothing_is_written_where_nothing_differs(xiang):
    helper = a_helper(xiang, helper_post="科员")
    assert correct_helper(by=xiang, helper=helper, version=1, unit=None, facts={"helper_post": "科员"}, **TOLD).version == 1


def test_a_lost_race_is_told(xiang, xian):
    helper = a_helper(xiang)
    correct_helper(by=xian, helper=Helper.objects.get(), version=1, unit=None, facts={"helper_post": "股长"}, **TOLD)
    with pytest.raises(LostRace) as lost:
        correct_helper(by=xiang, helper=helper, version=1, unit=None, facts={"helper_post": "科员"}, **TOLD)
    assert lost.value.theirs == {"helper_post": "股长"}


def test_a_helper_needs_a_name_and_a_derived_fact_is_not_typed(xiang):
    with pytest.raises(BadFacts):
        add_helper(by=xiang, area=TOWNSHIP, unit=None, facts={"helper_phone": "19900000011"}, **TOLD)
    with pytest.raises(LockedField):
        a_helper(xiang, is_resident=True)


def test_a_number_belongs_to_one_helper(xiang):
    first = a_helper(xiang, helper_id_no=id_number(70))
    with pytest.raises(HelperKnown):
        a_helper(xiang, "伍建华", helper_id_no=id_number(70))
    other = a_helper(xiang, "伍建华")
    with pytest.raises(HelperKnown):
        correct_helper(by=xiang, helper=other, version=1, unit=None, facts={"helper_id_no": id_number(70)}, **TOLD)
    assert correct_helper(
        by=xiang, helper=first, version=1, unit=None, facts={"helper_id_no": id_number(71)}, **TOLD
    ).id_digest == digest_of(id_number(71))


def test_a_unit_has_one_name_at_one_office(xiang, xian):
    unit = a_unit(xiang)
    with pytest.raises(UnitKnown):
        a_unit(xiang)
    other = a_unit(xiang, "县水利局")
    with pytest.raises(UnitKnown):
        correct_unit(by=xiang, unit=other, version=1, facts={"unit_name": "县农业农村局"}, **TOLD)
    assert a_unit(xian, area="990101000000").unit_name == unit.unit_name


def test_a_unit_helps_a_village_once_at_a_time(xiang):
    unit = a_unit(xiang)
    help_ = put_unit_village(by=xiang, unit=unit, area=VILLAGE, on=ON, **TOLD)
    with pytest.raises(UnitKnown):
        put_unit_village(by=xiang, unit=unit, area=VILLAGE, on=LATER, **TOLD)
    with pytest.raises(NotAVillage):
        put_unit_village(by=xiang, unit=unit, area=TOWNSHIP, on=LATER, **TOLD)
    with pytest.raises(EndBeforeStart):
        end_unit_village(by=xiang, help_=help_, version=1, on=ON - timedelta(days=1), **TOLD)
    end_unit_village(by=xiang, help_=help_, version=1, on=LATER, **TOLD)
    assert put_unit_village(by=xiang, unit=unit, area=VILLAGE, on=LATER, **TOLD).from_on == LATER


def test_a_village_has_one_team_until_it_leaves_and_its_members_leave_with_it(xiang):
    team = a_team(xiang)
    member = a_team_member(xiang, team, a_helper(xiang))
    with pytest.raises(TeamStands):
        a_team(xiang, name="新工作队", on=LATER)
    with pytest.raises(EndBeforeStart):
        end_team(by=xiang, team=team, version=1, on=ON - timedelta(days=1), **TOLD)
    end_team(by=xiang, team=team, version=1, on=LATER, **TOLD)
    member.refresh_from_db()
    assert (member.to_on, member.version) == (LATER, 2)
    assert a_team(xiang, name="新工作队", on=LATER).from_on == LATER
    with pytest.raises(PairingEnded):
        a_team_member(xiang, VillageTeam.objects.get(pk=team.pk), a_helper(xiang, "伍建华"), on=LATER)


def test_a_helper_serves_in_one_team_at_a_time(xiang):
    helper = a_helper(xiang)
    member = a_team_member(xiang, a_team(xiang), helper)
    next_team = a_team(xiang, area=NEXT_VILLAGE, name="驻郝下村工作队")
    with pytest.raises(AlreadyInTeam, match="驻车头村工作队"):
        a_team_member(xiang, next_team, helper, on=LATER)
    end_team_member(by=xiang, member=member, version=1, on=LATER, **TOLD)
    assert a_team_member(xiang, next_team, helper, on=LATER).from_on == LATER


def test_a_team_has_one_first_secretary(xiang):
    team = a_team(xiang)
    a_team_member(xiang, team, a_helper(xiang), is_first_secretary=True)
    with pytest.raises(SecondFirstSecretary, match="方国庆"):
        a_team_member(xiang, team, a_helper(xiang, "伍建华"), is_first_secretary=True)
    plain = a_team_member(xiang, team, a_helper(xiang, "骆小红"), is_plain_member=True)
    with pytest.raises(SecondFirstSecretary):
        correct_team_member(by=xiang, member=plain, version=1, facts={"is_first_secretary": True}, **TOLD)


def test_who_helps_no_more_joins_no_team(xiang):
    gone = correct_helper(by=xiang, helper=a_helper(xiang), version=1, unit=None, facts={}, ended_on=ON, **TOLD)
    with pytest.raises(HelperEnded):
        a_team_member(xiang, a_team(xiang), gone)


def test_the_state_sees_a_unit_that_helps_no_village_yet(xiang, state, waixian):
    unit = a_unit(xiang)
    assert list(SupportUnit.objects.visible_to(state)) == [unit]
    assert list(SupportUnit.objects.visible_to(waixian)) == []
