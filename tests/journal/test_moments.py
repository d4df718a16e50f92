"""A day means what stood when it ended in local time, a position exactly that."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from taizhang.accounts.models import Human
from taizhang.journal.moments import NoSuchMoment, moment_of, position_at_end_of, today
from taizhang.journal.posting import Cause, newest_position, posting
from tests.cast import COUNTY

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 31, 4, tzinfo=UTC)  # 12:00 in Shanghai
LATE = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
NEXT_MORNING = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai: the first of April


def _post(by, at: datetime) -> int:
    with posting(by=by, at=at, cause=Cause("test.write"), area=COUNTY) as opened:
        Human.objects.create(name="张三")
    return opened.position


def test_a_day_ends_at_midnight_in_local_time(console):
    _post(console, NOON)
    late = _post(console, LATE)
    next_morning = _post(console, NEXT_MORNING)
    assert position_at_end_of(date(2026, 3, 31)) == late
    assert position_at_end_of(date(2026, 4, 1)) == next_morning


def test_a_day_without_postings_is_the_day_before(console):
    noon = _post(console, NOON)
    assert position_at_end_of(date(2026, 4, 20)) == noon


def test_before_the_first_posting_nothing_stands(console):
    _post(console, NOON)
    assert position_at_end_of(date(2019, 1, 1)) == 0


def test_two_postings_whose_clocks_disagree_both_belong_to_the_day(console):
    late = _post(console, LATE)
    after_it = _post(console, NOON)
    assert after_it > late
    assert position_at_end_of(date(2026, 3, 31)) == after_it


def test_a_position_is_itself_with_the_day_of_its_posting(console):
    late = _post(console, LATE)
    _post(console, NEXT_MORNING)
    moment = moment_of(str(late))
    assert (moment.position, moment.day, moment.asked) == (late, date(2026, 3, 31), str(late))


@time_machine.travel("2026-11-23 02:00:00+00:00", tick=False)
def test_today_is_what_stands_now(console):
    _post(console, NOON)
    moment = moment_of("2026-11-23")
    assert (moment.position, moment.day) == (newest_position(), date(2026, 11, 23))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("去年", "既不是日期也不是流水位置"),
        ("2026-13-01", "既不是日期也不是流水位置"),
        ("2027-01-01", "还没有到"),
        ("999999", "流水现在只到"),
    ],
)
@time_machine.travel("2026-11-23 02:00:00+00:00", tick=False)
def test_what_nobody_can_know_is_refused_with_the_reason(console, asked, says):
    with pytest.raises(NoSuchMoment, match=says):
        moment_of(asked)


@time_machine.travel("2026-11-22 17:00:00+00:00", tick=False)
def test_the_present_is_the_local_day(db):
    assert today() == date(2026, 11, 23)
