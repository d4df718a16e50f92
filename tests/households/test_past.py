"""The register as of a moment: at every position it is what it was then, whole and by area, on both ways of laying it out."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from taizhang.accounts.models import Grant
from taizhang.households import past
from taizhang.households.models import Household, HouseholdPeriod, Membership, Period, Person
from taizhang.households.past import register_at, register_models
from taizhang.households.query import HouseholdQuery, households_matching
from taizhang.journal.models import JournalSchema
from taizhang.journal.moments import moment_of
from taizhang.journal.posting import Cause, ReadingThePast, newest_position, posting
from taizhang.kernel.identity import make_id
from tests.cast import NEXT_VILLAGE, PROVINCE, TOWNSHIP, VILLAGE
from tests.factories import some_places
from tests.households.families import enroll, freeze, member, open_period
from tests.households.village_model import ACTS, VILLAGES, Village, sheng_and_villages
from tests.journal.acts import pen, undone

pytestmark = pytest.mark.django_db


@contextmanager
def by_area():
    """However few the changes since are, lay the area out and not the whole."""
    with mock.patch.object(past, "ENTRIES_EACH", -1):
        yield


def told_by_register(user: Any, period: Period, area: str = "") -> dict[str, tuple[Any, ...]]:
    """The same out of the register, by the list's own query."""
    archives = households_matching(user, HouseholdQuery(period=period.pk, area=area)).select_related("household")
    told = {}
    for archive in archives:
        family = Membership.objects.filter(household=archive.household_id, open=True).values_list("person__name", "relation")
        told[archive.household.household_no] = (archive.area, archive.main_cause, archive.member_count, tuple(sorted(family)))
    return told


def copy_of_tables() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the register, with every column."""
    return {
        model._meta.db_table: [_plain(row) for row in model._default_manager.order_by("pk").values_list()] for model in register_models()
    }


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def _play(by: Any, acts: list[tuple[str, int, int]], copies: Callable[[], Any]) -> tuple[Period, dict[int, Any], dict[int, Any]]:
    some_places()
    period = open_period(by)
    model = Village(by, period)
    model.act("enroll", 0, 2)
    stood, copied = {}, {}
    for what, first, second in [("enroll", 1, 1), *acts]:
        model.act(what, first, second)
        stood[newest_position()] = model.told()
        copied[newest_position()] = copies()
    return period, stood, copied


@settings(max_examples=10, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_at_every_position_the_list_is_what_the_model_says(sheng, xiang, acts):
    with undone():
        period, stood, _ = _play(sheng_and_villages(sheng), acts, lambda: None)
        seen, parts = {}, {}
        for position in stood:
            with register_at(moment_of(str(position))):
                seen[position] = told_by_register(xiang, period)
            for village in VILLAGES:
                with by_area(), register_at(moment_of(str(position)), village):
                    parts[position, village] = told_by_register(xiang, period, village)
    assert seen == stood
    assert parts == {
        (position, village): {number: told for number, told in model.items() if told[0] == village}
        for position, model in stood.items()
        for village in VILLAGES
    }


@settings(max_examples=10, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_at_every_position_every_column_of_every_row_is_what_it_was(sheng, acts):
    with undone():
        _, _, copied = _play(sheng_and_villages(sheng), acts, copy_of_tables)
        seen, parts = {}, {}
        for position in copied:
            with register_at(moment_of(str(position))):
                seen[position] = copy_of_tables()
            for village in VILLAGES:
                with by_area(), register_at(moment_of(str(position)), village):
                    parts[position, village] = _within(copy_of_tables(), village)
        now = copy_of_tables()
    assert seen == copied
    assert parts == {(p, village): _within(tables, village) for p, tables in copied.items() for village in VILLAGES}
    assert now == copied[max(copied)]


def _within(tables: dict[str, list[tuple[Any, ...]]], village: str) -> dict[str, list[tuple[Any, ...]]]:
    at = {
        m._meta.db_table: [f.column for f in m._meta.concrete_fields].index("area")
        for m in register_models()
        if any(f.column == "area" for f in m._meta.concrete_fields)
    }
    return {table: [row for row in rows if row[at[table]] == village] for table, rows in tables.items() if table in at}


def test_before_the_first_household_the_register_is_empty(cun):
    before = newest_position()
    household = enroll(cun, open_period(cun))
    with register_at(moment_of(str(before))):
        assert (Household.objects.count(), Person.objects.count(), Period.objects.count()) == (0, 0, 0)
    assert Household.objects.get() == household


def test_a_household_that_moved_stands_in_its_village_of_then(sheng, cun, lincun):
    period = open_period(cun)
    household = enroll(cun, period)
    before = newest_position()
    with pen(sheng):
        Household.objects.filter(pk=household.pk).update(area=NEXT_VILLAGE)
        HouseholdPeriod.objects.filter(household=household).update(area=NEXT_VILLAGE)
    with by_area(), register_at(moment_of(str(before)), VILLAGE):
        assert [h.area for h in Household.objects.visible_to(cun)] == [VILLAGE]
        assert list(Household.objects.visible_to(lincun)) == []
    with by_area(), register_at(moment_of(str(newest_position())), NEXT_VILLAGE):
        assert [h.area for h in Household.objects.visible_to(lincun)] == [NEXT_VILLAGE]


def test_who_may_look_is_who_may_look_now(cun, lincun, sheng):
    enroll(cun, open_period(cun))
    before = newest_position()
    with pen(sheng):
        Grant.objects.filter(user=cun).update(to_on=timezone.localdate() - timedelta(days=1))
        Grant.objects.create(user=lincun, role="village_team", area=VILLAGE, level="village", from_on=timezone.localdate())
    with register_at(moment_of(str(before))):
        assert Household.objects.visible_to(cun).count() == 0
        assert Household.objects.visible_to(lincun).count() == 1


def test_a_period_that_is_frozen_now_was_open_then(cun, sheng):
    period = open_period(cun)
    enroll(cun, period)
    before = newest_position()
    freeze(sheng, period)
    with register_at(moment_of(str(before))):
        assert Period.objects.get().state == Period.OPEN
    with register_at(moment_of(str(newest_position()))):
        assert Period.objects.get().state == Period.FROZEN


def test_an_image_of_an_older_shape_has_the_columns_of_today(cun, sheng):
    """`group_name` came later, a column `old_name` went since."""
    household = enroll(cun, open_period(cun))
    before = newest_position()
    with undone():
        _rewrite_without_group(household)
        with pen(sheng):
            Household.objects.filter(pk=household.pk).update(closed="duplicate", version=2)
        with register_at(moment_of(str(before))):
            then = Household.objects.get()
            assert (then.household_no, then.area, then.group_name, then.closed) == (household.household_no, VILLAGE, "", "")


def _rewrite_without_group(household: Household) -> None:
    """The household's first entry as a program wrote it whose table had no `group_name`."""
    from tests.journal.acts import behind_the_journal, sql

    newest = JournalSchema.objects.filter(tbl="household").latest("schema_ver")
    columns = (
        '[["id","number",0],["version","number",0],["came_from","text",0],["household_no","text",0],["old_name","text",0],["area","text",0],'
        '["closed","text",0],["closed_on","date",0]]'
    )
    older = JournalSchema.objects.create(tbl="household", schema_ver=newest.schema_ver + 7, columns=columns)
    number = household.household_no
    image = f"={household.pk},=1,0:,{len(number)}:{number},3:旧,12:{household.area},0:,~,"
    with behind_the_journal("journal_entry"):
        sql(
            "update journal_entry set schema_id = %s, image = %s where schema_id = %s and pk = %s", older.pk, image, newest.pk, household.pk
        )


