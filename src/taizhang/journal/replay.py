"""Reading the journal back: a row as it stood, and its history as old → new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from taizhang.journal.images import read_image
from taizhang.journal.models import JournalEntry, JournalSchema, Posted
from taizhang.journal.triggers import columns_of

Image = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a row's history. `changed` maps a column to (old, new) as canonical texts; old is None for a new row."""

    position: int
    at: datetime
    actor: int | None
    person: int | None
    action: str
    reason: str
    ref: str
    op: str
    image: Image
    changed: dict[str, tuple[str | None, str | None]]


def replay(row: Posted, until: int) -> Image | None:
    """A row as it stood at a position, as canonical texts by column; None when it was not there yet."""
    return states_at(type(row), [row.pk], until).get(row.pk)


def states_at(model: type[Posted], pks: Iterable[int], until: int) -> dict[int, Image]:
    """Rows of one table as they stood at a position.

    Gives    {pk: image}, without the rows that were not there yet
    Cost     2 queries
    """
    schemas = _schemas(model)
    entries = JournalEntry.objects.filter(schema__in=schemas, pk_of_row__in=list(pks), tx__journalreceipt__position__lte=until)
    newest = entries.order_by().values("pk_of_row").annotate(newest=Max("pk")).values("newest")
    rows = JournalEntry.objects.filter(pk__in=newest).values_list("pk_of_row", "schema_id", "image")
    return {pk: _named(schemas[schema], image) for pk, schema, image in rows}


def history(model: type[Posted], pk: int) -> list[Change]:
    """What happened to one row, oldest first.

    Cost     2 queries
    """
    schemas = _schemas(model)
    entries = (
        JournalEntry.objects.filter(schema__in=schemas, pk_of_row=pk)
        .order_by("pk")
        .values_list(
            "tx__journalreceipt__position",
            "tx__at",
            "tx__actor",
            "tx__person",
            "tx__action",
            "tx__reason",
            "tx__ref",
            "op",
            "schema_id",
            "image",
        )
    )
    changes: list[Change] = []
    before: Image = {}
    for position, at, actor, person, action, reason, ref, op, schema, text in entries:
        image = _named(schemas[schema], text)
        changed = {c: (before.get(c), v) for c, v in image.items() if before.get(c) != v}
        changes.append(Change(position, at, actor, person, action, reason, ref, op, image, changed))
        before = image
    return changes


def _schemas(model: type[Posted]) -> dict[int, JournalSchema]:
    return {s.pk: s for s in JournalSchema.objects.filter(tbl=model._meta.db_table)}


def _named(schema: JournalSchema, image: str) -> Image:
    return dict(zip((c.name for c in columns_of(schema)), read_image(image), strict=True))
