"""Set-wise writing and reading of the register: what stands, what changes, what is lost to somebody faster."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from taizhang.households import writing
from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Person
from taizhang.households.sealing import digest_of, seal_lines
from taizhang.households.standing import standing_households, standing_persons
from taizhang.journal.bulk import take_ids
from taizhang.journal.models import JournalEntry
from tests.cast import VILLAGE
from tests.households.families import HEAD_NO, SON_NO, WIFE_NO, archive_of, enroll, member, member_named, open_period
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
LINES = {
    "line.household": [1, 1, 2],
    "line.came_from": ["7/名单/3", "7/名单/4", None],
    "key.area": [VILLAGE] * 3,
    "key.group": ["一组", None, "二组"],
    "key.household_no": ["9901010001", None, None],
    "person.name": ["李四", "张三", "王五"],
    "person.id_no": [WIFE_NO, HEAD_NO, None],
    "membership.relation": ["spouse", "head", "head"],
    "member.work_months": [None, 6, 0],
    "household.address": [None, "一组12号", None],
    "household.inc_wage_yuan": [Decimal("1.00"), None, Decimal("0.10")],
}


@pytest.fixture
def period(cun):
    return open_period(cun)


def _lines() -> pl.DataFrame:
    return seal_lines(pl.DataFrame(LINES, schema_overrides={"household.inc_wage_yuan": pl.Decimal(14, 2)}), ["person.id_no"])


def _write(cun, period) -> pl.DataFrame:
    with pen(cun):
        lines = writing.add_households(_lines(), period)
        writing.add_members(lines, period)
    return lines


def test_lines_become_households_persons_memberships_and_archives(cun, period):
    lines = _write(cun, period)
    assert lines["household_id"].n_unique() == 2
    assert [m.objects.count() for m in (Household, HouseholdPeriod, Person, Membership, MemberPeriod)] == [2, 2, 3, 3, 3]


def test_a_household_takes_the_first_value_that_any_of_its_lines_tells_the_heads_line_first(cun, period):
    _write(cun, period)
    first = HouseholdPeriod.objects.order_by("pk")[0]
    assert (first.head_name, first.address, first.inc_wage_yuan, first.member_count) == ("张三", "一组12号", Decimal("1.00"), 2)


def test_a_number_that_is_told_is_kept_and_one_that_is_not_is_issued(cun, period):
    _write(cun, period)
    numbers = list(Household.objects.order_by("pk").values_list("pk", "household_no"))
    assert numbers[0][1] == "9901010001"
    assert numbers[1][1] == f"T{numbers[1][0]:011d}"


def test_each_row_names_its_cell_of_the_workbook(cun, period):
    _write(cun, period)
    assert list(Person.objects.order_by("pk").values_list("name", "came_from")) == [
        ("李四", "7/名单/3"),
        ("张三", "7/名单/4"),
        ("王五", ""),
    ]


def test_no_lines_write_nothing(cun, period):
    before = JournalEntry.objects.count()
    with pen(cun):
        writing.add_members(writing.add_households(_lines().clear(), period), period)
        writing.refresh_derived([], period)
    assert JournalEntry.objects.count() == before


def test_ids_are_fresh_and_never_meet_those_of_djangos_own_writes(cun, period):
    _write(cun, period)
    with pen(cun):
        one = Household.objects.create(household_no="x", area=VILLAGE)
        ids = list(take_ids(Household, 3))
    assert one.pk not in ids
    assert not Household.objects.filter(pk__in=ids).exists()


def test_who_read_an_older_version_changes_nothing(cun, period):
    _write(cun, period)
    stale, fresh = HouseholdPeriod.objects.order_by("pk")
    rows = pl.DataFrame({"id": [stale.pk, fresh.pk], "version": [stale.version + 7, fresh.version], "address": ["旧", "新"]})
    with pen(cun):
        assert writing.change(HouseholdPeriod, rows, ("address",)) == 1
    stands = HouseholdPeriod.objects.order_by("pk").values_list("address", "version")
    assert list(stands) == [("一组12号", 1), ("新", 2)]


def test_derived_figures_are_refreshed_only_where_they_differ(cun, period):
    _write(cun, period)
    first, second = HouseholdPeriod.objects.order_by("pk")
    with pen(cun):
        HouseholdPeriod.objects.filter(pk=first.pk).update(exp_business_yuan=Decimal("0.50"))
        writing.refresh_derived([first.household_id, second.household_id], period)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.inc_net_yuan, first.inc_net_pc_yuan, first.version) == (Decimal("0.50"), Decimal("0.25"), 2)
    assert second.version == 1


def test_what_stands_is_found_by_number_wherever_and_comes_typed(cun, period):
    household = enroll(cun, period)
    found = standing_persons([digest_of(SON_NO), "0" * 32], [], period)
    son = member_named(household, "张小三")
    row = found.row(0, named=True)
    assert found.height == 1
    assert (row["person_id"], row["membership_id"], row["household_id"], row["area"]) == (son.person_id, son.pk, household.pk, VILLAGE)
    assert (row["now.person.birth_date"], row["now.member.work_months"], row["now.membership.relation"]) == (date(1990, 1, 2), 11, "son")


def test_a_person_is_found_once_by_digest_and_number_together(cun, period):
    household = enroll(cun, period)
    person = member_named(household, "张三").person
    assert standing_persons([person.id_digest], [person.person_no], period).height == 1


def test_a_household_stands_with_its_archive_as_typed_values(cun, period):
    household = enroll(cun, period)
    row = standing_households([household.pk], [household.household_no], period).row(0, named=True)
    archive = archive_of(household, period)
    assert (row["members"], row["archive_id"], row["archive_version"], row["identification_id"]) == (3, archive.pk, 1, None)
    assert (row["now.household.inc_wage_yuan"], row["now.household.is_unsafe"], row["now.household.address"]) == (
        Decimal("9000.00"),
        None,
        "一组12号",
    )


def test_another_period_knows_the_household_but_no_archive(cun, period):
    household = enroll(cun, period, members=[member("王五", "head")])
    row = standing_households([household.pk], [], open_period(cun, "2019")).row(0, named=True)
    assert (row["household_id"], row["archive_id"], row["now.household.address"]) == (household.pk, None, None)


def test_nothing_asked_nothing_found(period):
    assert standing_persons([], [], period).height == standing_households([], [], period).height == 0
