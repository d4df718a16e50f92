"""Keeping the derived tables in step: they read the journal from their last position and look at what it names (news travels up only so).

Nothing is taken out of the pieces of names: a piece that nobody bears any more costs a look and no mistake, and `rebuild` sweeps it.
Counts are counted again for every village that the journal names, before and after the change.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Sum

from taizhang.households.finding.models import LONGEST_PIECE, ReadUpTo
from taizhang.households.models import Household, HouseholdPeriod, Membership, Person
from taizhang.journal.images import read_image
from taizhang.journal.models import JournalReceipt, JournalSchema
from taizhang.journal.triggers import columns_of

NAME = "names.2"  # another number where pieces are cut otherwise: the tables are then made anew
FEW = 2_000  # entries that a page reads on the way; more are a worker's
LOCK = 7_205_919  # any fixed number beside the journal's own: one process at a time keeps the tables
PIECE = 100_000  # households in one statement
MANY = 200_000  # entries in one reading
LONGEST = 50  # characters of a name
USUAL = 4  # characters of a usual name, and initials that are kept
WIDTHS = (1, 2, 3)

_NAMED = """
 select p.household_id, p.area, p.head_name as name, p.head_initials as initials, '' as pinyin, '' as born
   from tz_touched t join household_period p on p.household_id = t.household_id
 union
 select m.household_id, p.area, n.name, n.initials, n.pinyin, {born}
   from tz_touched t join membership m on m.household_id = t.household_id and m.open join person n on n.id = m.person_id
   join household_period p on p.household_id = m.household_id
"""
_BORN = {
    "sqlite": "coalesce('d' || replace(substr(n.birth_date, 1, 10), '-', ''), '')",
    "postgresql": "coalesce('d' || to_char(n.birth_date, 'YYYYMMDD'), '')",
}


def in_step() -> bool:
    """Whether the derived tables know everything that the register does; a little that is missing is read at once, without waiting.

    Writes   the derived tables, where at most `FEW` entries are new and nobody else writes
    Cost     1 query where nothing is new
    """
    newest, read = positions()
    if read >= newest:
        return True
    return pending(read) <= FEW and _try(lambda: _read_on(read, newest))


def catch_up() -> int:
    """Read all that is new, however much: after an import, and when a server starts.

    Writes   the derived tables
    Gives    the position up to which they are in step
    """
    newest, read = positions()
    if read == 0 and pending(0) > MANY:
        return rebuild()
    while read < newest:
        with transaction.atomic():
            _wait_for_turn()
            read = _read_on(positions()[1], newest)
    return read


def rebuild() -> int:
    """Throw everything away and make it again out of the register.

    Writes   the derived tables, all of them
    Gives    the position up to which they are in step
    Cost     O(households); on SQLite writers wait
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _wait_for_turn()
        newest = positions()[0]
        cursor.execute("delete from gram")
        cursor.execute("delete from village_count")
        for low, high in _ranges(cursor):
            with _touched(cursor):
                cursor.execute("insert into tz_touched select id from household where id >= %s and id < %s", [low, high])
                cursor.execute(f"insert into gram (g, area, household_id) {pieces_sql()} on conflict do nothing")
        cursor.execute(
            "insert into village_count (period_id, area, households)"
            " select period_id, area, count(*) from household_period where valid group by period_id, area"
        )
        _note(newest)
    return newest


def missing() -> list[str]:
    """What the derived tables lack or count wrongly, in words; nothing where they are right. Pieces too many are no fault.

    Cost     O(households)
    """
    found = []
    with transaction.atomic(), connection.cursor() as cursor:
        for low, high in _ranges(cursor):
            with _touched(cursor):
                cursor.execute("insert into tz_touched select id from household where id >= %s and id < %s", [low, high])
                cursor.execute(
                    f"select w.g, w.household_id from ({pieces_sql(order=False)}) w left join gram g"  # noqa: S608
                    " on g.g = w.g and g.area = w.area and g.household_id = w.household_id where g.household_id is null limit 1"
                )
                found += [f"第 {household} 户缺少检索片段“{g}”" for g, household in cursor.fetchall()]
        counted = "select period_id, area, count(*) as n from household_period where valid group by period_id, area"
        cursor.execute(
            f"select coalesce(c.area, v.area) from ({counted}) c full join village_count v"  # noqa: S608
            " on v.period_id = c.period_id and v.area = c.area where c.n is null or v.households is null or c.n <> v.households limit 1"
        )
        found += [f"{area} 的户数与名册不符" for (area,) in cursor.fetchall()]
    return found


