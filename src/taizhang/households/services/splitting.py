"""Splitting a household in two and merging two into one (分户、合户). Nobody joins or leaves the register by it.

Source: domain/archives.md 3.1.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from taizhang.accounts.models import User
from taizhang.households.models import Household, HouseholdPeriod, Membership, Period
from taizhang.households.services import acting
from taizhang.households.services.common import insist_on_unlocked, set_row, stored
from taizhang.households.services.family import restate
from taizhang.households.services.refusals import NoHead, NotInHousehold, NotInState
from taizhang.households.writing import OWN_NUMBER
from taizhang.journal.bulk import take_ids
from taizhang.journal.posting import Cause, posting
from taizhang.policy.archive import fact
from taizhang.policy.states import CLOSED, CLOSING

INHERITED = (
    "id_standard",
    "hh_attr",
    "status",
    "main_cause",
    "other_causes",
    "cause_note",
    "return_cause",
    "returned_on",
    "planned_exit_on",
    "exited_on",
    "first_identified_on",
    "hh_type",
    "address",
    "hh_phone",
)
"""What the archive of a new household takes from the one it came from; land, house and income are surveyed anew."""


def split_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    period: Period,
    leaving: Sequence[Membership],
    new_head: Membership,
    relations: Mapping[int, str],
    versions: Mapping[int, int],
    on: date,
    proof: str,
    group: str = "",
    facts: Mapping[str, Any] | None = None,
    head_who_stays: Membership | None = None,
    idempotency_key: str | None = None,
) -> Household:
    """Some members leave a household and form a new one with a number of its own (分户).

    `leaving` go, `new_head` is one of them; `relations` and `versions`, as read, are by membership: of those who go to the new head, of
    those who stay to `head_who_stays` where the old head goes. `facts` are unlocked facts of the new archive, which is a draft.

    Needs    HOUSEHOLD_SPLIT over the household's area
    Writes   1 household, its archive, 1 membership closed and 1 opened for each who goes, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoProof, NotInState, NotInHousehold, NoHead, LockedField, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 合户 / 分户
    """
    acting.insist_on_act(by, "split", [household], period, at, on, reason=cause.reason, proof=proof)
    insist_on_unlocked(by, household.area, facts or {})
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        going, staying = _parted(household, {m.pk for m in leaving}, new_head)
        new = _found_household(household, period, group, facts or {})
        _move_members(going, new, {**relations, new_head.pk: "head"}, versions, on, proof, "split")
        _settle_who_stays(staying, head_who_stays, relations, versions)
        _tell("split", household, new, period, on, cause, proof)
        opened.result = str(new.pk)
    return new


def merge_households(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    first: Household,
    second: Household,
    period: Period,
    relations: Mapping[int, str],
    versions: Mapping[int, int],
    household_versions: Mapping[int, int],
    on: date,
    proof: str,
    idempotency_key: str | None = None,
) -> Household:
    """Two households become one (合户). The older one survives with its number, its archive and its head; the other is closed `merged`.

    `relations` states the relation of everyone who comes to the head of the older one, by membership; `versions` are those read, by
    membership, `household_versions` by household.

    Needs    HOUSEHOLD_MERGE over both households' areas
    Writes   1 household closed with its archives, 1 membership closed and 1 opened for each who comes, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoProof, NotInState, NoHead, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 合户 / 分户
    """
    older, younger = older_first(first, second)
    acting.insist_on_act(by, "merge", (older, younger), period, at, on, reason=cause.reason, proof=proof)
    with posting(by=by, at=at, cause=cause, area=older.area, idempotency_key=idempotency_key) as opened:
        before = _insist_on_alike(older, younger, period)
        _move_members(_who_comes(younger, relations), older, relations, versions, on, proof, "merged")
        acting.close(younger, household_versions.get(younger.pk, younger.version), CLOSING["merge"], on, period)
        _tell("merge", younger, older, period, on, cause, proof, before=before, after=CLOSED)
        opened.result = str(older.pk)
    return older


def older_first(first: Household, second: Household) -> tuple[Household, Household]:
    """Two households, the one that came on the register earlier first.

    Raises   NotInState where they are one
    """
    if first.pk == second.pk:
        raise NotInState("请选择两个不同的户")
    older, younger = sorted((first, second), key=lambda h: h.pk)
    return older, younger


def _parted(household: Household, leaving: set[int], new_head: Membership) -> tuple[list[Membership], list[Membership]]:
    """The family of today: who goes, who stays."""
    members = list(Membership.objects.filter(household=household, open=True).order_by("pk"))
    if leaving - {m.pk for m in members}:
        raise NotInHousehold("分出的人必须是本户现有成员,请刷新后重新选择")
    going = [m for m in members if m.pk in leaving]
    staying = [m for m in members if m.pk not in leaving]
    if not going or not staying:
        raise NotInHousehold("分户时至少分出一人,至少留下一人")
    if new_head.pk not in leaving:
        raise NoHead("新户的户主必须是分出的成员")
    return going, staying


def _insist_on_alike(older: Household, younger: Household, period: Period) -> str:
    """Refuse to merge households of two villages or two states; gives their state."""
    if older.area != younger.area:
        raise NotInState("两户不在同一个村,请先办理迁移")
    kept, before = (acting.state_of(_archive_of(household, period)) for household in (older, younger))
    if before != kept:
        raise NotInState(
            f"两户的状态不同(户{older.household_no}:{acting.STATE_ZH[kept]};"
            f"户{younger.household_no}:{acting.STATE_ZH[before]}),请先办理状态变更再合户"
        )
    return before


def _who_comes(younger: Household, relations: Mapping[int, str]) -> list[Membership]:
    coming = list(Membership.objects.filter(household=younger, open=True).order_by("pk"))
    if "head" in {relations.get(member.pk) for member in coming}:
        raise NoHead("一户只能有一名户主,并入的人请填写与现户主的关系")
    return coming


def _archive_of(household: Household, period: Period) -> HouseholdPeriod:
    found = HouseholdPeriod.objects.select_related("household", "period").filter(household=household, period=period).first()
    if found is None:
        raise NotInState(f"户{household.household_no}在{period.title}没有档案,请先结转或登记")
    acting.insist_on_newest(found)
    return found


def _found_household(old: Household, period: Period, group: str, facts: Mapping[str, Any]) -> Household:
    """A household with a number of its own and an archive: what is told, what is `INHERITED`, the rest blank."""
    archive = _archive_of(old, period)
    pk = next(iter(take_ids(Household, 1)))
    new = Household.objects.create(
        pk=pk, household_no=f"{OWN_NUMBER}{pk:011d}", area=old.area, group_name=group or old.group_name, help_state=old.help_state
    )
    taken = {name: getattr(archive, name) for name in INHERITED}
    told = {name: stored(fact(name), value) for name, value in facts.items()}
    HouseholdPeriod.objects.create(household=new, period=archive.period, area=archive.area, draft=True, **(taken | told))
    return new


def _move_members(
    members: list[Membership],
    to: Household,
    relations: Mapping[int, str],
    versions: Mapping[int, int],
    on: date,
    proof: str,
    reason: str,
) -> None:
    """Persons from one household into another: the old membership is closed, a new one opened. His archive stays his."""
    if not all(relations.get(member.pk) for member in members):
        raise NoHead("请填写每个人与户主的关系")
    left = {"open": False, "state": "reduced", "drop_reason": reason, "drop_on": on, "drop_proof": proof}
    for member in members:
        set_row(member, versions.get(member.pk, member.version), left)
        Membership.objects.create(
            person_id=member.person_id,
            household=to,
            area=to.area,
            relation=relations[member.pk],
            state="active",
            add_on=on,
            add_proof=proof,
            identified_on=member.identified_on,
        )


def _settle_who_stays(
    staying: list[Membership], head: Membership | None, relations: Mapping[int, str], versions: Mapping[int, int]
) -> None:
    """Those who stay have a head: the one they had, or the one who is named now."""
    if any(m.relation == "head" for m in staying):
        return
    if head is None:
        raise NoHead("户主分出时,必须为留下的成员确定新户主")
    restate(staying, head, relations, versions)


def _tell(
    operation: str, household: Household, other: Household, period: Period, on: date, cause: Cause, proof: str, **states: str
) -> None:
    """The event, and what follows for the figures of both households."""
    acting.add_event(household, period, operation, on, other=other, reason=cause.reason, proof=proof, **states)
    acting.refresh_from([household, other], period)
