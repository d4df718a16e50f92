"""One line is one member of whom it is told whether he plans to work away (计划外出务工信息): three facts of his archive of the period."""

from collections.abc import Iterable

import polars as pl
from django.db.models import Q

from taizhang.accounts.models import User
from taizhang.households.models import MemberPeriod, Period
from taizhang.intake.grains.frames import rows_of
from taizhang.intake.grains.member_line import MemberLine
from taizhang.intake.grains.one_row import LINE_KEY, ROW_AREA, ROW_ID, ROW_VERSION, Refusal
from taizhang.intake.models import Export
from taizhang.policy.archive import MEMBER_FACTS, WORK_PLAN

NO_ARCHIVE = "此人本期还没有档案,请先采集或结转"


class OfWorkPlan(MemberLine):
    """The plan in the archive of a member. A sheet of plans makes no archive and surveys none: a draft stays a draft."""

    key = "work_plan"
    home = "member"
    model = MemberPeriod
    facts = tuple(fact for fact in MEMBER_FACTS if fact.name in WORK_PLAN)
    confirms = False
    says = {
        "new": "",
        "change": "务工计划有出入的成员。左为现值,右为表中的值;表中空着的栏不会改动。",
        "conflict": "与名册有冲突的行,不会写入。请按说明处理后重新导入。",
    }

    def standing(self, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
        """The archives of the lines' people. Cost: 1 query."""
        told = lines.filter(pl.col(LINE_KEY).is_not_null() & pl.col("person_id").is_not_null()).unique(LINE_KEY, maintain_order=True)
        rows = MemberPeriod.objects.filter(person__in=told["person_id"].to_list(), period=period)
        stands = rows_of(rows, self.home, self.facts, {"person_id": "person", ROW_AREA: "area", ROW_ID: "pk", ROW_VERSION: "version"})
        return told.select(LINE_KEY, "person_id").join(stands, on="person_id", how="inner", maintain_order="left").drop("person_id")

    def refusals(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """A member without an archive of the period."""
        yield from super().refusals(now, by, area)
        yield pl.col(ROW_ID).is_null(), pl.lit(NO_ARCHIVE)

    def given(self, export: Export) -> Q:
        """Those of whom it was told."""
        return Q(plan_out__isnull=False)


GRAIN = OfWorkPlan()
