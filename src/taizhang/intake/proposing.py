"""Lines × register → proposals (hop 4): new, change, same, conflict, blocked, with old → new. Nothing is written.

Pure over frames: the same lines and the same register give the same proposals. Blank cells propose nothing: unknown is not 否.
"""

from dataclasses import dataclass, field

import polars as pl

from taizhang.households.standing import FAMILY_KINDS, HOUSEHOLD_KINDS, IDENTIFICATION_KINDS, MEMBER_KINDS, PERSON_KINDS
from taizhang.households.writing import GROUP
from taizhang.kernel.findings import FINDINGS
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.policy.archive import FACT_TABLES

NEW, CHANGE, SAME, CONFLICT, BLOCKED = "new", "change", "same", "conflict", "blocked"
KINDS = (NEW, CHANGE, SAME, CONFLICT, BLOCKED)
LOCKED = frozenset(f.name for facts in FACT_TABLES.values() for f in facts if f.locked)
EVENTS_ONLY = frozenset(f.name for facts in FACT_TABLES.values() for f in facts if f.events_only)
DERIVED = frozenset(f.name for facts in FACT_TABLES.values() for f in facts if f.derived)
PERSON_HOMES = {"person": PERSON_KINDS, "membership": FAMILY_KINDS, "member": MEMBER_KINDS}
HOUSEHOLD_HOMES = {"household": HOUSEHOLD_KINDS, "identification": IDENTIFICATION_KINDS}
RETURNING = ("out_with_policy", "out_no_policy")

NO_ONE = "证件号码空缺或被遮盖,又没有人编号,认不出是谁"
ELSEWHERE = "此人已在另一户({})在册,请先办理减少或核对证件号码"
ELSEWHERE_FOREIGN = "此证件号码在您的管辖区域以外已经在册,请上报核查"
CLOSED = "这一户已经销户,不能再改"
NO_SUCH_HOUSEHOLD = "户编号{}在您的管辖区域内不存在,新户请不要填户编号"
NOT_OUT = "返贫只能由已脱贫的户提出,这一户现在不是已脱贫状态"
NEW_BUT_KNOWN = "这一户已经在册,不能再按新识别纳入"
NOT_ON_REGISTER = "返贫户应已在册,但按户编号和户主证件号码都没有找到"
LOCKED_SAYS = "{}是锁定字段,只有省级能够更正"
EVENTS_SAYS = "{}只能通过业务操作改变,不能直接修改"
NO_HEAD = "这一户没有户主行,新户必须写明户主"
FROZEN = "本期已冻结,不能再写入"
HOUSE_BLOCKED = "同一户还有需要改正的错误,整户改正后再写入"


@dataclass(frozen=True, slots=True)
class Powers:
    """What the user may do: inside which code ranges, whether locked facts may be corrected, whether the period is open."""

    ranges: tuple[tuple[str, str], ...]
    locked: bool = False
    open_period: bool = True


@dataclass(frozen=True, slots=True)
class Proposals:
    """One row a line: `kind`, `why` (of a conflict or block), `changed` (fields), ids and versions read; and what stands now."""

    rows: pl.DataFrame
    now: pl.DataFrame
    counts: dict[str, int] = field(default_factory=dict)


def propose(lines: pl.DataFrame, findings: pl.DataFrame, persons: pl.DataFrame, households: pl.DataFrame, powers: Powers) -> Proposals:
    """Compare lines with what stands.

    Reads    `persons` and `households` of `households.standing`, for the numbers on the lines
    Gives    rows in the order of the lines
    Cost     O(cells), vectorised
    """
    now = _joined(lines, persons, households)
    now = now.with_columns(_changes(now).alias("changed"), _reason(now, findings, powers).alias("why"))
    now = _with_household_blocks(now)
    blocked = pl.col("blocked")
    fresh = pl.col("membership_id").is_null()
    kind = (
        pl.when(blocked)
        .then(pl.lit(BLOCKED))
        .when(pl.col("why").is_not_null())
        .then(pl.lit(CONFLICT))
        .when(fresh)
        .then(pl.lit(NEW))
        .when(pl.col("changed").list.len() > 0)
        .then(pl.lit(CHANGE))
        .otherwise(pl.lit(SAME))
    )
    now = now.with_columns(kind.alias("kind"))
    counts = dict(now["kind"].value_counts().iter_rows())
    ids = ["person_id", "person_version", "membership_id", "membership_version", "household_id", "archive_id", "archive_version"]
    household_ids = ["hh_archive_id", "hh_archive_version", "identification_id", "identification_version"]
    rows = now.select(SHEET, ROW, GROUP, "kind", "why", "changed", "key.area", *ids, *household_ids)
    return Proposals(rows, now.select(c for c in now.columns if c.startswith("now.")), {k: counts.get(k, 0) for k in KINDS})


