"""What 自然增加 and 自然减少 sheets share: a line is an act on one person of one household, recorded on his membership."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, HouseholdPeriod, Membership, Period, Person
from taizhang.households.query import inside
from taizhang.households.services.acting import refresh_from
from taizhang.intake import refusing
from taizhang.intake.cells import framed
from taizhang.intake.grains.base import Outgoing
from taizhang.intake.grains.frames import PIECE, day_of, finished
from taizhang.intake.grains.member_finding import CLOSED, TWO_HOUSEHOLDS, located, told, with_keys
from taizhang.intake.grains.one_row import LINE_KEY, RECORDED, ROW_ID, OneRow, Refusal, unless_recorded, with_recorded
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import Proposals
from taizhang.intake.reach import scope_below
from taizhang.kernel.findings import Severity
from taizhang.kernel.ledgers import ROW, SHEET, Ledger
from taizhang.policy.archive import MEMBERSHIP_FACTS, Fact

LATE = "发生日期晚于今天,请核对"


class MemberAct(OneRow):
    """A membership that began or ended. `day` is the fact that says when, `nobody` what is said where a line names nothing in reach."""

    home = "membership"
    model = Membership
    key_heading = "证件号码"
    twice = "此人在前面的行里已经填过,一个人只能有一行"
    day: str
    nobody: str

    def key_of(self) -> pl.Expr:
        """What a line speaks of."""
        raise NotImplementedError

    def place(self, lines: pl.DataFrame, by: User, area: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The village is the household's; whom an earlier line speaks of already."""
        lines = self._recorded(with_keys(lines))
        own = pl.format("recorded/{}", RECORDED)
        lines = lines.with_columns(pl.coalesce(own, self.key_of()).alias(LINE_KEY))
        again = lines.filter(pl.col(LINE_KEY).is_not_null() & ~pl.col(LINE_KEY).is_first_distinct())
        rows = again.select(pl.col(ROW).alias("row"), pl.lit("line.twice").alias("code"))
        sheet = lines[SHEET][0] if lines.height else ""
        return lines, framed(rows, sheet, self.key_heading, pl.lit(Severity.ERROR.value), pl.lit(self.twice), pl.lit(""))

    def propose(self, by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
        """The lines beside household and person as they stand now."""
        return super().propose(by, located(with_recorded(lines), period), findings, period, area)

    def write(self, lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
        """The acts, then what follows from them for the households.

        Raises   LostRace
        """
        found = located(lines, period)
        counted = super().write(found, proposals, take, batch, period)
        households = found.filter(take)["household_id"].drop_nulls().unique().to_list()
        refresh_from(list(Household.objects.filter(pk__in=households)), period)
        return counted

    def refusals(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """What stands in the way of an act that was not done yet."""
        yield from unless_recorded(self.against(now, by, area), now, self.home)

    def against(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """What stands in the way of any act on a member."""
        yield (
            pl.col("by_no").is_not_null() & pl.col("by_head").is_not_null() & (pl.col("by_no") != pl.col("by_head")),
            pl.lit(TWO_HOUSEHOLDS),
        )
        yield pl.col("hh_closed").fill_null("") != "", pl.lit(CLOSED)
        if f"membership.{self.day}" in now.columns:
            yield pl.col(f"membership.{self.day}") > timezone.localdate(), pl.lit(LATE)

    def title(self, line: Mapping[str, Any]) -> str:
        """The person's name."""
        return str(line.get("person.name") or "（未填姓名）")

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """The acts between the reference day of the period before and that of this one."""
        rows = inside(Membership.objects.visible_to(export.by, Permission.EXPORT_RUN), export.area)
        rows = rows.filter(**{f"{self.day}__lte": export.period.reference_on})
        before = Period.objects.filter(reference_on__lt=export.period.reference_on).order_by("-reference_on").first()
        if before is not None:
            rows = rows.filter(**{f"{self.day}__gt": before.reference_on})
        pks = list(rows.order_by("area", self.day, "pk").values_list("pk", flat=True))
        return Outgoing(len(pks), _pieces(pks, ledger, export))

    def unknown(self) -> pl.Expr:
        """Which lines name nobody that stands on the register."""
        return pl.col("household_id").is_null()

    def _recorded(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The lines with the membership on which their act stands already: of that person in that household, of that day.

        Cost     2 queries
        """
        day = f"membership.{self.day}"
        if day not in lines.columns:
            return with_recorded(lines)
        rows = Membership.objects.filter(**{f"{self.day}__in": lines[day].drop_nulls().unique().to_list()}).order_by("pk")
        for name, path in (("person.id_digest", "person__id_digest"), ("key.person_no", "person__person_no")):
            named = rows.filter(**{f"{path}__in": told(lines, name)}).values_list("household__household_no", path, self.day, "pk")
            schema = {"key.household_no": pl.String, name: pl.String, day: pl.Date, f"by.{name}": pl.Int64}
            found = pl.DataFrame(list(named), schema=schema, orient="row").unique(["key.household_no", name, day], keep="last")
            lines = lines.join(found, on=["key.household_no", name, day], how="left", maintain_order="left")
        return lines.with_columns(pl.coalesce("by.key.person_no", "by.person.id_digest").alias(RECORDED)).drop(
            "by.key.person_no", "by.person.id_digest"
        )

    def _reach(self, by: User, area: str) -> Iterable[Refusal]:
        outside = ~refusing.inside(pl.col("key.area"), scope_below(by, area).ranges)
        yield self.unknown() | outside, pl.lit(self.nobody)
        yield from super()._reach(by, area)


def family_facts(*names: str) -> tuple[Fact, ...]:
    """Facts of a membership by name."""
    return tuple(fact for fact in MEMBERSHIP_FACTS if fact.name in names)


def stands(found: pl.DataFrame, which: pl.Expr, facts: Iterable[Fact]) -> pl.DataFrame:
    """The memberships of the lines that `which` names by their ids, as a grain's standing rows.

    Cost     1 query
    """
    wanted = found.select(LINE_KEY, which.alias(ROW_ID)).filter(pl.col(ROW_ID).is_not_null() & pl.col(LINE_KEY).is_not_null())
    rows: QuerySet[Membership] = Membership.objects.filter(pk__in=wanted[ROW_ID].to_list())
    names = [fact.name for fact in facts]
    read = list(rows.values_list("pk", "version", "area", *names))
    kinds = {f"now.membership.{fact.name}": fact.kind.dtype for fact in facts}
    schema = {ROW_ID: pl.Int64(), "row_version": pl.Int64(), "row_area": pl.String(), **kinds}
    return wanted.unique(LINE_KEY).join(pl.DataFrame(read, schema=schema, orient="row"), on=ROW_ID, how="inner")


def _pieces(pks: list[int], ledger: Ledger, export: Export) -> Iterator[pl.DataFrame]:
    for first in range(0, len(pks), PIECE):
        rows = Membership.objects.filter(pk__in=pks[first : first + PIECE]).select_related("person", "household")
        found = {row.pk: row for row in rows}
        lines = _lines([found[pk] for pk in pks[first : first + PIECE]], export.period)
        frame = pl.DataFrame([pl.Series(c.field, [line.get(c.field) for line in lines], dtype=_stored(c)) for c in ledger.columns])
        named = frame.with_columns(pl.Series("key.area", [line["key.area"] for line in lines], dtype=pl.String))
        yield finished(named, ledger, day_of(export), unmasked=export.unmasked)


def _stored(column: Any) -> pl.DataType:
    dtype: pl.DataType = pl.Binary() if column.secret else column.kind.dtype
    return dtype


def _lines(rows: list[Membership], period: Period) -> list[dict[str, Any]]:
    """Memberships as lines with all that a sheet may print of person, household and head.

    Cost     3 queries
    """
    households = {row.household_id for row in rows}
    archives = dict(HouseholdPeriod.objects.filter(household__in=households, period=period).values_list("household_id", "head_name"))
    heads = Membership.objects.filter(household__in=households, open=True, relation="head").select_related("person")
    by_house: dict[int, Person] = {head.household_id: head.person for head in heads}
    surveys = {row.person_id: row for row in period.memberperiod_set.filter(person__in=[row.person_id for row in rows])}
    return [_line(row, by_house.get(row.household_id), archives.get(row.household_id), surveys.get(row.person_id)) for row in rows]


def _line(row: Membership, head: Person | None, head_name: str | None, survey: Any) -> dict[str, Any]:
    person, household = row.person, row.household
    facts: dict[str, Any] = {f"membership.{f.name}": getattr(row, f.name) for f in MEMBERSHIP_FACTS}
    facts |= {f"person.{name}": getattr(person, name) for name in ("name", "id_type", "id_no", "sex", "birth_date", "ethnicity")}
    if survey is not None:
        facts |= {f"member.{name}": getattr(survey, name) for name in ("education", "school_status", "health", "labour")}
    return facts | {
        "key.area": row.area,
        "key.group": household.group_name or None,
        "key.household_no": household.household_no,
        "key.person_no": person.person_no,
        "key.head_name": head.name if head else head_name,
        "key.head_id_no": head.id_no if head else None,
    }
