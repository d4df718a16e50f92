"""Each way in which the owner of the database may alter what stands is named by `verify` (trust.md 4.6, J2, J8).

What cannot be named before sealing: an older entry altered together with its commitment, and a whole posting taken out with its rows.
"""

import hashlib

import pytest
from django.db import connection

from taizhang.accounts.models import Human
from taizhang.journal.models import JournalEntry, JournalTx
from taizhang.journal.sqlite.base import Salter
from taizhang.journal.triggers import schema_of
from tests.journal.acts import behind_the_journal, broken, drop_trigger, pen, put_human, sql, undone

pytestmark = pytest.mark.django_db


def _entry_of(human) -> JournalEntry:
    return JournalEntry.objects.filter(pk_of_row=human.pk, schema__tbl="human").latest("pk")


def test_an_untouched_house_is_green(console):
    put_human(console)
    assert broken() == []


def test_a_row_edited_behind_is_named_with_its_column(console):
    human = put_human(console)
    with undone():
        with behind_the_journal("human"):
            sql("update human set name = '伪造' where id = %s", human.pk)
        said = broken()
    assert said == [f"表 human 的第 {human.pk} 行,列 name 与流水不一致"]


def test_a_row_added_behind_is_named(console):
    put_human(console)
    with undone():
        with behind_the_journal("human"):
            sql("insert into human (id, name, version, came_from) values (987654, '伪造', 1, '')")
        said = broken()
    assert said == ["表 human 的第 987654 行没有任何流水"]


def test_a_row_deleted_behind_is_named(console):
    human = put_human(console)
    with undone():
        with behind_the_journal("human"):
            sql("delete from human where id = %s", human.pk)
        said = broken()
    assert said == [f"表 human 的第 {human.pk} 行在流水中有记载,但已不在表中"]


def test_an_image_edited_is_named_by_its_commitment(console):
    human = put_human(console)
    with pen(console):
        Human.objects.filter(pk=human.pk).update(name="李四")
    first = JournalEntry.objects.filter(pk_of_row=human.pk, schema__tbl="human").earliest("pk")
    with undone():
        with behind_the_journal("journal_entry"):
            sql("update journal_entry set image = replace(image, '张三', '王五') where id = %s", first.pk)
        said = broken()
    assert said == [f"第 {first.pk} 条流水的内容与其承诺不一致"]


def test_a_commitment_edited_is_named(console):
    entry = _entry_of(put_human(console))
    with undone():
        with behind_the_journal("journal_entry"):
            sql("update journal_entry set seal = %s where id = %s", bytes(48), entry.pk)
        said = broken()
    assert said == [f"第 {entry.pk} 条流水的内容与其承诺不一致"]


def test_image_and_commitment_edited_together_no_longer_agree_with_the_row(console):
    human = put_human(console)
    entry = _entry_of(human)
    forged = entry.image.replace("张三", "王五")
    seal = entry.salt + hashlib.sha256(b"\x02" + entry.salt + forged.encode()).digest()
    with undone():
        with behind_the_journal("journal_entry"):
            sql("update journal_entry set image = %s, seal = %s where id = %s", forged, seal, entry.pk)
        said = broken()
    assert said == [f"表 human 的第 {human.pk} 行,列 name 与流水不一致"]


def test_the_newest_entry_deleted_is_named_twice(console):
    human = put_human(console)
    with pen(console) as opened:
        Human.objects.filter(pk=human.pk).update(name="李四")
    with undone():
        with behind_the_journal("journal_entry"):
            sql("delete from journal_entry where tx_id = %s", opened.tx)
        said = broken()
    assert said == [f"表 human 的第 {human.pk} 行,列 name 与流水不一致", f"第 {opened.tx} 次过账结束时有 1 条流水,现有 0 条"]


def test_an_older_entry_deleted_is_named(console):
    with pen(console) as opened:
        human = Human.objects.create(name="甲")
    with pen(console):
        Human.objects.filter(pk=human.pk).update(name="乙")
    with undone():
        with behind_the_journal("journal_entry"):
            sql("delete from journal_entry where tx_id = %s", opened.tx)
        said = broken()
    assert said == [f"第 {opened.tx} 次过账结束时有 1 条流水,现有 0 条"]


def test_an_entry_slipped_into_an_old_posting_is_named(console):
    with pen(console) as opened:
        human = Human.objects.create(name="甲")
    entry = _entry_of(human)
    with undone():
        sql(
            "insert into journal_entry (tx_id, schema_id, op, pk, image, seal) values (%s, %s, 'U', %s, %s, %s)",
            opened.tx,
            schema_of(Human).pk,
            human.pk,
            entry.image,
            Salter().seal(entry.image.encode()),
        )
        said = broken()
    assert said == [f"第 {opened.tx} 次过账结束时有 1 条流水,现有 2 条"]


def test_an_entry_of_an_invented_state_is_named(console):
    human = put_human(console)
    image = _entry_of(human).image.replace("张三", "王五")
    with undone():
        with pen(console) as opened:
            sql(
                "insert into journal_entry (tx_id, schema_id, op, pk, image, seal) values (%s, %s, 'U', %s, %s, %s)",
                opened.tx,
                schema_of(Human).pk,
                human.pk,
                image,
                Salter().seal(image.encode()),
            )
        said = broken()
    assert said == [f"表 human 的第 {human.pk} 行,列 name 与流水不一致"]


def test_a_posting_without_its_receipt_is_named(console):
    with pen(console) as opened:
        Human.objects.create(name="甲")
    with undone():
        with behind_the_journal("journal_receipt"):
            sql("delete from journal_receipt where tx_id = %s", opened.tx)
        said = broken()
    assert said == [f"第 {opened.tx} 次过账没有位置"]


def test_who_and_why_cannot_be_rewritten_while_the_triggers_stand(console):
    put_human(console)
    tx = JournalTx.objects.latest("pk")
    with pytest.raises(Exception, match="nothing is deleted"), pen(console):
        sql("update journal_tx set actor = 1 where id = %s", tx.pk)


NAMES = {"sqlite": "tz_human_bu", "postgresql": "tz_human_b"}


def test_a_trigger_dropped_is_named(console):
    name = NAMES[connection.vendor]
    with undone():
        drop_trigger("human", name)
        said = broken()
    assert said == [f"触发器 {name}(表 human)缺失或被改动;请运行 taizhang migrate 重新安装,并核查数据库的操作记录"]


def test_a_write_behind_a_dropped_trigger_is_named_even_when_the_trigger_is_back(console):
    from taizhang.journal import triggers

    human = put_human(console)
    with undone():
        with behind_the_journal("human"):
            sql("update human set version = 9 where id = %s", human.pk)
        triggers.check()
        said = broken()
    assert said == [f"表 human 的第 {human.pk} 行,列 version 与流水不一致"]
