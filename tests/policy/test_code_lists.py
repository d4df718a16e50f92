"""The code lists: what they hold, what they read, and what stops their load."""

import pytest

from taizhang.policy import code_lists
from taizhang.policy.code_lists import BadCodeList, UnknownCodeList, code_list, code_list_names, load_code_lists

GOOD = '[[list]]\nname = "colour"\nzh = "颜色"\nsource = "test"\ncodes = [{ key = "red", code = "01", zh = "红" }, { key = "blue", zh = "蓝" }]\n'


def loaded(folder, text):
    """The lists of one file holding `text`."""
    (folder / "colours.toml").write_text(text, encoding="utf-8")
    return load_code_lists(folder)


def test_every_list_of_the_forms_is_there():
    of_the_page = (
        "id_type sex relation ethnicity education school_status no_school_reason health disease_level labour political member_state id_standard "
        "hh_attr status cause return_cause risk hh_type access_road house_grade fuel relocation_mode resettle_mode resettle_place "
        "relocation_difficulty work_status public_job village_direction terrain village_attr post_grade county_attr unit_type unit_level "
        "cadre_degree speciality constraint add_reason drop_reason"
    )
    assert set(of_the_page.split()) <= set(code_list_names())


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("ethnicity", 56),
        ("relation", 28),
        ("political", 13),
        ("cause", 13),
        ("status", 5),
        ("hh_attr", 6),
        ("member_state", 10),
        ("dis_type", 7),
    ],
)
def test_a_list_has_as_many_values_as_the_form(name, count):
    assert len(code_list(name).codes) == count


@pytest.mark.parametrize(
    ("name", "typed", "key"),
    [
        ("relation", "户主", "head"),
        ("relation", "本人", "head"),
        ("relation", "之女婿", "son_in_law"),
        ("relation", "女婿", "son_in_law"),
        ("hh_attr", "特困供养户", "wubao"),
        ("hh_attr", "特困供养贫困户", "wubao_poor"),
        ("cause", "因缺技术", "no_skill"),
        ("cause", "缺劳动力", "no_labour"),
        ("cause", "自身发展(动)力不足", "low_motivation"),
        ("education", "文盲或半文盲", "illiterate"),
        ("school_status", "普通高中二年级", "senior2"),
        ("school_status", "高职高专三年级", "vocter3"),
        ("labour", "散失劳动力", "lost"),
        ("status", "已脱贫(享受政策)", "out_with_policy"),
        ("ethnicity", "苗", "miao"),
        ("house_grade", "d级", "d"),
        ("add_reason", "嫁入", "marriage_in"),
    ],
)
def test_labels_of_other_versions_are_read(name, typed, key):
    assert code_list(name).key_of(typed) == key


def test_two_reasons_printed_as_one_are_not_guessed():
    assert code_list("drop_reason").key_of("服刑/服兵役") is None


def test_an_ethnicity_is_never_read_by_its_code():
    assert code_list("ethnicity").key_of("02") is None


def test_the_return_causes_are_the_causes_but_less_sure():
    assert (code_list("return_cause").codes, code_list("return_cause").mark) == (code_list("cause").codes, "I")


def test_an_unsourced_reason_bears_its_own_mark():
    assert (code_list("add_reason").by_key("birth").mark, code_list("add_reason").by_key("released").mark) == ("V", "K")


def test_an_unknown_list_is_refused_by_name():
    with pytest.raises(UnknownCodeList, match="no code list 'colour'"):
        code_list("colour")


def test_a_good_file_loads_in_its_order(tmp_path):
    assert loaded(tmp_path, GOOD)["colour"].keys() == ("red", "blue")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('key = "blue"', 'key = "red"', "key stands twice: red"),
        ('zh = "蓝"', 'zh = "红"', "label stands twice: 红"),
        ('zh = "蓝"', 'zh = "蓝", aliases = [" 红 "]', "label stands twice: 红"),
        ('key = "blue"', 'key = "blue", code = "1"', "code stands twice: 1"),
        ('key = "blue"', 'key = "Blue"', "no snake_case word"),
        ('key = "blue"', 'key = "蓝"', "no snake_case word"),
        ('zh = "蓝"', 'zh = ""', "'blue' needs zh"),
        ('zh = "蓝"', 'zh = "蓝", mark = "X"', "unknown mark 'X'"),
        ('zh = "蓝"', 'zh = "蓝", colour = "x"', "unknown keys"),
        ('source = "test"', 'source = "test"\nmark = "?"', "unknown mark"),
        ('source = "test"', 'source = ""', "needs zh and source"),
        ('name = "colour"', "number = 1", "needs a name"),
        ("codes = [", "kodes = [", "unknown keys"),
        ('source = "test"', 'source = "test"\nsame_as = "none"', "either codes or same_as"),
        ("[[list]]", "[[list]", "not valid TOML"),
    ],
)
def test_a_bad_file_stops_the_load_and_says_why(tmp_path, before, after, message):
    with pytest.raises(BadCodeList, match=message):
        loaded(tmp_path, GOOD.replace(before, after, 1))


def test_one_name_for_two_lists_stops_the_load(tmp_path):
    with pytest.raises(BadCodeList, match="stands already"):
        loaded(tmp_path, GOOD + GOOD)


def test_a_list_without_values_must_say_that_it_is_open(tmp_path):
    with pytest.raises(BadCodeList, match="open = true"):
        loaded(tmp_path, '[[list]]\nname = "colour"\nzh = "颜色"\nsource = "test"\ncodes = []\n')


def test_the_message_names_file_and_list(tmp_path):
    with pytest.raises(BadCodeList, match=r"colours\.toml: list 'colour'"):
        loaded(tmp_path, GOOD.replace('key = "blue"', 'key = "red"'))


def test_the_lists_are_read_once():
    assert code_lists.all_code_lists() is code_lists.all_code_lists()
