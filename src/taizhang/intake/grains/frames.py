"""Rows of a table as frames: what stands beside lines, and lines on their way out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils import timezone

from taizhang.households.sealing import PURPOSE_OF_IDS, masked, opened, purpose_of
from taizhang.intake.exporting.rows import HEAD_ID, PLACES
from taizhang.intake.grains.base import Outgoing
from taizhang.intake.models import Export
from taizhang.journal.moments import today
from taizhang.kernel import areas
from taizhang.kernel.kinds.base import Kind
from taizhang.kernel.ledgers import Ledger
from taizhang.places.tree import names_of
from taizhang.policy.archive import Fact

PIECE = 1_000  # rows in one piece of an export
_NUMBERS = ("_id", "_version")


def rows_of(rows: Any, home: str, facts: Iterable[Fact], columns: Mapping[str, str]) -> pl.DataFrame:
    """Rows of a query as a frame. `columns` maps a name to its path in the query (text, or a number where the name ends in ``_id`` or
    ``_version``); facts become ``now.HOME.FACT``.

    Cost     1 query
    """
    told = [f for f in facts if not f.derived]
    values = list(rows.values_list(*columns.values(), *(f.name for f in told)))
    whole = zip(*values, strict=True) if values else ([] for _ in (*columns, *told))
    wanted: list[tuple[str, Kind | None]] = [*((name, None) for name in columns), *((f"now.{home}.{f.name}", f.kind) for f in told)]
    return pl.DataFrame([_series(name, list(column), kind) for (name, kind), column in zip(wanted, whole, strict=True)])


def given_out(
    rows: "QuerySet[Any]", ledger: Ledger, export: Export, home: str, facts: Iterable[Fact], columns: Mapping[str, str]
) -> Outgoing:
    """Rows of a query as lines of a ledger, in its order. `columns` maps the fields beside the facts to their paths, `key.area` among
    them. Secrets masked unless the order shows them; places by their names of the order's day.

    Cost     1 query for the order of the rows, 2 for 1,000 of them
    """
    told = [f for f in facts if f"{home}.{f.name}" in ledger.fields]
    pks = list(rows.values_list("pk", flat=True))
    return Outgoing(len(pks), _pieces(rows.model, pks, ledger, export, home, told, columns))


def _pieces(
    model: Any, pks: list[int], ledger: Ledger, export: Export, home: str, facts: list[Fact], columns: Mapping[str, str]
) -> Iterator[pl.DataFrame]:
    for first in range(0, len(pks), PIECE):
        own = pl.DataFrame({"row_id": pks[first : first + PIECE]}, schema={"row_id": pl.Int64})
        piece = model._default_manager.filter(pk__in=pks[first : first + PIECE])
        frame = own.join(rows_of(piece, home, facts, {"row_id": "pk", **columns}), on="row_id", how="left", maintain_order="left")
        frame = frame.rename({f"now.{home}.{f.name}": f"{home}.{f.name}" for f in facts if not f.derived})
        yield finished(frame, ledger, day_of(export), unmasked=export.unmasked)


def day_of(export: Export) -> date:
    """The day of the data: of the past that was asked for, else the one on which it was ordered."""
    return today() if export.as_of else timezone.localdate(export.at)


def finished(frame: pl.DataFrame, ledger: Ledger, on: date, *, unmasked: bool) -> pl.DataFrame:
    """Secrets as text to be shown, places named, every column of the sheet there."""
    show = opened if unmasked else masked
    for column in ledger.columns:
        if column.secret and column.field in frame.columns:
            purpose = PURPOSE_OF_IDS if column.field == HEAD_ID else purpose_of(column.field)
            texts = [None if v is None else show(v, purpose) for v in frame[column.field]]
            frame = frame.with_columns(pl.Series(column.field, texts, dtype=pl.String))
    wanted = {field: level for field, level in PLACES.items() if field in ledger.fields}
    codes = {f: [areas.prefix(a, level).ljust(areas.LENGTH, "0") for a in frame["key.area"]] for f, level in wanted.items()}
    names = names_of({code for several in codes.values() for code in several}, on)
    named = [pl.Series(f, [names.get(code) for code in several], dtype=pl.String) for f, several in codes.items()]
    blank = [c for c in ledger.columns if c.field not in frame.columns and c.field not in codes]
    return frame.with_columns(*named, *(pl.lit(None, dtype=c.kind.dtype).alias(c.field) for c in blank)).select(ledger.fields)


def _series(name: str, values: list[Any], kind: Kind | None) -> pl.Series:
    if kind is None:
        return pl.Series(name, values, dtype=pl.Int64 if name.endswith(_NUMBERS) else pl.String)
    if kind.secret:
        return pl.Series(name, [None if v is None else bytes(v) for v in values], dtype=pl.Binary)
    return pl.Series(name, values, dtype=kind.dtype)
