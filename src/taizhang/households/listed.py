"""The columns of the household list: any field of the archive, secrets masked. The page and the list's own export read them here.

A column of the household is its own; one of a person or member is the head's (户主); one of which a household has several rows shows
them one after another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import polars as pl
from django.db.models import Model

from taizhang.accounts.models import User
from taizhang.households.asking.catalogue import DIRECT, OF_MEMBERS, table_of
from taizhang.households.kept import ListColumns
from taizhang.households.models import HouseholdPeriod, Membership
from taizhang.households.sealing import masked
from taizhang.journal.moments import today
from taizhang.places.tree import paths_of
from taizhang.policy.ages import age_of
from taizhang.policy.archive import FACT_TABLES, SECTIONS, Fact, fact

MOST_COLUMNS, FEW = 60, 3
DEFAULT = ("head", "id_no", "place", "members", "attr", "cause", "net", "status", "since", "phone", "unsafe")
_OWN = "名册"
_ALWAYS = (
    *("period", "area", "head_name", "head_initials", "inc_net_pc_yuan", "member_count", "hh_attr", "status"),
    *("household__household_no", "household__group_name"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, heading, the section in which it is looked for, how a page shows it, the fact behind it."""

    key: str
    zh: str
    section: str
    shows: str = "text"
    fact: Fact | None = None

    @property
    def table(self) -> str:
        """The table of the archive that holds it, "" for what is made of several."""
        return self.key.partition(".")[0] if "." in self.key else ""


def _of_archive(key: str, name: str, zh: str = "", shows: str = "") -> Column:
    found = fact(name)
    return Column(key, zh or found.zh, _OWN, shows or shows_of(found), found)


def shows_of(of: Fact) -> str:
    """How a page shows a fact: the kinds of ui.cell."""
    if of.kind.secret:
        return "mono"
    if of.kind.dtype == pl.Boolean():
        return "yesno"
    if isinstance(of.kind.dtype, pl.Decimal) or of.kind.dtype.is_integer():
        return "yuan" if of.kind.name == "yuan" else "number"
    return {"day": "day", "partial_day": "partial"}.get(of.kind.name, "text")


_BUILT_IN = (
    Column("head", "户主", _OWN, "link"),
    Column("id_no", "证件号码", _OWN, "mono"),
    Column("place", "乡镇/村", _OWN),
    _of_archive("members", "member_count", "人口"),
    _of_archive("attr", "hh_attr", "户属性", "badge"),
    _of_archive("cause", "main_cause"),
    _of_archive("net", "inc_net_pc_yuan", "人均纯收入(元)"),
    _of_archive("status", "status", shows="status"),
    _of_archive("since", "first_identified_on", "首次识别"),
    _of_archive("phone", "hh_phone"),
    _of_archive("unsafe", "is_unsafe", "危房户"),
    Column("group", "村民小组", _OWN),
    _of_archive("standard", "id_standard"),
    _of_archive("water", "water_safe", "饮水安全"),
    _of_archive("income", "inc_net_yuan", "年纯收入(元)"),
    Column("number", "户编号", _OWN, "mono"),
    Column("county", "县", _OWN),
    Column("township", "乡镇", _OWN),
    Column("village", "行政村", _OWN),
    Column("age", "户主年龄", _OWN, "number"),
)


@cache
def columns() -> Mapping[str, Column]:
    """Every column there is, by key, in the order of the form."""
    found = {column.key: column for column in _BUILT_IN}
    taken = {column.fact.name for column in _BUILT_IN if column.fact is not None}
    for table, facts in FACT_TABLES.items():
        if table in DIRECT or table_of(table) is not None:
            whose = "户主" if table in OF_MEMBERS else ""
            found |= {f"{table}.{f.name}": _of_fact(table, f, whose) for f in facts if table != "household" or f.name not in taken}
    return MappingProxyType(found)


def chosen_by(user: User) -> tuple[Column, ...]:
    """The columns that an account sees, in its order; the usual ones until it chose.

    Cost     1 query
    """
    kept = ListColumns.objects.filter(user=user.pk).values_list("columns", flat=True).first()
    return known(kept or ()) or known(DEFAULT)


