"""The list of households: who sees what, searching, sorting, leafing."""

import re
from decimal import Decimal

import pytest

from taizhang.households.models import HouseholdPeriod
from taizhang.web.households import keyset, listing
from tests.cast import NEXT_VILLAGE, TOWNSHIP, VILLAGE, signed_in
from tests.factories import a_household, a_member, a_period, id_number, member_of

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


def heads(answer) -> list[str]:
    """The heads in the table, in order."""
    return re.findall(r'<a class="fw-medium"[^>]*>([^<]+)</a>', body(answer))


def test_each_sees_exactly_the_households_of_his_area(cun, lincun, xiang, waixian):
    a_household(VILLAGE, "钱明珍", serial=1)
    a_household(NEXT_VILLAGE, "金国强", serial=2)
    seen = [sorted(heads(signed_in(user).get("/households"))) for user in (cun, lincun, xiang, waixian)]
    assert seen == [["钱明珍"], ["金国强"], ["金国强", "钱明珍"], []]


def test_a_guest_may_not_open_the_list(guest):
    assert signed_in(guest).get("/households").status_code == 403


def test_the_chosen_area_limits_the_list(xiang):
    a_household(VILLAGE, "钱明珍", serial=1)
    a_household(NEXT_VILLAGE, "金国强", serial=2)
    answer = signed_in(xiang).get("/households", {"area": VILLAGE, "level": "village"})
    assert heads(answer) == ["钱明珍"]
    assert "车头村" in body(answer)


def test_a_name_alone_searches_the_whole_scope_whatever_area_is_chosen(xiang):
    a_household(NEXT_VILLAGE, "金国强", serial=2)
    answer = signed_in(xiang).post("/households", {"area": VILLAGE, "level": "village", "text": "金国强"}, follow=True)
    assert heads(answer) == ["金国强"]


def test_first_letters_find_a_head(cun):
    a_household(VILLAGE, "钱明珍", serial=1)
    a_household(VILLAGE, "金国强", serial=2)
    assert heads(signed_in(cun).post("/households", {"text": "jgq"}, follow=True)) == ["金国强"]


def test_an_identity_number_finds_the_household_and_never_stands_in_an_address(cun):
    a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)])
    answer = signed_in(cun).post("/households", {"text": id_number(77)}, follow=True)
    assert heads(answer) == ["钱明珍"]
    assert id_number(77) not in body(answer)
    assert id_number(77) not in answer.redirect_chain[0][0]


def test_an_identity_number_of_another_area_answers_as_one_that_does_not_exist(lincun):
    a_household(VILLAGE, "钱明珍", serial=1)
    foreign = signed_in(lincun).post("/households", {"text": id_number(1)}, follow=True)
    missing = signed_in(lincun).post("/households", {"text": id_number(2)}, follow=True)
    assert (heads(foreign), heads(missing)) == ([], [])
    assert foreign.redirect_chain[0][0][:40] == missing.redirect_chain[0][0][:40]


def test_conditions_narrow_the_list(cun):
    a_household(VILLAGE, "钱明珍", serial=1, facts={"household.main_cause": "illness"})
    a_household(VILLAGE, "金国强", serial=2, facts={"household.main_cause": "no_labour"})
    assert heads(signed_in(cun).get("/households", {"main_cause": "no_labour"})) == ["金国强"]


def test_an_income_that_is_no_number_is_refused_with_advice(cun):
    a_household(VILLAGE, "钱明珍", serial=1)
    answer = signed_in(cun).get("/households", {"income_from": "约三千"})
    assert answer.status_code == 422
    assert "请填写数字" in body(answer)


def test_sorting_by_income_puts_the_unknown_last_both_ways(cun):
    a_household(VILLAGE, "贾一", serial=1, facts={"household.inc_wage_yuan": Decimal(9000)})
    a_household(VILLAGE, "贾二", serial=2, facts={"household.inc_wage_yuan": Decimal(5000)})
    a_household(VILLAGE, "贾三", serial=3, facts={"household.inc_wage_yuan": None, "household.inc_business_yuan": None})
    client = signed_in(cun)
    assert heads(client.get("/households", {"order": "income"})) == ["贾二", "贾一", "贾三"]
    assert heads(client.get("/households", {"order": "-income"})) == ["贾一", "贾二", "贾三"]


@pytest.mark.parametrize("order", ["area", "head", "income", "-income", "-members"])
def test_leafing_forward_and_back_shows_every_household_once(cun, monkeypatch, order):
    monkeypatch.setattr(keyset, "PAGE", 2)
    monkeypatch.setattr(keyset.leaf, "__kwdefaults__", keyset.leaf.__kwdefaults__ | {"most": 2})
    incomes = [Decimal(9000), None, Decimal(5000), None, Decimal(9000)]
    made = [
        a_household(VILLAGE, f"贾{n}", serial=at, facts={"household.inc_wage_yuan": income, "household.inc_business_yuan": None})
        for at, (n, income) in enumerate(zip("一二三四五", incomes, strict=True), start=1)
    ]
    client = signed_in(cun)
    first = client.get("/households", {"order": order})
    second = client.get("/households" + link(first, "next"))
    third = client.get("/households" + link(second, "next"))
    assert sorted([*heads(first), *heads(second), *heads(third)]) == sorted(f"贾{n}" for n in "一二三四五")
    assert len(made) == len({*heads(first), *heads(second), *heads(third)})
    assert heads(client.get("/households" + link(third, "prev"))) == heads(second)
    assert heads(client.get("/households" + link(client.get("/households" + link(third, "prev")), "prev"))) == heads(first)


