"""Why a line cannot be taken as it stands (hop 4): said in the order in which a person would want to hear it. Pure over frames."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from taizhang.households.writing import GROUP, OWN_NUMBER
from taizhang.kernel.findings import FINDINGS, Severity
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.policy.archive import FACT_TABLES

BLOCKED, CONFLICT = "blocked", "conflict"
LOCKED = frozenset(f.name for facts in FACT_TABLES.values() for f in facts if f.locked)
EVENTS_ONLY = frozenset(f.name for facts in FACT_TABLES.values() for f in facts if f.events_only)
LABELS = {f"{home}.{f.name}": f.zh for home, facts in FACT_TABLES.items() for f in facts}
ID_NO = "person.id_no"
RETURNING = ("out_with_policy", "out_no_policy")
MISSING_AREA = "area.missing"  # stops a new household only: one on the register has its village
MISSING_NUMBER = "number.missing"  # of a line that names its person by our own number: stops where that person has a number

OWN = "这一行有需要改正的错误"
NO_ONE = "证件号码空缺或被遮盖,又没有人编号,认不出是谁"
TWO_PEOPLE = "人编号与证件号码指的不是同一个人,请核对"
NO_SUCH_PERSON = "没有人编号为{}的人,请核对;新成员请把人编号留空"
ELSEWHERE = "此人已在另一户(户编号{})在册,请先办理减少或核对证件号码"
ELSEWHERE_FOREIGN = "此证件号码在您的管辖区域以外已经在册,请上报核查"
CLOSED = "这一户已经销户,不能再改"
NO_SUCH_HOUSEHOLD = "按户编号{}在本批的区划内找不到这一户,请核对;新户请把户编号留空"
MOVED = "这一户在册于{},与表中的行政村不一致;换村须办理迁移"
LEFT = "此人本期已经办理减少,请在户的页面重新办理增加"
HEAD_MOVES = "户主变更须在户的页面办理,不能在表中直接改"
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
    """What the user may do: inside which code ranges, whether the period is open. Locked facts are corrected by order alone."""

    ranges: tuple[tuple[str, str], ...]
    open_period: bool = True


def with_reasons(now: pl.DataFrame, findings: pl.DataFrame, powers: Powers, differs: list[str]) -> pl.DataFrame:
    """Lines with `why` (null where the line can be taken) and `blocked` (the sheet itself is wrong, not the register).

    Reads    ``?field`` booleans of `differs`: the line says something else than what stands
    """
    now = now.with_columns(_wrong(now, findings).alias("own"))
    why = pl.when("own").then(pl.lit(OWN)).when(pl.lit(not powers.open_period)).then(pl.lit(FROZEN))
    for refused, says in (*_who(powers), *_which_household(powers), *_procedure(now), *_facts(differs, now)):
        why = why.when(refused.fill_null(False)).then(says)
    return _with_household_blocks(now.with_columns(why.otherwise(None).alias("why")))


def findings_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Conflicts and blocked households as findings, so that they stand in the user's workbook too.

    A line that waits for another line of its household has nothing to mend: it is told so as a hint.
    """
    waits = pl.col("why") == HOUSE_BLOCKED
    told = rows.filter(pl.col("kind").is_in([CONFLICT, BLOCKED]) & (pl.col("why") != OWN))
    return told.select(
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).alias("row"),
        pl.lit("").alias("column"),
        (pl.lit("register.") + pl.col("kind")).alias("code"),
        pl.when(waits).then(pl.lit(Severity.INFO.value)).otherwise(pl.lit(Severity.ERROR.value)).alias("severity"),
        pl.col("why").alias("message"),
        pl.lit("").alias("typed"),
    ).cast(dict(FINDINGS))


def inside(area: pl.Expr, ranges: tuple[tuple[str, str], ...]) -> pl.Expr:
    """Whether an area code lies in one of the half-open ranges."""
    found = [((area >= lo) & (area < hi)).fill_null(False) for lo, hi in ranges]
    return pl.any_horizontal(found) if found else pl.lit(False)


def _wrong(now: pl.DataFrame, findings: pl.DataFrame) -> pl.Expr:
    """Whether a line has an error of its own."""
    wrong = findings.filter(pl.col("severity").is_in(["B", "E"]) & (pl.col("row") > 0))
    missing = _at(wrong.filter(pl.col("code") == MISSING_AREA)) & pl.col("household_id").is_null()
    missing |= _at(wrong.filter(pl.col("code") == MISSING_NUMBER)) & ~unnumbered()
    return _at(wrong.filter(~pl.col("code").is_in([MISSING_AREA, MISSING_NUMBER]))) | missing


def unnumbered() -> pl.Expr:
    """Which lines speak of a person who stands on the register without an identity number: a child that has none yet."""
    return pl.col("person_id").is_not_null() & pl.col("stands_digest").is_null()


def wrong_lines(lines: pl.DataFrame, findings: pl.DataFrame) -> pl.Expr:
    """Whether a line has an error of its own; whoever is named by our own number needs no other here."""
    return _at(findings.filter(pl.col("severity").is_in(["B", "E"]) & (pl.col("row") > 0) & (pl.col("code") != MISSING_NUMBER)))


