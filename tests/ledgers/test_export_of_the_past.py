"""A ledger as of a moment is cell for cell what would have been given out then."""

import io
from datetime import timedelta
from unittest import mock

import openpyxl
import pytest
from django.utils import timezone

from taizhang.accounts.access import NotPermitted
from taizhang.accounts.models import Grant
from taizhang.households import past
from taizhang.households.models import Household, HouseholdPeriod, Membership, Person
from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.intake.models import Export
from taizhang.journal.moments import moment_of
from taizhang.journal.posting import newest_position
from taizhang.ledgers import HOUSEHOLD_ARCHIVE, LEDGERS
from tests.cast import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, signed_in
from tests.journal.acts import pen
from tests.ledgers.conftest import AT, CAUSE

pytestmark = pytest.mark.django_db


def exported(by, period, area=COUNTY, ledger=HOUSEHOLD_ARCHIVE, **options) -> Export:
    """An export by one of the cast."""
    return export_ledger(by=by, at=AT, cause=CAUSE, ledger=ledger, period=period, area=area, **options)


def cells_of(export: Export) -> list[tuple[object, ...]]:
    """Every cell below the line that says when it was made."""
    sheet = openpyxl.load_workbook(io.BytesIO(files.original(export.sha256))).active
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=3)]


def stamp_of(export: Export) -> str:
    """The line that says when it was made."""
    return str(openpyxl.load_workbook(io.BytesIO(files.original(export.sha256))).active["A2"].value)


def much_happens(by) -> None:
    """Facts, names, families and villages change."""
    first = Household.objects.order_by("pk").first()
    with pen(by):
        HouseholdPeriod.objects.all().update(main_cause="disaster", inc_wage_yuan=1)
        Person.objects.all().update(ethnicity="hui")
        Membership.objects.exclude(relation="head").update(open=False)
        Household.objects.filter(pk=first.pk).update(area=NEXT_VILLAGE)
        HouseholdPeriod.objects.filter(household=first).update(area=NEXT_VILLAGE)


@pytest.mark.parametrize(
    ("key", "area"),
    [("household-archive", COUNTY), ("household-archive", TOWNSHIP), ("household-archive", VILLAGE), ("new-and-returned", COUNTY)],
)
@pytest.mark.parametrize("few", [10**9, -1], ids=["whole", "by_area"])
def test_it_is_cell_for_cell_what_was_given_out_then(register, period, xian, sheng, key, few, area):
    then = exported(xian, period, area=area, ledger=LEDGERS[key])
    much_happens(sheng)
    with mock.patch.object(past, "ENTRIES_EACH", few):
        again = exported(xian, period, area=area, ledger=LEDGERS[key], as_of=moment_of(str(then.position)))
    assert cells_of(again) == cells_of(then)
    assert cells_of(exported(xian, period, area=area, ledger=LEDGERS[key])) != cells_of(then)


def test_the_manifest_and_the_sheet_tell_the_position_and_what_was_asked(register, period, xian, sheng):
    position = newest_position()
    much_happens(sheng)
    export = Export.objects.get(pk=exported(xian, period, as_of=moment_of(str(position))).pk)
    assert (export.position, export.as_of, export.rows) == (position, str(position), 6)
    assert export.file_name == f"贫困户信息采集表-2018-截至{position}-{COUNTY}-E{export.pk}.xlsx"
    assert f"流水位置:{position}  截至:{position}" in stamp_of(export)


def test_a_query_asks_about_then(register, period, xian, sheng):
    position = newest_position()
    much_happens(sheng)
    then = exported(xian, period, query={"main_cause": "illness"}, as_of=moment_of(str(position)))
    assert (then.rows, exported(xian, period, query={"main_cause": "illness"}).rows) == (3, 0)


def test_who_may_have_it_is_who_may_now(register, period, xian, sheng):
    position = newest_position()
    with pen(sheng):
        Grant.objects.filter(user=xian).update(to_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(NotPermitted):
        exported(xian, period, as_of=moment_of(str(position)))


def test_it_is_ordered_from_the_list_of_that_moment(register, period, xian, sheng):
    position = newest_position()
    much_happens(sheng)
    told = {"ledger": "household-archive", "period": period.key, "area": COUNTY, "as_of": str(position), "idempotency_key": "x"}
    client = signed_in(xian)
    assert f"截至：{position}" in client.get("/exports", {"as_of": position}).content.decode()
    assert client.post("/exports/new", told).status_code == 302
    assert Export.objects.get().rows == 6
    assert f"截至：{position}" in client.get("/exports").content.decode()


def test_a_moment_that_nobody_knows_is_refused(register, period, xian):
    told = {"ledger": "household-archive", "period": period.key, "area": COUNTY, "as_of": "987654", "idempotency_key": "x"}
    answer = signed_in(xian).post("/exports/new", told)
    assert answer.status_code == 422
    assert "流水现在只到" in answer.content.decode()
