"""One line is one order on a locked field, asked for (锁定字段更正申请表). Only the province executes it, on its own page."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import CorrectionOrder, HouseholdPeriod, Membership, Period, Person
from taizhang.households.query import inside
from taizhang.households.sealing import digest_of
from taizhang.intake import refusing
from taizhang.intake.cells import Checked, Picked, framed
from taizhang.intake.grains.base import Outgoing
from taizhang.intake.grains.frames import PIECE, day_of, finished
from taizhang.intake.grains.member_finding import CLOSED, located, told, with_keys
from taizhang.intake.grains.one_row import CAME_FROM, LINE_KEY, RECORDED, ROW_ID, OneRow, Refusal, unless_recorded, with_recorded
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import NEW, Proposals
from taizhang.intake.reach import scope_below
from taizhang.journal.fields import sealer
from taizhang.kernel.findings import Severity
from taizhang.kernel.kinds import text
from taizhang.kernel.ledgers import ROW, SHEET, Column, Ledger
from taizhang.policy.archive import Fact

HOME, NEW_DIGEST = "order", "order.id_digest"
OF_HOUSEHOLD = {CorrectionOrder.ATTRIBUTE: "hh_attr", CorrectionOrder.STANDARD: "id_standard"}
OF_PERSON = ("name", "id_type", "id_no")
VALUES = (*OF_HOUSEHOLD.values(), *OF_PERSON)
ASKED: tuple[Fact, ...] = (
    Fact("reason", "更正原因", text(500), required="R", events_only=True),
    Fact("proof", "证明材料", text(200), required="R", events_only=True),
)
WAITS_ALREADY = "这一户(人)已有同一事项的申请在等待办理"
NO_VALUE = "没有写明这一更正事项的新值"
FOREIGN_VALUE = "填了别的更正事项的新值:一行只申请一个事项"
SAME_VALUE = "新值与现在的相同,不需要更正"
NO_MEMBER = "调整姓名证件号码须写明本户的一名现有成员"
NO_PERIOD = "姓名、证件没有期次,更正对所有期次生效,请不填“自哪一期起”"
UNKNOWN_PERIOD = "没有这一期次,请核对“自哪一期起”"
NO_ARCHIVE = "所选期次以来这一户没有档案"
TAKEN = "新的证件号码已经在册,请核对,或上报核查是否重复"


class OrderAsked(OneRow):
    """An order to be asked for, found again by household, person and what is asked."""

    key = "correction_order"
    home = HOME
    model = CorrectionOrder
    facts = ASKED
    key_heading = "户编号"
    twice = "同一户(人)的同一事项在前面的行里已经申请过"
    correct = Permission.ORDER_REQUEST
    needs = (Permission.ORDER_REQUEST,)
    operation = "request_order"
    says = {
        "new": "接受后提出申请,由省级办理;名册现在不变。",
        "change": "",
        "conflict": "不能提出的申请,不会写入。请按说明处理后重新导入。",
    }

    def check(self, *, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked], ledger: Ledger) -> Checked:
        """Every line by itself; of the new number also its digest."""
        checked = super().check(sheet=sheet, body=body, picked=picked, ledger=ledger)
        if f"{HOME}.id_no" not in checked.lines.columns:
            return checked
        opened = [None if sealed is None else sealer().open(sealed, "id_no") for sealed in checked.lines[f"{HOME}.id_no"]]
        digests = pl.Series(NEW_DIGEST, [None if number is None else digest_of(number) for number in opened], dtype=pl.String)
        return Checked(checked.lines.with_columns(digests), checked.findings)

    def place(self, lines: pl.DataFrame, by: User, area: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The village is the household's."""
        wanted = (*(f"{HOME}.{name}" for name in VALUES if name != "id_no"), NEW_DIGEST, f"{HOME}.from_period", f"{HOME}.kind")
        lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in wanted if name not in lines.columns)
        house = pl.coalesce("key.household_no", "key.head_id_digest")
        person = pl.coalesce("key.person_no", "person.id_digest", pl.lit(""))
        lines = _recorded(with_keys(lines))
        own = pl.format("recorded/{}", RECORDED)
        lines = lines.with_columns(pl.coalesce(own, pl.concat_str(house, person, f"{HOME}.kind", separator="/")).alias(LINE_KEY))
        again = lines.filter(pl.col(LINE_KEY).is_not_null() & ~pl.col(LINE_KEY).is_first_distinct())
        rows = again.select(pl.col(ROW).alias("row"), pl.lit("line.twice").alias("code"))
        sheet = lines[SHEET][0] if lines.height else ""
        return lines, framed(rows, sheet, self.key_heading, pl.lit(Severity.ERROR.value), pl.lit(self.twice), pl.lit(""))

    def propose(self, by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
        """The lines beside household, person and the orders that stand."""
        return super().propose(by, _beside(with_recorded(lines), period), findings, period, area)

    def standing(self, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
        """The orders of which lines tell, and those that ask for the same: those that wait, and those executed whose value stands.

        Cost     1 query
        """
        states = (CorrectionOrder.REQUESTED, CorrectionOrder.EXECUTED)
        rows = CorrectionOrder.objects.filter(household__in=lines["household_id"].drop_nulls().to_list()).order_by("pk")
        recorded = {row.pk: row for row in rows}
        found = {(row.household_id, row.person_id, row.kind, _asked_for(row)): row for row in recorded.values() if row.state in states}
        told_of = []
        for line in lines.filter(pl.col(LINE_KEY).is_not_null()).unique(LINE_KEY, keep="first").iter_rows(named=True):
            same = found.get((line["household_id"], line["own_id"], line[f"{HOME}.kind"], _wanted(line)))
            if same is not None and not (same.state == CorrectionOrder.REQUESTED or line["same_value"]):
                same = None
            row = recorded.get(line[RECORDED], same)
            if row is not None:
                told_of.append((line[LINE_KEY], row.pk, row.version, row.area, row.reason, row.proof))
        schema = {LINE_KEY: pl.String, ROW_ID: pl.Int64, "row_version": pl.Int64, "row_area": pl.String}
        schema |= {f"now.{HOME}.{fact.name}": pl.String for fact in ASKED}
        return pl.DataFrame(told_of, schema=schema, orient="row")

    def refusals(self, now: pl.DataFrame, by: User, area: str) -> Iterable[Refusal]:
        """What makes an order impossible that was not asked for yet."""
        return unless_recorded(self.against(now), now, self.home)

    def against(self, now: pl.DataFrame) -> Iterable[Refusal]:
        """What makes an order impossible."""
        fresh = pl.col(ROW_ID).is_null()
        kind, identity = pl.col(f"{HOME}.kind"), pl.col(f"{HOME}.kind") == CorrectionOrder.IDENTITY
        yield pl.col("hh_closed").fill_null("") != "", pl.lit(CLOSED)
        yield pl.lit(value=True) & fresh & pl.col("waits"), pl.lit(WAITS_ALREADY)
        own = pl.any_horizontal(_given(name) for name in OF_PERSON)
        values = {kind_: _given(name) for kind_, name in OF_HOUSEHOLD.items()} | {CorrectionOrder.IDENTITY: own}
        for one, given in values.items():
            yield (kind == one) & ~given, pl.lit(NO_VALUE)
            yield (kind != one) & given, pl.lit(FOREIGN_VALUE)
        yield identity & (pl.col("own_id").is_null() | (pl.col("stands_in") != pl.col("household_id"))), pl.lit(NO_MEMBER)
        yield identity & pl.col(f"{HOME}.from_period").is_not_null(), pl.lit(NO_PERIOD)
        yield pl.col(f"{HOME}.from_period").is_not_null() & pl.col("from_id").is_null(), pl.lit(UNKNOWN_PERIOD)
        yield ~identity & ~pl.col("has_archive"), pl.lit(NO_ARCHIVE)
        yield fresh & pl.col("same_value"), pl.lit(SAME_VALUE)
        yield fresh & pl.col("taken"), pl.lit(TAKEN)

    def write(self, lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
        """The orders, each in the name of who uploaded the sheet.

        Writes   1 correction_order a line
        """
        place = pl.format("{}/{}/{}", pl.lit(str(batch.pk)), pl.col(SHEET), pl.col(ROW)).alias(CAME_FROM)
        fresh = _beside(lines, period).with_columns(proposals.rows["kind"], place).filter(take).filter(pl.col("kind") == NEW)
        at = timezone.now()
        rows = [_order(line, batch, at) for line in fresh.iter_rows(named=True)]
        CorrectionOrder.objects.bulk_create(rows)
        return {NEW: len(rows), "change": 0}

    def add(self, fresh: pl.DataFrame, period: Period) -> None:
        """`write` knows who asks, and adds them."""

    def title(self, line: Mapping[str, Any]) -> str:
        """The household's number and whom it concerns."""
        return f"户 {line.get('key.household_no') or ''} {line.get('person.name') or line.get('key.head_name') or ''}".strip()

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """The orders of the area, the newest first."""
        rows = inside(CorrectionOrder.objects.visible_to(export.by, Permission.EXPORT_RUN), export.area)
        pks = list(rows.order_by("-pk").values_list("pk", flat=True))
        return Outgoing(len(pks), _pieces(pks, ledger, export))

    def _reach(self, by: User, area: str) -> Iterable[Refusal]:
        outside = ~refusing.inside(pl.col("key.area"), scope_below(by, area).ranges)
        yield pl.col("household_id").is_null() | outside, pl.lit("按户编号或户主证件号码在本批的区划内找不到这一户,请核对")
        yield from super()._reach(by, area)


def _recorded(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with the order of which each tells: asked for on that day for that household and person, with the values that the line
    tells. A masked number tells nothing; of several the one in the state that the line tells.

    Cost     1 query where a line tells the day
    """
    on = f"{HOME}.requested_on"
    if on not in lines.columns:
        return with_recorded(lines)
    of_house = CorrectionOrder.objects.filter(household__household_no__in=told(lines, "key.household_no"))
    known: dict[tuple[Any, ...], list[CorrectionOrder]] = {}
    for row in of_house.select_related("household", "person", "from_period").order_by("-pk"):
        person_no = row.person.person_no if row.person else None
        day = timezone.localdate(row.requested_at)
        known.setdefault((row.household.household_no, person_no, row.kind, day), []).append(row)
    found = []
    for line in lines.iter_rows(named=True):
        rows = known.get((line["key.household_no"], line["key.person_no"], line[f"{HOME}.kind"], line[on]), [])
        alike = sorted((row for row in rows if _tells_of(line, row)), key=lambda row: row.state != line.get(f"{HOME}.state"))
        row = alike[0] if alike else None
        found.append(row.pk if row else None)
        if row is not None:
            rows.remove(row)
    return lines.with_columns(pl.Series(RECORDED, found, dtype=pl.Int64))


def _tells_of(line: Mapping[str, Any], row: CorrectionOrder) -> bool:
    """Whether a line asks for nothing else than an order did."""
    since = row.from_period.key if row.from_period else None
    names = (*OF_HOUSEHOLD.values(), *(name for name in OF_PERSON if name != "id_no"))
    told_of = (*(line[f"{HOME}.{name}"] for name in names), line[NEW_DIGEST], line[f"{HOME}.from_period"])
    of_house = (row.new_key if row.kind == kind else None for kind in OF_HOUSEHOLD)
    number = sealer().open(bytes(row.new_id_no), "id_no") if row.new_id_no else None
    stands = (*of_house, row.new_name, row.new_id_type, digest_of(number) if number else None, since)
    return all(new is None or new == old for new, old in zip(told_of, stands, strict=True))


def _beside(lines: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The lines with `own_id` (the person of an identity), `from_id`, `waits`, `has_archive`, `same_value`, `taken`, and the old values.

    Cost     6 queries
    """
    found = located(lines, period)
    identity = pl.col(f"{HOME}.kind") == CorrectionOrder.IDENTITY
    found = found.with_columns(pl.when(identity).then("person_id").alias("own_id"))
    houses = found["household_id"].drop_nulls().unique().to_list()
    waiting = CorrectionOrder.objects.filter(household__in=houses, state=CorrectionOrder.REQUESTED)
    open_orders = set(waiting.values_list("household_id", "kind", "person_id"))
    periods = {one.key: one for one in Period.objects.filter(key__in=told(found, f"{HOME}.from_period"))}
    newest = _newest(houses)
    persons = Person.objects.in_bulk(found["own_id"].drop_nulls().unique().to_list())
    numbers = dict(Person.objects.filter(id_digest__in=told(found, NEW_DIGEST)).values_list("id_digest", "pk"))
    further = [_facts_of(line, open_orders, periods, newest, persons, numbers) for line in found.iter_rows(named=True)]
    return found.hstack(pl.DataFrame(further, schema=FURTHER, orient="row"))


FURTHER: dict[str, type[pl.DataType]] = {"from_id": pl.Int64}
FURTHER |= dict.fromkeys(("waits", "has_archive", "same_value", "taken"), pl.Boolean)
FURTHER |= dict.fromkeys(("old_key", "old_name", "old_id_type"), pl.String) | {"old_id_no": pl.Binary}


def _facts_of(
    line: Mapping[str, Any],
    waiting: set[tuple[int, str, int | None]],
    periods: Mapping[str, Period],
    newest: Mapping[int, tuple[Any, str | None, str | None]],
    persons: Mapping[int, Person],
    numbers: Mapping[str, int],
) -> tuple[Any, ...]:
    """What must be known of one order beside the line itself."""
    kind, house, own = line[f"{HOME}.kind"], line["household_id"], line["own_id"]
    since = periods.get(line[f"{HOME}.from_period"] or "")
    archive = newest.get(house)
    has_archive = archive is not None and (since is None or archive[0] >= since.reference_on)
    old_key = None if archive is None or kind not in OF_HOUSEHOLD else archive[1 if kind == CorrectionOrder.ATTRIBUTE else 2]
    wanted = _wanted(line)
    person = persons.get(own)
    stands = (person.name, person.id_type, person.id_digest) if person else (None, None, None)
    if kind in OF_HOUSEHOLD:
        same = old_key is not None and old_key == wanted[0]
    else:
        same = person is not None and all(new is None or new == old for new, old in zip(wanted, stands, strict=True))
    taken = (wanted[2] is not None and numbers.get(wanted[2], own) != own) if kind == CorrectionOrder.IDENTITY else False
    number = bytes(person.id_no) if person and person.id_no else None
    since_id = since.pk if since else None
    waits = (house, kind, own) in waiting
    return (since_id, waits, has_archive, same, taken, old_key, *stands[:2], number)


def _newest(houses: list[int]) -> dict[int, tuple[Any, str | None, str | None]]:
    """Of each household the reference day, attribute and standard of its newest archive."""
    rows = HouseholdPeriod.objects.filter(household__in=houses).order_by("period__reference_on")
    return {
        house: (on, attr, standard)
        for house, on, attr, standard in rows.values_list("household_id", "period__reference_on", "hh_attr", "id_standard")
    }


def _wanted(line: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a line asks for."""
    kind = line[f"{HOME}.kind"]
    if kind in OF_HOUSEHOLD:
        return (line[f"{HOME}.{OF_HOUSEHOLD[kind]}"],)
    return (line[f"{HOME}.name"], line[f"{HOME}.id_type"], line[NEW_DIGEST])


def _asked_for(row: CorrectionOrder) -> tuple[Any, ...]:
    """What an order asks for, in the same shape."""
    if row.kind in OF_HOUSEHOLD:
        return (row.new_key,)
    number = sealer().open(bytes(row.new_id_no), "id_no") if row.new_id_no else None
    return (row.new_name, row.new_id_type, digest_of(number) if number else None)


def _given(name: str) -> pl.Expr:
    return pl.col(NEW_DIGEST if name == "id_no" else f"{HOME}.{name}").is_not_null()


def _order(line: Mapping[str, Any], batch: Batch, at: Any) -> CorrectionOrder:
    kind = line[f"{HOME}.kind"]
    values: dict[str, Any] = {"old_key": line["old_key"], "new_key": _wanted(line)[0]} if kind in OF_HOUSEHOLD else {}
    for name in OF_PERSON if kind == CorrectionOrder.IDENTITY else ():
        if (new := line.get(f"{HOME}.{name}")) is not None:
            values |= {f"old_{name}": line[f"old_{name}"], f"new_{name}": new}
    return CorrectionOrder(
        kind=kind,
        household_id=line["household_id"],
        person_id=line["own_id"],
        area=line["hh_area"],
        from_period_id=line["from_id"],
        reason=line[f"{HOME}.reason"],
        proof=line[f"{HOME}.proof"],
        requested_by_id=batch.by_id,
        requested_at=at,
        requested_area=batch.area,
        came_from=line[CAME_FROM],
        **values,
    )


def _pieces(pks: list[int], ledger: Ledger, export: Export) -> Iterator[pl.DataFrame]:
    for first in range(0, len(pks), PIECE):
        rows = CorrectionOrder.objects.filter(pk__in=pks[first : first + PIECE]).select_related("household", "person", "from_period")
        found = {row.pk: row for row in rows}
        orders = [found[pk] for pk in pks[first : first + PIECE]]
        heads = Membership.objects.filter(household__in={row.household_id for row in orders}, open=True, relation="head")
        names = dict(heads.values_list("household_id", "person__name"))
        lines = [_line(row, names.get(row.household_id)) for row in orders]
        frame = pl.DataFrame([pl.Series(c.field, [line.get(c.field) for line in lines], dtype=_stored(c)) for c in ledger.columns])
        named = frame.with_columns(pl.Series("key.area", [row.area for row in orders], dtype=pl.String))
        yield finished(named, ledger, day_of(export), unmasked=export.unmasked)


def _stored(column: Column) -> pl.DataType:
    dtype: pl.DataType = pl.Binary() if column.secret else column.kind.dtype
    return dtype


def _line(row: CorrectionOrder, head: str | None) -> dict[str, Any]:
    """An order as a line of the sheet."""
    told_of: dict[str, Any] = {
        "key.household_no": row.household.household_no,
        "key.head_name": head,
        "order.kind": row.kind,
        "order.from_period": row.from_period.key if row.from_period else None,
        "order.reason": row.reason,
        "order.proof": row.proof,
        "order.state": row.state,
        "order.requested_on": timezone.localdate(row.requested_at),
        "order.note": row.settled_note or None,
    }
    if row.person is not None:
        told_of |= {"key.person_no": row.person.person_no, "person.name": row.person.name, "person.id_no": row.person.id_no}
        told_of |= {f"order.{name}": getattr(row, f"new_{name}") for name in OF_PERSON}
    if row.kind in OF_HOUSEHOLD:
        told_of |= {f"order.{OF_HOUSEHOLD[row.kind]}": row.new_key, f"order.old_{OF_HOUSEHOLD[row.kind]}": row.old_key}
    return told_of


GRAIN = OrderAsked()
