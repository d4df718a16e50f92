"""Archives of villages that the tests of this room begin with."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from taizhang.accounts.models import User
from taizhang.households.models import Period
from taizhang.journal.posting import Cause
from taizhang.policy.decisions import Decision
from taizhang.villages.models import NaturalVillage, VillagePeriod
from taizhang.villages.services.natural import add_natural_village
from taizhang.villages.services.surveying import survey_village
from tests.cast import VILLAGE
from tests.factories import a_period, some_places

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
CAUSE = Cause("village.survey", "入村采集")
FACTS: dict[str, Any] = {
    "v_leader": "罗演示",
    "v_phone": "07715550000",
    "v_households": 320,
    "v_persons": 1280,
    "v_poor_households": 2,
    "v_poor_persons": 5,
    "v_collective_yuan": Decimal("52000.00"),
    "v_land_farm_mu": Decimal("2100.50"),
    "v_road_to_township": True,
}


def a_village(by: User, area: str = VILLAGE, *, period: Period | None = None, **facts: Any) -> VillagePeriod:
    """The archive of a village in a period."""
    some_places()
    return survey_village(by=by, at=AT, cause=CAUSE, area=area, period=period or a_period(), facts=FACTS | facts)


def a_natural_village(by: User, name: str = "上寨组", area: str = VILLAGE) -> NaturalVillage:
    """A natural village on the register."""
    some_places()
    return add_natural_village(by=by, at=AT, cause=Cause("natural_village.add"), area=area, name=name)


def a_decision(kind: str, **other: Any) -> Decision:
    """A decision of the prefecture."""
    told = {
        "number": "样政发〔2026〕7号",
        "decided_on": date(2026, 11, 10),
        "decided_by": "样例市扶贫开发领导小组",
        "document": "会议纪要",
    }
    return Decision(kind=kind, **(told | other))
