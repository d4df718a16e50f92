"""Two addresses for the machine that watches this one. They are public and tell nothing but ok or not ok; why not stands in the log."""

import logging
import tempfile
from functools import lru_cache
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from taizhang.journal import triggers

log = logging.getLogger("taizhang.health")
KEPT_SECONDS = 5  # whoever asks in between gets the same answer: a public address must not be a lever on the database
PROOF = b"ok"


class NotReady(Exception):
    """Something that every write needs is not as it must be. The message is for the log."""


def live(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; asks nobody else."""
    return _answer(True)


def ready(request: HttpRequest) -> HttpResponse:
    """Whether work can be done here: the database answers, every migration is applied, the triggers stand, the disk takes a file.

    Gives    200 ok, or 503
    """
    return _answer(_stands(int(monotonic() // KEPT_SECONDS)))


@lru_cache(maxsize=1)
def _stands(moment: int) -> bool:
    """The answer of one moment.

    Cost     1 query a business table, at most every few seconds
    """
    try:
        _insist_on_migrations()
        triggers.check()
        _insist_on_disk()
    except (NotReady, triggers.TriggersMissing, DatabaseError, OSError) as wrong:
        log.warning("not ready: %s", wrong)
        return False
    return True


def _insist_on_migrations() -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotReady(f"{len(waiting)} migrations are not applied")


def _insist_on_disk() -> None:
    """Write a small file into the home and read it again."""
    with tempfile.TemporaryFile(dir=settings.HOME) as file:
        file.write(PROOF)
        file.seek(0)
        if file.read() != PROOF:
            raise NotReady("the disk does not give back what it was given")


def _answer(well: bool) -> HttpResponse:
    return HttpResponse("ok\n" if well else "not ok\n", content_type="text/plain; charset=utf-8", status=200 if well else 503)
