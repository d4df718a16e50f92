"""Register → lines of a ledger: every member of the chosen households in one period, with the columns of the sheet as typed values.

A household's facts stand on its first line, the head's, so that a person can read the sheet; the importer hands them to the others.
What names a household (number, head, village) and what every line must tell stands on all of its lines.
"""

import json
from array import array
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from taizhang.households.models import HouseholdPeriod, Identification, MemberPeriod, Membership, Period, Person
from taizhang.households.sealing import PURPOSE_OF_IDS, purpose_of
from taizhang.intake.exporting.told import HOUSE, TOLD, with_told
from taizhang.journal.fields import sealer
from taizhang.journal.images import ImageColumn, image_columns, postgres_text, sqlite_text
from taizhang.kernel import areas, identity
from taizhang.kernel.areas import Level
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.places.tree import names_of

HOUSEHOLDS = 500  # in one piece: about 1,700 lines
HOMES = {"household": ("a", HouseholdPeriod), "person": ("p", Person), "membership": ("m", Membership), "member": ("x", MemberPeriod)}
HOMES["identification"] = ("i", Identification)
KEYS = {"key.household_no": "h.household_no", "key.group": "nullif(h.group_name, '')", "key.person_no": "p.person_no"}
KEYS |= {"key.area": "a.area", "key.head_name": "nullif(a.head_name, '')"}
PLACES = {"key.county": Level.COUNTY, "key.township": Level.TOWNSHIP, "key.village": Level.VILLAGE}
HEAD_ID = "key.head_id_no"
SERIAL, DATA_DATE, AGAIN = "key.serial", "key.data_date", "again."
ELSEWHERE = (AGAIN, TOLD)  # homes of columns that are not read with the lines
HOUSEHOLD_HOMES = ("household.", "identification.")
_AREA, _AT, _LINE, _REST, _NUMBER = "own.area", "own.at", "own.line", "own.rest", "own.id_no"


def lines_of(
    ledger: Ledger, *, period: Period, archives: array, on: date, unmasked: bool = False, households: int = HOUSEHOLDS
) -> Iterator[pl.DataFrame]:
    """The lines of households, given by the ids of their archives in the order wanted; place names as of a day.

    Gives    frames with `ledger.fields`, the head first in each household; secrets as text, masked unless `unmasked`
    Cost     1 query for `households` archives, 1 for the names of new places
    """
    names: dict[str, str] = {}
    serial = 0
    for first in range(0, len(archives), households):
        read = _read(ledger, period, archives[first : first + households])
        frame = _finished(read, ledger, on, names, unmasked)
        yield _printed(with_told(frame, ledger, period, on), ledger, on, serial)
        serial += frame.height


def archives_of(archives: Any) -> array:
    """The ids of the archives of a query, in its order: eight bytes each."""
    return array("q", archives.values_list("pk", flat=True).iterator(chunk_size=10_000))


def count_lines(archives: array) -> int:
    """How many members those households have now."""
    total = 0
    for first in range(0, len(archives), HOUSEHOLDS):
        with connection.cursor() as cursor:
            source = "join household_period a on a.id = k.value join membership m on m.household_id = a.household_id and m.open"
            cursor.execute(f"select count(*) from {_given()} {source}", [_ids(archives[first : first + HOUSEHOLDS])])  # noqa: S608
            total += cursor.fetchone()[0]
    return total


def masked_texts(texts: pl.Series, purpose: str) -> pl.Series:
    """What anyone may see of a column of secrets (households.sealing.masked, over a column)."""
    if purpose == PURPOSE_OF_IDS:
        return identity.masked_column(texts)
    text = pl.col("t")
    stars = pl.lit("*").repeat_by(text.str.len_chars().cast(pl.Int64) - 7).list.join("")
    starred = pl.when(text.str.len_chars() < 8).then(text).otherwise(text.str.head(3) + stars + text.str.tail(4))
    return texts.to_frame("t").select(starred).to_series()


def _read(ledger: Ledger, period: Period, archives: array) -> pl.DataFrame:
    """The columns of the sheet as stored, households in the order given, the head first in each."""
    columns = [c for c in ledger.columns if c.field not in (*PLACES, HEAD_ID, SERIAL, DATA_DATE) and not c.field.startswith(ELSEWHERE)]
    stored = {home: {c.name: c for c in image_columns(model)} for home, (_, model) in HOMES.items()}
    own = {_AREA: "a.area", HOUSE: "a.household_id", _AT: "k.key", _LINE: "m.id", _REST: "case when m.relation = 'head' then 0 else 1 end"}
    select = [*own.values(), *(_sql(c, stored) for c in columns)]
    dtypes: dict[str, pl.DataType] = {_AREA: pl.String(), HOUSE: pl.Int64(), _AT: pl.Int64(), _LINE: pl.Int64(), _REST: pl.Int64()}
    dtypes |= {c.field: pl.Binary() if c.secret else c.kind.dtype for c in columns}
    if HEAD_ID in ledger.fields:
        select.append("p.id_no")
        dtypes[_NUMBER] = pl.Binary()
    identified = "" if any(c.field == "identification.kind" for c in ledger.columns) else "left "
    heads = " and m.relation = 'head'" if ledger.heads_only else ""
    source = (
        f"{_given()} join household_period a on a.id = k.value join household h on h.id = a.household_id"
        f" join membership m on m.household_id = a.household_id and m.open{heads} join person p on p.id = m.person_id"
        f" left join member_period x on x.person_id = p.id and x.period_id = {int(period.pk)}"
        f" {identified}join identification i on i.household_id = h.id and i.period_id = {int(period.pk)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(select)} from {source}", [_ids(archives)])  # noqa: S608 - names of our own tables and columns
        rows = cursor.fetchall()
    values = zip(*rows, strict=True) if rows else ([] for _ in dtypes)
    frame = pl.DataFrame([_typed(name, list(v), dtype) for (name, dtype), v in zip(dtypes.items(), values, strict=True)])
    return frame.sort(_AT, _REST, _LINE)


