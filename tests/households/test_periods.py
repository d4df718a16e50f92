"""Periods: who may open, carry over and freeze them, and what is carried."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.carrying import NOT_CARRIED
from taizhang.households.models import (
    Household,
    HouseholdPeriod,
    Identification,
    IncomeWorksheet,
    Measure,
    MemberPeriod,
    Membership,
    Period,
    WorkSpell,
)
from taizhang.households.periods import (
    PeriodFrozen,
    PeriodImpossible,
    PeriodTaken,
    freeze_period,
    open_period,
    redate_period,
    roll_over_period,
    thaw_period,
)
from taizhang.households.services.common import frozen_at, insist_on_period
from taizhang.households.services.confirming import confirm_archive
from taizhang.households.services.correcting import correct_household, correct_member
from taizhang.households.services.family import leave_member
from taizhang.households.services.measures import put_measure
from taizhang.households.services.refusals import LostRace, NotInState
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause, newest_position
from taizhang.journal.replay import history, replay
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PROVINCE, VILLAGE, member_of_cast
from tests.intake.conftest import family, next_family, out, period, places
from tests.journal.acts import broken

__all__ = ["family", "next_family", "out", "period", "places"]
OTHER_VILLAGE = f"{OTHER_COUNTY[:6]}100201"
AT = datetime(2019, 10, 1, 2, tzinfo=UTC)
YEAR = {
    "key": "2019",
    "kind": "annual",
    "reference_on": date(2019, 12, 31),
    "income_from": date(2018, 10, 1),
    "income_to": date(2019, 9, 30),
}
pytestmark = pytest.mark.django_db


def opened(by, **other) -> Period:
    return open_period(by=by, at=AT, cause=Cause("period.open"), area=PROVINCE, **(YEAR | other))


@pytest.fixture
def carried(sheng, family, period):
    """The family's archives, carried from 2018 into 2019."""
    new = opened(sheng)
    done = roll_over_period(by=sheng, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=period, new=new)
    return new, done


def thaw(by, period, area) -> Period:
    return thaw_period(by=by, at=AT, cause=Cause("period.thaw", "冻结有误"), area=area, period=period)


def roll(by, old, new, **other):
    return roll_over_period(by=by, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=old, new=new, **other)


@pytest.fixture
def other_county(period, out):
    """A household of the other county, with its archive."""
    with out():
        far = Household.objects.create(household_no="F1", area=OTHER_VILLAGE)
        HouseholdPeriod.objects.create(household=far, period=period, area=OTHER_VILLAGE, status="poor")
    return far


def test_the_province_opens_a_period(sheng):
    assert (opened(sheng).title, opened(sheng, key="2020").state) == ("2019年度", Period.OPEN)


@pytest.mark.parametrize("who", ["cun", "xiang", "xian", "shi", "shenji", "guest", "former"])
def test_nobody_below_the_province_opens_one(who, request):
    with pytest.raises(NotPermitted):
        opened(request.getfixturevalue(who))


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "19"},
        {"key": "201901"},
        {"key": "201913", "kind": "monthly"},
        {"key": "2019", "kind": "monthly"},
        {"kind": "weekly"},
        {"income_to": date(2018, 10, 1)},
        {"reference_on": date(2018, 9, 30)},
    ],
)
def test_a_period_that_cannot_be_is_refused(sheng, wrong):
    with pytest.raises(PeriodImpossible):
        opened(sheng, **wrong)


def test_a_key_is_used_once(sheng):
    opened(sheng)
    with pytest.raises(PeriodTaken):
        opened(sheng)


def test_what_was_surveyed_is_carried_and_what_was_earned_is_not(carried, period):
    new, done = carried
    before, after = HouseholdPeriod.objects.get(period=period), HouseholdPeriod.objects.get(period=new)
    assert (done.households, done.members) == (1, 3)
    assert (after.head_name, after.member_count, after.area) == (before.head_name, 3, before.area)
    assert (before.inc_wage_yuan is None, after.inc_wage_yuan, after.inc_total_yuan) == (False, None, None)
    assert set(MemberPeriod.objects.filter(period=new).values_list("health", flat=True)) == {"healthy"}


def test_archives_that_stand_already_are_left(carried, sheng, period):
    new, _ = carried
    again = roll_over_period(by=sheng, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=period, new=new)
    assert (again.households, again.members) == (0, 0)


def test_nothing_is_carried_back_in_time(carried, sheng, period):
    with pytest.raises(PeriodImpossible):
        roll_over_period(by=sheng, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=carried[0], new=period)


def test_nothing_is_carried_into_a_frozen_period(carried, sheng, period):
    frozen = freeze_period(by=sheng, at=AT, cause=Cause("period.freeze"), area=PROVINCE, period=carried[0])
    with pytest.raises(PeriodFrozen):
        roll_over_period(by=sheng, at=AT, cause=Cause("period.rollover"), area=PROVINCE, old=period, new=frozen)


def test_a_county_freezes_what_is_its_own(family, period, xian):
    frozen = freeze_period(by=xian, at=AT, cause=Cause("period.freeze"), area=xian.area, period=period)
    assert frozen.state == Period.FROZEN


