"""The door refuses what the policy does not declare."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from taizhang.accounts.granting import end_grant
from taizhang.journal.posting import Cause
from taizhang.web import urls
from tests.cast import OTHER_COUNTY, VILLAGE, signed_in

pytestmark = pytest.mark.django_db
urlpatterns = [*urls.urlpatterns, path("secret-door", lambda request: HttpResponse("open"), name="secret_door")]


def without_token(answer):
    """A page without its anti-forgery tokens, which are new on every page."""
    return re.sub(rb'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]*"', b"", answer.content)


@pytest.mark.urls(__name__)
def test_an_address_without_an_entry_answers_404_even_though_it_has_a_page(sheng):
    assert signed_in(sheng).get("/secret-door").status_code == 404


def test_an_undeclared_method_answers_405_and_says_which_are(sheng):
    answer = signed_in(sheng).put("/users")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert signed_in(sheng).get("/sign-out").status_code == 405


def test_a_stranger_is_sent_to_sign_in_and_back(db):
    assert Client().get("/users?q=a").url == "/sign-in?next=%2Fusers%3Fq%3Da"


def test_a_part_of_a_page_sends_the_whole_browser_to_sign_in(db):
    answer = Client().get("/users", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_without_the_permission_the_page_answers_403(cun, guest, former):
    assert [signed_in(user).get("/users").status_code for user in (cun, guest, former)] == [403, 403, 403]


def test_an_unknown_parameter_is_refused_and_named(xian):
    answer = signed_in(xian).get("/users?q=a&area__gte=0")
    assert answer.status_code == 400
    assert "area__gte" in answer.content.decode()


def test_an_unknown_field_is_refused_and_named(xian):
    answer = signed_in(xian).post("/users/add", {"username": "a", "name": "b", "area": VILLAGE, "level": "village", "is_active": "1"})
    assert answer.status_code == 400
    assert "is_active" in answer.content.decode()


def test_an_area_outside_the_scope_is_refused(xian):
    answer = signed_in(xian).post("/users/add", {"username": "a", "name": "b", "area": OTHER_COUNTY, "level": "county"})
    assert answer.status_code == 403


def test_an_unexpected_upload_is_refused(xian, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("x")
    with file.open("rb") as upload:
        assert signed_in(xian).post("/account", {"picture": upload}).status_code == 400


def test_a_grant_that_ends_takes_effect_on_the_next_request(sheng, xian):
    client = signed_in(xian)
    assert client.get("/users").status_code == 200
    end_grant(by=sheng, at=timezone.now(), cause=Cause("grant.end"), grant=xian.grant_set.get())
    assert client.get("/users").status_code == 403


def test_a_foreign_account_and_a_missing_one_answer_alike(xian, waixian):
    client = signed_in(xian)
    foreign, missing = client.get(f"/users/{waixian.pk}"), client.get("/users/987654")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert without_token(foreign) == without_token(missing)


def test_pages_are_not_kept_by_browsers_and_carry_their_request_id(xian):
    answer = signed_in(xian).get("/users")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.headers["X-Request-Id"]) == 32


def test_a_form_without_its_token_is_refused(xian):
    client = Client(enforce_csrf_checks=True)
    client.force_login(xian)
    assert client.post("/sign-out").status_code == 403
