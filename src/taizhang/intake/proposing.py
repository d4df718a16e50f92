"""Lines × register → proposals (hop 4): new, change, same, conflict, blocked, with old → new. Nothing is written.

Pure over frames: the same lines and the same register give the same proposals. Blank cells propose nothing: unknown is not 否.
"""

from dataclasses import dataclass, field

import polars as pl

from taizhang.households.standing import FAMILY_KINDS, HOUSEHOLD_KINDS, IDENTIFICATION_KINDS, MEMBER_KINDS, PERSON_KINDS
from taizhang.households.writing import GROUP
from taizhang.intake.refusing import BLOCKED, CONFLICT, ID_NO, Powers, findings_of, inside, with_reasons
from taizhang.kernel.ledgers import ROW, SHEET
from taizhang.policy.archive import FACT_TABLES

__all__ = [
    "BLOCKED",
    "CHANGE",
    "CONFLICT",
    "KINDS",
    "NEW",
    "SAME",
    "Powers",
    "Proposals",
    "findings_of",
    "propose",
    "touches",
    "with_status",
]

NEW, CHANGE, SAME = "new", "change", "same"
KINDS = (NEW, CHANGE, SAME, CONFLICT, BLOCKED)
DERIVED = frozenset(f.name for facts in FACT_TABLES.values() for f in facts if f.derived)
PERSON_HOMES = {"person": PERSON_KINDS, "membership": FAMILY_KINDS, "member": MEMBER_KINDS}
HOUSEHOLD_HOMES = {"household": HOUSEHOLD_KINDS, "identification": IDENTIFICATION_KINDS}
OF_PERSON = tuple(f"{home}.{name}" for home, names in PERSON_HOMES.items() for name in names if name not in DERIVED)
OF_HOUSEHOLD = tuple(f"{home}.{name}" for home, names in HOUSEHOLD_HOMES.items() for name in names if name not in DERIVED)
PERSON_IDS = ("person_id", "person_version", "membership_id", "membership_version", "archive_id", "archive_version")
HOUSEHOLD_IDS = ("household_id", "hh_area", "hh_archive_id", "hh_archive_version", "identification_id", "identification_version")

CONFIRMS = ("member.draft", "household.draft")
"""What a line changes that says of a carried archive what stands in it already: it has been looked at, and is a draft no more."""
GIVEN_OUT = "line.given_out"
"""The column that lines of a workbook bear which we gave out: what nobody edited in it confirms nothing."""


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
    now = _with_standing_status(_joined(lines, persons, households, powers))
    now, differs = _with_differences(now)
    now = with_reasons(now, findings, powers, differs)
    now = now.with_columns(_changed(now, differs).alias("changed"))
    if GIVEN_OUT not in lines.columns:
        now = now.with_columns(pl.col("changed").list.concat(_confirmed(now)).alias("changed"))
    kind = (
        pl.when("blocked")
        .then(pl.lit(BLOCKED))
        .when(pl.col("why").is_not_null())
        .then(pl.lit(CONFLICT))
        .when(pl.col("membership_id").is_null())
        .then(pl.lit(NEW))
        .when(pl.col("changed").list.len() > 0)
        .then(pl.lit(CHANGE))
        .otherwise(pl.lit(SAME))
    )
    now = now.with_columns(kind.alias("kind"))
    counts = dict(now["kind"].value_counts().iter_rows())
    rows = now.select(SHEET, ROW, GROUP, "kind", "why", "changed", "key.area", "stands_digest", *PERSON_IDS, *HOUSEHOLD_IDS)
    return Proposals(rows, now.select(c for c in now.columns if c.startswith("now.")), {k: counts.get(k, 0) for k in KINDS})


def touches(home: str) -> pl.Expr:
    """Whether a proposal changes anything in the table of a home."""
    return pl.col("changed").list.eval(pl.element().str.starts_with(f"{home}.")).list.any()


def with_status(lines: pl.DataFrame) -> pl.DataFrame:
    """What the kind of identification says of the status: a returned household becomes 返贫, a newly identified one 未脱贫."""
    if "identification.kind" not in lines.columns:
        return lines
    said = {"new": "poor", "returned": "returned"}
    status = pl.col("identification.kind").replace_strict(said, default=None, return_dtype=pl.String)
    return lines.with_columns(status.alias("household.status"))


def _with_standing_status(now: pl.DataFrame) -> pl.DataFrame:
    """Lines of an identification that stands already say nothing of the status: it may have moved on since."""
    if "identification.kind" not in now.columns:
        return now
    stands = pl.col("identification.kind").eq_missing(pl.col("now.identification.kind"))
    return now.with_columns(pl.when(~stands).then("household.status").alias("household.status"))


