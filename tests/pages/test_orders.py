"""Orders to correct a locked field: asked for by village, township or county, executed or refused by the province."""

import pytest
from django.test import Client

from taizhang.households.models import CorrectionOrder, HouseholdPeriod, Person
from taizhang.journal.models import JournalTx
from tests.cast import VILLAGE, signed_in
from tests.factories import a_household, a_member, a_period, archive_of, id_number, member_of
from tests.pages.forms import body, kept, send, words

pytestmark = pytest.mark.django_db
ASKED = {"hh_attr": "dibao_poor", "proof": "低保证 2026-018", "reason": "2025年起享受低保"}


@pytest.fixture
def household(db):
    return a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)])


def asked_by(user, household, **fields) -> CorrectionOrder:
    """An order requested on its form."""
    answer = send(signed_in(user), f"/households/{household.pk}/orders/new", **ASKED | fields)
    assert answer.status_code == 302, words(answer)
    return CorrectionOrder.objects.latest("pk")


def settle(client: Client, order: CorrectionOrder, act: str, **fields):
    """Press a button on the page of an order."""
    return client.post(f"/orders/{order.pk}/{act}", kept(client.get(f"/orders/{order.pk}")) | fields)


@pytest.mark.parametrize("who", ["cun", "xiang", "xian", "shi", "sheng"])
def test_every_level_may_ask(request, household, who):
    order = asked_by(request.getfixturevalue(who), household)
    assert (order.state, order.old_key, order.new_key) == ("requested", "general_poor", "dibao_poor")
    assert archive_of(household).hh_attr == "general_poor"


@pytest.mark.parametrize(("who", "status"), [("shenji", 403), ("lincun", 404), ("waixian", 404), ("guest", 403)])
def test_who_only_reads_or_sits_elsewhere_may_not_ask(request, household, who, status):
    assert signed_in(request.getfixturevalue(who)).get(f"/households/{household.pk}/orders/new").status_code == status


def test_what_the_order_says_is_on_its_page_for_all_above_and_for_no_neighbour(cun, xian, lincun, sheng, household):
    order = asked_by(cun, household)
    for user in (cun, xian, sheng):
        page = words(signed_in(user).get(f"/orders/{order.pk}"))
        assert "一般贫困户" in page
        assert "低保贫困户" in page
        assert "低保证 2026-018" in page
    assert signed_in(lincun).get(f"/orders/{order.pk}").status_code == 404
    assert order.proof not in body(signed_in(lincun).get("/orders"))


def test_only_the_province_is_offered_to_settle_and_only_who_asked_to_withdraw(cun, xian, sheng, household):
    order = asked_by(cun, household)
    assert "/execute" not in body(signed_in(xian).get(f"/orders/{order.pk}"))
    assert "正在等省级办理" in body(signed_in(xian).get(f"/orders/{order.pk}"))
    assert f"/orders/{order.pk}/withdraw" in body(signed_in(cun).get(f"/orders/{order.pk}"))
    page = body(signed_in(sheng).get(f"/orders/{order.pk}"))
    assert f"/orders/{order.pk}/execute" in page
    assert f"/orders/{order.pk}/withdraw" not in page


def test_the_county_that_presses_execute_is_turned_away(xian, household):
    order = asked_by(xian, household)
    assert settle(signed_in(xian), order, "execute").status_code == 403
    assert archive_of(household).hh_attr == "general_poor"


def test_the_province_executes_and_the_history_names_the_order(cun, sheng, household):
    order = asked_by(cun, household)
    assert settle(signed_in(sheng), order, "execute", reason="材料齐全").status_code == 302
    order.refresh_from_db()
    assert (order.state, order.settled_by, archive_of(household).hh_attr) == ("executed", sheng, "dibao_poor")
    assert JournalTx.objects.latest("pk").ref == f"order:{order.pk}"
    page = words(signed_in(cun).get(f"/households/{household.pk}/history"))
    assert "执行了锁定字段更正" in page
    assert f"更正单 {order.pk}" in page


def test_a_refusal_says_why_and_changes_nothing(cun, sheng, household):
    order, province = asked_by(cun, household), signed_in(sheng)
    answer = settle(province, order, "refuse")
    assert (answer.status_code, "驳回要写明办理意见" in body(answer)) == (422, True)
    assert settle(province, order, "refuse", reason="证明材料看不清").status_code == 302
    assert "证明材料看不清" in words(signed_in(cun).get(f"/orders/{order.pk}"))
    assert archive_of(household).hh_attr == "general_poor"


def test_who_asked_takes_it_back_while_it_waits_and_nobody_else(cun, xian, sheng, household):
    order = asked_by(cun, household)
    assert settle(signed_in(xian), order, "withdraw").status_code == 409
    assert settle(signed_in(cun), order, "withdraw", reason="填错").status_code == 302
    late = settle(signed_in(sheng), order, "execute")
    assert (late.status_code, archive_of(household).hh_attr) == (409, "general_poor")


