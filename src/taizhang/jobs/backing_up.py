"""A backup of the running house: the database online, the files as they lie; proved on the copy. Source: trust.md 8, D8."""

import tempfile
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from taizhang import __version__
from taizhang.jobs import house, postgres
from taizhang.jobs.backup_file import POSTGRES, SQLITE, Manifest, close, put
from taizhang.jobs.proving import proved_postgres, proved_sqlite
from taizhang.jobs.refusal import Refused
from taizhang.journal.posting import newest_position

BROKEN = 1
LEFT_OUT = (".half", "progress.json", "cancel")


def back_up(output: Path, *, with_keys: bool) -> int:
    """Write a backup and prove it.

    Writes   one zip, readable by its owner only; nothing at all when the copy does not verify
    Gives    the exit status
    Raises   Refused
    """
    at = timezone.now()
    folder = output.resolve().parent
    if not folder.is_dir():
        raise Refused(f"没有这个文件夹:{folder}")
    with tempfile.TemporaryDirectory(prefix="taizhang-backup-", dir=folder) as working:
        copy = Path(working) / (SQLITE if connection.vendor == "sqlite" else POSTGRES)
        position = newest_position()
        _copy(copy)
        try:
            wrong, unproved = proved_sqlite(copy) if copy.name == SQLITE else proved_postgres(copy), ""
        except postgres.NoScratch as refusal:
            wrong, unproved = "", str(refusal)
        if wrong:
            house.complain(f"副本核对未通过,没有写出备份:{wrong}")
            return BROKEN
        members = {copy.name: copy} | _files(with_keys)
        half = Path(working) / "backup.zip"
        half.touch(mode=0o600)
        with zipfile.ZipFile(half, "w", compresslevel=1) as book:
            digests = {name: put(book, name, path, packed=path == copy and copy.name == SQLITE) for name, path in members.items()}
            close(book, Manifest(__version__, at.isoformat(), copy.name, position, with_keys, digests, proved=not unproved))
        half.replace(output)
    house.say(f"已备份到 {output}({output.stat().st_size / 1e6:.1f} MB,文件 {len(members) - 1} 个,至少到流水位置 {position})")
    house.say(f"没有在副本上核对流水,服务器不允许建立临时数据库({unproved}):请恢复到另一个库后核对" if unproved else "已在副本上核对流水")
    if not with_keys:
        house.say(f"备份里没有密钥:请另行保管 {settings.KEYS},没有它证件号码、电话、账号和上传的文件都打不开")
    return 0


def _copy(copy: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_sqlite(copy)
    else:
        postgres.dump(settings.DATABASE_URL, copy)


def _copy_sqlite(copy: Path) -> None:
    """The online backup of SQLite: one moment of the database, while others go on writing."""
    import sqlite3

    connection.ensure_connection()
    target = sqlite3.connect(copy)
    try:
        connection.connection.backup(target)
        said = target.execute("pragma integrity_check").fetchall()
        if said != [("ok",)]:
            raise Refused(f"副本的完整性检查未通过:{said[0][0]}")
    finally:
        target.close()


def _files(with_keys: bool) -> dict[str, Path]:
    folders = {"files": settings.HOME / "files", "batches": settings.HOME / "batches"} | ({"keys": settings.KEYS} if with_keys else {})
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for name, folder in folders.items()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(LEFT_OUT)
    }
