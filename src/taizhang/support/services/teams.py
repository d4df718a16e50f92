"""Village teams (驻村工作队): sending one, its members with what they are there, and its leaving."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.services.common import differing, insist_on_unlocked, set_row
from taizhang.journal.bulk import change_rows
from taizhang.journal.posting import Cause, posting
from taizhang.support.models import Helper, SupportUnit, TeamMember, VillageTeam
from taizhang.support.services.common import insist_on_order, insist_on_past, insist_on_told, insist_on_village, lock_area, stored
from taizhang.support.services.refusals import AlreadyInTeam, HelperEnded, PairingEnded, SecondFirstSecretary, TeamStands


def add_team(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    area: str,
    unit: SupportUnit | None,
    facts: Mapping[str, Any],
    on: date,
    idempotency_key: str | None = None,
) -> VillageTeam:
    """Send a team to a village (登记驻村工作队). A village has one at a time.

    Needs    SUPPORT_KEEP over the village
    Writes   1 village_team, 1 posting
    Raises   NotPermitted, NotAVillage, BadFacts, InFuture, TeamStands, AlreadyPosted
    Source   domain/archives.md 1.7
    """
    access.require(by, Permission.SUPPORT_KEEP, area=area)
    insist_on_village(area)
    insist_on_told(facts, "team_name")
    insist_on_past(on, at)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        lock_area(area)
        if VillageTeam.objects.filter(area=area, to_on__isnull=True).exists():
            raise TeamStands("这个村已有驻村工作队,新的工作队进驻前请先登记原工作队撤离")
        team = VillageTeam.objects.create(area=area, unit=unit, from_on=on, **stored(facts))
        opened.result = str(team.pk)
    return team


def correct_team(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    team: VillageTeam,
    version: int,
    unit: SupportUnit | None,
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> VillageTeam:
    """Correct a team's name and the unit that sent it (更正驻村工作队).

    Needs    SUPPORT_KEEP over the village
    Writes   1 village_team, 1 posting; nothing when nothing differs
    Raises   NotPermitted, BadFacts, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=team.area)
    changed = differing(team, facts)
    if "team_name" in changed:
        insist_on_told(changed, "team_name")
    if (unit.pk if unit else None) != team.unit_id:
        changed["unit"] = unit
    if not changed:
        return team
    with posting(by=by, at=at, cause=cause, area=team.area, idempotency_key=idempotency_key) as opened:
        set_row(team, version, changed)
        opened.result = str(team.pk)
    return team


def end_team(
    *, by: User, at: datetime, cause: Cause, team: VillageTeam, version: int, on: date, idempotency_key: str | None = None
) -> VillageTeam:
    """A team leaves its village (工作队撤离), and with it every member who still serves.

    Needs    SUPPORT_KEEP over the village
    Writes   1 new version of the team and of each member who still serves, 1 posting
    Raises   NotPermitted, PairingEnded, InFuture, EndBeforeStart, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=team.area)
    if team.to_on is not None:
        raise PairingEnded("这支工作队已经撤离")
    insist_on_past(on, at)
    members = list(TeamMember.objects.filter(team=team, to_on__isnull=True).values_list("pk", "version", "from_on"))
    insist_on_order(max([team.from_on, *(from_on for _, _, from_on in members)]), on)
    with posting(by=by, at=at, cause=cause, area=team.area, idempotency_key=idempotency_key) as opened:
        set_row(team, version, {"to_on": on})
        change_rows(TeamMember, ("to_on",), [(pk, read, on.isoformat()) for pk, read, _ in members])
        opened.result = str(team.pk)
    return team


def add_team_member(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    team: VillageTeam,
    helper: Helper,
    facts: Mapping[str, Any],
    on: date,
    idempotency_key: str | None = None,
) -> TeamMember:
    """A helper joins a village team (增加队员), with what he is there.

    Needs    SUPPORT_KEEP over the village
    Writes   1 team_member, 1 posting
    Raises   NotPermitted, PairingEnded, HelperEnded, InFuture, EndBeforeStart, AlreadyInTeam, SecondFirstSecretary, AlreadyPosted
    Source   domain/archives.md 1.7, 2.9 HL-04
    """
    access.require(by, Permission.SUPPORT_KEEP, area=team.area)
    insist_on_unlocked(by, team.area, facts)
    if team.to_on is not None:
        raise PairingEnded("这支工作队已经撤离,不能再增加队员")
    if helper.ended_on is not None and helper.ended_on <= on:
        raise HelperEnded(f"{helper.helper_name}从 {helper.ended_on} 起不再帮扶,请另选")
    insist_on_past(on, at)
    insist_on_order(team.from_on, on)
    with posting(by=by, at=at, cause=cause, area=team.area, idempotency_key=idempotency_key) as opened:
        _insist_on_free(helper, on)
        _insist_on_one_secretary(team, facts)
        member = TeamMember.objects.create(team=team, helper=helper, from_on=on, **stored(facts))
        opened.result = str(member.pk)
    return member


def correct_team_member(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    member: TeamMember,
    version: int,
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> TeamMember:
    """Correct what a member is in his team (更正队员职责).

    Needs    SUPPORT_KEEP over the village
    Writes   1 team_member, 1 posting; nothing when nothing differs
    Raises   NotPermitted, PairingEnded, SecondFirstSecretary, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=member.team.area)
    if member.to_on is not None:
        raise PairingEnded("这名队员已经离任")
    changed = differing(member, facts)
    insist_on_unlocked(by, member.team.area, changed)
    if not changed:
        return member
    with posting(by=by, at=at, cause=cause, area=member.team.area, idempotency_key=idempotency_key) as opened:
        _insist_on_one_secretary(member.team, changed, but=member.pk)
        set_row(member, version, changed)
        opened.result = str(member.pk)
    return member


def end_team_member(
    *, by: User, at: datetime, cause: Cause, member: TeamMember, version: int, on: date, idempotency_key: str | None = None
) -> TeamMember:
    """A member leaves his team (队员离任).

    Needs    SUPPORT_KEEP over the village
    Writes   1 new version of the team_member, 1 posting
    Raises   NotPermitted, PairingEnded, InFuture, EndBeforeStart, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=member.team.area)
    if member.to_on is not None:
        raise PairingEnded("这名队员已经离任")
    insist_on_past(on, at)
    insist_on_order(member.from_on, on)
    with posting(by=by, at=at, cause=cause, area=member.team.area, idempotency_key=idempotency_key) as opened:
        set_row(member, version, {"to_on": on})
        opened.result = str(member.pk)
    return member


def _insist_on_free(helper: Helper, on: date) -> None:
    """A helper serves in one team at a time (HL-04, HL-06)."""
    Helper.objects.select_for_update().get(pk=helper.pk)
    later = TeamMember.objects.filter(helper=helper).exclude(to_on__lte=on)
    if other := later.select_related("team").first():
        raise AlreadyInTeam(f"{helper.helper_name}从 {other.from_on} 起在“{other.team.team_name}”任职,请先登记离任")


def _insist_on_one_secretary(team: VillageTeam, facts: Mapping[str, Any], *, but: int | None = None) -> None:
    VillageTeam.objects.select_for_update().get(pk=team.pk)
    stands = TeamMember.objects.filter(team=team, to_on__isnull=True, is_first_secretary=True).exclude(pk=but)
    if facts.get("is_first_secretary") and (other := stands.select_related("helper").first()):
        raise SecondFirstSecretary(f"这支工作队的第一书记是{other.helper.helper_name},更换时请先登记离任或更正职责")