def test_a_county_does_not_freeze_the_archives_of_another(family, period, cun, waixian):
    frozen = freeze_period(by=waixian, at=AT, cause=Cause("period.freeze"), area=waixian.area, period=period)
    assert (frozen.state, frozen_at(frozen, waixian.area), frozen_at(frozen, VILLAGE)) == (Period.OPEN, True, False)
    insist_on_period(cun, frozen, VILLAGE)
    with pytest.raises(NotPermitted):
        freeze_period(by=waixian, at=AT, cause=Cause("period.freeze"), area=VILLAGE, period=period)


def test_a_county_among_others_freezes_its_own_part(family, period, waixian, cun, lincun, sheng, other_county):
    part = freeze_period(by=member_of_cast("xian"), at=AT, cause=Cause("period.freeze"), area=COUNTY, period=period)
    for by, area in ((cun, VILLAGE), (lincun, NEXT_VILLAGE)):
        with pytest.raises(PeriodFrozen):
            insist_on_period(by, part, area)
    insist_on_period(waixian, part, OTHER_COUNTY)
    insist_on_period(sheng, part, VILLAGE)


def test_a_part_is_frozen_once(family, period, xian, other_county):
    freeze_period(by=xian, at=AT, cause=Cause("period.freeze"), area=COUNTY, period=period)
    with pytest.raises(PeriodFrozen):
        freeze_period(by=xian, at=AT, cause=Cause("period.freeze"), area=COUNTY, period=period)


def test_the_province_thaws_a_part_and_the_whole(family, period, xian, sheng, other_county):
    freeze_period(by=xian, at=AT, cause=Cause("period.freeze"), area=COUNTY, period=period)
    with pytest.raises(NotPermitted):
        thaw(xian, period, COUNTY)
    assert not frozen_at(thaw(sheng, period, COUNTY), VILLAGE)
    freeze_period(by=sheng, at=AT, cause=Cause("period.freeze"), area=PROVINCE, period=period)
    assert not frozen_at(thaw(sheng, period, PROVINCE), VILLAGE)
    with pytest.raises(PeriodImpossible, match="没有冻结"):
        thaw(sheng, period, PROVINCE)


def test_a_period_is_frozen_once(period, sheng):
    freeze_period(by=sheng, at=AT, cause=Cause("period.freeze"), area=PROVINCE, period=period)
    with pytest.raises(PeriodFrozen):
        freeze_period(by=sheng, at=AT, cause=Cause("period.freeze"), area=PROVINCE, period=period)


@pytest.mark.parametrize("act", ["freeze", "thaw", "redate"])
def test_the_journal_gives_a_period_back_as_it_was_and_as_it_is(sheng, family, act):
    period = opened(sheng)
    whole = {"by": sheng, "at": AT, "cause": Cause(f"period.{act}", "试"), "area": PROVINCE, "period": period}
    dates = {name: YEAR[name] for name in ("reference_on", "income_from")} | {"income_to": date(2019, 8, 31)}
    acts = {
        "freeze": lambda: freeze_period(**whole),
        "thaw": lambda: (freeze_period(**whole), thaw_period(**whole)),
        "redate": lambda: redate_period(**whole, version=1, **dates),
    }
    position = newest_position()
    acts[act]()
    period.refresh_from_db()
    assert [replay(period, at)["version"] for at in (position, newest_position())] == ["1", str(period.version)]
    assert broken() == []


def test_the_same_opening_sent_twice_opens_once(sheng):
    made = opened(sheng, idempotency_key="p-1")
    with pytest.raises(AlreadyPosted) as second:
        opened(sheng, idempotency_key="p-1")
    assert second.value.result == str(made.pk)


def test_dates_told_wrongly_are_put_right_while_the_period_is_open(sheng, family, period):
    told = {"reference_on": date(2018, 12, 31), "income_from": date(2018, 1, 1), "income_to": date(2018, 12, 31)}
    act = {"by": sheng, "at": AT, "cause": Cause("period.redate", "开期时写错"), "area": PROVINCE, "period": period}
    redated = redate_period(**act, version=1, **told)
    assert (redated.reference_on, redated.income_from, redated.version) == (date(2018, 12, 31), date(2018, 1, 1), 2)
    with pytest.raises(LostRace):
        redate_period(**act, version=1, **told)
    with pytest.raises(PeriodImpossible):
        redate_period(**act, version=2, **(told | {"reference_on": date(2017, 1, 1)}))
    freeze_period(by=sheng, at=AT, cause=Cause("period.freeze"), area=PROVINCE, period=period)
    period.refresh_from_db()
    with pytest.raises(PeriodFrozen):
        redate_period(**act, version=3, **told)


def test_only_who_has_all_archives_of_a_period_changes_its_dates(family, period, xian):
    with pytest.raises(NotPermitted):
        redate_period(
            by=xian,
            at=AT,
            cause=Cause("period.redate"),
            area=COUNTY,
            period=period,
            version=1,
            reference_on=date(2018, 12, 31),
            income_from=date(2018, 1, 1),
            income_to=date(2018, 12, 31),
        )


