"""Proof that the fold of the journal equals the tables, both ways, and that no entry was altered."""

import hashlib
from dataclasses import dataclass

from django.db import connection

from taizhang.journal import triggers
from taizhang.journal.images import image_columns, image_sql, read_image
from taizhang.journal.models import JournalEntry, JournalSchema, Posted
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
    Gives    one verdict a table, then one for the commitments and one for the triggers
    Cost     4 set-wise queries a table and one pass over the journal
    """
    return [*(_verify_table(model) for model in triggers.posted_models()), _verify_commitments(), _verify_order(), _verify_triggers()]


def _verify_table(model: type[Posted]) -> Verdict:
    table = model._meta.db_table
    schemas = list(JournalSchema.objects.filter(tbl=table).order_by("schema_ver"))
    ids = ", ".join(str(s.pk) for s in schemas) or "-1"
    image = image_sql(image_columns(model), "t", connection.vendor)
    last = f"select pk, max(id) as id from journal_entry where schema_id in ({ids}) group by pk"  # noqa: S608
    differs = (
        f"select t.id, {image}, e.image, e.schema_id from {table} t left join ({last}) l on l.pk = t.id left join journal_entry e on e.id = l.id"  # noqa: S608
        f" where e.id is null or e.image <> {image} order by t.id"
    )
    gone = f"select l.pk from ({last}) l left join {table} t on t.id = l.pk where t.id is null order by l.pk"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")  # noqa: S608
        rows = cursor.fetchone()[0]
        cursor.execute(f"select count(*) from journal_entry where schema_id in ({ids})")  # noqa: S608
        entries = cursor.fetchone()[0]
        cursor.execute(differs)
        broken = next((said for pk, now, was, schema in cursor if (said := _difference(table, pk, now, was, schema, schemas))), "")
        if not broken:
            cursor.execute(gone)
            found = cursor.fetchone()
            broken = f"表 {table} 的第 {found[0]} 行在流水中有记载,但已不在表中" if found else ""
    return Verdict(table, rows, entries, broken)


def _difference(table: str, pk: int, now: str, was: str | None, schema_id: int | None, schemas: list[JournalSchema]) -> str:
    if was is None:
        return f"表 {table} 的第 {pk} 行没有任何流水"
    newest = [c.name for c in triggers.columns_of(schemas[-1])]
    stands = dict(zip(newest, read_image(now), strict=True))
    schema = next(s for s in schemas if s.pk == schema_id)
    journalled = dict(zip((c.name for c in triggers.columns_of(schema)), read_image(was), strict=True))
    for column, value in journalled.items():
        if column in stands and stands[column] != value:
            return f"表 {table} 的第 {pk} 行,列 {column} 与流水不一致"
    if schema.pk == schemas[-1].pk and list(stands) != list(journalled):
        return f"表 {table} 的第 {pk} 行与流水不一致"
    return ""


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
    broken = f"第 {found[0]} 次过账没有位置" if found else f"第 {stray[0]} 条流水没有过账" if stray else ""
    return Verdict("journal_tx", count, count, broken)


def _verify_triggers() -> Verdict:
    try:
        triggers.check()
    except triggers.TriggersMissing as missing:
        return Verdict("triggers", 0, 0, str(missing))
    return Verdict("triggers", 0, 0)
