"""The register as it stood at a moment, laid out under the names of the tables themselves.

Temporary tables and views come before the real ones wherever a name is looked up, on SQLite and on PostgreSQL alike. So a list, a count,
a page or an export of the past is the very query of the present, asked inside `standing_at`. What stood is what stands now, without what
happened since: only rows that changed after the position are read out of the journal.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from taizhang.journal.images import ImageColumn, default_text, read_image
from taizhang.journal.models import JournalEntry, JournalReceipt, JournalSchema, Posted
from taizhang.journal.moments import Moment, standing

PIECE = 5_000  # images in memory at one time
Part = Callable[[Any], Mapping[type[Posted], str]]
"""Given a cursor, the rows that are wanted of some tables: a select of `id` each, which finds rows that stand there now and rows that
stood there once (`moved_from`). Tables that it leaves out are laid out whole."""


@dataclass(frozen=True, slots=True)
class _Table:
    """One table that is laid out: its number in `tz_since`, what its changed rows were, the rows that are wanted ("" for all)."""

    number: int
    model: type[Posted]
    schemas: Mapping[int, tuple[ImageColumn, ...]]
    select: str = ""

    @property
    def name(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def past(self) -> str:
        return f"tz_past_{self.number}"

    @property
    def columns(self) -> str:
        return ", ".join(f'"{f.column}"' for f in self.model._meta.concrete_fields)

    @property
    def schema_list(self) -> str:
        return ", ".join(str(pk) for pk in self.schemas) or "-1"


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything inside reads the database as it stands at one moment and keeps no writer waiting; nothing that is written inside stays."""
    outermost = not connection.in_atomic_block
    wrapper: Any = connection
    connection.ensure_connection()
    mode = getattr(wrapper, "transaction_mode", None)
    if outermost and connection.vendor == "sqlite":
        wrapper.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic():
            if outermost and connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("set transaction isolation level repeatable read")
            try:
                yield
            finally:
                transaction.set_rollback(True)
    finally:
        if outermost and connection.vendor == "sqlite":
            wrapper.transaction_mode = mode


@contextmanager
def standing_at(moment: Moment, models: Sequence[type[Posted]], part: Part | None = None) -> Iterator[Moment]:
    """Inside, the tables of `models` hold what they held at the moment. Other tables stay as they are; nothing can be posted.

    With `part` only the rows that it names are there, and the cost is theirs; without it all rows are, and the cost is that of the
    changes since. Tables of which nothing changed since stay as they are.

    Cost     4 statements and 4 to 12 for a table that changed, 2 more for 5,000 of its rows
    """
    with one_moment():
        _lay_out(moment, models, part)
        token = standing.set(moment)
        try:
            yield moment
        finally:
            standing.reset(token)


def changes_since(position: int) -> int:
    """About how many entries were written after a position.

    Cost     2 queries by index
    """
    floor = floor_of(position)
    newest = JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    return 0 if floor is None or newest is None else newest - floor + 1


def moved_from(model: type[Posted], column: str, condition: str) -> str:
    """A select of the rows of a table that stood elsewhere once: `condition` speaks of ``was``, their earlier value, as text."""
    schemas = f"select id from journal_schema where tbl = '{model._meta.db_table}'"  # noqa: S608 - our own names
    return f"select pk as id from journal_moved where schema_id in ({schemas}) and col = '{column}' and {condition}"  # noqa: S608 - our own names


def moved_out_of(model: type[Posted], column: str, rows: str) -> str:
    """A select of what rows of a table pointed at once: `rows` is a select of their `id`."""
    schemas = f"select id from journal_schema where tbl = '{model._meta.db_table}'"  # noqa: S608 - our own names
    moves = f"select cast(was as bigint) as id from journal_moved where schema_id in ({schemas}) and col = '{column}'"  # noqa: S608 - our own names
    return f"{moves} and was is not null and pk in ({rows})"


def real(model: type[Posted]) -> str:
    """A table itself, whatever stands before it under its name."""
    with connection.cursor() as cursor:
        return f'{_real_schema(cursor)}."{model._meta.db_table}"'


