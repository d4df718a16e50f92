"""Periods (期次): opening one, putting its dates right, carrying the archives of an older one into it, freezing and thawing it."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from taizhang.accounts import access
from taizhang.accounts.access import Permission
from taizhang.accounts.models import User
from taizhang.households.carrying import carry_beside, carry_households, carry_members
from taizhang.households.models import HouseholdPeriod, Period, PeriodFreeze
from taizhang.households.services.common import frozen_at, set_row
from taizhang.households.services.refusals import PeriodFrozen, Refused
from taizhang.journal.bulk import roomy
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.areas import subtree

ANNUAL, MONTHLY, AD_HOC = "annual", "monthly", "ad_hoc"
SHAPES = {ANNUAL: (r"20\d\d", "年度期次用四位年份,如 2018"), MONTHLY: (r"20\d\d(0[1-9]|1[0-2])", "月度期次用年月,如 201808")}


class PeriodImpossible(Refused):
    """No period can look like this."""


class PeriodTaken(Refused):
    """A period with this key stands already."""

    def __init__(self, key: str) -> None:
        super().__init__(f"期次“{key}”已经有了")


@dataclass(frozen=True, slots=True)
class RolledOver:
    """How many archives were carried, `others` by the rooms above (villages); `position` of the posting."""

    households: int
    members: int
    position: int
    others: int = 0


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
    """Open a period (开期): stocks are told as of `reference_on` (标准时点), flows for the income window, both its ends within.

    Needs    PERIOD_MANAGE over `area`, the area of the office that opens it
    Writes   1 period, 1 posting
    Raises   NotPermitted, PeriodImpossible, PeriodTaken, AlreadyPosted
    Source   domain/archives.md 1.0, 3.1, 3.2
    """
    access.require(by, Permission.PERIOD_MANAGE, area=area)
    _check(key, kind)
    _check_dates(reference_on, income_from, income_to)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        if Period.objects.filter(key=key).exists():
            raise PeriodTaken(key)
        made = Period.objects.create(
            key=key,
            kind=kind,
            title=title or _title(key, kind),
            reference_on=reference_on,
            income_from=income_from,
            income_to=income_to,
        )
        opened.result = str(made.pk)
    return made


def redate_period(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    area: str,
    period: Period,
    version: int,
    reference_on: date,
    income_from: date,
    income_to: date,
    title: str = "",
    idempotency_key: str | None = None,
) -> Period:
    """Put right the dates or the title of an open period that were told wrongly when it was opened (更正期次). Its key stays.

    Needs    PERIOD_MANAGE over `area` and over every area with an archive of the period
    Writes   1 period, 1 posting
    Raises   NotPermitted, PeriodImpossible, PeriodFrozen, LostRace, AlreadyPosted
    """
    access.require(by, Permission.PERIOD_MANAGE, area=area)
    insist_on_all_of(period, by, Permission.PERIOD_MANAGE)
    _check_dates(reference_on, income_from, income_to)
    if period.state == Period.FROZEN:
        raise PeriodFrozen(f"期次“{period.key}”已经冻结,日期不能再改")
    told = {"reference_on": reference_on, "income_from": income_from, "income_to": income_to, "title": title or period.title}
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        set_row(period, version, told)
        opened.result = str(period.pk)
    return period


def freeze_period(*, by: User, at: datetime, cause: Cause, area: str, period: Period, idempotency_key: str | None = None) -> Period:
    """Freeze a period (冻结): only the province corrects it from then on. An office that has all archives of the period freezes it
    whole; one that has a part, such as a county among others, freezes its own part.

    Needs    PERIOD_FREEZE over `area`
    Writes   1 period, or 1 period_freeze for `area`; 1 posting
    Raises   NotPermitted, PeriodFrozen where it is frozen there already, AlreadyPosted
    Cost     no archive is touched: 1 row however many there are, and the counts of `has_all_of`; over 50,000 households a hundredth of
             a second on SQLite, a seventh on PostgreSQL, so that it needs no worker
    Source   domain/archives.md 3.4
    """
    access.require(by, Permission.PERIOD_FREEZE, area=area)
    whole = has_all_of(period, by, Permission.PERIOD_FREEZE)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        kept: Period = Period.objects.select_for_update().get(pk=period.pk)
        if frozen_at(kept, area):
            raise PeriodFrozen(f"期次“{kept.key}”已经冻结")
        if whole:
            set_row(kept, kept.version, {"state": Period.FROZEN})
        else:
            PeriodFreeze.objects.create(period=kept, area=area)
        opened.result = str(kept.pk)
    return kept


def thaw_period(*, by: User, at: datetime, cause: Cause, area: str, period: Period, idempotency_key: str | None = None) -> Period:
    """Take back a freeze (解冻): of the whole period, where the account has all of it, and of every part inside `area`.

    Needs    PERIOD_MANAGE over `area`
    Writes   1 period where it is frozen whole, each period_freeze inside `area`; 1 posting
    Raises   NotPermitted, PeriodImpossible where nothing is frozen there, AlreadyPosted
    """
    access.require(by, Permission.PERIOD_MANAGE, area=area)
    whole = has_all_of(period, by, Permission.PERIOD_MANAGE)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        kept: Period = Period.objects.select_for_update().get(pk=period.pk)
        parts = [part for part in PeriodFreeze.objects.filter(period=kept, lifted=False).order_by("pk") if _inside(part.area, area)]
        if not parts and not (whole and kept.state == Period.FROZEN):
            raise PeriodImpossible(f"期次“{kept.key}”在这里没有冻结")
        for part in parts:
            set_row(part, part.version, {"lifted": True})
        if whole and kept.state == Period.FROZEN:
            set_row(kept, kept.version, {"state": Period.OPEN})
        opened.result = str(kept.pk)
    return kept


def roll_over_period(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    area: str,
    old: Period,
    new: Period,
    within: str = "",
    idempotency_key: str | None = None,
) -> RolledOver:
    """Carry the archives of an older period into a newer one as drafts (结转). What the newer one has already is left as it is.

    `within` carries only what stands in one area, such as a county; "" everything.

    Needs    PERIOD_MANAGE over `area`, and over `within` or every area with an archive of the older period
    Writes   1 household_period and 1 member_period for each archive carried, what `carrying.BESIDE` carries (villages), 1 posting
    Raises   NotPermitted, PeriodImpossible, PeriodFrozen, AlreadyPosted
    Blank    `carrying.NOT_CARRIED`: surveyed anew
    Cost     2 statements; 50,000 households in some ten seconds
    Source   domain/archives.md 3.1, 3.2
    """
    access.require(by, Permission.PERIOD_MANAGE, area=area)
    if within:
        access.require(by, Permission.PERIOD_MANAGE, area=within)
    else:
        insist_on_all_of(old, by, Permission.PERIOD_MANAGE)
    if old.reference_on >= new.reference_on:
        raise PeriodImpossible(f"只能从较早的期次结转到较晚的期次:{old.key} 的标准时点不早于 {new.key}")
    if frozen_at(new, within or area):
        raise PeriodFrozen(f"期次“{new.key}”已经冻结")
    with roomy(), posting(by=by, at=at, cause=cause, area=within or area, idempotency_key=idempotency_key) as opened:
        households = carry_households(old, new, within)
        members = carry_members(old, new, within)
        others = carry_beside(old, new, within)
        opened.result = f"{households},{members}"
    return RolledOver(households, members, opened.position, others)


def has_all_of(period: Period, by: User, permission: Permission) -> bool:
    """Whether an account has a permission over every archive of a period.

    Cost     2 queries
    """
    archives = HouseholdPeriod.objects.filter(period=period)
    return bool(archives.count() == cast(access.ScopedQuerySet, archives).visible_to(by, permission).count())


def insist_on_all_of(period: Period, by: User, permission: Permission) -> None:
    """Refuse an act on a whole period to an account that has only a part of it.

    Raises   NotPermitted
    """
    if not has_all_of(period, by, permission):
        raise access.NotPermitted("这一期还有您管辖区域以外的档案,应由上级办理")


def _inside(area: str, outer: str) -> bool:
    if outer == access.NATION:
        return True
    low, high = subtree(outer)
    return low <= area < high


def _check(key: str, kind: str) -> None:
    if kind not in dict(Period.KINDS):
        raise PeriodImpossible(f"期次类型不能是“{kind}”,可以是:{'、'.join(dict(Period.KINDS))}")
    pattern, says = SHAPES.get(kind, (r"20\d\d(0[1-9]|1[0-2])?", "专项期次用年份或年月,如 2018、201808"))
    if re.fullmatch(pattern, key) is None:
        raise PeriodImpossible(f"期次“{key}”写法不对:{says}")


def _check_dates(reference_on: date, income_from: date, income_to: date) -> None:
    if income_from >= income_to:
        raise PeriodImpossible("收入核算的起始日期应早于截止日期")
    if reference_on < income_from:
        raise PeriodImpossible("标准时点早于收入核算的起始日期,请核对")


def _title(key: str, kind: str) -> str:
    when = f"{key[:4]}年" if len(key) == 4 else f"{key[:4]}年{int(key[4:])}月"
    return f"{when}度" if kind == ANNUAL else f"{when}({dict(Period.KINDS)[kind]})"
