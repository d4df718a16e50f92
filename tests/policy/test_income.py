"""Derived income: one place, exact to the fen, and never a zero that nobody gave."""

from decimal import ROUND_HALF_UP, Decimal
from time import perf_counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.policy.archive import HOUSEHOLD_FACTS, WORKSHEET_FACTS, fact
from taizhang.policy.income import (
    DERIVED,
    MONEY,
    SOURCES,
    TRANSFER_PARTS,
    WORKSHEET_TOTALS,
    compare_worksheet,
    derive_income,
    transfer_disagrees,
)

FEN = Decimal("0.01")
money = st.none() | st.integers(min_value=0, max_value=10**9).map(lambda fen: Decimal(fen) * FEN)


def frame(**facts):
    """One household's facts as a frame."""
    kinds = {name: pl.Int64 if name == "member_count" else MONEY for name in facts}
    return pl.DataFrame({name: [None if value is None else kind_of(name)(value)] for name, value in facts.items()}, schema=kinds)


def kind_of(name):
    return int if name == "member_count" else Decimal


def derived(**facts):
    """The derived figures of one household as (transfer, total, net, per head), numbers as text."""
    row = derive_income(frame(**facts)).row(0, named=True)
    return tuple(None if row[name] is None else str(row[name]) for name in DERIVED)


def summed(values):
    """The plain meaning of a sum: None only if nothing is known."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def expected(facts):
    """The same figures by plain arithmetic."""
    parts = summed(facts[name] for name in TRANSFER_PARTS)
    transfer = facts["inc_transfer_yuan"] if parts is None else parts
    total = summed([facts["inc_wage_yuan"], facts["inc_business_yuan"], facts["inc_property_yuan"], transfer])
    net = None if total is None else total - (facts["exp_business_yuan"] or Decimal(0))
    head = None if net is None or not facts["member_count"] else (net / facts["member_count"]).quantize(FEN, ROUND_HALF_UP)
    return (transfer, total, net, head)


def test_the_whole_sum_of_a_household():
    assert derived(
        inc_wage_yuan="12000",
        inc_business_yuan="3000",
        inc_property_yuan="500",
        tr_dibao_yuan="1200",
        tr_pension_yuan="1320.50",
        exp_business_yuan="1000",
        member_count=4,
    ) == ("2520.50", "18020.50", "17020.50", "4255.13")


def test_a_typed_transfer_stands_where_no_part_is_given():
    assert derived(inc_transfer_yuan="800", member_count=2) == ("800.00", "800.00", "800.00", "400.00")


def test_parts_overrule_a_typed_transfer():
    assert derived(inc_transfer_yuan="800", tr_dibao_yuan="900", member_count=1) == ("900.00", "900.00", "900.00", "900.00")


def test_a_part_of_zero_is_a_part_that_was_given():
    assert derived(inc_transfer_yuan="800", tr_dibao_yuan="0", member_count=1) == ("0.00", "0.00", "0.00", "0.00")


def test_nothing_known_gives_no_figure_at_all():
    assert derived(inc_wage_yuan=None, exp_business_yuan="500", member_count=3) == (None, None, None, None)


def test_one_known_source_is_enough_for_the_totals_and_blanks_add_nothing():
    assert derived(inc_wage_yuan="100", inc_business_yuan=None, exp_business_yuan=None, member_count=2) == (
        None,
        "100.00",
        "100.00",
        "50.00",
    )


def test_a_blank_stays_blank():
    assert derive_income(frame(inc_wage_yuan="100", inc_business_yuan=None))["inc_business_yuan"].to_list() == [None]


def test_an_income_of_zero_is_known():
    assert derived(inc_wage_yuan="0", member_count=2) == (None, "0.00", "0.00", "0.00")


@pytest.mark.parametrize("heads", [None, 0])
def test_without_members_there_is_no_figure_per_head(heads):
    assert derived(inc_wage_yuan="100", member_count=heads) == (None, "100.00", "100.00", None)


@pytest.mark.parametrize(
    ("wage", "expense", "heads", "per_head"),
    [("0.01", "0", 2, "0.01"), ("0.05", "0", 2, "0.03"), ("0.04", "0", 3, "0.01"), ("0", "0.01", 2, "-0.01"), ("0", "0.04", 3, "-0.01")],
)
def test_half_a_fen_is_rounded_away_from_zero(wage, expense, heads, per_head):
    assert derived(inc_wage_yuan=wage, exp_business_yuan=expense, member_count=heads)[3] == per_head


def test_a_stale_typed_total_is_replaced():
    assert derived(inc_wage_yuan="100", inc_total_yuan="7", inc_net_yuan="8", inc_net_pc_yuan="9", member_count=1)[1:] == ("100.00",) * 3


def test_a_typed_total_without_sources_goes():
    assert derived(inc_total_yuan="7", inc_net_yuan="8", inc_net_pc_yuan="9", member_count=1) == (None, None, None, None)


def test_a_sheet_of_totals_only_may_keep_them():
    kept = derive_income(frame(inc_net_pc_yuan="2800", member_count=3), typed_totals_stand=True)
    assert kept.select("inc_total_yuan", "inc_net_yuan", "inc_net_pc_yuan").row(0) == (None, None, Decimal("2800.00"))


def test_a_sheet_of_totals_only_still_computes_what_it_can():
    kept = derive_income(frame(inc_net_yuan="8400", inc_net_pc_yuan=None, member_count=3), typed_totals_stand=True)
    assert kept["inc_net_pc_yuan"].to_list() == [Decimal("2800.00")]


def test_other_columns_and_their_order_are_left_alone():
    given_frame = frame(inc_wage_yuan="1", member_count=1).with_columns(household=pl.lit("990101"))
    assert derive_income(given_frame).columns == ["inc_wage_yuan", "member_count", "household", *DERIVED]


def test_money_comes_out_as_it_went_in():
    assert [derive_income(frame(inc_wage_yuan="1", member_count=1)).schema[name] for name in DERIVED] == [MONEY] * 4


@pytest.mark.parametrize(("typed", "says"), [("800", False), ("800.01", True), (None, False)])
def test_a_typed_transfer_that_is_not_the_sum_of_its_parts_is_told(typed, says):
    whole = dict.fromkeys(TRANSFER_PARTS) | {"tr_dibao_yuan": "500", "tr_pension_yuan": "300", "inc_transfer_yuan": typed}
    assert frame(**whole).select(transfer_disagrees()).item() is says


def test_a_typed_transfer_without_parts_disagrees_with_nothing():
    assert frame(**dict.fromkeys(TRANSFER_PARTS), inc_transfer_yuan="5").select(transfer_disagrees()).item() is False


@given(
    st.fixed_dictionaries(
        dict.fromkeys((*SOURCES, *TRANSFER_PARTS, "exp_business_yuan"), money) | {"member_count": st.none() | st.integers(0, 99)}
    )
)
def test_it_agrees_with_plain_arithmetic(facts):
    assert derive_income(frame(**facts)).select(DERIVED).row(0) == expected(facts)


@given(st.fixed_dictionaries(dict.fromkeys((*SOURCES, *TRANSFER_PARTS), money) | {"member_count": st.integers(1, 9)}))
def test_deriving_twice_changes_nothing(facts):
    once = derive_income(frame(**facts))
    assert derive_income(once).equals(once)


def test_a_million_households_take_seconds():
    wage = pl.int_range(1_000_000, eager=True).cast(MONEY)
    many = pl.DataFrame({"inc_wage_yuan": wage, "exp_business_yuan": wage, "member_count": pl.repeat(3, 1_000_000, eager=True)})
    started = perf_counter()
    assert derive_income(many)["inc_net_pc_yuan"].sum() == 0
    assert perf_counter() - started < 10


def test_every_column_it_names_is_a_fact():
    assert {fact(name).kind.dtype for name in (*SOURCES, *TRANSFER_PARTS, *DERIVED, "exp_business_yuan")} == {MONEY}


def test_every_transfer_fact_is_a_part_of_the_sum():
    assert {one.name for one in HOUSEHOLD_FACTS if one.name.startswith("tr_")} == set(TRANSFER_PARTS)


def compared(**facts):
    """The worksheet's sum and difference of every total that has one, numbers as text."""
    row = compare_worksheet(frame(**facts)).row(0, named=True)
    return {name: str(value) for name, value in row.items() if value is not None}


