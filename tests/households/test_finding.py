"""Finding by name and counting by village: what is derived stays in step with the register by reading the journal, and is never the truth."""

from datetime import date

import pytest
from django.db import connection

from taizhang.households.finding import keeping
from taizhang.households.finding.counting import bounded, counted, counted_by_stem, counts_known
from taizhang.households.finding.keeping import catch_up, in_step, missing, positions, rebuild
from taizhang.households.finding.models import Gram, VillageCount
from taizhang.households.finding.searching import birth_and_tail, look_for
from taizhang.households.models import Household, HouseholdPeriod, Membership, Period, Person
from taizhang.households.query import HouseholdQuery, households_matching
from taizhang.kernel import pinyin
from tests.cast import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tests.factories import a_household, a_member, a_period, id_number
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
BORN = "1981-03-04"


def heads(user, text: str, **more) -> list[str]:
    """The heads of the households that a text finds."""
    period = Period.objects.order_by("-key").first()
    return list(households_matching(user, HouseholdQuery(period.pk, text=text, **more)).values_list("head_name", flat=True))


@pytest.fixture
def families(db) -> None:
    """Three families in two villages."""
    a_household(VILLAGE, "单国强", serial=1, others=[a_member("欧阳小兰", "spouse", 2)])
    a_household(NEXT_VILLAGE, "王强", serial=3)
    a_household(VILLAGE, "吕安", serial=4, others=[a_member("买买提·吐尔逊", "son", 5)])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("强", ["单国强", "王强"]), ("国", ["单国强"]), ("国强", ["单国强"]), ("单国强", ["单国强"]), ("单", ["单国强"]), ("小兰", ["单国强"]),
        ("欧阳小兰", ["单国强"]), ("阳小兰", ["单国强"]), ("吐尔逊", ["吕安"]), ("买买提吐", []), ("强国", []),
        ("sgq", ["单国强"]), ("s", ["单国强"]), ("oyx", ["单国强"]), ("wq", ["王强"]), ("gq", []),
        ("shan", ["单国强"]), ("shanguo", ["单国强"]), ("shanguoqiang", ["单国强"]), ("wangqiang", ["王强"]), ("ouyangxiao", ["单国强"]), ("shanguoqiu", []), ("lv", ["吕安"]), ("lvan", ["吕安"]),
        ("la", ["吕安"]), ("dan", []), ("wangq", ["王强"]),
    ],
)  # fmt: skip
def test_a_piece_of_a_name_its_pinyin_or_its_letters_finds_the_family(families, xian, text, found):
    assert heads(xian, text) == found


@pytest.mark.parametrize("text", ["强", "国强", "sgq", "shan", "单国强", BORN])
def test_the_pieces_only_speed_it_up(families, xian, text, monkeypatch):
    quick = heads(xian, text)
    monkeypatch.setattr("taizhang.households.finding.searching.in_step", lambda: False)
    assert heads(xian, text) == quick != []


def test_what_lies_outside_the_scope_is_not_found_by_any_piece(families, lincun):
    assert heads(lincun, "强") == ["王强"]
    assert heads(lincun, "单") == heads(lincun, "shan") == heads(lincun, "sgq") == []


@pytest.mark.parametrize("text", [f"{BORN} 7777", "19810304 001", "1981-03-04 9999", "1981-02-30"])
def test_a_birth_date_with_places_that_nobody_has_finds_nobody(families, xian, text):
    assert heads(xian, text) == []


def test_a_birth_date_and_the_last_four_places_find_one(families, xian):
    tail = id_number(2)[-4:]
    assert heads(xian, f"19810304 {tail}") == heads(xian, f"{tail.lower()}/1981-3-4") == heads(xian, f"1981年3月4日,{tail}") == ["单国强"]
    assert heads(xian, BORN) == ["单国强", "吕安", "王强"]


def test_a_text_that_is_no_birth_date_is_none():
    assert birth_and_tail("19810304") == (date(1981, 3, 4), "")
    assert birth_and_tail("1981-03-04 123x") == (date(1981, 3, 4), "123X")
    assert birth_and_tail("T00000000001") is birth_and_tail("990101198103040011") is birth_and_tail("19811304") is None


