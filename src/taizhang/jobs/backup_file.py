"""What a backup looks like inside: a zip with a manifest that names every member with its SHA-256."""

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from taizhang.kernel.zips import DAMAGED

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE, POSTGRES = "taizhang.sqlite3", "database.dump"
FOLDERS = ("files", "batches", "keys")
PIECE = 1 << 20


class NotABackup(Exception):
    """The file is no backup of ours, or it was damaged."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `sha256` names every member but the manifest; `position` is the last of the journal; `proved` says whether the
    journal was verified on the copy, None where an earlier version wrote the backup and did not say."""

    version: str
    at: str
    database: str
    position: int
    with_keys: bool
    sha256: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT
    proved: bool | None = None


def put(book: zipfile.ZipFile, name: str, path: Path, *, packed: bool) -> str:
    """Write a file into the backup.

    Gives    its SHA-256
    """
    digest = hashlib.sha256()
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.external_attr = 0o600 << 16
    with path.open("rb") as source, book.open(info, "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def close(book: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write the manifest, as the last member."""
    book.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


def open_backup(file: Path) -> zipfile.ZipFile:
    """A backup, open for reading.

    Raises   NotABackup, OSError where there is no such file
    """
    if not file.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    try:
        return zipfile.ZipFile(file)
    except DAMAGED as wrong:
        raise NotABackup(f"这不是备份文件,或已损坏:{wrong}") from wrong


def read_manifest(book: zipfile.ZipFile) -> Manifest:
    """The manifest of a backup.

    Raises   NotABackup
    """
    try:
        manifest = Manifest(**json.loads(book.read(MANIFEST)))
        sound = all(_sound(name) for name in manifest.sha256)
    except (KeyError, TypeError, *DAMAGED) as wrong:
        raise NotABackup("这不是 taizhang backup 写出的备份") from wrong
    if manifest.format != FORMAT:
        raise NotABackup(f"备份的格式是第 {manifest.format} 版,本程序只认识第 {FORMAT} 版")
    if set(book.namelist()) != {MANIFEST, *manifest.sha256} or not sound:
        raise NotABackup("备份的内容与它的清单不符,可能被改动过")
    return manifest


def take(book: zipfile.ZipFile, name: str, target: IO[bytes], sha256: str) -> None:
    """Copy a member out.

    Raises   NotABackup when it is not what the manifest says
    """
    digest = hashlib.sha256()
    for piece in _pieces(book, name):
        digest.update(piece)
        target.write(piece)
    if digest.hexdigest() != sha256:
        raise NotABackup(f"备份里的 {name} 已损坏")


def _pieces(book: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with book.open(name) as source:
            while piece := source.read(PIECE):
                yield piece
    except (KeyError, *DAMAGED) as wrong:
        raise NotABackup(f"备份里的 {name} 已损坏") from wrong


def _sound(name: str) -> bool:
    parts = PurePosixPath(name).parts
    inside = len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts and "\\" not in name and ":" not in name
    return inside or name in (SQLITE, POSTGRES)
