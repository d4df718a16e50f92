"""The laws every kind keeps (kernel/kinds/base.py), held against any text and any value."""

import re
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.kernel import kinds
from taizhang.kernel.codes import Code, CodeList
from taizhang.kernel.findings import Severity
from taizhang.kernel.identity import make_id

CAUSES = CodeList(
    "cause",
    "致贫原因",
    (Code("illness", "01", "因病"), Code("disability", "02", "因残"), Code("schooling", "03", "因学"), Code("other", "12", "其他")),
)
DEGREES = CodeList(
    "degree", "学历", (Code("secondary", "1", "中等专科/中专技校"), Code("mixed", "2", "退耕、公益林"), Code("junior", "3", "初中"))
)
KINDS = [
    kinds.text(20),
    kinds.name(),
    kinds.id_number(date(2026, 1, 1)),
    kinds.phone(),
    kinds.account(),
    kinds.yes_no(),
    kinds.one_of(CAUSES),
    kinds.one_of(DEGREES),
    kinds.some_of(CAUSES, 2),
    kinds.some_of(DEGREES, 2),
    kinds.day(),
    kinds.partial_day(),
    kinds.area_code(),
    kinds.yuan(),
    kinds.yuan(negative=True),
    kinds.written_in(kinds.yuan(), "万元"),
    kinds.phone(landline=True),
    kinds.mu(),
    kinds.square_metres(),
    kinds.km(),
    kinds.whole(0, 12, "个月"),
    kinds.decimal(1, -50, 100, "℃"),
]
BLANKS = ["", " ", "\t", "\u3000\u3000", "\u00a0", "\u200b", "\ufeff ", None]
SIGNS = "0123456789.,-—/年月日号元万亩公顷里米约至是否有无√×xXYN因病残学、，;；|+E张李王·*'’ \u3000\n\u200b￥０１９Ｘ（）()_D"
ANY_TEXT = st.one_of(st.text(max_size=30), st.text(SIGNS, max_size=24))
TYPICAL = st.sampled_from(
    [
        make_id("990101", date(1980, 2, 29), 1),
        make_id("990101", date(1955, 7, 1), 12).lower() + " ",
        make_id("990101", date(1980, 2, 29), 1) + "44B1",
        "990101800229001",
        "13800000000",
        "0851-81234567",
        "6222 0202 0011 2230",
        "9600.50元",
        "１．２万元",
        "-3",
        "3公顷",
        "350米",
        "2018.8.30",
        "2018年8月",
        "2018.1",
        "43342",
        "因残、因病",
        "退耕、公益林；初中",
        "中等专科/中专技校",
        "欧阳 小三",
        "买买提．艾力",
        "张\ue000",
        "990101",
        "√",
        "_x00\x000D_",
    ]
)
by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.zh[:18])
any_column = given(st.lists(st.one_of(st.none(), ANY_TEXT, TYPICAL), max_size=12))
calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def column(texts):
    return pl.Series("typed", texts, dtype=pl.String)


@by_kind
@calm
@any_column
def test_reading_never_raises_and_keeps_length_and_type(kind, texts):
    read = kind.read(column(texts))
    assert (len(read.values), len(read.problems)) == (len(texts), len(texts))
    assert (read.values.dtype, read.problems.dtype) == (kind.dtype, pl.String)


@by_kind
@calm
@any_column
def test_what_is_shown_reads_back_equal_and_without_error(kind, texts):
    values = kind.read(column(texts)).values
    again = kind.read(kind.show(values))
    assert again.values.to_list() == values.to_list()
    assert {kind.severity(problem) for problem in again.problems.drop_nulls()} <= {Severity.WARNING}


@by_kind
@calm
@any_column
def test_every_problem_has_a_chinese_sentence_and_the_name_of_its_kind(kind, texts):
    problems = [(problem, typed) for typed, problem in zip(texts, kind.read(column(texts)).problems, strict=True) if problem]
    assert all(problem.startswith(f"{kind.name}.") for problem, _ in problems)
    assert all(re.search(r"[\u4e00-\u9fff]{3}", kind.says(problem, typed)) for problem, typed in problems)


@by_kind
@calm
@any_column
def test_an_error_has_no_value_and_a_value_has_no_error(kind, texts):
    read = kind.read(column(texts))
    both = [(v, p) for v, p in zip(read.values, read.problems, strict=True) if v is not None and p is not None]
    assert {kind.severity(problem) for _, problem in both} <= {Severity.WARNING}


@by_kind
@calm
@any_column
def test_a_cell_reads_the_same_alone_and_in_a_column(kind, texts):
    read = kind.read(column(texts))
    assert [kind.read_one(text) for text in texts] == list(zip(read.values, read.problems, strict=True))


@by_kind
def test_blank_text_is_null_and_no_problem(kind):
    read = kind.read(column(BLANKS))
    assert read.values.to_list() == [None] * len(BLANKS)
    assert read.problems.to_list() == [None] * len(BLANKS)


@by_kind
def test_an_empty_column_and_a_column_of_nulls_are_read(kind):
    assert len(kind.read(column([])).values) == 0
    assert kind.read(pl.Series([None, None])).values.dtype == kind.dtype


@by_kind
def test_nothing_is_shown_as_an_empty_cell(kind):
    assert kind.show_one(None) == ""


@by_kind
def test_kinds_made_alike_are_one_key(kind):
    assert {kind: kind.zh}[kind] == kind.zh


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name not in ("text", "name")], ids=lambda kind: kind.zh[:18])
def test_a_dash_in_an_empty_cell_is_blank(kind):
    read = kind.read(column(["-", "—", "——", "/", "＼", "－"]))
    assert (read.values.null_count(), read.problems.null_count()) == (6, 6)


@calm
@given(st.decimals(Decimal("-999999999999.99"), Decimal("999999999999.99"), places=2))
def test_any_money_comes_back_as_it_was(amount):
    kind = kinds.yuan(negative=True)
    assert kind.read_one(kind.show_one(amount)) == (amount, None)


@calm
@given(st.dates(date(1850, 1, 1), date(2199, 12, 31)))
def test_any_day_comes_back_as_it_was(day):
    assert kinds.day().read_one(kinds.day().show_one(day)) == (day, None)


@calm
@given(st.floats(0, 9_000_000))
def test_money_that_a_spreadsheet_kept_as_a_float_reads_as_the_cents_it_shows(amount):
    cents = Decimal(repr(round(amount, 2)))
    assert kinds.yuan().read_one(repr(round(amount, 2) + 0.0)) == (cents, None)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.secret], ids=lambda kind: kind.name)
@calm
@given(typed=st.from_regex(r"[0-9]{6,24}", fullmatch=True))
def test_a_sentence_about_a_secret_never_repeats_it(kind, typed):
    problem = kind.read_one(typed)[1]
    assert problem is None or typed not in kind.says(problem, typed)
