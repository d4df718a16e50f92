"""Archives of the demo's villages and natural villages: totals a little above what the register counts, now and then a slip to be found."""

import random
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.households.models import Period
from taizhang.households.sealing import seal_lines
from taizhang.intake.grains import grain_named
from taizhang.journal.posting import Cause, posting
from taizhang.policy.archive import NATURAL_VILLAGE_FACTS, VILLAGE_FACTS, Fact
from taizhang.policy.villages import EQUAL, NATURAL_VILLAGE_TOTALS, VILLAGE_TOTALS, Total
from taizhang.villages.models import VillagePeriod
from taizhang.villages.totals import counted

CAME_FROM = "line.came_from"
SLIP_EVERY = 5  # of how many villages one has a slip
LEADERS = ("韦示例", "黄示例", "蒙示例", "罗示例", "陆示例")
PLAIN = {
    "v_attr": "poor",
    "v_exited": False,
    "v_direction": "general",
    "v_terrain": "hills",
    "v_road_to_township": True,
    "v_bus": True,
    "v_clinics": 1,
    "v_clinic_m2": Decimal("60.00"),
    "v_libraries": 1,
    "v_has_lamps": True,
    "v_school_broadband": True,
}


def put_villages(*, by: User, period: Period, area: str, seed: int) -> str:
    """The archives of every village of an area that has households, in one posting, through the writers that an import uses.

    Writes   1 village_period a village, 1 natural_village and nv_period a group of households
    """
    if VillagePeriod.objects.filter(period=period).exists():
        return "已有"
    numbers, dice = counted(period, area), random.Random(f"{seed}/villages")  # noqa: S311 - invented numbers
    groups = [_group(code, name, counts, dice) for (code, name), counts in sorted(numbers.groups.items()) if name]
    villages = [_village(code, counts, at, dice, groups) for at, (code, counts) in enumerate(sorted(numbers.villages.items()))]
    with posting(
        by=by, at=timezone.now(), cause=Cause("village.survey", reason="虚构数据,仅供演示"), area=area, idempotency_key="demo.villages"
    ):
        _add("village", villages, VILLAGE_FACTS, period)
        _add("natural_village", groups, NATURAL_VILLAGE_FACTS, period)
    return f"{len(villages)} 个行政村,{len(groups)} 个自然村"


def _add(home: str, rows: list[dict[str, Any]], facts: tuple[Fact, ...], period: Period) -> None:
    if not rows:
        return
    kinds = {f"{home}.{fact.name}": fact.kind.dtype for fact in facts}
    names = [name for name in kinds if any(name in row for row in rows)]
    keys = [name for name in rows[0] if name not in kinds]
    series = [pl.Series(name, [row[name] for row in rows], dtype=pl.String) for name in keys]
    series += [pl.Series(name, [row.get(name) for row in rows], dtype=kinds[name]) for name in names]
    frame = pl.DataFrame(series).with_columns(pl.lit("").alias(CAME_FROM))
    secrets = [f"{home}.{fact.name}" for fact in facts if fact.kind.secret]
    grain_named(home).add(seal_lines(frame, secrets), period)  # type: ignore[attr-defined]


def _village(code: str, counts: Any, at: int, dice: random.Random, groups: list[dict[str, Any]]) -> dict[str, Any]:
    told = _totals("v_", VILLAGE_TOTALS, counts, dice)
    own = [group for group in groups if group["key.area"] == code]
    told["v_natural_villages"] = len(own)
    for name in ("households", "persons"):
        told[f"v_{name}"] = sum(group[f"natural_village.nv_{name}"] for group in own) or told[f"v_{name}"]
    if at % SLIP_EVERY == 1:
        told["v_poor_persons"] += 2
    yuan = Decimal(dice.randrange(1, 30)) * 1000
    told |= PLAIN | {
        "v_leader": dice.choice(LEADERS),
        "v_phone": f"0770555{dice.randrange(1000, 10000)}",
        "v_collective_yuan": yuan,
        "v_land_farm_mu": Decimal(dice.randrange(800, 4000)),
        "v_planned_exit_on": "2019",
        "v_surveyor": "示例",
        "v_surveyed_on": date(2018, 10, dice.randrange(8, 29)),
    }
    return {"key.area": code, "line.key": code} | {f"village.{name}": value for name, value in told.items()}


def _group(code: str, name: str, counts: Any, dice: random.Random) -> dict[str, Any]:
    told = _totals("nv_", NATURAL_VILLAGE_TOTALS, counts, dice)
    told |= {"nv_has_power": True, "nv_has_broadband": dice.random() < 0.7, "nv_to_village_km": Decimal(dice.randrange(1, 60)) / 10}
    keys = {"key.area": code, "line.key": f"{code}/{name}", "key.nv_name": name}
    return keys | {f"natural_village.{fact}": value for fact, value in told.items()}


def _totals(prefix: str, totals: dict[str, Total], counts: Any, dice: random.Random) -> dict[str, Any]:
    """What is counted exactly as it is; of what the register knows only a part, some more."""
    found: dict[str, Any] = {}
    for name, total in totals.items():
        more = 0 if total.stands == EQUAL else dice.randrange(0, 12)
        found[name] = counts[total.counted] + more
    found[f"{prefix}households"] += 40
    found[f"{prefix}persons"] += 170
    return found
