"""Sheets as they come: where the data begins and ends. The docstring is the sheet."""

import pytest

from taizhang.kernel.sheets.headings import Table, find_table, find_tables
from taizhang.kernel.sheets.reading import CannotRead, read_workbook
from tests.sheets.makers import sheet_of, xls, xlsx

WORDS = ("户主姓名", "姓名", "证件号码", "年纯收入", "家庭人口", "与户主关系", "村", "备注")


def table(text: str, vocabulary: tuple[str, ...] = WORDS, **how: object) -> Table:
    found = find_table(read_workbook(xlsx(sheet_of(text), **how)).sheets[0], vocabulary)
    assert found is not None
    return found


def said(found: Table) -> list[str]:
    return [heading.text for heading in found.headings]


def why(found: Table) -> list[tuple[int, str]]:
    return [(left.row, left.why) for left in found.left_out]


def test_title_and_unit_rows_stand_above() -> None:
    """
    | 安顺县扶贫台账     |          |          |
    | 填报单位：某乡     |          | 单位：元 |
    | 户主姓名           | 证件号码 | 年纯收入 |
    | 张三               | 99x      | 9600     |
    """
    found = table(test_title_and_unit_rows_stand_above.__doc__, merges=["A1:C1", "A2:B2"])
    assert said(found) == ["户主姓名", "证件号码", "年纯收入"]
    assert found.heading_rows == (3, 3)
    assert found.body["row"].to_list() == [4]
    assert [row for row, _ in why(found)] == [1, 2]


def test_two_levels_are_joined_by_their_merged_ranges() -> None:
    """
    | 序号 | 户主 |          | 收入     |          |
    |      | 姓名 | 证件号码 | 工资     | 转移     |
    | 1    | 张三 | 99x      | 1        | 2        |
    """
    found = table(test_two_levels_are_joined_by_their_merged_ranges.__doc__, merges=["A1:A2", "B1:C1", "D1:E1"])
    assert said(found) == ["序号", "户主/姓名", "户主/证件号码", "收入/工资", "收入/转移"]
    assert found.heading_rows == (1, 2)


def test_two_levels_without_merged_ranges_run_right_over_blanks() -> None:
    """
    | 序号 | 户主 |          | 收入     |      | 备注 |
    |      | 姓名 | 证件号码 | 工资     | 转移 |      |
    | 1    | 张三 | 99x      | 1        | 2    | 无   |
    """
    found = table(test_two_levels_without_merged_ranges_run_right_over_blanks.__doc__)
    assert said(found) == ["序号", "户主/姓名", "户主/证件号码", "收入/工资", "收入/转移", "备注"]


def test_three_levels_are_joined() -> None:
    """
    | 序号 | 家庭成员 |      |          |
    |      | 基本     |      | 经济     |
    |      | 姓名     | 民族 | 年纯收入 |
    | 1    | 张三     | 汉族 | 1        |
    """
    found = table(test_three_levels_are_joined.__doc__, merges=["A1:A3", "B1:D1", "B2:C2"])
    assert said(found) == ["序号", "家庭成员/基本/姓名", "家庭成员/基本/民族", "家庭成员/经济/年纯收入"]
    assert found.heading_rows == (1, 3)


def test_repeated_headings_totals_blanks_and_notes_are_left_out_with_the_reason() -> None:
    """
    | 序号           | 户主姓名       | 证件号码 | 年纯收入 |
    | 1              | 张三           | 99x      | 1        |
    |                | 小 计          |          | 1        |
    | 序号           | 户主姓名       | 证件号码 | 年纯收入 |
    | 2              | 李四           | 99y      | 2        |
    |                |                |          |          |
    | 合计           |                |          | 3        |
    | 注：金额为现价 |                |          |          |
    | 填表人：王五   | 审核人：赵六   |          |          |
    """
    found = table(test_repeated_headings_totals_blanks_and_notes_are_left_out_with_the_reason.__doc__)
    assert found.body["c1"].to_list() == ["张三", "李四"]
    assert why(found) == [(3, "合计行"), (4, "重复的表头"), (7, "合计行"), (8, "表下的注释或落款"), (9, "表下的注释或落款")]
    assert found.blank_rows == 1


