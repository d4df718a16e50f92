"""The pen: triggers that refuse a write outside a posting and write the journal entry of every write inside one.

They are installed after every migration (Django's table rebuild on SQLite drops them) and compared at start; a server
whose triggers are not exactly these refuses to start. Source: trust.md 4.5.
"""

import json
from dataclasses import asdict, dataclass

from django.apps import apps
from django.db import connection

from taizhang.journal.images import ImageColumn, image_columns, image_sql
from taizhang.journal.models import APPEND_ONLY, JournalSchema, Posted

REFUSED = "taizhang: a row changes only inside a posting"
KEPT = "taizhang: nothing is deleted, the journal only grows"


class TriggersMissing(Exception):
    """The database lacks a trigger, or has another one in its place: the server must not write."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger as it must stand: its table, name and full text."""

    table: str
    name: str
    text: str


def posted_models() -> list[type[Posted]]:
    """Every business model: all that must be journalled."""
    return sorted((m for m in apps.get_models() if issubclass(m, Posted)), key=lambda m: m._meta.db_table)


def install() -> None:
    """Put the triggers of every business table and of the journal itself in place, and note the columns of their images.

    Writes   journal_schema rows for tables whose columns changed
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(REFUSE_FUNCTION)
            cursor.execute(KEEP_FUNCTION)
        for trigger in _expected(write_schemas=True):
            for statement in _replacing(trigger):
                cursor.execute(statement)


def check() -> None:
    """Compare the triggers that stand with those that must.

    Raises   TriggersMissing naming the first that differs
    """
    standing = _standing()
    for trigger in _expected(write_schemas=False):
        if standing.get(trigger.name) != _fingerprint(trigger):
            raise TriggersMissing(
                f"触发器 {trigger.name}(表 {trigger.table})缺失或被改动;请运行 taizhang migrate 重新安装,并核查数据库的操作记录"
            )


def schema_of(model: type[Posted], *, write: bool = False) -> JournalSchema:
    """The newest schema row of a table; a new one when its columns changed and `write` is set.

    Raises   TriggersMissing when the columns changed and `write` is not set
    """
    columns = json.dumps([list(asdict(c).values()) for c in image_columns(model)])
    table = model._meta.db_table
    newest = JournalSchema.objects.filter(tbl=table).order_by("-schema_ver").first()
    if newest is not None and newest.columns == columns:
        return newest
    if not write:
        raise TriggersMissing(f"表 {table} 的结构与流水登记的不一致;请运行 taizhang migrate")
    return JournalSchema.objects.create(tbl=table, schema_ver=newest.schema_ver + 1 if newest else 1, columns=columns)


def columns_of(schema: JournalSchema) -> tuple[ImageColumn, ...]:
    """The columns that a schema row declares."""
    return tuple(ImageColumn(*column) for column in json.loads(schema.columns))


def _expected(*, write_schemas: bool) -> list[Trigger]:
    vendor = connection.vendor
    found: list[Trigger] = []
    for model in posted_models():
        schema = schema_of(model, write=write_schemas)
        make = _sqlite_triggers if vendor == "sqlite" else _postgres_triggers
        found += make(model._meta.db_table, schema.pk, image_columns(model))
    for kept in APPEND_ONLY:
        found += _keeping(kept._meta.db_table, ("update", "delete"), vendor)
    return found


def _sqlite_triggers(table: str, schema: int, columns: tuple[ImageColumn, ...]) -> list[Trigger]:
    entry = (
        "insert into journal_entry(tx_id, schema_id, op, pk, image, seal) "
        "select taizhang_tx(), {schema}, '{op}', new.id, i, taizhang_seal(i) from (select {image} as i)"
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
    return found + _keeping(table, ("delete",), "sqlite")


def _keeping(table: str, events: tuple[str, ...], vendor: str) -> list[Trigger]:
    found = []
    for event in events:
        name = f"tz_{table}_keep_{event}"
        if vendor == "sqlite":
            text = f"create trigger {name} before {event} on {table} begin select raise(abort, '{KEPT}'); end"
        else:
            text = f"create trigger {name} before {event} on {table} for each row execute function taizhang_keep()"
        found.append(Trigger(table, name, text))
    if vendor != "sqlite":
        name = f"tz_{table}_keep_truncate"
        text = f"create trigger {name} before truncate on {table} for each statement execute function taizhang_keep()"
        found.append(Trigger(table, name, text))
    return found


REFUSE_FUNCTION = f"""create or replace function taizhang_refuse() returns trigger language plpgsql as $body$
begin
  if coalesce(current_setting('taizhang.tx', true), '') = '' then raise exception '{REFUSED}'; end if;
  return new;
end $body$"""
KEEP_FUNCTION = f"""create or replace function taizhang_keep() returns trigger language plpgsql as $body$
begin
  raise exception '{KEPT}';
end $body$"""


def _postgres_triggers(table: str, schema: int, columns: tuple[ImageColumn, ...]) -> list[Trigger]:
    function = f"tz_{table}_entry"
    image = image_sql(columns, "new", "postgresql")
    body = f"""create or replace function {function}() returns trigger language plpgsql as $body$
declare i text := {image}; s bytea := uuid_send(gen_random_uuid());
begin
  insert into journal_entry(tx_id, schema_id, op, pk, image, seal) values (current_setting('taizhang.tx')::bigint, {schema},
    case tg_op when 'INSERT' then 'I' else 'U' end, new.id, i, s || sha256('\\x02'::bytea || s || convert_to(i, 'UTF8')));
  return null;
end $body$"""  # noqa: S608 - names of our own tables and columns only
    refuse, write = f"tz_{table}_b", f"tz_{table}_a"
    return [
        Trigger(table, function, body),
        Trigger(
            table, refuse, f"create trigger {refuse} before insert or update on {table} for each row execute function taizhang_refuse()"
        ),
        Trigger(table, write, f"create trigger {write} after insert or update on {table} for each row execute function {function}()"),
        *_keeping(table, ("delete",), "postgresql"),
    ]


def _replacing(trigger: Trigger) -> list[str]:
    if trigger.text.startswith("create or replace"):
        return [trigger.text]
    drop = f"drop trigger if exists {trigger.name}"
    return [drop if connection.vendor == "sqlite" else f"{drop} on {trigger.table}", trigger.text]


def _standing() -> dict[str, str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("select name, sql from sqlite_master where type = 'trigger' and name like 'tz\\_%' escape '\\'")
            return {name: " ".join(sql.lower().split()) for name, sql in cursor.fetchall()}
        cursor.execute("select proname, prosrc from pg_proc where proname like 'tz\\_%'")
        found = {name: source for name, source in cursor.fetchall()}
        cursor.execute("select tgname, pg_get_triggerdef(oid), tgenabled from pg_trigger where tgname like 'tz\\_%'")
        return found | {name: _plain(text) if enabled == "O" else "disabled" for name, text, enabled in cursor.fetchall()}


def _fingerprint(trigger: Trigger) -> str:
    if connection.vendor == "sqlite":
        return " ".join(trigger.text.lower().split())
    if "$body$" in trigger.text:
        return trigger.text.split("$body$")[1]
    return _plain(trigger.text)


def _plain(text: str) -> str:
    words = text.lower().replace("public.", "").replace("or update", "").replace("insert or", "insert").split()
    return " ".join(sorted(words))
