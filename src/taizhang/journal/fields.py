"""Fields that every business room shares: an area code, and a secret that is sealed at rest."""

from functools import cache
from typing import Any

from django.conf import settings
from django.db import models

from taizhang.kernel.sealing import Sealer, kept_key


class RowNumber(models.BigAutoField):  # type: ignore[type-arg]
    """The primary key of every table. On SQLite without AUTOINCREMENT, which costs one more write a row and only keeps deleted
    numbers from coming back: here nothing is deleted."""

    def db_type_suffix(self, connection: Any) -> str | None:
        """What stands behind the column's type."""
        return None if connection.vendor == "sqlite" else super().db_type_suffix(connection)


class AreaCodeField(models.CharField):  # type: ignore[type-arg]
    """A 12-digit area code, or 15 digits with our own suffix for 自然村/组. A subtree is a range of codes."""

    def __init__(self, verbose_name: str = "行政区划代码", **options: Any) -> None:
        super().__init__(verbose_name, **({"max_length": 15} | options))


class SecretField(models.BinaryField):  # type: ignore[type-arg]
    """An identity number, phone or account: sealed bytes. Beside it stands ``NAME_digest`` where it must be found.

    The value is sealed bytes on both sides: nothing opens it by accident. `sealer().open(value, purpose)` opens it.
    """

    def __init__(self, verbose_name: str = "", **options: Any) -> None:
        super().__init__(verbose_name, **({"null": True, "editable": False} | options))


@cache
def sealer() -> Sealer:
    """The sealer of this installation; its key stands in a file outside the database."""
    return Sealer(kept_key(settings.KEYS / "data.key"))
