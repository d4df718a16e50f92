"""Every page has a frozen number of queries: `query_counts.toml` says how many at most. Whoever makes a page ask more says so there."""

import tomllib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from taizhang.accounts.rulebook import rulebook
from tests.access.samples import SAMPLES
from tests.cast import CAST, VILLAGE, signed_in

pytestmark = pytest.mark.django_db
FROZEN = tomllib.loads(Path(__file__).with_name("query_counts.toml").read_text(encoding="utf-8"))
PAGES = {name: route.rules["GET"] for name, route in rulebook().routes.items() if "GET" in route.rules and not route.public}
ASKERS = ("xian", "sheng", "shi", "shenji")


def asker_of(name):
    """The first of the cast who may open a page."""
    permission = PAGES[name].permission
    return next(who for who in ASKERS if permission is None or permission in rulebook().roles[CAST[who][0]].may)


def asked(name, client):
    """(status, queries) of a page that was opened once before, so that what is read once after a write has been read."""
    sample = SAMPLES[name]
    address, query = reverse(name, kwargs=sample.kwargs(VILLAGE)), sample.query(VILLAGE)
    client.get(address, query)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address, query)
    return answer.status_code, len(seen)


def test_every_page_has_its_number():
    assert [name for name in PAGES if name not in FROZEN] == []


def test_no_page_asks_more_than_its_number(xian, sheng, shi, shenji):
    clients = {user.username: signed_in(user) for user in (xian, sheng, shi, shenji)}
    found = {name: asked(name, clients[asker_of(name)]) for name in sorted(PAGES)}
    assert {name: status for name, (status, _) in found.items() if status not in SAMPLES[name].open} == {}
    assert {name: count for name, (_, count) in found.items() if count > FROZEN[name]} == {}
