"""What sheets share whose line tells something of one member who stands on the register: his work spells, his plan to work. Nobody is
put on the register by such a sheet."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import HouseholdPeriod, Membership, Period
from taizhang.households.query import inside
from taizhang.intake import refusing
from taizhang.intake.cells import framed
from taizhang.intake.grains.base import Outgoing
from taizhang.intake.grains.frames import PIECE, day_of, finished
from taizhang.intake.grains.member_finding import CLOSED, TWO_HOUSEHOLDS, located, with_keys
from taizhang.intake.grains.one_row import LINE_KEY, OneRow, Refusal
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import Proposals
from taizhang.intake.reach import scope_below
from taizhang.journal.models import Posted
from taizhang.kernel.findings import Severity
from taizhang.kernel.ledgers import ROW, SHEET, Ledger

NOBODY = "按证件号码或人编号在本批的区划内找不到这名在户成员,请核对"
ELSEWHERE = "此人不在表中写的这一户,请核对户编号"
WHO = pl.coalesce("person.id_digest", "key.person_no")
OF_HOUSE = ("hh_type", "monitor_kind")


class MemberLine(OneRow):
    """Rows of a table with `person`, `period` and `area`."""

    key_heading = "证件号码"
    twice = "此人在前面的行里已经填过,一个人只能有一行"
    correct = Permission.HOUSEHOLD_CORRECT
    needs = (Permission.HOUSEHOLD_CORRECT,)
    operation = "correct"

    def key_of(self, lines: pl.DataFrame) -> pl.Expr:
        """What a line speaks of."""
        return WHO

    def place(self, lines: pl.DataFrame, by: User, area: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The village is the member's; what an earlier line speaks of already."""
        lines = with_keys(lines)
        lines = lines.with_columns(self.key_of(lines).alias(LINE_KEY))
        again = lines.filter(pl.col(LINE_KEY).is_not_null() & ~pl.col(LINE_KEY).is_first_distinct())
        rows = again.select(pl.col(ROW).alias("row"), pl.lit("line.twice").alias("code"))
        sheet = lines[SHEET][0] if lines.height else ""
        return lines, framed(rows, sheet, self.key_heading, pl.lit(Severity.ERROR.value), pl.lit(self.twice), pl.lit(""))

    def propose(self, by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
        """The lines beside the members as they stand now."""
        return super().propose(by, located(lines, period), findings, period, area)

    def write(self, lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
        """New rows and changed ones.

        Raises   LostRace
        """
        return super().write(located(lines, period), proposals, take, batch, period)

    def refusals(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """What stands in the way of telling anything of a member."""
        yield (pl.col("by_no").is_not_null() & (pl.col("by_no") != pl.col("stands_in")), pl.lit(ELSEWHERE))
        yield (pl.col("by_head").is_not_null() & (pl.col("by_head") != pl.col("stands_in")), pl.lit(TWO_HOUSEHOLDS))
        yield pl.col("hh_closed").fill_null("") != "", pl.lit(CLOSED)

    def title(self, line: Mapping[str, Any]) -> str:
        """The person's name."""
        return str(line.get("person.name") or "（未填姓名）")

    def given(self, export: Export) -> Q:
        """Which rows of the period go out."""
        raise NotImplementedError

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """The rows of members who live in a household, in the order of places and people."""
        rows: QuerySet[Any] = self.model._default_manager.visible_to(export.by, Permission.EXPORT_RUN)
        rows = inside(rows, export.area).filter(self.given(export), period=export.period)
        rows = rows.filter(person__in=Membership.objects.filter(open=True).values("person"))
        pks = list(rows.order_by("area", "person", "pk").values_list("pk", flat=True))
        return Outgoing(len(pks), self._pieces(pks, ledger, export))

    def _pieces(self, pks: list[int], ledger: Ledger, export: Export) -> Iterator[pl.DataFrame]:
        for first in range(0, len(pks), PIECE):
            found = self.model._default_manager.in_bulk(pks[first : first + PIECE])
            lines = self._lines([found[pk] for pk in pks[first : first + PIECE]], export.period)
            dtypes = {c.field: pl.Binary() if c.secret else c.kind.dtype for c in ledger.columns} | {"key.area": pl.String()}
            frame = pl.DataFrame([pl.Series(name, [line.get(name) for line in lines], dtype=dtype) for name, dtype in dtypes.items()])
            yield finished(frame, ledger, day_of(export), unmasked=export.unmasked)

    def _lines(self, rows: list[Posted], period: Period) -> list[dict[str, Any]]:
        """Rows beside person, household and what was surveyed of both.

        Cost     3 queries
        """
        people: list[int] = [row.person_id for row in rows]  # type: ignore[attr-defined]
        homes = {m.person_id: m for m in Membership.objects.filter(person__in=people, open=True).select_related("person", "household")}
        houses = {m.household_id for m in homes.values()}
        archives = {a.household_id: a for a in HouseholdPeriod.objects.filter(household__in=houses, period=period)}
        surveys = {s.person_id: s for s in period.memberperiod_set.filter(person__in=people)}
        return [
            self._line(row, homes[at], archives.get(homes[at].household_id), surveys.get(at)) for row, at in zip(rows, people, strict=True)
        ]

    def _line(self, row: Posted, home: Membership, archive: HouseholdPeriod | None, survey: Any) -> dict[str, Any]:
        told: dict[str, Any] = {f"{self.home}.{fact.name}": getattr(row, fact.name) for fact in self.facts}
        told |= {f"household.{name}": getattr(archive, name) for name in OF_HOUSE if archive}
        return told | {
            "key.area": home.area,
            "key.group": home.household.group_name or None,
            "key.household_no": home.household.household_no,
            "key.person_no": home.person.person_no,
            "person.name": home.person.name,
            "person.id_no": home.person.id_no,
            "member.labour": survey.labour if survey else None,
            "told.working": True,
        }

    def _reach(self, by: User, area: str) -> Iterable[Refusal]:
        outside = ~refusing.inside(pl.col("key.area"), scope_below(by, area).ranges)
        yield pl.col("membership_id").is_null() | outside, pl.lit(NOBODY)
        yield from super()._reach(by, area)
