"""The household page: five tabs, history as sentences, numbers in clear only with a reason."""

import re

import pytest
from django.utils import timezone

from taizhang.accounts.models import UnmaskLog
from taizhang.households.services.correcting import correct_household
from taizhang.journal.posting import Cause
from tests.cast import VILLAGE, signed_in
from tests.factories import a_household, a_member, a_period, archive_of, id_number, member_of

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


def fact(answer, label: str) -> str:
    """What stands beside a label, without markup."""
    return re.sub("<[^>]+>", "", re.search(rf"<dt>{re.escape(label)}</dt><dd>(.*?)</dd>", body(answer))[1]).strip()


@pytest.fixture
def household(db):
    return a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)])


@pytest.mark.parametrize(
    ("who", "status"), [("cun", 200), ("xiang", 200), ("shenji", 200), ("lincun", 404), ("waixian", 404), ("guest", 403)]
)
def test_the_page_opens_for_whom_the_village_is_in_scope(request, household, who, status):
    assert signed_in(request.getfixturevalue(who)).get(f"/households/{household.pk}").status_code == status


def test_a_foreign_household_and_a_missing_one_answer_alike(lincun, household):
    client = signed_in(lincun)
    foreign, missing = client.get(f"/households/{household.pk}"), client.get("/households/987654")
    token = re.compile(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]*"')
    assert token.sub("", body(foreign)) == token.sub("", body(missing))


def test_every_fact_is_there_and_the_unknown_is_not_called_no(cun, household):
    page = signed_in(cun).get(f"/households/{household.pk}")
    assert fact(page, "主要致贫原因") == "因病"
    assert fact(page, "首次识别年月") == "2016年8月"
    assert fact(page, "是否危房户") == "未填"
    assert fact(page, "是否军烈属") == "未填"
    assert fact(page, "耕地面积") == "未填"
    assert "10,400.50" in body(page)


def test_members_stand_with_masked_numbers_age_and_sex(cun, household):
    page = body(signed_in(cun).get(f"/households/{household.pk}"))
    assert id_number(1) not in page
    assert id_number(77)[:10] + "********" in page
    assert '<td data-col="age" class="num">45</td>' in page
    assert "汉族" in page


@pytest.mark.parametrize(("tab", "says"), [("problems", "问题清单"), ("tasks", "任务清单")])
def test_the_tabs_that_wait_say_what_will_fill_them(cun, household, tab, says):
    assert says in body(signed_in(cun).get(f"/households/{household.pk}", {"tab": tab}))


def test_an_unknown_tab_or_period_is_not_there(cun, household):
    client = signed_in(cun)
    assert client.get(f"/households/{household.pk}", {"tab": "money"}).status_code == 404
    assert client.get(f"/households/{household.pk}", {"period": "1999"}).status_code == 404


def test_a_tab_comes_as_a_part(cun, household):
    answer = signed_in(cun).get(f"/households/{household.pk}", {"tab": "tasks"}, headers={"HX-Request": "true"})
    assert "<html" not in body(answer)
    assert "任务清单" in body(answer)


def test_who_only_reads_is_offered_no_change(shenji, household):
    page = body(signed_in(shenji).get(f"/households/{household.pk}"))
    assert f"/households/{household.pk}/edit" not in page
    assert "/members/" not in page


def test_the_page_asks_a_fixed_number_of_queries(cun, household, django_assert_num_queries):
    client = signed_in(cun)
    client.get(f"/households/{household.pk}")
    with django_assert_num_queries(22):
        client.get(f"/households/{household.pk}")


def corrected(by, household, **facts) -> None:
    """A correction through the service."""
    archive = archive_of(household)
    correct_household(
        by=by,
        at=timezone.now(),
        cause=Cause("household.correct", "入户核实"),
        household_period=archive,
        version=archive.version,
        facts=facts,
    )


def test_history_says_who_why_old_and_new(cun, household):
    corrected(cun, household, is_unsafe=True, main_cause="disability")
    page = body(signed_in(cun).get(f"/households/{household.pk}/history"))
    sentence = re.search(r"<b>cun\(车头村\)</b>.*?</li>\s*</ul>", page, re.S)[0]
    assert "更正了采集表" in sentence
    assert "入户核实" in sentence
    assert '主要致贫原因:<del class="was">因病</del> → <ins class="now">因残</ins>' in sentence
    assert '是否危房户:<del class="was"><span class="unknown">未填</span></del> → <ins class="now">是</ins>' in sentence


def test_history_tells_of_a_changed_secret_and_never_shows_it(cun, household):
    corrected(cun, household, hh_phone="13900005678")
    page = body(signed_in(cun).get(f"/households/{household.pk}/history"))
    assert '联系电话:<del class="was">原值</del> → <ins class="now">已更改</ins>' in page
    assert "13900005678" not in page


def test_history_begins_with_the_enrolment_and_names_the_members(cun, household):
    page = body(signed_in(cun).get(f"/households/{household.pk}/history"))
    assert "登记了新户：建户、建立采集表、增加成员 钱明珍、增加成员 钱小宝" in page
    assert "经村民代表大会评议" in page