def test_of_two_who_settle_at_once_the_second_is_told(cun, sheng, household):
    order, province = asked_by(cun, household), signed_in(sheng)
    told = kept(province.get(f"/orders/{order.pk}"))
    assert province.post(f"/orders/{order.pk}/refuse", told | {"reason": "先驳回"}).status_code == 302
    answer = province.post(f"/orders/{order.pk}/execute", told | {"idempotency_key": "second"})
    assert answer.status_code == 409
    assert archive_of(household).hh_attr == "general_poor"


def test_the_same_request_sent_twice_makes_one_order_and_a_second_one_is_refused(cun, household):
    client, address = signed_in(cun), f"/households/{household.pk}/orders/new"
    told = kept(client.get(address)) | ASKED
    assert [client.post(address, told).status_code for _ in range(2)] == [302, 302]
    answer = send(client, address, **ASKED)
    assert (answer.status_code, CorrectionOrder.objects.count()) == (409, 1)


def test_a_request_without_proof_or_that_changes_nothing_is_sent_back(cun, household):
    client, address = signed_in(cun), f"/households/{household.pk}/orders/new"
    assert "请写明证明材料" in body(send(client, address, **ASKED | {"proof": ""}))
    answer = send(client, address, **ASKED | {"hh_attr": "general_poor"})
    assert (answer.status_code, "不需要更正" in body(answer)) == (422, True)
    assert not CorrectionOrder.objects.exists()


def test_a_standard_is_corrected_from_a_period_on(cun, sheng, household):
    a_period("2027")
    told = {"kind": "standard", "id_standard": "provincial", "from_period": "2026"}
    client, address = signed_in(cun), f"/households/{household.pk}/orders/new?kind=standard"
    assert send(client, address, **{**ASKED, "hh_attr": ""} | told).status_code == 302
    order = CorrectionOrder.objects.get()
    assert order.from_period.key == "2026"
    settle(signed_in(sheng), order, "execute")
    assert HouseholdPeriod.objects.get(household=household).id_standard == "provincial"


def test_a_name_and_a_number_are_corrected_by_order_and_no_number_is_shown(cun, sheng, household):
    son, number = member_of(household, "钱小宝"), id_number(78, "20100101")
    told = {"kind": "identity", "person": str(son.person_id), "name": "钱小堡", "id_no": number, "proof": "户口簿第三页", "reason": "抄错"}
    client, address = signed_in(cun), f"/households/{household.pk}/orders/new?kind=identity&person={son.person_id}"
    assert "selected>钱小宝</option>" in body(client.get(address))
    assert send(client, address, **told).status_code == 302
    order = CorrectionOrder.objects.get()
    page = body(client.get(f"/orders/{order.pk}"))
    assert number not in page
    assert id_number(77) not in page
    assert settle(signed_in(sheng), order, "execute").status_code == 302
    assert Person.objects.get(pk=son.person_id).name == "钱小堡"


def test_a_wrong_number_and_a_stranger_are_sent_back(cun, household):
    client, address = signed_in(cun), f"/households/{household.pk}/orders/new?kind=identity"
    told = {"kind": "identity", "proof": "户口簿", "reason": "抄错", "name": "钱小堡"}
    assert "请选择成员" in body(send(client, address, **told))
    son = member_of(household, "钱小宝")
    answer = send(client, address, **told, person=str(son.person_id), id_no="99010119810304001")
    assert answer.status_code == 422


def test_the_list_begins_with_what_waits_and_counts_every_state(cun, sheng, household):
    first = asked_by(cun, household)
    settle(signed_in(sheng), first, "refuse", reason="不符")
    second = asked_by(cun, household, proof="另一份证明")
    page = words(signed_in(sheng).get("/orders"))
    assert "另一份证明" in page
    assert "低保证 2026-018" not in page
    assert "已驳回 1" in page
    assert "低保证 2026-018" in words(signed_in(sheng).get("/orders", {"state": "refused"}))
    assert second.state == "requested"


def test_the_household_page_says_that_an_order_waits(cun, household):
    order = asked_by(cun, household)
    page = body(signed_in(cun).get(f"/households/{household.pk}"))
    assert "的申请正在等省级办理" in page
    assert f'href="/orders/{order.pk}"' in page


def test_the_list_costs_no_query_a_row(cun, sheng, household, django_assert_num_queries):
    for serial in range(3, 6):
        asked_by(cun, a_household(VILLAGE, f"户主{serial}", serial=serial))
    client = signed_in(sheng)
    client.get("/")
    with django_assert_num_queries(10):
        client.get("/orders")
    order = CorrectionOrder.objects.latest("pk")
    with django_assert_num_queries(10):
        client.get(f"/orders/{order.pk}")
