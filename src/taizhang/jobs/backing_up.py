"""A backup of the running house: the database online, the files as they lie; proved on the copy. Source: trust.md 8, D8."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from taizhang import __version__
from taizhang.jobs import house
from taizhang.jobs.backup_file import POSTGRES, SQLITE, Manifest, close, put
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
        if connection.vendor == "sqlite":
            _copy_sqlite(copy)
            wrong = _proved(copy)
            if wrong:
                house.complain(f"副本核对未通过,没有写出备份:{wrong}")
                return BROKEN
        else:
            _dump_postgres(copy)
        members = {copy.name: copy} | _files(with_keys)
        half = Path(working) / "backup.zip"
        half.touch(mode=0o600)
        with zipfile.ZipFile(half, "w", compresslevel=1) as book:
            digests = {name: put(book, name, path, packed=path == copy and copy.name == SQLITE) for name, path in members.items()}
            close(book, Manifest(__version__, at.isoformat(), copy.name, position, with_keys, digests))
        half.replace(output)
    house.say(f"已备份到 {output}({output.stat().st_size / 1e6:.1f} MB,文件 {len(members) - 1} 个,至少到流水位置 {position})")
    if not with_keys:
        house.say(f"备份里没有密钥:请另行保管 {settings.KEYS},没有它证件号码、电话、账号和上传的文件都打不开")
    if connection.vendor != "sqlite":
        house.say("数据库转储没有在副本上核对流水:请恢复到另一个库后运行 taizhang verify")
    return 0


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


def _proved(copy: Path) -> str:
    """Verify the journal on the copy, in a process of its own.

    Gives    what is wrong with it, "" when nothing is
    """
    house_of_copy = os.environ | {
        "TAIZHANG_HOME": str(settings.HOME),
        "TAIZHANG_KEYS": str(settings.KEYS),
        "TAIZHANG_DATABASE_URL": f"sqlite:///{copy}",
    }
    said = subprocess.run([sys.executable, "-m", "taizhang", "verify", "--json"], env=house_of_copy, capture_output=True, check=False)
    try:
        verdict = json.loads(said.stdout)
    except ValueError:
        return said.stderr.decode("utf-8", "replace").strip()[-500:] or f"核对进程意外结束(状态 {said.returncode})"
    _settle_sqlite(copy)
    return next((table["broken"] for table in verdict["tables"] if table["broken"]), "")


def _settle_sqlite(copy: Path) -> None:
    """Fold what the proof left beside the copy back into it: one file, no log."""
    import sqlite3

    target = sqlite3.connect(copy)
    try:
        target.execute("pragma journal_mode=delete")
    finally:
        target.close()


def _dump_postgres(copy: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise Refused("备份 PostgreSQL 需要 pg_dump:请安装与服务器同版本的 PostgreSQL 客户端程序,或由数据库管理员备份")
    database = settings.DATABASES["default"]
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    told = {variable: str(database[name]) for variable, name in names.items() if database.get(name)}
    done = subprocess.run([program, "--format=custom", f"--file={copy}"], env=os.environ | told, capture_output=True, check=False)
    if done.returncode != 0:
        raise Refused(f"pg_dump 没有成功:{done.stderr.decode('utf-8', 'replace').strip()[-500:]}")


def _files(with_keys: bool) -> dict[str, Path]:
    folders = {"files": settings.HOME / "files", "batches": settings.HOME / "batches"} | ({"keys": settings.KEYS} if with_keys else {})
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for name, folder in folders.items()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(LEFT_OUT)
    }
