"""A number that a sheet writes in another unit than the stored one, and an office's telephone."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.kernel import kinds

TEN_THOUSANDS = kinds.written_in(kinds.yuan(), "万元")


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("5.2", "52000"),
        (" 5.2 ", "52000"),
        ("5.2万元", "52000"),
        ("52000元", "52000"),
        ("1,234.5", "12345000"),
        ("0.123456", "1234.56"),
        ("0", "0"),
    ],
)
def test_plain_digits_are_ten_thousands_and_a_cell_that_names_its_unit_is_read_by_it(typed, yuan):
    assert TEN_THOUSANDS.read_one(typed) == (Decimal(yuan), None)


@pytest.mark.parametrize(("typed", "problem"), [("约5", "yuan.approximate"), ("-5", "yuan.negative"), ("0.1234567", "yuan.places")])
def test_what_is_no_such_number_is_told_as_for_yuan(typed, problem):
    assert TEN_THOUSANDS.read_one(typed) == (None, problem)


@given(st.decimals(0, 10**11, places=2))
def test_any_amount_comes_back_as_it_was(amount):
    shown = TEN_THOUSANDS.show(pl.Series([amount], dtype=pl.Decimal(14, 2)))
    assert TEN_THOUSANDS.read(shown).values[0] == amount


def test_unknown_stays_unknown():
    assert TEN_THOUSANDS.show(pl.Series([None], dtype=pl.Decimal(14, 2))).to_list() == [None]


def test_a_unit_that_the_kind_does_not_know_is_our_mistake():
    with pytest.raises(ValueError, match="公顷"):
        kinds.written_in(kinds.yuan(), "公顷")


def test_an_office_may_have_a_landline_and_a_person_is_asked_for_a_mobile():
    assert kinds.phone(landline=True).read_one("0771-5550000") == ("07715550000", None)
    assert kinds.phone().read_one("0771-5550000") == ("07715550000", "phone.landline")
