"""Questions about who helps: who has nobody, who helps whom now and before, which team and unit a village has, and what to warn of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from taizhang.accounts.models import User
from taizhang.households.models import Membership, Person
from taizhang.kernel.areas import Level, is_code, prefix
from taizhang.kernel.findings import Finding, Severity, Where
from taizhang.policy.support import HOUSEHOLDS_PER_HELPER
from taizhang.support.models import Helper, Pairing, TeamMember, UnitVillage, VillageTeam, holds_on
from taizhang.support.services.pairing import RESPONSIBLE


def without_helper(rows: QuerySet[Any], on: date, *, household: str = "household") -> QuerySet[Any]:
    """Of rows that speak of a household, those whose household has no valid 帮扶责任人 on a day (HL-01).

    `household` is the path from the row to its household: "household" for archives and memberships, "pk" for households themselves.

    Cost     nothing until it is read; then one look into an index a row
    """
    return rows.filter(~Exists(responsible(on, household)))


def with_helper(rows: QuerySet[Any], on: date, *, household: str = "household") -> QuerySet[Any]:
    """The others."""
    return rows.filter(Exists(responsible(on, household)))


def pairings_of(households: Iterable[int], on: date) -> dict[int, list[Pairing]]:
    """The valid pairings of households that hold on a day, 帮扶责任人 first, with helper and unit.

    Cost     1 query
    """
    found: dict[int, list[Pairing]] = {}
    rows = Pairing.objects.standing(on).filter(household__in=list(households), valid=True).select_related("helper__unit").order_by("pk")
    for row in sorted(rows, key=lambda p: p.pairing_role != RESPONSIBLE):
        found.setdefault(row.household_id, []).append(row)
    return found


def history_of(household: int) -> list[Pairing]:
    """Every pairing of a household, the newest first, those entered by mistake too.

    Cost     1 query
    """
    return list(Pairing.objects.filter(household=household).select_related("helper__unit").order_by("-from_on", "-pk"))


def team_of(village: str, on: date) -> tuple[VillageTeam | None, list[TeamMember]]:
    """The team of a village on a day with those who serve in it, the first secretary first.

    Cost     2 queries
    """
    team = VillageTeam.objects.standing(on).filter(area=village[:12]).select_related("unit").order_by("-from_on").first()
    if team is None:
        return None, []
    members = TeamMember.objects.standing(on).filter(team=team).select_related("helper__unit").order_by("from_on", "pk")
    return team, sorted(members, key=lambda m: (not m.is_first_secretary, not m.is_team_leader, not m.is_deputy_leader))


def units_of(village: str, on: date) -> list[UnitVillage]:
    """The units that help a village on a day.

    Cost     1 query
    """
    return list(UnitVillage.objects.standing(on).filter(area=village[:12]).select_related("unit").order_by("from_on", "pk"))


def offered_to(areas: Iterable[str]) -> QuerySet[Helper]:
    """The helpers who may be paired with households of some areas: those kept there, and those kept at the offices above. Who helps no more
    is left out."""
    known = {area[:12] for area in areas if is_code(area[:12])}
    wanted = {area for code in known for area in line_above(code)}
    return Helper.objects.filter(area__in=wanted, ended_on__isnull=True).select_related("unit").order_by("initials", "helper_name", "pk")


def line_above(code: str) -> list[str]:
    """An area and every area above it, by the digits of its code."""
    return sorted({prefix(code, level).ljust(12, "0") for level in Level if level is not Level.GROUP})


def counts_by_helper(helpers: Iterable[int], user: User, on: date) -> dict[int, int]:
    """How many households in a user's area each helper is paired with on a day.

    Cost     1 query
    """
    rows = Pairing.objects.visible_to(user).filter(holds_on(on), helper__in=list(helpers), valid=True)
    return dict(Counter(rows.values_list("helper_id", flat=True)))


def warnings_on(helper: Helper, households: Sequence[int], user: User, on: date) -> list[Finding]:
    """What to say before households are paired with a helper, and does not stop it (HL-02, HL-03, HL-05).

    Cost     at most 2 queries
    """
    found = []
    if helper.id_digest and Membership.objects.filter(open=True, person__in=_same_person(helper, user)).exists():
        found.append(_warning("HL-02", f"{helper.helper_name}本人也在名册上(是在册户的家庭成员),请核对"))
    his = set(Pairing.objects.standing(on).filter(helper=helper, valid=True).values_list("household_id", flat=True))
    most = HOUSEHOLDS_PER_HELPER.number
    if len(his | set(households)) > most:
        found.append(_warning("HL-03", f"{helper.helper_name}将帮扶 {len(his | set(households))} 户,多于 {most} 户"))
    if helper.unit is not None and helper.unit.ended_on is not None and helper.unit.ended_on <= on:
        found.append(_warning("HL-05", f"{helper.helper_name}所在单位从 {helper.unit.ended_on} 起不再帮扶"))
    return found


def warning_on_pairing(pairing: Pairing, on: date) -> str:
    """Why a pairing that holds should be looked at (HL-05); "" where nothing is wrong."""
    helper = pairing.helper
    if pairing.to_on is not None and pairing.to_on <= on:
        return ""
    if helper.ended_on is not None and helper.ended_on <= on:
        return f"{helper.helper_name}从 {helper.ended_on} 起不再帮扶,结对还没有结束"
    if helper.unit is not None and helper.unit.ended_on is not None and helper.unit.ended_on <= on:
        return f"所在单位从 {helper.unit.ended_on} 起不再帮扶,结对还没有结束"
    return ""


def responsible(on: date, household: str) -> QuerySet[Pairing]:
    """The valid pairings with a 帮扶责任人 on a day, of the household that an outer row names by `household`."""
    return Pairing.objects.filter(holds_on(on), household=OuterRef(household), pairing_role=RESPONSIBLE, valid=True)


def _same_person(helper: Helper, user: User) -> QuerySet[Person]:
    return Person.objects.visible_to(user).filter(id_digest=helper.id_digest)


def _warning(code: str, message: str) -> Finding:
    return Finding(code, Where("", 0, ""), message, Severity.WARNING)
