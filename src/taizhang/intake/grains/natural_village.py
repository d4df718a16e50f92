"""One line is one natural village in one period (自然村信息采集表): found by its village and its name."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts.permissions import Permission
from taizhang.households.models import Period
from taizhang.households.query import inside
from taizhang.intake.grains.base import Outgoing
from taizhang.intake.grains.frames import given_out, rows_of
from taizhang.intake.grains.one_row import CAME_FROM, LINE_KEY, ROW_AREA, ROW_ID, ROW_VERSION, OneRow
from taizhang.intake.grains.village import SAYS, told, write_archives
from taizhang.intake.models import Export
from taizhang.journal.bulk import take_ids, write_frame
from taizhang.kernel.ledgers import Ledger
from taizhang.policy.archive import NATURAL_VILLAGE_FACTS
from taizhang.policy.villages import SURVEY
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod
from taizhang.villages.suffixes import next_suffixes

NAME, NUMBER, NV_ID = "key.nv_name", "key.nv_number", "nv_id"


class OfNaturalVillage(OneRow):
    """The archive of a natural village; one that its village does not have yet is registered with it."""

    key = "natural_village"
    home = "natural_village"
    model = NaturalVillagePeriod
    facts = NATURAL_VILLAGE_FACTS
    keyed_by = ("key.area", NAME)
    key_heading = "自然村名称"
    twice = "这个自然村在前面的行里已经填过,一个自然村只能有一行"
    correct = Permission.VILLAGE_SURVEY
    needs = (Permission.VILLAGE_SURVEY,)
    operation = SURVEY
    says = SAYS | {"new": "本期还没有档案的自然村,接受后建立;村里没有登记过的,同时登记。"}

    def place(self, lines: pl.DataFrame, by: Any, area: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The name without the blanks that sheets put into it, then as every line."""
        if NAME in lines.columns:
            lines = lines.with_columns(pl.col(NAME).str.replace_all(r"\s", ""))
        return super().place(lines, by, area)

    def standing(self, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
        """The archives of the natural villages that stand in the villages. Cost: 1 query."""
        rows = NaturalVillagePeriod.objects.filter(period=period, area__in=told(lines, "key.area"), natural_village__closed_on__isnull=True)
        columns = {"own.area": "area", "own.name": "natural_village__name", ROW_AREA: "area", ROW_ID: "pk", ROW_VERSION: "version"}
        found = rows_of(rows, self.home, self.facts, columns)
        return found.with_columns(pl.concat_str("own.area", "own.name", separator="/").alias(LINE_KEY)).drop("own.area", "own.name")

    def add(self, fresh: pl.DataFrame, period: Period) -> None:
        """New archives, and the natural villages that are not registered yet.

        Writes   1 nv_period a line, 1 natural_village where it is new
        Cost     5 statements
        """
        known = NaturalVillage.objects.filter(area__in=told(fresh, "key.area"), closed_on__isnull=True)
        frame = rows_of(known, self.home, (), {"key.area": "area", NAME: "name", NV_ID: "pk"})
        work = fresh.join(frame, on=["key.area", NAME], how="left", maintain_order="left")
        new = work.filter(pl.col(NV_ID).is_null())
        if new.height:
            given = self._register(new)
            work = work.join(given, on=LINE_KEY, how="left", maintain_order="left").with_columns(
                pl.coalesce(NV_ID, "given_id").alias(NV_ID)
            )
        write_archives(NaturalVillagePeriod, work, period, self.home, self.facts, {"natural_village_id": pl.col(NV_ID)})

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """The archives of the area that the order's account may see."""
        seen = NaturalVillagePeriod.objects.visible_to(export.by, Permission.VILLAGE_VIEW).filter(period=export.period)
        columns = {"key.area": "area", NAME: "natural_village__name", NUMBER: "natural_village__number"}
        ordered = inside(seen, export.area).order_by("area", "natural_village__suffix")
        return given_out(ordered, ledger, export, self.home, self.facts, columns)

    def title(self, line: Mapping[str, Any]) -> str:
        """The natural village's name."""
        return str(line.get(NAME) or "（未填名称）")

    def _register(self, new: pl.DataFrame) -> pl.DataFrame:
        """Natural villages under the next free suffixes; gives `given_id` by `line.key`."""
        pairs = list(new.select("key.area", NAME).iter_rows())
        suffixes = next_suffixes(pairs, timezone.localdate())
        number = pl.col(NUMBER).fill_null("") if NUMBER in new.columns else pl.lit("")
        rows = new.select(
            pl.Series("id", list(take_ids(NaturalVillage, new.height)), dtype=pl.Int64),
            pl.col("key.area").alias("area"),
            pl.Series("suffix", [suffixes[pair] for pair in pairs], dtype=pl.String),
            pl.col(NAME).alias("name"),
            number.alias("number"),
            pl.lit(None, dtype=pl.String).alias("closed_on"),
            version=pl.lit(1),
            came_from=pl.col(CAME_FROM),
        )
        write_frame(NaturalVillage, rows)
        return pl.DataFrame([new[LINE_KEY], rows["id"].alias("given_id")])


GRAIN = OfNaturalVillage()
