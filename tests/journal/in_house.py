"""What runs inside a house of its own (`own_house.run`): real transactions, several writers, rebuilt tables."""

import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

from taizhang.accounts.keeping import console_account
from taizhang.accounts.models import Human
from taizhang.households.models import Household, HouseholdPeriod
from taizhang.households.services.correcting import correct_household
from taizhang.households.services.refusals import LostRace
from taizhang.journal import triggers
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.journal.verify import verify
from tests.cast import START, VILLAGE, member_of_cast
from tests.journal.acts import drop_trigger, pen, put_human, put_period


def _together(writers: int, work: Callable[[int], Any]) -> list[Any]:
    """`writers` threads with a connection each, started at once."""
    answers: list[Any] = [None] * writers
    start = threading.Barrier(writers)

    def run(number: int) -> None:
        try:
            start.wait()
            answers[number] = work(number)
        except Exception as broken:
            answers[number] = repr(broken)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _green() -> list[str]:
    return [verdict.broken for verdict in verify() if verdict.broken]


def race(writers: int, edits: int) -> dict[str, Any]:
    """Each writer saves `edits` times, reading again after a lost race."""
    by = member_of_cast("cun")
    period = put_period(by)
    with pen(by):
        household = Household.objects.create(household_no="1", area=VILLAGE)
        archive = HouseholdPeriod.objects.create(household=household, period=period, area=VILLAGE, member_count=0, alt_m=0)

    def work(number: int) -> dict[str, Any]:
        lost, seen = 0, []
        for edit in range(edits):
            mine = number * 1000 + edit + 1
            while True:
                read = HouseholdPeriod.objects.select_related("period").get(pk=archive.pk)
                try:
                    correct_household(
                        by=by, at=START, cause=Cause("race"), household_period=read, version=read.version, facts={"alt_m": mine}
                    )
                    break
                except LostRace as race_lost:
                    lost += 1
                    seen.append([float(race_lost.theirs["alt_m"]), mine])
        return {"lost": lost, "seen": seen}

    answers = _together(writers, work)
    archive.refresh_from_db()
    return {"answers": answers, "steps": archive.version - 1, "postings": _postings("race"), "broken": _green()}


def same_key(writers: int) -> dict[str, Any]:
    """All writers send the same request at once."""
    by = console_account(at=START)

    def work(number: int) -> str:
        try:
            with pen(by, key="same", action="once") as opened:
                Human.objects.create(name="一次")
                opened.result = f"答{number}"
            return opened.result
        except AlreadyPosted as already:
            return already.result

    answers = _together(writers, work)
    return {"answers": answers, "rows": Human.objects.filter(name="一次").count(), "broken": _green()}


def many_writers(writers: int, postings: int) -> dict[str, Any]:
    """Writers that do not meet: nobody is turned away, positions have no double and the journal is whole."""
    by = console_account(at=START)

    def work(number: int) -> list[int]:
        found = []
        for turn in range(postings):
            with pen(by, action="many") as opened:
                Human.objects.create(name=f"人{number}-{turn}")
            found.append(opened.position)
        return found

    answers = _together(writers, work)
    return {"answers": answers, "rows": Human.objects.filter(name__startswith="人").count(), "broken": _green()}


def _postings(action: str) -> int:
    from taizhang.journal.models import JournalTx

    return JournalTx.objects.filter(action=action).count()


def rebuilt() -> dict[str, Any]:
    """Django alters a field: SQLite builds the table anew and loses its triggers; installing mends it."""
    human = put_human(console_account(at=START))
    old = Human._meta.get_field("name")
    new = old.clone()
    new.set_attributes_from_name("name")
    new.model, new.max_length = Human, 60
    with connection.schema_editor() as editor:
        editor.alter_field(Human, old, new)
    try:
        triggers.check()
        said = ""
    except triggers.TriggersMissing as missing:
        said = str(missing)
    triggers.install()
    triggers.check()
    return {"said": said, "name": Human.objects.get(pk=human.pk).name, "broken": _green()}


def migrated_in_part() -> list[str]:
    """What `check` says after a lost trigger, after the migration of one app that leaves others open, and after the whole."""

    def said() -> str:
        try:
            triggers.check()
        except triggers.TriggersMissing as missing:
            return str(missing)[:3]
        return ""

    drop_trigger("human", next(name for table, name in triggers._standing({"human"}) if table == "human"))
    found = [said()]
    call_command("migrate", "sessions", "zero", verbosity=0)
    found.append(said())
    call_command("migrate", "sessions", verbosity=0)
    return [*found, said()]


def plain_shell() -> dict[str, Any]:
    """A plain sqlite3 shell knows none of the functions that the triggers call."""
    human = put_human(console_account(at=START))
    connections.close_all()
    said = []
    with sqlite3.connect(connection.settings_dict["NAME"]) as shell:
        for statement in (
            "update human set name = 'x'",
            "insert into human (name, version, came_from) values ('x', 1, '')",
            "delete from human",
        ):
            try:
                shell.execute(statement)
            except sqlite3.Error as refused:
                said.append(str(refused))
    shell.close()
    return {"said": said, "name": Human.objects.get(pk=human.pk).name, "broken": _green()}
