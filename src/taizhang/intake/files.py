"""Where a batch's material lies: the uploaded bytes under their SHA-256 and the frames made of them, all sealed at rest."""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
from django.conf import settings

from taizhang.journal.fields import sealer

PURPOSE = "intake"


def keep(content: bytes) -> str:
    """Keep uploaded bytes.

    Writes   one sealed file, once for the same bytes
    Gives    their SHA-256
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = _original(sha256)
    if not path.exists():
        _put(path, sealer().seal_file(content, PURPOSE))
    return sha256


def keep_file(content: Path) -> str:
    """Keep a file of any size, as `keep` does with bytes.

    Cost     memory for two pieces of it
    """
    with content.open("rb") as whole:
        sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
        path = _original(sha256)
        if not path.exists():
            whole.seek(0)
            _put_pieces(path, sealer().seal_pieces(whole, PURPOSE))
    return sha256


def original(sha256: str) -> bytes:
    """The uploaded bytes as they came."""
    return b"".join(pieces(sha256))


def pieces(sha256: str) -> Iterator[bytes]:
    """The uploaded bytes as they came, piece by piece."""
    with _original(sha256).open("rb") as sealed:
        yield from sealer().open_pieces(sealed, PURPOSE)


def put_frame(batch: int, name: str, frame: pl.DataFrame) -> None:
    """Keep a frame of a batch under a name."""
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="lz4")
    _put(_frame(batch, name), sealer().seal_file(buffer.getvalue(), PURPOSE))


def get_frame(batch: int, name: str) -> pl.DataFrame:
    """A frame of a batch.

    Raises   FileNotFoundError when it was never kept
    """
    return pl.read_ipc(io.BytesIO(sealer().open_file(_frame(batch, name).read_bytes(), PURPOSE)))


def has_frame(batch: int, name: str) -> bool:
    """True if the frame was kept."""
    return _frame(batch, name).exists()


def _original(sha256: str) -> Path:
    return settings.HOME / "files" / sha256[:2] / sha256


def _frame(batch: int, name: str) -> Path:
    return settings.HOME / "batches" / str(batch) / f"{name}.arrow"


def _put(path: Path, sealed: bytes) -> None:
    _put_pieces(path, [sealed])


def _put_pieces(path: Path, sealed: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.half")
    with half.open("wb") as out:
        for piece in sealed:
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    half.replace(path)
