"""`taizhang serve`: it answers, works in the background, refuses a house whose pen is broken, and stops with its worker."""

import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.jobs.conftest import PATIENCE, asked, kill, until
from tests.jobs.people_sheets import write_people

pytestmark = pytest.mark.processes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as page:
            return int(page.status)
    except OSError:
        return 0


def workers_of(port: int) -> list[int]:
    """The background workers of a server, by the seat on their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"taizhang.jobs.worker" in words and any(word.endswith(f":{port}/0".encode()) for word in words):
            found.append(int(folder.name))
    return found


@pytest.fixture
def served(house):
    """A server with one worker, and its port."""
    port = free_port()
    process = house.start("serve", "--port", port)
    until(lambda: answers(port) == 200)
    yield process, port
    kill(process)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the processes in /proc")
def test_a_worker_that_dies_is_started_again_and_ends_with_its_server(served):
    process, port = served
    first = until(lambda: workers_of(port))
    subprocess.run(["kill", "-9", str(first[0])], check=True)
    second = until(lambda: [worker for worker in workers_of(port) if worker not in first])
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert second
    until(lambda: not workers_of(port))


def test_a_port_in_use_is_refused_with_advice(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = house.taizhang("serve", "--port", taken.getsockname()[1])
    assert done.returncode == 3
    assert "--port" in done.stderr


def test_a_house_without_one_of_its_triggers_is_not_served(house):
    database = sqlite3.connect(house.home / "taizhang.sqlite3")
    database.execute("drop trigger tz_person_bu")
    database.commit()
    database.close()
    done = house.taizhang("serve", "--port", free_port())
    assert done.returncode == 3
    assert "tz_person_bu" in done.stderr


def test_a_house_behind_this_version_is_not_served(house):
    database = sqlite3.connect(house.home / "taizhang.sqlite3")
    database.execute("delete from django_migrations where app = 'intake'")
    database.commit()
    database.close()
    done = house.taizhang("serve", "--port", free_port())
    assert done.returncode == 3
    assert "taizhang migrate" in done.stderr


def test_what_a_command_wrote_is_found_by_the_pages_of_a_server_that_starts_later(any_house, tmp_path):
    done = any_house.taizhang("import", write_people(tmp_path / "people.csv", 30), "--ledger", "household-archive", "--accept", "all")
    assert done.returncode == 0, done.stderr
    port = free_port()
    process = any_house.start("serve", "--port", port)
    try:
        until(lambda: answers(port) == 200)
        until(lambda: asked(any_house, "select 1 from read_up_to where position = (select max(position) from journal_receipt)"))
    finally:
        kill(process)
    assert asked(any_house, "select count(*) > 0 from gram") in ([(1,)], [(True,)])
