"""What stands on the register for given numbers, set-wise: the other side of every proposal.

Reads through a temporary table of keys, so that one query serves a hundred thousand lines.
"""

from collections.abc import Iterable
from itertools import chain, repeat

import polars as pl
from django.db import connection, transaction

from taizhang.households.models import HouseholdPeriod, Identification, MemberPeriod, Membership, Period, Person
from taizhang.journal.images import image_columns, postgres_text, sqlite_text
from taizhang.kernel import kinds
from taizhang.kernel.kinds.base import Kind
from taizhang.policy.archive import HOUSEHOLD_FACTS, MEMBER_FACTS, MEMBERSHIP_FACTS, PERSON_FACTS

MEMBER_KINDS = {f.name: f.kind for f in MEMBER_FACTS}
HOUSEHOLD_KINDS = {f.name: f.kind for f in HOUSEHOLD_FACTS}
PERSON_KINDS = {f.name: f.kind for f in PERSON_FACTS if not f.kind.secret}
FAMILY_KINDS = {f.name: f.kind for f in MEMBERSHIP_FACTS}
STEPS = (
    "branch_meeting_on",
    "committees_meeting_on",
    "party_meeting_on",
    "delegates_meeting_on",
    "notice_from",
    "notice_to",
    "township_on",
    "county_on",
    "announced_on",
)
IDENTIFICATION_KINDS: dict[str, Kind] = {"kind": kinds.text(10)} | {step: kinds.day() for step in STEPS}

DRAFT = "case when a.draft then 1 else 0 end"
"""Whether the archive was carried over and nobody has looked at it yet."""


def standing_persons(digests: Iterable[str], person_nos: Iterable[str], period: Period) -> pl.DataFrame:
    """The persons with these numbers, wherever they stand, with their open membership and their archive of the period.

    Gives    person_id, person_version, person_no, id_digest, closed, membership_id, membership_version, household_id, area,
             archive_id, archive_version, archive_draft, and ``now.person.*``, ``now.membership.*``, ``now.member.*`` as typed values
    Cost     1 query, and 1 statement for the keys
    """
    columns = {
        "person_id": "p.id",
        "person_version": "p.version",
        "person_no": "p.person_no",
        "id_digest": "p.id_digest",
        "membership_id": "m.id",
        "membership_version": "m.version",
        "household_id": "m.household_id",
        "area": "coalesce(m.area, p.area)",
        "archive_id": "a.id",
        "archive_version": "a.version",
        "archive_draft": DRAFT,
    }
    facts = [
        *_facts(Person, "p", "person", PERSON_KINDS),
        *_facts(Membership, "m", "membership", FAMILY_KINDS),
        *_facts(MemberPeriod, "a", "member", MEMBER_KINDS),
    ]
    source = (
        "(select p0.id as pid from tz_keys k join person p0 on p0.id_digest = k.value where k.kind = 'd'"  # noqa: S608 - whole numbers only
        " union select p1.id from tz_keys k join person p1 on p1.person_no = k.value where k.kind = 'p') w"
        " join person p on p.id = w.pid left join membership m on m.person_id = p.id and m.open"
        f" left join member_period a on a.person_id = p.id and a.period_id = {int(period.pk)}"
    )
    return _read([("d", digests), ("p", person_nos)], columns, facts, source)


def standing_households(ids: Iterable[int], household_nos: Iterable[str], period: Period) -> pl.DataFrame:
    """Households by id or number with their archive of the period and their number of members.

    Gives    household_id, household_no, area, closed, group_name, members, archive_id, archive_version, archive_draft and
             ``now.household.*``
    Cost     1 query, and 1 statement for the keys
    """
    columns = {
        "household_id": "h.id",
        "household_no": "h.household_no",
        "area": "h.area",
        "closed": "h.closed",
        "group_name": "h.group_name",
        "members": "(select count(*) from membership m where m.household_id = h.id and m.open)",
        "archive_id": "a.id",
        "archive_version": "a.version",
        "archive_draft": DRAFT,
        "identification_id": "i.id",
        "identification_version": "i.version",
    }
    source = (
        "(select cast(k.value as bigint) as hid from tz_keys k where k.kind = 'h'"  # noqa: S608 - whole numbers only
        " union select h0.id from tz_keys k join household h0 on h0.household_no = k.value where k.kind = 'n') w"
        f" join household h on h.id = w.hid left join household_period a on a.household_id = h.id and a.period_id = {int(period.pk)}"
        f" left join identification i on i.household_id = h.id and i.period_id = {int(period.pk)}"
    )
    facts = [
        *_facts(HouseholdPeriod, "a", "household", HOUSEHOLD_KINDS),
        *_facts(Identification, "i", "identification", IDENTIFICATION_KINDS),
    ]
    return _read([("h", (str(i) for i in ids)), ("n", household_nos)], columns, facts, source)


def _facts(model: type, alias: str, home: str, kinds: dict[str, Kind]) -> list[tuple[str, str, pl.DataType]]:
    as_text = sqlite_text if connection.vendor == "sqlite" else postgres_text
    columns = {c.name: c for c in image_columns(model)}
    found = []
    for name, kind in kinds.items():
        column = columns[name]
        if kind.secret:
            found.append((f"now.{home}.{name}", f'{alias}."{name}"', pl.Binary()))
        elif column.kind == "decimal":
            value = f'case when {alias}."{name}" is null then null else {as_text(column, alias)} end'
            found.append((f"now.{home}.{name}", value, kind.dtype))
        else:
            found.append((f"now.{home}.{name}", f'{alias}."{name}"', kind.dtype))
    return found


def _read(
    keys: list[tuple[str, Iterable[str]]], columns: dict[str, str], facts: list[tuple[str, str, pl.DataType]], source: str
) -> pl.DataFrame:
    wanted = chain.from_iterable(zip(repeat(kind), values, strict=False) for kind, values in keys)
    names = [*columns, *(name for name, _, _ in facts)]
    select = ", ".join([*columns.values(), *(sql for _, sql, _ in facts)])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("create temporary table tz_keys (kind varchar(1), value varchar(40))")
        if connection.vendor == "sqlite":
            cursor.executemany("insert into tz_keys values (%s, %s)", wanted)
        else:
            with cursor.copy("copy tz_keys (kind, value) from stdin") as copy:
                for row in wanted:
                    copy.write_row(row)
            cursor.execute("analyze tz_keys")
        cursor.execute(f"select {select} from {source}")  # noqa: S608 - names of our own tables and columns only
        rows = cursor.fetchall()
        cursor.execute("drop table tz_keys")
    texts = {"household_no", "person_no", "id_digest", "area", "closed", "group_name"}
    plain = {name: pl.String() if name in texts else pl.Int64() for name in columns}
    return _typed(rows, names, plain | {name: dtype for name, _, dtype in facts})


def _typed(rows: list[tuple], names: list[str], dtypes: dict[str, pl.DataType]) -> pl.DataFrame:
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pl.DataFrame([_series(name, list(values), dtypes[name]) for name, values in zip(names, columns, strict=True)])


def _series(name: str, values: list, dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.Decimal):
        return pl.Series(name, values, dtype=pl.String).cast(dtype)
    if dtype == pl.Boolean:
        return pl.Series(name, [None if v is None else bool(v) for v in values], dtype=pl.Boolean)
    if dtype == pl.Binary:
        return pl.Series(name, [None if v is None else bytes(v) for v in values], dtype=pl.Binary)
    if dtype == pl.Date:
        return pl.Series(name, [v if v is None or not isinstance(v, str) else v[:10] for v in values]).cast(pl.Date)
    return pl.Series(name, values, dtype=dtype)
