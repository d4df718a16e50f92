"""The list, the household page, the tree and the search as of a moment: what stood then, read only, and back to now."""

import re
from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from taizhang.accounts.models import Grant
from taizhang.households import past
from taizhang.households.models import Household, HouseholdPeriod, Membership, Person
from taizhang.households.periods import roll_over_period
from taizhang.journal.posting import Cause, newest_position, posting
from taizhang.places.models import Place
from tests.cast import NEXT_VILLAGE, PROVINCE, START, TOWNSHIP, VILLAGE, signed_in
from tests.factories import a_household, a_member, a_period, id_number, member_of, some_places
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
LAYOUTS = pytest.mark.parametrize("layout", ["whole", "by_area"])


@pytest.fixture
def laid_out(layout):
    """Both ways of laying the past out: all of it, or the chosen area only."""
    with mock.patch.object(past, "ENTRIES_EACH", 10**9 if layout == "whole" else -1):
        yield


def body(answer) -> str:
    return answer.content.decode()


def heads(answer) -> list[str]:
    """The heads in the table, in order."""
    return re.findall(r'<a class="fw-medium"[^>]*>([^<]+)</a>', body(answer))


def counts(answer) -> dict[str, str]:
    """What the tree says: {area: households}."""
    return dict(re.findall(r"<span>([^<]+)</span><small>([^<]+)</small></a>", body(answer)))


def moved(by, household: Household, area: str) -> None:
    """The whole household in another village."""
    persons = Membership.objects.filter(household=household).values("person")
    with pen(by):
        Household.objects.filter(pk=household.pk).update(area=area)
        HouseholdPeriod.objects.filter(household=household).update(area=area)
        Membership.objects.filter(household=household).update(area=area)
        Person.objects.filter(pk__in=persons).update(area=area)


@LAYOUTS
@pytest.mark.usefixtures("laid_out")
def test_the_list_shows_what_stood_then_with_its_banner(xiang, sheng):
    a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    a_household(VILLAGE, "金国强", serial=2)
    answer = signed_in(xiang).get("/households", {"area": VILLAGE, "level": "village", "as_of": then})
    assert heads(answer) == ["钱明珍"]
    assert f"流水位置 {then:,}）的名册，只读" in body(answer)
    assert "共 1 户" in body(answer)


@LAYOUTS
@pytest.mark.usefixtures("laid_out")
def test_a_household_that_moved_is_found_where_it_stood(xiang, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    moved(sheng, household, NEXT_VILLAGE)
    client = signed_in(xiang)
    seen = [
        heads(client.get("/households", {"area": area, "level": "village", **asked}))
        for asked in ({"as_of": then}, {"as_of": newest_position()}, {})
        for area in (VILLAGE, NEXT_VILLAGE)
    ]
    assert seen == [["钱明珍"], [], [], ["钱明珍"], [], ["钱明珍"]]


@LAYOUTS
@pytest.mark.usefixtures("laid_out")
def test_the_tree_counts_what_stood_then_in_every_village(xiang, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    a_household(NEXT_VILLAGE, "金国强", serial=2)
    then = newest_position()
    moved(sheng, household, NEXT_VILLAGE)
    a_household(VILLAGE, "贾三", serial=3)
    a_household(VILLAGE, "贾四", serial=4)
    client = signed_in(xiang)
    assert counts(client.get("/households", {"area": VILLAGE, "level": "village", "as_of": then})) == {
        "白云镇": "2",
        "车头村": "1",
        "郝下村": "1",
    }
    assert counts(client.get("/households", {"area": VILLAGE, "level": "village"})) == {"白云镇": "4", "车头村": "2", "郝下村": "2"}


@LAYOUTS
@pytest.mark.usefixtures("laid_out")
def test_who_was_closed_since_still_counted_then(xiang, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    a_household(VILLAGE, "金国强", serial=2)
    then = newest_position()
    with pen(sheng):
        HouseholdPeriod.objects.filter(household=household).update(valid=False)
    closed = newest_position()
    moved(sheng, household, NEXT_VILLAGE)
    client = signed_in(xiang)
    asked = {"area": VILLAGE, "level": "village"}
    before, after = client.get("/households", {**asked, "as_of": then}), client.get("/households", {**asked, "as_of": closed})
    assert (heads(before), counts(before)["车头村"]) == (["钱明珍", "金国强"], "2")
    assert (heads(after), counts(after)["车头村"]) == (["金国强"], "1")


def test_the_tree_of_the_past_has_the_villages_of_that_day(xiang, sheng):
    some_places()
    with posting(by=sheng, at=datetime(2026, 5, 1, tzinfo=UTC), cause=Cause("places.change"), area=PROVINCE):
        Place.objects.filter(code=NEXT_VILLAGE).update(to_on=date(2026, 5, 1))
    a_household(VILLAGE, "钱明珍", serial=1)
    client = signed_in(xiang)
    assert "郝下村" in body(client.get("/households", {"area": TOWNSHIP, "level": "township", "as_of": "2026-04-30"}))
    assert "郝下村" not in body(client.get("/households", {"area": TOWNSHIP, "level": "township"}))


def test_searching_and_conditions_ask_about_then(cun, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)], facts={"household.main_cause": "illness"})
    then = newest_position()
    with pen(sheng):
        HouseholdPeriod.objects.filter(household=household).update(main_cause="no_labour", head_name="钱改名", head_initials="qgm")
        Person.objects.filter(name="钱小宝").update(name="钱大宝", initials="qdb")
    client = signed_in(cun)
    assert heads(client.get("/households", {"text": "钱小宝", "as_of": then})) == ["钱明珍"]
    assert heads(client.get("/households", {"text": "钱大宝", "as_of": then})) == []
    assert heads(client.get("/households", {"text": "qmz", "as_of": then})) == ["钱明珍"]
    assert heads(client.get("/households", {"main_cause": "illness", "as_of": then})) == ["钱明珍"]
    assert heads(client.get("/households", {"main_cause": "no_labour", "as_of": then})) == []
    assert heads(client.get("/households", {"main_cause": "no_labour"})) == ["钱改名"]


@LAYOUTS
@pytest.mark.usefixtures("laid_out")
def test_the_household_page_shows_its_members_of_then(cun, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)])
    then = newest_position()
    with pen(sheng):
        Membership.objects.filter(pk=member_of(household, "钱小宝").pk).update(open=False, drop_on=date(2026, 2, 1))
    client = signed_in(cun)
    page = client.get(f"/households/{household.pk}", {"as_of": then})
    assert "钱小宝" in body(page)
    assert "的名册，只读" in body(page)
    assert "钱小宝" not in body(client.get(f"/households/{household.pk}"))


