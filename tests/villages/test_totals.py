"""What the register counts, beside what a village typed: in one query, right, and never mixed up with the next village."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from taizhang.households.models import HouseholdPeriod, Membership, Person
from taizhang.households.services.measures import put_measure
from taizhang.journal.posting import Cause
from taizhang.policy.ages import years_before
from taizhang.policy.villages import AGREES, DIFFERS, ONLY, SHORT, VILLAGE_TOTALS
from taizhang.villages.totals import NAMES, beside_natural_village, beside_village, counted
from tests.cast import COUNTY, NEXT_VILLAGE, VILLAGE
from tests.factories import a_household, a_member, a_period
from tests.journal.acts import pen
from tests.villages.archives import AT, a_natural_village, a_village

pytestmark = pytest.mark.django_db
WORKING = {"member.labour": "ordinary", "member.work_months": 8, "member.health": "healthy"}
ILL = {"member.health": "chronic,disabled", "member.dibao": True, "member.labour": "lost", "person.ethnicity": "zhuang"}


@pytest.fixture
def register(cun):
    """A poor dibao family of three and an exited man in the village, another family in the next."""
    a_household(
        VILLAGE,
        "钱明珍",
        others=[a_member("钱小宝", "son", 2, **WORKING), a_member("金阿婆", "mother", 3, **ILL)],
        facts={"household.hh_attr": "dibao_poor", "household.is_unsafe": True, "household.water_safe": False, "household.in_coop": True},
    )
    a_household(VILLAGE, "金国强", serial=4, facts={"household.status": "out_with_policy"})
    a_household(NEXT_VILLAGE, "杨小燕", serial=5)


def of_village(area=VILLAGE):
    return counted(a_period(), area).villages[area]


def test_what_is_counted_is_right(register):
    numbers = of_village()
    assert {name: number for name, number in numbers.items() if number} == {
        "households": 2,
        "persons": 4,
        "poor_households": 1,
        "poor_persons": 3,
        "dibao_households": 1,
        "dibao_persons": 1,
        "dibao_poor_hh": 1,
        "dibao_poor_persons": 3,
        "minority_persons": 1,
        "disabled_persons": 1,
        "disabled_poor": 1,
        "labour": 1,
        "poor_labour": 1,
        "away_workers": 1,
        "women": numbers["women"],
        "coop_poor_hh": 1,
        "unsafe_water_hh": 1,
        "unsafe_house_hh": 1,
        "unsafe_house_poor": 3,
    }


def test_party_pupils_children_and_pensions_are_counted(cun):
    told = {"member.political": "ccp_member", "member.pen_employee": True, "member.pen_resident": False}
    pupil = a_member("钱小宝", "son", 2, **{"member.school_status": "kindergarten", "member.pen_resident": None})
    a_household(VILLAGE, "钱明珍", others=[a_member("金阿公", "father", 3, **told), pupil])
    with pen(cun):
        Person.objects.filter(name="钱小宝").update(birth_date=years_before(a_period().reference_on, 3))
        Person.objects.filter(name="金阿公").update(birth_date=years_before(a_period().reference_on, 6))
    numbers = of_village()
    assert [numbers[name] for name in ("party_members", "preschool_pupils", "children_3_to_5", "pen_covered")] == [1, 1, 1, 1]


def test_women_are_counted_by_their_sex(register):
    assert of_village()["women"] == Person.objects.filter(area=VILLAGE, sex="female").count() > 0


def test_a_county_is_counted_in_one_query_village_by_village(register):
    period = a_period()
    with CaptureQueriesContext(connection) as asked:
        found = counted(period, COUNTY)
    assert len(asked) == 1
    assert {code: numbers["persons"] for code, numbers in found.villages.items()} == {VILLAGE: 4, NEXT_VILLAGE: 1}


def test_groups_of_households_add_up_to_the_village(register):
    found = counted(a_period(), VILLAGE)
    assert found.groups[VILLAGE, "上寨组"] == found.villages[VILLAGE]


def measure(by, kind, member=None, **facts):
    archive = HouseholdPeriod.objects.filter(area=VILLAGE).order_by("pk")[0]
    cause = Cause("measure.put", "入户登记")
    return put_measure(by=by, at=AT, cause=cause, household_period=archive, measure=None, version=0, kind=kind, facts=facts, member=member)


def test_loans_and_yulu_are_counted_from_measures(cun, register):
    measure(cun, "finance", measure_item="扶贫小额信贷", fin_overdue=True)
    measure(cun, "education", Membership.objects.get(person__name="钱小宝"), measure_item="雨露计划")
    measure(cun, "education", Membership.objects.get(person__name="钱小宝"), measure_item="雨露计划(秋季)")
    numbers = of_village()
    assert (numbers["loan_year_hh"], numbers["loan_overdue_hh"], numbers["yulu_persons"]) == (1, 1, 1)


def test_everything_that_has_a_rule_is_counted_and_the_other_way_round():
    assert {total.counted for total in VILLAGE_TOTALS.values()} == set(NAMES)


def test_typed_and_counted_stand_beside_each_other(cun, register):
    archive = a_village(cun, v_poor_households=1, v_poor_persons=9, v_women=0, v_labour=400, v_dibao_poor_hh=None)
    found = beside_village(archive, of_village())
    verdicts = {
        name: found[name].verdict for name in ("v_poor_households", "v_poor_persons", "v_labour", "v_dibao_poor_hh", "v_dibao_persons")
    }
    assert verdicts == {
        "v_poor_households": AGREES,
        "v_poor_persons": DIFFERS,
        "v_labour": AGREES,
        "v_dibao_poor_hh": ONLY,
        "v_dibao_persons": ONLY,
    }


def test_fewer_typed_than_stand_on_the_register_is_too_few(cun, register):
    archive = a_village(cun, v_disabled_persons=0, v_households=1)
    found = beside_village(archive, of_village())
    assert (found["v_disabled_persons"].verdict, found["v_households"].verdict) == (SHORT, SHORT)


def test_without_an_archive_everything_is_only_counted(register):
    assert {b.verdict for b in beside_village(None, of_village()).values()} == {ONLY}


def test_a_natural_village_is_counted_by_its_name(cun, register):
    natural = a_natural_village(cun, "上寨组")
    found = beside_natural_village(None, counted(a_period(), VILLAGE).groups[VILLAGE, natural.name])
    assert (found["nv_poor_persons"].counted, found["nv_persons"].counted) == (3, 4)
