"""Django's SQLite backend, with the functions that the journal's triggers call on every connection.

A connection without them (a plain shell) cannot write a journalled table at all: that is meant.
"""

import hashlib
import os
from typing import Any

from django.db.backends.sqlite3 import base

COMMITMENT = b"\x02"


SALT_BYTES = 16
POOL_BYTES = 4096 * SALT_BYTES


class Salter:
    """Seals images for one connection; random bytes are asked of the system for 4,096 rows at once."""

    def __init__(self) -> None:
        self._pool = b""
        self._at = 0

    def seal(self, image: bytes) -> bytes:
        """Salt (16 random bytes) and commitment SHA-256(0x02, salt, image) in one: 48 bytes. The image comes as its UTF-8 bytes, so that
        it is not made a Python text only to be bytes again. Source: trust.md 4.3."""
        if self._at >= len(self._pool):
            self._pool, self._at = os.urandom(POOL_BYTES), 0
        salt = self._pool[self._at : self._at + SALT_BYTES]
        self._at += SALT_BYTES
        return salt + hashlib.sha256(COMMITMENT + salt + image).digest()


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite whose connection knows the open posting."""

    posting_tx: int | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection with `taizhang_tx()` (the open posting, or NULL) and `taizhang_seal(image)`."""
        connection = super().get_new_connection(conn_params)
        connection.create_function("taizhang_tx", 0, lambda: self.posting_tx)
        connection.create_function("taizhang_seal", 1, Salter().seal)
        return connection