def _finished(read: pl.DataFrame, ledger: Ledger, on: date, names: dict[str, str], unmasked: bool) -> pl.DataFrame:
    """Secrets opened, places named, a household's facts left on its first line only."""
    opened = [_opened(read[c], purpose_of(c)) for c in read.columns if read[c].dtype == pl.Binary and c != _NUMBER]
    frame = read.with_columns(opened)
    if HEAD_ID in ledger.fields:
        number = pl.Series(_NUMBER, frame["person.id_no"]) if "person.id_no" in frame.columns else _opened(read[_NUMBER], PURPOSE_OF_IDS)
        frame = frame.with_columns(number)
        frame = frame.with_columns(pl.when(pl.col(_REST) == 0).then(pl.col(_NUMBER)).drop_nulls().first().over(_AT).alias(HEAD_ID))
    if not unmasked:
        frame = frame.with_columns(masked_texts(frame[c.field], _masked_as(c)).alias(c.field) for c in ledger.columns if c.secret)
    frame = _placed(frame, ledger, on, names)
    first = pl.int_range(pl.len()).over(_AT) == 0
    household = [] if ledger.every_line else [c for c in ledger.columns if c.field.startswith(HOUSEHOLD_HOMES) and not c.required]
    return frame.with_columns(pl.when(first).then(pl.col(c.field)).alias(c.field) for c in household)


def _printed(frame: pl.DataFrame, ledger: Ledger, on: date, before: int) -> pl.DataFrame:
    """What a sheet prints beside facts: the line's number, the day of the data, a column printed again. In the order of the sheet."""
    again = [pl.col(f"household.{name.removeprefix(AGAIN)}").alias(name) for name in ledger.fields if name.startswith(AGAIN)]
    serial = pl.int_range(before + 1, before + 1 + pl.len()).cast(pl.String).alias(SERIAL)
    return frame.with_columns(serial, pl.lit(on.isoformat()).alias(DATA_DATE), *again).select(ledger.fields)


def _masked_as(column: Column) -> str:
    return PURPOSE_OF_IDS if column.field == HEAD_ID else purpose_of(column.field)


def _placed(frame: pl.DataFrame, ledger: Ledger, on: date, names: dict[str, str]) -> pl.DataFrame:
    """County, township and village by name; `names` keeps what was read before."""
    wanted = {field: level for field, level in PLACES.items() if field in ledger.fields}
    known = frame[_AREA].unique()
    codes = {field: [areas.prefix(area, level).ljust(areas.LENGTH, "0") for area in known] for field, level in wanted.items()}
    missing = {code for several in codes.values() for code in several} - names.keys()
    names |= dict.fromkeys(missing, "") | names_of(missing, on)
    for field, several in codes.items():
        told = [names[code] or None for code in several]
        answers = pl.Series(told, dtype=pl.String)
        frame = frame.with_columns(frame[_AREA].replace_strict(known, answers, return_dtype=pl.String).alias(field))
    return frame


def _given() -> str:
    """The ids of archives as a table `k` of `value` in the order of `key`."""
    return "json_each(%s) k" if connection.vendor == "sqlite" else "unnest(%s::bigint[]) with ordinality as k(value, key)"


def _ids(archives: array) -> str | list[int]:
    return json.dumps(archives.tolist()) if connection.vendor == "sqlite" else archives.tolist()


def _sql(column: Column, stored: dict[str, dict[str, ImageColumn]]) -> str:
    """Where the value of a column stands; decimals as text, so that no place of them is lost."""
    if column.field in KEYS:
        return KEYS[column.field]
    home, _, name = column.field.partition(".")
    alias = HOMES[home][0]
    where = f'{alias}."{name}"'
    if column.kind.dtype in (pl.Date, pl.Boolean):  # a plain value: the driver need not make an object of each
        return f"cast({where} as {'varchar' if column.kind.dtype == pl.Date else 'integer'})"
    if stored[home][name].kind != "decimal":
        return where
    as_text = sqlite_text if connection.vendor == "sqlite" else postgres_text
    return f"case when {where} is null then null else {as_text(stored[home][name], alias)} end"


def _typed(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.Decimal):
        return pl.Series(name, values, dtype=pl.String).cast(dtype)
    if dtype == pl.Boolean:
        return pl.Series(name, [None if v is None else bool(v) for v in values], dtype=pl.Boolean)
    if dtype == pl.Binary:
        return pl.Series(name, [None if v is None else bytes(v) for v in values], dtype=pl.Binary)
    if dtype == pl.Date:
        return pl.Series(name, [v if v is None else str(v)[:10] for v in values], dtype=pl.String).str.to_date("%Y-%m-%d")
    return pl.Series(name, values, dtype=dtype)


def _opened(sealed: pl.Series, purpose: str) -> pl.Series:
    open_one = sealer().open
    return pl.Series(sealed.name, [None if s is None else open_one(s, purpose) for s in sealed.to_list()], dtype=pl.String)
