"""What goes out comes in again: the export as a service."""

import pytest

from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.intake.staging import receive_file, stage
from taizhang.ledgers import HOUSEHOLD_ARCHIVE
from tests.cast import COUNTY
from tests.ledgers.conftest import AT, CAUSE

pytestmark = pytest.mark.django_db


def test_what_goes_out_comes_in_again_and_changes_nothing(register, period, xian):
    export = export_ledger(by=xian, at=AT, cause=CAUSE, ledger=HOUSEHOLD_ARCHIVE, period=period, area=COUNTY)
    batch = receive_file(
        by=xian,
        at=AT,
        ledger=HOUSEHOLD_ARCHIVE,
        period=period,
        area=COUNTY,
        file_name=export.file_name,
        content=files.original(export.sha256),
    )
    batch = stage(batch, HOUSEHOLD_ARCHIVE)
    assert (batch.state, batch.message) == ("checked", "")
    assert batch.counts["proposals"] == {"new": 0, "change": 0, "same": 6, "conflict": 0, "blocked": 0}, files.get_frame(
        batch.pk, "findings-0"
    ).rows()
