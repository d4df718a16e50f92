"""The cast: one account for every level, always the same. Never a superuser.

村 cun works in one village, 邻村 lincun in the next one and must see nothing of it; 乡 xiang, 县 xian, 市 shi and 省 sheng stand above them,
外县 waixian beside; 审计 shenji reads all and changes nothing; `guest` has no grant, `former` an expired one.
"""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from taizhang.accounts.access import NATION
from taizhang.accounts.keeping import console_account, create_account
from taizhang.accounts.models import Grant, User
from taizhang.journal.posting import Cause, posting

VILLAGE, NEXT_VILLAGE = "990101100201", "990101100202"
TOWNSHIP, COUNTY, OTHER_COUNTY = "990101100000", "990101000000", "990102000000"
PREFECTURE, PROVINCE = "990100000000", "990000000000"
START = datetime(2026, 1, 1, 1, tzinfo=UTC)
FROM_ON = date(2020, 1, 1)
CAST = {
    "cun": ("village_team", VILLAGE, "village"),
    "lincun": ("village_team", NEXT_VILLAGE, "village"),
    "xiang": ("township", TOWNSHIP, "township"),
    "xian": ("county", COUNTY, "county"),
    "waixian": ("county", OTHER_COUNTY, "county"),
    "shi": ("prefecture", PREFECTURE, "prefecture"),
    "sheng": ("province", PROVINCE, "province"),
    "shenji": ("auditor", PROVINCE, "province"),
}


def account_of(username: str, *, area: str = VILLAGE, level: str = "village", password: str | None = None) -> User:
    """An account without any grant."""
    console = console_account(at=START)
    return create_account(
        by=console, at=START, cause=Cause("test.cast"), area=area, level=level, username=username, name=username, password=password
    )


def grant_to(user: User, role: str, area: str, level: str, *, from_on: date = FROM_ON, to_on: date | None = None) -> Grant:
    """A grant as it stands, without asking who may give it."""
    with posting(by=console_account(at=START), at=START, cause=Cause("test.cast"), area=area):
        return Grant.objects.create(user=user, role=role, area=area, level=level, from_on=from_on, to_on=to_on)


def member_of_cast(username: str) -> User:
    """One of the cast, with his grant."""
    role, area, level = CAST[username]
    user = account_of(username, area=area, level=level)
    grant_to(user, role, area, level)
    return user


def signed_in(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def _fixture(username: str):
    def make(db) -> User:
        return member_of_cast(username)

    make.__doc__ = f"{username} of the cast."
    return pytest.fixture(make, name=username)


cun, lincun, xiang, xian = _fixture("cun"), _fixture("lincun"), _fixture("xiang"), _fixture("xian")
waixian, shi, sheng, shenji = _fixture("waixian"), _fixture("shi"), _fixture("sheng"), _fixture("shenji")


@pytest.fixture
def console(db) -> User:
    """The account of the command line."""
    return console_account(at=START)


@pytest.fixture
def guest(db) -> User:
    """An account with no grant at all."""
    return account_of("guest")


@pytest.fixture
def former(db) -> User:
    """An account whose only grant, over the whole province, ended yesterday."""
    user = account_of("former", area=PROVINCE, level="province")
    yesterday = date.fromordinal(timezone.localdate().toordinal() - 1)
    grant_to(user, "province", PROVINCE, "province", to_on=yesterday)
    return user


@pytest.fixture
def state(db) -> User:
    """An account of the state, over the whole country."""
    user = account_of("state", area=NATION, level="nation")
    grant_to(user, "state", NATION, "nation")
    return user