def test_history_asks_a_fixed_number_of_queries(cun, household, django_assert_num_queries):
    client = signed_in(cun)
    client.get(f"/households/{household.pk}/history")
    with django_assert_num_queries(32):
        client.get(f"/households/{household.pk}/history")


def test_history_of_a_foreign_household_is_not_there(lincun, household):
    assert signed_in(lincun).get(f"/households/{household.pk}/history").status_code == 404


def test_the_numbers_are_shown_after_the_reason_is_written_down(cun, household):
    client = signed_in(cun)
    asked = client.get(f"/households/{household.pk}/unmask")
    assert id_number(1) not in body(asked)
    shown = client.post(f"/households/{household.pk}/unmask", {"reason": "check", "note": "核对原件"}, follow=True)
    assert id_number(1) in body(shown)
    assert id_number(77) in body(shown)
    log = UnmaskLog.objects.get()
    assert (log.household_pk, log.by_id, len(log.person_pks)) == (household.pk, cun.pk, 2)
    assert "核对原件" in log.reason


def test_the_numbers_are_shown_once_and_a_reload_asks_again(cun, household):
    client = signed_in(cun)
    answer = client.post(f"/households/{household.pk}/unmask", {"reason": "check", "note": ""})
    assert (answer.status_code, answer.content, UnmaskLog.objects.count()) == (303, b"", 0)
    first, again = client.get(answer.url), client.get(answer.url)
    assert (id_number(1) in body(first), UnmaskLog.objects.count()) == (True, 1)
    assert (id_number(1) in body(again), 'name="reason"' in body(again), UnmaskLog.objects.count()) == (False, True, 1)


def test_the_purpose_told_for_one_household_opens_no_other(cun, household):
    other = a_household(VILLAGE, "金国强", serial=5)
    client = signed_in(cun)
    client.post(f"/households/{household.pk}/unmask", {"reason": "check", "note": ""})
    assert id_number(5) not in body(client.get(f"/households/{other.pk}/unmask"))
    assert not UnmaskLog.objects.exists()


def test_the_session_keeps_no_number_and_a_look_at_the_head_of_the_page_shows_none(cun, household):
    client = signed_in(cun)
    answer = client.post(f"/households/{household.pk}/unmask", {"reason": "check", "note": ""})
    assert id_number(1) not in str(dict(client.session))
    client.head(answer.url)
    assert not UnmaskLog.objects.exists()
    assert id_number(1) in body(client.get(answer.url))


def test_without_a_reason_no_number_is_shown_and_nothing_logged(cun, household):
    answer = signed_in(cun).post(f"/households/{household.pk}/unmask", {"reason": "", "note": ""})
    assert answer.status_code == 422
    assert id_number(1) not in body(answer)
    assert not UnmaskLog.objects.exists()


def test_a_neighbour_cannot_unmask(lincun, household):
    assert signed_in(lincun).post(f"/households/{household.pk}/unmask", {"reason": "check"}).status_code == 404
    assert not UnmaskLog.objects.exists()


def test_a_frozen_period_offers_no_change_below_the_province(cun, sheng, household):
    a_period("2025", state="frozen")
    old = a_household(VILLAGE, "金国强", serial=5, period=a_period("2025"))
    page = body(signed_in(cun).get(f"/households/{old.pk}"))
    assert "已冻结" in page
    assert f"/households/{old.pk}/edit" not in page
    assert f"/households/{old.pk}/edit" in body(signed_in(sheng).get(f"/households/{old.pk}"))


def test_the_journal_shows_the_postings_of_ones_area(cun, lincun, household):
    assert "登记了新户" in body(signed_in(cun).get("/journal"))
    assert "登记了新户" not in body(signed_in(lincun).get("/journal"))


def test_the_journal_is_asked_by_person_and_day(cun, household):
    corrected(cun, household, is_unsafe=True)
    client = signed_in(cun)
    assert "更正了采集表" in body(client.get("/journal", {"who": "cun"}))
    assert "登记了新户" not in body(client.get("/journal", {"who": "cun"}))
    assert "更正了采集表" not in body(client.get("/journal", {"to_on": "2026-01-02"}))
    assert client.get("/journal", {"from_on": "昨天"}).status_code == 422


def test_the_journal_of_a_foreign_area_is_refused(cun):
    assert signed_in(cun).get("/journal", {"area": "990102000000"}).status_code == 403


def test_the_journal_asks_a_fixed_number_of_queries(cun, household, django_assert_num_queries):
    client = signed_in(cun)
    client.get("/")
    with django_assert_num_queries(14):
        client.get("/journal")


def test_the_history_of_one_row_stays_inside_the_scope(cun, lincun, household):
    address = f"/journal/membership/{member_of(household, '钱小宝').pk}"
    assert "登记了新户" in body(signed_in(cun).get(address))
    assert signed_in(lincun).get(address).status_code == 404
    assert signed_in(cun).get("/journal/account/1").status_code == 404