def test_what_is_carried_is_a_draft_with_the_head_and_the_number_of_members_of_today(sheng, family, period, cun):
    son = Membership.objects.get(relation="son")
    leave_member(
        by=cun,
        at=AT,
        cause=Cause("x"),
        membership=son,
        period=period,
        version=1,
        reason="moved_out",
        on=date(2018, 5, 1),
        proof="户口迁移证",
    )
    new = opened(sheng)
    done = roll(sheng, period, new)
    archive = HouseholdPeriod.objects.get(period=new)
    head = Membership.objects.get(relation="head").person
    assert (done.households, done.members) == (1, 2)
    assert (archive.draft, archive.valid, archive.member_count) == (True, True, 2)
    assert (archive.head_name, archive.head_initials) == (head.name, head.initials)
    assert set(MemberPeriod.objects.filter(period=new).values_list("draft", flat=True)) == {True}


def test_what_belongs_to_one_window_or_one_survey_is_blank(carried):
    new, _ = carried
    archive = HouseholdPeriod.objects.get(period=new)
    told = [name for name in NOT_CARRIED if hasattr(archive, name) and getattr(archive, name) is not None]
    assert told == []
    assert not IncomeWorksheet.objects.filter(period=new).exists()
    assert not WorkSpell.objects.filter(period=new).exists()


def test_what_happened_in_a_period_is_not_said_of_the_next_one_not_even_a_measure_that_still_runs(sheng, cun, family, period):
    archive = HouseholdPeriod.objects.get(period=period)
    runs = {"measure_item": "护林员", "measure_from_on": "2018-03", "measure_to_on": "2021-03", "measure_yuan": Decimal(10000)}
    put_measure(by=cun, at=AT, cause=Cause("x"), household_period=archive, measure=None, version=0, kind="ecology", facts=runs)
    new = opened(sheng)
    assert roll(sheng, period, new).households == 1
    assert not Measure.objects.filter(period=new).exists()
    assert not Identification.objects.filter(period=new).exists()


def test_carrying_over_is_one_posting_that_the_journal_gives_back(sheng, family, period):
    before = JournalTx.objects.count()
    new = opened(sheng)
    roll(sheng, period, new)
    archive = HouseholdPeriod.objects.get(period=new)
    assert JournalTx.objects.count() == before + 2
    assert [change.op for change in history(HouseholdPeriod, archive.pk)] == ["I"]
    assert history(HouseholdPeriod, archive.pk)[0].action == "period.rollover"


def test_a_closed_household_is_not_carried(sheng, family, period, out):
    with out():
        Household.objects.update(closed="vanished", closed_on=date(2018, 6, 1))
    assert roll(sheng, period, opened(sheng)).households == 0


def test_one_county_is_carried_by_itself(sheng, family, next_family, period, other_county):
    new = opened(sheng)
    assert roll(sheng, period, new, within=OTHER_COUNTY).households == 1
    assert HouseholdPeriod.objects.get(period=new).area == OTHER_VILLAGE
    assert roll(sheng, period, new, within=NEXT_VILLAGE).households == 1
    assert roll(sheng, period, new).households == 1


def test_nobody_below_the_province_carries_a_county(xian, sheng, family, period):
    with pytest.raises(NotPermitted):
        roll_over_period(by=xian, at=AT, cause=Cause("period.rollover"), area=COUNTY, old=period, new=opened(sheng), within=COUNTY)


def test_nothing_is_carried_into_a_part_that_is_frozen(sheng, xian, family, period, other_county):
    new = opened(sheng)
    roll(sheng, period, new, within=OTHER_COUNTY)
    freeze_period(by=xian, at=AT, cause=Cause("period.freeze"), area=COUNTY, period=new)
    with pytest.raises(PeriodFrozen):
        roll(sheng, period, new, within=COUNTY)


def test_a_draft_that_is_corrected_is_a_draft_no_more(carried, cun):
    archive = HouseholdPeriod.objects.get(period=carried[0])
    correct_household(by=cun, at=AT, cause=Cause("x"), household_period=archive, version=1, facts={"address": "二组9号"})
    assert not archive.draft
    head = Membership.objects.get(relation="head")
    survey = MemberPeriod.objects.get(period=carried[0], person=head.person)
    told = {"versions": {"person": 1, "membership": 1, "member": 1}, "facts": {"member.work_months": 3}}
    correct_member(by=cun, at=AT, cause=Cause("x"), membership=head, period=carried[0], **told)
    survey.refresh_from_db()
    assert (survey.draft, survey.work_months) == (False, 3)


def test_a_draft_found_right_is_confirmed_with_its_members(carried, cun, lincun):
    archive = HouseholdPeriod.objects.get(period=carried[0])
    act = {"at": AT, "cause": Cause("household.confirm"), "household_period": archive}
    with pytest.raises(NotPermitted):
        confirm_archive(by=lincun, **act, version=1)
    assert not confirm_archive(by=cun, **act, version=1).draft
    assert not MemberPeriod.objects.filter(period=carried[0], draft=True).exists()
    with pytest.raises(NotInState):
        confirm_archive(by=cun, **act, version=2)
