"""Posting: one transaction, one entry a row, a position that only grows (trust.md 4.4, J1)."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from taizhang.accounts.models import Human
from taizhang.journal.images import read_image
from taizhang.journal.models import JournalEntry, JournalReceipt, JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause, NestedPosting, newest_position, part_of, posting, request_id
from taizhang.journal.triggers import REFUSED
from tests.cast import COUNTY, OTHER_COUNTY, START
from tests.journal.acts import pen, put_human, put_period

pytestmark = pytest.mark.django_db


def _fail_after_writing():
    Human.objects.create(name="李四")
    raise ZeroDivisionError


def _entries(opened) -> list[tuple]:
    rows = JournalEntry.objects.filter(tx=opened.tx).order_by("pk")
    return [(e.op, e.pk_of_row, list(read_image(e.image))) for e in rows]


def test_one_entry_stands_for_each_changed_row_with_its_whole_image(console):
    kept = put_human(console)
    with pen(console) as opened:
        fresh = Human.objects.create(name="李四")
        Human.objects.filter(pk=kept.pk).update(name="张三丰", version=2, came_from="7/表1/3")
    assert _entries(opened) == [("I", fresh.pk, [str(fresh.pk), "1", "", "李四"]), ("U", kept.pk, [str(kept.pk), "2", "7/表1/3", "张三丰"])]


def test_many_rows_in_one_statement_have_one_entry_each(console):
    with pen(console) as opened:
        Human.objects.bulk_create([Human(name=f"人{n}") for n in range(50)])
    assert sorted(image[3] for _, _, image in _entries(opened)) == sorted(f"人{n}" for n in range(50))


def test_the_posting_says_who_when_why_where(console):
    cause = Cause("household.enroll", reason="新识别", ref="batch:12")
    request_id.set("r-1")
    with posting(by=console, at=START, cause=cause, area="990101100201", idempotency_key="k") as opened:
        Human.objects.create(name="李四")
    tx = JournalTx.objects.get(pk=opened.tx)
    said = (tx.part, tx.actor, tx.person, tx.area, tx.action, tx.reason, tx.ref, tx.request_id, tx.idem_key, tx.at)
    assert said == ("990101", console.pk, console.person_id, "990101100201", "household.enroll", "新识别", "batch:12", "r-1", "k", START)


def test_a_posting_in_a_posting_is_refused_and_the_outer_one_stands(console):
    with pen(console) as opened:
        with pytest.raises(NestedPosting), pen(console):
            Human.objects.create(name="内")
        Human.objects.create(name="外")
    assert [image[3] for _, _, image in _entries(opened)] == ["外"]


def test_a_failing_body_leaves_nothing(console):
    before = (Human.objects.count(), JournalTx.objects.count(), JournalEntry.objects.count(), newest_position())
    with pytest.raises(ZeroDivisionError), pen(console):
        _fail_after_writing()
    assert (Human.objects.count(), JournalTx.objects.count(), JournalEntry.objects.count(), newest_position()) == before


def test_after_a_failing_body_the_pen_is_closed(console):
    with pytest.raises(ZeroDivisionError), pen(console):
        _fail_after_writing()
    with pytest.raises(Exception, match=REFUSED), transaction.atomic():
        Human.objects.create(name="李四")


def test_after_a_statement_that_the_database_refuses_the_pen_is_closed(console):
    put_period(console)
    with pytest.raises(IntegrityError):
        put_period(console)
    with pytest.raises(Exception, match=REFUSED), transaction.atomic():
        Human.objects.create(name="李四")
    assert put_human(console).pk


def test_after_a_posting_the_pen_is_closed(console):
    put_human(console)
    with pytest.raises(Exception, match=REFUSED), transaction.atomic():
        Human.objects.create(name="李四")


def test_positions_grow_and_the_newest_is_the_last(console):
    positions = []
    for name in "甲乙丙":
        with pen(console) as opened:
            Human.objects.create(name=name)
        positions.append(opened.position)
    assert positions == sorted(set(positions))
    assert newest_position() == positions[-1]


def test_a_posting_counts_its_entries(console):
    with pen(console) as opened:
        Human.objects.bulk_create([Human(name="甲"), Human(name="乙")])
    assert JournalReceipt.objects.get(tx=opened.tx).entries == 2


def test_the_same_key_answers_what_it_answered_and_writes_nothing(console):
    with pen(console, key="k-1") as opened:
        Human.objects.create(name="甲")
        opened.result = "答复"
    with pytest.raises(AlreadyPosted) as second, pen(console, key="k-1"):
        Human.objects.create(name="乙")
    assert (second.value.result, second.value.tx) == ("答复", opened.tx)
    assert not Human.objects.filter(name="乙").exists()


def test_the_same_key_in_another_county_is_another_request(console):
    with pen(console, key="k-1"):
        Human.objects.create(name="甲")
    with pen(console, key="k-1", area=OTHER_COUNTY):
        Human.objects.create(name="乙")
    assert Human.objects.filter(name__in=["甲", "乙"]).count() == 2


@pytest.mark.parametrize(
    ("area", "part"),
    [
        ("990101100201", "990101"),
        ("990101100201001", "990101"),
        (COUNTY, "990101"),
        ("990100000000", "national"),
        ("000000000000", "national"),
    ],
)
def test_the_volume_of_a_posting_is_its_county(area, part):
    assert part_of(area) == part


def test_times_are_kept_to_the_second_with_their_zone(console):
    at = datetime.fromisoformat("2026-11-23T10:11:12+08:00")
    with posting(by=console, at=at, cause=Cause("x"), area=COUNTY) as opened:
        Human.objects.create(name="甲")
    assert JournalTx.objects.get(pk=opened.tx).at == at
