"""Windows (窗口期): by operation, level and area; outside them an operation is refused with the reason and the next opening."""

from datetime import timedelta

import pytest

from taizhang.accounts.access import NATION, NotPermitted
from taizhang.households.models import OperationWindow
from taizhang.households.services.confirming import confirm_archive
from taizhang.households.services.correcting import correct_household, correct_member
from taizhang.households.services.refusals import LostRace, OutsideWindow
from taizhang.households.services.windows import (
    NEEDS,
    WindowImpossible,
    declare_window,
    insist_on_window,
    openings_passed,
    shut_areas,
    shut_operations,
    windows_over,
    withdraw_window,
)
from taizhang.households.services.worksheets import put_work_spell, set_worksheet
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.policy.windows import WINDOWED
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PROVINCE, TOWNSHIP, VILLAGE, grant_to
from tests.factories import some_places
from tests.households.families import AT, CAUSE, archive_of, enroll, member_named, open_period

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def period(cun):
    some_places()
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


def declare(by, operation="correct", opens=AT - 3 * DAY, closes=AT - DAY, **other) -> OperationWindow:
    told = {"level": "", "area": COUNTY, "note": "年度动态调整"} | other
    return declare_window(
        by=by, at=AT, cause=Cause("window.declare", "按年度安排"), operation=operation, opens_at=opens, closes_at=closes, **told
    )


def correct(by, household, period, at=AT) -> str:
    archive = archive_of(household, period)
    told = {"household_period": archive, "version": archive.version, "facts": {"address": f"{at:%H%M}号"}}
    return str(correct_household(by=by, at=at, cause=CAUSE, **told).address)


def test_every_operation_with_a_window_names_its_permission():
    assert set(NEEDS) == set(WINDOWED)


def test_with_no_window_declared_nothing_is_blocked(cun, household, period):
    assert correct(cun, household, period) == "0200号"


def test_inside_a_window_the_operation_is_done(cun, sheng, household, period):
    declare(sheng, opens=AT - DAY, closes=AT + DAY)
    assert correct(cun, household, period)


@pytest.mark.parametrize(
    ("at", "may"), [(AT - timedelta(seconds=1), False), (AT, True), (AT + DAY - timedelta(seconds=1), True), (AT + DAY, False)]
)
def test_a_window_is_open_from_its_opening_until_right_before_its_close(cun, sheng, household, at, may):
    declare(sheng, opens=AT, closes=AT + DAY)
    assert (shut_areas(cun, "correct", [VILLAGE], at) == {}) is may


def test_the_refusal_tells_when_it_closed_and_when_it_opens_next(cun, sheng, household, period):
    declare(sheng)
    declare(sheng, opens=AT + 9 * DAY, closes=AT + 10 * DAY)
    declare(sheng, opens=AT + 5 * DAY, closes=AT + 6 * DAY)
    with pytest.raises(OutsideWindow) as refused:
        correct(cun, household, period)
    assert refused.value.next_opening == AT + 5 * DAY
    assert str(refused.value) == "现在不在“更正采集信息”的窗口期内,上一次已于 2026-02-28 10:00 截止;下一次 2026-03-06 10:00 开放"


def test_where_no_further_window_is_planned_the_refusal_says_so(cun, sheng, household, period):
    declare(sheng)
    with pytest.raises(OutsideWindow, match="还没有安排下一次开放") as refused:
        correct(cun, household, period)
    assert refused.value.next_opening is None


@pytest.mark.parametrize(
    ("other", "shut"),
    [
        ({"area": VILLAGE}, True),
        ({"area": TOWNSHIP}, True),
        ({"area": PROVINCE}, True),
        ({"area": NEXT_VILLAGE}, False),
        ({"area": OTHER_COUNTY}, False),
        ({"operation": "split"}, False),
        ({"level": "village"}, True),
        ({"level": "township"}, False),
        ({"level": "county"}, False),
    ],
)
def test_a_window_concerns_its_area_its_operation_and_its_level(cun, sheng, household, other, shut):
    declare(sheng, **other)
    assert bool(shut_areas(cun, "correct", [VILLAGE], AT)) is shut


def test_levels_are_released_one_after_the_other(cun, xiang, xian, sheng, household):
    declare(sheng, level="village", opens=AT - 9 * DAY, closes=AT - 5 * DAY)
    declare(sheng, level="township", opens=AT - 5 * DAY, closes=AT + DAY)
    declare(sheng, level="county", opens=AT + DAY, closes=AT + 2 * DAY)
    assert [bool(shut_areas(by, "correct", [VILLAGE], AT)) for by in (cun, xiang, xian)] == [True, False, True]


