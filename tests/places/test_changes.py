"""Dated events on places, and figures of older periods that follow them."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from taizhang.places import tree
from taizhang.places.changes import BackwardRefused, Event, change_places, codes_at, follow
from taizhang.places.models import Place, PlaceChange
from taizhang.places.moves import Move, MoveRefused, Standing, plan

pytestmark = pytest.mark.django_db
A, B, C = "990101100201", "990101100202", "990101100203"
BEFORE, ON, AFTER = date(2018, 12, 31), date(2019, 7, 1), date(2019, 12, 31)


@pytest.fixture
def change(province, act):
    """Posts one event of 2019-07-01, or of the day given."""
    return lambda kind, *moves, on=ON: change_places(**act, event=Event(kind, on, moves, "演民字〔2019〕1号"))


def village(old, new, name=""):
    return Move(old, "village", new, name)


def standing(code, on=AFTER):
    return Place.objects.in_force(on).filter(code=code)


def test_two_villages_become_one_and_both_old_codes_follow(change):
    change("merge", village(A, "990101100301", "例合村"), village(B, "990101100301"))
    assert codes_at([A, B, C], BEFORE, AFTER) == {A: "990101100301", B: "990101100301", C: C}


def test_the_old_villages_stand_until_the_day_and_the_new_one_from_it(change):
    change("merge", village(A, "990101100301", "例合村"), village(B, "990101100301"))
    assert [standing(code, day).count() for code in (A, "990101100301") for day in (date(2019, 6, 30), ON)] == [1, 0, 0, 1]


def test_a_village_may_be_taken_in_by_one_that_stays(change):
    change("merge", village(B, A))
    assert (follow(B, BEFORE), standing(A).count(), standing(B).count()) == (A, 1, 0)


def test_the_village_that_takes_another_in_may_get_a_new_name(change):
    change("merge", village(B, A, "例大村"))
    assert tree.names_of([A], AFTER) == {A: "例大村"}
    assert Place.objects.filter(code=A).count() == 2


def test_groups_are_carried_along_and_numbered_on_where_their_number_is_taken(change):
    ours = Place.objects.filter(parent=A, level="group").count()
    theirs = Place.objects.filter(parent=B, level="group").count()
    change("merge", village(B, A))
    moved = codes_at([f"{B}001"], BEFORE, AFTER)[f"{B}001"]
    assert standing(A).model.objects.in_force(AFTER).filter(parent=A, level="group").count() == ours + theirs
    assert moved == f"{A}{ours + 1:03d}"


def test_a_carried_group_keeps_its_name(change):
    name = Place.objects.get(code=f"{B}002").name
    change("transfer", village(B, "990101101301"))
    assert standing("990101101301002").get().name == name


def test_a_rename_keeps_the_code_and_both_names_by_day(change):
    was = Place.objects.get(code=A).name
    change("rename", village(A, A, "例新村"))
    assert [tree.names_of([A], day)[A] for day in (BEFORE, AFTER)] == [was, "例新村"]
    assert follow(A, BEFORE) == A


def test_a_township_that_moves_to_another_county_takes_its_villages_and_groups_along(change):
    change("transfer", Move("990101100000", "township", "990102105000"))
    codes = ["990101100000", A, f"{A}001"]
    assert list(codes_at(codes, BEFORE, AFTER).values()) == ["990102105000", "990102105201", "990102105201001"]


def test_the_path_follows_the_move(change):
    change("transfer", Move("990101100000", "township", "990102105000"))
    assert tree.path_of("990102105201", AFTER)[2] == "试行县"


def test_chains_of_events_are_followed_to_the_end(change):
    change("transfer", village(A, "990101101301"))
    change("merge", village("990101101301", "990101101201"), on=date(2020, 7, 1))
    assert follow(A, BEFORE) == "990101101201"


def test_a_figure_follows_only_the_events_after_its_day_and_up_to_the_day_asked(change):
    change("transfer", village(A, "990101101301"))
    change("merge", village("990101101301", "990101101201"), on=date(2020, 7, 1))
    assert codes_at([A], BEFORE, AFTER) == {A: "990101101301"}
    assert codes_at([A], ON, date(2021, 1, 1)) == {A: A}


def test_two_villages_may_change_codes_with_each_other(change):
    change("transfer", village(A, B), village(B, A))
    assert codes_at([A, B, f"{A}001"], BEFORE, AFTER) == {A: B, B: A, f"{A}001": f"{B}001"}


def test_figures_are_never_taken_back_in_time(province):
    with pytest.raises(BackwardRefused, match="只能由早到晚"):
        codes_at([A], AFTER, BEFORE)


def test_many_codes_cost_one_query(change, django_assert_num_queries):
    change("transfer", Move("990101100000", "township", "990102105000"))
    with django_assert_num_queries(1):
        codes_at([f"990101100{n}" for n in range(201, 213)], BEFORE, AFTER)


def test_an_event_notes_kind_day_paper_and_reason(change):
    change("merge", village(B, A))
    line = PlaceChange.objects.get(old_code=B)
    assert (line.kind, line.on, line.new_code, line.document, line.reason) == ("merge", ON, A, "演民字〔2019〕1号", "测试")


REFUSED = [
    ("transfer", (village(A, "990101101301"), village(A, "990101101302")), "在对照表里出现了2次"),
    ("transfer", (village(A, "990101101301"), village(B, "990101101301")), "这不是划转"),
    ("merge", (village("990101100299", A),), "没有现行的村级区划 990101100299"),
    ("transfer", (village(A, "990101999201"),), "上级 990101999000 不存在"),
    ("transfer", (village(A, "99010110030"),), "区划代码“99010110030”不对"),
    ("merge", (village(A, "990101100301", "甲村"), village(B, "990101100301", "乙村")), "“甲村”和“乙村”两个"),
    ("abolish", (Move("990101101000", "township", "990101100000"),), "随上级变更后的代码 990101100201 已被占用"),
    ("merge", (), "没有任何区划"),
]


@pytest.mark.parametrize(("kind", "moves", "message"), REFUSED)
def test_an_event_that_cannot_stand_is_refused_and_nothing_is_written(change, kind, moves, message):
    with pytest.raises(MoveRefused, match=message):
        change(kind, *moves)
    assert Place.objects.filter(to_on__isnull=False).count() == PlaceChange.objects.count() == 0


def test_a_rename_to_the_same_name_is_refused(change):
    with pytest.raises(MoveRefused, match="没有变化"):
        change("rename", village(A, A, Place.objects.get(code=A).name))


def test_an_event_before_the_place_began_is_refused(change):
    change("rename", village(A, A, "例新村"))
    with pytest.raises(MoveRefused, match="须晚于这一天"):
        change("rename", village(A, A, "例旧村"), on=ON)


def test_a_township_may_be_taken_in_when_every_village_is_told(change):
    villages = list(Place.objects.filter(parent="990101101000").order_by("code").values_list("code", flat=True))
    moves = [village(code, f"990101100{number}") for number, code in enumerate(villages, start=301)]
    change("abolish", Move("990101101000", "township", "990101100000"), *moves)
    assert follow("990101101212001", BEFORE) == "990101100312001"


@settings(deadline=None)
@drawn(st.permutations(range(201, 207)), st.integers(0, 3))
def test_every_standing_area_has_exactly_one_successor(order, groups):
    places = [("township", "990101100000"), *(("village", f"990101100{n}") for n in range(201, 207))]
    places += [("group", f"990101100{n}{g:03d}") for n in range(201, 207) for g in range(1, groups + 1)]
    held = {key: Standing(1, 1, key[1], key[0], key[1], date(2000, 1, 1), "") for key in places}
    moves = [village(f"990101100{old}", f"990101100{new}", "甲") for old, new in zip(range(201, 207), order, strict=True)]
    lines = plan("transfer", ON, moves, held)
    assert len({line.old_code for line in lines}) == len({(line.level, line.new_code) for line in lines}) == len(lines)
    assert sum(line.closes for line in lines) == sum(line.opens for line in lines)


def test_no_two_lines_of_a_frame_of_figures_are_lost(change):
    change("merge", village(B, A))
    figures = pl.DataFrame({"area": [A, B, C], "households": [10, 20, 30]})
    moved = figures.with_columns(pl.col("area").replace_strict(codes_at(figures["area"], BEFORE, AFTER)))
    assert moved.group_by("area").agg(pl.col("households").sum()).sort("area").rows() == [(A, 30), (C, 30)]
