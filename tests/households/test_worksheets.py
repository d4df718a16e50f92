"""The income worksheet (收入核算明细) and work spells (务工经历): who may write them, races, frozen periods, nothing is deleted."""

from decimal import Decimal

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import IncomeWorksheet, Person, WorkSpell
from taizhang.households.services.enrolling import enroll_household
from taizhang.households.services.family import leave_member
from taizhang.households.services.refusals import BadFacts, LostRace, NotInHousehold, PeriodFrozen
from taizhang.households.services.worksheets import SpellWithdrawn, put_work_spell, set_worksheet, withdraw_work_spell
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted
from taizhang.journal.replay import history, replay
from tests.cast import NEXT_VILLAGE
from tests.households.families import AT, CAUSE, SON_NO, archive_of, enroll, freeze, member, member_named, open_period

pytestmark = pytest.mark.django_db
LABOUR = {"ws_wage_labour_yuan": Decimal("9000.00"), "ws_wage_labour_note": "县城建筑工地10个月"}
AWAY = {"spell_from_on": "2018-03", "spell_sector": "建筑业", "spell_wage_yuan": Decimal("3500.00")}
WITHOUT = ["lincun", "waixian", "shi", "shenji", "guest", "former"]
WITH = ["cun", "xiang", "xian", "sheng"]


@pytest.fixture
def period(cun):
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


@pytest.fixture
def son(household):
    return member_named(household, "张小三")


def _set(by, household, period, version=0, key=None, **facts):
    archive = archive_of(household, period)
    return set_worksheet(by=by, at=AT, cause=CAUSE, household_period=archive, version=version, facts=facts, idempotency_key=key)


def _put(by, membership, period, spell=None, version=0, key=None, **facts):
    return put_work_spell(
        by=by, at=AT, cause=CAUSE, membership=membership, period=period, spell=spell, version=version, facts=facts, idempotency_key=key
    )


def _withdraw(by, membership, period, spell, version=1):
    return withdraw_work_spell(by=by, at=AT, cause=CAUSE, membership=membership, period=period, spell=spell, version=version)


@pytest.mark.parametrize("who", WITH)
def test_who_may_fill_in_a_worksheet(request, household, period, who):
    sheet = _set(request.getfixturevalue(who), household, period, **LABOUR)
    assert (sheet.version, sheet.area, sheet.ws_wage_labour_yuan) == (1, household.area, Decimal("9000.00"))


@pytest.mark.parametrize("who", WITHOUT)
def test_who_may_not_fill_in_a_worksheet(request, household, period, who):
    with pytest.raises(NotPermitted):
        _set(request.getfixturevalue(who), household, period, **LABOUR)
    assert not IncomeWorksheet.objects.exists()


def test_a_worksheet_leaves_the_typed_totals_alone(cun, household, period):
    before = archive_of(household, period)
    _set(cun, household, period, ws_wage_labour_yuan=Decimal("1.00"))
    after = archive_of(household, period)
    assert (after.version, after.inc_wage_yuan, after.inc_net_yuan) == (before.version, before.inc_wage_yuan, before.inc_net_yuan)


def test_a_corrected_worksheet_is_a_new_version_and_the_journal_holds_both(cun, household, period):
    _set(cun, household, period, **LABOUR)
    sheet = _set(cun, household, period, version=1, **LABOUR | {"ws_wage_labour_yuan": Decimal("8000.00")})
    last = history(IncomeWorksheet, sheet.pk)[-1]
    assert last.changed == {"ws_wage_labour_yuan": ("9000.00", "8000.00"), "version": ("1", "2")}
    assert replay(sheet, last.position - 1)["ws_wage_labour_yuan"] == "9000.00"


def test_the_same_worksheet_again_writes_nothing(cun, household, period):
    _set(cun, household, period, **LABOUR)
    before = JournalTx.objects.count()
    assert _set(cun, household, period, version=1, **LABOUR).version == 1
    assert JournalTx.objects.count() == before


def test_a_new_worksheet_says_at_least_one_thing(cun, household, period):
    with pytest.raises(BadFacts) as bad:
        _set(cun, household, period, ws_wage_labour_yuan=None)
    assert [f.message for f in bad.value.findings] == ["收入核算明细至少填写一项"]
    assert not IncomeWorksheet.objects.exists()


def test_the_second_of_two_first_worksheets_sees_the_other(cun, xiang, household, period):
    _set(xiang, household, period, **LABOUR)
    with pytest.raises(LostRace) as lost:
        _set(cun, household, period, version=0, ws_wage_labour_yuan=Decimal("7.00"))
    assert lost.value.theirs == {"ws_wage_labour_yuan": Decimal("9000.00")}
    assert IncomeWorksheet.objects.get().ws_wage_labour_yuan == Decimal("9000.00")


def test_a_race_for_a_standing_worksheet_is_lost_whole(cun, xiang, household, period):
    _set(xiang, household, period, **LABOUR)
    _set(xiang, household, period, version=1, ws_claims_yuan=Decimal("5.00"))
    with pytest.raises(LostRace) as lost:
        _set(cun, household, period, version=1, ws_claims_yuan=Decimal("6.00"))
    assert lost.value.theirs == {"ws_claims_yuan": Decimal("5.00")}


def test_a_worksheet_that_never_stood_cannot_be_corrected(cun, household, period):
    with pytest.raises(LostRace):
        _set(cun, household, period, version=3, **LABOUR)
    assert not IncomeWorksheet.objects.exists()


def test_a_frozen_period_takes_worksheets_and_spells_from_the_province_alone(cun, xian, sheng, household, period, son):
    freeze(cun, period)
    with pytest.raises(PeriodFrozen):
        _set(xian, household, period, **LABOUR)
    with pytest.raises(PeriodFrozen):
        _put(xian, son, period, **AWAY)
    assert _set(sheng, household, period, **LABOUR).version == 1
    assert _put(sheng, son, period, **AWAY).version == 1


