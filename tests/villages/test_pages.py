"""Pages of villages: choosing one in the tree shows its archive; typed beside counted; forms, refusals, lost races; frozen query counts."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from taizhang.journal.models import JournalTx
from taizhang.journal.posting import newest_position
from taizhang.villages.models import NaturalVillage, NaturalVillagePeriod, VillagePeriod
from tests.cast import NEXT_VILLAGE, TOWNSHIP, VILLAGE, signed_in
from tests.factories import a_household, a_period, some_places
from tests.journal.acts import pen
from tests.villages.archives import a_natural_village, a_village

pytestmark = pytest.mark.django_db
PAGE_QUERIES, LIST_QUERIES = 18, 16
DECISION = {"number": "样政发7号", "decided_on": "2026-11-10", "decided_by": "样例市领导小组", "document": "纪要"}


@pytest.fixture
def village(cun):
    """A surveyed village with one poor family on the register."""
    archive = a_village(cun, v_poor_households=4, v_poor_persons=1)
    a_household(VILLAGE, "钱明珍")
    return archive


def show(user, area=VILLAGE, **query):
    return signed_in(user).get(reverse("village_show", args=[area]), query)


def edit(user, archive, reason="入村核实", **typed):
    url = reverse("village_edit", args=[archive.area])
    return signed_in(user).post(url, {"version": archive.version, "reason": reason, "idempotency_key": "k"} | typed)


def text_of(answer):
    return answer.content.decode()


def test_a_village_in_the_tree_leads_straight_to_its_archive(xiang, village):
    body = text_of(signed_in(xiang).get(reverse("villages"), {"area": TOWNSHIP, "level": "township"}))
    assert f'href="{reverse("village_show", args=[VILLAGE])}"' in body
    children = text_of(signed_in(xiang).get(reverse("tree_children"), {"area": TOWNSHIP, "level": "township", "to": "villages"}))
    assert f'href="{reverse("village_show", args=[VILLAGE])}"' in children


def test_the_tree_of_households_still_leads_to_households(xiang, village):
    children = text_of(signed_in(xiang).get(reverse("tree_children"), {"area": TOWNSHIP, "level": "township"}))
    assert "village_show" not in children
    assert reverse("village_show", args=[VILLAGE]) not in children


def test_the_list_says_what_is_surveyed_and_what_the_register_contradicts(xiang, village):
    body = text_of(signed_in(xiang).get(reverse("villages")))
    assert "已采集" in body
    assert "本期未采集" in body
    assert "1 项" in body


def test_the_page_shows_typed_beside_counted_and_marks_what_differs(cun, village):
    body = text_of(show(cun))
    assert "不一致" in body
    assert "有 1 项人数与名册不符" in body
    assert "5.2" not in body
    assert "52000" in body or "52,000" in body


def test_the_office_phone_is_masked(cun, village):
    assert "07715550000" not in text_of(show(cun))


def test_a_village_without_an_archive_shows_what_the_register_counts(cun):
    some_places()
    a_period()
    body = text_of(show(cun))
    assert "本期未采集" in body
    assert "采集村档案" in body


def test_the_next_village_sees_nothing(lincun, village):
    assert show(lincun).status_code == 403
    assert VILLAGE not in text_of(signed_in(lincun).get(reverse("villages")))


def test_a_higher_area_leads_to_its_list(xiang, village):
    assert show(xiang, TOWNSHIP).status_code == 302


def test_a_first_survey_from_the_form(cun):
    some_places()
    a_period()
    url = reverse("village_edit", args=[VILLAGE])
    answer = signed_in(cun).post(url, {"idempotency_key": "k", "version": 0, "v_households": "300", "v_collective_yuan": "1.5万"})
    archive = VillagePeriod.objects.get()
    assert (answer.status_code, archive.v_households, archive.v_collective_yuan) == (302, 300, Decimal("15000.00"))


def test_a_correction_asks_why(cun, village):
    assert edit(cun, village, reason="", v_households="321").status_code == 422
    assert edit(cun, village, v_households="321").status_code == 302
    assert VillagePeriod.objects.get().v_households == 321
    assert JournalTx.objects.order_by("-pk")[0].reason == "入村核实"


def test_a_wrong_number_is_said_beside_its_field(cun, village):
    answer = edit(cun, village, v_households="三百")
    assert (answer.status_code, "不是数字" in text_of(answer)) == (422, True)


def test_what_must_be_known_is_not_blanked(cun, village):
    assert edit(cun, village, v_households="").status_code == 422


def test_one_module_of_the_form_carries_only_its_own_fields(cun, village):
    body = text_of(signed_in(cun).get(reverse("village_edit", args=[VILLAGE]), {"module": "v_land"}))
    assert ('name="v_land_farm_mu"' in body, 'name="v_households"' in body) == (True, False)


def test_fields_that_only_a_decision_changes_are_refused_at_the_door(cun, village):
    assert edit(cun, village, v_attr="poor").status_code in (400, 422)
    assert VillagePeriod.objects.get().v_attr is None


def test_a_lost_race_shows_both_values(cun, xiang, village):
    edit(xiang, village, v_households="333")
    answer = edit(cun, village, v_households="344", idempotency_key="k2")
    assert (answer.status_code, "333" in text_of(answer), "344" in text_of(answer)) == (409, True, True)


def test_the_prefecture_carries_a_decision_out(shi, village):
    url = reverse("village_decide", args=[VILLAGE, "include_village"])
    assert "办理以后" in text_of(signed_in(shi).get(url))
    assert signed_in(shi).post(url, DECISION | {"version": 1, "idempotency_key": "d"}).status_code == 302
    assert VillagePeriod.objects.get().v_attr == "poor"


def test_a_decision_without_a_number_is_sent_back(shi, village):
    url = reverse("village_decide", args=[VILLAGE, "include_village"])
    assert signed_in(shi).post(url, DECISION | {"number": "", "version": 1}).status_code == 422


def test_the_county_does_not_decide(xian, village):
    assert signed_in(xian).get(reverse("village_decide", args=[VILLAGE, "include_village"])).status_code == 403


def test_a_carried_archive_is_confirmed_with_one_button(cun, village):
    with pen(cun):
        VillagePeriod.objects.update(draft=True)
    assert "核实无变化" in text_of(show(cun))
    answer = signed_in(cun).post(reverse("village_confirm", args=[VILLAGE]), {"version": 1, "idempotency_key": "c"})
    assert (answer.status_code, VillagePeriod.objects.get().draft) == (302, False)


def test_natural_villages_are_registered_surveyed_renamed_and_closed(cun, village):
    client = signed_in(cun)
    client.post(reverse("natural_add", args=[VILLAGE]), {"name": "上寨组", "idempotency_key": "1"})
    natural = NaturalVillage.objects.get()
    client.post(
        reverse("natural_edit", args=[natural.pk]), {"version": 0, "nv_households": "60", "nv_poor_persons": "9", "idempotency_key": "2"}
    )
    assert NaturalVillagePeriod.objects.get().nv_households == 60
    body = text_of(show(cun, tab="natural"))
    assert "上寨组" in body
    assert "各自然村总户数合计 60" in body
    client.post(reverse("natural_rename", args=[natural.pk]), {"version": 1, "name": "新寨组", "idempotency_key": "3"})
    client.post(reverse("natural_close", args=[natural.pk]), {"version": 2, "on": "2026-01-05", "reason": "并组", "idempotency_key": "4"})
    natural.refresh_from_db()
    assert (natural.name, str(natural.closed_on)) == ("新寨组", "2026-01-05")


def test_groups_of_households_that_are_no_natural_village_are_named(cun, village):
    a_natural_village(cun, "别的组")
    assert "没有登记为自然村的村民小组：上寨组" in text_of(show(cun, tab="natural"))


def test_history_tells_what_happened(cun, village):
    edit(cun, village, v_households="321")
    body = text_of(show(cun, tab="history"))
    assert "更正了村档案" in body
    assert "总户数" in body


def test_periods_are_chosen_on_the_page(cun, village):
    a_period("2025")
    assert "本期未采集" in text_of(show(cun, period="2025"))


def test_the_page_and_the_list_can_be_read_as_they_stood(cun, village):
    before = newest_position()
    edit(cun, village, v_households="777")
    body = text_of(show(cun, as_of=str(before)))
    assert ("777" in body, "320" in body, "更正村档案" in body, "只读" in body) == (False, True, False, True)
    listed = text_of(signed_in(cun).get(reverse("villages"), {"as_of": str(before)}))
    assert ("777" in listed, f"as_of={before}" in listed) == (False, True)


def test_queries_of_the_page_are_few_and_do_not_grow(cun, village):
    client = signed_in(cun)
    a_natural_village(cun, "上寨组")
    client.get(reverse("village_show", args=[VILLAGE]))
    with CaptureQueriesContext(connection) as first:
        client.get(reverse("village_show", args=[VILLAGE]))
    for name in ("甲组", "乙组", "丙组"):
        a_natural_village(cun, name)
    a_household(VILLAGE, "金国强", serial=7)
    client.get(reverse("village_show", args=[VILLAGE]))  # the counts of the tree catch up with the journal
    with CaptureQueriesContext(connection) as second:
        client.get(reverse("village_show", args=[VILLAGE]))
    assert len(first) == len(second)
    assert len(second) <= PAGE_QUERIES


def test_queries_of_the_list_are_few_and_do_not_grow(xiang, village):
    client = signed_in(xiang)
    client.get(reverse("villages"))
    with CaptureQueriesContext(connection) as first:
        client.get(reverse("villages"))
    a_village(xiang, NEXT_VILLAGE)
    client.get(reverse("villages"))  # the counts of the tree catch up with the journal
    with CaptureQueriesContext(connection) as second:
        client.get(reverse("villages"))
    assert len(first) == len(second)
    assert len(second) <= LIST_QUERIES
