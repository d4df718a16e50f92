"""One line is one person of a household; what the line tells of the household stands on any of its lines."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet
from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Period
from taizhang.households.query import households_matching, inside, query_of
from taizhang.households.sealing import masked, purpose_of
from taizhang.households.services.windows import shut_areas
from taizhang.households.standing import standing_households, standing_persons
from taizhang.households.writing import GROUP
from taizhang.intake.areas import with_area
from taizhang.intake.cells import Checked, Picked
from taizhang.intake.checking import check_members
from taizhang.intake.exporting.rows import archives_of, count_lines, lines_of
from taizhang.intake.grains.base import Once, Outgoing
from taizhang.intake.grains.frames import day_of
from taizhang.intake.grains.household_writing import write_members
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import CHANGE, CONFIRMS, CONFLICT, KINDS, NEW, SAME, Powers, Proposals, propose, with_status
from taizhang.intake.reach import may_write, scope_below
from taizhang.intake.refusing import ID_NO
from taizhang.intake.threeway import HOMES
from taizhang.kernel.ledgers import Ledger


def proposals_for(by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
    """The proposals of one table against the register as it stands now; only what lies below `area` and in the user's scope can be taken.

    Cost     2 queries over the numbers of the lines
    """
    digests = _told(lines, "person.id_digest") | _told(lines, "key.head_id_digest")
    persons = standing_persons(digests, _told(lines, "key.person_no"), period)
    ids = persons["household_id"].drop_nulls().unique().to_list()
    households = standing_households(ids, _told(lines, "key.household_no"), period)
    powers = Powers(
        ranges=scope_below(by, area).ranges,
        open_period=may_write(by, period, area),
    )
    return _inside_windows(by, propose(lines, findings, persons, households, powers))


def _inside_windows(by: User, made: Proposals) -> Proposals:
    """The same proposals; what would be done outside its window is a conflict that says when it opens."""
    area = pl.coalesce("hh_area", "key.area")
    new, fresh_house = pl.col("kind") == NEW, pl.col("household_id").is_null()
    acts = (("enroll", new & fresh_house), ("add_member", new & ~fresh_house), ("correct", pl.col("kind") == CHANGE))
    rows, now = made.rows, timezone.now()
    for operation, which in acts:
        shut = shut_areas(by, operation, rows.filter(which).select(area).to_series().drop_nulls().unique().to_list(), now)
        if shut:
            says = area.replace_strict(shut, default=None, return_dtype=pl.String)
            late = which & says.is_not_null()
            if operation == "correct":  # what would only be confirmed stays as it is
                idle = late & (pl.col("changed").list.set_difference(list(CONFIRMS)).list.len() == 0)
                none = pl.lit([], dtype=pl.List(pl.String))
                rows = rows.with_columns(
                    pl.when(idle).then(pl.lit(SAME)).otherwise("kind").alias("kind"),
                    pl.when(idle).then(none).otherwise("changed").alias("changed"),
                )
            rows = rows.with_columns(
                pl.when(late).then(says).otherwise("why").alias("why"), pl.when(late).then(pl.lit(CONFLICT)).otherwise("kind").alias("kind")
            )
    counts = dict(rows["kind"].value_counts().iter_rows())
    return Proposals(rows, made.now, {kind: counts.get(kind, 0) for kind in KINDS})


class HouseholdMember:
    """The grain of 贫困户信息采集表 and of every sheet that lists people by household."""

    key = "household_member"
    homes = HOMES
    same = ("kind", "why", "key.area", "person_id", "membership_id", "household_id", "archive_id", "hh_archive_id", "identification_id")
    known = "household_id"
    once = Once("person.id_digest", "证件号码", "ID-12", "证件号码在前面的工作表里已经出现过,同一人只能出现一次")
    needs: tuple[Permission, ...] = ()
    says: Mapping[str, str] = {}
    own = True

    def check(self, *, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked], ledger: Ledger) -> Checked:
        """Lines grouped by household."""
        return check_members(sheet=sheet, body=body, picked=picked, ledger=ledger)

    def place(self, lines: pl.DataFrame, by: User, area: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The village of each household, and the status that the kind of identification says."""
        placed, astray = with_area(lines, scope_below(by, area), timezone.localdate(), area)
        return with_status(placed), astray

    def propose(self, by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
        """As `proposals_for`."""
        return proposals_for(by, lines, findings, period, area)

    def whole(self, staged: pl.DataFrame, wanted: pl.Series, fresh: pl.Series) -> tuple[pl.Series, int]:
        """What is taken, and how many wanted lines are stale: a new household is taken whole, with one line of it all, or left whole."""
        new_house = pl.col("household_id").is_null()
        work = staged.with_columns(wanted.alias("wanted"), fresh.alias("fresh"))
        work = work.with_columns(
            pl.when(new_house).then(pl.col("wanted").any().over(GROUP) & (pl.col("kind") == NEW)).otherwise("wanted").alias("wanted"),
            pl.when(new_house).then(pl.col("fresh").all().over(GROUP)).otherwise("fresh").alias("fresh"),
        )
        return work["wanted"] & work["fresh"], work.filter(pl.col("wanted") & ~pl.col("fresh")).height

    def write(self, lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
        """As `write_members`."""
        return write_members(lines, proposals, take, batch, period)

    def title(self, line: Mapping[str, Any]) -> str:
        """The person's name and masked number."""
        number = line.get(ID_NO)
        return f"{line.get('person.name') or '（未填姓名）'} {masked(number, purpose_of(ID_NO)) if number else ''}".strip()

    def heads(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Of a new household its first line, of new members in a standing one every line."""
        return rows.filter(pl.col("household_id").is_not_null() | pl.col(GROUP).is_first_distinct())

    def family(self, rows: pl.DataFrame, row: Mapping[str, Any]) -> list[int]:
        """All lines of a new household."""
        fresh = row["kind"] == NEW and row["household_id"] is None
        return rows.filter(pl.col(GROUP) == row[GROUP])["at"].to_list() if fresh else []

    def query(self, period: Period, told: Mapping[str, Any]) -> dict[str, Any]:
        """The conditions of the household list."""
        return {k: v for k, v in query_of(period.pk, dict(told)).as_dict().items() if k != "period"}

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """Every member of the households that the order asks for."""
        wanted = households_matching(export.by, query_of(export.period_id, export.query), permission=Permission.EXPORT_RUN)
        archives = archives_of(_listed(inside(wanted, export.area), ledger))
        on = day_of(export)
        frames = lines_of(ledger, period=export.period, archives=archives, on=on, unmasked=export.unmasked)
        return Outgoing(count_lines(archives), frames)


GRAIN = HouseholdMember()


def _listed(archives: QuerySet[HouseholdPeriod], ledger: Ledger) -> QuerySet[HouseholdPeriod]:
    """The archives of the households that the sheet lists."""
    wanted = [Q((f"{name.removeprefix('household.')}__in", values)) for name, values in ledger.only]
    return archives.filter(reduce(or_, wanted)) if wanted else archives


def _told(lines: pl.DataFrame, name: str) -> set[str]:
    return set(lines[name].drop_nulls().to_list()) if name in lines.columns else set()
