"""Secrets at rest: one algorithm id, AES-256-GCM, and a keyed digest for exact search and joins.

The nonce is taken from the keyed digest of the text, so that equal texts of one purpose give equal bytes: nothing is
revealed that the digest beside them does not reveal already, and a row is not rewritten when its secret did not change.
"""

import hmac
import io
import secrets
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_GCM = 1
AES_GCM_PIECES = 2
ALGORITHMS = {AES_GCM: "AES-256-GCM", AES_GCM_PIECES: "AES-256-GCM in pieces"}  # SM4-GCM takes the next number
PIECE_BYTES = 1 << 20
SALT_BYTES, COUNT_BYTES = 8, 4  # together a nonce
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
DIGEST_BYTES = 16


class WrongKey(Exception):
    """The bytes were not sealed with this key, or were altered."""


class Sealer:
    """Seals texts and files with one 64-byte key: 32 bytes for the cipher, 32 for the digest."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 2 * KEY_BYTES:
            raise WrongKey("the data key must have 64 bytes")
        self._cipher = AESGCM(key[:KEY_BYTES])
        self._mac = hmac.new(key[KEY_BYTES:], digestmod="sha256")  # keyed once, copied for each text

    def digest(self, text: str, purpose: str) -> str:
        """A keyed digest of a text for one purpose: 32 hexadecimal places, equal for equal texts, useless without the key."""
        return self._keyed(text, purpose).hex()[: 2 * DIGEST_BYTES]

    def digests(self, texts: Iterable[str | None], purpose: str) -> list[str | None]:
        """The digests of many texts, None for None."""
        return [None if t is None else self.digest(t, purpose) for t in texts]

    def seal(self, text: str, purpose: str, digest: str | None = None) -> bytes:
        """Algorithm id, nonce, ciphertext and tag of a text. `digest` is its digest for the same purpose, where it is known already."""
        keyed = self._keyed(text, purpose) if digest is None else bytes.fromhex(digest)
        nonce = keyed[:NONCE_BYTES]
        return bytes((AES_GCM,)) + nonce + self._cipher.encrypt(nonce, text.encode(), purpose.encode())

    def seals(self, texts: Iterable[str | None], purpose: str, digests: Iterable[str | None] = repeat(None)) -> list[bytes | None]:
        """Many texts sealed, None for None; `digests` stand beside them where they are known already."""
        return [None if t is None else self.seal(t, purpose, d) for t, d in zip(texts, digests, strict=False)]

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
        """The content of a file at rest, however it was sealed.

        Raises   WrongKey
        """
        return b"".join(self.open_pieces(io.BytesIO(sealed), purpose))

    def seal_pieces(self, content: BinaryIO, purpose: str) -> Iterator[bytes]:
        """A large file at rest, piece by piece: each piece knows its place and whether it is the last, so that none can be left out, put
        elsewhere or cut off.

        Cost     memory for two pieces of `PIECE_BYTES`
        """
        salt = secrets.token_bytes(SALT_BYTES)
        yield bytes((AES_GCM_PIECES,)) + salt
        piece, count = content.read(PIECE_BYTES), 0
        while True:
            following = content.read(PIECE_BYTES)
            told = _told(purpose, last=not following)
            yield self._cipher.encrypt(salt + count.to_bytes(COUNT_BYTES, "big"), piece, told)
            if not following:
                return
            piece, count = following, count + 1

    def open_pieces(self, sealed: BinaryIO, purpose: str) -> Iterator[bytes]:
        """The content of a file at rest, piece by piece; one that was sealed whole comes as one piece.

        Raises   WrongKey, before anything of the piece that is wrong is given
        """
        algorithm = sealed.read(1)
        if algorithm != bytes((AES_GCM_PIECES,)):
            yield self._opened(algorithm + sealed.read(), purpose)
            return
        salt, size, count = sealed.read(SALT_BYTES), PIECE_BYTES + TAG_BYTES, 0
        piece = sealed.read(size)
        while True:
            following = sealed.read(size)
            try:
                told = _told(purpose, last=not following)
                yield self._cipher.decrypt(salt + count.to_bytes(COUNT_BYTES, "big"), piece, told)
            except Exception as broken:
                raise WrongKey("the bytes were not sealed with this key, or were altered") from broken
            if not following:
                return
            piece, count = following, count + 1

    def _keyed(self, text: str, purpose: str) -> bytes:
        mac = self._mac.copy()
        mac.update(f"{purpose}\0{text}".encode())
        return mac.digest()

    def _opened(self, sealed: bytes, purpose: str) -> bytes:
        sealed = bytes(sealed)
        if sealed[:1] != bytes((AES_GCM,)):
            raise WrongKey(f"unknown algorithm id {sealed[:1].hex()}")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], purpose.encode())
        except Exception as broken:
            raise WrongKey("the bytes were not sealed with this key, or were altered") from broken


def _told(purpose: str, *, last: bool) -> bytes:
    """What a piece is bound to beside its place."""
    return f"{purpose}\0{'last' if last else 'more'}".encode()


def kept_key(path: Path) -> bytes:
    """The data key in a file that only its owner can read; made at first use.

    Writes   the file, once
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(2 * KEY_BYTES), encoding="ascii")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
