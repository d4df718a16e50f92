"""The addresses for the machine that watches this one: ok or not ok, to anybody, and nothing else."""

import pytest
from django.db import DatabaseError
from django.test import Client

from taizhang.web import health
from tests.journal.acts import behind_the_journal, sql, undone

LIVE, READY = "/health/live", "/health/ready"


@pytest.fixture(autouse=True)
def asked_anew():
    """No answer of another test is kept."""
    health._stands.cache_clear()
    yield
    health._stands.cache_clear()


def told(address: str) -> tuple[int, str]:
    answer = Client().get(address)
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_a_house_in_order_is_ready_and_says_so_to_a_stranger():
    assert told(READY) == (200, "ok\n")


def test_being_alive_asks_no_database():
    assert told(LIVE) == (200, "ok\n")


@pytest.mark.django_db
def test_a_missing_trigger_is_not_ready():
    with undone(), behind_the_journal("person"):
        assert told(READY) == (503, "not ok\n")


@pytest.mark.django_db
def test_a_migration_that_waits_is_not_ready():
    with undone():
        sql("delete from django_migrations where app = 'intake'")
        assert told(READY) == (503, "not ok\n")


@pytest.mark.django_db
def test_a_disk_that_takes_no_file_is_not_ready(settings, tmp_path):
    settings.HOME = tmp_path / "gone"
    assert told(READY) == (503, "not ok\n")


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_not_ready_and_its_words_are_kept_from_strangers(monkeypatch, caplog):
    def silent() -> None:
        raise DatabaseError("connection to server at 127.0.0.1 refused")

    with monkeypatch.context() as broken:
        broken.setattr(health.triggers, "check", silent)
        assert told(READY) == (503, "not ok\n")
    assert "127.0.0.1" in caplog.text


@pytest.mark.django_db
def test_who_asks_again_and_again_does_not_ask_the_database(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(health, "KEPT_SECONDS", 10**9)
    told(READY)
    with django_assert_num_queries(0):
        assert [told(READY) for _ in range(20)] == [(200, "ok\n")] * 20


@pytest.mark.django_db
def test_the_answer_sets_no_cookie_and_is_not_kept_by_anybody():
    answer = Client().get(READY)
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"
