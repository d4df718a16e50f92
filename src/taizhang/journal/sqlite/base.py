"""Django's SQLite backend, with the functions that the journal's triggers call on every connection.

A connection without them (a plain shell) cannot write a journalled table at all: that is meant.
"""

import hashlib
import os
from typing import Any

from django.db.backends.sqlite3 import base

COMMITMENT = b"\x02"


def seal_of(image: str | None) -> bytes:
    """Salt (16 random bytes) and commitment SHA-256(0x02, salt, image) in one: 48 bytes. Source: trust.md 4.3."""
    salt = os.urandom(16)
    return salt + hashlib.sha256(COMMITMENT + salt + (image or "").encode()).digest()


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite whose connection knows the open posting."""

    posting_tx: int | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection with `taizhang_tx()` (the open posting, or NULL) and `taizhang_seal(image)`."""
        connection = super().get_new_connection(conn_params)
        connection.create_function("taizhang_tx", 0, lambda: self.posting_tx)
        connection.create_function("taizhang_seal", 1, seal_of)
        return connection
