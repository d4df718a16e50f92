"""What every test shares: the cast, a state folder of its own, no socket beyond this machine, and the journal proved after each test."""

import shutil
import socket

import pytest
from django.conf import settings as made_settings
from django.db import connection

pytest_plugins = ["tests.cast"]

FOLDER_OF_TESTS = "taizhang-test-"  # as settings.py names the one it makes
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def pytest_unconfigure():
    """The state folder of this process goes with it."""
    if made_settings.HOME.name.startswith(FOLDER_OF_TESTS):
        shutil.rmtree(made_settings.HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    """Files and batches of one test lie in its own folder; the keys stay."""
    settings.HOME = tmp_path


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch):
    """A test that reaches beyond the loopback fails (I6)."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"a connection to {address} was tried")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def journal_proved(request):
    """After every test that touched the database: the fold of the journal equals the tables, both ways (J1)."""
    yield
    if "django_db" not in request.keywords or connection.connection is None or not connection.in_atomic_block:
        return
    from taizhang.journal.verify import verify

    assert [v.broken for v in verify() if v.broken] == [], "the journal and the tables disagree after this test"
