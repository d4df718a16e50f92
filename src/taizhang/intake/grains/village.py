"""One line is one village in one period (贫困村信息采集表)."""

from collections.abc import Iterable

import polars as pl

from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.query import inside
from taizhang.intake.grains.base import Outgoing
from taizhang.intake.grains.frames import given_out, rows_of
from taizhang.intake.grains.one_row import CAME_FROM, LINE_KEY, ROW_AREA, ROW_ID, ROW_VERSION, OneRow
from taizhang.intake.models import Export
from taizhang.journal.bulk import write_frame
from taizhang.kernel.ledgers import Ledger
from taizhang.policy.archive import VILLAGE_FACTS, Fact
from taizhang.policy.villages import SURVEY
from taizhang.villages.models import VillagePeriod
from taizhang.villages.services.surveying import DECIDED

SAYS = {
    "new": "本期还没有档案的村,接受后建立。",
    "change": "本期已有档案、内容有出入的村。左为现值,右为表中的值;表中空着的栏不会改动。",
    "conflict": "与村档案有冲突、或须凭决定办理的行,不会写入。请按说明处理后重新导入。",
}


class OfVillage(OneRow):
    """The archive of a village, found by the village's code."""

    key = "village"
    home = "village"
    model = VillagePeriod
    facts = VILLAGE_FACTS
    twice = "这个村在前面的行里已经填过,一个村只能有一行"
    correct = Permission.VILLAGE_SURVEY
    needs = (Permission.VILLAGE_SURVEY,)
    operation = SURVEY
    says = SAYS

    def standing(self, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
        """The archives of the villages. Cost: 1 query."""
        rows = VillagePeriod.objects.filter(period=period, area__in=told(lines, "key.area"))
        columns = {LINE_KEY: "area", ROW_AREA: "area", ROW_ID: "pk", ROW_VERSION: "version"}
        return rows_of(rows, self.home, self.facts, columns)

    def add(self, fresh: pl.DataFrame, period: Period) -> None:
        """New archives; what only a decision changes is taken over from the newest older one where the line is silent.

        Writes   1 village_period a line
        Cost     2 statements
        """
        older = VillagePeriod.objects.filter(area__in=told(fresh, "key.area"), period__reference_on__lt=period.reference_on)
        decided = [fact for fact in self.facts if fact.name in DECIDED]
        was = rows_of(older.order_by("-period__reference_on"), self.home, decided, {LINE_KEY: "area"})
        was = was.unique(LINE_KEY, keep="first", maintain_order=True).rename({c: f"was.{c}" for c in was.columns if c != LINE_KEY})
        work = fresh.join(was, on=LINE_KEY, how="left", maintain_order="left")
        kept = {f.name: _else(work, f"{self.home}.{f.name}", f"was.now.{self.home}.{f.name}") for f in decided}
        write_archives(VillagePeriod, work, period, self.home, self.facts, kept)

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """The archives of the area that the order's account may see."""
        seen = VillagePeriod.objects.visible_to(export.by, Permission.VILLAGE_VIEW).filter(period=export.period)
        return given_out(inside(seen, export.area).order_by("area"), ledger, export, self.home, self.facts, {"key.area": "area"})


def told(lines: pl.DataFrame, name: str) -> list[str]:
    """The values of a column, each once."""
    return lines[name].drop_nulls().unique().to_list()


def write_archives(model: type, work: pl.DataFrame, period: Period, home: str, facts: Iterable[Fact], further: dict[str, pl.Expr]) -> None:
    """Lines as new rows of an archive, inside the open posting.

    Writes   1 row a line
    """
    values = {f.name: pl.col(f"{home}.{f.name}") for f in facts if f"{home}.{f.name}" in work.columns}
    place = {"period_id": pl.lit(period.pk), "area": pl.col("key.area"), "draft": pl.lit(False)}
    write_frame(model, work.select(**(values | further | place), version=pl.lit(1), came_from=pl.col(CAME_FROM)))


def _else(work: pl.DataFrame, *columns: str) -> pl.Expr:
    return pl.coalesce(*(name for name in columns if name in work.columns))


GRAIN = OfVillage()
