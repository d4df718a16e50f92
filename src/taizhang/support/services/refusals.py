"""Why an act on helpers, units, teams and pairings is refused. Each says in Chinese what stands in the way and what would be right."""

from taizhang.households.services.refusals import Refused


class EndBeforeStart(Refused):
    """Something would end before it began (HL-04)."""


class PairingOverlaps(Refused):
    """The household has a helper in this capacity on some of these days already (HL-04)."""


class InFuture(Refused):
    """A change is written down when it holds, not before."""


class PairingEnded(Refused):
    """The pairing has ended, or was withdrawn."""


class HouseholdClosed(Refused):
    """The household has left the register."""


class HelperKnown(Refused):
    """The number belongs to a helper who is registered."""


class UnitKnown(Refused):
    """A unit of this name is registered at this area."""


class HelperEnded(Refused):
    """The helper, or the unit, is no longer in office."""


class AlreadyInTeam(Refused):
    """The helper serves in a village team on some of these days already."""


class SecondFirstSecretary(Refused):
    """The team has its first secretary."""


class TeamStands(Refused):
    """The village has a team that has not left."""


class AccountTaken(Refused):
    """The account belongs to another helper, or the helper has one."""


class NotAVillage(Refused):
    """A team and the help of a unit belong to a village."""
