"""`taizhang user add`: an account with its grant."""

import argparse
import getpass
import sys
from datetime import date

from taizhang.jobs import house
from taizhang.jobs.refusal import Refused

NAME = "user"
HELP = "账号:新增"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command an act."""
    acts = parser.add_subparsers(title="操作", metavar="操作", required=True, dest="act")
    adding = acts.add_parser("add", help="新增账号并授权", description="新增账号并授权")
    adding.add_argument("login", metavar="登录名", help="登录名,全国唯一")
    adding.add_argument("--name", metavar="姓名", required=True, help="使用人姓名")
    adding.add_argument("--role", metavar="岗位", required=True, help="village_team、township、county、prefecture、province、auditor 等")
    adding.add_argument("--area", metavar="区划代码", required=True, help="授权的区划,可以省略末尾的 0")
    adding.add_argument("--level", metavar="级别", help="授权的级别;默认由区划代码得出")
    adding.add_argument("--to", metavar="日期", type=date.fromisoformat, dest="to_on", help="授权到哪一天;不写则到收回为止")
    adding.add_argument("--by", metavar="登录名", help="以哪个账号的权限办理;默认是本机命令行账号")
    adding.add_argument("--password-stdin", action="store_true", help="从标准输入读密码;不写则在屏幕上询问")


def run(arguments: argparse.Namespace) -> int:
    """Open the account and give the grant; the password must be changed at the first sign-in."""
    house.open_house()
    from django.utils import timezone

    from taizhang.accounts.access import NotPermitted
    from taizhang.accounts.granting import GrantImpossible, check_grant, grant_role
    from taizhang.accounts.keeping import UsernameTaken, WeakPassword, create_account
    from taizhang.journal.posting import Cause

    by, now = house.account(arguments.by), timezone.now()
    area = house.area(arguments.area, by)
    level = arguments.level or _level_of(area)
    today = timezone.localdate()
    who = {"by": by, "at": now, "cause": Cause("account.create", reason="命令行")}
    grant = {"role": arguments.role, "area": area, "level": level, "from_on": today, "to_on": arguments.to_on}
    try:
        check_grant(**grant)
        user = create_account(
            **who,
            area=area,
            level=level,
            username=arguments.login,
            name=arguments.name,
            password=_password(arguments),
            must_change=True,
        )
        grant_role(**who, user=user, **grant)
    except (NotPermitted, GrantImpossible, UsernameTaken, WeakPassword) as refused:
        raise Refused(str(refused)) from refused
    house.say(f"已新增账号 {user.username}({arguments.name},{arguments.role},{area});首次登录须修改密码")
    return 0


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    first, second = getpass.getpass("密码:"), getpass.getpass("再输入一遍:")
    if first != second:
        raise Refused("两次输入的密码不一样")
    return first


def _level_of(area: str) -> str:
    from taizhang.kernel.areas import level_of

    return level_of(area).name.lower()
