"""A backup back into a home that is empty. Knows no Django: the house that it opens does not stand yet."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from taizhang.jobs.backup_file import POSTGRES, Manifest, NotABackup, read_manifest, take
from taizhang.jobs.refusal import Refused

BROKEN, UNREADABLE = 1, 2


def restore(file: Path, into: Path) -> int:
    """Restore a backup and verify it.

    Writes   the home, whole or not at all
    Gives    the exit status
    Raises   Refused
    """
    home = into.resolve()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Refused(f"{into} 不是空的,没有恢复:请换一个文件夹,原有的数据不会被覆盖")
    try:
        with zipfile.ZipFile(file) as book:
            manifest = read_manifest(book)
            if manifest.database == POSTGRES:
                raise Refused("这是 PostgreSQL 的备份:请解开后用 pg_restore 恢复 database.dump,再把 files、batches 放进数据文件夹")
            _unpack(book, manifest, home)
    except (OSError, zipfile.BadZipFile, NotABackup) as wrong:
        raise Refused(f"备份无法读取:{getattr(wrong, 'strerror', None) or wrong}", status=UNREADABLE) from wrong
    print(f"已恢复到 {into}(备份于 {manifest.at},程序版本 {manifest.version})", flush=True)
    if not manifest.with_keys:
        print(f"备份里没有密钥:启动前请把保管的密钥放进 {into / 'keys'},否则证件号码、电话、账号和上传的文件打不开", flush=True)
    return _verify(home)


def _unpack(book: zipfile.ZipFile, manifest: Manifest, home: Path) -> None:
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
        if home.exists():
            home.rmdir()
        half.rename(home)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise


def _verify(home: Path) -> int:
    """Prove what was restored, without leaving new keys behind."""
    kept = {name: value for name, value in os.environ.items() if name not in ("TAIZHANG_DATABASE_URL", "TAIZHANG_KEYS")}
    kept |= {"TAIZHANG_HOME": str(home), "TAIZHANG_SECRET_KEY": "of-one-verification-only"}
    done = subprocess.run([sys.executable, "-m", "taizhang", "verify"], env=kept, capture_output=True, check=False)
    said = (done.stdout or done.stderr).decode("utf-8", "replace").strip().splitlines()
    print(said[-1] if said else "核对没有完成", flush=True)
    return 0 if done.returncode == 0 else BROKEN