def test_one_of_several_windows_is_enough_and_one_of_several_offices(cun, sheng, household):
    declare(sheng, level="village")
    grant_to(cun, "township", TOWNSHIP, "township")
    insist_on_window(cun, "correct", VILLAGE, AT)
    declare(sheng, level="township")
    with pytest.raises(OutsideWindow):
        insist_on_window(cun, "correct", VILLAGE, AT)
    declare(sheng, level="village", area=VILLAGE, opens=AT - DAY, closes=AT + DAY)
    insist_on_window(cun, "correct", VILLAGE, AT)


def test_an_office_without_the_permission_opens_no_window(cun, sheng, household):
    declare(sheng, level="village")
    grant_to(cun, "auditor", COUNTY, "county")
    with pytest.raises(OutsideWindow):
        insist_on_window(cun, "correct", VILLAGE, AT)


def test_all_that_corrects_has_the_window_of_corrections(cun, sheng, household, period):
    declare(sheng)
    archive, son = archive_of(household, period), member_named(household, "张小三")
    archive.draft = True
    with pytest.raises(OutsideWindow):
        set_worksheet(by=cun, at=AT, cause=CAUSE, household_period=archive, version=0, facts={"ws_wage_labour_yuan": 1})
    with pytest.raises(OutsideWindow):
        put_work_spell(by=cun, at=AT, cause=CAUSE, membership=son, period=period, spell=None, version=0, facts={"spell_from_on": "2018"})
    with pytest.raises(OutsideWindow):
        correct_member(by=cun, at=AT, cause=CAUSE, membership=son, period=period, versions={}, facts={"member.work_months": 1})
    with pytest.raises(OutsideWindow):
        confirm_archive(by=cun, at=AT, cause=CAUSE, household_period=archive, version=1)


def test_what_is_shut_to_an_account_is_told_by_operation(cun, xian, sheng, household):
    declare(sheng, "split")
    declare(sheng, "correct", opens=AT - DAY, closes=AT + DAY)
    assert list(shut_operations(xian, VILLAGE, AT)) == ["split"]
    assert shut_operations(cun, VILLAGE, AT) == {}


def test_openings_and_closings_count_as_they_pass(sheng, household):
    declare(sheng, opens=AT, closes=AT + DAY)
    assert [openings_passed(AT + shift) for shift in (-DAY, timedelta(0), DAY)] == [0, 1, 2]


@pytest.mark.parametrize("who", ["cun", "xiang", "xian", "shi", "waixian", "shenji", "guest", "former"])
def test_only_the_province_declares_and_withdraws_windows(request, sheng, household, who):
    window = declare(sheng)
    with pytest.raises(NotPermitted):
        declare(request.getfixturevalue(who))
    with pytest.raises(NotPermitted):
        withdraw_window(by=request.getfixturevalue(who), at=AT, cause=CAUSE, window=window, version=1)


@pytest.mark.parametrize("wrong", [{"operation": "dance"}, {"level": "street"}, {"opens": AT, "closes": AT}])
def test_a_window_that_cannot_be_is_refused(sheng, household, wrong):
    with pytest.raises(WindowImpossible):
        declare(sheng, **wrong)


def test_a_withdrawn_window_counts_no_more_and_is_withdrawn_once(cun, sheng, household, period):
    window = declare(sheng, idempotency_key="w-1")
    with pytest.raises(AlreadyPosted):
        declare(sheng, idempotency_key="w-1")
    with pytest.raises(LostRace):
        withdraw_window(by=sheng, at=AT, cause=CAUSE, window=window, version=7)
    withdraw_window(by=sheng, at=AT, cause=CAUSE, window=window, version=1)
    assert correct(cun, household, period)
    with pytest.raises(WindowImpossible):
        withdraw_window(by=sheng, at=AT, cause=CAUSE, window=window, version=2)


def test_the_windows_over_an_area_are_those_above_and_below_it(sheng, household):
    whole, below, elsewhere = declare(sheng, area=PROVINCE), declare(sheng, area=VILLAGE), declare(sheng, area=OTHER_COUNTY)
    assert {w.pk for w in windows_over(COUNTY)} == {whole.pk, below.pk}
    assert {w.pk for w in windows_over(NEXT_VILLAGE)} == {whole.pk}
    assert {w.pk for w in windows_over(NATION)} == {whole.pk, below.pk, elsewhere.pk}


def test_a_window_costs_one_query_and_the_grants(cun, sheng, household, django_assert_num_queries):
    with django_assert_num_queries(1):
        insist_on_window(cun, "correct", VILLAGE, AT)
    declare(sheng, opens=AT - DAY, closes=AT + DAY)
    with django_assert_num_queries(2):
        insist_on_window(cun, "correct", VILLAGE, AT)
