"""Who sees which areas, and who may do what there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.access import Permission, Scope
from taizhang.accounts.granting import end_grant
from taizhang.accounts.models import User
from taizhang.journal.posting import Cause
from tests.cast import (
    COUNTY,
    NEXT_VILLAGE,
    OTHER_COUNTY,
    PREFECTURE,
    PROVINCE,
    TOWNSHIP,
    VILLAGE,
    account_of,
    grant_to,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("cun", {VILLAGE}),
        ("lincun", {NEXT_VILLAGE}),
        ("xiang", {VILLAGE, NEXT_VILLAGE, TOWNSHIP}),
        ("xian", {VILLAGE, NEXT_VILLAGE, TOWNSHIP, COUNTY}),
        ("waixian", {OTHER_COUNTY}),
        ("shi", {VILLAGE, NEXT_VILLAGE, TOWNSHIP, COUNTY, OTHER_COUNTY, PREFECTURE}),
        ("sheng", {VILLAGE, NEXT_VILLAGE, TOWNSHIP, COUNTY, OTHER_COUNTY, PREFECTURE, PROVINCE}),
        ("shenji", {VILLAGE, NEXT_VILLAGE, TOWNSHIP, COUNTY, OTHER_COUNTY, PREFECTURE, PROVINCE}),
        ("guest", set()),
        ("former", set()),
    ],
)
def test_everyone_of_the_cast_sees_exactly_his_own_area(request, name, seen):
    scope = access.scope_of(request.getfixturevalue(name))
    areas = {VILLAGE, NEXT_VILLAGE, TOWNSHIP, COUNTY, OTHER_COUNTY, PREFECTURE, PROVINCE}
    assert {area for area in areas if scope.contains(area)} == seen


def test_a_natural_village_belongs_to_its_village(cun, lincun):
    assert access.scope_of(cun).contains(f"{VILLAGE}003")
    assert not access.scope_of(lincun).contains(f"{VILLAGE}003")


def test_the_state_reads_the_whole_country_and_writes_nothing(state):
    assert access.may(state, Permission.HOUSEHOLD_VIEW, "110101001001")
    assert not access.may(state, Permission.HOUSEHOLD_CORRECT, "110101001001")


def test_a_village_may_enroll_in_its_own_village_only(cun):
    access.require(cun, Permission.HOUSEHOLD_ENROLL, area=VILLAGE)
    with pytest.raises(access.NotPermitted, match="管辖区域"):
        access.require(cun, Permission.HOUSEHOLD_ENROLL, area=NEXT_VILLAGE)


def test_only_the_province_corrects_locked_fields(request):
    allowed = {
        name
        for name in ("cun", "xiang", "xian", "shi", "sheng", "shenji")
        if access.may(request.getfixturevalue(name), Permission.HOUSEHOLD_CORRECT_LOCKED, VILLAGE)
    }
    assert allowed == {"sheng"}


def test_an_auditor_reads_the_logs_and_changes_nothing(shenji):
    reading = {
        "desk.view",
        "places.view",
        "period.view",
        "household.view",
        "export.run",
        "unmask",
        "journal.view",
        "logs.view",
        "accounts.view",
        "support.view",
        "village.view",
    }
    assert {str(p) for p in Permission if access.may(shenji, p, COUNTY)} == reading


def test_a_grant_counts_from_its_first_to_its_last_day(console):
    today = timezone.localdate()
    user = account_of("short")
    grant_to(user, "county", COUNTY, "county", from_on=today + timedelta(days=1))
    grant_to(user, "village_team", VILLAGE, "village", from_on=today, to_on=today)
    assert access.scope_of(user).ranges == ((VILLAGE, NEXT_VILLAGE),)


def test_neighbouring_grants_are_merged_into_one_range(console):
    user = account_of("two")
    grant_to(user, "village_team", NEXT_VILLAGE, "village")
    grant_to(user, "village_team", VILLAGE, "village")
    assert access.scope_of(user).ranges == ((VILLAGE, "990101100203"),)


def test_an_ended_grant_gives_nothing_at_once(console, cun):
    grant = cun.grant_set.get()
    end_grant(by=console, at=timezone.now(), cause=Cause("grant.end"), grant=grant)
    assert not access.may(cun, Permission.DESK_VIEW)


def test_a_disabled_account_and_a_stranger_see_nothing(cun):
    cun.is_active = False
    assert access.scope_of(cun) == Scope(())
    assert access.scope_of(AnonymousUser()) == Scope(())


def test_grants_are_read_afresh_unless_read_once(django_assert_num_queries, cun):
    with django_assert_num_queries(2):
        access.may(cun, Permission.DESK_VIEW)
        access.may(cun, Permission.DESK_VIEW)
    with django_assert_num_queries(1):
        access.read_once(cun)
        access.may(cun, Permission.DESK_VIEW)


def test_a_list_without_scope_is_empty_and_asks_no_row(guest, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list(User.objects.visible_to(guest, Permission.ACCOUNTS_VIEW)) == []


def test_a_list_holds_the_rows_of_the_scope(xian, waixian, cun, lincun):
    seen = User.objects.visible_to(xian, Permission.ACCOUNTS_VIEW).order_by("username")
    assert [user.username for user in seen] == ["cun", "lincun", "xian"]


def test_a_foreign_row_and_a_missing_one_are_the_same_answer(xian, waixian):
    rows = User.objects.visible_to(xian, Permission.ACCOUNTS_VIEW)
    with pytest.raises(access.NotFound) as foreign:
        access.fetch(rows, pk=waixian.pk)
    with pytest.raises(access.NotFound) as missing:
        access.fetch(rows, pk=987654)
    assert str(foreign.value) == str(missing.value)
    assert access.fetch(rows, pk=xian.pk) == xian
