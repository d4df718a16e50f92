"""结对帮扶台账 as of a past day: who is told to be of the village team is who was on that day, not on the day of the order."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.journal.moments import moment_of
from taizhang.ledgers import PAIRING
from taizhang.support.models import TeamMember
from tests.cast import TOWNSHIP
from tests.factories import a_period
from tests.journal.acts import pen
from tests.support.cadres import CAUSE, a_team, pair

pytestmark = pytest.mark.django_db
LATER, THEN, JOINS = datetime(2026, 3, 1, 1, tzinfo=UTC), "2026-01-15", date(2026, 2, 1)


def resident(by, **options) -> list[object]:
    """The column 是否驻村工作队员."""
    order = {"by": by, "at": LATER, "cause": CAUSE, "ledger": PAIRING, "period": a_period(), "area": TOWNSHIP}
    export = export_ledger(**order, **options)
    rows = list(openpyxl.load_workbook(io.BytesIO(files.original(export.sha256))).active.iter_rows(min_row=4, values_only=True))
    return [row[rows[0].index("是否驻村工作队员")] for row in rows[1:]]


def test_the_team_is_that_of_the_day_that_was_asked_for(xiang, households, helper):
    pair(xiang, helper, households[0])
    team = a_team(xiang)
    with pen(xiang):
        TeamMember.objects.create(team=team, helper=helper, from_on=JOINS)
    assert (resident(xiang, as_of=moment_of(THEN)), resident(xiang)) == (["否"], ["是"])
