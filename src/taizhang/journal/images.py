"""The canonical image of a row: every column as text in schema order. Free text stands as ``<bytes>:<text>,``, what holds no comma by
its kind (numbers, days, instants, bytes) as ``=<text>,``, NULL as ``~,``.

The same text comes out of a trigger, out of a SELECT over the table (so that the fold is compared inside the database)
and is read back here. Decimals keep their places, dates are ISO, bytes are hexadecimal, booleans 0 and 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

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
PLAIN = frozenset(("bool", "bytes", "date", "decimal", "hidden", "instant", "number"))  # their texts hold no comma


@dataclass(frozen=True, slots=True)
class ImageColumn:
    """One column of an image: its name, how it becomes text, its decimal places."""

    name: str
    kind: str
    places: int = 0


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
            return "'*'"
        case _:
            return f"({value})::text"


def image_sql(columns: tuple[ImageColumn, ...], row: str, vendor: str) -> str:
    """The SQL expression of a row's whole image."""
    return "||".join(_framed(column, row, vendor) for column in columns)


def _framed(column: ImageColumn, row: str, vendor: str) -> str:
    text = sqlite_text(column, row) if vendor == "sqlite" else postgres_text(column, row)
    if column.kind in PLAIN:
        framed = f"'='||{text}||','"
    else:
        size = f"length(cast({text} as blob))" if vendor == "sqlite" else f"octet_length({text})"
        framed = f"{size}||':'||{text}||','"
    return f"""case when {row}."{column.name}" is null then '~,' else {framed} end"""


def read_image(image: str) -> Iterator[str | None]:
    """The texts of an image, in order."""
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
