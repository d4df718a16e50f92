"""What `taizhang demo` prepares: the fictitious province, periods, the cast, a county of households, a workbook with mistakes."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
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
from taizhang.jobs.demo.helping import put_helpers
from taizhang.jobs.demo.measures import put_measures
from taizhang.jobs.demo.people import people_in_parts
from taizhang.jobs.demo.sample import FILE_NAME, write_sample
from taizhang.jobs.demo.villages import put_villages
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause, posting
from taizhang.kernel.areas import WIDTH, Level
from taizhang.places.fictitious import ORIGIN, fictitious_places
from taizhang.places.models import Place
from taizhang.places.services import import_places
from taizhang.policy.archive import FACT_TABLES
from taizhang.policy.windows import survey_income_window

BEGUN, ENROLLED, READY = "demo.begin", "demo.enroll", "demo.ready"
YEAR = 2018
REFERENCE_ON = date(2018, 12, 31)
START_ON = date(2018, 1, 1)
COUNTY_PREFIX = COUNTY[: WIDTH[Level.COUNTY]]
SECRETS = [f"{home}.{fact.name}" for home, facts in FACT_TABLES.items() for fact in facts if fact.kind.secret]


@dataclass(frozen=True, slots=True)
class Order:
    """How large a demo, and of which seed: written down in the journal when it begins, so that what was broken off goes on the same."""

    households: int
    seed: int

    @property
    def ref(self) -> str:
        """As the journal holds it."""
        return f"{self.households}/{self.seed}"


def prepare(wanted: Order) -> Order | None:
    """Prepare a home that is empty, step by step, or go on where an earlier run was broken off. A home in which the demo stands is left as
    it is, and so is one that holds anything else.

    Writes   places, 2 periods, the cast, the households; a sample workbook in the home folder
    Gives    the order that stands; None where there is no demo
    """
    started = time.monotonic()
    _step("数据库", _migrate)
    standing = _standing()
    if standing is None and (Household.objects.exists() or Place.objects.exists()):
        house.say(f"{settings.HOME} 里已经有数据,没有改动")
        return None
    order = standing or wanted
    if JournalTx.objects.filter(action=READY).exists():
        house.say(f"{settings.HOME} 里已经有演示数据({Household.objects.count()} 户),没有改动")
        return order
    by = house.account(None)
    _mark(by, BEGUN, order)
    _step("虚构区划", lambda: _places(by))
    _step("期次", lambda: _periods(by))
    _step("演示账号", lambda: open_accounts(by=by, at=timezone.now(), from_on=START_ON, seed=order.seed))
    _step("户和人", lambda: _households(by, order))
    _step("帮扶责任", lambda: put_helpers(by=by, seed=order.seed))
    _step("村和自然村", lambda: put_villages(by=by, period=Period.objects.get(key=str(YEAR)), area=COUNTY, seed=order.seed))
    _step("到户措施", lambda: put_measures(by=by, period=Period.objects.get(key=str(YEAR)), area=COUNTY, seed=order.seed))
    _step("样例工作簿", lambda: _sample(order))
    _mark(by, READY, order)
    house.say(f"全部准备好,用时 {time.monotonic() - started:.1f} 秒;数据在 {settings.HOME}")
    return order


def print_sign_ins(order: Order) -> None:
    """The sign-ins of the cast."""
    house.say("演示账号(仅供演示;登录名  密码  区划  身份):")
    for line in sign_ins(order.seed):
        house.say(line)


def _standing() -> Order | None:
    ref = JournalTx.objects.filter(action=BEGUN).values_list("ref", flat=True).first()
    return None if ref is None else Order(*(int(number) for number in ref.split("/")))


def _mark(by: User, action: str, order: Order) -> None:
    """A posting without rows: the journal says how far the demo is."""
    with (
        suppress(AlreadyPosted),
        posting(
            by=by, at=timezone.now(), cause=Cause(action, reason="虚构数据,仅供演示", ref=order.ref), area=PROVINCE, idempotency_key=action
        ),
    ):
        pass


def _step(title: str, act: Callable[[], str | None]) -> None:
    started = time.monotonic()
    said = act()
    house.say(f"{title} …… {time.monotonic() - started:.1f} 秒{f' {said}' if said else ''}")


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
        if not Period.objects.filter(key=key).exists()
    ]
    return "、".join(period.title for period in opened)


def _households(by: User, order: Order) -> str:
    """The people of the county, one posting a township, through the writers that an import uses."""
    period = Period.objects.get(key=str(YEAR))
    members = 0
    for number, part in enumerate(people_in_parts(order.households, order.seed, _county(), YEAR)):
        sealed = seal_lines(part.with_columns(pl.col("key.household_no").rank("dense").cast(pl.Int64).alias(writing.GROUP)), SECRETS)
        township = pl.col("key.area").str.head(WIDTH[Level.TOWNSHIP])
        for (code,), lines in sealed.group_by(township.alias("township"), maintain_order=True):
            _enroll(by, f"{code}000", lines, period, key=f"{ENROLLED}:{code}:{number}")
        members += part.height
    return f"{order.households} 户 {members} 人"


def _enroll(by: User, area: str, lines: pl.DataFrame, period: Period, key: str) -> None:
    """The lines of one township, once."""
    cause = Cause(ENROLLED, reason="虚构数据,仅供演示")
    with suppress(AlreadyPosted), posting(by=by, at=timezone.now(), cause=cause, area=area, idempotency_key=key):
        writing.add_members(writing.add_households(lines, period), period)


def _sample(order: Order) -> str:
    """A workbook with mistakes, of the village whose team signs in as `cun`."""
    here = next(people_in_parts(order.households, order.seed, _county(), YEAR), None)
    if here is None:
        return "没有户,不写样例"
    path = settings.HOME / FILE_NAME
    lines = write_sample(path, VILLAGE, here.filter(pl.col("key.area") == VILLAGE), fictitious_places(), order.seed)
    return f"{lines} 行,{path}"


def _county() -> pl.DataFrame:
    return fictitious_places().filter(pl.col("code").str.starts_with(COUNTY_PREFIX))
