"""Taking a list of places onto the register."""

import hashlib
from datetime import date

import polars as pl
import pytest

from taizhang.journal.models import JournalTx
from taizhang.journal.replay import history
from taizhang.places.fictitious import ORIGIN, fictitious_places
from taizhang.places.levels import with_parents
from taizhang.places.models import Place
from taizhang.places.published import HERE, about, published_places
from taizhang.places.services import ParentsMissing, import_places

pytestmark = pytest.mark.django_db


def listed(*rows):
    return with_parents(pl.DataFrame(rows, schema=["code", "level", "name"], orient="row"))


def test_the_fictitious_province_holds_what_tests_stand_on(province):
    wanted = ["990000000000", "990101000000", "990101100000", "990101100201", "990101100202", "990102000000", "990101100201001"]
    assert Place.objects.filter(code__in=wanted).count() == len(wanted)


def test_the_fictitious_province_is_the_same_every_time():
    assert fictitious_places().equals(fictitious_places())


def test_the_fictitious_province_lies_wholly_under_the_unassigned_prefix():
    assert fictitious_places()["code"].str.starts_with("99").all()


def test_the_county_of_the_demo_has_twelve_townships_of_twelve_villages():
    county = fictitious_places().filter(pl.col("code").str.starts_with("990101"))
    assert county.group_by("level").len().sort("level").filter(pl.col("level") != "group").rows() == [
        ("county", 1),
        ("township", 12),
        ("village", 144),
    ]


def test_the_same_list_again_writes_nothing(province, act):
    postings = JournalTx.objects.count()
    again = import_places(**act, rows=fictitious_places(), origin=ORIGIN)
    assert (again.new, again.renamed, again.vanished, JournalTx.objects.count()) == (0, [], [], postings)


def test_a_name_that_differs_is_corrected_and_the_old_one_stays_in_the_journal(province, act):
    village = Place.objects.get(code="990101100201")
    given = import_places(**act, rows=listed(("990101100201", "village", "例新湾村")), origin="县民政局名单")
    assert given.renamed == [("990101100201", "village", village.name, "例新湾村")]
    assert history(Place, village.pk)[-1].changed["name"] == (village.name, "例新湾村")


def test_a_corrected_name_is_found_by_its_new_pinyin(province, act):
    import_places(**act, rows=listed(("990101100201", "village", "例新湾村")), origin="县民政局名单")
    assert Place.objects.filter(pinyin="lixinwancun", initials="lxwc").count() == 1


def test_areas_that_vanish_from_a_list_are_told_and_stay(province, act):
    without = fictitious_places().filter(pl.col("code") != "990202200203")
    given = import_places(**act, rows=without.filter(pl.col("level") != "group"), origin=ORIGIN)
    assert [code for code, _, _ in given.vanished] == ["990202200203"]
    assert Place.objects.get(code="990202200203").to_on is None


def test_the_list_of_one_county_says_nothing_about_its_neighbours(province, act):
    county = fictitious_places().filter(pl.col("code").str.starts_with("990102"))
    assert import_places(**act, rows=county, origin=ORIGIN).vanished == []


def test_a_list_whose_parents_are_unknown_writes_nothing(db, act):
    rows = listed(("990900000000", "prefecture", "无根市"), ("990901000000", "county", "无根县"))
    with pytest.raises(ParentsMissing, match=r"无根市\(990900000000,上级应为 990000000000\)"):
        import_places(**act, rows=rows, origin=ORIGIN)
    assert Place.objects.count() == 0


def test_one_code_may_stand_on_two_levels(db, act):
    rows = listed(("990000000000", "province", "示范省"), ("991900000000", "prefecture", "样莞市"), ("991900000000", "county", "样莞市"))
    assert import_places(**act, rows=rows, origin=ORIGIN).new == 3


def test_the_shipped_list_is_the_one_its_data_sheet_describes():
    data = (HERE / "places.parquet").read_bytes()
    assert hashlib.sha256(data).hexdigest() == about().sha256


def test_the_shipped_list_holds_the_counts_of_its_data_sheet():
    found = dict(published_places().group_by("level").len().rows())
    named = {"province": "provinces", "prefecture": "cities", "county": "areas", "township": "streets", "village": "villages"}
    assert found == {level: about().counts[word] for level, word in named.items()}


def test_every_place_of_the_shipped_list_hangs_below_another():
    frame = published_places()
    lost = frame.filter(pl.col("level") != "province").join(frame, left_on="parent", right_on="code", how="anti")
    assert lost.height == 0


def test_the_shipped_list_keeps_both_levels_of_a_city_without_counties():
    twice = published_places().filter(code="441900000000")
    assert twice.select("level", "name", "parent").rows() == [
        ("prefecture", "东莞市", "440000000000"),
        ("county", "东莞市", "441900000000"),
    ]


def test_the_shipped_list_tells_the_day_it_was_cut():
    assert about().cut_on == date(2023, 6, 30)
