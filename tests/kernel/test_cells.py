"""Cells as they come: what each kind makes of what people type."""

from datetime import date
from decimal import Decimal

import pytest

from taizhang.kernel import kinds
from taizhang.kernel.codes import Code, CodeList
from taizhang.kernel.findings import Severity

CAUSES = CodeList(
    "cause",
    "致贫原因",
    (
        Code("illness", "01", "因病", ("疾病致贫",)),
        Code("disability", "02", "因残"),
        Code("no_skill", "07", "缺技术"),
        Code("other", "12", "其他", ("其它",)),
    ),
)
PEOPLES = CodeList("ethnicity", "民族", (Code("han", "01", "汉族", ("汉",)), Code("manchu", "02", "满族")), codes_readable=False)
SEXES = CodeList("sex", "性别", (Code("male", "01/1", "男"), Code("female", "02/2", "女")))


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("9600", "9600"),
        ("9600.5", "9600.5"),
        ("9600元", "9600"),
        ("1,200元", "1200"),
        ("1，200.50", "1200.5"),
        ("￥1,234,567.89", "1234567.89"),
        ("0.96万元", "9600"),
        ("1.2万", "12000"),
        ("９６００", "9600"),
        ("9600.000000001", "9600"),
        ("0.30000000000000004", "0.3"),
        ("1.2E+4", "12000"),
        (" 1 200 ", "1200"),
        ("0", "0"),
        ("-0", "0"),
        (".5", "0.5"),
        ("007", "7"),
    ],
)
def test_money_is_read_in_its_spellings(typed, yuan):
    assert kinds.yuan().read_one(typed) == (Decimal(yuan), None)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("约1200", "yuan.approximate"),
        ("1200左右", "yuan.approximate"),
        ("1200多元", "yuan.approximate"),
        ("1000-2000", "yuan.range"),
        ("1000元至2000元", "yuan.range"),
        ("-5", "yuan.negative"),
        ("9600.555", "yuan.places"),
        ("0.123456789万元", "yuan.places"),
        ("1200元/月", "yuan.unit"),
        ("1200美元", "yuan.unit"),
        ("12,00", "yuan.not_a_number"),
        ("1.2.3", "yuan.not_a_number"),
        ("九千六", "yuan.not_a_number"),
        ("1000000000000", "yuan.too_large"),
        ("999999999999.9999999", "yuan.too_large"),
        ("1E99", "yuan.too_large"),
        ("(1200)", "yuan.not_a_number"),
        ("#REF!", "yuan.not_a_number"),
    ],
)
def test_what_is_no_amount_has_a_word(typed, problem):
    assert kinds.yuan().read_one(typed) == (None, problem)


def test_an_amount_may_be_negative_where_the_column_says_so():
    assert kinds.yuan(negative=True).read_one("-5.25元") == (Decimal("-5.25"), None)


def test_money_is_shown_without_zeros_at_the_end():
    assert [kinds.yuan().show_one(Decimal(shown)) for shown in ("9600.00", "9600.50", "0.05", "100")] == ["9600", "9600.5", "0.05", "100"]


def test_an_amount_that_is_not_exact_is_answered_with_what_would_be_right():
    assert kinds.yuan().says("yuan.approximate", "约1200") == "“约1200”不是确数,请填写核实后的确切数字(单位:元),如 1200"


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (kinds.mu(), "3.5亩", "3.5"),
        (kinds.mu(), "0.2公顷", "3"),
        (kinds.square_metres(), "80㎡", "80"),
        (kinds.square_metres(), "80.5平方米", "80.5"),
        (kinds.square_metres(), "80m²", "80"),
        (kinds.km(), "2.5公里", "2.5"),
        (kinds.km(), "350米", "0.35"),
        (kinds.km(), "3KM", "3"),
        (kinds.decimal(1, 0, 100, "%"), "12.5%", "12.5"),
    ],
)
def test_a_unit_converts(kind, typed, value):
    assert kind.read_one(typed) == (Decimal(value), None)


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        (kinds.km(), "3里", "“3里”:“里”不明确(华里还是公里),请换算成公里再填"),
        (kinds.km(), "3华里", "“3华里”:请换算成公里再填(1华里等于0.5公里)"),
        (kinds.mu(), "3分", "“3分”:请换算成亩再填(1分等于0.1亩)"),
        (kinds.square_metres(), "1亩", "“1亩”:请换算成平方米再填(1亩约合666.67平方米)"),
        (kinds.whole(0, 12, "个月"), "13", "“13”过大,应不大于 12个月"),
        (kinds.whole(0, 12, "个月"), "-1", "“-1”过小,应不小于 0个月"),
        (kinds.whole(0, 12, "个月"), "3.5", "“3.5”的小数位数过多,只能填整数"),
        (kinds.decimal(1, 0, 100), "100.1", "“100.1”过大,应不大于 100"),
    ],
)
def test_a_number_that_cannot_stand_is_explained(kind, typed, sentence):
    value, problem = kind.read_one(typed)
    assert (value, kind.says(problem, typed)) == (None, sentence)