def test_the_same_worksheet_sent_twice_is_one(cun, household, period):
    _set(cun, household, period, key="w-1", **LABOUR)
    with pytest.raises(AlreadyPosted):
        _set(cun, household, period, key="w-1", version=1, ws_claims_yuan=Decimal("5.00"))
    assert IncomeWorksheet.objects.get().ws_claims_yuan is None


@pytest.mark.parametrize("who", WITH)
def test_who_may_enter_and_withdraw_a_work_spell(request, period, son, who):
    by = request.getfixturevalue(who)
    spell = _put(by, son, period, **AWAY)
    assert (spell.person_id, spell.area, spell.withdrawn) == (son.person_id, son.area, False)
    assert _withdraw(by, son, period, spell).withdrawn


@pytest.mark.parametrize("who", WITHOUT)
def test_who_may_not_touch_a_work_spell(request, cun, period, son, who):
    spell, by = _put(cun, son, period, **AWAY), request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        _put(by, son, period, **AWAY)
    with pytest.raises(NotPermitted):
        _put(by, son, period, spell=spell, version=1, spell_sector="伪造")
    with pytest.raises(NotPermitted):
        _withdraw(by, son, period, spell)
    assert WorkSpell.objects.get().version == 1


def test_a_person_may_have_worked_away_more_than_once(cun, period, son):
    _put(cun, son, period, **AWAY)
    _put(cun, son, period, **AWAY | {"spell_from_on": "2018-09"})
    assert WorkSpell.objects.filter(person=son.person_id, period=period).count() == 2


def test_a_withdrawn_spell_stays_in_the_journal_and_is_never_touched_again(cun, period, son):
    spell = _withdraw(cun, son, period, _put(cun, son, period, **AWAY))
    last = history(WorkSpell, spell.pk)[-1]
    assert last.changed == {"withdrawn": ("0", "1"), "version": ("1", "2")}
    assert replay(spell, last.position - 1)["spell_sector"] == "建筑业"
    with pytest.raises(SpellWithdrawn):
        _put(cun, son, period, spell=spell, version=2, spell_sector="制造业")
    with pytest.raises(SpellWithdrawn):
        _withdraw(cun, son, period, spell, version=2)


def test_the_loser_of_a_race_for_a_spell_sees_what_stands(cun, xiang, period, son):
    read = _put(cun, son, period, **AWAY)
    _put(xiang, son, period, spell=WorkSpell.objects.get(), version=1, spell_sector="制造业")
    with pytest.raises(LostRace) as lost:
        _put(cun, son, period, spell=read, version=1, spell_sector="运输业")
    assert lost.value.theirs == {"spell_sector": "制造业"}
    with pytest.raises(LostRace):
        _withdraw(cun, son, period, read)
    assert not WorkSpell.objects.get().withdrawn


@pytest.mark.parametrize(
    ("to_on", "ended"), [(None, False), ("2018-11", True), ("2018", True), ("2018-12-31", True), ("2019-01", False), ("2019", False)]
)
def test_a_spell_is_over_if_it_ended_by_the_reference_day(cun, period, son, to_on, ended):
    assert _put(cun, son, period, **AWAY, spell_to_on=to_on).ended is ended


@pytest.mark.parametrize(
    ("facts", "name", "says"),
    [
        ({"spell_from_on": None}, "spell_from_on", "“务工开始年月”不能为空"),
        ({"spell_to_on": "2018-02"}, "spell_to_on", "务工结束年月早于开始年月,请核对"),
        ({"spell_to_on": "2017"}, "spell_to_on", "务工结束年月早于开始年月,请核对"),
    ],
)
def test_a_spell_begins_and_does_not_end_before_it(cun, period, son, facts, name, says):
    with pytest.raises(BadFacts) as bad:
        _put(cun, son, period, **AWAY | facts)
    assert [(f.where.column, f.message) for f in bad.value.findings] == [(name, says)]
    assert not WorkSpell.objects.exists()


def test_a_spell_may_end_in_the_year_in_which_it_began(cun, period, son):
    assert _put(cun, son, period, **AWAY, spell_to_on="2018").spell_to_on == "2018"


def test_a_spell_of_another_member_or_period_is_refused(cun, household, period, son):
    spell, wife = _put(cun, son, period, **AWAY), member_named(household, "李四")
    with pytest.raises(NotInHousehold):
        _put(cun, wife, period, spell=spell, version=1, spell_sector="制造业")
    with pytest.raises(NotInHousehold):
        _withdraw(cun, son, open_period(cun, "2019"), spell)


def test_who_left_the_household_gets_no_work_spell(cun, period, son):
    leave_member(
        by=cun, at=AT, cause=CAUSE, membership=son, period=period, version=1, reason="moved_out", on=period.reference_on, proof="户口迁移证"
    )
    with pytest.raises(NotInHousehold):
        _put(cun, son, period, **AWAY)


def test_work_spells_follow_a_person_into_another_village(cun, xian, period, son):
    _put(cun, son, period, **AWAY)
    leave_member(
        by=cun, at=AT, cause=CAUSE, membership=son, period=period, version=1, reason="moved_out", on=period.reference_on, proof="户口迁移证"
    )
    people = [member("王五", "head"), member("张小三", "son_in_law", SON_NO)]
    enroll_household(by=xian, at=AT, cause=CAUSE, period=period, area=NEXT_VILLAGE, group="", facts={}, members=people)
    assert Person.objects.get(pk=son.person_id).area == NEXT_VILLAGE
    assert WorkSpell.objects.get().area == NEXT_VILLAGE
