"""The page of periods and windows: opening, carrying over, freezing, declaring; what each will do is said before."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from taizhang.accounts.keeping import console_account
from taizhang.households.models import HouseholdPeriod, OperationWindow, Period
from taizhang.journal.models import JournalTx
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PROVINCE, START, TOWNSHIP, VILLAGE, account_of, grant_to, signed_in
from tests.factories import a_household, a_period, some_places
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
NEW = {"kind": "annual", "key": "2027", "reference_on": "2027-12-31", "reason": "省办通知"}


def body(answer) -> str:
    return answer.content.decode()


def hidden(answer, name: str) -> str:
    return re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', body(answer))[1]


def send(client, address, **fields):
    """Open a form and send it with these fields."""
    asked = client.get(address)
    told = {name: hidden(asked, name) for name in ("idempotency_key", "version") if f'name="{name}"' in body(asked)}
    return client.post(address, told | fields)


def window(area=PROVINCE, operation="split", level="", opens=-2, closes=-1) -> OperationWindow:
    now = timezone.now()
    with pen(console_account(at=START), area=area):
        return OperationWindow.objects.create(
            area=area, operation=operation, level=level, opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes)
        )


def test_each_sees_the_households_of_his_own_area_by_period(cun, lincun):
    a_household(VILLAGE, "钱明珍", serial=1)
    a_household(NEXT_VILLAGE, "金国强", serial=2)
    a_household(NEXT_VILLAGE, "郑明珍", serial=3)
    assert '<td data-col="households" class="num">1</td>' in body(signed_in(cun).get("/periods"))
    assert '<td data-col="households" class="num">2</td>' in body(signed_in(lincun).get("/periods"))


def test_buttons_stand_only_for_who_may_press_them(cun, xian, sheng):
    period = a_period()
    a_period("2025")
    page = body(signed_in(cun).get("/periods"))
    assert "/periods/open" not in page
    assert f"/periods/{period.pk}/freeze" not in page
    assert f"/periods/{period.pk}/freeze" in body(signed_in(xian).get("/periods"))
    page = body(signed_in(sheng).get("/periods"))
    assert ("/periods/open" in page, f"/periods/{period.pk}/rollover" in page, "/windows/declare" in page) == (True, True, True)


def test_the_province_opens_a_year_whose_income_window_is_known(sheng):
    client = signed_in(sheng)
    assert "已有的期次和档案都不变" in body(client.get("/periods/open"))
    assert send(client, "/periods/open", **NEW).status_code == 302
    made = Period.objects.get()
    assert (made.title, made.income_from, made.income_to) == ("2027年度", date(2026, 10, 1), date(2027, 9, 30))


def test_a_month_without_its_income_window_is_sent_back_and_a_taken_key_refused(sheng):
    client = signed_in(sheng)
    answer = send(client, "/periods/open", **NEW | {"kind": "monthly", "key": "202708"})
    assert answer.status_code == 422
    assert "请填写日期" in body(answer)
    send(client, "/periods/open", **NEW)
    answer = send(client, "/periods/open", **NEW)
    assert (answer.status_code, "已经有了" in body(answer)) == (409, True)
    assert Period.objects.count() == 1


def test_what_would_be_carried_is_counted_before(sheng):
    old, new = a_period("2025"), a_period("2026")
    a_household(VILLAGE, "钱明珍", serial=1, period=old)
    client = signed_in(sheng)
    page = body(client.get(f"/periods/{new.pk}/rollover"))
    assert "1 户、1 人" in page
    assert "收入、收入核算明细、务工时间和务工经历不带" in page
    assert send(client, f"/periods/{new.pk}/rollover", old="2025").status_code == 302
    assert HouseholdPeriod.objects.filter(period=new).count() == 1


def test_what_would_be_carried_is_counted_in_ones_own_area_only(db):
    a_household(VILLAGE, "钱明珍", serial=1, period=a_period("2025"))
    manager = account_of("waisheng", area=OTHER_COUNTY, level="county")
    grant_to(manager, "province", OTHER_COUNTY, "county")
    assert "0 户、0 人" in body(signed_in(manager).get(f"/periods/{a_period('2026').pk}/rollover"))


def test_a_rollover_from_nowhere_is_sent_back_and_one_into_a_frozen_period_refused(sheng):
    old, new = a_period("2025"), a_period("2026", state=Period.FROZEN)
    client = signed_in(sheng)
    assert send(client, f"/periods/{new.pk}/rollover").status_code == 422
    assert "已经冻结，不能再结转" in body(client.get(f"/periods/{new.pk}/rollover"))
    assert send(client, f"/periods/{new.pk}/rollover", old=old.key).status_code == 409


def test_freezing_demands_a_reason_and_says_what_it_will_do(sheng):
    period, client = a_period(), signed_in(sheng)
    address = f"/periods/{period.pk}/freeze"
    assert "由省级解冻" in body(client.get(address))
    assert "没有保存" not in body(client.get(address))
    assert send(client, address).status_code == 422
    assert send(client, address, reason="省办通知").status_code == 302
    period.refresh_from_db()
    assert period.state == Period.FROZEN
    assert JournalTx.objects.latest("pk").reason == "省办通知"
    assert send(client, address, reason="再来").status_code == 409


def test_a_county_among_others_freezes_its_own_part_and_the_province_thaws_it(xian, waixian, sheng):
    some_places()
    period = a_period()
    a_household(VILLAGE, "钱明珍", serial=1)
    a_household(f"{OTHER_COUNTY[:6]}100201", "金国强", serial=2)
    client = signed_in(xian)
    assert "只冻结您的辖区" in body(client.get(f"/periods/{period.pk}/freeze"))
    assert send(client, f"/periods/{period.pk}/freeze", reason="县级冻结").status_code == 302
    assert "1 处已冻结" in body(client.get("/periods"))
    assert "1 处已冻结" not in body(signed_in(waixian).get("/periods"))
    province = signed_in(sheng)
    assert send(province, f"/periods/{period.pk}/thaw").status_code == 422
    assert send(province, f"/periods/{period.pk}/thaw", reason="复核改正").status_code == 302
    assert "1 处已冻结" not in body(client.get("/periods"))
    assert send(province, f"/periods/{period.pk}/thaw", reason="再来").status_code == 409


def test_dates_told_wrongly_are_put_right_with_a_reason_and_a_lost_race_is_told(sheng):
    period, client = a_period(), signed_in(sheng)
    address = f"/periods/{period.pk}/redate"
    told = {"title": "", "reference_on": "2026-12-30", "income_from": "2025-10-01", "income_to": "2026-09-30"}
    asked = client.get(address)
    assert 'value="2026-12-31"' in body(asked)
    assert send(client, address, **told).status_code == 422
    assert send(client, address, **told, reason="文件所载为30日").status_code == 302
    period.refresh_from_db()
    assert period.reference_on == date(2026, 12, 30)
    late = client.post(address, told | {"version": hidden(asked, "version"), "idempotency_key": "late", "reason": "又改"})
    assert late.status_code == 409


def test_the_same_form_sent_twice_opens_one_period(sheng):
    client = signed_in(sheng)
    key = {"idempotency_key": "once"}
    assert [client.post("/periods/open", NEW | key).status_code for _ in range(2)] == [302, 302]
    assert Period.objects.count() == 1


def test_windows_over_ones_area_are_shown_with_whether_they_are_open(cun):
    a_period()
    window(PROVINCE, "split")
    window(COUNTY, "merge", opens=-1, closes=3)
    window(OTHER_COUNTY, "move")
    page = body(signed_in(cun).get("/periods"))
    assert re.search(r"分户.*?已截止", page, re.S)
    assert re.search(r"合户.*?开放中", page, re.S)
    assert "迁移" not in page


def test_the_province_declares_a_window_from_a_day_to_a_day(sheng):
    some_places()
    client = signed_in(sheng)
    told = {"operation": "split", "level": "county", "area": COUNTY, "opens_on": "2026-11-01", "closes_on": "2026-11-30"}
    assert "窗口期以外办理的" in body(client.get("/windows/declare"))
    assert send(client, "/windows/declare", **told).status_code == 302
    made = OperationWindow.objects.get()
    local = [timezone.localtime(at).strftime("%m-%d %H:%M") for at in (made.opens_at, made.closes_at)]
    assert (made.level, local) == ("county", ["11-01 00:00", "12-01 00:00"])


def test_a_window_that_ends_before_it_begins_or_over_a_foreign_area_is_sent_back(sheng):
    some_places()
    client = signed_in(sheng)
    told = {"operation": "split", "level": "every", "area": TOWNSHIP, "opens_on": "2026-11-30", "closes_on": "2026-11-01"}
    assert "截止日期早于开放日期" in body(send(client, "/windows/declare", **told))
    assert send(client, "/windows/declare", **told | {"area": "980000000000", "closes_on": "2026-12-01"}).status_code == 422
    assert not OperationWindow.objects.exists()


def test_a_window_declared_by_mistake_is_withdrawn_with_a_reason(sheng):
    one, client = window(), signed_in(sheng)
    address = f"/windows/{one.pk}/withdraw"
    assert send(client, address).status_code == 422
    assert send(client, address, reason="日期写错").status_code == 302
    assert "撤销" in body(client.get(address))
    one.refresh_from_db()
    assert one.withdrawn


def test_who_withdraws_a_window_that_was_changed_meanwhile_is_told(sheng):
    one, client = window(), signed_in(sheng)
    asked = client.get(f"/windows/{one.pk}/withdraw")
    with pen(sheng, area=PROVINCE):
        OperationWindow.objects.filter(pk=one.pk).update(note="改了说明", version=2)
    answer = client.post(f"/windows/{one.pk}/withdraw", {"version": hidden(asked, "version"), "idempotency_key": "a", "reason": "日期写错"})
    assert answer.status_code == 409
    assert not OperationWindow.objects.get().withdrawn


@pytest.mark.parametrize(("who", "status"), [("cun", 200), ("shenji", 200), ("sheng", 200), ("guest", 403)])
def test_the_list_opens_for_whoever_sees_periods(request, who, status):
    a_period()
    assert signed_in(request.getfixturevalue(who)).get("/periods").status_code == status


@pytest.mark.parametrize(("who", "status"), [("xian", 403), ("shenji", 403), ("sheng", 200)])
def test_only_the_province_opens_periods_and_declares_windows(request, who, status):
    client = signed_in(request.getfixturevalue(who))
    assert (client.get("/periods/open").status_code, client.get("/windows/declare").status_code) == (status, status)


def test_the_list_asks_a_fixed_number_of_queries(sheng, django_assert_num_queries):
    some_places()
    for key in ("2024", "2025", "2026"):
        a_household(VILLAGE, f"户主{key}", serial=int(key) - 2000, period=a_period(key))
    for at in range(3):
        window(COUNTY, "split", opens=at, closes=at + 1)
    client = signed_in(sheng)
    client.get("/")
    with django_assert_num_queries(12):
        client.get("/periods")
