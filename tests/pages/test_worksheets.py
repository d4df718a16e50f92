"""The pages of the income worksheet (收入核算明细) and of work spells (务工经历)."""

import re
from decimal import Decimal

import pytest

from taizhang.households.models import HouseholdPeriod, IncomeWorksheet, Period, WorkSpell
from taizhang.journal.models import JournalTx
from tests.cast import VILLAGE, signed_in
from tests.factories import a_household, a_member, archive_of, member_of
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
AWAY = {"spell_from_on": "2026-03", "spell_sector": "建筑业", "spell_wage_yuan": "3500", "spell_point_to_point": "no"}
WHO = [("cun", 200), ("xiang", 200), ("sheng", 200), ("shi", 403), ("shenji", 403), ("lincun", 404)]


@pytest.fixture
def household(db):
    return a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)])


@pytest.fixture
def son(household):
    return member_of(household, "钱小宝")


def body(answer) -> str:
    return answer.content.decode()


def hidden(answer, name: str) -> str:
    """The value of a hidden field."""
    return re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', body(answer))[1]


def input_of(answer, name: str) -> str:
    """The markup of one field with what is said below it."""
    return re.search(rf'<label class="name" for="id_{name}">.*?(?=<label class="name"|<span class="name"|</section>)', body(answer), re.S)[
        0
    ]


def row_of(page, label: str) -> str:
    """The words of the first line of a table that begins with a label."""
    found = re.search(rf"<tr[^>]*><td>{re.escape(label)}\b.*?</tr>", page, re.S)[0]
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", found)).strip()


def send(client, address: str, **fields):
    """Open a form and send it with these fields."""
    asked = client.get(address)
    told = {"version": hidden(asked, "version"), "idempotency_key": hidden(asked, "idempotency_key")}
    return client.post(address, told | fields)


def add_spell(user, member, **fields) -> WorkSpell:
    """A work spell entered on its form."""
    assert send(signed_in(user), f"/members/{member.pk}/spells/add", **AWAY | fields).status_code == 302
    return WorkSpell.objects.latest("pk")


@pytest.mark.parametrize(("who", "status"), WHO)
def test_the_forms_open_for_whom_may_correct_here(request, household, son, who, status):
    client = signed_in(request.getfixturevalue(who))
    assert client.get(f"/households/{household.pk}/worksheet").status_code == status
    assert client.get(f"/members/{son.pk}/spells/add").status_code == status


@pytest.mark.parametrize(("who", "status"), WHO)
def test_a_spell_is_opened_by_whom_may_correct_here(request, xian, son, who, status):
    spell, client = add_spell(xian, son), signed_in(request.getfixturevalue(who))
    assert client.get(f"/members/{son.pk}/spells/{spell.pk}/edit").status_code == status
    assert client.get(f"/members/{son.pk}/spells/{spell.pk}/withdraw").status_code == status


def test_a_first_worksheet_asks_no_reason_and_its_sums_stand_beside_the_typed_totals(cun, household):
    client = signed_in(cun)
    assert "填写收入核算明细" in body(client.get(f"/households/{household.pk}"))
    told = {"ws_wage_labour_yuan": "9000", "ws_wage_labour_note": "县城建筑工地10个月", "ws_biz_planting_yuan": "800.50"}
    assert send(client, f"/households/{household.pk}/worksheet", **told).status_code == 302
    page = body(client.get(f"/households/{household.pk}"))
    assert row_of(page, "工资性收入") == "工资性收入 9,600.00 元 明细合计 9,000.00 元，少 600.00 元"
    assert row_of(page, "生产经营性收入") == "生产经营性收入 800.50 元 与明细合计相符"
    assert row_of(page, "财产性收入") == "财产性收入 未填"
    assert row_of(page, "务工收入") == "务工收入 县城建筑工地10个月 9,000.00 元"
    assert "已填 2 项，未填 41 项" in page
    assert "更正收入核算明细" in page
    assert archive_of(household).inc_wage_yuan == Decimal("9600.00")


def test_parts_of_a_total_that_was_never_typed_say_so(cun, household):
    client = signed_in(cun)
    send(client, f"/households/{household.pk}/worksheet", ws_prop_dividend_yuan="50")
    assert row_of(body(client.get(f"/households/{household.pk}")), "财产性收入") == "财产性收入 未填 明细合计 50.00 元，采集表未填"


def test_a_reader_sees_the_worksheet_and_the_spells_and_no_button(cun, shenji, household, son):
    send(signed_in(cun), f"/households/{household.pk}/worksheet", ws_wage_labour_yuan="9000")
    add_spell(cun, son)
    page = body(signed_in(shenji).get(f"/households/{household.pk}"))
    assert "收入核算明细" in page
    assert "建筑业" in page
    assert "/worksheet" not in page
    assert "/spells/" not in page


