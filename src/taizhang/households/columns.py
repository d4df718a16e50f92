"""Table columns made from the archive's facts: a fact is declared once (policy.archive) and stored under its own name."""

from collections.abc import Iterable

import polars as pl
from django.db import models

from taizhang.journal.fields import SecretField
from taizhang.policy.archive import Fact

CODE_LENGTH = 40
CODES_LENGTH = 200
TEXT_LENGTH = 200


def archive_base(name: str, facts: Iterable[Fact]) -> type[models.Model]:
    """An abstract model with one nullable column a fact: NULL is unknown, and is never shown as 否 or 0."""

    class Meta:
        abstract = True

    body = {fact.name: column_of(fact) for fact in facts}
    return type(name, (models.Model,), {"__module__": __name__, "__doc__": "Columns of the archive.", "Meta": Meta, **body})


def column_of(fact: Fact) -> models.Field:
    """The column of one fact."""
    if fact.kind.secret:
        return SecretField(fact.zh)
    dtype = fact.kind.dtype
    if dtype == pl.Boolean:
        return models.BooleanField(fact.zh, null=True)
    if dtype == pl.Date:
        return models.DateField(fact.zh, null=True)
    if isinstance(dtype, pl.Decimal):
        return models.DecimalField(fact.zh, max_digits=dtype.precision, decimal_places=dtype.scale, null=True)
    if dtype.is_integer():
        return models.IntegerField(fact.zh, null=True)
    return models.CharField(fact.zh, max_length=_length(fact), null=True)


def _length(fact: Fact) -> int:
    match fact.kind.name:
        case "one_of":
            return CODE_LENGTH
        case "some_of":
            return CODES_LENGTH
        case _:
            return int(getattr(fact.kind, "most", TEXT_LENGTH))
