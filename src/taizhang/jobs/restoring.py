"""A backup back into a home that is empty, and a database that is. Knows no Django: the house that it opens does not stand yet."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg

from taizhang.jobs import postgres
from taizhang.jobs.backup_file import POSTGRES, Manifest, NotABackup, open_backup, read_manifest, take
from taizhang.jobs.refusal import Refused

BROKEN, UNREADABLE = 1, 2


def restore(file: Path, into: Path, database: str | None = None) -> int:
    """Restore a backup and verify it. `database` is the address of the database that a backup of PostgreSQL goes into.

    Writes   the home, whole or not at all; the database likewise, made where there is none
    Gives    the exit status
    Raises   Refused
    """
    home = into.resolve()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Refused(f"{into} 不是空的,没有恢复:请换一个文件夹,原有的数据不会被覆盖")
    try:
        with open_backup(file) as book:
            manifest = read_manifest(book)
            _insist_on_database(manifest, database)
            _unpack(book, manifest, home, database)
    except (OSError, NotABackup) as wrong:
        raise Refused(f"备份无法读取:{getattr(wrong, 'strerror', None) or wrong}", status=UNREADABLE) from wrong
    where = f"{into} 和数据库 {postgres.name_of(database)}" if database else f"{into}"
    print(f"已恢复到 {where}(备份于 {manifest.at},程序版本 {manifest.version})", flush=True)
    if database:
        print("启动前请把环境变量 TAIZHANG_DATABASE_URL 设为这个数据库的地址", flush=True)
    if not manifest.with_keys:
        print(f"备份里没有密钥:启动前请把保管的密钥放进 {into / 'keys'},否则证件号码、电话、账号和上传的文件打不开", flush=True)
    return _verify(home, database)


def _insist_on_database(manifest: Manifest, database: str | None) -> None:
    if manifest.database == POSTGRES and database is None:
        raise Refused("这是 PostgreSQL 的备份:请用 --database 写明恢复到哪个数据库(postgresql://用户@主机/新库名),该库必须不存在或是空的")
    if manifest.database != POSTGRES and database is not None:
        raise Refused("这是 SQLite 的备份,不能恢复到 PostgreSQL:请去掉 --database")


def _unpack(book: zipfile.ZipFile, manifest: Manifest, home: Path, database: str | None) -> None:
    half = home.with_name(f"{home.name}.restoring")
    if half.exists():
        raise Refused(f"{half} 是上次没有恢复完的,请先移走")
    half.mkdir(parents=True, mode=0o700)
    try:
        for name, sha256 in manifest.sha256.items():
            path = half.joinpath(*name.split("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            with path.open("wb") as target:
                take(book, name, target, sha256)
        if database is not None:
            _load(database, half / POSTGRES)
        if home.exists():
            home.rmdir()
        half.rename(home)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise


def _load(database: str, dump: Path) -> None:
    """The dump into its database, made where there is none; the file is needed no more."""
    try:
        made = _ready_for(database)
        try:
            postgres.load(database, dump)
        except BaseException:
            if made:
                postgres.drop(_beside(database), postgres.name_of(database))
            raise
    except postgres.Broken as wrong:
        raise Refused(f"数据库没有恢复,没有留下任何内容:{wrong}") from wrong
    except psycopg.Error as wrong:
        raise Refused(f"数据库用不了:{str(wrong).strip().splitlines()[0]}") from wrong
    dump.unlink()


def _ready_for(database: str) -> bool:
    """Insist on an empty database; make it where there is none.

    Gives    whether it was made
    Raises   Refused, psycopg.Error
    """
    if not postgres.stands(database):
        postgres.create(_beside(database), postgres.name_of(database))
        return True
    if not postgres.is_empty(database):
        raise Refused(f"数据库 {postgres.name_of(database)} 不是空的,没有恢复:请换一个库名,原有的数据不会被覆盖")
    return False


def _beside(database: str) -> str:
    return postgres.named(database, postgres.MAINTENANCE)


def _verify(home: Path, database: str | None) -> int:
    """Prove what was restored, without leaving new keys behind."""
    kept = {name: value for name, value in os.environ.items() if name not in ("TAIZHANG_DATABASE_URL", "TAIZHANG_KEYS")}
    kept |= {"TAIZHANG_HOME": str(home), "TAIZHANG_SECRET_KEY": "of-one-verification-only"}
    kept |= {"TAIZHANG_DATABASE_URL": database} if database else {}
    done = subprocess.run([sys.executable, "-m", "taizhang", "verify"], env=kept, capture_output=True, check=False)
    said = (done.stdout or done.stderr).decode("utf-8", "replace").strip().splitlines()
    print(said[-1] if said else "核对没有完成", flush=True)
    return 0 if done.returncode == 0 else BROKEN