def test_a_corrected_worksheet_needs_a_reason(cun, household):
    client, address = signed_in(cun), f"/households/{household.pk}/worksheet"
    send(client, address, ws_wage_labour_yuan="9000")
    assert "请写明更正缘由" in body(send(client, address, ws_wage_labour_yuan="8000"))
    assert send(client, address, ws_wage_labour_yuan="8000", reason="核对工资单").status_code == 302
    assert IncomeWorksheet.objects.get().ws_wage_labour_yuan == Decimal("8000.00")
    assert JournalTx.objects.latest("pk").reason == "核对工资单"


def test_what_is_wrong_in_a_worksheet_is_said_beside_the_field(cun, household):
    answer = send(signed_in(cun), f"/households/{household.pk}/worksheet", ws_wage_labour_yuan="约9000")
    assert answer.status_code == 422
    assert "不是确数" in input_of(answer, "ws_wage_labour_yuan")
    assert not IncomeWorksheet.objects.exists()


def test_an_empty_worksheet_is_not_kept(cun, household):
    answer = send(signed_in(cun), f"/households/{household.pk}/worksheet", ws_wage_labour_yuan="")
    assert answer.status_code == 422
    assert "收入核算明细至少填写一项" in body(answer)


def test_the_loser_of_a_race_for_the_first_worksheet_sees_both_values_and_what_he_left_blank_stays(cun, xiang, household):
    client, address = signed_in(cun), f"/households/{household.pk}/worksheet"
    asked = client.get(address)
    send(signed_in(xiang), address, ws_wage_labour_yuan="9000", ws_claims_yuan="70")
    sent = {"version": hidden(asked, "version"), "ws_wage_labour_yuan": "8000", "ws_claims_yuan": "", "reason": "核对"}
    lost = client.post(address, sent)
    assert lost.status_code == 409
    assert "由 xiang(白云镇) 修改" in body(lost)
    assert '<ins class="now">9000</ins>' in input_of(lost, "ws_wage_labour_yuan")
    assert 'value="8000"' in input_of(lost, "ws_wage_labour_yuan")
    assert 'value="70"' in input_of(lost, "ws_claims_yuan")
    assert client.post(address, sent | {"version": hidden(lost, "version"), "ws_claims_yuan": "70"}).status_code == 302
    assert IncomeWorksheet.objects.get().ws_wage_labour_yuan == Decimal("8000.00")


def test_the_same_worksheet_sent_twice_posts_once(cun, household):
    client, address = signed_in(cun), f"/households/{household.pk}/worksheet"
    sent = {"version": "0", "idempotency_key": "w-1", "ws_wage_labour_yuan": "9000"}
    answers = [
        client.post(address, sent).status_code,
        client.post(address, sent | {"ws_wage_labour_yuan": "1", "reason": "再发"}).status_code,
    ]
    assert answers == [302, 302]
    assert IncomeWorksheet.objects.get().ws_wage_labour_yuan == Decimal("9000.00")


def test_a_frozen_period_is_refused_below_the_province(cun, sheng, household, son):
    with pen(sheng):
        Period.objects.update(state=Period.FROZEN)
    refused = send(signed_in(cun), f"/households/{household.pk}/worksheet", ws_wage_labour_yuan="9000")
    assert refused.status_code == 409
    assert "已冻结" in body(refused)
    assert send(signed_in(cun), f"/members/{son.pk}/spells/add", **AWAY).status_code == 409
    assert send(signed_in(sheng), f"/households/{household.pk}/worksheet", ws_wage_labour_yuan="9000").status_code == 302


def test_a_spell_is_entered_and_shown_under_its_member(cun, household, son):
    add_spell(cun, son, spell_to_on="2026-11")
    page = body(signed_in(cun).get(f"/households/{household.pk}"))
    assert "2026年3月至2026年11月" in page
    assert "建筑业" in page
    assert '<td data-col="spell_wage_yuan" class="num">3,500.00</td>' in page


@pytest.mark.parametrize(
    ("fields", "name", "says"),
    [
        ({"spell_from_on": ""}, "spell_from_on", "不能为空"),
        ({"spell_to_on": "2025"}, "spell_to_on", "早于开始年月"),
        ({"spell_wage_yuan": "若干"}, "spell_wage_yuan", "若干"),
    ],
)
def test_a_wrong_spell_is_said_beside_the_field(cun, son, fields, name, says):
    answer = send(signed_in(cun), f"/members/{son.pk}/spells/add", **AWAY | fields)
    assert answer.status_code == 422
    assert says in input_of(answer, name)
    assert not WorkSpell.objects.exists()


