"""What the acts on a whole household share: its state, its papers, the row that tells of the act, and the archives that it touches."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.households import writing
from taizhang.households.models import Household, HouseholdEvent, HouseholdPeriod, Period
from taizhang.households.services.common import insist_on_period, set_row
from taizhang.households.services.refusals import NoProof, NotInState
from taizhang.households.services.windows import NEEDS, insist_on_window
from taizhang.policy.code_lists import code_list
from taizhang.policy.states import CLOSED, NONE, OPERATIONS, may
from taizhang.policy.windows import WINDOWED

STATE_ZH = {code.key: code.zh for code in code_list("status").codes} | {NONE: "尚未识别", CLOSED: "已销户"}


def state_of(archive: HouseholdPeriod) -> str:
    """The state of a household in a period, one of `policy.states.STATES`. `none`: on the register, and nobody has decided on it yet."""
    if archive.household.closed:
        return CLOSED
    return archive.status or NONE


def insist_on_right(by: User, operation: str, household: Household, period: Period, at: datetime) -> None:
    """Permission, open period and window of an operation on a household.

    Raises   NotPermitted, PeriodFrozen, OutsideWindow
    """
    access.require(by, NEEDS[operation], area=household.area)
    insist_on_period(by, period, household.area)
    insist_on_window(by, operation, household.area, at)


def insist_on_state(operation: str, archive: HouseholdPeriod) -> None:
    """Refuse an operation that does not start from the household's state.

    Raises   NotInState
    """
    state = state_of(archive)
    if not may(operation, state):
        raise NotInState(f"这一户现在是“{STATE_ZH[state]}”,不能办理“{OPERATIONS[operation]}”")


def insist_on_live(household: Household, what: str) -> None:
    """Refuse an act on a closed household.

    Raises   NotInState
    """
    if household.closed:
        raise NotInState(f"户{household.household_no}已经销户,不能办理“{WINDOWED[what]}”")


def insist_on_act(by: User, operation: str, households: Sequence[Household], period: Period, at: datetime, on: date, **papers: str) -> None:
    """What an act on whole households demands: permission, open period and window, reason and proof, and that each of them stands.

    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoProof, NotInState
    """
    for household in households:
        insist_on_right(by, operation, household, period, at)
    insist_on_papers(on, at, **papers)
    for household in households:
        insist_on_live(household, operation)


def insist_on_newest(archive: HouseholdPeriod) -> None:
    """Refuse to change a state in a period that a newer archive of the household follows.

    Raises   NotInState
    """
    later = HouseholdPeriod.objects.filter(household=archive.household_id, period__reference_on__gt=archive.period.reference_on)
    newer = later.select_related("period").order_by("-period__reference_on").first()
    if newer is not None:
        raise NotInState(f"这一户在较新的期次({newer.period.title})已有档案,请在那一期办理")


def insist_on_papers(on: date, at: datetime, **told: str) -> None:
    """Refuse an act without its reason or proof, or on a day to come. `told` maps ``reason`` and ``proof`` to what was written.

    Raises   NoProof
    """
    labels = {"reason": "原因", "proof": "证明材料"}
    missing = [labels[name] for name, text in told.items() if not text.strip()]
    if missing:
        raise NoProof(f"请写明{'、'.join(missing)}")
    if on > timezone.localdate(at):
        raise NoProof("发生日期晚于今天,请核对")


def add_event(household: Household, period: Period | None, operation: str, on: date, **told: Any) -> HouseholdEvent:
    """Tell of an act on a household, inside its posting.

    Writes   1 household_event
    """
    return HouseholdEvent.objects.create(household=household, period=period, area=household.area, operation=operation, on=on, **told)


def archives_from(household: Household, period: Period) -> "QuerySet[HouseholdPeriod]":
    """The household's archives of a period and of newer ones that are open: what an act of today touches."""
    same_or_newer = HouseholdPeriod.objects.filter(household=household, period__reference_on__gte=period.reference_on)
    return (same_or_newer.filter(period=period) | same_or_newer.filter(period__state=Period.OPEN)).select_related("period").order_by("pk")


def refresh_from(households: list[Household], period: Period) -> None:
    """Member count, income totals and head's name in the period and in newer open ones.

    Cost     what `refresh_derived` costs, for each period that has an archive
    """
    ids = [household.pk for household in households]
    newer = Period.objects.filter(state=Period.OPEN, reference_on__gt=period.reference_on, householdperiod__household__in=ids).distinct()
    for one in [period, *newer.order_by("pk")]:
        writing.refresh_derived(ids, one)


def close(household: Household, version: int, why: str, on: date, period: Period) -> None:
    """Close a household and its archives from the period on, inside a posting.

    Writes   1 household, its archives from the period on
    Raises   LostRace
    """
    set_row(household, version, {"closed": why, "closed_on": on})
    for archive in archives_from(household, period):
        if archive.valid:
            set_row(archive, archive.version, {"valid": False})
