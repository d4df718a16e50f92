"""An office's own list of places: CSV or JSON as it comes."""

import json

import polars as pl
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from taizhang.kernel.sheets.refusal import CannotRead
from taizhang.places.fictitious import fictitious_places
from taizhang.places.reading import read_places


def rows(text, name="名单.csv"):
    return read_places(text.encode(), name).rows.select("code", "level", "name", "parent").rows()


def findings(text):
    return read_places(text.encode(), "名单.csv").findings.select("row", "column", "code", "typed").rows()


COUNTY = ("990101000000", "county", "演示县", "990100000000")
VILLAGE = ("990101100201", "village", "例柳村", "990101100000")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_in_every_encoding_offices_save(encoding):
    data = "区划代码,名称\r\n990101000000,演示县\r\n990101100201,例柳村\r\n".encode(encoding)
    read = read_places(data, "名单.csv")
    assert read.rows.drop("row").rows() == [COUNTY, VILLAGE]
    assert read.findings.is_empty()


@pytest.mark.parametrize(
    "text",
    [
        "名称\t代码\n演示县\t990101\n例柳村\t990101100201",
        "code;name;parent\n990101;演示县;9901\n990101100201;例柳村;990101100",
        "演示县区划名单\n\n代码,名称,级别\n 990101000000 ,演 示 县,县级\n９９０１０１１００２０１,例柳村,村",
        "省,市,县,乡,村,名称\n99,01,01,,,演示县\n99,01,01,100,201,例柳村",
        "省,市,县,乡,村,名称\n99,1,1,0,0,演示县\n99,1,1,100,201,例柳村",
        "provinceCode,cityCode,areaCode,streetCode,villageCode,name\n99,9901,990101,,,演示县\n99,9901,990101,990101100,990101100201,例柳村",
        '"code","name"\n"=""990101000000""","演示县"\n"990101100201.0","例柳村"',
    ],
)
def test_codes_come_whole_short_or_in_pieces(text):
    assert rows(text) == [COUNTY, VILLAGE]


def test_a_json_list_is_read():
    items = [{"code": 990101, "name": "演示县"}, {"code": "990101100201", "name": "例柳村", "streetCode": "990101100"}]
    assert rows(json.dumps(items), "名单.json") == [COUNTY, VILLAGE]


def test_a_json_tree_is_read():
    tree = {"code": "990101", "name": "演示县", "children": [{"code": "990101100201", "name": "例柳村"}]}
    assert rows(json.dumps(tree)) == [COUNTY, VILLAGE]


def test_a_group_has_fifteen_digits():
    assert rows("代码,名称\n990101100201003,例柳村第3组")[0][1::2] == ("group", "990101100201")


def test_a_code_on_two_levels_is_told_apart_by_its_parent():
    text = "代码,名称,上级代码\n991900000000,样莞市,990000000000\n991900000000,样莞市,991900000000"
    assert [row[1] for row in rows(text)] == ["prefecture", "county"]


def test_what_is_wrong_is_said_by_row_and_heading():
    text = "区划代码,名称,上级代码,级别\n,甲,,\n9901X,乙,,\n990101000000,,,\n990101000000,丁,990200,\n990102000000,戊,,州级\n990103100000,己,,县级"
    assert findings(text) == [
        (2, "区划代码", "place.no_code", ""),
        (3, "区划代码", "place.bad_code", "9901X"),
        (4, "名称", "place.no_name", ""),
        (4, "区划代码", "place.twice", "990101000000"),
        (5, "上级代码", "place.wrong_parent", "990200"),
        (5, "区划代码", "place.twice", "990101000000"),
        (6, "级别", "place.bad_level", "州级"),
        (7, "区划代码", "place.level_mismatch", "990103100000"),
    ]


def test_a_message_says_what_would_be_right():
    found = read_places("代码,名称,上级代码\n990101000000,丁,990200".encode(), "名单.csv").findings
    assert found["message"].to_list() == ["上级代码“990200”与区划代码不符,应为 990100000000"]


@pytest.mark.parametrize("text", ["", "姓名,年龄\n张三,3", "[1,2]", "[{", '{"a": 1}', '代码,名称\n"990101,演示县\x00'])
def test_what_is_no_list_is_refused_in_one_line(text):
    with pytest.raises(CannotRead, match=r"^[^\n]+$"):
        read_places(text.encode(), "名单.csv")


def test_the_fictitious_province_goes_out_and_comes_in_again():
    province = fictitious_places()
    assert read_places(province.select("code", "name", "parent").write_csv().encode(), "省.csv").rows.drop("row").equals(province)


def test_a_name_keeps_the_signs_it_is_published_with():
    assert rows("代码,名称\n990101400000,演示（示范）园区")[0][2] == "演示（示范）园区"


@settings(deadline=None)
@drawn(st.lists(st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]), max_size=16)] * 4), max_size=6))
def test_no_text_breaks_the_reader(cells):
    frame = pl.DataFrame([("990101", "演示县", "", ""), *cells], schema=["代码", "名称", "上级代码", "级别"], orient="row")
    read = read_places(frame.write_csv().encode(), "名单.csv")
    assert set(read.rows["row"]).isdisjoint(read.findings["row"])
