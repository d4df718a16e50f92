"""Replay: at each position every row stands as a pure model says; history reads old → new."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.accounts.models import Human
from taizhang.journal.models import JournalSchema
from taizhang.journal.replay import history, replay, states_at
from taizhang.journal.triggers import schema_of
from tests.journal.acts import broken, pen, put_human, sql, undone

pytestmark = pytest.mark.django_db
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
EDITS = st.lists(st.lists(st.tuples(st.integers(0, 4), NAMES), min_size=1, max_size=4), min_size=1, max_size=8)


def _play(console, postings):
    """Each posting edits some of five people, who are born when first named. Gives the model after each posting, by position."""
    rows: dict[int, Human] = {}
    model: dict[int, str] = {}
    stood = {}
    for edits in postings:
        with pen(console) as opened:
            for who, name in edits:
                if who not in rows:
                    rows[who] = Human.objects.create(name=name)
                Human.objects.filter(pk=rows[who].pk).update(name=name)
                model[rows[who].pk] = name
        stood[opened.position] = dict(model)
    return stood, [row.pk for row in rows.values()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_at_every_position_the_rows_stand_as_the_model_says(console, postings):
    with undone():
        stood, pks = _play(console, postings)
        seen = {position: {pk: image["name"] for pk, image in states_at(Human, pks, position).items()} for position in stood}
        before = states_at(Human, pks, min(stood) - 1)
        proved = broken()
    assert seen == stood
    assert before == {}
    assert proved == []


def test_a_row_that_was_not_there_yet_stands_nowhere(console):
    with pen(console) as earlier:
        Human.objects.create(name="甲")
    human = put_human(console)
    assert replay(human, earlier.position) is None


def test_history_says_old_and_new_and_why(console):
    human = put_human(console, "张三")
    with pen(console, action="test.correct"):
        Human.objects.filter(pk=human.pk).update(name="张三丰", version=2)
    first, second = history(Human, human.pk)
    assert (first.op, first.changed["name"]) == ("I", (None, "张三"))
    assert (second.op, second.changed) == ("U", {"name": ("张三", "张三丰"), "version": ("1", "2")})
    assert (second.action, second.reason, second.person) == ("test.correct", "试写", console.person_id)
    assert first.position < second.position


def test_history_of_one_row_knows_nothing_of_another(console):
    first, second = put_human(console, "甲"), put_human(console, "乙")
    assert [change.image["name"] for change in history(Human, second.pk)] == ["乙"]
    assert [change.image["id"] for change in history(Human, first.pk)] == [str(first.pk)]


def _as_before_a_column_came(console) -> Human:
    """A row journalled when the table had no column `came_from` yet, which then came with its default."""
    human = put_human(console)
    columns = '[["id","text",0],["version","text",0],["name","text",0]]'
    old = JournalSchema.objects.create(tbl="human", schema_ver=schema_of(Human).schema_ver + 1, columns=columns)
    name, pk = human.name, str(human.pk)
    image = f"{len(pk)}:{pk},1:1,{len(name.encode())}:{name},"
    _write_entry(console, old, human, image)
    newest = schema_of(Human, write=True)
    assert newest.schema_ver == old.schema_ver + 1
    return human


def _write_entry(console, schema, human, image):
    from taizhang.journal.sqlite.base import Salter

    with pen(console) as opened:
        sql(
            "insert into journal_entry (tx_id, schema_id, op, pk, image, seal) values (%s, %s, 'U', %s, %s, %s)",
            opened.tx,
            schema.pk,
            human.pk,
            image,
            Salter().seal(image.encode()),
        )


def test_a_new_column_keeps_the_proof_and_the_replay_of_old_images(console):
    from taizhang.journal import triggers

    with undone():
        human = _as_before_a_column_came(console)
        triggers.install()
        proved = broken()
        stood = history(Human, human.pk)[-1].image
        with pen(console) as opened:
            Human.objects.filter(pk=human.pk).update(came_from="7/表/3")
        later, proved_later = replay(human, opened.position), broken()
    assert (proved, proved_later) == ([], [])
    assert stood == {"id": str(human.pk), "version": "1", "name": "张三"}
    assert later == {"id": str(human.pk), "version": "1", "came_from": "7/表/3", "name": "张三"}


def test_a_value_in_a_new_column_that_nobody_journalled_is_named(console):
    from tests.journal.acts import behind_the_journal

    with undone():
        human = _as_before_a_column_came(console)
        with behind_the_journal("human"):
            sql("update human set came_from = '伪造' where id = %s", human.pk)
        from taizhang.journal import triggers

        triggers.install()
        proved = broken()
    assert proved == [f"表 human 的第 {human.pk} 行,列 came_from 是后来增加的,其值没有任何流水"]
