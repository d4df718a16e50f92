"""What only PostgreSQL can suffer: functions replaced, triggers disabled, rules in the way. Run by `python -m tests.on_postgres`."""

import pytest
from django.db import DatabaseError, transaction

from taizhang.journal import triggers
from taizhang.journal.triggers import KEPT, TriggersMissing
from tests.journal.acts import put_human, sql, undone

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ATTACKS = {
    "refusing function": "create or replace function taizhang_refuse() returns trigger language plpgsql as 'begin return new; end'",
    "keeping function": "create or replace function taizhang_keep() returns trigger language plpgsql as 'begin return old; end'",
    "entry function": "create or replace function tz_human_entry() returns trigger language plpgsql as 'begin return null; end'",
    "disabled": "alter table human disable trigger tz_human_a",
    "all disabled": "alter table human disable trigger user",
    "replica only": "alter table human enable replica trigger tz_human_b",
    "rule": "create rule silent as on insert to journal_entry do instead nothing",
    "renamed": "alter trigger tz_human_a on human rename to tz_human_z",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_on_the_triggers_is_named_and_mended(attack):
    with undone():
        sql("set constraints all immediate")
        sql(ATTACKS[attack])
        with pytest.raises(TriggersMissing):
            triggers.check()


@pytest.mark.parametrize("table", ["human", "journal_entry", "journal_tx", "journal_receipt", "journal_schema"])
def test_no_table_can_be_emptied(console, table):
    put_human(console)
    sql("set constraints all immediate")
    with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
        sql(f"truncate {table} cascade")


def test_a_trigger_with_the_right_name_on_the_wrong_table_helps_nobody():
    with undone():
        sql("set constraints all immediate")
        sql("drop trigger tz_human_b on human")
        sql("create trigger tz_human_b before insert or update on period for each row execute function taizhang_refuse()")
        with pytest.raises(TriggersMissing, match="tz_human_b"):
            triggers.check()
