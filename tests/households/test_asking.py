"""Own conditions: every operator of every kind, against plain Python over the same rows; what is refused, and by which name."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.households.asking import conditions
from taizhang.households.asking.catalogue import BY_KIND, OPERATORS, by_section, catalogue, operators_of, table_of
from taizhang.households.asking.compiling import as_q, years_before
from taizhang.households.asking.conditions import BadQuery, Group, Leaf, Members
from taizhang.households.asking.editing import added, of_one_household, turned, without
from taizhang.households.asking.ready import READY, ready
from taizhang.households.asking.saying import says
from taizhang.households.models import (
    Household,
    HouseholdPeriod,
    IncomeWorksheet,
    Measure,
    MemberPeriod,
    Membership,
    Period,
    Person,
    WorkSpell,
)
from taizhang.households.query import HouseholdQuery, households_matching, query_of
from taizhang.kernel.identity import make_id
from taizhang.policy.ages import age_of
from taizhang.policy.archive import FACT_TABLES
from tests.cast import COUNTY, VILLAGE
from tests.factories import a_household, a_period, id_number
from tests.households import plain_asking
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
REFERENCE = date(2026, 12, 31)
FACTS = [
    {"hh_attr": "dibao_poor", "other_causes": "disability,schooling", "inc_net_pc_yuan": Decimal("3000.50"), "returned_on": "2018", "is_unsafe": True},
    {"hh_attr": "general_poor", "other_causes": "schooling", "inc_net_pc_yuan": Decimal("-12.00"), "returned_on": "2018-06", "is_unsafe": False},
    {"hh_attr": None, "other_causes": None, "inc_net_pc_yuan": None, "returned_on": None, "is_unsafe": None},
    {"hh_attr": "dibao_poor", "other_causes": "disaster,no_land", "inc_net_pc_yuan": Decimal("9000.00"), "returned_on": "2018-06-30", "is_unsafe": None},
    {"hh_attr": "wubao_poor", "other_causes": "no_land", "inc_net_pc_yuan": Decimal("3000.50"), "returned_on": "2019-01", "is_unsafe": True},
]  # fmt: skip
MORE = [
    {"surveyed_on": date(2026, 3, 1), "address": "上寨组_12%", "member_count": 3, "hh_phone": b"x"},
    {"surveyed_on": date(2026, 2, 28), "address": "下寨", "member_count": 0, "hh_phone": None},
    {"surveyed_on": None, "address": None, "member_count": None, "hh_phone": None},
    {"surveyed_on": date(2025, 12, 31), "address": "寨", "member_count": 7, "hh_phone": b"y"},
    {"surveyed_on": date(2026, 3, 1), "address": "a\\b", "member_count": 1, "hh_phone": None},
]
PEOPLE = [
    [({"birth_date": date(1960, 2, 29), "sex": "male"}, {"health": "disabled", "med_resident": True, "work_months": 6}, [Decimal("3500.00"), None]),
     ({"birth_date": None, "sex": "female"}, {"health": "healthy", "med_resident": None, "work_months": None}, [])],
    [({"birth_date": date(2010, 12, 31), "sex": "female"}, {"health": "chronic,disabled", "med_resident": False, "work_months": 0}, [])],
    [],
    [({"birth_date": date(2011, 1, 1), "sex": None}, None, []), ({"birth_date": date(1990, 5, 5), "sex": "male"}, {"health": None, "med_resident": True, "work_months": 12}, [None])],
    [({"birth_date": date(2027, 1, 1), "sex": "male"}, {"health": "serious", "med_resident": True, "work_months": 11}, [Decimal("100.00")]),
     ({"birth_date": date(1946, 12, 31), "sex": "male"}, {"health": "healthy", "med_resident": False, "work_months": 1}, [])],
]  # fmt: skip
SHEETS = [{"ws_claims_yuan": Decimal("10.00")}, None, {"ws_claims_yuan": None}, {"ws_claims_yuan": Decimal("0.00")}, None]
HELP = [["种植补助", None], [], ["培训"], [], ["种植补助"]]
ASKED = (
    "household.hh_attr", "household.other_causes", "household.inc_net_pc_yuan", "household.returned_on", "household.is_unsafe",
    "household.surveyed_on", "household.address", "household.member_count", "household.hh_phone", "key.group", "key.head_name",
    "worksheet.ws_claims_yuan", "measure.measure_item", "person.sex", "person.birth_date", "member.health", "member.med_resident",
    "member.work_months", "work_spell.spell_wage_yuan", "derived.age",
)  # fmt: skip
TEXTS = ["寨", "_", "%", "组_1", "a\\", "甲", "种植补助", "补", "户主"]
NUMBERS = ["", "-12", "0", "1", "6", "10", "16", "66", "3000.5", "3500", "9000"]
DAYS = ["", "2018-06-30", "2026-02-28", "2026-03-01", "1990-05-05", "2010-12-31"]
PARTIAL = ["", "2018", "2019", "2018-06", "2018-07", "2018-06-30", "2018-12-31", "2018-01-01", "2019-01"]


@pytest.fixture
def rows(console) -> tuple[Period, dict[int, dict[str, Any]]]:
    """Five households in memory and in the tables: the first rich, the third nearly blank."""
    period, found = a_period("2026"), {}
    with pen(console):
        for at, (facts, more) in enumerate(zip(FACTS, MORE, strict=True)):
            household = Household.objects.create(household_no=f"H{at}", area=VILLAGE, group_name="甲组" if at % 2 else "")
            archive = HouseholdPeriod.objects.create(
                household=household, period=period, area=VILLAGE, head_name=f"户主{at}" if at else "", **facts, **more
            )
            members = [_person(household, period, f"{at}{n}", *told) for n, told in enumerate(PEOPLE[at])]
            if SHEETS[at] is not None:
                IncomeWorksheet.objects.create(household=household, period=period, area=VILLAGE, **SHEETS[at])
            for item in HELP[at]:
                Measure.objects.create(household=household, period=period, area=VILLAGE, kind="industry", measure_item=item)
            Measure.objects.create(household=household, period=period, area=VILLAGE, kind="industry", measure_item="撤", withdrawn=True)
            found[archive.pk] = {
                "facts": facts | more,
                "key": {"group": household.group_name, "head_name": archive.head_name},
                "members": members,
                "worksheet": SHEETS[at],
                "measures": [{"measure_item": item} for item in HELP[at]],
            }
    return period, found


def _person(household: Household, period: Period, number: str, person: dict, survey: dict | None, wages: list) -> dict[str, Any]:
    made = Person.objects.create(person_no=f"P{number}", area=VILLAGE, name="某人", **person)
    Membership.objects.create(person=made, household=household, area=VILLAGE, relation="other")
    if survey is not None:
        MemberPeriod.objects.create(person=made, period=period, area=VILLAGE, **survey)
    for wage in wages:
        WorkSpell.objects.create(person=made, period=period, area=VILLAGE, spell_from_on="2026", spell_wage_yuan=wage)
    WorkSpell.objects.create(person=made, period=period, area=VILLAGE, spell_from_on="2026", spell_wage_yuan=Decimal(9999), withdrawn=True)
    return {"person": person, "member": survey, "membership": {}, "spells": [{"spell_wage_yuan": wage} for wage in wages]}


@st.composite
def a_leaf(draw: st.DrawFn, of: str) -> Leaf:
    """Any field of those asked, any of its operators, values of its kind."""
    field = draw(st.sampled_from([catalogue()[key] for key in ASKED if catalogue()[key].of == of]))
    op = draw(st.sampled_from(field.operators))
    if op in conditions.WITHOUT_VALUE:
        return Leaf(field.key, op)
    if op in ("between", "before", "after"):
        pool = {"day": DAYS, "partial_day": PARTIAL}.get(field.kind.name, NUMBERS)
        ends = sorted(draw(st.lists(st.sampled_from(pool), min_size=2, max_size=2)), key=lambda v: _key(v, field.kind.name))
        values = tuple(ends) if op == "between" else (ends[1],)
        return Leaf(field.key, op, values) if any(values) else Leaf(field.key, "filled")
    pool = list(field.codes.keys())[:8] if field.codes is not None else TEXTS
    return Leaf(field.key, op, tuple(draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True))))


def _key(value: str, kind: str) -> Any:
    return value if kind in ("day", "partial_day") else Decimal(value or "-1000000")


OF_MEMBER = st.recursive(
    a_leaf("member"),
    lambda part: st.builds(Group, st.sampled_from(["all", "any"]), st.lists(part, min_size=1, max_size=3).map(tuple)),
    max_leaves=3,
)
OF_MEMBERS = st.builds(Members, st.sampled_from(["any", "no", "all"]), OF_MEMBER) | st.builds(
    Members, st.sampled_from(["at_least", "at_most"]), OF_MEMBER, st.integers(0, 3)
)
ANY = st.recursive(
    a_leaf("household") | OF_MEMBERS,
    lambda part: st.builds(Group, st.sampled_from(["all", "any"]), st.lists(part, min_size=1, max_size=3).map(tuple)),
    max_leaves=5,
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=ANY)
def test_the_database_and_plain_python_find_the_same_households(rows, condition):
    period, households = rows
    wanted = {pk for pk, of in households.items() if plain_asking.holds(condition, of, REFERENCE) is True}
    assert set(HouseholdPeriod.objects.filter(as_q(condition, period)).values_list("pk", flat=True)) == wanted


@settings(max_examples=200, deadline=None)
@given(condition=ANY)
def test_a_condition_survives_as_json_and_can_be_said(condition):
    told = conditions.as_json(condition)
    assert conditions.as_json(conditions.read(told)) == told
    assert says(condition)


@pytest.mark.parametrize("table", [table for table in FACT_TABLES if table in ("household", "person", "membership") or table_of(table)])
def test_every_fact_of_a_household_can_be_asked(table):
    assert [f.name for f in FACT_TABLES[table] if f"{table}.{f.name}" not in catalogue()] == []


def test_every_operator_has_a_word_and_every_kind_its_operators():
    assert {op for field in catalogue().values() for op in field.operators} <= OPERATORS.keys()
    assert {op for ops in BY_KIND.values() for op in ops} <= OPERATORS.keys()
    assert sum(len(fields) for _, fields in by_section()) == len(catalogue())


def test_a_secret_is_asked_only_whether_it_is_there_and_a_number_by_its_digest():
    secrets = {key: field.operators for key, field in catalogue().items() if field.kind.secret}
    assert secrets.pop("person.id_no") == ("number", "filled", "blank")
    assert set(secrets.values()) == {("filled", "blank")}


def test_the_unknown_is_the_last_operator_of_a_kind():
    assert operators_of(catalogue()["household.hh_attr"].kind) == ("one_of", "none_of", "filled", "blank")


@pytest.mark.parametrize(
    ("told", "says_"),
    [
        ({"field": "household.colour", "op": "one_of", "values": ["red"]}, "household.colour"),
        ({"field": "household.hh_attr", "op": "like", "values": ["%"]}, "贫困户属性"),
        ({"field": "household.hh_attr", "op": "one_of", "values": ["red"]}, "red"),
        ({"field": "household.hh_phone", "op": "contains", "values": ["139"]}, "联系电话"),
        ({"field": "person.id_no", "op": "number", "values": ["990101198103040012"]}, "成员的栏目"),
        ({"members": "any", "where": {"field": "person.id_no", "op": "number", "values": ["990101198103040012"]}}, "没有这个值"),
        ({"members": "some", "where": {"field": "member.dibao", "op": "yes"}}, "some"),
        ({"members": "at_least", "where": {"field": "member.dibao", "op": "yes"}}, "at_least"),
        ({"members": "at_least", "n": -1, "where": {"field": "member.dibao", "op": "yes"}}, "人数"),
        ({"members": "any", "where": {"field": "household.hh_attr", "op": "blank"}}, "户的栏目"),
        ({"field": "household.surveyed_on", "op": "before", "values": ["昨天"]}, "昨天"),
        ({"field": "household.returned_on", "op": "before", "values": ["2018-13"]}, "2018-13"),
        ({"field": "household.inc_net_pc_yuan", "op": "between", "values": ["NaN", ""]}, "NaN"),
        ({"field": "household.inc_net_pc_yuan", "op": "between", "values": ["", ""]}, "起止"),
        ({"field": "household.inc_net_pc_yuan", "op": "between", "values": ["9", "1"]}, "起点大于终点"),
        ({"field": "household.is_unsafe", "op": "yes", "values": ["1"]}, "不需要填值"),
        ({"field": "household.address", "op": "contains", "values": ["x" * 101]}, "没有这个值"),
        ({"all": []}, "至少"),
        ({"all": [], "any": []}, "认不出来"),
        ({"field": ["household.hh_attr"], "op": "blank"}, "没有这样的查询栏目"),
        ("1 or 1=1", "认不出来"),
        ([], "认不出来"),
        (None, "认不出来"),
    ],
)
def test_what_no_list_has_is_refused_by_name(told, says_):
    with pytest.raises(BadQuery, match=says_):
        conditions.read(told)


def test_too_many_conditions_and_too_deep_ones_are_refused():
    leaf = {"field": "household.hh_attr", "op": "blank"}
    with pytest.raises(BadQuery, match="最多"):
        conditions.read({"all": [leaf] * 41})
    for _ in range(10):
        leaf = {"all": [leaf]}
    with pytest.raises(BadQuery, match="套得太深"):
        conditions.read(leaf)


def test_what_is_typed_is_read_by_the_kind_of_the_field():
    assert conditions.typed("household.inc_net_pc_yuan", "between", ["1万", ""]).values == ("10000.00", "")
    assert conditions.typed("household.hh_attr", "one_of", ["低保贫困户"]).values == ("dibao_poor",)
    assert conditions.typed("household.returned_on", "before", ["2018年6月"]).values == ("2018-06",)
    with pytest.raises(BadQuery, match="确"):
        conditions.typed("household.inc_net_pc_yuan", "between", ["约三千", ""])


def test_an_identity_number_finds_its_household_by_digest_and_is_nowhere_kept(xian):
    a_household(VILLAGE, "钱明珍", serial=5)
    leaf = conditions.typed("person.id_no", "number", [make_id("990101", date(1981, 3, 4), 5)])
    assert "990101" not in str(conditions.as_json(of_one_household(leaf, "any")))
    number = conditions.typed("person.id_no", "number", [id_number(5)])
    period = Period.objects.get()
    found = households_matching(xian, HouseholdQuery(period.pk, where=of_one_household(number, "any")))
    assert [archive.head_name for archive in found] == ["钱明珍"]


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)])
@pytest.mark.parametrize("years", [0, 1, 16, 60])
def test_the_last_birth_date_of_an_age_is_the_last(day, years):
    last = years_before(day, years)
    assert (age_of(last, day) or 0) >= years
    after = date.fromordinal(last.toordinal() + 1)
    assert after > day or (age_of(after, day) or 0) < years


def test_conditions_are_cut_to_the_scope_like_everything_else(cun, lincun):
    a_household(VILLAGE, "钱明珍", serial=1)
    where = conditions.read({"field": "household.hh_attr", "op": "one_of", "values": ["general_poor"]})
    period = Period.objects.get()
    assert households_matching(cun, HouseholdQuery(period.pk, where=where)).count() == 1
    assert households_matching(lincun, HouseholdQuery(period.pk, where=where)).count() == 0
    everywhere = conditions.read({"field": "key.area", "op": "inside", "values": [COUNTY]})
    assert households_matching(lincun, HouseholdQuery(period.pk, where=everywhere)).count() == 0


def test_a_query_with_conditions_survives_as_json():
    where = conditions.read({"any": [{"field": "household.hh_attr", "op": "blank"}, {"field": "key.group", "op": "filled"}]})
    query = HouseholdQuery(1, where=where)
    assert query_of(1, query.as_dict()) == query


def test_who_had_an_archive_in_another_period_and_has_none_in_this_one(xian):
    old, new = a_period("2025"), a_period("2026")
    a_household(VILLAGE, "钱明珍", serial=1, period=old)
    a_household(VILLAGE, "金国强", serial=2, period=new)
    where = conditions.read({"field": "key.in_period", "op": "has_not_in", "values": ["2026"]})
    assert [a.head_name for a in households_matching(xian, HouseholdQuery(old.pk, where=where))] == ["钱明珍"]
    assert households_matching(xian, HouseholdQuery(new.pk, where=where)).count() == 0


@pytest.mark.parametrize("key", READY)
def test_every_ready_condition_can_be_asked_and_said(key, rows):
    assert key in ready()
    condition = conditions.read(READY[key][1])
    assert says(condition)
    assert list(HouseholdPeriod.objects.filter(as_q(condition, rows[0])).values_list("pk", flat=True)) is not None


def test_nobody_works_where_months_are_blank_or_nought(rows):
    period, _ = rows
    found = HouseholdPeriod.objects.filter(as_q(conditions.read(READY["no_work"][1]), period)).order_by("pk")
    assert [archive.head_name for archive in found] == ["户主1", "户主2"]


def test_chips_are_added_together_on_the_same_member_and_taken_away():
    attr, unsafe = Leaf("household.hh_attr", "blank"), Leaf("household.is_unsafe", "yes")
    ill, old = Leaf("member.health", "blank"), Leaf("derived.age", "between", ("60", ""))
    one = added(None, attr)
    both = added(one, unsafe)
    assert both == Group("all", (attr, unsafe))
    either = added(both, of_one_household(ill, "any"), "1")
    assert either == Group("all", (attr, Group("any", (unsafe, Members("any", ill)))))
    same = added(Members("any", ill), Members("any", old), "0:same")
    assert same == Members("any", Group("all", (ill, old)))
    assert without(either, 1, 0) == Group("all", (attr, Members("any", ill)))
    assert without(either, 0) == Group("all", (Group("any", (unsafe, Members("any", ill))),))
    assert without(one, 0) is None
    assert turned(either) == Group("any", (attr, Group("all", (unsafe, Members("any", ill)))))
    with pytest.raises(BadQuery, match="已经不在"):
        added(both, unsafe, "7")
    with pytest.raises(BadQuery, match="成员的条件"):
        added(both, Members("any", ill), "0:same")
