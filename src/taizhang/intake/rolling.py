"""Carrying a period over (结转) in the background, county by county: each county is one posting, so that the page may be left, the progress
be seen, and the rest be called off. What was carried stays; what is carried again is left as it is.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Substr
from django.utils import timezone
from django_tasks import task

from taizhang.accounts.access import NotPermitted
from taizhang.accounts.models import User
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.households.periods import roll_over_period
from taizhang.households.services.refusals import Refused
from taizhang.intake import progress
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.kernel.areas import LENGTH, WIDTH, Level, level_of, subtree

COUNTY = WIDTH[Level.COUNTY]
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
SILENT_SECONDS = 600  # a worker that has told nothing for so long is not there any more


@dataclass(frozen=True, slots=True)
class Rolling:
    """How a carrying over stands: its state, what to say of it, what was carried so far."""

    state: str
    says: str = ""
    households: int = 0
    members: int = 0


class AlreadyRolling(Refused):
    """The period is being carried into already."""

    def __init__(self) -> None:
        super().__init__("这一期正在结转,请等它办完或先取消")


def begin(new: Period) -> None:
    """Note that a carrying over waits for a worker.

    Raises   AlreadyRolling
    """
    if is_under_way(new):
        raise AlreadyRolling
    progress.clear(name_of(new))
    _note(new, Rolling(WAITING))


def is_under_way(new: Period) -> bool:
    """Whether one waits or runs; one whose worker is silent for ten minutes does not."""
    found = rolling_of(new)
    return found is not None and found.state in (WAITING, RUNNING) and time.time() - _last_word(new) < SILENT_SECONDS


def rolling_of(new: Period) -> Rolling | None:
    """The last one into a period, None where there was none."""
    try:
        return Rolling(**json.loads(_file(new).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def name_of(new: Period) -> str:
    """Under which name its progress stands."""
    return f"rollover-{new.pk}"


@task()
def roll_over(by_id: int, old_id: int, new_id: int, within: str, key: str) -> None:
    """Carry every county of an older period, or those within one area, into a newer period."""
    by, old, new = User.objects.get(pk=by_id), Period.objects.get(pk=old_id), Period.objects.get(pk=new_id)
    households = members = done = 0
    try:
        counties = _counties(by, old, within)
        meter = progress.Meter(name_of(new), "结转", max(sum(counties.values()), 1))
        for county, archives in counties.items():
            _note(new, Rolling(RUNNING, "", households, members))
            cause = Cause("period.rollover", f"{old.title}结转到{new.title}")
            told = {"by": by, "at": timezone.now(), "cause": cause, "area": county, "old": old, "new": new, "within": county}
            try:
                carried = roll_over_period(**told, idempotency_key=f"{key}:{county}"[:80])
                households, members = households + carried.households, members + carried.members
            except AlreadyPosted:
                pass  # this county was carried before the worker was interrupted
            done += archives
            meter.at(done)
        _note(new, Rolling(DONE, f"已从{old.title}带过来 {households:,} 户、{members:,} 人", households, members))
    except progress.Cancelled:
        _note(new, Rolling(CANCELLED, f"已取消;取消以前带过来的 {households:,} 户、{members:,} 人保留", households, members))
    except (Refused, NotPermitted) as refused:
        _note(new, Rolling(FAILED, str(refused), households, members))
    except Exception:
        _note(new, Rolling(FAILED, "结转时程序出错;已带过来的保留,可以重新结转", households, members))
        raise
    finally:
        progress.clear(name_of(new))


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


def _note(new: Period, rolling: Rolling) -> None:
    path = _file(new)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_text(json.dumps(asdict(rolling), ensure_ascii=False), encoding="utf-8")
    half.replace(path)


def _last_word(new: Period) -> float:
    return _file(new).stat().st_mtime


def _file(new: Period) -> Path:
    return settings.HOME / "batches" / name_of(new) / "rolling.json"