def test_a_spell_is_corrected_with_a_reason(cun, son):
    address = f"/members/{son.pk}/spells/{add_spell(cun, son).pk}/edit"
    assert send(signed_in(cun), address, spell_sector="制造业").status_code == 422
    assert send(signed_in(cun), address, spell_sector="制造业", reason="电话核实").status_code == 302
    assert WorkSpell.objects.get().spell_sector == "制造业"


def test_the_loser_of_a_race_for_a_spell_sees_both_values(cun, xiang, son):
    client, address = signed_in(cun), f"/members/{son.pk}/spells/{add_spell(cun, son).pk}/edit"
    asked = client.get(address)
    send(signed_in(xiang), address, spell_sector="制造业", reason="核对")
    lost = client.post(address, {"version": hidden(asked, "version"), "spell_sector": "运输业", "reason": "核对"})
    assert lost.status_code == 409
    assert '<ins class="now">制造业</ins>' in input_of(lost, "spell_sector")
    assert 'value="运输业"' in input_of(lost, "spell_sector")


def test_a_withdrawn_spell_is_gone_from_the_page_and_stays_in_the_history(cun, household, son):
    spell, client = add_spell(cun, son), signed_in(cun)
    address = f"/members/{son.pk}/spells/{spell.pk}/withdraw"
    assert send(client, address, reason=" ").status_code == 422
    assert send(client, address, reason="录错人").status_code == 302
    assert "建筑业" not in body(client.get(f"/households/{household.pk}"))
    assert client.get(f"/members/{son.pk}/spells/{spell.pk}/edit").status_code == 404
    told = body(client.get(f"/households/{household.pk}/history"))
    assert "登记了务工经历：增加务工经历 钱小宝" in told
    assert "撤销了务工经历" in told
    assert "录错人" in told


def test_a_form_about_a_spell_that_was_withdrawn_meanwhile_is_refused(cun, xiang, son):
    spell, client = add_spell(cun, son), signed_in(cun)
    asked = client.get(f"/members/{son.pk}/spells/{spell.pk}/edit")
    send(signed_in(xiang), f"/members/{son.pk}/spells/{spell.pk}/withdraw", reason="录错人")
    sent = {"version": hidden(asked, "version"), "spell_sector": "制造业", "reason": "核对"}
    answer = client.post(f"/members/{son.pk}/spells/{spell.pk}/edit", sent)
    assert answer.status_code == 409
    assert "已经撤销" in body(answer)


def test_a_withdrawal_that_lost_a_race_withdraws_nothing(cun, xiang, son):
    spell, client = add_spell(cun, son), signed_in(cun)
    asked = client.get(f"/members/{son.pk}/spells/{spell.pk}/withdraw")
    send(signed_in(xiang), f"/members/{son.pk}/spells/{spell.pk}/edit", spell_sector="制造业", reason="核对")
    lost = client.post(f"/members/{son.pk}/spells/{spell.pk}/withdraw", {"version": hidden(asked, "version"), "reason": "录错"})
    assert lost.status_code == 409
    assert "由 xiang(白云镇) 修改" in body(lost)
    assert not WorkSpell.objects.get().withdrawn


def test_a_spell_is_not_found_under_another_member(cun, household, son):
    spell, head = add_spell(cun, son), member_of(household, "钱明珍")
    assert signed_in(cun).get(f"/members/{head.pk}/spells/{spell.pk}/edit").status_code == 404


def test_history_says_old_and_new_of_a_worksheet(cun, household):
    client, address = signed_in(cun), f"/households/{household.pk}/worksheet"
    send(client, address, ws_wage_labour_yuan="9000")
    send(client, address, ws_wage_labour_yuan="8000", reason="核对工资单")
    told = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", body(client.get(f"/households/{household.pk}/history"))))
    assert "填写了收入核算明细：建立收入核算明细" in told
    assert "务工收入:9,000 → 8,000" in told


def test_the_row_of_a_worksheet_has_a_history_inside_the_scope(cun, lincun, household):
    send(signed_in(cun), f"/households/{household.pk}/worksheet", ws_wage_labour_yuan="9000")
    address = f"/journal/income_worksheet/{IncomeWorksheet.objects.get().pk}"
    assert "填写了收入核算明细" in body(signed_in(cun).get(address))
    assert signed_in(lincun).get(address).status_code == 404


def test_worksheet_and_spells_cost_no_query_a_row(cun, household, son, django_assert_num_queries):
    send(signed_in(cun), f"/households/{household.pk}/worksheet", ws_wage_labour_yuan="9000")
    add_spell(cun, son)
    add_spell(cun, member_of(household, "钱明珍"))
    client = signed_in(cun)
    client.get(f"/households/{household.pk}")
    with django_assert_num_queries(22):
        client.get(f"/households/{household.pk}")
    with django_assert_num_queries(10):
        client.get(f"/households/{household.pk}/worksheet")
    assert HouseholdPeriod.objects.count() == 1
