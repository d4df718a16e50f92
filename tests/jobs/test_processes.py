"""What several processes do to one house at the same moment: guess a password, migrate it, die in the middle of a job. On both databases."""

import json
import signal

import pytest

from tests.jobs.conftest import House, asked, kill, until
from tests.jobs.people_sheets import write_people
from tests.jobs.test_serving import answers, free_port

pytestmark = pytest.mark.processes

PROCESSES, TRIES = 8, 5
ASKERS = 3
FREE = 20  # failures from one source that nobody has to wait after
GUESS = """
from datetime import datetime, UTC
from taizhang.accounts.signing_in import weigh_sign_in
mine = sys.argv[1].split(",")
print("ready", flush=True)
sys.stdin.readline()
at = datetime(2026, 6, 1, tzinfo=UTC)
print(*(weigh_sign_in(at=at, name=name, password="wrong", source="10.0.0.9").verdict.value for name in mine))
"""
ASK = """
from django.test import Client
from taizhang.accounts.models import User
client = Client(HTTP_HOST="localhost")
client.force_login(User.objects.get(username="xian"))
for _ in sys.stdin:
    print(client.get("/households").status_code, flush=True)
"""
END = """
from django.utils import timezone
from taizhang.accounts.granting import end_grant
from taizhang.accounts.keeping import console_account
from taizhang.accounts.models import Grant
from taizhang.journal.posting import Cause
at = timezone.now()
end_grant(by=console_account(at=at), at=at, cause=Cause("grant.end", reason="test"), grant=Grant.objects.get(user__username="xian"))
"""
QUEUE = """
from pathlib import Path
from django.utils import timezone
from taizhang.intake import queue, tasks
from taizhang.intake.models import Batch
from taizhang.intake.staging import receive_file
from taizhang.jobs import house
from taizhang.ledgers import ledger
batch = Batch.objects.first() or receive_file(by=house.account(None), at=timezone.now(), ledger=ledger("household-archive"),
    period=house.period("2018"), area="990101000000", file_name="people.csv", content=Path(sys.argv[1]).read_bytes())
told = {"by_id": batch.by_id, "kinds": ["new"]} if sys.argv[2] == "accept_rows" else {}
queue.start(getattr(tasks, sys.argv[2]), batch, **told)
"""
ROWS = 3000


def guessed(house: House, names: list[list[str]]) -> list[str]:
    """The verdicts of as many processes as there are lists of names, all let go at the same moment."""
    guessers = [house.python(GUESS, ",".join(mine)) for mine in names]
    assert [each.stdout.readline() for each in guessers] == ["ready\n"] * len(names)
    for each in guessers:
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [each.communicate(timeout=60) for each in guessers]
    assert [(each.returncode, error) for each, (_, error) in zip(guessers, told, strict=True)] == [(0, "")] * len(names)
    return [verdict for out, _ in told for verdict in out.split()]


def status_of(asker) -> str:
    """What a process that asks for the list is answered now."""
    asker.stdin.write("again\n")
    asker.stdin.flush()
    return str(asker.stdout.readline()).strip()


def test_of_many_guesses_at_one_moment_one_is_weighed(any_house):
    verdicts = guessed(any_house, [["xian"]] * PROCESSES)
    assert sorted(verdicts) == ["wait"] * (PROCESSES - 1) + ["wrong"]


def test_a_source_that_tries_many_names_at_one_moment_waits_after_its_share(any_house):
    names = [[f"nobody{process}{number}" for number in range(TRIES)] for process in range(PROCESSES)]
    verdicts = guessed(any_house, names)
    assert verdicts.count("wrong") == FREE + 1
    assert verdicts.count("wait") == PROCESSES * TRIES - FREE - 1


def test_a_grant_that_ends_is_gone_at_the_next_request_in_every_process(house):
    askers = [house.python(ASK) for _ in range(ASKERS)]
    try:
        assert [status_of(each) for each in askers] == ["200"] * ASKERS
        _, error = house.python(END).communicate(timeout=60)
        assert error == ""
        assert [status_of(each) for each in askers] == ["403"] * ASKERS
    finally:
        assert [(each.communicate(timeout=60), each.returncode)[1] for each in askers] == [0] * ASKERS


def test_migrating_twice_is_harmless(any_house):
    before = asked(any_house, "select count(*), max(id) from journal_schema"), asked(any_house, "select count(*) from journal_tx")
    for _ in range(2):
        done = any_house.taizhang("migrate")
        assert (done.returncode, done.stderr) == (0, "")
        assert "结构已是最新" in done.stdout
    after = asked(any_house, "select count(*), max(id) from journal_schema"), asked(any_house, "select count(*) from journal_tx")
    assert after == before
    assert any_house.taizhang("verify").returncode == 0


def queued(house: House, step: str, file) -> None:
    said = house.python(QUEUE, file, step)
    _, error = said.communicate(timeout=60)
    assert (said.returncode, error) == (0, "")


def batch_of(house: House) -> tuple[str, str, str]:
    return asked(house, "select state, running, message from intake_batch")[0]


def killed_in_the_middle(house: House, port: int) -> None:
    """Serve until the worker is at the task, then kill -9 the server with all its processes."""
    process = house.start("serve", "--port", port)
    until(lambda: asked(house, "select 1 from django_tasks_database_dbtaskresult where status = 'RUNNING'"))
    kill(process)


def ended(house: House, port: int) -> tuple[str, str, str]:
    """Serve again until no step runs."""
    process = house.start("serve", "--port", port)
    try:
        until(lambda: answers(port) == 200)
        until(lambda: batch_of(house)[1] == "")
        return batch_of(house)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.mark.kill
@pytest.mark.parametrize(("step", "before", "after"), [("stage_batch", "received", "checked"), ("accept_rows", "checked", "accepted")])
def test_a_server_that_is_killed_in_the_middle_of_a_job_says_so_and_can_do_it_again(any_house, tmp_path, step, before, after):
    sheet, port = write_people(tmp_path / "people.csv", ROWS), free_port()
    steps = ["stage_batch", "accept_rows"]
    for earlier in steps[: steps.index(step)]:
        queued(any_house, earlier, sheet)
        ended(any_house, port)
    queued(any_house, step, sheet)
    killed_in_the_middle(any_house, port)
    state, _, message = ended(any_house, port)
    assert (state, "中断" in message) == (before, True)
    assert asked(any_house, "select count(*) from person") == [(0,)]
    queued(any_house, step, sheet)
    assert ended(any_house, port) == (after, "", "")
    told = json.loads(any_house.taizhang("verify", "--json").stdout)
    assert told["clean"]