def _joined(lines: pl.DataFrame, persons: pl.DataFrame, households: pl.DataFrame, powers: Powers) -> pl.DataFrame:
    """Each line beside the person and the household that it speaks of."""
    for name in ("person.id_digest", "key.person_no", "key.household_no", "key.head_id_digest", "key.area"):
        if name not in lines.columns:
            lines = lines.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    if "area_told" not in lines.columns:
        lines = lines.with_columns(pl.lit(False).alias("area_told"))
    known = persons.filter(pl.col("id_digest").is_not_null())
    stands = persons.rename({"area": "person_area", "household_id": "stands_in", "id_digest": "stands_digest"}).drop("person_no")
    found = _beside(lines, persons.select(pl.col("person_no").alias("key.person_no"), pl.col("person_id").alias("by_no")), "key.person_no")
    for told, name, gives in (("person.id_digest", "by_digest", "person_id"), ("key.head_id_digest", "by_head", "household_id")):
        found = _beside(found, known.select(pl.col("id_digest").alias(told), pl.col(gives).alias(name)), told)
    found = _beside(found.with_columns(pl.coalesce("by_no", "by_digest").alias("person_id")), stands, "person_id")
    for number, its_id in (("key.household_no", "by_household_no"), ("stands_in_no", "stands_in")):
        numbers = households.select(pl.col("household_no").alias(number), pl.col("household_id").alias(its_id))
        found = _beside(found, numbers, number if number in found.columns else its_id)
    theirs = households.rename({"area": "hh_area", **{f"archive_{name}": f"hh_archive_{name}" for name in ("id", "version", "draft")}})
    return _beside(found.with_columns(_household_of(found, powers).alias("household_id")), theirs.drop("household_no"), "household_id")


def _beside(left: pl.DataFrame, right: pl.DataFrame, on: str) -> pl.DataFrame:
    return left.join(right, on=on, how="left", maintain_order="left")


def _household_of(found: pl.DataFrame, powers: Powers) -> pl.Expr:
    """The household of a group of lines: by its number, by its head, by any member where the sheet names no head.

    Blank    a new household: also where its head is told and nobody on the register
    """
    own = pl.when(inside(pl.col("person_area"), powers.ranges)).then(pl.col("stands_in"))
    heads = (pl.col("membership.relation") == "head").fill_null(False) if "membership.relation" in found.columns else pl.lit(False)
    told = heads & (pl.col("person.id_digest").is_not_null() | pl.col("key.person_no").is_not_null())
    named = (told | pl.col("key.head_id_digest").is_not_null()).any().over(GROUP)
    return pl.coalesce(
        pl.col("by_household_no").drop_nulls().first().over(GROUP),
        pl.col("by_head").drop_nulls().first().over(GROUP),
        pl.when(heads).then(own).drop_nulls().first().over(GROUP),
        pl.when(~named).then(own.drop_nulls().first().over(GROUP)),
    )


def _with_differences(now: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Lines with a boolean ``?field`` for each field in which any line says something else than what stands, and these fields."""
    member, known = pl.col("membership_id").is_not_null(), pl.col("household_id").is_not_null()
    differing = [
        (pl.col(field).is_not_null() & pl.col(field).ne_missing(pl.col(f"now.{field}")) & standing).alias(f"?{field}")
        for fields, standing in ((OF_PERSON, member), (OF_HOUSEHOLD, known))
        for field in fields
        if field in now.columns
    ]
    told = pl.col("person.id_digest")
    number = (pl.col("by_no").is_not_null() & told.is_not_null() & told.ne_missing(pl.col("stands_digest"))).alias(f"?{ID_NO}")
    masks = now.select(*differing, number)
    masks = pl.DataFrame([column for column in masks.iter_columns() if column.any()])
    return (now.hstack(masks) if masks.width else now), [name[1:] for name in masks.columns]


def _changed(now: pl.DataFrame, differs: list[str]) -> pl.Expr:
    """The fields that a line changes. A fact of a household counts once, on the first line that may be taken and tells it."""
    free = pl.col("why").is_null()
    found = []
    for name in differs:
        mask = pl.col(f"?{name}")
        if name in OF_HOUSEHOLD:
            mask = (mask & free & ((mask & free).cast(pl.Int32).cum_sum().over(GROUP) == 1)) | (mask & ~free)
        found.append(pl.when(mask).then(pl.lit(name)))
    return pl.concat_list(found).list.drop_nulls() if found else pl.lit([], dtype=pl.List(pl.String))


def _confirmed(now: pl.DataFrame) -> pl.Expr:
    """Which archives, carried over and not looked at, a line confirms by telling of them and differing in nothing. That of a household
    counts once, on the first line that may be taken and tells of it."""
    free = pl.col("why").is_null()
    member = (
        free & pl.col("membership_id").is_not_null() & (pl.col("archive_draft") == 1) & _tells(now, "member") & ~_differs(now, "member")
    )
    same = ~_differs(now, "household").any().over(GROUP)
    house = free & same & (pl.col("hh_archive_draft") == 1) & _tells(now, "household")
    house &= house.fill_null(False).cast(pl.Int32).cum_sum().over(GROUP) == 1
    said = (pl.when(mask.fill_null(False)).then(pl.lit(name)) for mask, name in zip((member, house), CONFIRMS, strict=True))
    return pl.concat_list(*said).list.drop_nulls()


def _tells(now: pl.DataFrame, home: str) -> pl.Expr:
    """Whether a line tells any fact of a home."""
    fields = [name for name in (*OF_PERSON, *OF_HOUSEHOLD) if name.startswith(f"{home}.") and name in now.columns]
    return pl.any_horizontal(pl.col(name).is_not_null() for name in fields) if fields else pl.lit(False)


def _differs(now: pl.DataFrame, home: str) -> pl.Expr:
    """Whether a line says something else of a home than what stands."""
    masks = [pl.col(name).fill_null(False) for name in now.columns if name.startswith(f"?{home}.")]
    return pl.any_horizontal(masks) if masks else pl.lit(False)
