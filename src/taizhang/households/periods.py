"""Periods (期次): opening one, carrying the archives of an older one into it, freezing it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from taizhang.accounts import access
from taizhang.accounts.access import NotPermitted, Permission, ScopedQuerySet
from taizhang.accounts.models import User
from taizhang.households.models import HouseholdPeriod, MemberPeriod, Period
from taizhang.households.services.refusals import PeriodFrozen
from taizhang.households.writing import HOUSEHOLD_COLUMNS, MEMBER_COLUMNS, refresh_derived
from taizhang.journal.posting import Cause, posting
from taizhang.policy.archive import facts_in

ANNUAL, MONTHLY, AD_HOC = "annual", "monthly", "ad_hoc"
SHAPES = {ANNUAL: (r"20\d\d", "年度期次用四位年份,如 2018"), MONTHLY: (r"20\d\d(0[1-9]|1[0-2])", "月度期次用年月,如 201808")}
OF_ONE_YEAR = frozenset(
    {*(fact.name for fact in facts_in("income")), "work_months"}
)  # flows of their own window: an older one says nothing of the new


class PeriodImpossible(Exception):
    """No period can look like this."""


class PeriodTaken(Exception):
    """A period with this key stands already."""

    def __init__(self, key: str) -> None:
        super().__init__(f"期次“{key}”已经有了")


@dataclass(frozen=True, slots=True)
class RolledOver:
    """How many archives were carried; `position` of the posting."""

    households: int
    members: int
    position: int


def open_period(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    area: str,
    key: str,
    kind: str,
    reference_on: date,
    income_from: date,
    income_to: date,
    title: str = "",
    idempotency_key: str | None = None,
) -> Period:
    """Open a period (开期).

    Needs    PERIOD_MANAGE over `area`, the area of the office that opens it
    Writes   1 period, 1 posting
    Raises   NotPermitted, PeriodImpossible, PeriodTaken
    """
    access.require(by, Permission.PERIOD_MANAGE, area=area)
    _check(key, kind, income_from, income_to)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key):
        if Period.objects.filter(key=key).exists():
            raise PeriodTaken(key)
        return Period.objects.create(
            key=key,
            kind=kind,
            title=title or _title(key, kind),
            reference_on=reference_on,
            income_from=income_from,
            income_to=income_to,
        )


def freeze_period(*, by: User, at: datetime, cause: Cause, area: str, period: Period, idempotency_key: str | None = None) -> Period:
    """Freeze a period (冻结): only the province corrects it from then on.

    Needs    PERIOD_FREEZE over `area` and over every area with an archive of the period
    Writes   1 period, 1 posting
    Raises   NotPermitted, PeriodFrozen
    """
    access.require(by, Permission.PERIOD_FREEZE, area=area)
    _insist_on_all_of(period, by, Permission.PERIOD_FREEZE)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key):
        kept: Period = Period.objects.select_for_update().get(pk=period.pk)
        if kept.state == Period.FROZEN:
            raise PeriodFrozen(f"期次“{kept.key}”已经冻结")
        kept.state, kept.version = Period.FROZEN, kept.version + 1
        kept.save(update_fields=["state", "version"])
    return kept


def roll_over_period(
    *, by: User, at: datetime, cause: Cause, area: str, old: Period, new: Period, idempotency_key: str | None = None
) -> RolledOver:
    """Carry the archives of an older period into a newer one (结转), for households and members who are on the register now. Archives
    that the newer one has already are left as they are.

    Needs    PERIOD_MANAGE over `area` and over every area with an archive of the older period
    Writes   1 household_period and 1 member_period for each archive carried, 1 posting
    Raises   NotPermitted, PeriodImpossible, PeriodFrozen
    Blank    income with its worksheet, months of work and work spells: they belong to one window and are surveyed anew
    Cost     2 statements, and what `refresh_derived` costs
    """
    access.require(by, Permission.PERIOD_MANAGE, area=area)
    _insist_on_all_of(old, by, Permission.PERIOD_MANAGE)
    if old.reference_on >= new.reference_on:
        raise PeriodImpossible(f"只能从较早的期次结转到较晚的期次:{old.key} 的标准时点不早于 {new.key}")
    if new.state == Period.FROZEN:
        raise PeriodFrozen(f"期次“{new.key}”已经冻结")
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        standing = set(HouseholdPeriod.objects.filter(period=new).values_list("household_id", flat=True))
        households = _carry_households(old, new)
        members = _carry_members(old, new)
        carried = HouseholdPeriod.objects.filter(period=new).values_list("household_id", flat=True)
        refresh_derived(sorted(set(carried) - standing), new)
        opened.result = f"{households},{members}"
    return RolledOver(households, members, opened.position)


def _check(key: str, kind: str, income_from: date, income_to: date) -> None:
    if kind not in dict(Period.KINDS):
        raise PeriodImpossible(f"期次类型不能是“{kind}”,可以是:{'、'.join(dict(Period.KINDS))}")
    pattern, says = SHAPES.get(kind, (r"20\d\d(0[1-9]|1[0-2])?", "专项期次用年份或年月,如 2018、201808"))
    if re.fullmatch(pattern, key) is None:
        raise PeriodImpossible(f"期次“{key}”写法不对:{says}")
    if income_from >= income_to:
        raise PeriodImpossible("收入核算的起始日期应早于截止日期")


def _title(key: str, kind: str) -> str:
    when = f"{key[:4]}年" if len(key) == 4 else f"{key[:4]}年{int(key[4:])}月"
    return f"{when}度" if kind == ANNUAL else f"{when}({dict(Period.KINDS)[kind]})"


def _insist_on_all_of(period: Period, by: User, permission: Permission) -> None:
    archives = HouseholdPeriod.objects.filter(period=period)
    mine: ScopedQuerySet = archives.visible_to(by, permission)
    if archives.count() != mine.count():
        raise NotPermitted("这一期还有您管辖区域以外的档案,应由上级办理")


def _carry_households(old: Period, new: Period) -> int:
    columns = _names(name for name in HOUSEHOLD_COLUMNS if name not in OF_ONE_YEAR)
    carried = ", ".join(f"p.{name}" for name in columns)
    return _run(
        f"insert into {HouseholdPeriod._meta.db_table} (household_id, period_id, area, version, came_from, head_name, head_initials,"  # noqa: S608 - names of our own columns only
        f" {', '.join(columns)}) select p.household_id, %s, h.area, 1, '', p.head_name, p.head_initials, {carried}"
        " from household_period p join household h on h.id = p.household_id"
        " where p.period_id = %s and h.closed = ''"
        " and not exists (select 1 from household_period n where n.household_id = p.household_id and n.period_id = %s) order by p.id",
        [new.pk, old.pk, new.pk],
    )


def _carry_members(old: Period, new: Period) -> int:
    columns = _names(name for name in MEMBER_COLUMNS if name not in OF_ONE_YEAR)
    carried = ", ".join(f"p.{name}" for name in columns)
    return _run(
        f"insert into {MemberPeriod._meta.db_table} (person_id, period_id, area, version, came_from, {', '.join(columns)})"  # noqa: S608 - names of our own columns only
        f" select p.person_id, %s, m.area, 1, '', {carried} from member_period p"
        " join membership m on m.person_id = p.person_id and m.open"
        " join household_period k on k.household_id = m.household_id and k.period_id = %s"
        " where p.period_id = %s"
        " and not exists (select 1 from member_period n where n.person_id = p.person_id and n.period_id = %s) order by p.id",
        [new.pk, new.pk, old.pk, new.pk],
    )


def _names(facts: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in facts]


def _run(statement: str, values: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