def test_a_row_of_column_numbers_is_no_data() -> None:
    """
    | 户主姓名 | 证件号码 | 年纯收入 |
    | 甲       | 1        | 2        |
    | 张三     | 99x      | 9600     |
    """
    found = table(test_a_row_of_column_numbers_is_no_data.__doc__)
    assert why(found) == [(2, "栏号行")]


def test_printed_serial_numbers_alone_are_no_data() -> None:
    """
    | 序号 | 户主姓名 | 证件号码 |
    | 1    | 张三     | 99x      |
    | 2    |          |          |
    """
    found = table(test_printed_serial_numbers_alone_are_no_data.__doc__)
    assert why(found) == [(3, "只有序号，没有内容")]


def test_the_same_heading_twice_is_told_apart() -> None:
    """
    | 户主姓名 | 风险是否已消除 | 风险是否已消除 |
    | 张三     | 是             | 否             |
    """
    assert said(table(test_the_same_heading_twice_is_told_apart.__doc__)) == ["户主姓名", "风险是否已消除", "风险是否已消除（2）"]


def test_a_column_without_heading_is_shown_when_it_holds_something() -> None:
    """
    | 户主姓名 |      | 证件号码 |
    | 张三     | 某事 | 99x      |
    """
    found = table(test_a_column_without_heading_is_shown_when_it_holds_something.__doc__)
    assert said(found) == ["户主姓名", "（第 B 列无标题）", "证件号码"]


def test_hidden_rows_are_kept_and_flagged() -> None:
    """
    | 户主姓名 | 证件号码 |
    | 张三     | 99x      |
    | 李四     | 99y      |
    """
    found = table(test_hidden_rows_are_kept_and_flagged.__doc__, hidden=[3])
    assert found.hidden_rows == [3]
    assert found.body.height == 2


def test_without_a_vocabulary_the_shape_decides_and_it_is_not_sure() -> None:
    """
    | 二〇一八年名单 |          |          |
    | 单位：元       |          |          |
    | 甲方           | 电话号码 | 金额     |
    | 某某           | 123      | 9600     |
    """
    found = table(test_without_a_vocabulary_the_shape_decides_and_it_is_not_sure.__doc__, ())
    assert (said(found), found.sure) == (["甲方", "电话号码", "金额"], False)


def test_an_old_xls_keeps_its_levels_and_hidden_rows() -> None:
    rows = [["户主", None, "收入"], ["姓名", "证件号码", None], ["张三", "99x", 1], ["李四", "99y", 2]]
    found = find_table(read_workbook(xls(rows, merges=[(0, 0, 0, 1), (0, 1, 2, 2)], hidden=[4])).sheets[0], WORDS)
    assert said(found) == ["户主/姓名", "户主/证件号码", "收入"]
    assert found.hidden_rows == [4]


def test_more_than_170_columns_are_found() -> None:
    names = [f"指标{number}" for number in range(180)]
    found = find_table(read_workbook(xlsx([["表"], [], ["户主姓名", *names], ["张三", *range(180)]])).sheets[0], ["户主姓名", *names])
    assert (len(found.headings), found.headings[180].index, found.heading_rows) == (181, 180, (3, 3))


def test_a_heading_chosen_by_a_person_is_taken() -> None:
    book = read_workbook(xlsx([["姓名", "证件号码"], ["别名", "号码"], ["张三", "99x"]]))
    found = find_table(book.sheets[0], WORDS, heading_rows=(2, 2))
    assert (said(found), found.body["row"].to_list()) == (["别名", "号码"], [3])


def test_a_file_without_a_table_is_refused() -> None:
    with pytest.raises(CannotRead, match="没有找到表头"):
        find_tables(read_workbook(xlsx([["只有一句话"]])), WORDS)