def test_the_parts_of_a_worksheet_stand_against_the_typed_total():
    assert compared(inc_wage_yuan="9600", ws_wage_labour_yuan="9000", ws_wage_gathering_yuan="350.50") == {
        "inc_wage_yuan.parts": "9350.50",
        "inc_wage_yuan.off": "-249.50",
    }


def test_parts_that_add_up_are_off_by_nothing():
    assert compared(exp_business_yuan="300", ws_exp_planting_yuan="100", ws_exp_other_yuan="200")["exp_business_yuan.off"] == "0.00"


def test_parts_without_a_typed_total_are_a_sum_without_a_difference():
    assert compared(inc_wage_yuan=None, ws_wage_labour_yuan="9000") == {"inc_wage_yuan.parts": "9000.00"}


def test_a_total_without_parts_is_not_compared():
    assert compared(inc_wage_yuan="9600", ws_wage_labour_yuan=None) == {}


def test_every_part_of_the_worksheet_counts_once():
    parts = {fact.name: "1" for fact in WORKSHEET_FACTS if fact.name.endswith("_yuan")}
    told = compared(**parts)
    assert {total: told[f"{total}.parts"] for total in WORKSHEET_TOTALS} == {
        "inc_wage_yuan": "5.00",
        "inc_business_yuan": "4.00",
        "inc_property_yuan": "5.00",
        "tr_ecology_yuan": "5.00",
        "tr_other_yuan": "16.00",
        "exp_business_yuan": "4.00",
    }


@given(st.lists(money, min_size=5, max_size=5), money)
def test_a_sum_and_its_difference_are_plain_arithmetic(parts, typed):
    names = ("labour", "public_sector", "public_township", "public_village", "gathering")
    facts = {f"ws_wage_{name}_yuan": value for name, value in zip(names, parts, strict=True)}
    row = compare_worksheet(frame(inc_wage_yuan=typed, **facts)).row(0, named=True)
    total = summed(parts)
    assert row["inc_wage_yuan.parts"] == total
    assert row["inc_wage_yuan.off"] == (None if None in (total, typed) else total - typed)
