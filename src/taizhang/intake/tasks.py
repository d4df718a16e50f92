"""The long steps of a batch and the making of an export, as background tasks. A task that fails says so on its batch; nothing is lost:
the step can be run again.

Tasks read the clock where services may not: a task is an outermost caller, like a page.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import polars as pl
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from taizhang.accounts.access import NotPermitted
from taizhang.accounts.models import User
from taizhang.households.finding.keeping import catch_up
from taizhang.intake import exporting, files, progress, staging
from taizhang.intake.accepting import LostRace, NotReady, accept_batch
from taizhang.intake.grains.household_list import KEY as LIST
from taizhang.intake.grains.household_list import list_ledger
from taizhang.intake.lookups import look_up
from taizhang.intake.models import Batch, Export, Lookup
from taizhang.journal.posting import Cause
from taizhang.kernel.ledgers import Ledger
from taizhang.kernel.sheets.annotate import annotate
from taizhang.kernel.sheets.limits import Limits
from taizhang.kernel.sheets.reading import CannotRead, read_workbook

LEDGER_BY_KEY = "taizhang.ledgers.ledger"  # the ledgers stand above this room: a worker looks them up by name when it starts
STUMBLED = "处理时程序出错,没有写入任何内容;可以重新办理,如仍然出错请联系管理员"
NOT_CHECKED = "这批数据还没有核对,没有可以标注的内容"
ANNOTATED = "annotated"  # in the batch's counts: the SHA-256 of the workbook given back
REFUSALS = (NotPermitted, NotReady, LostRace, CannotRead, progress.Cancelled)


@task()
def stage_batch(batch_id: int, chosen: dict[str, dict[str, str]] | None = None) -> None:
    """Read, match, check and propose. `chosen` is sheet → index of the heading → field, as a person decided."""
    with _at(batch_id, "stage", failed=Batch.FAILED) as batch:
        picked = None if chosen is None else {sheet: {int(index): name for index, name in of.items()} for sheet, of in chosen.items()}
        staging.stage(batch, _ledger(batch.ledger), chosen=picked, limits=Limits.upload())


@task()
def accept_rows(batch_id: int, by_id: int, kinds: list[str], chosen: list[list[Any]] | None = None) -> None:
    """Write accepted proposals. `chosen` are [sheet, row] of lines, None for all of `kinds`."""
    with _at(batch_id, "accept") as batch:
        lines = None if chosen is None else {(str(sheet), int(row)) for sheet, row in chosen}
        cause = Cause("import.accept", ref=f"batch:{batch.pk}")
        accept_batch(by=User.objects.get(pk=by_id), at=timezone.now(), cause=cause, batch=batch, kinds=kinds, chosen=lines)
    catch_up()


@task()
def annotate_batch(batch_id: int) -> None:
    """Make the user's own workbook with the findings in it, to be fetched with `annotated_of`."""
    with _at(batch_id, "annotate") as batch:
        if batch.state not in (Batch.CHECKED, Batch.ACCEPTED):
            raise NotReady(NOT_CHECKED)
        workbook = read_workbook(content := files.original(batch.sha256), limits=Limits.upload())
        marked = annotate(content, workbook, findings_of(batch), columns=_columns(batch))
        batch.counts = {**batch.counts, ANNOTATED: files.keep(marked)}
        batch.save(update_fields=["counts"])


@task()
def make_export(export_id: int) -> None:
    """Make the workbook of an order; its state says how it went. One that was called off is no mistake to be logged."""
    export = Export.objects.get(pk=export_id)
    with suppress(progress.Cancelled):
        exporting.make_export(export, list_ledger(export.query) if export.ledger == LIST else _ledger(export.ledger))


@task()
def read_journal() -> None:
    """Bring what is derived for search and counts in step with the register."""
    catch_up()


@task()
def look_up_list(lookup_id: int) -> None:
    """Find the people of a list; its state says how it went."""
    look_up(Lookup.objects.get(pk=lookup_id))


def findings_of(batch: Batch) -> pl.DataFrame:
    """All findings of a checked batch, in the order of its tables.

    Raises   FileNotFoundError when the batch was never checked
    """
    return pl.concat(files.get_frame(batch.pk, f"findings-{index}") for index in range(len(batch.tables)))


def annotated_of(batch: Batch) -> bytes | None:
    """The workbook that `annotate_batch` made; None when it was not made yet."""
    sha256 = batch.counts.get(ANNOTATED)
    return files.original(sha256) if sha256 else None


@contextmanager
def _at(batch_id: int, step: str, *, failed: str = "") -> Iterator[Batch]:
    """A step of a batch: told while it runs, and told when it fails. Our own mistakes are raised again, for the log."""
    Batch.objects.filter(pk=batch_id).update(running=step)
    batch = Batch.objects.get(pk=batch_id)
    ended: dict[str, str] = {}
    try:
        yield batch
    except REFUSALS as refused:
        ended = {"message": str(refused)[:500]}
    except Exception:
        ended = {"message": STUMBLED} | ({"state": failed} if failed else {})
        raise
    finally:
        progress.clear(batch_id)
        Batch.objects.filter(pk=batch_id).update(running="", **ended)


def _ledger(key: str) -> Ledger:
    by_key: Callable[[str], Ledger] = import_string(LEDGER_BY_KEY)
    return by_key(key)


def _columns(batch: Batch) -> dict[tuple[str, str], int]:
    """Where a heading stands, by its text as typed and by the label of the column that it was taken for."""
    labels = {column.field: column.label for column in _ledger(batch.ledger).readable}
    found = {}
    for table in batch.tables:
        for name, pick in table["columns"].items():
            found[table["sheet"], labels[name]] = pick["index"]
        for heading in (*table["headings"], *table["columns"].values()):
            found[table["sheet"], heading.get("text") or heading.get("heading")] = heading["index"]
    return found
