"""Who may give and take which role."""

from datetime import date

import pytest
from django.utils import timezone

from taizhang.accounts.access import NotPermitted, Permission, may
from taizhang.accounts.granting import AlreadyEnded, GrantImpossible, end_grant, grant_role
from taizhang.accounts.models import Grant
from taizhang.journal.posting import Cause
from taizhang.journal.replay import history
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PREFECTURE, PROVINCE, TOWNSHIP, VILLAGE, account_of, grant_to

pytestmark = pytest.mark.django_db


def grant(by, user, role="village_team", area=VILLAGE, level="village", to_on=None):
    return grant_role(
        by=by,
        at=timezone.now(),
        cause=Cause("grant.add"),
        user=user,
        role=role,
        area=area,
        level=level,
        from_on=date(2026, 1, 1),
        to_on=to_on,
    )


def end(by, kept):
    return end_grant(by=by, at=timezone.now(), cause=Cause("grant.end", reason="轮岗"), grant=kept)


def test_a_county_grants_a_village_team_inside_the_county(xian, guest):
    grant(xian, guest)
    assert may(guest, Permission.HOUSEHOLD_VIEW, VILLAGE)


def test_a_county_grants_another_county_clerk(xian, guest):
    grant(xian, guest, "county", COUNTY, "county")
    assert may(guest, Permission.ACCOUNTS_MANAGE, COUNTY)


@pytest.mark.parametrize(
    ("role", "area", "level"),
    [
        ("village_team", "990102100201", "village"),
        ("county", OTHER_COUNTY, "county"),
        ("prefecture", PREFECTURE, "prefecture"),
        ("province", PROVINCE, "province"),
        ("auditor", COUNTY, "county"),
        ("console", "000000000000", "nation"),
    ],
)
def test_a_county_may_not_grant_beyond_its_area_or_above_its_level(xian, guest, role, area, level):
    with pytest.raises(NotPermitted):
        grant(xian, guest, role, area, level)


@pytest.mark.parametrize("name", ["cun", "xiang", "shenji", "guest", "former", "state"])
def test_who_keeps_no_accounts_grants_nothing(request, name, lincun):
    with pytest.raises(NotPermitted):
        grant(request.getfixturevalue(name), lincun)


def test_nobody_changes_his_own_grants(xian, sheng):
    with pytest.raises(NotPermitted, match="自己"):
        grant(xian, xian, "county", COUNTY, "county")
    with pytest.raises(NotPermitted, match="自己"):
        end(sheng, sheng.grant_set.get())


def test_a_second_account_of_the_same_human_is_oneself(xian, console):
    second = account_of("second", area=COUNTY, level="county")
    second.person = xian.person
    with pytest.raises(NotPermitted, match="自己"):
        grant(xian, second)


def test_a_county_may_not_touch_an_account_with_a_provincial_grant(xian, console):
    mighty = account_of("mighty", area=COUNTY, level="county")
    grant_to(mighty, "province", PROVINCE, "province")
    with pytest.raises(NotPermitted, match="不归您管理"):
        grant(xian, mighty)


@pytest.mark.parametrize(
    ("role", "area", "level", "to_on", "field"),
    [
        ("king", VILLAGE, "village", None, "role"),
        ("village_team", TOWNSHIP, "township", None, "level"),
        ("township", VILLAGE, "township", None, "area"),
        ("township", "99", "township", None, "area"),
        ("village_team", VILLAGE, "village", date(2025, 1, 1), "to_on"),
    ],
)
def test_an_impossible_grant_is_refused_by_the_field_that_is_wrong(xian, guest, role, area, level, to_on, field):
    with pytest.raises(GrantImpossible) as refused:
        grant(xian, guest, role, area, level, to_on)
    assert refused.value.field == field


def test_ending_keeps_the_grant_as_a_new_version_with_its_reason(xian, cun):
    kept = end(xian, cun.grant_set.get())
    assert not may(cun, Permission.DESK_VIEW)
    assert [(change.op, change.reason) for change in history(Grant, kept.pk)] == [("I", ""), ("U", "轮岗")]


def test_a_grant_ends_once(xian, cun):
    kept = end(xian, cun.grant_set.get())
    with pytest.raises(AlreadyEnded):
        end(xian, kept)


def test_another_county_and_the_village_itself_may_not_end_a_grant(waixian, xiang, cun, lincun):
    kept = lincun.grant_set.get()
    with pytest.raises(NotPermitted):
        end(waixian, kept)
    with pytest.raises(NotPermitted):
        end(xiang, kept)
    assert may(lincun, Permission.DESK_VIEW, NEXT_VILLAGE)
    assert may(cun, Permission.DESK_VIEW, VILLAGE)