def test_the_past_offers_nothing_to_change(cun):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    client = signed_in(cun)
    now, before = client.get(f"/households/{household.pk}"), client.get(f"/households/{household.pk}", {"as_of": then})
    assert "/edit" in body(now)
    assert "/edit" not in body(before)
    assert "/members/" not in body(before)
    assert (">操作</th>" in body(now), ">操作</th>" in body(before)) == (True, False)
    assert "/enroll" not in body(client.get("/households", {"as_of": then}))


def test_numbers_are_masked_in_the_past_too(cun):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    a_household(VILLAGE, "金国强", serial=2)
    client = signed_in(cun)
    for page in (client.get("/households", {"as_of": then}), client.get(f"/households/{household.pk}", {"as_of": then})):
        assert id_number(1) not in body(page)
        assert f"{id_number(1)[:10]}" in body(page)


def test_who_may_look_is_who_may_look_now(cun, lincun, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    with pen(sheng):
        Grant.objects.filter(user=cun).update(to_on=timezone.localdate() - timedelta(days=1))
    assert signed_in(cun).get("/households", {"as_of": then}).status_code == 403
    assert signed_in(lincun).get(f"/households/{household.pk}", {"as_of": then}).status_code == 404
    assert heads(signed_in(lincun).get("/households", {"as_of": then})) == []


def test_who_sees_a_household_now_sees_what_it_was_elsewhere_and_who_saw_it_then_still_does(cun, lincun, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    moved(sheng, household, NEXT_VILLAGE)
    url = f"/households/{household.pk}"
    assert signed_in(lincun).get(url, {"as_of": then}).status_code == 200
    assert signed_in(cun).get(url, {"as_of": then}).status_code == 200
    assert signed_in(cun).get(url, {"as_of": newest_position()}).status_code == 404


def test_every_link_of_the_list_stays_in_the_past_but_those_of_the_bar(cun):
    a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    a_household(VILLAGE, "金国强", serial=2)
    page = body(signed_in(cun).get("/households", {"as_of": then, "area": VILLAGE, "level": "village"}))
    inside = page[page.index("<main") :]
    links = [link for link in re.findall(r'href="(/households[^"]*)"', inside) if "/columns" not in link]
    back = [link for link in links if "as_of" not in link]
    assert len(links) > 3
    assert back == ["/households?area=990101100201&amp;level=village"]


@pytest.mark.parametrize(("asked", "says"), [("2099-01-01", "还没有到"), ("昨天", "既不是日期也不是流水位置"), ("987654", "流水现在只到")])
def test_a_moment_that_nobody_knows_is_refused_with_the_reason(cun, asked, says):
    answer = signed_in(cun).get("/households", {"as_of": asked})
    assert answer.status_code == 422
    assert says in body(answer)


def test_a_day_before_everything_is_an_empty_list(cun):
    a_household(VILLAGE, "钱明珍", serial=1)
    answer = signed_in(cun).get("/households", {"as_of": (START - timedelta(days=400)).date().isoformat()})
    assert (answer.status_code, heads(answer)) == (200, [])


def test_a_period_that_was_not_open_yet_is_not_there(cun):
    a_period("2025")
    a_household(VILLAGE, "钱明珍", serial=1, period=a_period("2025"))
    then = newest_position()
    a_household(VILLAGE, "金国强", serial=2, period=a_period("2026"))
    page = body(signed_in(cun).get("/households", {"as_of": then}))
    assert "2025年度" in page
    assert "2026年度" not in page


def test_the_history_leads_to_the_page_as_it_stood_after_each_act(cun, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    with pen(sheng):
        HouseholdPeriod.objects.filter(household=household).update(head_name="钱改名")
    client = signed_in(cun)
    history = body(client.get(f"/households/{household.pk}/history"))
    links = re.findall(r'href="(/households/\d+\?as_of=\d+)">看当时的样子', history)
    assert links == [f"/households/{household.pk}?as_of={newest_position()}", f"/households/{household.pk}?as_of={then}"]
    assert "钱明珍" in body(client.get(links[1]))
    assert "钱改名" in body(client.get(links[0]))


def test_the_journal_leads_to_the_list_as_it_stood_after_each_posting(cun):
    a_household(VILLAGE, "钱明珍", serial=1)
    then = newest_position()
    a_household(VILLAGE, "金国强", serial=2)
    client = signed_in(cun)
    assert f'href="/households?as_of={then}"' in body(client.get("/journal"))
    assert heads(client.get("/households", {"as_of": then})) == ["钱明珍"]


def test_a_person_is_shown_with_the_households_and_archives_of_then(cun, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)])
    son = member_of(household, "钱小宝")
    then = newest_position()
    with pen(sheng):
        Membership.objects.filter(pk=son.pk).update(open=False, drop_on=date(2026, 2, 1))
        Person.objects.filter(pk=son.person_id).update(name="钱大宝")
    client = signed_in(cun)
    now, before = (body(client.get(f"/persons/{son.person_id}", asked)) for asked in ({}, {"as_of": then}))
    assert ("钱大宝" in now, "不在任何户" in now, "钱小宝" in before, "在户" in before, "钱大宝" in before) == (
        True,
        True,
        True,
        True,
        False,
    )
    assert "的名册，只读" in before
    inside = before[before.index("<main") :]
    assert f'href="/households/{household.pk}?as_of={then}"' in inside
    assert ("/edit" in inside, "/unmask" in inside, "/history" in inside) == (False, False, False)


def test_who_may_not_see_a_person_now_or_then_does_not_see_him_in_the_past(lincun, cun, sheng):
    household = a_household(VILLAGE, "钱明珍", serial=1)
    person, then = member_of(household, "钱明珍").person_id, newest_position()
    moved(sheng, household, NEXT_VILLAGE)
    answers = [signed_in(who).get(f"/persons/{person}", {"as_of": at}).status_code for who in (cun, lincun) for at in (then, then + 1)]
    assert answers == [200, 404, 200, 200]


@LAYOUTS
@pytest.mark.usefixtures("laid_out")
def test_periods_side_by_side_are_those_of_then(cun, sheng):
    old, new = a_period("2025"), a_period("2026")
    household = a_household(VILLAGE, "钱明珍", serial=1, period=old, facts={"household.main_cause": "illness"})
    roll_over_period(by=sheng, at=START, cause=Cause("period.rollover"), area=PROVINCE, old=old, new=new)
    then = newest_position()
    with pen(sheng):
        HouseholdPeriod.objects.filter(household=household, period=new).update(main_cause="no_labour")
    client = signed_in(cun)
    url = f"/households/{household.pk}/compare"
    now, before = (body(client.get(url, {"only": "differing", **asked})) for asked in ({}, {"as_of": then}))
    assert ("缺劳力" in now, "缺劳力" in before, "的名册，只读" in before) == (True, False, True)
    assert f'name="as_of" value="{then}"' in before
    links = re.findall(r'href="(/households[^"]*)"', before[before.index("<main") :])
    assert [link for link in links if "as_of" not in link] == [f"{url}?only=differing"]
