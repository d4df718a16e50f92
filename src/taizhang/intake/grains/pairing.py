"""One line is one pairing of a household and a helper (结对帮扶台账). A helper who differs is no correction: the pairing that stands ends
on the day on which the line's begins, and a new row is written. Helpers and units that nobody registered yet are registered with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.models import Household, Period
from taizhang.households.query import inside
from taizhang.households.sealing import digests_of, seal_lines
from taizhang.households.services.refusals import LostRace
from taizhang.households.services.windows import shut_areas
from taizhang.intake import refusing
from taizhang.intake.cells import Checked, Picked, read_cells
from taizhang.intake.grains.base import Home, Outgoing
from taizhang.intake.grains.one_row import CAME_FROM, GROUP, ROW_ID, ROW_VERSION, OneRow
from taizhang.intake.grains.pairing_out import pieces
from taizhang.intake.models import Batch, Export
from taizhang.intake.proposing import BLOCKED, CHANGE, CONFLICT, KINDS, NEW, SAME, Proposals
from taizhang.intake.reach import scope_below
from taizhang.journal.bulk import change_rows, take_ids
from taizhang.kernel import identity, kinds
from taizhang.kernel.ledgers import ROW, SHEET, Ledger
from taizhang.policy.archive import PAIRING_FACTS
from taizhang.support import planning
from taizhang.support.models import TYPED_OF_HELPER, Helper, Pairing, SupportUnit
from taizhang.support.planning import Row, Step, Wish
from taizhang.support.services import helping, units
from taizhang.support.services.common import in_pieces, spelled
from taizhang.support.services.pairing import OPERATION, RESPONSIBLE, rows_of, write_planned
from taizhang.support.services.refusals import PairingOverlaps
from taizhang.support.spoken import HelperKey, Helpers, HouseholdKey, helpers_named, households_named, units_named

HELPER_ID, HELPER_VERSION, HOUSEHOLD_ID = "helper_id", "helper_version", "household_id"
NUMBER, NUMBER_DIGEST = "helper.helper_id_no", "key.helper_id_digest"
NAME, UNIT, ROLE, FROM_ON, TO_ON = "helper.helper_name", "unit.unit_name", "pairing.pairing_role", "pairing.from_on", "pairing.to_on"
HELPER_NO = "key.helper_no"
TOLD = ("key.household_no", "key.head_id_digest", "key.head_name", HELPER_NO, NUMBER_DIGEST, NAME, UNIT, ROLE, FROM_ON, TO_ON)
HELPER_FIELDS = tuple(f"helper.{f.name}" for f in TYPED_OF_HELPER)
PAIRING_KINDS = {**{f.name: f.kind for f in PAIRING_FACTS}, "from_on": kinds.day(), "to_on": kinds.day()}
SAYS = {
    "new": "还没有帮扶责任人的户,接受后结对;没有登记过的帮扶责任人和单位同时登记。",
    "change": "换人的,原结对到新的开始日期结束,另记一条;写明结束日期的,结对到那一天结束。",
    "conflict": "与名册有冲突的行,不会写入。请按说明处理后重新导入。",
}
ENDED = "原帮扶责任人{}({})到 {} 结束"
FREE, NO_KEEPER = "您的管辖区域不包括这一户,或岗位不能办理结对调整", "您的岗位不能登记帮扶责任人或单位,请先由乡镇或县登记"
FOREIGN_FACTS = "帮扶责任人由上级登记,表中的{}与名册不同,请核对或请上级更正"
CLOSED, BY_STEPS = "这一户已经销户,不能结对", {planning.NEW: NEW, planning.CHANGE: CHANGE, planning.END: CHANGE, planning.SAME: SAME}


@dataclass(slots=True)
class Told:
    """What one line comes to."""

    kind: str = SAME
    why: str | None = None
    household: int | None = None
    helper: int | None = None
    helper_version: int | None = None
    closes: Row | None = None
    changed: tuple[str, ...] = ()
    now: Mapping[str, Any] | None = None


class OfPairing(OneRow):
    """The grain of 结对帮扶台账."""

    key = "pairing"
    home = "pairing"
    model = Pairing
    facts = PAIRING_FACTS
    keyed_by = ("line.household_named", "line.helper_named", "line.capacity", "line.since")
    key_heading = "帮扶责任人姓名"
    twice = "同一户与同一帮扶责任人的这次结对在前面的行里已经填过"
    correct = Permission.PAIRING_CHANGE
    needs = (Permission.PAIRING_CHANGE,)
    says = SAYS
    own = True
    known = HOUSEHOLD_ID
    same = ("kind", "why", HOUSEHOLD_ID, HELPER_ID, ROW_ID)
    homes = {
        "pairing": Home(Pairing, ROW_ID, ROW_VERSION, PAIRING_KINDS),
        "helper": Home(Helper, HELPER_ID, HELPER_VERSION, {f.name: f.kind for f in TYPED_OF_HELPER}),
    }

    def check(self, *, sheet: str, body: pl.DataFrame, picked: Mapping[str, Picked], ledger: Ledger) -> Checked:
        """Every line by itself; a helper's number is digested before it is sealed, and tells his sex."""
        lines, findings = read_cells(sheet=sheet, body=body, picked=picked, ledger=ledger)
        lines = _with_number(lines).with_row_index(GROUP).cast({GROUP: pl.Int64})
        findings += [check(lines) for check in ledger.checks]
        sealed = seal_lines(lines, [c.field for c in ledger.columns if c.secret])
        return Checked(sealed, pl.concat(findings).sort("row", maintain_order=True))

    def place(self, lines: pl.DataFrame, by: User, area: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The village of each line, and what names its household and its helper."""
        days = {name: pl.Date() if name in (FROM_ON, TO_ON) else pl.String() for name in TOLD}
        lines = lines.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in days.items() if name not in lines.columns)
        by_name = pl.concat_str("key.head_name", _told_place(lines), ignore_nulls=True)
        named = lines.with_columns(
            pl.coalesce("key.household_no", "key.head_id_digest", by_name).alias("line.household_named"),
            pl.coalesce(HELPER_NO, NUMBER_DIGEST, pl.concat_str(NAME, UNIT, separator="/", ignore_nulls=True)).alias("line.helper_named"),
            pl.col(ROLE).fill_null(RESPONSIBLE).alias("line.capacity"),
            pl.col(FROM_ON).cast(pl.String).fill_null("").alias("line.since"),
        )
        return super().place(named, by, area)

    def propose(self, by: User, lines: pl.DataFrame, findings: pl.DataFrame, period: Period, area: str) -> Proposals:
        """Each line beside the pairings of its household. Lines of one household are taken one after another.

        Cost     6 queries
        """
        told = self._told_of(by, lines, area)
        wrong = findings.join(_placed(lines, told), on=["sheet", "row", "code"], how="anti")
        own = lines.select(refusing.wrong_lines(lines, wrong).alias("own"))["own"]
        for at, blocked in enumerate(own if len(own) == len(told) else [own[0]] * len(told)):
            if blocked:
                told[at] = Told(BLOCKED, refusing.OWN, told[at].household)
        return _proposals(lines, told)

    def write(self, lines: pl.DataFrame, proposals: Proposals, take: pl.Series, batch: Batch, period: Period) -> dict[str, int]:
        """New units and helpers, what is corrected of helpers, then the ends and the beginnings of pairings.

        Raises   LostRace, PairingOverlaps where only some lines of a household were chosen and they do not fit without the others
        """
        place = pl.format("{}/{}/{}", pl.lit(str(batch.pk)), pl.col(SHEET), pl.col(ROW)).alias(CAME_FROM)
        rows = proposals.rows.select("kind", "changed", HOUSEHOLD_ID, HELPER_ID, HELPER_VERSION)
        work = pl.concat([lines, rows], how="horizontal").with_columns(place).filter(take)
        taken = work.to_dicts()
        self._write_helpers(taken, batch.area)
        _correct_helpers(taken)
        _write_pairings(taken)
        kinds_ = work["kind"].to_list()
        return {NEW: kinds_.count(NEW), CHANGE: kinds_.count(CHANGE)}

    def title(self, line: Mapping[str, Any]) -> str:
        """The household and its helper."""
        whose = line.get("key.head_name") or line.get("key.household_no") or ""
        return f"{whose} — {line.get(NAME) or ''}"

    def outgoing(self, export: Export, ledger: Ledger) -> Outgoing:
        """Every valid pairing of the households of the area that the order's account may see, those that ended too."""
        seen = Household.objects.visible_to(export.by, Permission.EXPORT_RUN)
        households = inside(seen, export.area).filter(closed="")  # type: ignore[arg-type]
        rows = Pairing.objects.filter(household__in=households.values("pk"), valid=True)
        pks = list(rows.order_by("household__area", "household_id", "from_on", "pk").values_list("pk", flat=True))
        return Outgoing(len(pks), pieces(pks, ledger, export))

    def _told_of(self, by: User, lines: pl.DataFrame, area: str) -> list[Told]:
        """What each line comes to."""
        rows = lines.to_dicts()
        who = [HelperKey(row[NUMBER_DIGEST], row[NAME], row[UNIT], row[HELPER_NO]) for row in rows]
        named = ("key.household_no", "key.head_id_digest", "key.head_name", "key.area")
        whose = [HouseholdKey(*(row.get(name) for name in named)) for row in rows]
        households, helpers = households_named(whose, area), helpers_named(who, area)
        scope, keeps = scope_below(by, area), access.may(by, Permission.SUPPORT_KEEP, area)
        changes = access.scope_of(by, Permission.PAIRING_CHANGE)
        homes = [households.of(key) for key in whose]
        shut = shut_areas(by, OPERATION, {found.area for found, _ in homes if found}, timezone.now())
        told = []
        for key, (found, why) in zip(who, homes, strict=True):
            if found is None or not scope.contains(found.area) or not changes.contains(found.area):
                told.append(Told(CONFLICT, why or FREE))
                continue
            known, wrong = helpers.of(key)
            new = known is None and not wrong
            why = shut.get(found.area) or (CLOSED if found.closed else wrong or (NO_KEEPER if new and not keeps else ""))
            kind = CONFLICT if why else SAME
            told.append(Told(kind, why or None, found.pk, known.pk if known else None, known.version if known else None))
        self._plan(rows, who, told)
        self._compare(by, rows, who, told, helpers)
        return told

    def _plan(self, rows: list[dict[str, Any]], who: list[HelperKey], told: list[Told]) -> None:
        """The steps of the lines that can be taken, household by household and capacity by capacity."""
        strangers: dict[str, int] = {}
        open_ = [at for at, one in enumerate(told) if one.kind == SAME]
        for role in sorted({rows[at][ROLE] or RESPONSIBLE for at in open_}):
            mine = [at for at in open_ if (rows[at][ROLE] or RESPONSIBLE) == role]
            standing = rows_of([told[at].household or 0 for at in mine], role)
            lines_of: dict[int, list[int]] = {}
            for at in mine:
                lines_of.setdefault(told[at].household or 0, []).append(at)
            for household, places in lines_of.items():
                helpers = [told[at].helper or -1 - strangers.setdefault(who[at].word, len(strangers)) for at in places]
                wishes = [Wish(h, rows[at][FROM_ON], rows[at][TO_ON], exact=True) for h, at in zip(helpers, places, strict=True)]
                for at, step in zip(places, planning.plan_of(standing[household], wishes).steps, strict=True):
                    _take_step(told[at], step)

    def _compare(self, by: User, rows: list[dict[str, Any]], who: list[HelperKey], told: list[Told], helpers: Helpers) -> None:
        """What the lines say of helpers who stand, the first line of each; and the name of whom a change replaces."""
        names: dict[int, str] = {}
        for pks in in_pieces(t.closes.helper for t in told if t.closes):
            names |= dict(Helper.objects.filter(pk__in=pks).values_list("pk", "helper_name"))
        heard: dict[int, dict[str, Any]] = {}
        for row, key, one in zip(rows, who, told, strict=True):
            if one.kind == CONFLICT:
                continue
            if one.closes is not None and one.why is not None:
                one.why = one.why.format(names.get(one.closes.helper, ""))
            known = helpers.of(key)[0]
            if known is None or known.pk in heard:
                continue
            heard[known.pk] = {}
            differs = {n: known.facts[n[7:]] for n in HELPER_FIELDS if row.get(n) is not None and row[n] != known.facts[n[7:]]}
            if not differs:
                continue
            if not access.may(by, Permission.SUPPORT_KEEP, known.area):
                labels = {f"helper.{f.name}": f.zh for f in TYPED_OF_HELPER}
                one.kind, one.why, one.changed = CONFLICT, FOREIGN_FACTS.format("、".join(labels[n] for n in differs)), ()
                continue
            one.kind = CHANGE if one.kind == SAME else one.kind
            one.changed = (*one.changed, *differs)
            one.now = {**(one.now or {}), **{f"now.{name}": value for name, value in differs.items()}}

    def _write_helpers(self, taken: list[dict[str, Any]], area: str) -> None:
        """Register the units and helpers that lines name and nobody registered; each line then has its `helper_id`."""
        strangers: dict[str, list[dict[str, Any]]] = {}
        for row in taken:
            if row[HELPER_ID] is None:
                strangers.setdefault(HelperKey(row[NUMBER_DIGEST], row[NAME], row[UNIT]).word, []).append(row)
        if not strangers:
            return
        unit_of = _units({row[UNIT] for lines in strangers.values() for row in lines if row[UNIT]}, area)
        ids = list(take_ids(Helper, len(strangers)))
        Helper.objects.bulk_create(
            Helper(
                pk=pk,
                helper_no=helping.number_of(pk),
                area=area,
                unit_id=unit_of.get(lines[0][UNIT]),
                came_from=lines[0][CAME_FROM],
                id_digest=lines[0][NUMBER_DIGEST],
                id_checked=lines[0].get("key.helper_id_checked"),
                **spelled(lines[0][NAME]),
                **{f.name: _first(lines, f"helper.{f.name}") for f in TYPED_OF_HELPER},
            )
            for pk, lines in zip(ids, strangers.values(), strict=True)
        )
        for pk, lines in zip(ids, strangers.values(), strict=True):
            for row in lines:
                row[HELPER_ID] = pk


def _take_step(one: Told, step: Step) -> None:
    """What a step makes of its line."""
    if step.kind == planning.REFUSED:
        one.kind, one.why = CONFLICT, step.why
        return
    one.kind = BY_STEPS[step.kind]
    if step.kind == planning.CHANGE:
        one.closes = step.closes[0]
        one.why = ENDED.format("{}", planning.span(one.closes), step.on)
        one.changed, one.now = (FROM_ON,), {f"now.{FROM_ON}": one.closes.from_on}
    elif step.kind == planning.END:
        one.closes = step.closes[0]
        one.changed, one.now = (TO_ON,), {f"now.{TO_ON}": None}


def _proposals(lines: pl.DataFrame, told: Sequence[Told]) -> Proposals:
    rows = lines.select(SHEET, ROW, GROUP, "key.area").with_columns(
        pl.Series("kind", [t.kind for t in told], dtype=pl.String),
        pl.Series("why", [t.why for t in told], dtype=pl.String),
        pl.Series("changed", [list(t.changed) for t in told], dtype=pl.List(pl.String)),
        pl.Series(ROW_ID, [t.closes.pk if t.closes else None for t in told], dtype=pl.Int64),
        pl.Series(ROW_VERSION, [t.closes.version if t.closes else None for t in told], dtype=pl.Int64),
        pl.Series(HOUSEHOLD_ID, [t.household for t in told], dtype=pl.Int64),
        pl.Series(HELPER_ID, [t.helper for t in told], dtype=pl.Int64),
        pl.Series(HELPER_VERSION, [t.helper_version for t in told], dtype=pl.Int64),
    )
    stood = {f"now.helper.{f.name}": (pl.Binary() if f.kind.secret else f.kind.dtype) for f in TYPED_OF_HELPER}
    stood |= {f"now.{FROM_ON}": pl.Date(), f"now.{TO_ON}": pl.Date()}
    now = pl.DataFrame([pl.Series(name, [(t.now or {}).get(name) for t in told], dtype=dtype) for name, dtype in stood.items()])
    counts = dict(rows["kind"].value_counts().iter_rows())
    return Proposals(rows, now, {kind: counts.get(kind, 0) for kind in KINDS})


def _placed(lines: pl.DataFrame, told: Sequence[Told]) -> pl.DataFrame:
    """Findings of a missing village that need not stop a line: its household is known, and has its village."""
    known = pl.Series([t.household is not None for t in told], dtype=pl.Boolean)
    at = lines.filter(known).select(pl.col(SHEET).alias("sheet"), pl.col(ROW).alias("row"))
    return at.with_columns(pl.lit(refusing.MISSING_AREA).alias("code"))


def _with_number(lines: pl.DataFrame) -> pl.DataFrame:
    """The digest of the helper's number, whether its checksum holds, and his sex where the number tells it."""
    if NUMBER not in lines.columns:
        return lines
    said = identity.facts(lines[NUMBER])
    typed = lines["helper.helper_sex"] if "helper.helper_sex" in lines.columns else said["sex"]
    return lines.with_columns(
        digests_of(lines[NUMBER]).alias(NUMBER_DIGEST),
        said["checksum_ok"].alias("key.helper_id_checked"),
        said["sex"].zip_with(said["sex"].is_not_null(), typed).cast(pl.String).alias("helper.helper_sex"),
    )


def _told_place(lines: pl.DataFrame) -> pl.Expr:
    """The village as the sheet tells it, whichever way: enough to tell two heads of one name apart."""
    told = [name for name in ("key.area", "key.township", "key.village") if name in lines.columns]
    return pl.concat_str(*told, separator="/", ignore_nulls=True) if told else pl.lit("")


def _units(names: set[str], area: str) -> dict[str, int]:
    """Units by name, those that are missing registered."""
    known = units_named(names, area)
    new = sorted(names - known.keys())
    ids = list(take_ids(SupportUnit, len(new)))
    SupportUnit.objects.bulk_create(
        SupportUnit(pk=pk, unit_no=units.number_of(pk), area=area, unit_name=name, initials=units.initials_of(name))
        for pk, name in zip(ids, new, strict=True)
    )
    return known | dict(zip(new, ids, strict=True))


def _first(lines: list[dict[str, Any]], name: str) -> Any:
    return next((row[name] for row in lines if row.get(name) is not None), None)


def _correct_helpers(taken: list[dict[str, Any]]) -> None:
    """What lines say of helpers who stand, at the versions that were read."""
    for row in taken:
        names = [name for name in row["changed"] or () if name.startswith("helper.")]
        if not names:
            continue
        values = {name.partition(".")[2]: row[name] for name in names}
        if NUMBER in names:
            values |= {"id_digest": row[NUMBER_DIGEST], "id_checked": row.get("key.helper_id_checked")}
        told = [(row[HELPER_ID], row[HELPER_VERSION], *values.values(), row[CAME_FROM])]
        if change_rows(Helper, [*values, "came_from"], told) != 1:
            raise LostRace


def _write_pairings(taken: list[dict[str, Any]]) -> None:
    """The steps of the taken lines upon what stands now."""
    for role in sorted({row[ROLE] or RESPONSIBLE for row in taken}):
        mine: dict[int, list[dict[str, Any]]] = {}
        for row in taken:
            if (row[ROLE] or RESPONSIBLE) == role:
                mine.setdefault(row[HOUSEHOLD_ID], []).append(row)
        standing = rows_of(mine, role)
        planned = []
        for household, rows in mine.items():
            wishes = [Wish(row[HELPER_ID], row[FROM_ON], row[TO_ON], exact=True) for row in rows]
            steps = planning.plan_of(standing[household], wishes).steps
            if refused := [step.why for step in steps if step.kind == planning.REFUSED]:
                raise PairingOverlaps(f"{rows[0].get('key.head_name') or rows[0].get('key.household_no') or ''}:{refused[0]}")
            planned += [(household, step, row[CAME_FROM]) for step, row in zip(steps, rows, strict=True)]
        write_planned(planned, role)


GRAIN = OfPairing()