def link(answer, rel: str) -> str:
    """The query of the pager's link."""
    return re.search(rf'href="/households(\?[^"]*)" hx-get="[^"]*" rel="{rel}"', body(answer))[1].replace("&amp;", "&")


def test_a_broken_page_token_shows_the_first_page(cun):
    a_household(VILLAGE, "钱明珍", serial=1)
    assert heads(signed_in(cun).get("/households", {"after": "%%%"})) == ["钱明珍"]


def test_htmx_gets_the_part_and_not_the_page(cun):
    a_household(VILLAGE, "钱明珍", serial=1)
    answer = signed_in(cun).get("/households", headers={"HX-Request": "true"})
    assert "<html" not in body(answer)
    assert heads(answer) == ["钱明珍"]


def test_numbers_are_masked_and_the_unknown_is_not_called_no(cun):
    a_household(VILLAGE, "钱明珍", serial=1)
    page = body(signed_in(cun).get("/households"))
    assert id_number(1) not in page
    assert f"{id_number(1)[:10]}********" in page
    assert '<td data-col="unsafe" class=""><span class="unknown">未填</span>' in page


def test_only_who_may_correct_is_offered_to(cun, shenji):
    a_household(VILLAGE, "钱明珍", serial=1)
    assert ">修改<" in body(signed_in(cun).get("/households"))
    assert ">修改<" not in body(signed_in(shenji).get("/households"))


def test_the_number_of_queries_does_not_grow_with_the_rows(cun, django_assert_num_queries):
    client = signed_in(cun)
    a_household(VILLAGE, "钱明珍", serial=1)
    client.get("/households")  # reads the journal for the village counts, once after a write
    with django_assert_num_queries(14):
        client.get("/households")
    a_household(VILLAGE, "金国强", serial=2, others=[a_member("金小宝", "son", 78)])
    a_household(VILLAGE, "郑明珍", serial=3)
    client.get("/households")
    with django_assert_num_queries(14):
        client.get("/households")


def test_the_part_asks_fewer_queries_than_the_page(cun, django_assert_num_queries):
    client = signed_in(cun)
    a_household(VILLAGE, "钱明珍", serial=1)
    client.get("/households")
    with django_assert_num_queries(9):
        client.get("/households", headers={"HX-Request": "true"})


def test_an_empty_register_says_what_to_do(cun):
    a_period()
    assert "没有符合条件的户" in body(signed_in(cun).get("/households"))
    assert "还没有开设期次" not in body(signed_in(cun).get("/households"))


def test_the_township_sees_the_village_of_each_row(xiang):
    a_household(VILLAGE, "钱明珍", serial=1)
    assert "白云镇/车头村" in body(signed_in(xiang).get("/households", {"area": TOWNSHIP, "level": "township"}))


def test_a_person_number_finds_the_household(cun):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    number = member_of(household, "钱明珍").person.person_no
    assert heads(signed_in(cun).get("/households", {"text": number})) == ["钱明珍"]


def test_households_are_picked_by_their_archives_for_who_may_export(cun):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    archive = HouseholdPeriod.objects.get(household=household)
    page = body(signed_in(cun).get("/households", {"area": VILLAGE, "level": "village", "order": "head"}))
    assert f'name="chosen" value="{archive.pk}"' in page
    assert 'formaction="/exports" data-needs-picked disabled>导出所选<' in page
    assert f'<input type="hidden" name="area" value="{VILLAGE}"><input type="hidden" name="order" value="head">' in page


@pytest.fixture
def many(monkeypatch):
    """Three households of one cause and one of another, counted one by one up to two, as two hundred of a million are."""
    monkeypatch.setattr(listing, "BOUND", 3)
    monkeypatch.setattr(listing, "FEW", 2)
    monkeypatch.setattr(keyset.leaf, "__kwdefaults__", keyset.leaf.__kwdefaults__ | {"most": 1})
    for at, name in enumerate("一二三四", start=1):
        a_household(VILLAGE, f"贾{name}", serial=at, facts={"household.main_cause": "illness" if at < 4 else "no_labour"})


def count_link(answer) -> str | None:
    found = re.search(r'<a class="btn" href="(/households\?[^"]*)"[^>]*>数清</a>', body(answer))
    return found and found[1].replace("&amp;", "&")


@pytest.mark.usefixtures("many")
def test_a_long_list_is_counted_up_to_a_bound_and_to_its_end_when_asked(cun):
    client = signed_in(cun)
    more = client.get("/households", {"main_cause": "illness"})
    assert "共 2 户以上" in body(more)
    assert "第 1–1 条</span>" in body(more)
    assert "main_cause=illness" in count_link(more)
    exact = client.get(count_link(more), headers={"HX-Request": "true"})
    assert "共 3 户" in body(exact)
    assert "户以上" not in body(exact)
    assert count_link(exact) is None
    assert "第 1–1 条，共 3 条" in body(exact)


@pytest.mark.usefixtures("many")
def test_a_list_within_the_bound_and_an_area_alone_are_counted_at_once(cun, monkeypatch):
    client = signed_in(cun)
    assert "共 4 户" in body(client.get("/households"))
    monkeypatch.setattr(listing, "FEW", 3)
    answer = client.get("/households", {"main_cause": "illness"})
    assert ("共 3 户" in body(answer), "户以上" in body(answer), count_link(answer)) == (True, False, None)
