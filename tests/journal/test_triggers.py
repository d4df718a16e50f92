"""The triggers are compared whole, mended by `install`, and strangers on the tables are named (J8, trust.md 4.5)."""

import pytest
from django.db import connection

from taizhang.accounts.models import Human
from taizhang.journal import triggers
from taizhang.journal.models import JournalSchema
from taizhang.journal.triggers import TriggersMissing
from tests.journal.acts import drop_trigger, sql, undone

pytestmark = pytest.mark.django_db
BEFORE = "create trigger tz_human_b before insert on human for each row execute function taizhang_refuse()"
WEAKER_ON_POSTGRES = {
    "refuses only new rows": ("tz_human_b", [BEFORE]),
    "refuses too late": ("tz_human_b", [BEFORE.replace("before insert", "after insert or update")]),
    "refuses only when asked": (
        "tz_human_b",
        [BEFORE.replace("before insert", "before insert or update").replace("execute", "when (new.id < 0) execute")],
    ),
    "writes only new rows": (
        "tz_human_a",
        ["create trigger tz_human_a after insert on human for each row execute function tz_human_entry()"],
    ),
    "calls another table's function": (
        "tz_human_a",
        ["create trigger tz_human_a after insert or update on human for each row execute function tz_period_entry()"],
    ),
    "keeps nothing": ("tz_human_keep_delete", []),
}
BODY = "create trigger tz_human_bu before update on human when taizhang_tx() is null begin select {}; end"
WEAKER_ON_SQLITE = {
    "refuses nothing": ("tz_human_bu", [BODY.format("1")]),
    "skips in silence": ("tz_human_bu", [BODY.format("raise(ignore)")]),
    "refuses only one column": (
        "tz_human_bu",
        [BODY.format(f"raise(abort, '{triggers.REFUSED}')").replace("update on", "update of name on")],
    ),
    "keeps nothing": ("tz_human_keep_delete", []),
}
WEAKER = {"sqlite": WEAKER_ON_SQLITE, "postgresql": WEAKER_ON_POSTGRES}
FUNCTIONS = {
    "taizhang_refuse": "begin return new; end",
    "taizhang_keep": "begin return null; end",
    "tz_human_entry": "begin return null; end",
}
STRANGERS = {
    "sqlite": ["create trigger stranger before insert on journal_entry begin select raise(ignore); end"],
    "postgresql": [
        "create function stranger() returns trigger language plpgsql as 'begin return null; end'",
        "create trigger stranger before insert on journal_entry for each row execute function stranger()",
    ],
}


def _run(*statements):
    if connection.vendor == "postgresql":
        sql("set constraints all immediate")
    for statement in statements:
        sql(statement)


def _after(*statements) -> str:
    """What `check` says after these statements; then `install` mends it."""
    _run(*statements)
    try:
        triggers.check()
    except TriggersMissing as missing:
        return str(missing)
    return ""


def test_what_was_installed_is_what_must_stand():
    triggers.check()


def test_every_weaker_trigger_in_place_of_ours_is_named_and_mended():
    for name, statements in WEAKER[connection.vendor].values():
        with undone():
            drop_trigger("human", name)
            assert f"触发器 {name}(表 human)缺失或被改动" in _after(*statements)
            triggers.install()
            triggers.check()


def test_a_stranger_on_a_table_is_named():
    with undone():
        assert "表 journal_entry 上有不属于本系统的触发器或规则 stranger" in _after(*STRANGERS[connection.vendor])


def test_an_old_trigger_of_ours_is_taken_away_by_installing():
    with undone():
        old = STRANGERS[connection.vendor][-1].replace("trigger stranger", "trigger tz_journal_entry_old")
        assert "tz_journal_entry_old" in _after(*STRANGERS[connection.vendor][:-1], old)
        triggers.install()
        triggers.check()


def test_a_table_without_any_trigger_is_named():
    for name in [name for table, name in triggers._standing({"human"}) if table == "human"]:
        with undone():
            drop_trigger("human", name)
            assert name in _after()


def test_columns_that_no_schema_declares_are_named():
    newest = triggers.schema_of(Human)
    with undone():
        JournalSchema.objects.create(tbl="human", schema_ver=newest.schema_ver + 1, columns='[["id","text",0]]')
        assert _after() == "表 human 的结构与流水登记的不一致;请运行 taizhang migrate"
        triggers.install()
        triggers.check()
        assert triggers.schema_of(Human).schema_ver == newest.schema_ver + 2


def test_installing_again_changes_nothing():
    before = JournalSchema.objects.count()
    triggers.install()
    triggers.check()
    assert JournalSchema.objects.count() == before
