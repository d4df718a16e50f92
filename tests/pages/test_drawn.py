"""The list of households as a whole page: drawn once, sent again until anything it shows changes, never to another and with a token of its own."""

import re

import pytest
from django.test import Client

from taizhang.households.finding.keeping import catch_up
from taizhang.households.listed import choose
from taizhang.web import drawn, tree
from taizhang.web.households import listing
from taizhang.web.kept import Kept
from tests.cast import NEXT_VILLAGE, VILLAGE, signed_in
from tests.factories import a_household, a_period

pytestmark = pytest.mark.django_db
TOKENS = r'name="csrfmiddlewaretoken" value="([A-Za-z0-9]+)"'
ADDRESS = "/households"
KEPT = 7  # session, account, sign-in, grants, periods, columns, positions


@pytest.fixture(autouse=True)
def keeping(settings, monkeypatch):
    """A server that has just started and keeps what it draws; a register that is in step."""
    settings.TESTING = False
    for module, name in ((drawn, "of_pages"), (listing, "of_lists"), (listing, "of_counts"), (tree, "of_trees")):
        monkeypatch.setattr(module, name, Kept(9))
    a_period()
    a_household(VILLAGE, "钱明珍", serial=1)
    catch_up()


def body(client, **told) -> str:
    return client.get(ADDRESS, **told).content.decode()


def test_the_second_page_costs_what_the_door_and_the_key_cost(cun, django_assert_num_queries):
    client = signed_in(cun)
    first = [body(client) for _ in range(2)][1]
    with django_assert_num_queries(KEPT):
        second = body(client)
    assert re.sub(r"[A-Za-z0-9]{64}", "", second) == re.sub(r"[A-Za-z0-9]{64}", "", first)


def test_every_answer_has_its_own_token_and_none_the_mark(cun):
    client = signed_in(cun)
    body(client)  # reads what the journal still had for the derived tables
    tokens = [set(re.findall(TOKENS, body(client))) for _ in range(3)]
    assert [len(told) for told in tokens] == [1, 1, 1]
    assert len(set.union(*tokens)) == 3
    assert drawn.TOKEN not in body(client)


def test_the_form_of_a_kept_page_is_taken(cun):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cun)
    body(client)
    token = re.findall(TOKENS, body(client))[0]
    assert client.post(ADDRESS, {"text": "钱", "csrfmiddlewaretoken": token}).status_code == 302
    assert client.post(ADDRESS, {"text": "钱", "csrfmiddlewaretoken": drawn.TOKEN}).status_code == 403


def test_after_a_posting_the_page_shows_it(cun):
    client = signed_in(cun)
    assert "金国强" not in body(client)
    a_household(VILLAGE, "金国强", serial=2)
    assert "金国强" in body(client)


def test_nobody_is_shown_what_was_drawn_for_another(cun, lincun):
    a_household(NEXT_VILLAGE, "金国强", serial=2)
    seen = [("钱明珍" in page, "金国强" in page) for page in (body(signed_in(cun)), body(signed_in(lincun)), body(signed_in(cun)))]
    assert seen == [(True, False), (False, True), (True, False)]


def test_other_columns_are_shown_at_once(cun):
    client = signed_in(cun)
    usual = body(client)
    choose(cun, ["head", "address"])
    assert ("人口</a></th>" in usual, "人口</a></th>" in body(client)) == (True, False)


def test_a_part_is_not_taken_for_the_whole_page(cun):
    client = signed_in(cun)
    whole, part = body(client), body(client, headers={"HX-Request": "true"})
    assert "<html" in whole
    assert "<html" not in part


def test_another_period_is_another_page(cun):
    client = signed_in(cun)
    a_period("2027")
    catch_up()
    before = body(client)
    client.post("/period", {"period": "2026", "next": ADDRESS})
    assert ("钱明珍" in before, "钱明珍" in body(client)) == (False, True)


def test_the_past_is_drawn_anew(cun):
    client = signed_in(cun)
    body(client, data={"as_of": "1"})
    assert len(drawn.of_pages._found) == 0
