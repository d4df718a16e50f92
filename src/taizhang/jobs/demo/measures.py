"""Measures to the demo's households: what the line ministries do where its cause, attribute or move asks for it."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.households.models import HouseholdPeriod, Measure, Period
from taizhang.households.query import inside
from taizhang.journal.bulk import write_frame
from taizhang.journal.posting import Cause, posting
from taizhang.policy.archive import MEASURE_FACTS

CAUSE = Cause("measure.put", reason="虚构数据,仅供演示")
FARMS = (
    ("养蜂补助", "中华蜂", "20箱", 1500),
    ("种植补助", "核桃", "3亩", 900),
    ("养殖补助", "生猪", "4头", 2000),
    ("种植补助", "茶叶", "2亩", 1200),
)
WANTED = ("household_id", "area", "main_cause", "hh_attr", "hh_relocated", "first_identified_on")
PLAIN = {"withdrawn": pl.Boolean, "period_id": pl.Int64, "household_id": pl.Int64, "area": pl.String, "kind": pl.String}


def put_measures(*, by: User, period: Period, area: str, seed: int) -> str:
    """Measures to every household of an area that has reason for some, in one posting.

    Writes   1 measure each
    """
    if Measure.objects.filter(period=period).exists():
        return "已有"
    dice = random.Random(f"{seed}/measures")  # noqa: S311 - invented measures
    archives = inside(HouseholdPeriod.objects.filter(period=period), area).order_by("household_id").values_list(*WANTED)
    rows = [
        row | {"period_id": period.pk, "withdrawn": False} for told in archives for row in _of(dict(zip(WANTED, told, strict=True)), dice)
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    kinds = PLAIN | {fact.name: fact.kind.dtype for fact in MEASURE_FACTS}
    frame = pl.DataFrame([[row.get(name) for name in names] for row in rows], schema={n: kinds[n] for n in names}, orient="row")
    with posting(by=by, at=timezone.now(), cause=CAUSE, area=area, idempotency_key="demo.measures"):
        write_frame(Measure, frame.with_columns(pl.lit(1).alias("version"), pl.lit("").alias("came_from")))
    return f"{len(rows)} 条"


def _of(home: dict[str, Any], dice: random.Random) -> Iterator[dict[str, Any]]:
    """The measures of one household."""
    both = {"household_id": home["household_id"], "area": home["area"], "measure_from_on": f"2018-{dice.randint(1, 9):02d}"}
    if dice.random() < 0.35:
        item, kind, scale, yuan = dice.choice(FARMS)
        yield both | {"kind": "industry", "measure_item": item, "ind_kind": kind, "ind_scale": scale, "measure_yuan": Decimal(yuan)}
    if home["main_cause"] == "illness":
        yield both | {"kind": "health", "measure_item": "家庭医生签约服务", "hea_doctor": True, "hea_insurance": "城乡居民医保"}
    if home["main_cause"] == "schooling":
        yield both | {"kind": "education", "measure_item": "教育资助", "grant_item": "雨露计划", "grant_yuan": Decimal(3000)}
    if home["hh_attr"] in ("dibao_poor", "wubao_poor"):
        poor = home["hh_attr"] == "dibao_poor"
        yield both | {"kind": "civil", "measure_item": "低保" if poor else "特困供养", "civ_dibao": poor, "civ_tekun": not poor}
    if home["hh_relocated"]:
        yield both | {"kind": "relocation", "measure_item": "易地扶贫搬迁", "rel_mode": "together", "rel_started_on": "2017-03",
                      "rel_moved_in_on": "2018-05", "rel_house_m2": Decimal(75), "rel_own_yuan": Decimal(10000)}  # fmt: skip
    if dice.random() < 0.1:
        yield both | {
            "kind": "finance",
            "measure_item": "小额信贷",
            "fin_loan_yuan": Decimal(30000),
            "fin_purpose": "发展养殖",
            "fin_overdue": False,
        }
