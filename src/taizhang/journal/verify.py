"""Proof that the fold of the journal equals the tables, both ways, and that no entry was altered."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from taizhang.journal import triggers
from taizhang.journal.images import default_text, image_columns, image_sql, read_image
from taizhang.journal.models import JournalEntry, JournalMoved, JournalSchema, Posted
from taizhang.journal.moves import moves_told
from taizhang.journal.sqlite.base import COMMITMENT


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was proved of one table. `broken` says the first thing that is wrong, "" when all is well."""

    table: str
    rows: int
    entries: int
    broken: str = ""


def verify() -> list[Verdict]:
    """Check every business table against the journal, and every entry against its commitment.

    Reads    all business tables and the journal
    Gives    one verdict a table, then one each for the commitments, the order, the moves and the triggers
    Cost     3 queries, 2 set-wise ones a table that holds anything, one pass over the journal
    """
    models = triggers.posted_models()
    schemas = _schemas_by_table()
    rows, entries = _row_counts(models), _entry_counts()
    tables = [_verify_table(m, of := schemas.get(m._meta.db_table, []), rows[m], sum(entries.get(s.pk, 0) for s in of)) for m in models]
    return [*tables, _verify_commitments(), _verify_order(), _verify_moves(), _verify_triggers()]


def _schemas_by_table() -> dict[str, list[JournalSchema]]:
    found: dict[str, list[JournalSchema]] = {}
    for schema in JournalSchema.objects.order_by("schema_ver"):
        found.setdefault(schema.tbl, []).append(schema)
    return found


def _row_counts(models: list[type[Posted]]) -> dict[type[Posted], int]:
    counts = " union all ".join(f"select {at} as at, count(*) as n from {model._meta.db_table}" for at, model in enumerate(models))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return {models[at]: n for at, n in cursor.fetchall()}


def _entry_counts() -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("select schema_id, count(*) from journal_entry group by schema_id")
        return dict(cursor.fetchall())


def _verify_table(model: type[Posted], schemas: list[JournalSchema], rows: int, entries: int) -> Verdict:
    table = model._meta.db_table
    if not rows and not entries:
        return Verdict(table, 0, 0)
    ids = ", ".join(str(s.pk) for s in schemas) or "-1"
    image = image_sql(image_columns(model), "t", connection.vendor)
    last = f"select pk, max(id) as id from journal_entry where schema_id in ({ids}) group by pk"  # noqa: S608
    differs = (
        f"select t.id, {image}, e.image, e.schema_id from {table} t left join ({last}) l on l.pk = t.id"  # noqa: S608
        " left join journal_entry e on e.id = l.id"
        f" where e.id is null or e.image <> {image} order by t.id"
    )
    gone = f"select l.pk from ({last}) l left join {table} t on t.id = l.pk where t.id is null order by l.pk"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(differs)
        broken = next((said for row in cursor if (said := _difference(model, schemas, *row))), "")
        if not broken:
            cursor.execute(gone)
            found = cursor.fetchone()
            broken = f"表 {table} 的第 {found[0]} 行在流水中有记载,但已不在表中" if found else ""
    return Verdict(table, rows, entries, broken)


def _difference(model: type[Posted], schemas: list[JournalSchema], pk: int, now: str, was: str | None, schema_id: int | None) -> str:
    table = model._meta.db_table
    if was is None:
        return f"表 {table} 的第 {pk} 行没有任何流水"
    columns = image_columns(model)
    stands = dict(zip((c.name for c in columns), read_image(now), strict=True))
    schema = next(s for s in schemas if s.pk == schema_id)
    journalled = dict(zip((c.name for c in triggers.columns_of(schema)), read_image(was), strict=True))
    defaults = {str(f.column): default_text(f) for f in model._meta.concrete_fields}
    for column in columns:
        value = stands[column.name]
        if column.name not in journalled and value not in (None, defaults[column.name]):
            return f"表 {table} 的第 {pk} 行,列 {column.name} 是后来增加的,其值没有任何流水"
        if not _same(column.kind, value, journalled.get(column.name, value)):
            return f"表 {table} 的第 {pk} 行,列 {column.name} 与流水不一致"
    return f"表 {table} 的第 {pk} 行与流水不一致" if schema == schemas[-1] and was[:1] == now[:1] else ""


def _same(kind: str, now: str | None, was: str | None) -> bool:
    """Whether two canonical texts say the same; decimals may have got other places since."""
    if kind == "decimal" and now is not None and was is not None:
        return Decimal(now) == Decimal(was)
    return now == was


def _verify_commitments() -> Verdict:
    count = 0
    for pk, image, seal in JournalEntry.objects.order_by("pk").values_list("pk", "image", "seal").iterator(chunk_size=5000):
        count += 1
        salt, commitment = bytes(seal)[:16], bytes(seal)[16:]
        if hashlib.sha256(COMMITMENT + salt + image.encode()).digest() != commitment:
            return Verdict("journal_entry", count, count, f"第 {pk} 条流水的内容与其承诺不一致")
    return Verdict("journal_entry", count, count)


def _verify_order() -> Verdict:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journal_tx")
        count = cursor.fetchone()[0]
        cursor.execute("select t.id from journal_tx t left join journal_receipt r on r.tx_id = t.id where r.tx_id is null order by t.id")
        found = cursor.fetchone()
        lost = "select e.id from journal_entry e left join journal_tx t on t.id = e.tx_id where t.id is null order by e.id"
        cursor.execute(lost)
        stray = cursor.fetchone()
        cursor.execute(
            "select r.tx_id, r.entries, coalesce(e.n, 0) from journal_receipt r"
            " left join (select tx_id, count(*) as n from journal_entry group by tx_id) e on e.tx_id = r.tx_id"
            " where coalesce(e.n, 0) <> r.entries order by r.tx_id"
        )
        short = cursor.fetchone()
    broken = f"第 {found[0]} 次过账没有位置" if found else f"第 {stray[0]} 条流水没有过账" if stray else ""
    if not broken and short:
        broken = f"第 {short[0]} 次过账结束时有 {short[1]} 条流水,现有 {short[2]} 条"
    return Verdict("journal_tx", count, count, broken)


def _verify_moves() -> Verdict:
    """Where rows stood before they moved, against the entries; moves that both tell cancel out."""
    noted = Counter(JournalMoved.objects.values_list("tx", "schema", "pk_of_row", "col", "was"))
    count = noted.total()
    noted.subtract(moves_told())
    wrong = min((move for move, times in noted.items() if times), default=None)
    broken = f"第 {wrong[0]} 次过账中第 {wrong[2]} 行的变动(列 {wrong[3]})与流水不一致" if wrong else ""
    return Verdict("journal_moved", count, count, broken)


def _verify_triggers() -> Verdict:
    try:
        triggers.check()
    except triggers.TriggersMissing as missing:
        return Verdict("triggers", 0, 0, str(missing))
    return Verdict("triggers", 0, 0)
