"""Rows into the register, set-wise, inside an open posting. One household on a form and a hundred thousand persons from a
workbook go through here.

Lines are frames as `kernel.ledgers` describes them, sealed by `households.sealing`. `line.household` groups the lines of one
household; `line.came_from` names the cell of the workbook, or is absent.
"""

from collections.abc import Iterable, Sequence

import polars as pl
from django.db import models

from taizhang.households.models import (
    FAMILY_FACTS,
    IDENTITY_FACTS,
    Household,
    HouseholdPeriod,
    Identification,
    MemberPeriod,
    Membership,
    Period,
    Person,
    WorkSpell,
)
from taizhang.households.standing import IDENTIFICATION_KINDS, standing_households
from taizhang.journal.bulk import change_rows, take_ids, write_frame
from taizhang.kernel import names
from taizhang.policy.archive import HOUSEHOLD_FACTS, MEMBER_FACTS
from taizhang.policy.income import DERIVED as DERIVED_INCOME
from taizhang.policy.income import derive_income

GROUP, CAME_FROM = "line.household", "line.came_from"
HOUSEHOLD_ID, PERSON_ID = "household_id", "person_id"
OWN_NUMBER = "T"  # numbers that we issue until the national one is known
HOUSEHOLD_COLUMNS = tuple(f.name for f in HOUSEHOLD_FACTS)
MEMBER_COLUMNS = tuple(f.name for f in MEMBER_FACTS)
PERSON_COLUMNS = tuple(f.name for f in IDENTITY_FACTS)
FAMILY_COLUMNS = tuple(f.name for f in FAMILY_FACTS)