def _at(wrong: pl.DataFrame) -> pl.Expr:
    if wrong.is_empty():
        return pl.lit(False)
    places = wrong.select(pl.struct(pl.col("sheet").alias(SHEET), pl.col("row").alias(ROW))).to_series().unique()
    return pl.struct(SHEET, ROW).is_in(places.implode())


def _who(powers: Powers) -> Iterable[tuple[pl.Expr, pl.Expr]]:
    """Who the line speaks of."""
    number, told_no = pl.col("person.id_digest"), pl.col("key.person_no")
    stands = pl.col("stands_in").is_not_null()
    yield number.is_null() & pl.col("person_id").is_null() & told_no.is_null(), pl.lit(NO_ONE)
    yield number.is_null() & pl.col("person_id").is_null(), pl.format(NO_SUCH_PERSON, told_no)
    yield stands & ~inside(pl.col("person_area"), powers.ranges), pl.lit(ELSEWHERE_FOREIGN)
    yield pl.col("by_no").is_not_null() & pl.col("by_digest").is_not_null() & (pl.col("by_no") != pl.col("by_digest")), pl.lit(TWO_PEOPLE)
    yield pl.col("person_id").is_null() & told_no.str.starts_with(OWN_NUMBER), pl.format(NO_SUCH_PERSON, told_no)


def _which_household(powers: Powers) -> Iterable[tuple[pl.Expr, pl.Expr]]:
    """Which household it belongs to. A number that the register does not know names a new household, unless its people stand in another."""
    known, told = pl.col("household_id").is_not_null(), pl.col("key.household_no")
    unknown = told.is_not_null() & pl.col("by_household_no").is_null()
    foreign = known & ~inside(pl.col("hh_area"), powers.ranges)
    yield told.is_not_null() & foreign, pl.format(NO_SUCH_HOUSEHOLD, told)
    yield foreign, pl.lit(ELSEWHERE_FOREIGN)
    yield unknown & (known | told.str.starts_with(OWN_NUMBER)), pl.format(NO_SUCH_HOUSEHOLD, told)
    elsewhere = pl.col("stands_in").is_not_null() & pl.col("stands_in").ne_missing(pl.col("household_id"))
    yield elsewhere, pl.format(ELSEWHERE, pl.col("stands_in_no"))
    yield pl.col("closed") != "", pl.lit(CLOSED)
    yield known & pl.col("area_told") & (pl.col("key.area") != pl.col("hh_area").str.slice(0, 12)), pl.format(MOVED, pl.col("hh_area"))


def _procedure(now: pl.DataFrame) -> Iterable[tuple[pl.Expr, pl.Expr]]:
    """Acts that a sheet cannot do, and the two that it can: newly identified, returned."""
    known, member = pl.col("household_id").is_not_null(), pl.col("membership_id").is_not_null()
    yield ~member & pl.col("archive_id").is_not_null(), pl.lit(LEFT)
    if "membership.relation" in now.columns:
        told, was = pl.col("membership.relation"), pl.col("now.membership.relation")
        moves = told.is_not_null() & (told != was).fill_null(True) & ((told == "head") | (was == "head").fill_null(False))
        yield known & moves, pl.lit(HEAD_MOVES)
    if "identification.kind" not in now.columns:
        return
    kind = pl.col("identification.kind").drop_nulls().first().over(GROUP)
    out = pl.col("now.household.status").is_in([*RETURNING, "returned"]).fill_null(False)
    yield (kind == "returned") & ~known, pl.lit(NOT_ON_REGISTER)
    yield (kind == "returned") & ~out & pl.col("now.identification.kind").ne_missing("returned"), pl.lit(NOT_OUT)
    yield (kind == "new") & known & pl.col("now.identification.kind").ne_missing("new"), pl.lit(NEW_BUT_KNOWN)


def _facts(differs: list[str], now: pl.DataFrame) -> Iterable[tuple[pl.Expr, pl.Expr]]:
    """Facts that this user, or a sheet at all, cannot change."""
    returned = pl.lit(False)
    if "identification.kind" in now.columns:
        returned = (pl.col("identification.kind").drop_nulls().first().over(GROUP) == "returned").fill_null(False)
    for field in differs:
        name = field.partition(".")[2]
        standing = pl.col("hh_archive_id").is_not_null() if field.startswith("household.") else pl.lit(True)
        if name in LOCKED or field == ID_NO:
            yield pl.col(f"?{field}") & standing, pl.lit(LOCKED_SAYS.format(LABELS[field]))
        if name in EVENTS_ONLY:
            yield pl.col(f"?{field}") & standing & ~returned, pl.lit(EVENTS_SAYS.format(LABELS[field]))


def _with_household_blocks(now: pl.DataFrame) -> pl.DataFrame:
    """A new household is taken whole or not at all: one wrong line, or no head, blocks all of its lines."""
    fresh, free = pl.col("household_id").is_null(), pl.col("why").is_null()
    house = fresh & free & (~free).any().over(GROUP)
    heads = (pl.col("membership.relation") == "head").fill_null(False) if "membership.relation" in now.columns else pl.lit(False)
    headless = fresh & free & ~house & ~heads.any().over(GROUP)
    return now.with_columns(
        pl.when(house).then(pl.lit(HOUSE_BLOCKED)).when(headless).then(pl.lit(NO_HEAD)).otherwise("why").alias("why"),
        (pl.col("own") | house | headless).alias("blocked"),
    )
