"""What `taizhang demo` prepares: the fictitious province, periods, the cast, a county of households, a workbook with mistakes."""

import time
from collections.abc import Callable
from datetime import date

import polars as pl
from django.conf import settings
from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.households import writing
from taizhang.households.models import Household, Period
from taizhang.households.periods import open_period
from taizhang.households.sealing import seal_lines
from taizhang.jobs import house
from taizhang.jobs.demo.cast import COUNTY, PROVINCE, VILLAGE, open_accounts, sign_ins
from taizhang.jobs.demo.people import people_in_parts
from taizhang.jobs.demo.sample import FILE_NAME, write_sample
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.areas import WIDTH, Level
from taizhang.places.fictitious import ORIGIN, fictitious_places
from taizhang.places.models import Place
from taizhang.places.services import import_places
from taizhang.policy.archive import FACT_TABLES
from taizhang.policy.windows import survey_income_window

YEAR = 2018
REFERENCE_ON = date(2018, 12, 31)
START_ON = date(2018, 1, 1)
COUNTY_PREFIX = COUNTY[: WIDTH[Level.COUNTY]]
SECRETS = [f"{home}.{fact.name}" for home, facts in FACT_TABLES.items() for fact in facts if fact.kind.secret]


def prepare(*, households: int, seed: int) -> None:
    """Prepare a home that is empty, step by step; a home in which the demo stands is left as it is.

    Writes   places, 2 periods, the cast, the households; a sample workbook in the home folder
    """
    started = time.monotonic()
    _step("数据库", _migrate)
    if Household.objects.exists() or Place.objects.exists():
        house.say(f"{settings.HOME} 里已经有数据,没有改动({Household.objects.count()} 户)")
        return
    by = house.account(None)
    _step("虚构区划", lambda: _places(by))
    _step("期次", lambda: _periods(by))
    _step("演示账号", lambda: open_accounts(by=by, at=timezone.now(), from_on=START_ON, seed=seed) or "")
    _step("户和人", lambda: _households(by, households, seed))
    _step("样例工作簿", lambda: _sample(households, seed))
    house.say(f"全部准备好,用时 {time.monotonic() - started:.1f} 秒;数据在 {settings.HOME}")


def print_sign_ins(seed: int) -> None:
    """The sign-ins of the cast."""
    house.say("演示账号(仅供演示;登录名  密码  区划  身份):")
    for line in sign_ins(seed):
        house.say(line)


def _step(title: str, act: Callable[[], str]) -> None:
    started = time.monotonic()
    said = act()
    house.say(f"{title} …… {time.monotonic() - started:.1f} 秒{' ' + said if said else ''}")


def _migrate() -> str:
    house.migrate()
    return str(settings.DATABASES["default"]["NAME"])


def _places(by: User) -> str:
    cause = Cause("demo.places", reason="虚构区划,仅供演示")
    done = import_places(by=by, at=timezone.now(), cause=cause, rows=fictitious_places(), origin=ORIGIN)
    return f"{done.new} 个"


def _periods(by: User) -> str:
    window = survey_income_window(YEAR)
    spans = (
        (str(YEAR), "annual", REFERENCE_ON, ""),
        (f"{YEAR}08", "ad_hoc", date(YEAR, 8, 31), f"{YEAR}年8月扶贫对象动态管理"),
    )
    opened = [
        open_period(
            by=by,
            at=timezone.now(),
            cause=Cause("period.open", reason="演示"),
            area=PROVINCE,
            key=key,
            kind=kind,
            reference_on=on,
            income_from=window.from_on,
            income_to=window.to_on,
            title=title,
        )
        for key, kind, on, title in spans
    ]
    return "、".join(period.title for period in opened)


def _households(by: User, households: int, seed: int) -> str:
    """The people of the county, one posting a township, through the writers that an import uses."""
    period = Period.objects.get(key=str(YEAR))
    members = 0
    for part in people_in_parts(households, seed, _county(), YEAR):
        sealed = seal_lines(part.with_columns(pl.col("key.household_no").rank("dense").cast(pl.Int64).alias(writing.GROUP)), SECRETS)
        township = pl.col("key.area").str.head(WIDTH[Level.TOWNSHIP])
        for (code,), lines in sealed.group_by(township.alias("township"), maintain_order=True):
            cause = Cause("demo.enroll", reason="虚构数据,仅供演示")
            with posting(by=by, at=timezone.now(), cause=cause, area=f"{code}000"):
                writing.add_members(writing.add_households(lines, period), period)
        members += part.height
    return f"{households} 户 {members} 人"


def _sample(households: int, seed: int) -> str:
    """A workbook with mistakes, of the village whose team signs in as `cun`."""
    here = next((part for part in people_in_parts(households, seed, _county(), YEAR)), None)
    if here is None:
        return "没有户,不写样例"
    path = settings.HOME / FILE_NAME
    lines = write_sample(path, VILLAGE, here.filter(pl.col("key.area") == VILLAGE), fictitious_places(), seed)
    return f"{lines} 行,{path}"


def _county() -> pl.DataFrame:
    return fictitious_places().filter(pl.col("code").str.starts_with(COUNTY_PREFIX))
