"""The archive's facts: names, labels, kinds, and which of them may be touched by whom."""

import re
from collections import Counter
from itertools import chain

import pytest

from taizhang.policy.archive import (
    FACT_TABLES,
    HOUSEHOLD_FACTS,
    MEMBER_FACTS,
    MEMBERSHIP_FACTS,
    PERSON_FACTS,
    UnknownFact,
    fact,
    facts_in,
    sections,
)
from taizhang.policy.marks import MARKS

ALL = tuple(chain.from_iterable(FACT_TABLES.values()))
SUFFIX = {"yuan": "_yuan", "mu": "_mu", "km": "_km", "square_metres": "_m2"}


def names(facts):
    return {one.name for one in facts}


def twice(words):
    return {word for word, times in Counter(words).items() if times > 1}


def labels(facts):
    return [label for one in facts for label in (one.zh, *one.aliases)]


def without_unit(facts):
    """Facts of a measured kind whose name does not end in the unit."""
    return {one.name for one in facts if not one.name.endswith(SUFFIX.get(one.kind.name, ""))}


def badly_named(facts):
    return {one.name for one in facts if len(one.name) > 30 or not re.fullmatch(r"[a-z][a-z0-9_]*", one.name)}


def test_no_two_facts_share_a_name():
    assert twice(one.name for one in ALL) == set()


def test_every_name_is_short_and_plain():
    assert badly_named(ALL) == set()


def test_every_measured_fact_ends_in_its_unit():
    assert without_unit(ALL) == set()


@pytest.mark.parametrize("table", FACT_TABLES)
def test_no_label_or_alias_means_two_facts_of_one_table(table):
    assert twice(labels(FACT_TABLES[table])) == set()


@pytest.mark.parametrize("table", FACT_TABLES)
def test_no_national_column_means_two_facts_of_one_table(table):
    assert twice(one.code for one in FACT_TABLES[table] if one.code) == set()


def test_marks_and_duties_are_known_words():
    assert ({one.mark for one in ALL} - set(MARKS), {one.required for one in ALL}) == (set(), {"R", "C", "O"})


def test_every_fact_has_a_section_that_exists():
    assert {one.section for one in ALL} == {name for name, _ in sections()}


def test_what_stands_in_other_tables_is_not_surveyed_again():
    assert names(HOUSEHOLD_FACTS) & {"household_no", "period", "area", "group", "head_name", "head_id_no", "head_id_type"} == set()


def test_only_these_facts_are_locked():
    assert {one.name for one in ALL if one.locked} == {"name", "id_type", "id_no", "hh_attr", "id_standard"}


def test_only_these_facts_are_computed():
    assert {one.name for one in ALL if one.derived} == {
        "sex",
        "birth_date",
        "member_count",
        "inc_total_yuan",
        "inc_net_yuan",
        "inc_net_pc_yuan",
        "dis_type",
        "dis_grade",
        "is_resident",
    }


def test_secrets_are_secret_kinds():
    assert {one.name for one in ALL if one.kind.secret} == {
        "id_no",
        "phone",
        "hh_phone",
        "surveyor_phone",
        "monitor_phone",
        "bank_account",
        "unit_phone",
        "helper_id_no",
        "helper_phone",
        "v_phone",
        "nv_phone",
    }


@pytest.mark.parametrize(
    ("facts", "label", "name"),
    [
        (MEMBER_FACTS, "参加新农合", "med_resident"),
        (MEMBER_FACTS, "是否参加城乡居民基本医疗保险", "med_resident"),
        (HOUSEHOLD_FACTS, "户属性", "hh_attr"),
        (HOUSEHOLD_FACTS, "致贫原因1", "main_cause"),
        (HOUSEHOLD_FACTS, "特困供养金", "tr_wubao_yuan"),
        (MEMBER_FACTS, "务工时间(月)", "work_months"),
        (HOUSEHOLD_FACTS, "是否解决安全饮用水", "water_safe"),
        (MEMBERSHIP_FACTS, "人员识别时间", "identified_on"),
        (PERSON_FACTS, "身份证号码", "id_no"),
    ],
)
def test_labels_of_other_versions_are_aliases(facts, label, name):
    assert [one.name for one in facts if label in (one.zh, *one.aliases)] == [name]


def test_a_fact_is_found_by_its_name():
    assert (fact("land_farm_mu").zh, fact("land_farm_mu").code, fact("land_farm_mu").section) == ("耕地面积", "AAC301", "living")


def test_an_unknown_fact_is_refused():
    with pytest.raises(UnknownFact, match="no fact 'shoe_size'"):
        fact("shoe_size")


def test_a_section_gives_its_facts_in_the_order_of_the_form():
    assert [one.zh for one in facts_in("person")] == ["姓名", "证件类型", "证件号码", "性别", "出生日期", "民族"]


def test_an_unknown_section_is_refused():
    with pytest.raises(UnknownFact, match="no section 'shoes'"):
        facts_in("shoes")