def add_households(lines: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Put new households with their archives on the register.

    Writes   1 household and 1 household_period for each group of lines
    Gives    the lines with `household_id`
    """
    groups = by_household(lines)
    ids = take_ids(Household, groups.height)
    groups = groups.with_columns(pl.Series(HOUSEHOLD_ID, list(ids), dtype=pl.Int64))
    number = _given_or_issued(groups, "key.household_no", HOUSEHOLD_ID)
    _write(
        Household,
        groups,
        {
            "id": pl.col(HOUSEHOLD_ID),
            "household_no": number,
            "area": pl.col("key.area"),
            "group_name": _text(groups, "key.group"),
            "closed": pl.lit(""),
            "closed_on": pl.lit(None, dtype=pl.String),
            "help_state": pl.lit(""),
        },
    )
    add_household_archives(groups, period)
    add_identifications(groups, period)
    return lines.join(groups.select(GROUP, HOUSEHOLD_ID), on=GROUP, how="left", maintain_order="left")


def add_household_archives(groups: pl.DataFrame, period: Period) -> None:
    """The archives of a period for households that stand on the register: one row of `groups` each, with `household_id`.

    Writes   1 household_period a row
    """
    derived = with_derived(groups)
    _write(
        HouseholdPeriod,
        derived,
        {
            "household_id": pl.col(HOUSEHOLD_ID),
            "period_id": pl.lit(period.pk),
            "area": pl.col("key.area"),
            "head_name": pl.col("head_name"),
            "head_initials": pl.Series(names.initials_column(derived["head_name"])),
            "draft": pl.lit(False),
            "valid": pl.lit(True),
            **_facts(derived, "household", HOUSEHOLD_COLUMNS),
        },
    )


def add_members(lines: pl.DataFrame, period: Period) -> None:
    """Put persons into households: new persons, and persons who are on the register but in no household (`person_id` given).

    A person taken up again keeps his archive and work spells of the period, the archive corrected by what the line tells, and moves to
    the household's area.

    Writes   1 person where new, 1 membership a line, 1 member_period a line (a new version where one stands)
    """
    known = lines[PERSON_ID] if PERSON_ID in lines.columns else pl.Series(PERSON_ID, [None] * lines.height, dtype=pl.Int64)
    fresh = lines.filter(known.is_null())
    fresh = fresh.with_columns(pl.Series(PERSON_ID, list(take_ids(Person, fresh.height)), dtype=pl.Int64))
    _add_persons(fresh)
    everyone = pl.concat([fresh, lines.filter(known.is_not_null())], how="diagonal")
    _write(
        Membership,
        everyone,
        {
            "person_id": pl.col(PERSON_ID),
            "household_id": pl.col(HOUSEHOLD_ID),
            "area": pl.col("key.area"),
            "open": pl.lit(True),
            **(_facts(everyone, "membership", FAMILY_COLUMNS) | {"state": pl.lit("active")}),
        },
    )
    back = lines.filter(known.is_not_null())
    standing = _take_up_again(back, period) if back.height else set()
    add_member_archives(everyone.filter(~pl.col(PERSON_ID).is_in(list(standing))), period)


def _take_up_again(back: pl.DataFrame, period: Period) -> set[int]:
    """Persons who come back: their area and work spells, and their archive of the period where one stands; gives those who have one."""
    home = {int(pk): area for pk, area in back.select(PERSON_ID, "key.area").iter_rows()}
    for pk, area in home.items():
        Person.objects.filter(pk=pk).exclude(area=area).update(area=area, version=models.F("version") + 1)
        WorkSpell.objects.filter(person=pk, period=period).exclude(area=area).update(area=area, version=models.F("version") + 1)
    archives = MemberPeriod.objects.select_for_update().filter(person__in=home, period=period).values_list("pk", "version", "person_id")
    stand = pl.DataFrame(list(archives), schema={"id": pl.Int64, "version": pl.Int64, PERSON_ID: pl.Int64}, orient="row")
    told = back.join(stand, on=PERSON_ID, how="inner", maintain_order="left").rename({"key.area": "area"})
    for at in range(told.height):
        one = told.slice(at, 1)
        given = [name for name in MEMBER_COLUMNS if f"member.{name}" in one.columns and one[f"member.{name}"].null_count() == 0]
        change(MemberPeriod, one.rename({f"member.{name}": name for name in given}), ("area", *given))
    return set(stand[PERSON_ID].to_list())


def add_member_archives(lines: pl.DataFrame, period: Period) -> None:
    """The archives of a period for members who stand on the register, with `person_id`.

    Writes   1 member_period a line
    """
    _write(
        MemberPeriod,
        lines,
        {
            "person_id": pl.col(PERSON_ID),
            "period_id": pl.lit(period.pk),
            "area": pl.col("key.area"),
            "draft": pl.lit(False),
            **_facts(lines, "member", MEMBER_COLUMNS),
        },
    )


def change(model: type[models.Model], rows: pl.DataFrame, columns: Sequence[str]) -> int:
    """Change rows that were read at a version: `rows` has ``id``, ``version`` and `columns` with their new values.

    Gives    how many were changed; fewer than given means a lost race, which the caller must refuse
    """
    wanted = rows.select("id", "version", *columns, *([CAME_FROM] if CAME_FROM in rows.columns else []))
    stored = _stored(wanted)
    names_ = [*columns, *(["came_from"] if CAME_FROM in rows.columns else [])]
    return change_rows(model, names_, stored)


def by_household(lines: pl.DataFrame) -> pl.DataFrame:
    """One row a group: the first value that any of its lines gives, the head's line first; `head_name`, `lines` counted.

    Gives    rows in the order in which the groups first appear
    """
    is_head = (pl.col("membership.relation") == "head").fill_null(False)
    ordered = lines.with_columns(is_head.alias("is_head")).sort(GROUP, pl.col("is_head"), descending=[False, True], maintain_order=True)
    wanted = [c for c in lines.columns if c.startswith(("household.", "key.", "identification.")) or c == CAME_FROM]
    return ordered.group_by(GROUP, maintain_order=True).agg(
        *(pl.col(c).drop_nulls().first() for c in wanted),
        pl.col("person.name").first().alias("head_name"),
        pl.len().cast(pl.Int64).alias("lines"),
    )


def with_derived(groups: pl.DataFrame) -> pl.DataFrame:
    """Households with member count and income computed: the only place where the two meet. `lines` is the number of members."""
    told = (c for c in groups.columns if c.startswith("household.") and c != "household.member_count")
    facts = groups.select(pl.col("lines").alias("member_count"), *(pl.col(c).alias(c.partition(".")[2]) for c in told))
    facts = derive_income(facts, typed_totals_stand=True)
    return groups.with_columns(facts[c].alias(f"household.{c}") for c in facts.columns)


def refresh_derived(household_ids: Iterable[int], period: Period) -> None:
    """Member count, income totals and head's name of households whose facts or family changed, where they differ now.

    Writes   1 new version of each household_period that differs
    Cost     2 queries, 1 statement
    """
    now = standing_households(household_ids, [], period).filter(pl.col("archive_id").is_not_null())
    if now.is_empty():
        return
    heads = Membership.objects.filter(household__in=now["household_id"].to_list(), open=True, relation="head")
    named = pl.DataFrame(
        list(heads.values_list("household_id", "person__name")), schema={HOUSEHOLD_ID: pl.Int64, "head_name": pl.String}, orient="row"
    )
    groups = now.select(
        pl.col("archive_id").alias("id"),
        pl.col("archive_version").alias("version"),
        pl.col(HOUSEHOLD_ID),
        pl.col("members").alias("lines"),
        *(pl.col(c).alias(c.removeprefix("now.")) for c in now.columns if c.startswith("now.household.")),
    ).join(named, on=HOUSEHOLD_ID, how="left", maintain_order="left")
    groups = groups.with_columns(pl.col("head_name").fill_null(""))
    derived = with_derived(groups).with_columns(names.initials_column(groups["head_name"]).alias("head_initials"))
    stood = HouseholdPeriod.objects.filter(pk__in=derived["id"].to_list()).values_list("pk", "head_name")
    was = pl.DataFrame(list(stood), schema={"id": pl.Int64, "was_named": pl.String}, orient="row")
    derived = derived.join(was, on="id", how="left", maintain_order="left")
    columns = ("member_count", *DERIVED_INCOME)
    differs = pl.any_horizontal(
        pl.col("head_name").ne_missing(pl.col("was_named")),
        *(derived[f"household.{c}"].ne_missing(now[f"now.household.{c}"]).alias(c) for c in columns),
    )
    moved = derived.filter(differs).select(
        "id", "version", "head_name", "head_initials", *(pl.col(f"household.{c}").alias(c) for c in columns)
    )
    change(HouseholdPeriod, moved, ("head_name", "head_initials", *columns))


def _add_persons(lines: pl.DataFrame) -> None:
    _write(
        Person,
        lines,
        {
            "id": pl.col(PERSON_ID),
            "person_no": _given_or_issued(lines, "key.person_no", PERSON_ID),
            "area": pl.col("key.area"),
            "pinyin": pl.Series(names.pinyin_column(lines["person.name"])),
            "initials": pl.Series(names.initials_column(lines["person.name"])),
            **_facts(lines, "person", (*PERSON_COLUMNS, "id_no", "id_digest", "id_length", "id_checked")),
        },
    )


def add_identifications(groups: pl.DataFrame, period: Period) -> None:
    """How households came on the register, where the lines tell it.

    Writes   1 identification for each row with `identification.kind`
    """
    if "identification.kind" not in groups.columns:
        return
    told = groups.filter(pl.col("identification.kind").is_not_null())
    _write(
        Identification,
        told,
        {
            "household_id": pl.col(HOUSEHOLD_ID),
            "period_id": pl.lit(period.pk),
            "area": pl.col("key.area"),
            **_facts(told, "identification", tuple(IDENTIFICATION_KINDS)),
        },
    )


def _facts(frame: pl.DataFrame, home: str, wanted: Iterable[str]) -> dict[str, pl.Expr]:
    return {name: pl.col(f"{home}.{name}") for name in wanted if f"{home}.{name}" in frame.columns}


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).fill_null("") if name in frame.columns else pl.lit("")


def _given_or_issued(frame: pl.DataFrame, name: str, id_column: str) -> pl.Expr:
    issued = pl.lit(OWN_NUMBER) + pl.col(id_column).cast(pl.String).str.zfill(11)
    return pl.coalesce(pl.col(name), issued) if name in frame.columns else issued


def _write(model: type[models.Model], frame: pl.DataFrame, values: dict[str, pl.Expr | pl.Series]) -> None:
    if frame.is_empty():
        return
    came_from = pl.col(CAME_FROM).fill_null("") if CAME_FROM in frame.columns else pl.lit("")
    whole = values | {"version": pl.lit(1), "came_from": came_from}
    write_frame(model, frame.select(**whole))


def _stored(frame: pl.DataFrame) -> Iterable[tuple]:
    """Rows of what the database stores: decimals and dates as text."""
    plain = frame.with_columns(pl.col(pl.Decimal).cast(pl.String), pl.col(pl.Date).cast(pl.String))
    return zip(*(series.to_list() for series in plain.iter_columns()), strict=True)
