"""One line is one work spell of a member in one period (已外出务工信息)."""

from collections.abc import Iterable

import polars as pl
from django.db.models import Q

from taizhang.accounts.models import User
from taizhang.households.models import Period, WorkSpell
from taizhang.intake.grains.frames import rows_of
from taizhang.intake.grains.member_line import WHO, MemberLine
from taizhang.intake.grains.one_row import CAME_FROM, LINE_KEY, ROW_AREA, ROW_ID, ROW_VERSION, Refusal
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import Proposals
from taizhang.journal.bulk import write_frame
from taizhang.policy.archive import WORK_SPELL_FACTS

FROM, TO, REFERENCE = "work_spell.spell_from_on", "work_spell.spell_to_on", "own.reference"
NOT_AWAY = "没有填务工开始年月:没有外出,不登记务工经历"


class OfWorkSpell(MemberLine):
    """A spell, found by the person and the month in which it began."""

    key = "work_spell"
    home = "work_spell"
    model = WorkSpell
    facts = WORK_SPELL_FACTS
    twice = "此人同一年月开始的务工在前面的行里已经填过,只能有一行"
    says = {
        "new": "名册上还没有的务工经历,接受后登记。",
        "change": "已经登记、内容有出入的务工经历。左为现值,右为表中的值;表中空着的栏不会改动。",
        "conflict": "与名册有冲突的行,不会写入。请按说明处理后重新导入。",
    }

    def key_of(self, lines: pl.DataFrame) -> pl.Expr:
        """The person and the month."""
        began = pl.col(FROM) if FROM in lines.columns else pl.lit(None, dtype=pl.String)
        return pl.concat_str(WHO, began, separator="/")

    def standing(self, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
        """The spells of the lines' people; of two that began in one month, the older. Cost: 1 query."""
        told = lines.filter(pl.col(LINE_KEY).is_not_null() & pl.col("person_id").is_not_null()).unique(LINE_KEY, maintain_order=True)
        rows = WorkSpell.objects.filter(person__in=told["person_id"].to_list(), period=period, withdrawn=False).order_by("pk")
        stands = rows_of(rows, self.home, self.facts, {"person_id": "person", ROW_AREA: "area", ROW_ID: "pk", ROW_VERSION: "version"})
        began = f"now.{FROM}"
        stands = stands.unique(["person_id", began], keep="first", maintain_order=True)
        keys = told.select(LINE_KEY, "person_id", pl.col(FROM).alias(began))
        return keys.join(stands, on=["person_id", began], how="inner", maintain_order="left", coalesce=True).drop("person_id")

    def refusals(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """A line that tells of no spell."""
        yield from super().refusals(now, by, area)
        yield (pl.col(FROM).is_null() if FROM in now.columns else pl.lit(value=True)), pl.lit(NOT_AWAY)

    def write(self, lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
        """New spells and changed ones.

        Raises   LostRace
        """
        return super().write(lines.with_columns(pl.lit(period.reference_on.isoformat()).alias(REFERENCE)), proposals, take, batch, period)

    def further(self, changed: pl.DataFrame) -> dict[str, pl.Expr]:
        """Whether a spell was over at the reference day follows from its end."""
        return {"ended": _ended(changed)}

    def add(self, fresh: pl.DataFrame, period: Period) -> None:
        """New spells.

        Writes   1 work_spell a line
        """
        values = {f.name: pl.col(f"{self.home}.{f.name}") for f in self.facts if f"{self.home}.{f.name}" in fresh.columns}
        place = {"person_id": pl.col("person_id"), "period_id": pl.lit(period.pk), "area": pl.col("key.area")}
        own = {"ended": _ended(fresh), "withdrawn": pl.lit(value=False), "version": pl.lit(1), "came_from": pl.col(CAME_FROM)}
        write_frame(WorkSpell, fresh.select(**(values | place | own)))

    def given(self, export: Export) -> Q:
        """All that were not withdrawn."""
        return Q(withdrawn=False)


def _ended(lines: pl.DataFrame) -> pl.Expr:
    """`households.services.worksheets` for a column: without an end it is not over; partial days are compared as far as they go."""
    ends = pl.coalesce(*(name for name in (TO, f"now.{TO}") if name in lines.columns))
    return (ends <= pl.col(REFERENCE).str.head(ends.str.len_chars())).fill_null(value=False)


GRAIN = OfWorkSpell()
