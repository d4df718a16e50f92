"""Closing a household (整户自然销户、清退、重复户删除) and reopening it by the province. Nothing is deleted: its number stays.

Source: domain/archives.md 3.1, 3.3.
"""

from datetime import date, datetime
from typing import Any

from taizhang.accounts.models import User
from taizhang.households.models import Household, HouseholdEvent, HouseholdPeriod, Membership, Period
from taizhang.households.services import acting
from taizhang.households.services.common import set_row
from taizhang.households.services.deciding import insist_on_decision, papers_of
from taizhang.households.services.refusals import NotInHousehold, NotInState
from taizhang.journal.posting import Cause, posting
from taizhang.policy.decisions import Decision
from taizhang.policy.states import CLOSED, CLOSING

MEMBER_STATES = {"purge": ("purged_with_household", "purged"), "delete_duplicate": ("deleted", "duplicate")}
"""What a closing act says of the members who go with the household: their state, and why they went."""

MERGED, SPLIT = "merged", "split"
BACK = {"open": True, "state": "active", "drop_reason": None, "drop_on": None, "drop_proof": None}
"""A member who is in his household again."""


def vanish_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    version: int,
    period: Period,
    on: date,
    proof: str,
    idempotency_key: str | None = None,
) -> Household:
    """Close a household of which nobody is left (整户自然销户).

    Needs    HOUSEHOLD_CLOSE over the household's area
    Writes   1 household and its archives from the period on, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoProof, NotInState, NotInHousehold while a member is left, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 整户自然销户
    """
    acting.insist_on_right(by, "vanish", household, period, at)
    acting.insist_on_papers(on, at, reason=cause.reason, proof=proof)
    acting.insist_on_live(household, "vanish")
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        left = Membership.objects.filter(household=household, open=True).count()
        if left:
            raise NotInHousehold(f"这一户还有{left}名在户成员,全部办理减少以后才能整户销户")
        _close("vanish", household, version, period, on, None, reason=cause.reason, proof=proof)
        opened.result = str(household.pk)
    return household


def purge_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    version: int,
    period: Period,
    decision: Decision,
    idempotency_key: str | None = None,
) -> Household:
    """Close a household that was wrongly registered, with its members (清退).

    Needs    HOUSEHOLD_PURGE over the household's area
    Writes   1 household and its archives from the period on, its memberships, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 清退
    """
    acting.insist_on_right(by, "purge", household, period, at)
    insist_on_decision(decision, "purge", at)
    acting.insist_on_live(household, "purge")
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        _let_go("purge", household, decision)
        _close("purge", household, version, period, decision.decided_on, None, reason=cause.reason, **papers_of(decision))
        opened.result = str(household.pk)
    return household


def close_duplicate(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    version: int,
    original: Household,
    period: Period,
    decision: Decision,
    idempotency_key: str | None = None,
) -> Household:
    """Close a household that stands twice on the register, in favour of the original (重复户删除).

    Needs    HOUSEHOLD_DUPLICATE over both households' areas
    Writes   1 household and its archives from the period on, its memberships, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoDecision, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 重复户删除
    """
    for one in (household, original):
        acting.insist_on_right(by, "delete_duplicate", one, period, at)
        acting.insist_on_live(one, "delete_duplicate")
    insist_on_decision(decision, "delete_duplicate", at)
    if household.pk == original.pk:
        raise NotInState("请选择与之重复的另一户")
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        _let_go("delete_duplicate", household, decision)
        _close("delete_duplicate", household, version, period, decision.decided_on, original, reason=cause.reason, **papers_of(decision))
        opened.result = str(household.pk)
    return household


