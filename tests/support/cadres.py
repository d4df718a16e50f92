"""Helpers, units and teams of the tests, made through the services as an office makes them."""

from datetime import date
from typing import Any

from taizhang.accounts.models import User
from taizhang.households.models import Household
from taizhang.journal.posting import Cause
from taizhang.support.models import Helper, SupportUnit, TeamMember, VillageTeam
from taizhang.support.services.helping import add_helper
from taizhang.support.services.pairing import Paired, open_pairings, pair_households
from taizhang.support.services.teams import add_team, add_team_member
from taizhang.support.services.units import add_unit
from tests.cast import START, TOWNSHIP, VILLAGE

CAUSE = Cause("test.support", "试")
ON = date(2025, 3, 1)


def a_unit(by: User, name: str = "县农业农村局", *, area: str = TOWNSHIP, **facts: Any) -> SupportUnit:
    """A unit, kept at the township."""
    told = {"unit_name": name, "unit_type": "state_organ", "unit_level": "county"} | facts
    return add_unit(by=by, at=START, cause=CAUSE, area=area, facts=told)


def a_helper(by: User, name: str = "方国庆", *, area: str = TOWNSHIP, unit: SupportUnit | None = None, **facts: Any) -> Helper:
    """A helper, kept at the township."""
    told = {"helper_name": name, "helper_phone": "19900000011"} | facts
    return add_helper(by=by, at=START, cause=CAUSE, area=area, unit=unit, facts=told)


def pair(by: User, helper: Helper, *households: Household, on: date = ON, **more: Any) -> Paired:
    """Households paired with a helper, as they are seen now."""
    told = {"seen": {p.pk: p.version for p in open_pairings([h.pk for h in households])}} | more
    return pair_households(by=by, at=START, cause=CAUSE, area=TOWNSHIP, households=households, helper=helper, on=on, **told)


def a_team(by: User, *, area: str = VILLAGE, name: str = "驻车头村工作队", on: date = ON) -> VillageTeam:
    """The team of a village."""
    return add_team(by=by, at=START, cause=CAUSE, area=area, unit=None, facts={"team_name": name}, on=on)


def a_team_member(by: User, team: VillageTeam, helper: Helper, *, on: date = ON, **facts: Any) -> TeamMember:
    """A member of a team."""
    return add_team_member(by=by, at=START, cause=CAUSE, team=team, helper=helper, facts=facts, on=on)
