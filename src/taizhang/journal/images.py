"""The canonical image of a row: a JSON array of every column in schema order, NULL as null. Decimals keep their places, dates are ISO,
bytes are hexadecimal, booleans 0 and 1.

The same text comes out of a trigger, out of a SELECT over the table (so that the fold is compared inside the database)
and is read back here. Images written before are of another form, which is still read: `<bytes>:<text>,`, `=<text>,`, `~,` for NULL.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from taizhang.journal.models import Posted

KINDS = {
    "BooleanField": "bool",
    "BinaryField": "bytes",
    "DateField": "date",
    "DateTimeField": "instant",
    "DecimalField": "decimal",
    "JSONField": "json",
} | dict.fromkeys(
    (
        "AutoField",
        "BigAutoField",
        "BigIntegerField",
        "ForeignKey",
        "IntegerField",
        "PositiveBigIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "SmallIntegerField",
    ),
    "number",
)
BARE = frozenset(("bool", "number"))  # stand in the array without quotes
MOST_ARGUMENTS = 100  # of a function, on PostgreSQL and on older libraries of SQLite: a wider row is an array of arrays


@dataclass(frozen=True, slots=True)
class ImageColumn:
    """One column of an image: its name, how it becomes text, its decimal places."""

    name: str
    kind: str
    places: int = 0


@cache
def image_columns(model: type[Posted]) -> tuple[ImageColumn, ...]:
    """The columns of a model's image, in the order of the model."""
    return tuple(_image_column(model, field) for field in model._meta.concrete_fields)


def _image_column(model: type[Posted], field: models.Field) -> ImageColumn:  # type: ignore[type-arg]
    if field.name in model.hidden_columns:
        return ImageColumn(str(field.column), "hidden")
    kind = KINDS.get(field.get_internal_type(), "text")
    return ImageColumn(str(field.column), kind, getattr(field, "decimal_places", 0) or 0)


def sqlite_text(column: ImageColumn, row: str) -> str:
    """A column of `row` (NEW or a table alias) as canonical text, in SQLite's words."""
    value = f'{row}."{column.name}"'
    match column.kind:
        case "decimal":
            return f"printf('%.{column.places}f', {value})"
        case "bytes":
            return f"lower(hex({value}))"
        case "hidden":
            return "'*'"
        case _:
            return value


def postgres_text(column: ImageColumn, row: str) -> str:
    """The same in PostgreSQL's words."""
    value = f'{row}."{column.name}"'
    match column.kind:
        case "bool":
            return f"({value})::int::text"
        case "bytes":
            return f"encode({value}, 'hex')"
        case "date":
            return f"to_char({value}, 'YYYY-MM-DD')"
        case "instant":
            return f"to_char({value} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        case "hidden":
            return f"case when {value} is null then null else '*' end"
        case _:
            return f"({value})::text"


def image_sql(columns: tuple[ImageColumn, ...], row: str, vendor: str) -> str:
    """The SQL expression of a row's whole image."""
    if vendor != "sqlite":
        return "'['||" + "||','||".join(_postgres_json(column, row) for column in columns) + "||']'"
    values = [_sqlite_value(column, row) for column in columns]
    arrays = [f"json_array({','.join(values[at : at + MOST_ARGUMENTS])})" for at in range(0, len(values), MOST_ARGUMENTS)]
    return arrays[0] if len(arrays) == 1 else f"json_array({','.join(arrays)})"


def _sqlite_value(column: ImageColumn, row: str) -> str:
    """What `json_array` is handed: a value as it stands, or a text made of it where there is a value."""
    text = sqlite_text(column, row)
    value = f'{row}."{column.name}"'
    return text if text == value else f"iif({value} is null, null, {text})"


def _postgres_json(column: ImageColumn, row: str) -> str:
    text = postgres_text(column, row)
    return f"coalesce({text if column.kind in BARE else f'to_json({text})::text'}, 'null')"


def read_image(image: str) -> Iterator[str | None]:
    """The texts of an image, in order."""
    if not image.startswith("["):
        return _read_older(image)
    return (None if value is None else str(value) for value in _flat(json.loads(image)))


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _read_older(image: str) -> Iterator[str | None]:
    raw = image.encode()
    at = 0
    while at < len(raw):
        if raw[at : at + 1] == b"~":
            yield None
            at += 2
            continue
        if raw[at : at + 1] == b"=":
            end = raw.index(b",", at)
            yield raw[at + 1 : end].decode()
            at = end + 1
            continue
        colon = raw.index(b":", at)
        size = int(raw[at:colon])
        yield raw[colon + 1 : colon + 1 + size].decode()
        at = colon + size + 2


def default_text(field: "models.Field[Any, Any]") -> str | None:
    """What a column that is added later holds in the rows that stood before, as canonical text."""
    value = field.get_default()
    return str(int(value)) if isinstance(value, bool) else None if value is None else str(value)
