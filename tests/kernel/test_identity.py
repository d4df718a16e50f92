"""Identity numbers. All invented: area prefix 99 is assigned to nobody."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taizhang.kernel import kinds
from taizhang.kernel.findings import Severity
from taizhang.kernel.identity import CHECK_CHARACTERS, check_character, facts, facts_of, make_id, masked, masked_column, normalised

TODAY = date(2026, 1, 1)
LEAP_DAY_MAN = "990101198002290011"
AREAS = st.from_regex(r"99[0-9]{4}", fullmatch=True).filter(lambda area: area != "999999")
BIRTHS = st.dates(date(1906, 1, 2), TODAY)
SERIALS = st.integers(1, 999).filter(lambda serial: serial % 100 != 0)
NUMBERS = st.builds(make_id, AREAS, BIRTHS, SERIALS)


def problem_of(text, on=TODAY):
    return facts_of(text, on).problem


@given(AREAS, BIRTHS, SERIALS)
@settings(deadline=None, max_examples=60)
def test_an_invented_number_is_right_and_says_what_it_was_made_of(area, birth, serial):
    said = facts_of(make_id(area, birth, serial), TODAY)
    assert (said.problem, said.checksum_ok, said.birth_date) == (None, True, birth)
    assert said.sex == ("female", "male")[serial % 2]


@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
@settings(deadline=None, max_examples=60)
def test_one_wrong_digit_is_always_noticed(number, place, shift):
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert facts_of(wrong, TODAY).checksum_ok is False


@given(st.from_regex(r"[0-9]{17}", fullmatch=True))
@settings(deadline=None)
def test_the_check_character_makes_the_weighted_sum_one_modulo_eleven(first17):
    powers = [pow(2, 17 - place, 11) for place in range(18)]  # ISO 7064 MOD 11-2, written independently
    values = [*map(int, first17), CHECK_CHARACTERS.index(check_character(first17)) * -1 + 12]
    values[17] %= 11
    assert sum(power * value for power, value in zip(powers, values, strict=True)) % 11 == 1


def test_the_sample_printed_in_the_standard_is_right():
    assert check_character("11010519491231002") == "X"


@pytest.mark.parametrize(
    "typed",
    [
        " 990101 19800229 0011 ",
        "９９０１０１１９８００２２９００１１",
        "'990101198002290011",
        "990101198002290011.0",
        "\u3000990101198002290011\u200b",
        "990101198002290011\n",
    ],
)
def test_a_number_is_read_through_the_ways_it_is_typed(typed):
    assert normalised(pl.Series([typed])).to_list() == [LEAP_DAY_MAN]


def test_a_small_or_full_width_x_is_the_check_character():
    number = next(made for serial in range(1, 99) if (made := make_id("990101", date(1980, 2, 29), serial)).endswith("X"))
    typed = pl.Series([number.lower(), number[:-1] + "ｘ", number[:-1] + "Ｘ"])
    assert normalised(typed).to_list() == [number] * 3


def test_an_old_number_is_kept_and_upgraded_beside_with_a_warning():
    said = facts_of("990101800229001", TODAY)
    assert (said.number, said.first18, said.problem) == ("990101800229001", LEAP_DAY_MAN, "old_15")
    assert (said.checksum_ok, said.birth_date, said.sex) == (None, date(1980, 2, 29), "male")


def test_a_disability_card_says_kind_and_grade():
    said = facts_of(LEAP_DAY_MAN + "42", TODAY)
    assert (said.first18, said.disability_type, said.disability_grade, said.problem) == (LEAP_DAY_MAN, 4, 2, None)


def test_a_reissued_card_has_22_places():
    said = facts_of(LEAP_DAY_MAN + "42B1", TODAY)
    assert (said.first18, said.disability_type, said.problem) == (LEAP_DAY_MAN, 4, None)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("5.2E+17", "destroyed"),
        ("9.90101E+17", "destroyed"),
        ("9.9010119800229e17", "destroyed"),
        ("990101198002290000", "destroyed"),
        ("99010119800229000000", "destroyed"),
        ("99010119800229001", "length"),
        ("9901011980022900111", "length"),
        ("张三", "length"),
        ("99010119800229001Y", "characters"),
        ("9901011980022900-1", "characters"),
        ("990101198002300011", "birth_impossible"),
        ("990101198013010011", "birth_impossible"),
        (make_id("990101", date(1899, 12, 31), 1), "birth_too_early"),
        (make_id("990101", date(1905, 12, 31), 1), "birth_too_early"),
        (make_id("990101", date(2026, 1, 2), 1), "birth_future"),
        ("990101198002290012", "checksum"),
        ("990101198002290012" + "44", "checksum"),
        (LEAP_DAY_MAN + "84", "card_type"),
        (LEAP_DAY_MAN + "05", "card_type"),
        (make_id("999999", date(1980, 2, 29), 1), "placeholder"),
    ],
)
def test_what_is_wrong_with_a_number_has_a_word(typed, problem):
    assert problem_of(typed) == problem


def test_a_birth_on_the_day_itself_and_on_the_120th_birthday_are_right():
    assert problem_of(make_id("990101", TODAY, 1)) is None
    assert problem_of(make_id("990101", date(1906, 1, 1), 1)) is None


def test_without_a_day_nobody_is_born_in_the_future():
    assert problem_of(make_id("990101", date(2150, 1, 1), 1), on=None) is None


def test_a_genuine_number_that_ends_in_three_zeros_is_kept_with_a_warning():
    number = next(
        made
        for day in range(1, 29)
        for serial in range(100, 1000, 100)
        if (made := make_id("990101", date(1980, 2, day), serial)).endswith("000")
    )
    kind = kinds.id_number(TODAY)
    assert kind.read_one(number) == (number, "id_number.maybe_destroyed")
    assert kind.severity("id_number.maybe_destroyed") is Severity.WARNING


def test_wrong_numbers_block_and_a_wrong_card_is_an_error():
    kind = kinds.id_number(TODAY)
    assert [kind.severity(f"id_number.{word}") for word in ("length", "checksum", "destroyed")] == [Severity.BLOCK] * 3
    assert kind.severity("id_number.card_type") is Severity.ERROR
    assert kind.severity("id_number.old_15") is Severity.WARNING


def test_a_wrong_length_is_said_with_the_length():
    kind = kinds.id_number(TODAY)
    assert kind.says("id_number.length", "99010119800229001") == "证件号码有17位,应为18位(残疾人证20位或22位)"


@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=20))
@settings(deadline=None, max_examples=60)
def test_any_text_is_answered_row_by_row(texts):
    assert facts(pl.Series(texts, dtype=pl.String), TODAY).height == len(texts)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("990101198101010003", "9901011981********3"),
        ("990101810101000", "99010181********0"),
        (LEAP_DAY_MAN + "42B1", "9901011980********1"),
        ("12345", "********"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_masked_number_shows_area_birth_year_and_last_place(number, shown):
    assert masked(number) == shown


@given(st.one_of(st.from_regex(r"\A([0-9]{15}|[0-9]{17}[0-9Xx]([0-9]{2}([0-9A-Z]{2})?)?)\n?\Z"), st.text(max_size=24)))
def test_one_number_is_masked_like_a_column_of_it(text):
    assert masked(text) == (masked_column(pl.Series([text]))[0] or "")


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_blank_says_nothing(blank):
    assert facts_of(blank) == facts_of(" ")


def test_masking_a_column_keeps_blanks_blank():
    assert masked_column(pl.Series([LEAP_DAY_MAN, None, " "])).to_list() == ["9901011980********1", None, None]


@pytest.mark.parametrize(("area", "serial"), [("99010", 1), ("99010x", 1), ("990101", 1000), ("990101", -1)])
def test_an_impossible_invented_person_is_refused(area, serial):
    with pytest.raises(ValueError, match="an area of 6 digits"):
        make_id(area, date(1980, 1, 1), serial)