def stood_at(model: type[Posted], pk: str, position: int) -> str:
    """A condition that the row of a number was there at a position: its first entry was written by then."""
    schemas = f"e.schema_id in (select id from journal_schema where tbl = '{model._meta.db_table}')"  # noqa: S608 - our own names
    if connection.vendor == "sqlite":
        floor = floor_of(position)  # one writer at a time: entries stand in the order of positions
        first = f"(select min(e.id) from journal_entry e where {schemas} and e.pk = {pk})"  # noqa: S608 - our own names
        return "1 = 1" if floor is None else f"{first} < {int(floor)}"
    by_then = f"r.tx_id = e.tx_id and r.position <= {int(position)}"
    return f"exists (select 1 from journal_entry e join journal_receipt r on {by_then} where {schemas} and e.pk = {pk})"  # noqa: S608 - our own names


def floor_of(position: int) -> int | None:
    """The first entry of any later posting: no entry before it is later than the position. None when nothing was written since."""
    later = JournalReceipt.objects.filter(position__gt=position, first_entry__isnull=False)
    if connection.vendor == "sqlite":
        return later.order_by("position").values_list("first_entry", flat=True).first()
    return later.order_by("first_entry").values_list("first_entry", flat=True).first()


def _lay_out(moment: Moment, models: Sequence[type[Posted]], part: Part | None) -> None:
    floor = floor_of(moment.position)
    if floor is None:
        return
    with connection.cursor() as cursor:
        tables = _tables(models, part(cursor) if part else {})
        kind, rowid = ("integer", "without rowid") if connection.vendor == "sqlite" else ("bigint", "")
        cursor.execute(f"create temporary table tz_since (n integer, id {kind}, primary key (n, id)) {rowid}")
        wanted, whole = [t for t in tables if t.select], [t for t in tables if not t.select and t.schemas]
        if wanted:
            _find_wanted(cursor, wanted, floor, moment.position)
        if whole:
            _find_all(cursor, whole, floor, moment.position, few=bool(part))
        cursor.execute("select distinct n from tz_since")
        changed = {n for (n,) in cursor.fetchall()}
        laid = [t for t in tables if t.number in changed]
        real = f"{_real_schema(cursor)}."
        for table in laid:
            _read_past(cursor, table, moment.position)
        for table in laid:
            _stand_before(cursor, table, real)


def _tables(models: Sequence[type[Posted]], selects: Mapping[type[Posted], str]) -> list[_Table]:
    schemas: dict[str, dict[int, tuple[ImageColumn, ...]]] = {m._meta.db_table: {} for m in models}
    for schema in JournalSchema.objects.filter(tbl__in=schemas).order_by("pk"):
        schemas[schema.tbl][schema.pk] = tuple(ImageColumn(*column) for column in json.loads(schema.columns))
    return [_Table(n, m, schemas[m._meta.db_table], selects.get(m, "")) for n, m in enumerate(models)]


def _find_wanted(cursor: Any, tables: list[_Table], floor: int, position: int) -> None:
    """The wanted rows that changed since, one look at the journal's index for each."""
    parts = (
        f"select {t.number}, c.id from ({t.select}) c where exists (select 1 from journal_entry e cross join journal_receipt r"  # noqa: S608 - our own names
        f" where e.schema_id in ({t.schema_list}) and e.pk = c.id and e.id >= {int(floor)} and r.tx_id = e.tx_id"
        f" and r.position > {int(position)})"
        for t in tables
    )
    cursor.execute(f"insert into tz_since {' union '.join(parts)}")


def _find_all(cursor: Any, tables: list[_Table], floor: int, position: int, *, few: bool) -> None:
    """All rows that changed since: read off the end of the journal, or, where these tables have `few` entries, off their own."""
    if few and connection.vendor == "postgresql":  # a number of a schema that stands in the text tells its planner how few they are
        since = f"e.id >= {int(floor)} and r.tx_id = e.tx_id and r.position > {int(position)}"
        looks = (
            f"select {t.number}, e.pk from journal_entry e, journal_receipt r where e.schema_id = {schema} and {since}"  # noqa: S608 - whole numbers
            for t in tables
            for schema in t.schemas
        )
        cursor.execute(f"insert into tz_since {' union '.join(looks)}")
        return
    numbers = ", ".join(f"({schema}, {t.number})" for t in tables for schema in t.schemas)
    order = "t cross join journal_entry e" if few else "journal_entry e cross join t"
    cursor.execute(
        f"with t(schema_id, n) as (values {numbers}) insert into tz_since select distinct t.n, e.pk from {order}"  # noqa: S608 - whole numbers
        " cross join journal_receipt r where e.id >= %s and t.schema_id = e.schema_id and r.tx_id = e.tx_id and r.position > %s",
        [floor, position],
    )