def test_nothing_can_be_posted_while_the_past_is_read(cun, sheng):
    enroll(cun, open_period(cun))
    before = newest_position()
    enroll(cun, open_period(cun, "2019"), members=[member("金一", "head", make_id("990101", date(1970, 1, 1), 99))])
    with register_at(moment_of(str(before))), pytest.raises(ReadingThePast, match="只能看"), pen(sheng):
        pass


@pytest.mark.parametrize("layout", ["whole", "by_area"])
def test_nothing_stays_behind_afterwards(cun, layout):
    enroll(cun, open_period(cun))
    before = newest_position()
    enroll(cun, open_period(cun, "2019"), members=[member("金一", "head", make_id("990101", date(1970, 1, 1), 99))])
    now = copy_of_tables()
    with mock.patch.object(past, "ENTRIES_EACH", -1 if layout == "by_area" else 10**9):
        with register_at(moment_of(str(before)), VILLAGE):
            assert Household.objects.count() == 1
        with pytest.raises(ZeroDivisionError), register_at(moment_of(str(before)), VILLAGE):
            raise ZeroDivisionError
    assert copy_of_tables() == now


def test_a_day_is_its_last_position(cun, sheng):
    period = open_period(cun)
    with posting(by=sheng, at=datetime(2026, 4, 2, tzinfo=UTC), cause=Cause("test.write"), area=PROVINCE):
        Period.objects.filter(pk=period.pk).update(title="四月")
    with posting(by=sheng, at=datetime(2026, 5, 2, tzinfo=UTC), cause=Cause("test.write"), area=PROVINCE):
        Period.objects.filter(pk=period.pk).update(title="五月")
    with register_at(moment_of("2026-04-30")):
        assert Period.objects.get().title == "四月"


def test_the_queries_are_as_many_for_twelve_households_as_for_two(cun):
    period = open_period(cun)
    before = newest_position()
    asked = []
    for upto in (2, 12):
        for at in range(upto):
            enroll(cun, period, members=[member(f"贾{at}", "head", make_id("990101", date(1970, 1, upto), at))])
        with CaptureQueriesContext(connection) as queries, by_area(), register_at(moment_of(str(before)), TOWNSHIP):
            assert Household.objects.count() == 0
        asked.append(len(queries))
    assert asked[0] == asked[1] < 90
