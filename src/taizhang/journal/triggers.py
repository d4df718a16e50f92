"""The pen: triggers that refuse a write outside a posting and write the journal entry of every write inside one.

They are installed after every migration (Django's table rebuild on SQLite drops them) and compared at start; a server
whose triggers are not exactly these refuses to start. Source: trust.md 4.5.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache

from django.apps import apps
from django.db import connection

from taizhang.journal.images import ImageColumn, image_columns, image_sql
from taizhang.journal.models import APPEND_ONLY, JournalSchema, Posted
from taizhang.journal.moves import moving

REFUSED = "taizhang: a row changes only inside a posting"
KEPT = "taizhang: nothing is deleted, the journal only grows"


class TriggersMissing(Exception):
    """The database lacks a trigger, or has another one in its place: the server must not write."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger as it must stand: its table, name and full text, on PostgreSQL also the body of the function that it calls."""

    table: str
    name: str
    text: str
    function: str = ""
    body: str = ""


def posted_models() -> list[type[Posted]]:
    """Every business model: all that must be journalled."""
    return sorted((m for m in apps.get_models() if issubclass(m, Posted)), key=lambda m: m._meta.db_table)


def install() -> None:
    """Put the triggers of every business table and of the journal itself in place, and note the columns of their images.

    Writes   journal_schema rows for tables whose columns changed
    """
    expected = _expected(write_schemas=True)
    with connection.cursor() as cursor:
        for function, body in {t.function: t.body for t in expected if t.function}.items():
            cursor.execute(f"create or replace function {function}() returns trigger language plpgsql as $body${body}$body$")
        for trigger in expected:
            cursor.execute(_drop(trigger.table, trigger.name))
            cursor.execute(trigger.text)
        wanted = {(t.table, t.name) for t in expected}
        for table, name in _standing({t.table for t in expected}).keys() - wanted:
            if name.startswith("tz_"):
                cursor.execute(_drop(table, name))


def check() -> None:
    """Compare the triggers that stand with those that must: whole texts, on PostgreSQL also the functions behind them.

    Raises   TriggersMissing naming the first that differs, or the first that does not belong there
    """
    expected = _expected(write_schemas=False)
    standing = _standing({t.table for t in expected})
    for trigger in expected:
        if standing.pop((trigger.table, trigger.name), None) != _fingerprint(trigger):
            raise TriggersMissing(
                f"触发器 {trigger.name}(表 {trigger.table})缺失或被改动;请运行 taizhang migrate 重新安装,并核查数据库的操作记录"
            )
    for table, name in sorted(standing):
        raise TriggersMissing(f"表 {table} 上有不属于本系统的触发器或规则 {name};请核查数据库的操作记录并删除它")


def schema_of(model: type[Posted], *, write: bool = False) -> JournalSchema:
    """The newest schema row of a table; a new one when its columns changed and `write` is set.

    Raises   TriggersMissing when the columns changed and `write` is not set
    """
    return _declared_schema(model, JournalSchema.objects.filter(tbl=model._meta.db_table).order_by("-schema_ver").first(), write=write)


def newest_schemas() -> dict[str, JournalSchema]:
    """The newest schema row of every table that has one."""
    return {schema.tbl: schema for schema in JournalSchema.objects.order_by("schema_ver")}


def _declared_schema(model: type[Posted], newest: JournalSchema | None, *, write: bool) -> JournalSchema:
    table, columns = model._meta.db_table, _columns_text(image_columns(model))
    if newest is not None and newest.columns == columns:
        return newest
    if not write:
        raise TriggersMissing(f"表 {table} 的结构与流水登记的不一致;请运行 taizhang migrate")
    return JournalSchema.objects.create(tbl=table, schema_ver=newest.schema_ver + 1 if newest else 1, columns=columns)


@cache
def _columns_text(columns: tuple[ImageColumn, ...]) -> str:
    return json.dumps([list(asdict(c).values()) for c in columns])


def columns_of(schema: JournalSchema) -> tuple[ImageColumn, ...]:
    """The columns that a schema row declares."""
    return tuple(ImageColumn(*column) for column in json.loads(schema.columns))


def _expected(*, write_schemas: bool) -> list[Trigger]:
    vendor = connection.vendor
    newest, found = newest_schemas(), list[Trigger]()
    for model in posted_models():
        table = model._meta.db_table
        schema = _declared_schema(model, newest.get(table), write=write_schemas)
        found += _triggers_of(vendor, table, schema.pk, image_columns(model))
    for kept in APPEND_ONLY:
        found += _keeping(kept._meta.db_table, ("update", "delete"), vendor)
    return found


@cache
def _triggers_of(vendor: str, table: str, schema: int, columns: tuple[ImageColumn, ...]) -> list[Trigger]:
    make = _sqlite_triggers if vendor == "sqlite" else _postgres_triggers
    return make(table, schema, columns)


def _sqlite_triggers(table: str, schema: int, columns: tuple[ImageColumn, ...]) -> list[Trigger]:
    entry = (
        "insert into journal_entry(tx_id, schema_id, op, pk, image, seal) "
        "select taizhang_tx(), {schema}, '{op}', new.id, i, taizhang_seal(cast(i as blob)) from (select {image} as i)"
    )
    image = image_sql(columns, "new", "sqlite")
    found = []
    for op, event in (("I", "insert"), ("U", "update")):
        refuse = f"tz_{table}_b{op.lower()}"
        write = f"tz_{table}_a{op.lower()}"
        found += [
            Trigger(
                table,
                refuse,
                f"create trigger {refuse} before {event} on {table} when taizhang_tx() is null begin select raise(abort, '{REFUSED}'); end",
            ),
            Trigger(
                table,
                write,
                f"create trigger {write} after {event} on {table} begin {entry.format(schema=schema, op=op, image=image)}; end",
            ),
        ]
    return [*found, *_sqlite_moves(table, schema, columns), *_keeping(table, ("delete",), "sqlite")]