def _read_past(cursor: Any, table: _Table, position: int) -> None:
    """What the changed rows were, out of their last image by then; a row that was not there yet has none."""
    columns = ", ".join(f'"{f.column}" {f.db_type(connection)}' for f in table.model._meta.concrete_fields)
    cursor.execute(f"create temporary table {table.past} ({columns}, primary key (id))")
    piece = f"select id from tz_since where n = {table.number} and id > %s order by id limit {PIECE}"  # noqa: S608 - our own names
    last = (
        "select max(x.id) from journal_entry x cross join journal_receipt r"  # noqa: S608 - our own names
        f" where x.schema_id in ({table.schema_list}) and x.pk = t.id and r.tx_id = x.tx_id and r.position <= %s"
    )
    read = f"select e.schema_id, e.image from (select ({last}) as id from ({piece}) t) l join journal_entry e on e.id = l.id"  # noqa: S608 - our own names
    after = 0
    while True:
        cursor.execute(f"select max(id) from ({piece}) p", [after])  # noqa: S608 - our own names
        upto = cursor.fetchone()[0]
        if upto is None:
            return
        cursor.execute(read, [position, after])
        _put(cursor, table, cursor.fetchall())
        after = upto


def _put(cursor: Any, table: _Table, images: list[tuple[int, str]]) -> None:
    fields = table.model._meta.concrete_fields
    columns = {schema: _places(table.schemas[schema], fields) for schema in {row[0] for row in images}}
    rows = (_row(image, *columns[schema]) for schema, image in images)
    if connection.vendor == "sqlite":
        places = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"insert into {table.past} values ({places})", rows)  # noqa: S608 - our own names
        return
    with connection.wrap_database_errors, cursor.copy(f"copy {table.past} from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _places(columns: tuple[ImageColumn, ...], fields: Sequence[Any]) -> tuple[list[tuple[int, str]], list[str | None]]:
    """For each column of the table as it is now: where it stands in an image of this shape and of which kind it was, -1 for a column that
    was added later; and what such a column held in rows from before."""
    at = {column.name: (n, column.kind) for n, column in enumerate(columns)}
    return [at.get(str(f.column), (-1, "")) for f in fields], [default_text(f) for f in fields]


def _row(image: str, places: list[tuple[int, str]], defaults: list[str | None]) -> list[Any]:
    texts = list(read_image(image))
    return [_stored(kind, texts[at]) if at >= 0 else default for (at, kind), default in zip(places, defaults, strict=True)]


def _stored(kind: str, text: str | None) -> Any:
    """A canonical text as the database takes it in; the column's type makes it a number or a day again."""
    if text is None:
        return None
    if kind == "bytes":
        return bytes.fromhex(text) if connection.vendor == "sqlite" else f"\\x{text}"
    if kind == "instant" and connection.vendor != "sqlite":
        return f"{text}+00"
    return text


def _stand_before(cursor: Any, table: _Table, real: str) -> None:
    """Put what stood before the real table, under its name."""
    unchanged = f"not exists (select 1 from tz_since s where s.n = {table.number} and s.id = t.id)"  # noqa: S608 - our own names
    if not table.select:
        cursor.execute(
            f'create temporary view "{table.name}" as select {table.columns} from {real}"{table.name}" t where {unchanged}'  # noqa: S608 - our own names
            f" union all select {table.columns} from {table.past}"
        )
        return
    cursor.execute(
        f'insert into {table.past} ({table.columns}) select {table.columns} from {real}"{table.name}" t'  # noqa: S608 - our own names
        f" where t.id in ({table.select}) and {unchanged}"
    )
    for n, field in enumerate(table.model._meta.concrete_fields):
        if field.is_relation or field.column == "area":
            cursor.execute(f'create index {table.past}_{n} on {table.past} ("{field.column}")')
    cursor.execute(f'alter table {table.past} rename to "{table.name}"')
    if connection.vendor == "postgresql":
        cursor.execute(f'analyze "{table.name}"')


def _real_schema(cursor: Any) -> str:
    """Where the tables themselves stand, whatever stands before them under their names."""
    if connection.vendor == "sqlite":
        return "main"
    cursor.execute("select quote_ident(current_schema())")
    return str(cursor.fetchone()[0])
