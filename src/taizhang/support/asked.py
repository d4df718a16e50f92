"""What a query of households may ask of this room: has the household a helper, has its village a team, does a unit help the village."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr

from taizhang.households.asking.beside import Beside
from taizhang.kernel.areas import LENGTH
from taizhang.support.models import UnitVillage, VillageTeam, holds_on
from taizhang.support.query import responsible

SECTION = "帮扶责任"


def _helper(on: date) -> Q:
    """A valid 帮扶责任人 on a day (HL-01)."""
    return Q(Exists(responsible(on, "household")))


def _team(on: date) -> Q:
    """A team in its village on a day."""
    return Q(Exists(VillageTeam.objects.filter(holds_on(on), area=Substr(OuterRef("area"), 1, LENGTH))))


def _unit(on: date) -> Q:
    """A unit that helps its village on a day."""
    return Q(Exists(UnitVillage.objects.filter(holds_on(on), area=Substr(OuterRef("area"), 1, LENGTH))))


ASKED: Mapping[str, Beside] = MappingProxyType(
    {
        "helper": Beside("帮扶责任人", SECTION, _helper),
        "team": Beside("驻村工作队", SECTION, _team),
        "unit": Beside("帮扶本村的单位", SECTION, _unit),
    }
)