def positions() -> tuple[int, int]:
    """The newest position of the journal, and the one up to which the derived tables have read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce((select max(position) from journal_receipt), 0),"
            " coalesce((select position from read_up_to where name = %s), 0)",
            [NAME],
        )
        newest, read = cursor.fetchone()
    return int(newest), int(read)


def pending(read: int) -> int:
    """How many entries came after a position."""
    return JournalReceipt.objects.filter(position__gt=read).aggregate(n=Sum("entries"))["n"] or 0


def pieces_sql(*, order: bool = True) -> str:
    """Every piece of every name of the households in `tz_touched`, with each of their areas."""
    named = _NAMED.format(born=_BORN[connection.vendor])
    parts = [
        f"select substr(name, {at}, {width}) as g, area, household_id from named where length(name) >= {at + width - 1}"  # noqa: S608
        for width in WIDTHS
        for at in range(1, USUAL - width + 2)
    ]
    parts += [f"select substr(initials, 1, {n}), area, household_id from named where length(initials) >= {n}" for n in range(1, USUAL + 1)]  # noqa: S608
    long = f"from named join numbers on n > {USUAL + 1} - {WIDTHS[-1]} and n <= length(name) where length(name) > {USUAL}"
    parts += [f"select substr(name, n, {width}), area, household_id {long}" for width in WIDTHS]
    whole = f"select substr('p' || pinyin, 1, {LONGEST_PIECE}), area, household_id from named where length(pinyin) >= {LONGEST_PIECE - 1}"  # noqa: S608
    parts.append(whole)
    parts.append("select born, area, household_id from named where born <> ''")
    numbers = f"select 1 as n union all select n + 1 from numbers where n < {LONGEST}"  # noqa: S608
    materialised = f"with recursive numbers as ({numbers}), named as materialized ({named})"
    ordered = " order by 1, 2, 3" if order else ""
    return f"{materialised} select distinct g, area, household_id from ({' union all '.join(parts)}) w where g <> ''{ordered}"  # noqa: S608


def _read_on(read: int, newest: int) -> int:
    """Look at what the next postings name; inside a transaction. Gives the position up to which that was."""
    txs: list[int] = []
    last, first, entries = read, 0, 0
    receipts = JournalReceipt.objects.filter(position__gt=read, position__lte=newest).order_by("position")
    for position, tx, count, entry in receipts.values_list("position", "tx_id", "entries", "first_entry"):
        if txs and entries + count > MANY:
            break
        txs.append(tx)
        last, entries = position, entries + count
        first = min(first or entry or 0, entry or first)
    with connection.cursor() as cursor, _touched(cursor):
        if entries:
            _touch(cursor, txs, first)
            cursor.execute(f"insert into gram (g, area, household_id) {pieces_sql()} on conflict do nothing")
            _count_again(cursor)
    _note(last)
    return last


def _touch(cursor: Any, txs: list[int], first: int) -> None:
    """The households and villages that some postings name."""
    archives, named = (
        _schemas(HouseholdPeriod),
        "select e.pk from journal_entry e where e.id >= {first} and e.tx_id in ({txs}) and {schema}",
    )
    told = {"first": first, "txs": ", ".join(map(str, txs))}

    def rows(schemas: str) -> str:
        return named.format(**told, schema=f"e.schema_id in ({schemas})")

    cursor.execute(
        f"insert into tz_touched select id from household where id in ({rows(_schemas(Household))})"  # noqa: S608
        f" union select household_id from membership where id in ({rows(_schemas(Membership))})"
        f" union select household_id from membership where open and person_id in ({rows(_schemas(Person))})"
        f" union select household_id from household_period where id in ({rows(archives)})"
    )
    cursor.execute(f"insert into tz_villages select distinct period_id, area from household_period where id in ({rows(archives)})")  # noqa: S608
    cursor.execute(
        "select e.schema_id, e.image from journal_entry e where e.id in (select max(o.id) from journal_entry o"  # noqa: S608
        f" where o.schema_id in ({archives}) and o.id < {first} and o.pk in ({rows(archives)} and e.op = 'U') group by o.pk)"
    )
    cursor.executemany("insert into tz_villages values (%s, %s)", sorted(set(_villages_of(cursor.fetchall()))))


def _villages_of(images: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Period and area of archives as they stood."""
    columns = {s.pk: [c.name for c in columns_of(s)] for s in JournalSchema.objects.filter(tbl=HouseholdPeriod._meta.db_table)}
    for schema, image in images:
        stood = dict(zip(columns[schema], read_image(image), strict=True))
        yield int(stood["period_id"] or 0), stood["area"] or ""


def _count_again(cursor: Any) -> None:
    cursor.execute("delete from village_count where (period_id, area) in (select period_id, area from tz_villages)")
    cursor.execute(
        "insert into village_count (period_id, area, households) select v.period_id, v.area, count(*)"
        " from (select distinct period_id, area from tz_villages) v"
        " join household_period p on p.period_id = v.period_id and p.area = v.area and p.valid group by v.period_id, v.area"
    )


def _schemas(model: type) -> str:
    found = JournalSchema.objects.filter(tbl=model._meta.db_table).values_list("pk", flat=True)  # type: ignore[attr-defined]
    return ", ".join(map(str, found)) or "-1"


def _ranges(cursor: Any) -> list[tuple[int, int]]:
    cursor.execute("select coalesce(min(id), 0), coalesce(max(id), -1) from household")
    first, last = cursor.fetchone()
    return [(low, low + PIECE) for low in range(first, last + 1, PIECE)]


def _note(position: int) -> None:
    ReadUpTo.objects.update_or_create(name=NAME, defaults={"position": position})


@contextmanager
def _touched(cursor: Any) -> Iterator[None]:
    cursor.execute("create temporary table tz_touched (household_id bigint primary key)")
    cursor.execute("create temporary table tz_villages (period_id bigint, area varchar(15))")
    yield
    cursor.execute("drop table tz_touched")
    cursor.execute("drop table tz_villages")


def _wait_for_turn() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def _try(step: Any) -> bool:
    """Run a step in a transaction of its own, unless somebody else writes just now."""
    try:
        with _not_waiting(), transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
                    if not cursor.fetchone()[0]:
                        return False
            step()
    except OperationalError:
        return False
    return True


@contextmanager
def _not_waiting() -> Iterator[None]:
    """On SQLite a reader does not queue behind a writer."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("pragma busy_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute("pragma busy_timeout = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"pragma busy_timeout = {int(usual)}")
