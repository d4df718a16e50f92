"""Measures to a household (到户措施): who may write them, what each kind tells, races, frozen periods, nothing is deleted."""

from decimal import Decimal

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import Measure
from taizhang.households.services.measures import MeasureWithdrawn, put_measure, withdraw_measure
from taizhang.households.services.refusals import BadFacts, LostRace, NotInHousehold, PeriodFrozen
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted
from taizhang.journal.replay import history, replay
from taizhang.policy.archive import measure_facts
from taizhang.policy.archive.measures import KINDS
from taizhang.policy.code_lists import code_list
from tests.cast import NEXT_VILLAGE
from tests.households.families import AT, CAUSE, archive_of, enroll, freeze, member, member_named, open_period

pytestmark = pytest.mark.django_db
BEES = {"measure_item": "养蜂补助", "measure_from_on": "2018-03", "measure_yuan": Decimal("1500.00"), "ind_scale": "20箱"}
WITHOUT = ["lincun", "waixian", "shi", "shenji", "guest", "former"]
WITH = ["cun", "xiang", "xian", "sheng"]


@pytest.fixture
def period(cun):
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


@pytest.fixture
def archive(household, period):
    return archive_of(household, period)


def put(by, archive, measure=None, version=0, kind="industry", key=None, who=None, **facts):
    return put_measure(
        by=by, at=AT, cause=CAUSE, household_period=archive, measure=measure, version=version, kind=kind, facts=facts, member=who,
        idempotency_key=key,
    )  # fmt: skip


def withdraw(by, archive, measure, version=1):
    return withdraw_measure(by=by, at=AT, cause=CAUSE, household_period=archive, measure=measure, version=version)


@pytest.mark.parametrize("who", WITH)
def test_who_may_enter_and_withdraw_a_measure(request, household, archive, who):
    by = request.getfixturevalue(who)
    row = put(by, archive, **BEES)
    assert (row.household_id, row.area, row.person_id, row.ind_scale) == (household.pk, household.area, None, "20箱")
    assert withdraw(by, archive, row).withdrawn


@pytest.mark.parametrize("who", WITHOUT)
def test_who_may_not_touch_a_measure(request, cun, archive, who):
    row, by = put(cun, archive, **BEES), request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        put(by, archive, **BEES)
    with pytest.raises(NotPermitted):
        put(by, archive, row, 1, ind_scale="伪造")
    with pytest.raises(NotPermitted):
        withdraw(by, archive, row)
    assert Measure.objects.get().version == 1


def test_every_kind_of_the_list_has_facts_of_its_own():
    assert set(KINDS) == set(code_list("measure_kind").keys())
    assert {kind: len(measure_facts(kind)) > 6 for kind in KINDS} == dict.fromkeys(KINDS, True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_measure_of_every_kind_can_be_entered(cun, archive, kind):
    assert put(cun, archive, kind=kind, measure_item="试办").kind == kind


def test_a_fact_of_another_kind_is_refused(cun, archive):
    with pytest.raises(BadFacts) as bad:
        put(cun, archive, **BEES, fin_bank="示范银行")
    assert [f.message for f in bad.value.findings] == ["这一类措施没有“贷款银行”栏目"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"measure_item": None}, "“措施内容”不能为空"),
        ({"measure_to_on": "2018-02"}, "结束时间早于开始时间,请核对"),
        ({"measure_to_on": "2017"}, "结束时间早于开始时间,请核对"),
    ],
)
def test_a_measure_says_what_it_is_and_does_not_end_before_it_begins(cun, archive, facts, says):
    with pytest.raises(BadFacts) as bad:
        put(cun, archive, **BEES | facts)
    assert [f.message for f in bad.value.findings] == [says]
    assert not Measure.objects.exists()


def test_a_measure_may_end_in_the_year_in_which_it_began(cun, archive):
    assert put(cun, archive, **BEES, measure_to_on="2018").measure_to_on == "2018"


def test_an_unknown_kind_is_refused_and_a_kind_stays(cun, archive):
    with pytest.raises(BadFacts):
        put(cun, archive, kind="gift", measure_item="x")
    row = put(cun, archive, **BEES)
    with pytest.raises(BadFacts):
        put(cun, archive, row, 1, kind="health", measure_item="x")


def test_a_measure_may_be_for_one_member_of_the_household(cun, household, archive):
    son = member_named(household, "张小三")
    row = put(cun, archive, kind="education", measure_item="雨露计划", who=son, grant_yuan=Decimal("3000.00"))
    assert row.person_id == son.person_id
    assert put(cun, archive, row, 1, kind="education").person_id is None


def test_a_measure_is_never_for_a_member_of_another_household(cun, xian, period, archive):
    other = enroll(xian, period, area=NEXT_VILLAGE, facts={}, members=[member("王五", "head")])
    with pytest.raises(NotInHousehold):
        put(cun, archive, **BEES, who=member_named(other, "王五"))


def test_a_correction_is_a_new_version_and_the_journal_gives_the_old_row_back(cun, archive):
    row = put(cun, archive, put(cun, archive, **BEES), 1, ind_scale="25箱")
    last = history(Measure, row.pk)[-1]
    assert last.changed == {"ind_scale": ("20箱", "25箱"), "version": ("1", "2")}
    assert replay(row, last.position - 1)["ind_scale"] == "20箱"


def test_the_same_measure_again_writes_nothing(cun, archive):
    row = put(cun, archive, **BEES)
    before = JournalTx.objects.count()
    assert put(cun, archive, row, 1, **BEES).version == 1
    assert JournalTx.objects.count() == before


def test_a_withdrawn_measure_stays_in_the_journal_and_is_never_touched_again(cun, archive):
    row = withdraw(cun, archive, put(cun, archive, **BEES))
    assert history(Measure, row.pk)[-1].changed == {"withdrawn": ("0", "1"), "version": ("1", "2")}
    with pytest.raises(MeasureWithdrawn):
        put(cun, archive, row, 2, ind_scale="1箱")
    with pytest.raises(MeasureWithdrawn):
        withdraw(cun, archive, row, version=2)


def test_the_loser_of_a_race_sees_what_stands(cun, xiang, archive):
    read = put(cun, archive, **BEES)
    put(xiang, archive, Measure.objects.get(), 1, ind_scale="30箱")
    with pytest.raises(LostRace) as lost:
        put(cun, archive, read, 1, ind_scale="40箱")
    assert lost.value.theirs == {"ind_scale": "30箱"}
    with pytest.raises(LostRace):
        withdraw(cun, archive, read)


def test_a_frozen_period_takes_measures_from_the_province_alone(cun, xian, sheng, household, period):
    freeze(cun, period)
    with pytest.raises(PeriodFrozen):
        put(xian, archive_of(household, period), **BEES)
    assert put(sheng, archive_of(household, period), **BEES).version == 1


def test_a_measure_of_another_period_is_refused(cun, household, archive):
    row = put(cun, archive, **BEES)
    other = archive_of(household, archive.period)
    other.period = open_period(cun, "2019")
    with pytest.raises(NotInHousehold):
        put(cun, other, row, 1, ind_scale="1箱")


def test_the_same_form_sent_twice_is_one_measure(cun, archive):
    put(cun, archive, key="m-1", **BEES)
    with pytest.raises(AlreadyPosted):
        put(cun, archive, key="m-1", **BEES)
    assert Measure.objects.count() == 1