def known(keys: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these keys, once each; a key that no column has any more is left out."""
    every = columns()
    return tuple(every[key] for key in dict.fromkeys(keys) if key in every)[:MOST_COLUMNS]


def choose(user: User, keys: Iterable[str]) -> None:
    """Keep which columns an account sees, in which order; none: the usual ones.

    Writes   1 list_columns
    """
    ListColumns.objects.update_or_create(user_id=user.pk, defaults={"columns": [column.key for column in known(keys)]})


def values_of(archives: Sequence[HouseholdPeriod], wanted: Sequence[Column]) -> list[dict[str, Any]]:
    """What stands in the columns for some archives of one period (with their household): codes as labels, secrets masked, None unknown.

    Cost     1 query for the heads, 1 for new places, 1 for each further table of which a column is wanted
    """
    tables = {column.table for column in wanted}
    heads = _heads(archives) if tables & {*OF_MEMBERS, ""} else {}
    paths = paths_of({archive.area for archive in archives}, today()) if archives else {}
    beside = {table: _rows(table, archives, heads) for table in sorted(tables - DIRECT - {""})}
    return [_values(archive, wanted, heads.get(archive.household_id), paths.get(archive.area, []), beside) for archive in archives]


def fields_of(wanted: Sequence[Column]) -> list[str]:
    """What must be read of an archive and its household for some columns: an archive has far more facts than a list shows."""
    facts = [column.fact.name for column in wanted if column.fact is not None and column.table in ("", "household")]
    return [*dict.fromkeys([*_ALWAYS, *facts])]


def _of_fact(table: str, of: Fact, whose: str) -> Column:
    unit = getattr(of.kind, "unit", "")
    heading = f"{whose}·{of.zh}" if whose else of.zh
    return Column(f"{table}.{of.name}", heading + (f"({unit})" if unit else ""), SECTIONS.get(of.section, of.section), shows_of(of), of)


def _heads(archives: Sequence[HouseholdPeriod]) -> dict[int, Membership]:
    of = [archive.household_id for archive in archives]
    found = Membership.objects.filter(household__in=of, open=True, relation="head").select_related("person")
    return {membership.household_id: membership for membership in found}


def _rows(table: str, archives: Sequence[HouseholdPeriod], heads: Mapping[int, Membership]) -> dict[int, list[Model]]:
    """The rows of one table by household; those of the head where it is a table of persons."""
    if not archives or (found := table_of(table)) is None:
        return {}
    model, whose = found[0], "person" if table in OF_MEMBERS else "household"
    names = {f.name for f in model._meta.concrete_fields}
    of = {m.person_id: m.household_id for m in heads.values()} if whose == "person" else {a.household_id: a.household_id for a in archives}
    cut: dict[str, Any] = {f"{whose}__in": list(of)}
    cut |= {"period": archives[0].period_id} if "period" in names else {}
    cut |= {"withdrawn": False} if "withdrawn" in names else {}
    rows: dict[int, list[Model]] = {}
    for row in model._default_manager.filter(**cut).order_by("pk"):
        rows.setdefault(of[getattr(row, f"{whose}_id")], []).append(row)
    return rows


def _values(
    archive: HouseholdPeriod,
    wanted: Sequence[Column],
    head: Membership | None,
    path: Sequence[str],
    beside: Mapping[str, Mapping[int, list[Model]]],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in wanted:
        if column.fact is None:
            found[column.key] = _made(column.key, archive, head, path)
        elif column.table in ("", "household"):
            found[column.key] = value_of(column.fact, archive)
        elif column.table in DIRECT:
            found[column.key] = value_of(column.fact, head and (head if column.table == "membership" else head.person))
        else:
            several = [value_of(column.fact, row) for row in beside[column.table].get(archive.household_id, [])]
            told = [value for value in several if value is not None]
            found[column.key] = told[0] if len(told) == 1 else "、".join(map(str, told[:FEW])) or None
    return found


def _made(key: str, archive: HouseholdPeriod, head: Membership | None, path: Sequence[str]) -> Any:
    """A column that is no fact of the archive."""
    match key:
        case "head":
            return archive.head_name or "(无户主)"
        case "id_no":
            return masked(bytes(head.person.id_no), "id_no") if head is not None and head.person.id_no else None
        case "place":
            return "/".join(path[-2:]) or archive.area
        case "group":
            return archive.household.group_name or None
        case "number":
            return archive.household.household_no
        case "age":
            return age_of(head.person.birth_date, today()) if head is not None else None
    at = {"county": 2, "township": 3, "village": 4}[key]
    return path[at] if len(path) > at else None


def value_of(of: Fact, row: Any) -> Any:
    """One fact of a row: secrets masked, codes as labels, None where nothing is known."""
    value = getattr(row, of.name, None)
    if value is None or value == "":
        return None
    if of.kind.secret:
        return masked(bytes(value), of.name)
    if of.kind.name in ("one_of", "some_of"):
        return _label(of.name, value)
    return value


@cache
def _label(name: str, value: str) -> str:
    """The label of a code; one that its list does not have shows as it stands."""
    try:
        return fact(name).kind.show_one(value)
    except (KeyError, pl.exceptions.InvalidOperationError):
        return value
