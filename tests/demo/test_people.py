"""The invented people: valid numbers, families whose ages fit, facts that bear each other out."""

import polars as pl
import pytest

from taizhang.jobs.demo import numbers
from taizhang.jobs.demo.people import people, people_in_parts
from taizhang.kernel import identity
from taizhang.kernel.kinds import account, phone
from taizhang.places.fictitious import fictitious_places
from taizhang.policy.archive import FACT_TABLES, facts_in
from taizhang.policy.income import SOURCES, TRANSFER_PARTS

SEED, HOUSEHOLDS = 20240101, 3000


@pytest.fixture(scope="module")
def everyone():
    return people(HOUSEHOLDS, SEED, fictitious_places())


@pytest.fixture(scope="module")
def heads(everyone):
    return everyone.filter(pl.col("membership.relation") == "head")


@pytest.fixture(scope="module")
def beside_head(everyone, heads):
    """Each line with the birth of its household's head as `head_birth`."""
    births = heads.select("key.household_no", pl.col("person.birth_date").alias("head_birth"))
    return everyone.join(births, on="key.household_no").with_columns(
        gap=(pl.col("person.birth_date") - pl.col("head_birth")).dt.total_days() / 365.25
    )


def test_the_same_seed_gives_the_same_people(everyone):
    assert people(HOUSEHOLDS, SEED, fictitious_places()).equals(everyone)


def test_another_seed_gives_other_people(everyone):
    assert not people(HOUSEHOLDS, SEED + 1, fictitious_places())["person.id_no"].equals(everyone["person.id_no"])


def test_the_size_of_the_parts_changes_nothing(everyone):
    parts = list(people_in_parts(HOUSEHOLDS, SEED, fictitious_places(), part=700))
    assert len(parts) == 5
    assert pl.concat(parts).equals(everyone)


def told(everyone, home):
    """The facts of a table that the invented people have."""
    return [f for f in FACT_TABLES[home] if f"{home}.{f.name}" in everyone.columns]


@pytest.mark.parametrize("home", ["household", "person", "membership", "member"])
def test_every_fact_has_its_column_with_the_type_of_its_kind(everyone, home):
    assert {f.name: everyone.schema[f"{home}.{f.name}"] for f in told(everyone, home)} == {
        f.name: f.kind.dtype for f in told(everyone, home)
    }


def test_of_the_base_module_income_and_living_nothing_is_left_out(everyone):
    wanted = {f.name for section in ("base", "income", "living") for f in facts_in(section)}
    assert wanted - {f.name for f in told(everyone, "household")} == set()
    assert {f.name for f in FACT_TABLES["member"]} - {f.name for f in told(everyone, "member")} == set()


@pytest.mark.parametrize("home", ["household", "person", "membership", "member"])
def test_what_is_invented_reads_as_it_shows(everyone, home):
    shown = {f.name: f.kind.show(everyone[f"{home}.{f.name}"]) for f in told(everyone, home)}
    read = {f.name: f.kind.read(shown[f.name]) for f in told(everyone, home)}
    assert [name for name, column in read.items() if column.problems.drop_nulls().len()] == []
    assert [name for name, column in read.items() if not column.values.equals(everyone[f"{home}.{name}"], check_names=False)] == []


def test_every_identity_number_passes_every_check(everyone):
    found = identity.facts(everyone["person.id_no"])
    assert found["problem"].drop_nulls().is_empty()
    assert found["checksum_ok"].all()


def test_every_identity_number_belongs_to_the_unassigned_prefix(everyone):
    assert everyone["person.id_no"].str.starts_with("9901").any()
    assert everyone["person.id_no"].str.starts_with("99").all()


@pytest.mark.parametrize("column", ["person.id_no", "key.person_no"])
def test_nobody_shares_a_number(everyone, column):
    assert everyone[column].is_unique().all()


@pytest.mark.parametrize("column", ["household.hh_phone", "household.bank_account", "key.household_no"])
def test_no_two_households_share_a_number(heads, column):
    assert heads[column].is_unique().all()


def test_a_number_says_the_sex_and_the_birth_date_of_its_bearer(everyone):
    found = identity.facts(everyone["person.id_no"])
    assert found["sex"].equals(everyone["person.sex"], check_names=False)
    assert found["birth_date"].equals(everyone["person.birth_date"], check_names=False)


def test_an_identity_number_is_the_one_the_kernel_makes():
    one = pl.DataFrame({"area6": ["990101"], "birth": ["1980-02-29"], "serial": [1]}).with_columns(pl.col("birth").str.to_date())
    born = one["birth"][0]
    assert one.select(numbers.identity_number("area6", "birth", "serial")).item() == identity.make_id("990101", born, 1)


def test_a_disabled_person_may_bear_a_card_of_twenty_places(everyone):
    cards = everyone.filter(pl.col("person.id_type") == "disability_card")
    assert cards.height > 50
    assert cards["person.id_no"].str.len_chars().unique().to_list() == [20]
    assert cards["member.health"].str.contains("disabled").all()


def test_more_births_than_serials_are_refused():
    lines = pl.DataFrame({"area6": ["990101"] * 600, "birth": ["1980-01-01"] * 600, "male": [True] * 600}).with_columns(
        pl.col("birth").str.to_date()
    )
    with pytest.raises(numbers.TooManyBirths):
        numbers.Serials().take(lines)


