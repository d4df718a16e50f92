"""Places and their changes: the list, entering a mapping, looking at what it will do, doing it, and figures that still add up."""

import re

import pytest

from taizhang.households.models import Household
from taizhang.places.models import Place, PlaceChange
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, TOWNSHIP, VILLAGE, account_of, grant_to, signed_in
from tests.factories import a_household, a_period, some_places
from tests.pages.forms import body, kept, send, words

pytestmark = pytest.mark.django_db
NEW = "/places/changes/new"
MERGE = {
    "kind": "merge",
    "on": "2026-07-01",
    "document": "示民函〔2026〕18号",
    "reason": "两村合并",
    "old_1": VILLAGE,
    "new_1": NEXT_VILLAGE,
}


@pytest.fixture
def villages(db):
    """Two households in the village, one in the next, surveyed in 2025 and again in 2026."""
    some_places()
    for at, (area, head) in enumerate([(VILLAGE, "钱明珍"), (VILLAGE, "金国强"), (NEXT_VILLAGE, "郑明珍")], start=1):
        a_household(area, head, serial=at, period=a_period("2025"))
    a_household(VILLAGE, "孙建华", serial=9, period=a_period("2026"))


def done(user, **fields):
    """Look, then confirm."""
    client = signed_in(user)
    look = send(client, NEW, **MERGE | fields)
    assert look.status_code == 200, words(look)
    return client.post(NEW, kept_look(look) | MERGE | fields | {"step": "write"})


def kept_look(look) -> dict[str, str]:
    return {name: value for name, value in kept(look).items() if name != "kind"}


def test_the_list_walks_down_from_ones_own_area(xian, cun, villages):
    page = words(signed_in(xian).get("/places"))
    assert "演示县" in page
    below = signed_in(xian).get("/places", {"area": COUNTY, "level": "county"})
    assert "白云镇" in words(below)
    assert f"area={TOWNSHIP}" in body(below)
    assert "车头村" in words(signed_in(xian).get("/places", {"area": TOWNSHIP, "level": "township"}))
    assert signed_in(xian).get("/places", {"area": OTHER_COUNTY}).status_code == 403
    assert "登记区划变更" not in words(signed_in(cun).get("/places"))


def test_what_a_change_will_do_is_shown_before_and_nothing_is_written(sheng, villages):
    grant_to(account_of("cunyi"), "village_team", VILLAGE, "village")
    client = signed_in(sheng)
    look = send(client, NEW, **MERGE)
    page = words(look)
    assert look.status_code == 200
    assert "还没有写入" in page
    assert "3 户及其人员" in page
    assert "开放期次的档案跟着走：2026年度" in page
    assert "现有 1 个授权，不会自动转到新区划" in page
    assert re.search(r"车头村.*?郝下村", page)
    assert not PlaceChange.objects.exists()


def test_the_second_press_does_it_and_leads_to_the_event(sheng, villages):
    answer = done(sheng)
    event = PlaceChange.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/places/changes/{event.event}")
    assert set(Household.objects.values_list("area", flat=True)) == {NEXT_VILLAGE}
    assert Place.objects.filter(code=VILLAGE, to_on__isnull=True).count() == 0


def test_the_event_shows_old_periods_by_old_codes_and_that_they_add_up(sheng, villages):
    client = signed_in(sheng)
    page = words(client.get(done(sheng).url))
    assert re.search(r"2025年度 原代码 车头村 990101100201 2 户 ?；? ?郝下村 990101100202 1 户 郝下村 990101100202 3 户 3", page)
    assert re.search(r"2026年度 现代码 郝下村 990101100202 1 户 郝下村 990101100202 1 户 1", page)
    assert "示民函〔2026〕18号" in page


def test_households_and_grants_elsewhere_are_not_counted(villages, cun):
    manager = account_of("waisheng", area=OTHER_COUNTY, level="county")
    grant_to(manager, "province", OTHER_COUNTY, "county")
    page = words(send(signed_in(manager), NEW, **MERGE))
    assert ("0 户及其人员" in page, "个授权" in page) == (True, False)