@pytest.mark.parametrize(("typed", "value"), [("3", 3), ("3.0", 3), ("3个月", 3), ("０", 0), ("12", 12)])
def test_a_whole_number_is_read(typed, value):
    assert kinds.whole(0, 12, "个月").read_one(typed) == (value, None)


@pytest.mark.parametrize("typed", ["是", "有", "√", "✓", "1", "1.0", "Y", "yes", "TRUE", "对", "通", "已通", " 是 ", "Ｙ"])
def test_yes_in_its_spellings(typed):
    assert kinds.yes_no().read_one(typed) == (True, None)


@pytest.mark.parametrize("typed", ["否", "无", "×", "✗", "0", "0.0", "N", "no", "False", "x", "没有", "未通", "不是", "未参加"])
def test_no_in_its_spellings(typed):
    assert kinds.yes_no().read_one(typed) == (False, None)


@pytest.mark.parametrize("typed", ["不详", "不清楚", "未知", "", "-", "/"])
def test_unknown_is_null_and_never_no(typed):
    assert kinds.yes_no().read_one(typed) == (None, None)


@pytest.mark.parametrize("typed", ["2", "?", "因病", "是/否", "V"])
def test_what_is_neither_yes_nor_no_is_a_problem(typed):
    assert kinds.yes_no().read_one(typed) == (None, "yes_no.unknown")


@pytest.mark.parametrize(
    "typed",
    [
        "2018.8.30",
        "2018.08.30",
        "2018-08-30",
        "2018/8/30",
        "2018年8月30日",
        "2018年08月30号",
        "2018 年 8 月 30 日",
        "20180830",
        "20180830.0",
        "43342",
        "43342.0",
        "43342.75",
        "2018-08-30 00:00:00",
        "2018/8/30 0:00",
        "2018-08-30T12:30:00.000",
        "２０１８－０８－３０",
        "'2018-08-30",
    ],
)
def test_a_day_is_read_in_its_spellings(typed):
    assert kinds.day().read_one(typed) == (date(2018, 8, 30), None)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("2018-02-30", "day.impossible"),
        ("2018年13月1日", "day.impossible"),
        ("20180231", "day.impossible"),
        ("2018年8月", "day.incomplete"),
        ("2018", "day.incomplete"),
        ("2018.1", "day.incomplete"),
        ("18.8.30", "day.two_digit_year"),
        ("民国七年八月", "day.lunar"),
        ("农历八月初三", "day.lunar"),
        ("8/30/2018", "day.not_a_date"),
        ("昨天", "day.not_a_date"),
        ("1218-08-30", "day.out_of_range"),
        ("99999", "day.not_a_date"),
    ],
)
def test_what_is_no_day_has_a_word(typed, problem):
    assert kinds.day().read_one(typed) == (None, problem)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2018", "2018"),
        ("2018年", "2018"),
        ("2018.0", "2018"),
        ("2018年8月", "2018-08"),
        ("2018.8", "2018-08"),
        ("2018.10", "2018-10"),
        ("201808", "2018-08"),
        ("201808.0", "2018-08"),
        ("2018-8", "2018-08"),
        ("2018年8月30日", "2018-08-30"),
        ("43342", "2018-08-30"),
    ],
)
def test_as_much_of_a_date_as_is_known_is_kept(typed, value):
    assert kinds.partial_day().read_one(typed) == (value, None)


def test_a_month_that_may_have_lost_its_zero_is_kept_with_a_warning():
    kind = kinds.partial_day()
    assert kind.read_one("2018.1") == ("2018-01", "partial_day.october")
    assert kind.severity("partial_day.october") is Severity.WARNING


@pytest.mark.parametrize(("typed", "problem"), [("201813", "partial_day.impossible"), ("2018年0月", "partial_day.impossible")])
def test_an_impossible_month_is_a_problem(typed, problem):
    assert kinds.partial_day().read_one(typed) == (None, problem)


@pytest.mark.parametrize("typed", ["13800000000", "138 0000 0000", "138-0000-0000", "+86 13800000000", "8613800000000", "13800000000.0"])
def test_a_mobile_number_is_read_in_its_spellings(typed):
    assert kinds.phone().read_one(typed) == ("13800000000", None)


@pytest.mark.parametrize(
    ("typed", "digits"), [("0851-81234567", "085181234567"), ("81234567", "81234567"), ("(0851)8123456", "08518123456")]
)
def test_a_landline_is_kept_with_a_warning(typed, digits):
    assert kinds.phone().read_one(typed) == (digits, "phone.landline")
    assert kinds.phone().severity("phone.landline") is Severity.WARNING


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("1.38E+10", "phone.destroyed"),
        ("138000000001", "phone.length"),
        ("1380000000", "phone.length"),
        ("12000000000", "phone.not_a_phone"),
        ("13800000000/13900000000", "phone.several"),
        ("张三", "phone.not_a_phone"),
    ],
)
def test_what_is_no_phone_has_a_word(typed, problem):
    assert kinds.phone().read_one(typed) == (None, problem)


