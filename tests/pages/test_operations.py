"""The pages of acts on a whole household: the menu shows what may be done, each form says what it will do, nothing is done without its papers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from taizhang.households.models import (
    Household,
    HouseholdEvent,
    HouseholdMark,
    HouseholdPeriod,
    Membership,
    OperationWindow,
    Period,
)
from taizhang.journal.models import JournalTx
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, VILLAGE, signed_in
from tests.factories import a_household, a_member, a_period, archive_of, member_of
from tests.journal.acts import pen
from tests.pages.forms import body, kept, send, words

pytestmark = pytest.mark.django_db
DECISION = {"number": "演贫办〔2026〕21号", "decided_on": "2026-06-30", "decided_by": "县扶贫开发领导小组", "document": "批复扫描件"}
PAPERS = {"on": "2026-06-30", "proof": "村委会证明", "reason": "据实办理"}
BY_COUNTY = ("split", "merge", "move", "vanish", "purge", "help", "marks/put", "decide/propose_exit")
BY_PROVINCE = ("duplicate", "reopen")


@pytest.fixture
def household(db):
    return a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)])


def shut(console, operation, area=COUNTY, level=""):
    """A window of the operation that opens in three days."""
    now = timezone.now()
    with pen(console, area=area):
        OperationWindow.objects.create(
            operation=operation, level=level, area=area, opens_at=now + timedelta(days=3), closes_at=now + timedelta(days=9)
        )


def menu(user, household) -> str:
    return body(signed_in(user).get(f"/households/{household.pk}"))


@pytest.mark.parametrize(
    ("who", "wanted"), [("cun", 403), ("xiang", 403), ("xian", 200), ("shi", 403), ("shenji", 403), ("waixian", 404), ("guest", 403)]
)
def test_the_acts_of_the_county_open_to_nobody_else(request, household, who, wanted):
    client = signed_in(request.getfixturevalue(who))
    found = {act: client.get(f"/households/{household.pk}/{act}").status_code for act in BY_COUNTY if act != "move"}
    assert found == dict.fromkeys(found, wanted)


@pytest.mark.parametrize(("who", "wanted"), [("xian", 403), ("sheng", 200), ("shenji", 403)])
def test_duplicates_and_reopening_are_the_provinces(request, household, who, wanted):
    client = signed_in(request.getfixturevalue(who))
    assert {client.get(f"/households/{household.pk}/{act}").status_code for act in BY_PROVINCE} == {wanted}


@pytest.mark.parametrize("act", [*BY_COUNTY, "orders/new", "orders/new?kind=standard", "orders/new?kind=identity", "confirm"])
def test_a_form_that_is_only_opened_complains_of_nothing_and_says_what_it_will_do(xian, household, act):
    page = words(signed_in(xian).get(f"/households/{household.pk}/{act}"))
    assert "没有保存" not in page
    assert "办理以后" in page


def test_the_menu_holds_only_what_the_account_may_do(cun, xian, shenji, household):
    assert "申请更正锁定字段" in menu(cun, household)
    assert f"/households/{household.pk}/split" not in menu(cun, household)
    assert f"/households/{household.pk}/split" in menu(xian, household)
    assert "业务办理" not in menu(shenji, household)


def test_the_menu_holds_only_what_the_state_allows(xian, household):
    page = menu(xian, household)
    assert f"/households/{household.pk}/decide/propose_exit" in page
    assert f"/households/{household.pk}/decide/return" not in page
    assert f"/households/{household.pk}/reopen" not in page


def test_a_shut_window_stands_in_the_menu_with_its_reason_and_without_an_address(xian, console, household):
    shut(console, "split")
    page = menu(xian, household)
    assert f"/households/{household.pk}/split" not in page
    assert "现在不在“分户”的窗口期内" in page
    assert f"/households/{household.pk}/merge" in page


def test_who_sends_the_form_outside_the_window_is_told_when_it_opens(xian, console, household):
    shut(console, "purge")
    answer = send(signed_in(xian), f"/households/{household.pk}/purge", **DECISION)
    assert (answer.status_code, "的窗口期内" in body(answer)) == (409, True)
    assert Household.objects.get().closed == ""


def test_an_exit_is_carried_out_only_on_a_decision(xian, household):
    client, address = signed_in(xian), f"/households/{household.pk}/decide/propose_exit"
    answer = send(client, address, reason="拟退出")
    assert answer.status_code == 422
    assert "请写明决定文号" in body(answer)
    assert send(client, address, **DECISION).status_code == 302
    assert archive_of(household).status == "pre_out"
    event = HouseholdEvent.objects.get()
    assert (event.operation, event.before, event.after, event.decision_no) == ("propose_exit", "poor", "pre_out", DECISION["number"])


def test_exit_return_and_undoing_follow_one_another_and_leave_their_sentences(xian, household):
    client = signed_in(xian)
    for act in ("propose_exit", "approve_exit", "end_policy"):
        assert send(client, f"/households/{household.pk}/decide/{act}", **DECISION).status_code == 302
    address = f"/households/{household.pk}/decide/return"
    assert "请选择返贫原因" in body(send(client, address, **DECISION))
    assert send(client, address, **DECISION, return_cause="illness").status_code == 302
    assert archive_of(household).status == "returned"
    page = words(client.get(f"/households/{household.pk}/history"))
    assert "办理了脱贫退出" in page
    assert "办理了返贫" in page
    assert f"决定 {DECISION['number']}；证明材料 {DECISION['document']}" in page


def test_an_act_that_the_state_does_not_allow_says_so_on_its_form_and_when_sent(xian, household):
    client, address = signed_in(xian), f"/households/{household.pk}/decide/approve_exit"
    assert "不能办理“脱贫退出”" in body(client.get(address))
    answer = send(client, address, **DECISION)
    assert (answer.status_code, archive_of(household).status) == (409, "poor")
    assert client.get(f"/households/{household.pk}/decide/abolish").status_code == 404


def test_who_decides_on_what_was_changed_meanwhile_is_told_who_did_it(xian, household):
    client, address = signed_in(xian), f"/households/{household.pk}/decide/propose_exit"
    asked = client.get(address)
    send(client, f"/households/{household.pk}/edit", cause_note="又有新情况", reason="入户核实")
    answer = client.post(address, kept(asked) | DECISION)
    assert (answer.status_code, "由 xian(演示县) 修改" in body(answer)) == (409, True)
    assert client.post(address, kept(answer) | DECISION).status_code == 302


def test_the_same_decision_sent_twice_is_carried_out_once(xian, household):
    client, address = signed_in(xian), f"/households/{household.pk}/decide/propose_exit"
    told = kept(client.get(address)) | DECISION
    assert [client.post(address, told).status_code for _ in range(2)] == [302, 302]
    assert HouseholdEvent.objects.count() == 1


def test_a_split_says_who_goes_and_leads_to_the_new_household(xian, household):
    client, son = signed_in(xian), member_of(household, "钱小宝")
    address = f"/households/{household.pk}/split"
    assert "总人数不变" in body(client.get(address))
    answer = send(client, address, **PAPERS)
    assert (answer.status_code, "至少分出一人" in body(answer)) == (422, True)
    answer = send(client, address, **PAPERS, **{f"go_{son.pk}": "yes", "head": str(son.pk)})
    new = Household.objects.order_by("pk").last()
    assert (answer.status_code, answer.url) == (302, f"/households/{new.pk}?period=2026")
    assert new.pk != household.pk
    assert list(Membership.objects.filter(household=new, open=True).values_list("person__name", "relation")) == [("钱小宝", "head")]


def test_a_head_who_leaves_by_a_split_leaves_a_new_head_behind(xian, household):
    client, head, son = signed_in(xian), member_of(household, "钱明珍"), member_of(household, "钱小宝")
    address = f"/households/{household.pk}/split"
    told = {f"go_{head.pk}": "yes", "head": str(head.pk)}
    assert "请在留下的人中选一名户主" in body(send(client, address, **PAPERS, **told))
    assert send(client, address, **PAPERS, **told, stays=str(son.pk)).status_code == 302
    assert member_of(household, "钱小宝").relation == "head"


def test_a_merge_is_looked_at_first_and_the_older_number_survives(xian, household):
    other = a_household(VILLAGE, "金国强", serial=5)
    client, address = signed_in(xian), f"/households/{other.pk}/merge"
    look = send(client, address, other=household.household_no)
    assert look.status_code == 200
    assert f"保留户 {household.household_no}" in words(look)
    coming = Membership.objects.get(household=other, open=True)
    done = client.post(address, kept(look) | PAPERS | {"other": household.household_no, f"relation_{coming.pk}": "sibling"})
    assert (done.status_code, done.url) == (302, f"/households/{household.pk}?period=2026")
    assert Household.objects.get(pk=other.pk).closed == "merged"
    assert Membership.objects.filter(household=household, open=True).count() == 3


def test_households_of_two_villages_move_together_before_they_merge(xian, household):
    other = a_household(NEXT_VILLAGE, "金国强", serial=5)
    client, address = signed_in(xian), f"/households/{other.pk}/merge"
    look = send(client, address, other=household.household_no)
    answer = client.post(address, kept(look) | PAPERS | {"other": household.household_no})
    assert (answer.status_code, "请先办理迁移" in body(answer)) == (409, True)


def test_a_merge_with_nobody_with_itself_or_with_a_foreign_household_is_sent_back(xian, household):
    foreign = a_household(f"{OTHER_COUNTY[:6]}100201", "别县户", serial=6)
    client, address = signed_in(xian), f"/households/{household.pk}/merge"
    for number in ("", "H000", household.household_no, foreign.household_no):
        assert client.post(address, kept(client.get(address)) | PAPERS | {"other": number, "looked": number}).status_code == 422
    assert not Household.objects.exclude(closed="").exists()


def test_a_township_moves_a_household_within_itself_only(xiang, household):
    client, address = signed_in(xiang), f"/households/{household.pk}/move"
    assert "郝下村" in body(client.get(address))
    answer = send(client, address, **PAPERS, area="990102100201")
    assert (answer.status_code, "请选择迁入的村" in body(answer)) == (422, True)
    assert send(client, address, **PAPERS, area=NEXT_VILLAGE).status_code == 302
    assert Household.objects.get().area == NEXT_VILLAGE


def test_a_household_with_members_does_not_vanish(xian, household):
    answer = send(signed_in(xian), f"/households/{household.pk}/vanish", **PAPERS)
    assert (answer.status_code, "名在户成员" in body(answer)) == (409, True)


def test_a_purged_household_is_closed_says_so_and_is_reopened_by_the_province(xian, sheng, household):
    client, province = signed_in(xian), signed_in(sheng)
    assert send(client, f"/households/{household.pk}/purge", **DECISION).status_code == 302
    page = words(client.get(f"/households/{household.pk}"))
    assert "销户：清退" in page
    assert f"/households/{household.pk}/split" not in body(client.get(f"/households/{household.pk}"))
    assert "已经销户" in words(client.get(f"/households/{household.pk}/vanish"))
    assert send(province, f"/households/{household.pk}/reopen", **PAPERS).status_code == 302
    assert Household.objects.get().closed == ""
    assert Membership.objects.filter(open=True).count() == 2


def test_a_duplicate_is_closed_in_favour_of_the_one_named(sheng, household):
    other = a_household(NEXT_VILLAGE, "钱明珍", serial=5)
    client, address = signed_in(sheng), f"/households/{other.pk}/duplicate"
    assert "没有找到这个户编号" in body(send(client, address, **DECISION, original="H0"))
    assert send(client, address, **DECISION, original=household.household_no).status_code == 302
    assert Household.objects.get(pk=other.pk).closed == "duplicate_of"


def test_help_is_suspended_and_resumed_and_shown_on_the_page(xian, household):
    client, address = signed_in(xian), f"/households/{household.pk}/help"
    told = {"on": "2026-06-30", "reason": "长期外出"}
    assert send(client, address, **told).status_code == 422
    assert send(client, address, **told, help_state="suspended").status_code == 302
    assert "暂停" in words(client.get(f"/households/{household.pk}"))
    assert send(client, address, **told, help_state="resumed").status_code == 302
    assert Household.objects.get().help_state == ""


def test_a_mark_is_put_shown_and_lifted_never_deleted(xian, household):
    client = signed_in(xian)
    assert send(client, f"/households/{household.pk}/marks/put", **PAPERS).status_code == 422
    assert send(client, f"/households/{household.pk}/marks/put", **PAPERS, kind="wrong_exit").status_code == 302
    mark = HouseholdMark.objects.get()
    address = f"/households/{household.pk}/marks/{mark.pk}/lift"
    assert address in body(client.get(f"/households/{household.pk}"))
    assert send(client, address, on="2026-07-01", reason="复核无误").status_code == 302
    assert HouseholdMark.objects.get().to_on is not None
    assert address not in body(client.get(f"/households/{household.pk}"))


def test_an_archive_carried_over_is_confirmed_by_the_village(cun, household):
    with pen(cun, area=VILLAGE):
        HouseholdPeriod.objects.update(draft=True)
    client, address = signed_in(cun), f"/households/{household.pk}/confirm"
    assert "还没有核实" in words(client.get(f"/households/{household.pk}"))
    assert send(client, address, reason="入户核实").status_code == 302
    assert archive_of(household).draft is False
    assert JournalTx.objects.latest("pk").action == "household.confirm"
    assert send(client, address).status_code == 409


def test_in_a_frozen_period_only_orders_are_offered(xian, household):
    with pen(xian, area=COUNTY):
        Period.objects.filter(pk=a_period().pk).update(state=Period.FROZEN)
    page = menu(xian, household)
    assert f"/households/{household.pk}/split" not in page
    assert f"/households/{household.pk}/orders/new" in page
    assert send(signed_in(xian), f"/households/{household.pk}/purge", **DECISION).status_code == 409


def test_a_day_to_come_is_sent_back(xian, household):
    answer = send(signed_in(xian), f"/households/{household.pk}/vanish", **PAPERS | {"on": "2099-01-01"})
    assert (answer.status_code, "晚于今天" in body(answer)) == (422, True)


@pytest.mark.parametrize("act", ["decide/propose_exit", "split", "merge", "move", "vanish", "help", "marks/put"])
def test_a_form_asks_few_queries(xian, household, act, django_assert_max_num_queries):
    client = signed_in(xian)
    client.get("/")
    with django_assert_max_num_queries(13):
        client.get(f"/households/{household.pk}/{act}")
