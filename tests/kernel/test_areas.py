"""Area codes: levels, subtrees as ranges, ancestors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.kernel.areas import Level, contains, county_of, level_of, parent, prefix, subtree

CODES = st.from_regex(r"[1-9][0-9]{11}([0-9]{3})?", fullmatch=True)


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("990000000000", Level.PROVINCE),
        ("990100000000", Level.PREFECTURE),
        ("990101000000", Level.COUNTY),
        ("990101001000", Level.TOWNSHIP),
        ("990101001002", Level.VILLAGE),
        ("990101001002003", Level.GROUP),
        ("990101001002000", Level.VILLAGE),
        ("990100003000", Level.TOWNSHIP),
        ("990101000001", Level.VILLAGE),
        ("100000000000", Level.PROVINCE),
    ],
)
def test_trailing_zeros_suggest_the_level(code, level):
    assert level_of(code) is level


@pytest.mark.parametrize(
    ("code", "range_"),
    [
        ("990101000000", ("990101000000", "990102000000")),
        ("990199000000", ("990199000000", "990200000000")),
        ("990101001002", ("990101001002", "990101001003")),
        ("990101001002003", ("990101001002003", "990101001002004")),
        ("110000000000", ("110000000000", "120000000000")),
        ("990000000000", ("990000000000", "9A")),
    ],
)
def test_a_subtree_is_a_range_of_codes(code, range_):
    assert subtree(code) == range_


def test_a_subtree_can_be_asked_of_a_higher_level():
    assert subtree("990101001002", Level.COUNTY) == ("990101000000", "990102000000")


@given(CODES, CODES)
def test_a_range_holds_exactly_the_codes_with_its_prefix(area, other):
    lo, hi = subtree(area)
    stem = prefix(area, level_of(area))
    assert (lo <= other < hi) is other.ljust(15, "0").startswith(stem)


@given(CODES, st.from_regex(r"[0-9]{15}", fullmatch=True), st.sampled_from(Level))
def test_everything_that_continues_a_prefix_is_inside(code, tail, level):
    stem = prefix(code, level)
    lo, hi = subtree(code, level)
    assert lo <= (stem + tail)[:15] < hi


@given(CODES)
def test_the_parent_holds_its_child_and_is_higher(code):
    above = parent(code)
    assert above is None or (contains(above, code) and level_of(above) < level_of(code))


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("990101001002003", "990101001002"),
        ("990101001002", "990101001000"),
        ("990101001000", "990101000000"),
        ("990101000000", "990100000000"),
        ("990100000000", "990000000000"),
        ("990000000000", None),
    ],
)
def test_the_parent_is_one_level_up(code, above):
    assert parent(code) == above


@pytest.mark.parametrize(
    ("code", "county"), [("990101001002003", "990101000000"), ("990101000000", "990101000000"), ("990100000000", None)]
)
def test_an_area_lies_in_one_county_or_above_all(code, county):
    assert county_of(code) == county


def test_a_neighbour_is_not_inside():
    assert contains("990101001000", "990101001002003")
    assert not contains("990101001000", "990101002001")
    assert not contains("990101001002", "990101001000")


@pytest.mark.parametrize("text", ["", "9901", "99010100100x", "0901010010020", "990101001002 ", "９９０１０１００１００２"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(ValueError, match="12 digits"):
        level_of(text)