def test_a_press_on_what_was_not_looked_at_shows_it_first(sheng, villages):
    client = signed_in(sheng)
    look = send(client, NEW, **MERGE)
    other = client.post(NEW, kept_look(look) | MERGE | {"step": "write", "name_1": "合一村"})
    assert (other.status_code, PlaceChange.objects.count()) == (200, 0)
    assert "合一村" in words(other)


def test_a_mapping_that_cannot_stand_is_sent_back_or_refused_in_words(sheng, villages):
    client = signed_in(sheng)
    answer = send(client, NEW, **MERGE | {"old_1": "99010", "reason": ""})
    assert (answer.status_code, "不对，省至村 12 位数字" in words(answer), "请写明变更原因" in words(answer)) == (422, True, True)
    assert send(client, NEW, kind="merge").status_code == 422
    answer = send(client, NEW, **MERGE | {"old_1": "990101100299"})
    assert (answer.status_code, "没有现行的" in words(answer)) == (409, True)
    answer = client.post(NEW, kept(client.get(NEW)) | MERGE | {"step": "write", "on": "2099-01-01"})
    assert answer.status_code == 200
    late = client.post(NEW, kept_look(answer) | MERGE | {"step": "write", "on": "2099-01-01"})
    assert (late.status_code, "还没有到" in words(late)) == (409, True)


def test_a_place_changed_by_another_meanwhile_is_not_changed_again(sheng, villages):
    client = signed_in(sheng)
    look = send(client, NEW, **MERGE)
    done(sheng, **{"new_1": VILLAGE, "name_1": "抢先村", "kind": "rename"})
    answer = client.post(NEW, kept_look(look) | MERGE | {"step": "write"})
    assert answer.status_code == 409
    assert set(Household.objects.values_list("area", flat=True)) == {VILLAGE, NEXT_VILLAGE}


def test_the_same_form_sent_twice_changes_areas_once(sheng, villages):
    client = signed_in(sheng)
    told = kept_look(send(client, NEW, **MERGE)) | MERGE | {"step": "write"}
    first = client.post(NEW, told)
    again = client.post(NEW, told)
    assert first.status_code == 302
    assert again.status_code in (302, 409)
    assert PlaceChange.objects.values("event").distinct().count() == 1


def test_one_line_more_keeps_what_was_typed(sheng, villages):
    answer = send(signed_in(sheng), NEW, **MERGE, add_row="1")
    assert f'value="{VILLAGE}"' in body(answer)
    assert 'name="old_4"' in body(answer)


def test_a_line_of_the_list_begins_a_change_of_its_own(sheng, villages):
    listed = body(signed_in(sheng).get("/places", {"area": TOWNSHIP, "level": "township"}))
    assert f"{NEW}?old={VILLAGE}" in listed
    assert f'value="{VILLAGE}"' in body(signed_in(sheng).get(NEW, {"old": VILLAGE}))


@pytest.mark.parametrize(("who", "status"), [("cun", 403), ("xian", 403), ("shi", 403), ("shenji", 403), ("sheng", 200)])
def test_only_the_province_enters_changes(request, villages, who, status):
    assert signed_in(request.getfixturevalue(who)).get(NEW).status_code == status


def test_the_county_sees_the_events_of_its_own_area_and_the_neighbour_none(sheng, xian, waixian, villages):
    address = done(sheng).url
    page = words(signed_in(xian).get("/places/changes"))
    assert "两村合并" in page
    assert "车头村 → 郝下村" in page
    assert signed_in(xian).get(address).status_code == 200
    assert "两村合并" not in words(signed_in(waixian).get("/places/changes"))
    assert signed_in(waixian).get(address).status_code == 404


def test_the_pages_ask_a_fixed_number_of_queries(sheng, villages, django_assert_num_queries):
    address, client = done(sheng).url, signed_in(sheng)
    client.get("/")
    with django_assert_num_queries(12):
        client.get("/places", {"area": TOWNSHIP, "level": "township"})
    with django_assert_num_queries(9):
        client.get("/places/changes")
    with django_assert_num_queries(11):
        client.get(address)
