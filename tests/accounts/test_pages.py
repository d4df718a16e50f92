"""The pages of accounts and grants: what the right person can do there, and what the wrong one cannot."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from taizhang.accounts.access import Permission, may
from taizhang.accounts.keeping import disable_account
from taizhang.accounts.models import Grant, User
from taizhang.accounts.unmask import log_unmask
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import Cause, posting
from taizhang.places.models import Place
from tests.cast import COUNTY, NEXT_VILLAGE, PROVINCE, START, VILLAGE, account_of, grant_to, signed_in

pytestmark = pytest.mark.django_db
NEWCOMER = {"username": "newcomer", "name": "王新人", "area": VILLAGE, "level": "village"}
GRANT = {
    "role": "village_team",
    "area": VILLAGE,
    "level": "village",
    "from_on": "2020-01-01",
    "to_on": "2099-12-31",
    "reason": "县党组会议纪要",
}


def once_shown(page):
    """The one-time password on a page, or None."""
    found = re.search("一次性密码[::]([A-Za-z0-9_-]+)", page.content.decode())
    return found and found[1]


def test_a_county_opens_an_account_and_hands_over_a_password_shown_once(xian):
    client = signed_in(xian)
    answer = client.post("/users/add", NEWCOMER)
    user = User.objects.get(username="newcomer")
    assert answer.url == f"/users/{user.pk}"
    password = once_shown(client.get(answer.url))
    assert user.check_password(password)
    assert once_shown(client.get(answer.url)) is None


def test_the_newcomer_has_to_choose_his_own_password_first(xian):
    client = signed_in(xian)
    password = once_shown(client.get(client.post("/users/add", NEWCOMER).url))
    newcomer = Client()
    newcomer.post("/sign-in", {"name": "newcomer", "password": password})
    assert newcomer.get("/account/totp").url == "/account"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"username": ""}, "必填"),
        ({"username": "xian"}, "这个登录名已经有人使用"),
        ({"level": "township"}, "区划代码与级别不符"),
        ({"level": "village_of_mine"}, "没有这个级别"),
    ],
)
def test_a_bad_account_form_comes_back_with_what_was_typed(xian, typed, says):
    answer = signed_in(xian).post("/users/add", NEWCOMER | typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "王新人" in answer.content.decode()


def test_pressing_the_button_twice_opens_one_account(xian):
    client = signed_in(xian)
    client.post("/users/add", NEWCOMER | {"idempotency_key": "k1"})
    client.post("/users/add", NEWCOMER | {"idempotency_key": "k1", "username": "newcomer2"})
    assert User.objects.filter(username__startswith="newcomer").count() == 1


def test_a_county_grants_on_the_page_and_the_grant_counts(xian, guest):
    answer = signed_in(xian).post(f"/users/{guest.pk}/grants/add", GRANT)
    assert answer.status_code == 302
    assert may(guest, Permission.HOUSEHOLD_VIEW, VILLAGE)
    assert JournalTx.objects.get(action="grant.add").reason == "县党组会议纪要"


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({"to_on": ""}, 422, "请填写日期"),
        ({"from_on": "2026-13-40"}, 422, "请填写日期"),
        ({"to_on": "2019-01-01"}, 422, "截止日期早于起始日期"),
        ({"reason": " "}, 422, "必填"),
        ({"level": "county"}, 422, "只能授予"),
        ({"role": "province", "area": PROVINCE, "level": "province"}, 403, "只能在自己的管辖区域内授权"),
        ({"area": "990102100201"}, 403, "只能在自己的管辖区域内授权"),
    ],
)
def test_a_bad_grant_is_refused_on_the_page(xian, guest, typed, status, says):
    answer = signed_in(xian).post(f"/users/{guest.pk}/grants/add", GRANT | typed)
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert Grant.objects.filter(user=guest).count() == 0


def test_the_roles_offered_are_those_one_may_grant(xian, guest):
    page = signed_in(xian).get(f"/users/{guest.pk}/grants/add").content.decode()
    assert 'value="village_team"' in page
    assert 'value="province"' not in page
    assert 'value="console"' not in page


def test_areas_are_picked_by_name_inside_ones_reach(xian, guest, console):
    with posting(by=console, at=START, cause=Cause("test.places"), area=COUNTY):
        place = {"pinyin": "", "initials": "", "from_on": date(2010, 1, 1), "origin": "test", "level": "village"}
        Place.objects.create(code=VILLAGE, name="古井村", **place)
        Place.objects.create(code="990102100201", name="外县村", **place)
    page = signed_in(xian).get(f"/users/{guest.pk}/grants/add").content.decode()
    assert "古井村" in page
    assert "外县村" not in page


def test_a_grant_is_ended_with_a_reason(xian, cun):
    address = f"/grants/{cun.grant_set.get().pk}/end"
    client = signed_in(xian)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "轮岗"}).status_code == 302
    assert client.post(address, {"reason": "轮岗"}).status_code == 409
    assert not may(cun, Permission.DESK_VIEW)


def test_a_grant_of_the_province_is_not_ended_by_the_county(xian, sheng, console):
    auditor = account_of("auditor2", area=COUNTY, level="county")
    grant = grant_to(auditor, "auditor", COUNTY, "county")
    assert signed_in(xian).post(f"/grants/{grant.pk}/end", {"reason": "轮岗"}).status_code == 403
    assert may(auditor, Permission.LOGS_VIEW, COUNTY)


def test_an_account_is_disabled_and_enabled_with_a_reason_in_its_history(xian, cun):
    client = signed_in(xian)
    assert client.post(f"/users/{cun.pk}/disable", {}).status_code == 422
    client.post(f"/users/{cun.pk}/disable", {"reason": "调离"})
    assert not User.objects.get(pk=cun.pk).is_active
    client.post(f"/users/{cun.pk}/enable", {"reason": "调回"})
    page = client.get(f"/users/{cun.pk}").content.decode()
    assert page.index("</b> 启用了账号") < page.index("</b> 停用了账号")
    assert "调离" in page


def test_nobody_disables_himself(xian):
    assert signed_in(xian).post(f"/users/{xian.pk}/disable", {"reason": "x"}).status_code == 403
    assert User.objects.get(pk=xian.pk).is_active


def test_a_password_is_reset_and_shown_once(xian, cun):
    client = signed_in(xian)
    page = client.get(client.post(f"/users/{cun.pk}/password").url)
    cun.refresh_from_db()
    assert cun.check_password(once_shown(page))
    assert cun.must_change


def test_nobody_resets_his_own_password_or_second_factor_without_the_old_one(xian):
    client = signed_in(xian)
    assert client.post(f"/users/{xian.pk}/password").status_code == 403
    assert client.post(f"/users/{xian.pk}/totp").status_code == 403


def test_a_lost_telephone_is_taken_off_by_the_county_only(xian, waixian, cun):
    TOTPDevice.objects.create(user=cun, confirmed=True, name="手机")
    assert signed_in(waixian).post(f"/users/{cun.pk}/totp").status_code == 404
    assert TOTPDevice.objects.count() == 1
    signed_in(xian).post(f"/users/{cun.pk}/totp")
    assert TOTPDevice.objects.count() == 0
    assert JournalTx.objects.filter(action="totp.unbind").count() == 1


def test_the_list_finds_by_name_and_by_state(xian, cun, lincun, sheng):
    disable_account(by=sheng, at=timezone.now(), cause=Cause("account.disable"), user=lincun)
    client = signed_in(xian)
    assert "lincun" not in client.get("/users?state=on").content.decode()
    assert "lincun" in client.get("/users?state=off").content.decode()
    assert "lincun" not in client.get("/users?q=xian").content.decode()


def test_the_list_shows_no_grant_outside_the_scope(xian, cun):
    grant_to(cun, "auditor", PROVINCE, "province")
    page = signed_in(xian).get("/users?q=cun").content.decode()
    assert "驻村工作队" in page
    assert "审计" not in page
    assert "审计" not in signed_in(xian).get(f"/users/{cun.pk}").content.decode()


def test_a_long_list_goes_on_after_the_last_name(xian, console):
    many = [account_of(f"team{n:02}", area=NEXT_VILLAGE) for n in range(55)]
    client = signed_in(xian)
    first = client.get("/users?q=team").content.decode()
    assert many[49].username in first
    assert many[50].username not in first
    assert many[50].username in client.get("/users?after=team49&q=team").content.decode()


def test_a_list_asks_as_many_queries_for_many_accounts_as_for_one(xian, console, django_assert_max_num_queries):
    _ = [account_of(f"team{n:02}", area=NEXT_VILLAGE) for n in range(20)]
    client = signed_in(xian)
    client.get("/users")
    with django_assert_max_num_queries(10):
        client.get("/users")


def test_a_part_of_the_list_comes_without_the_frame(xian):
    page = signed_in(xian).get("/users", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "xian" in page


def test_an_auditor_reads_accounts_and_gets_no_buttons(shenji, cun):
    client = signed_in(shenji)
    page = client.get(f"/users/{cun.pk}").content.decode()
    assert "cun" in page
    assert "/grants/add" not in page
    assert client.post(f"/users/{cun.pk}/disable", {"reason": "x"}).status_code == 403


def test_an_auditor_reads_who_signed_in_and_who_saw_numbers(shenji, cun, waixian):
    log_unmask(
        by=cun, at=timezone.now(), area=VILLAGE, household_pk=7, person_pks=[8], fields=["id_no"], reason="核对低保名单", source="10.0.0.1"
    )
    signed_in(waixian).get("/account")
    client = signed_in(shenji)
    assert "waixian" in client.get("/logs").content.decode()
    looks = client.get("/logs?kind=unmask").content.decode()
    assert "核对低保名单" in looks
    assert "证件号码" in looks


def test_a_county_does_not_read_the_logs_that_watch_it(xian):
    assert signed_in(xian).get("/logs").status_code == 403
