"""A whole household moves from one village to another (迁移). Source: domain/archives.md 1.0, 3.1."""

from datetime import date, datetime

from django.db.models import F, Model, Q

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.households.following import followers
from taizhang.households.models import Household, HouseholdEvent, HouseholdPeriod, Membership, Period, Person
from taizhang.households.services import acting
from taizhang.households.services.common import set_row
from taizhang.households.services.refusals import NotInState, Refused
from taizhang.households.services.windows import NEEDS
from taizhang.journal.posting import Cause, part_of, posting
from taizhang.places.models import Place

STAYS = (Household, HouseholdEvent)  # the household is moved by itself, an event stays where it happened


class NoSuchVillage(Refused):
    """The household would move where no village stands."""


def move_household(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    version: int,
    period: Period,
    to_area: str,
    on: date,
    proof: str,
    group: str = "",
    idempotency_key: str | None = None,
) -> Household:
    """Move a household with its members to another village (迁移). What it was in older and frozen periods stays where it was.

    Needs    HOUSEHOLD_MOVE over the old and the new village
    Writes   the household, its members, and whatever speaks of them from the period on; 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoProof, NoSuchVillage, NotInState, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1
    """
    acting.insist_on_act(by, "move", [household], period, at, on, reason=cause.reason, proof=proof)
    access.require(by, NEEDS["move"], area=to_area)
    _insist_on_village(household, to_area, on)
    part = household.area if part_of(household.area) == part_of(to_area) else access.NATION
    with posting(by=by, at=at, cause=cause, area=part, idempotency_key=idempotency_key) as opened:
        archive = HouseholdPeriod.objects.filter(household=household, period=period).select_related("household", "period").first()
        if archive is None:
            raise NotInState(f"户{household.household_no}在{period.title}没有档案,请先结转或登记")
        acting.insist_on_newest(archive)
        acting.add_event(household, period, "move", on, to_area=to_area, reason=cause.reason, proof=proof)
        set_row(household, version, {"area": to_area, "group_name": group})
        _carry(household, period, to_area)
        opened.result = str(household.pk)
    return household


def _insist_on_village(household: Household, to_area: str, on: date) -> None:
    """Refuse a village that is none on that day, or the household's own."""
    if to_area == household.area:
        raise NoSuchVillage("这一户已经在这个村")
    if not Place.objects.in_force(on).filter(code=to_area, level="village").exists():
        raise NoSuchVillage(f"没有现行的行政村 {to_area},请从列表中选择")


def _carry(household: Household, period: Period, to_area: str) -> None:
    """Everything that stands with the household and its members from the period on goes along; what happened elsewhere happened there.

    Cost     1 statement a table
    """
    members = Membership.objects.filter(household=household, open=True)
    persons = list(members.values_list("person_id", flat=True))
    periods = [period.pk, *Period.objects.filter(state=Period.OPEN, reference_on__gt=period.reference_on).values_list("pk", flat=True)]
    for model, of_period in followers():
        if model in STAYS:
            continue
        rows = members if model is Membership else model._default_manager.filter(_of(model, household, persons))
        if of_period:
            rows = rows.filter(Q(period__in=periods) | Q(period__isnull=True))
        rows.exclude(area=to_area).update(area=to_area, version=F("version") + 1)


def _of(model: type[Model], household: Household, persons: list[int]) -> Q:
    """The rows of a table that speak of a household, or of its members where it knows none."""
    if model is Person:
        return Q(pk__in=persons)
    columns = {field.name for field in model._meta.concrete_fields}
    return Q(household=household) if "household" in columns else Q(person__in=persons)
