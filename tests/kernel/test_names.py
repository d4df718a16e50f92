"""Names of people: spelling, pinyin, stars."""

import polars as pl
import pytest

from taizhang.kernel import kinds, names
from taizhang.kernel.findings import Severity


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 张三 ", "张三"),
        ("张\u3000三", "张三"),
        ("张 小 三", "张小三"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("ＡＢ  Ｃ", "AB C"),
        ("\u200b李四\ufeff", "李四"),
    ],
)
def test_a_name_has_one_spelling(typed, name):
    assert names.normalise(typed) == name


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("单小三", "shanxiaosan", "sxs"),
        ("仇和", "qiuhe", "qh"),
        ("解明", "xieming", "xm"),
        ("查良", "zhaliang", "zl"),
        ("曾国", "zengguo", "zg"),
        ("区大", "ouda", "od"),
        ("任强", "renqiang", "rq"),
        ("盖强", "geqiang", "gq"),
        ("朴实", "piaoshi", "ps"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟强", "moqiqiang", "mqq"),
        ("覃强", "qinqiang", "qq"),
        ("逄强", "pangqiang", "pq"),
        ("乐强", "yueqiang", "yq"),
        ("翟强", "zhaiqiang", "zq"),
        ("缪强", "miaoqiang", "mq"),
        ("牟强", "mouqiang", "mq"),
        ("吕强", "lvqiang", "lq"),
        ("买买提·艾力", "maimaitiaili", "mmtal"),
        ("", "", ""),
    ],
)
def test_a_surname_is_read_as_a_surname(name, pinyin, initials):
    assert (names.pinyin_of(name), names.initials_of(name)) == (pinyin, initials)


def test_a_column_of_names_is_read_in_its_order():
    typed = pl.Series(["单小三", None, "张三", "单小三"])
    assert names.pinyin_column(typed).to_list() == ["shanxiaosan", None, "zhangsan", "shanxiaosan"]
    assert names.initials_column(typed).to_list() == ["sxs", None, "zs", "sxs"]


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("张小三", "张*三"), ("欧阳小三", "欧**三"), ("张", "张"), ("", "")])
def test_a_notice_shows_a_name_with_stars(name, shown):
    assert names.starred(name) == shown


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("张三1", "name.digits"),
        ("张*三", "name.masked"),
        ("张?", "name.masked"),
        ("Zhang", "name.latin"),
        ("张三(大)", "name.sign"),
        ("张、李", "name.sign"),
        ("张", "name.short"),
        ("张" * 51, "name.too_long"),
        ("无", "name.short"),
    ],
)
def test_what_is_no_name_has_a_word(typed, problem):
    assert kinds.name().read_one(typed) == (None, problem)


def test_a_self_made_character_is_kept_with_a_warning():
    assert kinds.name().read_one("张\ue000") == ("张\ue000", "name.private")
    assert kinds.name().severity("name.private") is Severity.WARNING


@pytest.mark.parametrize("typed", ["张𬭊", "李㙓", "王〇", "阿卜杜热西提·买买提"])
def test_rare_characters_and_long_names_are_names(typed):
    assert kinds.name().read_one(typed) == (typed, None)
