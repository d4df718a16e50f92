"""Opening the house for a command: Django set up, tables in place, the account in whose name it writes, period and area."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.jobs.refusal import Refused

if TYPE_CHECKING:
    from taizhang.accounts.models import User
    from taizhang.households.models import Period
    from taizhang.kernel.ledgers import Ledger


def open_house(*, ready: bool = True) -> None:
    """Set Django up; with `ready`, insist that the tables are in place.

    Raises   Refused when the home was never prepared, is behind this version, or cannot be opened
    """
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, OSError) as wrong:
        raise Refused(f"设置不对:{wrong}") from wrong
    if ready:
        _insist_on_tables()


def unapplied() -> list[str]:
    """The migrations that this home still lacks."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as wrong:
        raise Refused(f"数据库打不开:{wrong}") from wrong
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> None:
    """Bring the tables to this version and install the triggers."""
    from django.conf import settings
    from django.core.management import call_command

    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def account(login: str | None) -> "User":
    """The account that a command writes as: the named one, or that of the machine.

    Raises   Refused
    """
    from django.utils import timezone

    from taizhang.accounts.keeping import console_account
    from taizhang.accounts.models import User

    if login is None:
        return console_account(at=timezone.now())
    found: User | None = User.objects.filter(username=User.normalize_username(login)).first()
    if found is None:
        raise Refused(f"没有登录名为“{login}”的账号")
    if not found.is_active:
        raise Refused(f"账号“{login}”已经停用")
    return found


def period(key: str | None) -> "Period":
    """The named period, or the newest that is open.

    Raises   Refused naming the periods there are
    """
    from taizhang.households.models import Period

    if key is None:
        newest = Period.objects.filter(state=Period.OPEN).order_by("-reference_on", "-key").first()
        if newest is None:
            raise Refused("没有开放的期次:请先用 taizhang period open 开一期,或用 --period 指定")
        return newest
    found = Period.objects.filter(key=key).first()
    if found is None:
        known = "、".join(Period.objects.order_by("key").values_list("key", flat=True)) or "还没有任何期次"
        raise Refused(f"没有期次“{key}”;现有:{known}")
    return found


def area(code: str | None, by: "User") -> str:
    """The area of a command: as typed, else that of the only grant; for the machine's own account the only province there is.

    Raises   Refused
    """
    from taizhang.kernel.areas import is_code

    if code is not None:
        whole = code.ljust(12, "0") if len(code) < 12 else code
        if not is_code(whole):
            raise Refused(f"“{code}”不是区划代码:应为 12 位数字(可以省略末尾的 0)")
        return whole
    own = office(by)
    return own if is_code(own) else _only_province()


def office(by: "User") -> str:
    """The area of the only grant of an account.

    Raises   Refused
    """
    from taizhang.accounts.access import standing_grants

    areas = sorted({grant.area for grant in standing_grants(by)})
    if len(areas) != 1:
        raise Refused("请用 --area 写明区划代码" if areas else "这个账号没有有效的授权")
    return areas[0]


def ledger_of(key: str) -> "Ledger":
    """The ledger with a key.

    Raises   Refused naming the keys there are
    """
    from taizhang.ledgers import NoSuchLedger, ledger

    try:
        return ledger(key)
    except NoSuchLedger as missing:
        raise Refused(str(missing)) from missing


def write_file(path: Path, content: bytes | Iterable[bytes]) -> None:
    """A file that stands whole or not at all, readable by its owner only; its content whole, or piece by piece.

    Raises   Refused
    """
    half = path.with_name(f"{path.name}.half")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600), "wb") as out:
            for piece in (content,) if isinstance(content, bytes) else content:
                out.write(piece)
        half.replace(path)
    except OSError as wrong:
        raise Refused(f"文件写不了:{path}({wrong.strerror})") from wrong


def say(text: str) -> None:
    """One line for the person at the screen, at once."""
    print(text, flush=True)


def complain(text: str) -> None:
    """One line on what went wrong."""
    print(text, file=sys.stderr, flush=True)


def _insist_on_tables() -> None:
    from django.conf import settings

    missing = unapplied()
    if missing:
        raise Refused(f"{settings.HOME} 还没有准备好,或属于较早的版本(缺 {len(missing)} 项结构更新):请先运行 taizhang migrate")


def _only_province() -> str:
    from taizhang.places.models import Place

    found = list(Place.objects.filter(level="province", to_on__isnull=True).values_list("code", flat=True)[:2])
    if not found:
        raise Refused("还没有行政区划:请先用 taizhang places import 导入")
    if len(found) > 1:
        raise Refused("请用 --area 写明区划代码")
    return found[0]