@pytest.mark.parametrize(
    ("typed", "account", "problem"),
    [
        ("62220202001122304", "62220202001122304", None),
        ("6222 0202 0011 2230 4", "62220202001122304", None),
        ("62220202001122305", "62220202001122305", "account.checksum"),
        ("6.22202E+18", None, "account.destroyed"),
        ("6222020200112230000", None, "account.destroyed"),
        ("1234567", None, "account.length"),
        ("1" * 31, None, "account.length"),
        ("农行62220202", None, "account.characters"),
    ],
)
def test_an_account_is_checked_as_a_card(typed, account, problem):
    assert kinds.account().read_one(typed) == (account, problem)


@pytest.mark.parametrize("typed", ["因病", " 因 病 ", "疾病致贫", "01", "1", "1.0", "０１", "01因病", "01 因病", "1.因病", "01-因病"])
def test_a_choice_is_found_by_label_alias_or_code(typed):
    assert kinds.one_of(CAUSES).read_one(typed) == ("illness", None)


@pytest.mark.parametrize("typed", ["疾病", "因车祸", "02因病", "99", "病"])
def test_an_unknown_label_is_a_problem_and_never_other(typed):
    assert kinds.one_of(CAUSES).read_one(typed) == (None, "one_of.unknown")


def test_an_unknown_label_is_answered_with_the_near_ones():
    assert kinds.one_of(CAUSES).says("one_of.unknown", "缺技能") == "“致贫原因”里没有“缺技能”,是不是“缺技术”?请改填表中的选项"


def test_a_label_like_no_other_is_answered_with_what_is_allowed():
    assert kinds.one_of(CAUSES).says("one_of.unknown", "车祸") == "“致贫原因”里没有“车祸”,可填:因病、因残、缺技术、其他"


def test_two_choices_in_a_cell_for_one_are_named_as_such():
    assert kinds.one_of(CAUSES).read_one("因病、因残") == (None, "one_of.several")


@pytest.mark.parametrize(("typed", "read"), [("汉族", ("han", None)), ("汉", ("han", None)), ("01", (None, "one_of.unknown"))])
def test_a_list_that_two_systems_number_differently_is_read_by_name_only(typed, read):
    assert kinds.one_of(PEOPLES).read_one(typed) == read


@pytest.mark.parametrize("typed", ["女", "2", "02", "2.0"])
def test_a_code_written_in_two_widths_is_one_code(typed):
    assert kinds.one_of(SEXES).read_one(typed) == ("female", None)


@pytest.mark.parametrize(
    "typed",
    [
        "因病、因残",
        "因残,因病",
        "因残，因病",
        "因病;因残",
        "因病；因残",
        "因病/因残",
        "因病 因残",
        "因病+因残",
        "因病|因残",
        "因病、因残、因病",
        "1、2",
        "因病\n因残",
    ],
)
def test_several_choices_are_kept_in_the_order_of_the_list(typed):
    assert kinds.some_of(CAUSES, 2).read_one(typed) == ("illness,disability", None)


def test_too_many_choices_are_counted():
    kind = kinds.some_of(CAUSES, 2)
    value, problem = kind.read_one("因病、因残、缺技术")
    assert (value, kind.says(problem, "因病、因残、缺技术")) == (None, "“因病、因残、缺技术”填了3项,“致贫原因”最多填2项")


def test_one_unknown_choice_among_several_is_named():
    kind = kinds.some_of(CAUSES, 2)
    value, problem = kind.read_one("因病、车祸")
    assert (value, kind.says(problem, "因病、车祸")) == (None, "“致贫原因”里没有“车祸”,可填:因病、因残、缺技术、其他")


def test_a_key_that_code_misspells_is_our_own_mistake():
    with pytest.raises(KeyError, match="no key 'ilness'"):
        CAUSES.by_key("ilness")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("990101001002", ("990101001002", None)),
        ("990101001002003", ("990101001002003", None)),
        ("990101", ("990101000000", None)),
        (" 990101001002.0", ("990101001002", None)),
        ("9.90101E+11", (None, "area_code.destroyed")),
        ("99010100100", (None, "area_code.not_a_code")),
        ("某某村", (None, "area_code.not_a_code")),
    ],
)
def test_an_area_code_is_read(typed, read):
    assert kinds.area_code().read_one(typed) == read


def test_text_is_trimmed_and_has_one_sort_of_line_end():
    assert kinds.text().read_one("\u3000甲\r\n乙\x00_x000D_\n丙 ") == ("甲\n乙\n丙", None)


def test_text_that_is_too_long_is_said_with_both_lengths():
    kind = kinds.text(3)
    assert kind.read_one("一二三四") == (None, "text.too_long")
    assert kind.says("text.too_long", "一二三四") == "内容有4个字,最多3个字,请精简"
