"""The data dictionary in the application says what the generated pages say."""

import pytest

from taizhang.policy.archive import FACT_TABLES
from taizhang.policy.code_lists import all_code_lists
from tests.cast import signed_in
from tests.pages.forms import body, words

pytestmark = pytest.mark.django_db


def test_every_fact_stands_there_with_its_name(cun):
    page = body(signed_in(cun).get("/dictionary"))
    assert [f.name for facts in FACT_TABLES.values() for f in facts if f">{f.name}<" not in page] == []


def test_every_code_list_stands_there(cun):
    page = words(signed_in(cun).get("/dictionary", {"part": "lists"}))
    assert [one.name for one in all_code_lists().values() if one.name not in page] == []


def test_what_is_not_verified_says_so(cun):
    assert "未核实" in words(signed_in(cun).get("/dictionary", {"part": "lines"}))


def test_a_word_cuts_it_to_the_lines_that_hold_it(cun):
    page = words(signed_in(cun).get("/dictionary", {"q": "危房级别"}))
    assert "危房级别" in page
    assert "工资性收入" not in page
    assert "没有找到" in words(signed_in(cun).get("/dictionary", {"q": "没有这个词"}))


def test_the_facts_of_one_table_and_what_is_not_verified_can_be_picked(cun):
    client = signed_in(cun)
    page = words(client.get("/dictionary", {"table": "到户措施"}))
    assert "贷款银行" in page
    assert "家庭住址" not in page
    page = words(client.get("/dictionary", {"table": "户(按期次)", "unsure": "yes"}))
    assert "扶贫贴息贷款" in page
    assert "工资性收入" not in page


def test_states_and_their_acts_stand_there_and_an_unknown_part_is_the_first(cun):
    assert "脱贫退出" in words(signed_in(cun).get("/dictionary", {"part": "states"}))
    assert "工资性收入" in words(signed_in(cun).get("/dictionary", {"part": "nothing"}))


def test_the_workbook_is_fetched_there(cun):
    answer = signed_in(cun).get("/dictionary/book")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")


def test_a_guest_does_not_see_it_and_it_asks_a_fixed_number_of_queries(guest, cun, django_assert_num_queries):
    assert signed_in(guest).get("/dictionary").status_code == 403
    client = signed_in(cun)
    client.get("/")
    with django_assert_num_queries(6):
        client.get("/dictionary")