def test_phones_are_invented_mobile_numbers(everyone):
    read = phone().read(everyone["member.phone"])
    assert read.problems.drop_nulls().is_empty()
    assert everyone["member.phone"].drop_nulls().str.starts_with("199").all()


def test_accounts_pass_the_card_check(heads):
    assert account().read(heads["household.bank_account"]).problems.drop_nulls().is_empty()


def test_every_household_has_one_head_who_stands_first(everyone):
    grouped = everyone.group_by("key.household_no", maintain_order=True)
    first = grouped.agg(
        pl.col("membership.relation").first().alias("first"), (pl.col("membership.relation") == "head").sum().alias("heads")
    )
    assert first.select("first", "heads").unique().rows() == [("head", 1)]


def test_households_are_as_large_as_in_a_county(everyone):
    sizes = everyone.group_by("key.household_no").len("size")["size"]
    assert (sizes.min(), sizes.max()) == (1, 8)
    assert 3.1 < sizes.mean() < 3.7


@pytest.mark.parametrize(
    ("relations", "least", "most"),
    [
        (["son", "daughter"], 18.5, 60),
        (["grandson", "granddaughter"], 38, 75),
        (["father", "mother"], -50, -18.0),
        (["spouse"], -15, 15),
    ],
)
def test_ages_fit_the_relation_to_the_head(beside_head, relations, least, most):
    gaps = beside_head.filter(pl.col("membership.relation").is_in(relations))["gap"]
    assert gaps.len() > 100
    assert gaps.is_between(least, most).all()


def test_children_bear_a_name_of_their_parents(everyone, heads):
    named = heads.filter(pl.col("person.sex") == "male").select("key.household_no", pl.col("person.name").str.slice(0, 1).alias("line"))
    children = everyone.filter(pl.col("membership.relation").is_in(["son", "daughter"])).join(named, on="key.household_no")
    assert (children["person.name"].str.slice(0, 1) == children["line"]).all()


def test_healthy_excludes_every_other_state(everyone):
    several = everyone.filter(pl.col("member.health").str.contains(","))["member.health"]
    assert several.len() > 10
    assert not several.str.contains("healthy").any()


def test_a_person_is_at_school_or_has_an_education(everyone):
    at_school = pl.col("member.school_status").is_not_null() & (pl.col("member.school_status") != "not_student")
    assert everyone.filter(at_school == pl.col("member.education").is_not_null()).is_empty()


def test_nobody_is_in_two_health_insurances(everyone):
    assert everyone.filter(pl.col("member.med_resident") & pl.col("member.med_employee")).is_empty()


@pytest.mark.parametrize(("cause", "sign"), [("illness", "chronic|serious"), ("disability", "disabled")])
def test_a_cause_is_borne_out_by_a_member(everyone, cause, sign):
    borne = everyone.group_by("key.household_no").agg(
        pl.col("member.health").str.contains(sign).any().alias("sign"), pl.col("household.main_cause").first().alias("cause")
    )
    named = borne.filter(pl.col("cause") == cause)
    assert named.height > 30
    assert named["sign"].all()


def test_schooling_is_a_cause_only_with_a_student_past_compulsory_school(everyone):
    named = everyone.filter(pl.col("household.main_cause") == "schooling")
    student = pl.col("member.school_status").str.contains("senior|voc|college").fill_null(value=False)
    assert named.group_by("key.household_no").agg(student.any().alias("student"))["student"].all()


def test_the_main_cause_is_not_named_twice_and_others_are_two_at_most(heads):
    others = heads.with_columns(pl.col("household.other_causes").str.split(",").alias("others")).drop_nulls("others")
    assert others["others"].list.len().max() == 2
    assert not others.select(pl.col("others").list.contains(pl.col("household.main_cause"))).to_series().any()


def test_incomes_add_up(heads):
    sums = heads.select(
        transfer=pl.sum_horizontal(f"household.{part}" for part in TRANSFER_PARTS) == pl.col("household.inc_transfer_yuan"),
        total=pl.sum_horizontal(f"household.{part}" for part in SOURCES) == pl.col("household.inc_total_yuan"),
    )
    assert sums.select(pl.all().all()).row(0) == (True, True)


def test_the_exited_are_above_the_line_and_the_returned_below(heads):
    net = heads.group_by("household.status").agg(
        pl.col("household.inc_net_pc_yuan").cast(pl.Float64).min().alias("least"),
        pl.col("household.inc_net_pc_yuan").cast(pl.Float64).max().alias("most"),
    )
    found = {status: (least, most) for status, least, most in net.rows()}
    assert found["out_with_policy"][0] > 3500
    assert found["returned"][1] < 2952


def test_dates_of_the_status_stand_in_order(heads):
    returned = heads.filter(pl.col("household.status") == "returned")
    assert (returned["household.first_identified_on"].str.slice(0, 4) < returned["household.exited_on"]).all()
    assert (returned["household.exited_on"] < returned["household.returned_on"]).all()


def test_households_are_spread_over_every_village(heads):
    villages = fictitious_places().filter(level="village")["code"]
    assert set(heads["key.area"]) == set(villages)


def test_a_group_belongs_to_the_village_of_its_household(heads):
    groups = fictitious_places().filter(level="group").select("parent", "name")
    lost = heads.join(groups, left_on=["key.area", "key.group"], right_on=["parent", "name"], how="anti")
    assert lost.is_empty()
