"""Pairing households with helpers (结对调整): many at once, a change, an end, a withdrawal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from taizhang.accounts import access
from taizhang.accounts.access import NotPermitted
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household
from taizhang.households.services.common import set_row
from taizhang.households.services.refusals import LostRace
from taizhang.households.services.windows import insist_on_window, insist_on_windows
from taizhang.journal.bulk import change_rows
from taizhang.journal.posting import Cause, posting
from taizhang.support.models import Helper, Pairing
from taizhang.support.planning import CHANGE, NEW, REFUSED, SAME, Row, Step, Wish, plan_of
from taizhang.support.services.common import in_pieces, insist_on_order, insist_on_past
from taizhang.support.services.refusals import HelperEnded, HouseholdClosed, PairingEnded, PairingOverlaps

RESPONSIBLE = "responsible"
OPERATION = "pair"  # as windows are declared for it


@dataclass(frozen=True, slots=True)
class Paired:
    """How many households were paired anew, taken over from another helper, or were his already."""

    new: int
    changed: int
    same: int
    position: int = 0


def pair_households(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    area: str,
    households: Sequence[Household],
    helper: Helper,
    on: date,
    seen: Mapping[int, int],
    role: str = RESPONSIBLE,
    idempotency_key: str | None = None,
) -> Paired:
    """Pair households with a helper from a day on (结对). Where another stands in that capacity, his pairing ends that day.

    `area` is the office's that does it; `seen` maps the pairings that stood when it was decided to their versions (`open_pairings`).

    Needs    PAIRING_CHANGE over every household's area
    Writes   1 pairing a household that is not his yet, 1 new version of each that ends, 1 posting; nothing where nothing differs
    Raises   NotPermitted, OutsideWindow, InFuture, HelperEnded, HouseholdClosed, PairingOverlaps, LostRace, AlreadyPosted
    Cost     2 queries and 2 statements, however many households
    Source   domain/archives.md 3.1 结对调整
    """
    _insist_on_all(by, households)
    insist_on_windows(by, OPERATION, (household.area for household in households), at)
    insist_on_past(on, at)
    _insist_on_office(helper, on)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        pks = [household.pk for household in households]
        _lock(pks)
        if {row.pk: row.version for row in open_pairings(pks, role)} != dict(seen):
            raise LostRace({"helper": "有的户已经换过帮扶责任人"})
        standing = rows_of(pks, role)
        steps = {pk: plan_of(standing[pk], [Wish(helper.pk, on)]).steps[0] for pk in pks}
        _insist_on_no_refusal(steps)
        write_planned([(pk, step, "") for pk, step in steps.items()], role)
        kinds = [step.kind for step in steps.values()]
        opened.result = f"{kinds.count(NEW)},{kinds.count(CHANGE)},{kinds.count(SAME)}"
    return Paired(kinds.count(NEW), kinds.count(CHANGE), kinds.count(SAME), opened.position)


def end_pairing(
    *, by: User, at: datetime, cause: Cause, pairing: Pairing, version: int, on: date, idempotency_key: str | None = None
) -> Pairing:
    """End a pairing without a successor (结束结对). Only its last day is set; who, with whom and since when stay.

    Needs    PAIRING_CHANGE over the household's area
    Writes   1 new version of the pairing, 1 posting
    Raises   NotPermitted, OutsideWindow, PairingEnded, InFuture, EndBeforeStart, LostRace, AlreadyPosted
    """
    area = pairing.household.area
    access.require(by, Permission.PAIRING_CHANGE, area=area)
    insist_on_window(by, OPERATION, area, at)
    _insist_on_open(pairing)
    insist_on_past(on, at)
    insist_on_order(pairing.from_on, on)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        set_row(pairing, version, {"to_on": on})
        opened.result = str(pairing.pk)
    return pairing


def withdraw_pairing(
    *, by: User, at: datetime, cause: Cause, pairing: Pairing, version: int, idempotency_key: str | None = None
) -> Pairing:
    """Withdraw a pairing that was entered by mistake (作废): its row stays, marked as not valid, and counts nowhere.

    Needs    PAIRING_CHANGE over the household's area
    Writes   1 new version of the pairing, 1 posting
    Raises   NotPermitted, OutsideWindow, PairingEnded, LostRace, AlreadyPosted
    """
    area = pairing.household.area
    access.require(by, Permission.PAIRING_CHANGE, area=area)
    insist_on_window(by, OPERATION, area, at)
    if not pairing.valid:
        raise PairingEnded("这次结对已经作废")
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        set_row(pairing, version, {"valid": False})
        opened.result = str(pairing.pk)
    return pairing


def open_pairings(households: Iterable[int], role: str = RESPONSIBLE) -> list[Pairing]:
    """The pairings of households that have no last day yet.

    Cost     1 query
    """
    rows = Pairing.objects.filter(household__in=list(households), pairing_role=role, valid=True, to_on__isnull=True)
    return list(rows.select_related("helper").order_by("pk"))


def rows_of(households: Iterable[int], role: str = RESPONSIBLE) -> dict[int, list[Row]]:
    """Every valid pairing of households in one capacity, by household.

    Cost     1 query for 5,000 of them
    """
    found: dict[int, list[Row]] = defaultdict(list)
    rows = Pairing.objects.filter(pairing_role=role, valid=True).order_by("from_on", "pk")
    columns = ("household_id", "pk", "version", "helper_id", "from_on", "to_on")
    for pks in in_pieces(households):
        for household, *rest in rows.filter(household__in=pks).values_list(*columns):
            found[household].append(Row(*rest))
    return found


def write_planned(planned: Sequence[tuple[int, Step, str]], role: str) -> None:
    """Steps (household, step, cell it was read from) as rows, inside an open posting: first the ends, then the new rows.

    Writes   1 new version of each pairing that ends, 1 pairing for each that begins
    Raises   LostRace when one of those that end has moved on
    Cost     2 statements
    """
    ends = [(row.pk, row.version, step.on.isoformat(), place) for _, step, place in planned if step.on for row in step.closes]
    if ends and change_rows(Pairing, ("to_on", "came_from"), ends) != len(ends):
        raise LostRace({"helper": "有的户已经换过帮扶责任人"})
    Pairing.objects.bulk_create(
        Pairing(
            household_id=household,
            helper_id=step.adds.helper,
            pairing_role=role,
            from_on=step.adds.from_on,
            to_on=step.adds.to_on,
            came_from=place,
        )
        for household, step, place in planned
        if step.adds is not None
    )


def _lock(households: Sequence[int]) -> None:
    """Hold the households, so that of two who pair one of them the second waits; a closed one is refused.

    Raises   HouseholdClosed
    """
    rows = Household.objects.filter(pk__in=households).order_by("pk").select_for_update().values_list("household_no", "closed")
    closed = [number for number, why in rows if why]
    if closed:
        raise HouseholdClosed(f"户 {'、'.join(closed[:5])} 已经销户,不能结对")


def _insist_on_all(by: User, households: Sequence[Household]) -> None:
    scope = access.scope_of(by, Permission.PAIRING_CHANGE)
    if not households or not all(scope.contains(area) for area in {household.area for household in households}):
        raise NotPermitted("您的岗位或管辖区域不包括这项操作")


def _insist_on_office(helper: Helper, on: date) -> None:
    if helper.ended_on is not None and helper.ended_on <= on:
        raise HelperEnded(f"{helper.helper_name}从 {helper.ended_on} 起不再担任帮扶责任人,请另选")


def _insist_on_open(pairing: Pairing) -> None:
    if not pairing.valid or pairing.to_on is not None:
        raise PairingEnded("这次结对已经结束或作废")


def _insist_on_no_refusal(steps: Mapping[int, Step]) -> None:
    refused = [(pk, step.why) for pk, step in steps.items() if step.kind == REFUSED]
    if refused:
        numbers = dict(Household.objects.filter(pk__in=[pk for pk, _ in refused]).values_list("pk", "household_no"))
        said = ";".join(f"户 {numbers[pk]}:{why}" for pk, why in refused[:3])
        raise PairingOverlaps(said + (f" 等 {len(refused)} 户" if len(refused) > 3 else ""))