@pytest.mark.parametrize(
    ("letters", "common", "initials", "as_pinyin"),
    [
        ("zgq", "zgq", True, False), ("zh", "zh", True, False), ("zhang", "z", True, True), ("li", "l", False, True), ("xian", "x", False, True),
        ("liu", "l", False, True), ("lihu", "lh", False, True), ("an", "a", True, True), ("wangxiao", "wx", False, True), ("qqqq", "qqqq", True, False),
        ("v", "", False, False),
    ],
)  # fmt: skip
def test_letters_are_read_as_initials_as_pinyin_or_as_both(letters, common, initials, as_pinyin):
    assert pinyin.common_initials(letters) == (common, initials, as_pinyin)


def test_in_step_after_every_act(families, console):
    assert in_step()
    assert missing() == []
    newest, read = positions()
    assert newest == read


def test_a_name_that_was_corrected_is_found_by_the_new_one_only(families, console, xian):
    assert in_step()
    person = Person.objects.get(name="王强")
    with pen(console):
        Person.objects.filter(pk=person.pk).update(name="汪强", initials="wq", pinyin="wangqiang", version=2)
        HouseholdPeriod.objects.filter(head_name="王强").update(head_name="汪强", version=2)
    assert heads(xian, "汪") == ["汪强"]
    assert heads(xian, "王") == []
    assert missing() == []


def test_a_household_that_moved_is_counted_and_found_where_it_is(families, console, xian):
    assert in_step()
    period = Period.objects.get()
    archive = HouseholdPeriod.objects.get(head_name="王强")
    with pen(console):
        Household.objects.filter(pk=archive.household_id).update(area=VILLAGE, version=2)
        HouseholdPeriod.objects.filter(pk=archive.pk).update(area=VILLAGE, version=2)
        Membership.objects.filter(household=archive.household_id).update(area=VILLAGE, version=2)
    assert counts_known(xian)
    assert dict(VillageCount.objects.values_list("area", "households")) == {VILLAGE: 3}
    assert counted_by_stem(xian, period, COUNTY, "990102000000", 12) == {VILLAGE: 3}
    assert heads(xian, "王强", area=VILLAGE) == ["王强"]
    assert missing() == []


def test_counts_are_of_the_scope_and_the_period(families, cun, lincun, xiang):
    assert in_step()
    period = Period.objects.get()
    low, high = TOWNSHIP, "990101101000"
    assert [counted(user, period, low, high) for user in (xiang, cun, lincun)] == [3, 2, 1]
    other = a_period("2027")
    assert counted(xiang, other, low, high) == 0


def test_counting_stops_at_a_bound(families, xian):
    found = households_matching(xian, HouseholdQuery(Period.objects.get().pk))
    assert bounded(found, 2) == (2, True)
    assert bounded(found, 3) == (3, False)


def test_much_that_is_new_is_left_to_a_worker_and_search_stays_right(families, xian, monkeypatch):
    monkeypatch.setattr(keeping, "FEW", 0)
    assert not in_step()
    assert heads(xian, "国强") == ["单国强"]
    assert Gram.objects.count() == 0
    catch_up()
    assert in_step()
    assert missing() == []


def test_made_anew_the_tables_are_the_same(families):
    assert in_step()
    pieces = set(Gram.objects.values_list("g", "area", "household_id"))
    counts = set(VillageCount.objects.values_list("period_id", "area", "households"))
    rebuild()
    assert set(Gram.objects.values_list("g", "area", "household_id")) == pieces
    assert set(VillageCount.objects.values_list("period_id", "area", "households")) == counts
    assert positions()[0] == positions()[1]


def test_what_is_missing_is_told(families):
    assert in_step()
    with connection.cursor() as cursor:
        cursor.execute("delete from gram where g = '国强'")
        cursor.execute("update village_count set households = households + 1 where area = %s", [VILLAGE])
    told = missing()
    assert len(told) == 2
    assert "国强" in told[0]
    assert VILLAGE in told[1]


def test_a_backlog_is_read_in_several_pieces(families, monkeypatch):
    monkeypatch.setattr(keeping, "MANY", 1)
    monkeypatch.setattr(keeping, "positions", keeping.positions)
    with connection.cursor() as cursor:
        cursor.execute("delete from read_up_to")
    keeping._note(1)
    catch_up()
    assert missing() == []


def test_a_blank_text_looks_for_nothing():
    assert look_for("  \u3000") is None
