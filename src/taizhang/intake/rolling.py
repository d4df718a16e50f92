"""Carrying a period over (结转) in the background, county by county: each county is one posting, so that the page may be left, the progress
be seen, and the rest be called off. What was carried stays; what is carried again is left as it is.
"""

from django.db.models import Count
from django.db.models.functions import Substr
from django.utils import timezone
from django_tasks import task

from taizhang.accounts.models import User
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.households.periods import roll_over_period
from taizhang.intake import longwork, progress
from taizhang.intake.queue import undertake
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.kernel.areas import LENGTH, WIDTH, Level, level_of, subtree

COUNTY = WIDTH[Level.COUNTY]
BUSY = "这一期正在结转,请等它办完或先取消"
STUMBLED = "结转时程序出错;已带过来的保留,可以重新结转"
LOST = "后台任务中断了;已带过来的保留,可以重新结转"


def begin(*, by: User, old: Period, new: Period, within: str, key: str) -> None:
    """Queue a carrying over of every county of an older period, or of those within one area, into a newer period.

    Raises   UnderWay
    """
    arguments = {"by_id": by.pk, "old_id": old.pk, "new_id": new.pk, "within": within, "key": key}
    undertake(roll_over, name_of(new), busy=BUSY, lost=LOST, **arguments)


def name_of(new: Period) -> str:
    """Under which name it stands."""
    return f"rollover-{new.pk}"


@task()
def roll_over(work: str, by_id: int, old_id: int, new_id: int, within: str, key: str) -> None:
    """Carry what `begin` queued."""
    by, old, new = User.objects.get(pk=by_id), Period.objects.get(pk=old_id), Period.objects.get(pk=new_id)
    households = members = done = 0
    kept = "已取消;取消以前带过来的 {:,} 户、{:,} 人保留"
    with longwork.at_work(work, stumbled=STUMBLED, cancelled=lambda: kept.format(households, members)):
        counties = _counties(by, old, within)
        meter = progress.Meter(work, "结转", max(sum(counties.values()), 1))
        for county, archives in counties.items():
            cause = Cause("period.rollover", f"{old.title}结转到{new.title}")
            told = {"by": by, "at": timezone.now(), "cause": cause, "area": county, "old": old, "new": new, "within": county}
            try:
                carried = roll_over_period(**told, idempotency_key=f"{key}:{county}"[:80])
                households, members = households + carried.households, members + carried.members
            except AlreadyPosted:
                pass  # this county was carried before the worker was interrupted
            done += archives
            meter.at(done)
        longwork.note(work, longwork.DONE, f"已从{old.title}带过来 {households:,} 户、{members:,} 人")


def _counties(by: User, old: Period, within: str) -> dict[str, int]:
    """The areas that are carried one after the other, with how many archives each: `within` itself where it lies in one county, else the
    counties that the account sees."""
    rows = HouseholdPeriod.objects.visible_to(by).filter(period=old)
    if within:
        low, high = subtree(within)
        rows = rows.filter(area__gte=low, area__lt=high)
    counted = dict(rows.order_by().values_list(Substr("area", 1, COUNTY)).annotate(found=Count("pk")))
    if within and level_of(within) >= Level.COUNTY:
        return {within: sum(counted.values())}
    return {county.ljust(LENGTH, "0"): counted[county] for county in sorted(counted)}
