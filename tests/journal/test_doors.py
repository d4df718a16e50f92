"""Outside a posting the database refuses, whichever door is tried; and nothing is ever deleted (trust.md J1, B5)."""

import pytest
from django.db import DatabaseError, connection, transaction

from taizhang.accounts.models import Human
from taizhang.journal.bulk import change_rows, write_rows
from taizhang.journal.models import JournalEntry, JournalReceipt, JournalSchema, JournalTx
from taizhang.journal.triggers import KEPT, REFUSED
from tests.journal.acts import pen, put_human, sql

pytestmark = pytest.mark.django_db

INSERT = "insert into human (name, version, came_from) values (%s, 1, '')"


def _many(statement, rows):
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _renamed(human):
    human.name = "李四"
    human.save()


WRITES = {
    "save of a new row": lambda human: Human(name="李四").save(),
    "create": lambda human: Human.objects.create(name="李四"),
    "save of a standing row": _renamed,
    "bulk_create": lambda human: Human.objects.bulk_create([Human(name="李四"), Human(name="王五")]),
    "bulk_create that ignores conflicts": lambda human: Human.objects.bulk_create([Human(name="李四")], ignore_conflicts=True),
    "bulk_create that updates": lambda human: Human.objects.bulk_create(
        [Human(pk=human.pk, name="李四")], update_conflicts=True, update_fields=["name"], unique_fields=["id"]
    ),
    "bulk_update": lambda human: Human.objects.bulk_update([Human(pk=human.pk, name="李四")], ["name"]),
    "update": lambda human: Human.objects.update(name="李四"),
    "update_or_create": lambda human: Human.objects.update_or_create(pk=human.pk, defaults={"name": "李四"}),
    "get_or_create": lambda human: Human.objects.get_or_create(name="李四"),
    "raw insert": lambda human: sql(INSERT, "李四"),
    "raw update": lambda human: sql("update human set name = %s", "李四"),
    "raw insert from a select": lambda human: sql("insert into human (name, version, came_from) select name, 1, '' from human"),
    "executemany": lambda human: _many(INSERT, [("李四",), ("王五",)]),
    "the writer of many rows": lambda human: write_rows(Human, ["name", "version", "came_from"], [("李四", 1, "")]),
    "the changer of many rows": lambda human: change_rows(Human, ["name"], [(human.pk, 1, "李四")]),
}
DELETES = {
    "delete": lambda human: human.delete(),
    "delete of a query": lambda human: Human.objects.filter(pk=human.pk).delete(),
    "raw delete": lambda human: sql("delete from human where id = %s", human.pk),
}
ON_SQLITE = {
    "insert or replace": lambda human: sql(
        "insert or replace into human (id, name, version, came_from) values (%s, '李四', 1, '')", human.pk
    ),
    "replace": lambda human: sql("replace into human (id, name, version, came_from) values (%s, '李四', 1, '')", human.pk),
    "update or replace": lambda human: sql("update or replace human set id = %s where id <> %s", human.pk, human.pk),
}
ON_POSTGRES = {
    "truncate": lambda human: sql("truncate human cascade"),
    "truncate of entries": lambda human: sql("truncate journal_entry cascade"),
}
WHOLESALE = {"sqlite": ON_SQLITE, "postgresql": ON_POSTGRES}


@pytest.mark.parametrize("door", WRITES)
def test_a_write_outside_a_posting_is_refused_by_every_door(console, door):
    human = put_human(console)
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        WRITES[door](human)
    assert list(Human.objects.filter(pk=human.pk).values_list("name", flat=True)) == ["张三"]
    assert not Human.objects.filter(name__in=["李四", "王五"]).exists()


@pytest.mark.parametrize("door", WRITES)
def test_inside_a_posting_the_same_doors_are_open_and_journalled(console, door):
    human = put_human(console)
    before = JournalEntry.objects.count()
    with pen(console):
        WRITES[door](human)
    assert JournalEntry.objects.count() > before


@pytest.mark.parametrize("door", DELETES)
def test_nothing_is_deleted_inside_a_posting_or_outside(console, door):
    human = put_human(console)
    with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
        DELETES[door](human)
    with pytest.raises(DatabaseError, match=KEPT), pen(console):
        DELETES[door](human)
    assert Human.objects.filter(pk=human.pk).exists()


def test_nothing_is_deleted_by_replacing_or_emptying(console):
    human = put_human(console)
    put_human(console, "王五")
    for door in WHOLESALE[connection.vendor].values():
        with pytest.raises(DatabaseError, match=KEPT), pen(console):
            _settled(door, human)
    assert Human.objects.get(pk=human.pk).name == "张三"


def _settled(door, human):
    if connection.vendor == "postgresql":
        sql("set constraints all immediate")
    door(human)


@pytest.mark.parametrize("model", [JournalSchema, JournalTx, JournalEntry, JournalReceipt], ids=lambda m: m.__name__)
@pytest.mark.parametrize("way", ["update", "delete"])
def test_the_journal_itself_only_grows(console, model, way):
    put_human(console)
    statement = {
        "update": f"update {model._meta.db_table} set {model._meta.pk.column} = {model._meta.pk.column}",
        "delete": f"delete from {model._meta.db_table}",
    }
    with pytest.raises(DatabaseError, match=KEPT), pen(console):
        sql(statement[way])
