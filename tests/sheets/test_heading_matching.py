"""Headings to wanted columns: the surest way first, nothing dropped silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.kernel.sheets.headings import Heading
from taizhang.kernel.sheets.matching import Match, Wanted, match
from taizhang.kernel.sheets.wording import code, loose, plain, unit

HEAD = Wanted("head_name", "姓名", ("户主",), ("A1",), group="户主")
MEMBER = Wanted("member_name", "姓名", (), ("B1",), group="家庭成员")
INCOME = Wanted("net_income_yuan", "年纯收入(元)", ("家庭年纯收入",), ("A25",))
WATER = Wanted("has_safe_water", "是否解决安全饮用水", (), ("A30",))
ALL = (HEAD, MEMBER, INCOME, WATER)


def headings(*texts: str) -> list[Heading]:
    return [Heading(index, text, tuple(text.split("/"))) for index, text in enumerate(texts)]


def picks(found: Match) -> dict[str, tuple[int, str, bool]]:
    return {key: (pick.index, pick.how, pick.sure) for key, pick in found.columns.items()}


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("A1. 户主姓名", "户主姓名"),
        ("（1）户主\n姓名*", "户主姓名"),
        ("*年纯收入（元）", "年纯收入"),
        ("一、家庭　人口（人）", "家庭人口"),
        ("Ａ２５工资性收入（元／年）", "工资性收入"),
        ("县(市、区、旗)", "县(市区旗)"),
        ("2022年收入", "2022年收入"),
    ],
)
def test_a_heading_has_one_plain_form(typed: str, form: str) -> None:
    assert plain(typed) == form


def test_the_loose_form_drops_brackets_and_whether() -> None:
    assert loose("是否危房户（见附表）") == "危房户"


def test_unit_and_code_of_a_heading_are_known() -> None:
    assert (unit("年纯收入（万元）"), unit("姓名"), code("A25.工资性收入"), code("姓名")) == ("万元", "", "A25", "")


def test_the_group_tells_same_labels_apart() -> None:
    found = match(headings("家庭成员/姓名", "户主/姓名"), ALL)
    assert picks(found) == {"head_name": (1, "label", True), "member_name": (0, "label", True)}


def test_label_alias_and_unit_spellings_are_sure() -> None:
    found = match(headings("户主", "家庭年纯收入（万元）", "解决安全饮用水"), ALL)
    assert picks(found) == {
        "head_name": (0, "alias", True),
        "net_income_yuan": (1, "alias", True),
        "has_safe_water": (2, "label", True),
    }
    assert found.columns["net_income_yuan"].unit == "万元"


def test_a_code_is_a_hint_unless_it_stands_alone() -> None:
    found = match(headings("A25.收入合计数", "A30"), ALL)
    assert picks(found) == {"net_income_yuan": (0, "code", False), "has_safe_water": (1, "code", True)}


def test_a_similar_heading_is_proposed_but_not_sure() -> None:
    found = match(headings("已解决安全饮用水"), ALL)
    assert picks(found) == {"has_safe_water": (0, "similar", False)}


def test_two_headings_for_one_column_are_for_a_person_to_decide() -> None:
    found = match(headings("年纯收入", "年纯收入（元）"), [INCOME])
    assert found.columns == {}
    assert [([h.index for h in one.headings], one.keys) for one in found.ambiguous] == [([0, 1], ("net_income_yuan",))]


def test_what_a_person_chose_overrules_and_is_remembered() -> None:
    found = match(headings("年纯收入", "收入二", "备用"), [INCOME, WATER], chosen={1: "net_income_yuan", 2: ""})
    assert picks(found) == {"net_income_yuan": (1, "chosen", True)}
    assert [h.text for h in found.unknown] == ["年纯收入"]
    again = match(headings("收入二"), [INCOME], remembered=found.remember())
    assert picks(again) == {"net_income_yuan": (0, "remembered", True)}


def test_a_serial_number_is_ignored_and_an_unknown_heading_is_shown() -> None:
    found = match(headings("序号", "从未见过"), [INCOME])
    assert ([h.text for h in found.ignored], [h.text for h in found.unknown]) == (["序号"], ["从未见过"])
    assert [w.key for w in found.missing] == ["net_income_yuan"]


WORDS = st.sampled_from(["姓名", "户主", "户主/姓名", "家庭成员/姓名", "年纯收入", "A25.x", "是否解决安全饮用水", "序号", "风险", "饮用水"])


@given(st.lists(WORDS, max_size=8))
def test_every_heading_and_every_wanted_column_is_accounted_for_once(texts: list[str]) -> None:
    found = match(headings(*texts), ALL)
    seen = [pick.index for pick in found.columns.values()]
    seen += [h.index for h in (*found.unknown, *found.ignored, *(h for one in found.ambiguous for h in one.headings))]
    keys = [*found.columns, *(w.key for w in found.missing), *(key for one in found.ambiguous for key in one.keys)]
    assert sorted(seen) == list(range(len(texts)))
    assert sorted(keys) == sorted(w.key for w in ALL)
