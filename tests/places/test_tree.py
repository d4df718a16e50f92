"""Reading the area tree."""

from datetime import date

import polars as pl
import pytest

from taizhang.places import tree
from taizhang.places.levels import with_parents
from taizhang.places.services import import_places
from taizhang.places.spelling import spelled

pytestmark = pytest.mark.django_db
ON = date(2024, 1, 1)
EVERYWHERE = [tree.range_of("990000000000")]


@pytest.fixture
def named(province, act):
    """Three names that tests search for."""
    rows = [("990101100201", "village", "例柳坪村"), ("990101100202", "village", "例柳坪头村"), ("990102100201", "village", "样柳坪村委会")]
    import_places(**act, rows=with_parents(pl.DataFrame(rows, schema=["code", "level", "name"], orient="row")), origin="名单")


def test_the_children_of_a_county_are_its_townships_in_code_order(province):
    found = [place.code for place in tree.children_of("990102000000", "county", ON)]
    assert found == ["990102100000", "990102101000", "990102200000", "990102201000"]


def test_the_children_of_a_village_are_its_groups(province):
    assert {place.level for place in tree.children_of("990101100201", "village", ON)} == {"group"}


def test_a_group_has_no_children(province):
    assert not tree.children_of("990101100201001", "group", ON)


def test_the_provinces_are_the_roots(province):
    assert [place.name for place in tree.provinces(ON)] == ["示范省"]


def test_a_city_without_counties_is_not_its_own_township(db, act):
    rows = [
        ("990000000000", "province", "示范省"), ("991900000000", "prefecture", "样莞市"), ("991900000000", "county", "样莞市"), ("991900003000", "township", "样东街道")
    ]  # fmt: skip
    import_places(**act, rows=with_parents(pl.DataFrame(rows, schema=["code", "level", "name"], orient="row")), origin="名单")
    assert [(p.level, p.code) for p in tree.children_of("991900000000", "prefecture", ON)] == [("county", "991900000000")]
    assert [(p.level, p.code) for p in tree.children_of("991900000000", "county", ON)] == [("township", "991900003000")]


@pytest.mark.parametrize("typed", ["柳坪", "例柳", "liliuping", "llp", "LLP", " li liu ", "990101100201"])
def test_a_village_is_found_by_a_piece_of_its_name_its_pinyin_initials_or_code(named, typed):
    assert "990101100201" in [place.code for place in tree.search(typed, EVERYWHERE, ON)]


def test_a_village_committee_is_found_by_the_village_it_is_called(named):
    assert [place.code for place in tree.search("yangliupingcun", EVERYWHERE, ON)] == ["990102100201"]


def test_search_sees_only_the_ranges_it_was_given(named):
    assert [place.code for place in tree.search("柳坪", [tree.range_of("990102000000")], ON)] == ["990102100201"]


def test_search_without_a_range_finds_nothing(named):
    assert tree.search("柳坪", [], ON) == []


def test_search_gives_no_more_than_its_limit_and_the_higher_level_first(province):
    found = tree.search("99", EVERYWHERE, ON, limit=3)
    assert [place.level for place in found] == ["province", "prefecture", "prefecture"]


def test_a_blank_search_finds_nothing(province):
    assert tree.search("  ", EVERYWHERE, ON) == []


def test_a_wildcard_is_only_a_sign(province):
    assert tree.search("%", EVERYWHERE, ON) == []


def test_initials_that_end_in_z_are_found(province, act):
    rows = with_parents(pl.DataFrame([("990101100201", "village", "庄子")], schema=["code", "level", "name"], orient="row"))
    import_places(**act, rows=rows, origin="名单")
    assert [place.name for place in tree.search("zz", EVERYWHERE, ON)] == ["庄子"]


def test_the_path_of_a_village_reads_from_the_province_down(named):
    assert tree.path_of("990101100201", ON)[::4] == ["示范省", "例柳坪村"]


def test_the_path_of_a_group_ends_in_its_own_name(named):
    assert len(tree.path_of("990101100201001", ON)) == 6


def test_names_come_for_many_codes_at_once(named, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = tree.names_of(["990000000000", "990101100201", "990999000000"], ON)
    assert found == {"990000000000": "示范省", "990101100201": "例柳坪村"}


def test_before_it_was_in_force_a_place_has_no_name(province):
    assert tree.names_of(["990000000000"], date(1948, 1, 1)) == {}


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("前溪村民委员会", "qianxicun", "qxc"),
        ("前溪村委会", "qianxicun", "qxc"),
        ("多福巷社区居委会", "duofuxiangshequ", "dfxsq"),
        ("重庆市", "chongqingshi", "cqs"),
        ("绿竹村", "lvzhucun", "lzc"),
        ("24号社区", "24haoshequ", "24hsq"),
    ],
)
def test_a_name_is_spelled_as_people_type_it(name, pinyin, initials):
    assert spelled(pl.Series([name])).row(0) == (pinyin, initials)