def _sqlite_moves(table: str, schema: int, columns: tuple[ImageColumn, ...]) -> list[Trigger]:
    """Where a row stood before a change moved it; a row that does not move costs nothing."""
    names = [c.name for c in moving(columns)]
    if not names:
        return []
    moved = {name: f"old.{name} is not new.{name}" for name in names}
    entries = " ".join(
        f"insert into journal_moved(tx_id, schema_id, pk, col, was) select taizhang_tx(), {schema}, new.id, '{name}', old.{name}"
        f" where {differs} and old.{name} is not null;"
        for name, differs in moved.items()
    )
    text = f"after update of {', '.join(names)} on {table} when {' or '.join(moved.values())} begin {entries} end"
    return [Trigger(table, f"tz_{table}_am", f"create trigger tz_{table}_am {text}")]


def _keeping(table: str, events: tuple[str, ...], vendor: str) -> list[Trigger]:
    found = []
    for event in events:
        name = f"tz_{table}_keep_{event}"
        if vendor == "sqlite":
            text = f"create trigger {name} before {event} on {table} begin select raise(abort, '{KEPT}'); end"
            found.append(Trigger(table, name, text))
        else:
            found.append(_calling(table, name, f"before {event}", "taizhang_keep", KEEP_BODY))
    if vendor != "sqlite":
        found.append(_calling(table, f"tz_{table}_keep_truncate", "before truncate", "taizhang_keep", KEEP_BODY, each="statement"))
    return found


REFUSE_BODY = f"""
begin
  if coalesce(current_setting('taizhang.tx', true), '') = '' then raise exception '{REFUSED}'; end if;
  return new;
end """
KEEP_BODY = f"""
begin
  raise exception '{KEPT}';
end """


def _postgres_triggers(table: str, schema: int, columns: tuple[ImageColumn, ...]) -> list[Trigger]:
    image = image_sql(columns, "new", "postgresql")
    body = f"""
declare i text := {image}; s bytea := uuid_send(gen_random_uuid());
begin
  insert into journal_entry(tx_id, schema_id, op, pk, image, seal) values (current_setting('taizhang.tx')::bigint, {schema},
    case tg_op when 'INSERT' then 'I' else 'U' end, new.id, i, s || sha256('\\x02'::bytea || s || convert_to(i, 'UTF8')));
{_postgres_moves(schema, columns)}  return null;
end """  # noqa: S608 - names of our own tables and columns only
    return [
        _calling(table, f"tz_{table}_b", "before insert or update", "taizhang_refuse", REFUSE_BODY),
        _calling(table, f"tz_{table}_a", "after insert or update", f"tz_{table}_entry", body),
        *_keeping(table, ("delete",), "postgresql"),
    ]


def _postgres_moves(schema: int, columns: tuple[ImageColumn, ...]) -> str:
    was = {c.name: f"old.{c.name}::int::text" if c.kind == "bool" else f"old.{c.name}" for c in moving(columns)}
    if not was:
        return ""
    each = "".join(
        f"    if new.{name} is distinct from old.{name} and old.{name} is not null then\n"  # noqa: S608 - our own names
        "      insert into journal_moved(tx_id, schema_id, pk, col, was)"
        f" values (current_setting('taizhang.tx')::bigint, {schema}, new.id, '{name}', {old});\n    end if;\n"
        for name, old in was.items()
    )
    return f"  if tg_op = 'UPDATE' then\n{each}  end if;\n"


def _calling(table: str, name: str, when: str, function: str, body: str, each: str = "row") -> Trigger:
    """A PostgreSQL trigger, worded as the server words it back."""
    text = f"create trigger {name} {when} on {table} for each {each} execute function {function}()"
    return Trigger(table, name, text, function, body)


def _drop(table: str, name: str) -> str:
    return f'drop trigger if exists "{name}"' + ("" if connection.vendor == "sqlite" else f" on {table}")


def _standing(tables: set[str]) -> dict[tuple[str, str], str]:
    """What stands on these tables: (table, name) → fingerprint; on PostgreSQL also rewrite rules."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("select tbl_name, name, sql from sqlite_master where type = 'trigger'")
            return {(table, name): _plain(sql) for table, name, sql in cursor.fetchall() if table in tables}
        cursor.execute(
            "select c.relname, t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled, p.prosrc, l.lanname from pg_trigger t"
            " join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid join pg_language l on l.oid = p.prolang"
            " where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace and c.relname = any(%s)",
            [list(tables)],
        )
        found = {
            (table, name): _joined(text, enabled, source, language) for table, name, text, enabled, source, language in cursor.fetchall()
        }
        cursor.execute(
            "select c.relname, r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class"
            " where c.relnamespace = current_schema()::regnamespace and c.relname = any(%s)",
            [list(tables)],
        )
        return found | dict.fromkeys(cursor.fetchall(), "rule")


@cache
def _fingerprint(trigger: Trigger) -> str:
    if not trigger.function:
        return _plain(trigger.text)
    return _joined(trigger.text, "O", trigger.body, "plpgsql")


def _joined(text: str, enabled: str, body: str, language: str) -> str:
    return "|".join((" ".join(text.lower().split()), enabled, body, language))


def _plain(text: str) -> str:
    """SQLite writes the first two words of a text in capitals and keeps the rest as it came."""
    create, trigger, rest = text.split(maxsplit=2)
    return f"{create.lower()} {trigger.lower()} {' '.join(rest.split())}"