def with_status(lines: pl.DataFrame) -> pl.DataFrame:
    """What the kind of identification says of the status: a returned household becomes 返贫, a newly identified one 未脱贫."""
    if "identification.kind" not in lines.columns:
        return lines
    said = {"new": "poor", "returned": "returned"}
    status = pl.col("identification.kind").replace_strict(said, default=None, return_dtype=pl.String)
    return lines.with_columns(status.alias("household.status"))


def _joined(lines: pl.DataFrame, persons: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Each line beside the person and the household that it speaks of."""
    for name in ("person.id_digest", "key.person_no", "key.household_no"):
        if name not in lines.columns:
            lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    by_no = persons.select(pl.col("person_no").alias("key.person_no"), pl.col("person_id").alias("by_no"))
    by_digest = persons.filter(pl.col("id_digest").is_not_null()).select(
        pl.col("id_digest").alias("person.id_digest"), pl.col("person_id").alias("by_digest")
    )
    found = lines.join(by_no, on="key.person_no", how="left", maintain_order="left").join(
        by_digest, on="person.id_digest", how="left", maintain_order="left"
    )
    found = found.with_columns(pl.coalesce("by_no", "by_digest").alias("person_id"))
    found = found.join(
        persons.rename({"area": "person_area"}).drop("person_no", "id_digest"), on="person_id", how="left", maintain_order="left"
    )
    numbered = households.select(pl.col("household_no").alias("key.household_no"), pl.col("household_id").alias("by_household_no"))
    found = found.join(numbered, on="key.household_no", how="left", maintain_order="left")
    of_line = pl.coalesce("by_household_no", pl.col("household_id"))
    head_first = (
        pl.when((pl.col("membership.relation") == "head").fill_null(False)).then(of_line)
        if "membership.relation" in lines.columns
        else of_line
    )
    target = pl.coalesce(
        pl.col("by_household_no").drop_nulls().first().over(GROUP),
        head_first.drop_nulls().first().over(GROUP),
        pl.col("household_id").drop_nulls().first().over(GROUP),
    )
    found = found.rename({"household_id": "stands_in"}).with_columns(target.alias("household_id"))
    theirs = households.rename({"archive_id": "hh_archive_id", "archive_version": "hh_archive_version", "area": "hh_area"})
    return found.join(theirs, on="household_id", how="left", maintain_order="left")


def _changes(now: pl.DataFrame) -> pl.Expr:
    """The fields whose line says something else than what stands. A household's facts count once, on its first line that tells them."""
    found = []
    for home, names in PERSON_HOMES.items():
        for name in names:
            if f"{home}.{name}" in now.columns and name not in DERIVED:
                found.append(_differs(f"{home}.{name}", pl.col("membership_id").is_not_null()))
    known = pl.col("household_id").is_not_null()
    first = pl.int_range(pl.len()).over(GROUP) == 0
    for column in (f"{home}.{name}" for home, names in HOUSEHOLD_HOMES.items() for name in names if name not in DERIVED):
        if column in now.columns:
            told = pl.col(column).drop_nulls().first().over(GROUP)
            differs = told.is_not_null() & (told.ne_missing(pl.col(f"now.{column}"))) & known & first
            found.append(pl.when(differs).then(pl.lit(column)))
    if not found:
        return pl.lit([], dtype=pl.List(pl.String))
    return pl.concat_list(found).list.drop_nulls()


def _differs(column: str, when: pl.Expr) -> pl.Expr:
    differs = pl.col(column).is_not_null() & pl.col(column).ne_missing(pl.col(f"now.{column}")) & when
    return pl.when(differs).then(pl.lit(column))


def _reason(now: pl.DataFrame, findings: pl.DataFrame, powers: Powers) -> pl.Expr:
    """Why a line cannot be taken as it is; null where it can."""
    wrong = (
        findings.filter(pl.col("severity").is_in(["B", "E"]) & (pl.col("row") > 0))
        .select(pl.col("sheet").alias(SHEET), pl.col("row").alias(ROW))
        .unique()
    )
    place = pl.struct(SHEET, ROW).is_in(wrong.select(pl.struct(SHEET, ROW)).to_series().implode()) if wrong.height else pl.lit(False)
    elsewhere = pl.col("stands_in").is_not_null() & pl.col("household_id").is_not_null() & (pl.col("stands_in") != pl.col("household_id"))
    kind = pl.col("identification.kind") if "identification.kind" in now.columns else pl.lit(None, dtype=pl.String)
    returned = (kind.drop_nulls().first().over(GROUP) == "returned").fill_null(False)
    newly = (kind.drop_nulls().first().over(GROUP) == "new").fill_null(False)
    locked = _first_of(now, LOCKED)
    events = _first_of(now, EVENTS_ONLY - {"add_reason", "add_on", "identified_on"})
    on_register = pl.col("household_id").is_not_null()
    return (
        pl.when(place)
        .then(pl.lit("#blocked"))
        .when(pl.lit(not powers.open_period))
        .then(pl.lit(FROZEN))
        .when(pl.col("person.id_digest").is_null() & pl.col("person_id").is_null())
        .then(pl.lit(NO_ONE))
        .when(on_register & ~_inside(pl.col("hh_area"), powers.ranges))
        .then(pl.lit(ELSEWHERE_FOREIGN))
        .when(pl.col("stands_in").is_not_null() & ~_inside(pl.col("person_area"), powers.ranges))
        .then(pl.lit(ELSEWHERE_FOREIGN))
        .when(pl.col("key.household_no").is_not_null() & pl.col("by_household_no").is_null())
        .then(pl.format(NO_SUCH_HOUSEHOLD, pl.col("key.household_no")))
        .when(elsewhere)
        .then(pl.format(ELSEWHERE, pl.col("person_area")))
        .when((pl.col("closed") != "").fill_null(False))
        .then(pl.lit(CLOSED))
        .when(returned & ~on_register)
        .then(pl.lit(NOT_ON_REGISTER))
        .when(returned & ~pl.col("now.household.status").is_in([*RETURNING, "returned"]).fill_null(False))
        .then(pl.lit(NOT_OUT))
        .when(newly & on_register & pl.col("now.identification.kind").is_null())
        .then(pl.lit(NEW_BUT_KNOWN))
        .when(pl.lit(not powers.locked) & locked.is_not_null())
        .then(pl.format(LOCKED_SAYS, locked))
        .when(events.is_not_null() & ~returned)
        .then(pl.format(EVENTS_SAYS, events))
    )


def _first_of(now: pl.DataFrame, names: frozenset[str]) -> pl.Expr:
    """The label of the first field among `names` that a line would change, null if none."""
    found = []
    for home, facts in FACT_TABLES.items():
        for fact in facts:
            column = f"{home}.{fact.name}"
            if fact.name in names and column in now.columns and f"now.{column}" in now.columns:
                standing = pl.col("hh_archive_id") if home == "household" else pl.col("membership_id")
                differs = pl.col(column).is_not_null() & pl.col(column).ne_missing(pl.col(f"now.{column}")) & standing.is_not_null()
                found.append(pl.when(differs).then(pl.lit(fact.zh)))
    return pl.coalesce(found) if found else pl.lit(None, dtype=pl.String)


def _inside(area: pl.Expr, ranges: tuple[tuple[str, str], ...]) -> pl.Expr:
    inside = [((area >= lo) & (area < hi)).fill_null(False) for lo, hi in ranges]
    return pl.any_horizontal(inside) if inside else pl.lit(False)


def _with_household_blocks(now: pl.DataFrame) -> pl.DataFrame:
    """A new household is taken whole or not at all: one wrong line, or no head, blocks all of its lines."""
    new_household = pl.col("household_id").is_null()
    own = (pl.col("why") == "#blocked").fill_null(False)
    wrong_house = pl.col("why").is_not_null().any().over(GROUP) & new_household
    has_head = (
        (pl.col("membership.relation") == "head").fill_null(False).any().over(GROUP)
        if "membership.relation" in now.columns
        else pl.lit(False)
    )
    headless = new_household & ~has_head
    why = (
        pl.when(own)
        .then(pl.lit("这一行有需要改正的错误"))
        .when(pl.col("why").is_not_null())
        .then(pl.col("why"))
        .when(wrong_house)
        .then(pl.lit(HOUSE_BLOCKED))
        .when(headless)
        .then(pl.lit(NO_HEAD))
    )
    return now.with_columns(
        why.alias("why"), (own | (wrong_house & pl.col("why").is_null()) | (headless & pl.col("why").is_null())).alias("blocked")
    )


def findings_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Conflicts and blocked households as findings, so that they stand in the user's workbook too."""
    told = rows.filter(pl.col("kind").is_in([CONFLICT, BLOCKED]) & (pl.col("why") != "这一行有需要改正的错误"))
    return told.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).alias("row"),
        pl.lit("").alias("column"),
        (pl.lit("register.") + pl.col("kind")).alias("code"),
        pl.lit("E").alias("severity"),
        pl.col("why").alias("message"),
        pl.lit("").alias("typed"),
    ).cast(dict(FINDINGS))
