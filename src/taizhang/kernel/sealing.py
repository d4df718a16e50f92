"""Secrets at rest: one algorithm id, AES-256-GCM, and a keyed digest for exact search and joins.

The nonce is taken from the keyed digest of the text, so that equal texts of one purpose give equal bytes: nothing is
revealed that the digest beside them does not reveal already, and a row is not rewritten when its secret did not change.
"""

import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_GCM = 1
ALGORITHMS = {AES_GCM: "AES-256-GCM"}  # SM4-GCM takes the next number
KEY_BYTES = 32
NONCE_BYTES = 12
DIGEST_BYTES = 16


class WrongKey(Exception):
    """The bytes were not sealed with this key, or were altered."""


class Sealer:
    """Seals texts and files with one 64-byte key: 32 bytes for the cipher, 32 for the digest."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 2 * KEY_BYTES:
            raise WrongKey("the data key must have 64 bytes")
        self._cipher = AESGCM(key[:KEY_BYTES])
        self._digest_key = key[KEY_BYTES:]

    def digest(self, text: str, purpose: str) -> str:
        """A keyed digest of a text for one purpose: 32 hexadecimal places, equal for equal texts, useless without the key."""
        return self._keyed(text, purpose).hex()[: 2 * DIGEST_BYTES]

    def digests(self, texts: Iterable[str | None], purpose: str) -> list[str | None]:
        """The digests of many texts, None for None."""
        return [None if t is None else self.digest(t, purpose) for t in texts]

    def seal(self, text: str, purpose: str) -> bytes:
        """Algorithm id, nonce, ciphertext and tag of a text."""
        nonce = self._keyed(text, purpose)[:NONCE_BYTES]
        return bytes((AES_GCM,)) + nonce + self._cipher.encrypt(nonce, text.encode(), purpose.encode())

    def seals(self, texts: Iterable[str | None], purpose: str) -> list[bytes | None]:
        """Many texts sealed, None for None."""
        return [None if t is None else self.seal(t, purpose) for t in texts]

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text of sealed bytes.

        Raises   WrongKey
        """
        return self._opened(sealed, purpose).decode()

    def seal_file(self, content: bytes, purpose: str) -> bytes:
        """A file at rest. The nonce is random: files are not compared."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return bytes((AES_GCM,)) + nonce + self._cipher.encrypt(nonce, content, purpose.encode())

    def open_file(self, sealed: bytes, purpose: str) -> bytes:
        """The content of a file at rest.

        Raises   WrongKey
        """
        return self._opened(sealed, purpose)

    def _keyed(self, text: str, purpose: str) -> bytes:
        return hmac.digest(self._digest_key, f"{purpose}\0{text}".encode(), "sha256")

    def _opened(self, sealed: bytes, purpose: str) -> bytes:
        sealed = bytes(sealed)
        if sealed[:1] != bytes((AES_GCM,)):
            raise WrongKey(f"unknown algorithm id {sealed[:1].hex()}")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], purpose.encode())
        except Exception as broken:
            raise WrongKey("the bytes were not sealed with this key, or were altered") from broken


def kept_key(path: Path) -> bytes:
    """The data key in a file that only its owner can read; made at first use.

    Writes   the file, once
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(2 * KEY_BYTES), encoding="ascii")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
