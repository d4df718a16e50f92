"""Archives of villages that become one: what is counted is added up, and nothing is lost or counted twice."""

from hypothesis import given
from hypothesis import strategies as st

from taizhang.policy.archive import VILLAGE_FACTS
from taizhang.policy.village_merging import ADDED, AVERAGES, OWN, united

COUNTS = ("v_households", "v_persons", "v_land_farm_mu")
ARCHIVE = st.fixed_dictionaries({name: st.none() | st.integers(0, 1000) for name in COUNTS})


def test_every_fact_of_a_village_is_added_up_averaged_or_its_own():
    assert sorted((*ADDED, *AVERAGES, *OWN)) == sorted(f.name for f in VILLAGE_FACTS)


def test_what_says_where_a_village_lies_or_is_told_by_the_head_is_never_added_up():
    assert not {"v_lng", "v_lat", "v_alt_m", "v_net_pc_yuan", "v_disposable_pc_yuan", "v_tourism_hh_yuan"} & set(ADDED)
    assert {"v_collective_yuan", "v_roadless_km", "v_area_km2", "v_clinic_m2"} <= set(ADDED)


def test_a_village_that_stands_remains_what_it_is_but_for_its_averages():
    host, other = {"v_leader": "罗演示", "v_net_pc_yuan": 9000}, {"v_leader": "黎演示", "v_net_pc_yuan": 7000}
    assert united(host, [other], stands=True) == ({"v_net_pc_yuan": None}, [{}])


def test_of_a_new_village_only_that_is_known_in_which_all_agree():
    host, other = {"v_leader": "罗演示", "v_attr": "poor"}, {"v_leader": "黎演示", "v_attr": "poor"}
    assert united(host, [other], stands=False) == ({"v_leader": None}, [{}])


@given(ARCHIVE, st.lists(ARCHIVE, min_size=1, max_size=4))
def test_the_sum_over_all_archives_is_the_same_before_and_after(host, others):
    whole, gone = united(host, others, stands=True)
    after = [host | whole, *({**facts, **left} for facts, left in zip(others, gone, strict=True))]
    for name in COUNTS:
        assert sum(facts[name] or 0 for facts in after) == sum(facts[name] or 0 for facts in (host, *others))
