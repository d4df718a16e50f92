"""The cast of the demo: one account for every level, with passwords that the seed decides. Never for real people."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from taizhang.accounts.granting import grant_role
from taizhang.accounts.keeping import create_account
from taizhang.accounts.models import User
from taizhang.journal.posting import Cause

VILLAGE, NEXT_VILLAGE = "990101100201", "990101100202"
TOWNSHIP, COUNTY, NEXT_COUNTY = "990101100000", "990101000000", "990102000000"
PREFECTURE, PROVINCE = "990100000000", "990000000000"
SYLLABLES = ("ba", "de", "fu", "ga", "hu", "ji", "ku", "la", "mo", "na", "pi", "qu", "ru", "se", "tu", "wa", "xi", "yo", "zi", "lu")


@dataclass(frozen=True, slots=True)
class Part:
    """Who plays: sign-in name, name of the person, role, area, level."""

    login: str
    name: str
    role: str
    area: str
    level: str


CAST = (
    Part("cun", "村工作队(演示)", "village_team", VILLAGE, "village"),
    Part("lincun", "邻村工作队(演示)", "village_team", NEXT_VILLAGE, "village"),
    Part("xiang", "乡镇经办(演示)", "township", TOWNSHIP, "township"),
    Part("xian", "县级经办(演示)", "county", COUNTY, "county"),
    Part("linxian", "邻县经办(演示)", "county", NEXT_COUNTY, "county"),
    Part("shi", "市级经办(演示)", "prefecture", PREFECTURE, "prefecture"),
    Part("sheng", "省级经办(演示)", "province", PROVINCE, "province"),
    Part("shenji", "审计(演示)", "auditor", PROVINCE, "province"),
    Part("bangfu", "帮扶责任人(演示)", "helper", VILLAGE, "village"),
)


def password_of(login: str, seed: int) -> str:
    """The password of a demo account: the same for the same seed, so that the guide can print it."""
    digest = hashlib.sha256(f"taizhang demo {seed} {login}".encode()).digest()
    words = "-".join(SYLLABLES[digest[i] % 20] + SYLLABLES[digest[i + 1] % 20] + SYLLABLES[digest[i + 2] % 20] for i in (0, 3))
    return f"{words}-{digest[6] % 90 + 10}"


def open_accounts(*, by: User, at: datetime, from_on: date, seed: int) -> None:
    """Open the accounts of the cast with their grants; those that stand are left.

    Needs    ACCOUNTS_MANAGE over the demo's province
    Writes   1 human, 1 account, 1 grant a part
    """
    for part in CAST:
        cause = Cause("demo.cast", reason="演示账号")
        user = User.objects.filter(username=part.login).first() or create_account(
            by=by,
            at=at,
            cause=cause,
            area=part.area,
            level=part.level,
            username=part.login,
            name=part.name,
            password=password_of(part.login, seed),
        )
        if not user.grant_set.exists():
            grant_role(by=by, at=at, cause=cause, user=user, role=part.role, area=part.area, level=part.level, from_on=from_on, to_on=None)


def sign_ins(seed: int) -> list[str]:
    """The sign-ins as a table to print."""
    return [f"  {part.login:<8} {password_of(part.login, seed):<16} {part.area}  {part.name}" for part in CAST]
