"""Rows that moved, or ceased to count: which columns say under what a row stands, and every move that the entries tell.

The triggers note each move in `journal_moved`; here the same is read out of the entries, for `verify` and for databases that are older.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import connection

from taizhang.journal.images import ImageColumn, default_text, image_columns, read_image
from taizhang.journal.models import Posted

Move = tuple[int, int, int, str, str]  # posting, schema, row, column, what it was before


def moving(columns: Sequence[ImageColumn]) -> list[ImageColumn]:
    """The columns that say under what a row stands, its area and the rows that it points at, and whether it counts."""
    return [
        c
        for c in columns
        if c.name == "area" or (c.name.endswith("_id") and c.kind == "number") or (c.name == "valid" and c.kind == "bool")
    ]


def moves_told() -> Iterator[Move]:
    """Every move that the entries tell, row by row.

    Reads    the entries of all rows that were ever changed
    Cost     1 query
    """
    later = {model._meta.db_table: _as_added(model) for model in apps.get_models() if issubclass(model, Posted)}
    with connection.cursor() as cursor:
        cursor.execute("select id, columns from journal_schema")
        columns = {pk: tuple(ImageColumn(*c) for c in json.loads(told)) for pk, told in cursor.fetchall()}
        cursor.execute(
            "with changed as (select distinct s.tbl, e.pk from journal_entry e join journal_schema s on s.id = e.schema_id"
            " where e.op = 'U')"
            " select s.tbl, e.pk, e.tx_id, e.schema_id, e.image from changed c join journal_schema s on s.tbl = c.tbl"
            " join journal_entry e on e.schema_id = s.id and e.pk = c.pk order by s.tbl, e.pk, e.id"
        )
        row: tuple[str, int] = ("", 0)
        stood: dict[str, str | None] = {}
        for tbl, pk, tx, schema, image in cursor:
            if (tbl, pk) != row:
                row, stood = (tbl, pk), {}
            stands = later.get(tbl, {}) | _under(columns[schema], image)
            for name, was in stood.items():
                if name in stands and was is not None and stands[name] != was:
                    yield tx, schema, pk, name, was
            stood = stands


def write_moves() -> None:
    """Note every move that the entries tell, where none is noted yet: a database from before `journal_moved`."""
    with connection.cursor() as opened:
        cursor: Any = opened
        cursor.execute("select count(*) from journal_moved")
        if cursor.fetchone()[0]:
            return
        moves = list(moves_told())
        cursor.executemany("insert into journal_moved(tx_id, schema_id, pk, col, was) values (%s, %s, %s, %s, %s)", moves)


def _as_added(model: type[Posted]) -> dict[str, str | None]:
    """What the moving columns of a table held when they were added to rows that stood."""
    names = {c.name for c in moving(image_columns(model))}
    return {str(f.column): default_text(f) for f in model._meta.concrete_fields if f.column in names}


def _under(columns: tuple[ImageColumn, ...], image: str) -> dict[str, str | None]:
    names = {c.name for c in moving(columns)}
    return {c.name: text for c, text in zip(columns, read_image(image), strict=True) if c.name in names}
