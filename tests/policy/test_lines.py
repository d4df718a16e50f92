"""Poverty and monitoring lines: nearest area upward, by day, and never a guess."""

from datetime import date
from decimal import Decimal

import pytest

from taizhang.policy.lines import BadLines, NoLine, all_lines, areas_upward, line_for, load_lines
from taizhang.policy.marks import is_verified

GOOD = '[[line]]\narea = "990000000000"\npurpose = "poverty"\nfrom_on = 2018-01-01\nto_on = 2018-12-31\namount_yuan = "3000"\nmark = "V"\nsource = "test"\n'


def loaded(folder, text):
    """The lines of a file holding `text`."""
    path = folder / "lines.toml"
    path.write_text(text, encoding="utf-8")
    return load_lines(path)


def given_out(lines):
    return [line for line in lines if not line.why_disabled()]


@pytest.mark.parametrize(
    ("purpose", "area", "day", "amount"),
    [
        ("poverty", "990101001001", date(2015, 1, 1), "2855"),
        ("poverty", "990101001001", date(2020, 12, 31), "4000"),
        ("poverty", "320102001001", date(2014, 6, 1), "4000"),
        ("monitoring", "430102001001", date(2019, 9, 1), "5000"),
        ("monitoring", "420900000000", date(2021, 6, 1), "6154.50"),
        ("monitoring", "520402001001", date(2023, 6, 1), "7300"),
    ],
)
def test_the_nearest_line_upward_is_given(purpose, area, day, amount):
    assert line_for(purpose=purpose, area=area, day=day).amount_yuan == Decimal(amount)


@pytest.mark.parametrize(
    ("purpose", "area", "day", "why"),
    [
        ("poverty", "990101001001", date(2018, 6, 1), "未启用:未核实"),
        ("poverty", "410102001001", date(2016, 12, 31), "未启用:未核实"),
        ("poverty", "610102001001", date(2017, 6, 1), "2010年不变价"),
        ("poverty", "990101001001", date(2021, 1, 1), "没有2021年"),
        ("poverty", "990101001001", date(2009, 12, 31), "没有2009年"),
        ("monitoring", "430102001001", date(2019, 8, 31), "没有2019年"),
        ("monitoring", "990101001001", date(2022, 6, 1), "只有范围"),
        ("monitoring", "520402001001", date(2024, 6, 1), "只有范围"),
        ("dreams", "990101001001", date(2020, 6, 1), "没有名为"),
    ],
)
def test_where_no_line_may_be_used_it_is_said_and_none_is_guessed(purpose, area, day, why):
    with pytest.raises(NoLine, match=why):
        line_for(purpose=purpose, area=area, day=day)


def test_the_refusal_says_what_to_do():
    with pytest.raises(NoLine, match="补录"):
        line_for(purpose="poverty", area="990101001001", day=date(2018, 6, 1))


def test_no_unverified_line_is_ever_given_out():
    assert {line.mark for line in given_out(all_lines()) if not is_verified(line.mark)} == set()


def test_the_way_up_goes_by_levels():
    assert areas_upward("99010100100107") == (
        "990101001001",
        "990101001000",
        "990101000000",
        "990100000000",
        "990000000000",
        "000000000000",
    )


def test_a_good_file_loads(tmp_path):
    assert loaded(tmp_path, GOOD)[0].amount_yuan == Decimal(3000)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('mark = "V"', 'mark = "?"', "unknown mark"),
        ('purpose = "poverty"', 'purpose = "fun"', "unknown purpose"),
        ('area = "990000000000"', 'area = "99"', "no 12-digit code"),
        ("to_on = 2018-12-31", "to_on = 2017-12-31", "from_on is after to_on"),
        ('amount_yuan = "3000"', 'amount_yuan = "about 3000"', "line 1"),
        ('source = "test"', 'source = "test"\ncolour = 1', "line 1"),
        ("[[line]]", "[[line]", "not valid TOML"),
        (GOOD, GOOD + GOOD, "has another line"),
    ],
)
def test_a_bad_file_stops_the_load_and_says_why(tmp_path, before, after, message):
    with pytest.raises(BadLines, match=message):
        loaded(tmp_path, GOOD.replace(before, after, 1))
