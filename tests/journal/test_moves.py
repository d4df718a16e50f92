"""Where a row stood before it moved is noted by the triggers and proved against the entries."""

import json

import pytest

from taizhang.accounts.models import User
from taizhang.households.models import HouseholdPeriod
from taizhang.journal.images import read_image
from taizhang.journal.models import JournalEntry, JournalMoved, JournalSchema
from taizhang.journal.moves import moves_told, write_moves
from taizhang.journal.triggers import columns_of
from tests.cast import COUNTY, NEXT_VILLAGE, VILLAGE
from tests.households.families import enroll, open_period
from tests.journal.acts import behind_the_journal, broken, pen, sql, undone

pytestmark = pytest.mark.django_db


def _moves() -> list[tuple[str, int, str, str]]:
    return list(JournalMoved.objects.order_by("pk").values_list("schema__tbl", "pk_of_row", "col", "was"))


def test_a_row_that_moves_leaves_its_area_behind(console, cun):
    with pen(console):
        User.objects.filter(pk=cun.pk).update(area=NEXT_VILLAGE)
    with pen(console):
        User.objects.filter(pk=cun.pk).update(area=COUNTY)
    assert _moves() == [("account", cun.pk, "area", VILLAGE), ("account", cun.pk, "area", NEXT_VILLAGE)]


def test_a_row_that_only_changes_leaves_nothing_behind(console, cun):
    with pen(console):
        User.objects.filter(pk=cun.pk).update(must_change=True, area=VILLAGE)
    assert _moves() == []


def test_a_new_row_leaves_nothing_behind(cun):
    assert _moves() == []


def test_the_entries_tell_the_same_moves(console, cun):
    with pen(console):
        User.objects.filter(pk=cun.pk).update(area=NEXT_VILLAGE)
    assert sorted(moves_told()) == sorted(JournalMoved.objects.values_list("tx", "schema", "pk_of_row", "col", "was"))
    assert broken() == []


def test_a_move_taken_out_is_named(console, cun):
    with pen(console):
        User.objects.filter(pk=cun.pk).update(area=NEXT_VILLAGE)
    with undone():
        with behind_the_journal("journal_moved"):
            sql("delete from journal_moved")
        said = broken()
    assert any("列 area" in each for each in said)


def test_a_move_that_never_was_is_named(console, cun):
    entry = JournalMoved(tx_id=1, schema_id=1, pk_of_row=cun.pk, col="area", was=COUNTY)
    with undone():
        entry.save()
        said = broken()
    assert any("列 area" in each for each in said)


def test_a_move_cannot_be_altered_or_deleted(console, cun):
    with pen(console):
        User.objects.filter(pk=cun.pk).update(area=NEXT_VILLAGE)
    with pytest.raises(Exception, match="nothing is deleted"), undone():
        sql("delete from journal_moved")
    with pytest.raises(Exception, match="nothing is deleted"), undone():
        sql("update journal_moved set was = ''")


def test_a_database_from_before_gets_its_moves_from_the_entries(console, cun):
    with pen(console):
        User.objects.filter(pk=cun.pk).update(area=NEXT_VILLAGE)
    noted = _moves()
    with undone():
        with behind_the_journal("journal_moved"):
            sql("delete from journal_moved")
        write_moves()
        write_moves()
        assert _moves() == noted


def test_what_no_longer_counts_is_noted_even_where_the_column_came_later(console, cun):
    """A row from before `valid` was added, and then taken out of the count."""
    period = open_period(cun)
    archive = HouseholdPeriod.objects.get(household=enroll(cun, period))
    newest = JournalSchema.objects.filter(tbl="household_period").latest("schema_ver")
    with undone():
        older = _without(newest, "valid", archive)
        with behind_the_journal("journal_entry"):
            sql("update journal_entry set schema_id = %s, image = %s where schema_id = %s and pk = %s", *older, newest.pk, archive.pk)
        with pen(console):
            HouseholdPeriod.objects.filter(pk=archive.pk).update(valid=False)
        noted = [(pk, col, was) for tbl, pk, col, was in _moves() if tbl == "household_period"]
        told = [(pk, col, was) for _, _, pk, col, was in moves_told() if col == "valid"]
    assert noted == told == [(archive.pk, "valid", "1")]


def _without(schema: JournalSchema, column: str, row: HouseholdPeriod) -> tuple[int, str]:
    """A shape without a column, and the row's last image in it."""
    columns = columns_of(schema)
    entry = JournalEntry.objects.filter(schema=schema, pk_of_row=row.pk).latest("pk")
    kept = [(c, text) for c, text in zip(columns, read_image(entry.image), strict=True) if c.name != column]
    names = json.dumps([[c.name, "text", c.places] for c, _ in kept])
    older = JournalSchema.objects.create(tbl=schema.tbl, schema_ver=schema.schema_ver + 7, columns=names)
    return older.pk, "".join("~," if text is None else f"{len(text.encode())}:{text}," for _, text in kept)