def reopen_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    version: int,
    period: Period,
    on: date,
    proof: str,
    idempotency_key: str | None = None,
) -> Household:
    """Take the closing of a household back (恢复): its state is again what it was, and the members who went with it are back in it,
    except those who have been taken up by another household since. Members of one that was merged come back from the household that took
    them in; who has left that one meanwhile stays where he is.

    Needs    HOUSEHOLD_REOPEN over the household's area
    Writes   1 household and its archives from the period on, the memberships that went with it, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoProof, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.3
    """
    acting.insist_on_right(by, "reopen", household, period, at)
    acting.insist_on_papers(on, at, reason=cause.reason, proof=proof)
    if not household.closed:
        raise NotInState("这一户没有销户,不需要恢复")
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        closed_on = household.closed_on
        taker = _taker_of(household) if household.closed == CLOSING["merge"] else None
        _open_again(household, version, period)
        if taker is None:
            _take_back(household, closed_on)
        else:
            _part_again(household, taker, closed_on, on, proof)
        after = HouseholdPeriod.objects.filter(household=household, period=period).values_list("status", flat=True).first() or ""
        acting.add_event(household, period, "reopen", on, other=taker, before=CLOSED, after=after, reason=cause.reason, proof=proof)
        acting.refresh_from([household, taker] if taker else [household], period)
        opened.result = str(household.pk)
    return household


def _close(
    operation: str,
    household: Household,
    version: int,
    period: Period,
    on: date,
    other: Household | None,
    **told: Any,
) -> None:
    archive = HouseholdPeriod.objects.select_related("household", "period").filter(household=household, period=period).first()
    if archive is not None:
        acting.insist_on_newest(archive)
    before = acting.state_of(archive) if archive is not None else ""
    acting.close(household, version, CLOSING[operation], on, period)
    acting.add_event(household, period, operation, on, other=other, before=before, after=CLOSED, **told)
    acting.refresh_from([household], period)


def _let_go(operation: str, household: Household, decision: Decision) -> None:
    """The members go with their household."""
    state, reason = MEMBER_STATES[operation]
    for member in Membership.objects.filter(household=household, open=True).order_by("pk"):
        told = {"drop_reason": reason, "drop_on": decision.decided_on, "drop_proof": decision.document}
        set_row(member, member.version, {"open": False, "state": state, **told})


def _take_back(household: Household, closed_on: date | None) -> None:
    """The members who went with the household, where they are in no other."""
    with_it = Membership.objects.filter(
        household=household, open=False, drop_on=closed_on, drop_reason__in=[reason for _, reason in MEMBER_STATES.values()]
    )
    elsewhere = set(Membership.objects.filter(person__in=with_it.values("person_id"), open=True).values_list("person_id", flat=True))
    for member in with_it.exclude(person__in=elsewhere).order_by("pk"):
        set_row(member, member.version, BACK)


def _open_again(household: Household, version: int, period: Period) -> None:
    """The household and its archives from the period on count again."""
    set_row(household, version, {"closed": "", "closed_on": None})
    for archive in acting.archives_from(household, period):
        if not archive.valid:
            set_row(archive, archive.version, {"valid": True})


def _taker_of(household: Household) -> Household:
    """The household that took in one that was merged, while its members can be parted from it again.

    Raises   NotInState where it has been closed or has moved away since
    """
    told = HouseholdEvent.objects.filter(household=household, operation="merge").select_related("other").order_by("-pk").first()
    if told is None or told.other is None:
        raise NotInState("没有查到这一户合户的记录,不能恢复;请在合并后的户办理分户")
    taker: Household = told.other
    if taker.closed:
        raise NotInState(f"合并后的户{taker.household_no}也已销户,请先恢复那一户")
    if taker.area != household.area:
        raise NotInState(f"合并后的户{taker.household_no}已迁到别的村,请先把那一户迁回,再恢复这一户")
    return taker


def _part_again(household: Household, taker: Household, merged_on: date | None, on: date, proof: str) -> None:
    """Those who came into the taker by the merge and are in it still go back, each to the relation that he had.

    Raises   NotInState where one of them has become the taker's head
    """
    went = Membership.objects.filter(household=household, open=False, drop_on=merged_on, drop_reason=MERGED)
    there = {m.person_id: m for m in Membership.objects.filter(household=taker, open=True).select_related("person")}
    for member in went.filter(person__in=there).order_by("pk"):
        now = there[member.person_id]
        if now.relation == "head":
            raise NotInState(f"{now.person.name}现在是合并后的户{taker.household_no}的户主,请先在那一户办理户主变更")
        set_row(now, now.version, {"open": False, "state": "reduced", "drop_reason": SPLIT, "drop_on": on, "drop_proof": proof})
        set_row(member, member.version, BACK)
