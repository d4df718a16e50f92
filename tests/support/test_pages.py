"""The pages of those who help: lists, one helper, one team, pairing many households, the tab 责任."""

import re
from datetime import date

import pytest

from taizhang.support.models import Helper, Pairing, SupportUnit, TeamMember, UnitVillage, VillageTeam
from taizhang.support.services.pairing import open_pairings
from tests.cast import NEXT_VILLAGE, TOWNSHIP, VILLAGE, signed_in
from tests.factories import a_household, id_number, some_places
from tests.support.cadres import ON, a_helper, a_team, a_team_member, a_unit, pair

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


def leads(answer) -> list[str]:
    """The names in the table that lead to a page, in order."""
    return re.findall(r'<a class="fw-medium"[^>]*>([^<]+)</a>', body(answer))


def chosen(*households):
    """What the form carries: the households, and the pairings as they were seen."""
    standing = open_pairings([h.pk for h in households])
    return {"household": ",".join(str(h.pk) for h in households), "version": ",".join(f"{p.pk}.{p.version}" for p in standing)}


def test_helpers_are_found_by_name_initials_and_unit(xiang, helper):
    a_helper(xiang, "伍建华", unit=a_unit(xiang, "县水利局"))
    client = signed_in(xiang)
    asked = {q: leads(client.post("/helpers", {"q": q}, follow=True)) for q in ("方", "wjh", "水利", "查无此人")}
    assert asked == {"方": ["方国庆"], "wjh": ["伍建华"], "水利": ["伍建华"], "查无此人": []}


def test_a_number_leads_to_its_bearer_and_never_stands_in_an_address(xiang):
    helper = a_helper(xiang, helper_id_no=id_number(70))
    found = signed_in(xiang).post("/helpers", {"q": id_number(70)})
    missing = signed_in(xiang).post("/helpers", {"q": id_number(71)})
    assert found.url == f"/helpers/{helper.pk}"
    assert id_number(71)[10:] not in missing.url


def test_a_helper_kept_above_is_seen_where_he_helps_and_only_counted_there(xian, xiang, cun, lincun, households):
    helper = a_helper(xian, area="990101000000")
    assert leads(signed_in(cun).get("/helpers")) == []
    pair(xian, helper, *households)
    seen = {
        user.username: re.findall(r'<td data-col="households"[^>]*>(\d+)<', body(signed_in(user).get("/helpers")))
        for user in (cun, lincun, xian)
    }
    assert seen == {"cun": ["2"], "lincun": ["1"], "xian": ["3"]}
    assert signed_in(cun).get(f"/helpers/{helper.pk}/edit").status_code == 403
    assert signed_in(xiang).get(f"/helpers/{helper.pk}/edit").status_code == 404


def test_the_page_of_a_helper_shows_his_households_of_the_readers_area_and_masks_his_numbers(xian, cun, households):
    helper = a_helper(xian, helper_id_no=id_number(70))
    pair(xian, helper, *households)
    shown = body(signed_in(cun).get(f"/helpers/{helper.pk}"))
    assert ("钱明珍" in shown, "杨小燕" in shown) == (True, False)
    assert id_number(70) not in shown
    assert "199****0011" in shown


def test_a_helper_is_registered_and_corrected(xiang):
    client = signed_in(xiang)
    done = client.post(
        "/helpers/add", {"area": TOWNSHIP, "helper_name": "方国庆", "helper_phone": "19900000011", "helper_degree": "bachelor"}
    )
    helper = Helper.objects.get()
    assert (done.status_code, done.url, helper.initials, helper.helper_degree) == (302, f"/helpers/{helper.pk}", "fgq", "bachelor")
    told = {"helper_name": "方国庆", "helper_post": "科员", "version": "1", "reason": "补登"}
    assert client.post(f"/helpers/{helper.pk}/edit", told).status_code == 302
    late = client.post(f"/helpers/{helper.pk}/edit", {**told, "helper_post": "主任"})
    assert (late.status_code, "科员" in body(late)) == (409, True)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"area": TOWNSHIP}, "必填"),
        ({"area": TOWNSHIP, "helper_name": "方国庆", "helper_id_no": "990101199001011239"}, "证件号码"),
        ({"helper_name": "方国庆"}, "请选择登记地区"),
    ],
)
def test_what_is_missing_or_wrong_is_said(xiang, told, says):
    answer = signed_in(xiang).post("/helpers/add", told)
    assert (answer.status_code, says in body(answer), Helper.objects.count()) == (422, True, 0)


def test_the_same_number_is_not_registered_twice(xiang):
    a_helper(xiang, helper_id_no=id_number(70))
    told = {"area": TOWNSHIP, "helper_name": "方国", "helper_id_no": id_number(70)}
    assert signed_in(xiang).post("/helpers/add", told).status_code == 409


def test_chosen_households_are_paired_from_the_list(xiang, helper, households):
    client = signed_in(xiang)
    archives = [h.householdperiod_set.get().pk for h in households]
    form = body(client.get("/pairings/add", {"chosen": archives}))
    assert re.findall(r'<td data-col="number"[^>]*>([^<]+)<', form) == [h.household_no for h in households]
    done = client.post("/pairings/add", {**chosen(*households), "helper": helper.pk, "on": ON, "reason": "年度调整"})
    assert (done.status_code, Pairing.objects.count()) == (302, 3)


def test_the_list_of_households_offers_pairing_to_who_may(xiang, cun, households):
    assert ["结对</button>" in body(signed_in(user).get("/households")) for user in (xiang, cun)] == [True, False]


def test_households_outside_the_area_are_left_out_like_those_that_do_not_exist(xiang, helper, households):
    foreign = a_household("990102100201", "外县户", serial=9)
    told = {"household": f"{foreign.pk},987654", "helper": helper.pk, "on": ON, "reason": "试"}
    answer = signed_in(xiang).post("/pairings/add", told)
    assert (answer.status_code, "外县户" in body(answer), Pairing.objects.count()) == (422, False, 0)


def test_a_helper_of_another_county_is_refused_like_one_that_does_not_exist(xiang, waixian, households):
    foreign = a_helper(waixian, "李外县", area="990102000000")
    for named in (foreign.pk, 987654):
        told = {**chosen(households[0]), "helper": named, "on": ON, "reason": "试"}
        answer = signed_in(xiang).post("/pairings/add", told)
        assert (answer.status_code, "请从名单中选择帮扶责任人" in body(answer)) == (422, True)


def test_a_warning_is_said_once_and_then_it_is_done(xiang, households):
    poor = a_helper(xiang, "钱明珍", helper_id_no=id_number(1))
    told = {**chosen(households[1]), "helper": poor.pk, "on": ON, "reason": "试"}
    first = signed_in(xiang).post("/pairings/add", told)
    assert (first.status_code, "本人也在名册上" in body(first), Pairing.objects.count()) == (422, True, 0)
    assert signed_in(xiang).post("/pairings/add", {**told, "looked": poor.pk}).status_code == 302


def test_who_decided_on_what_no_longer_stands_is_told(xiang, xian, helper, other, households):
    told = {**chosen(households[0]), "helper": helper.pk, "on": ON, "reason": "试"}
    pair(xian, other, households[0])
    answer = signed_in(xiang).post("/pairings/add", told)
    assert (answer.status_code, "他人修改" in body(answer), "伍建华" in body(answer)) == (409, True, True)


def test_a_pairing_is_ended_and_another_withdrawn(xiang, helper, households):
    pair(xiang, helper, *households[:2])
    first, second = Pairing.objects.order_by("pk")
    client = signed_in(xiang)
    ended = client.post(f"/pairings/{first.pk}/end", {"on": "2025-09-01", "reason": "调离", "version": 1})
    gone = client.post(f"/pairings/{second.pk}/withdraw", {"reason": "录错", "version": 1})
    assert (ended.url, gone.status_code) == (f"/households/{households[0].pk}?tab=duties", 302)
    assert list(Pairing.objects.order_by("pk").values_list("to_on", "valid")) == [(date(2025, 9, 1), True), (None, False)]
    late = client.post(f"/pairings/{first.pk}/end", {"on": "2025-10-01", "reason": "再来", "version": 2})
    assert (late.status_code, "已经结束" in body(late)) == (409, True)


def test_the_tab_says_who_helps_who_helped_the_team_and_the_unit(xiang, cun, helper, other, households, django_assert_max_num_queries):
    pair(xiang, helper, households[0])
    pair(xiang, other, households[0], on=date(2025, 9, 1))
    a_team_member(xiang, a_team(xiang), helper, is_first_secretary=True)
    signed_in(xiang).post(f"/units/{a_unit(xiang).pk}/villages/add", {"village": VILLAGE, "on": "2025-01-01"})
    client = signed_in(cun)
    client.get("/households")
    with django_assert_max_num_queries(23):
        shown = body(client.get(f"/households/{households[0].pk}?tab=duties"))
    assert [word for word in ("伍建华", "方国庆", "第一书记", "驻车头村工作队", "县农业农村局") if word not in shown] == []
    assert ("/pairings/" in shown, "199****0011" in shown) == (False, True)
    assert "更换帮扶责任人" in body(signed_in(xiang).get(f"/households/{households[0].pk}?tab=duties"))


def test_a_household_without_a_helper_says_so(cun, households):
    assert "没有帮扶责任人" in body(signed_in(cun).get(f"/households/{households[0].pk}?tab=duties"))


def test_a_team_comes_grows_and_leaves(xiang, helper):
    client = signed_in(xiang)
    client.post("/teams/add", {"area": VILLAGE, "team_name": "驻车头村工作队", "on": "2025-01-01"})
    team = VillageTeam.objects.get()
    client.post(f"/teams/{team.pk}/members/add", {"helper": helper.pk, "on": "2025-02-01", "is_first_secretary": "yes"})
    member = TeamMember.objects.get()
    shown = body(client.get(f"/teams/{team.pk}"))
    assert ("方国庆" in shown, "第一书记" in shown, "方国庆" in body(client.get("/teams"))) == (True, True, True)
    assert client.post(f"/team-members/{member.pk}/edit", {"is_plain_member": "yes", "version": 1, "reason": "试"}).status_code == 302
    assert client.post(f"/teams/{team.pk}/end", {"on": "2025-12-01", "version": 1}).status_code == 302
    assert TeamMember.objects.get().to_on == date(2025, 12, 1)
    assert client.post(f"/team-members/{member.pk}/end", {"on": "2025-12-02", "version": 3}).status_code == 409


def test_a_unit_is_registered_corrected_and_helps_a_village(xiang):
    some_places()
    client = signed_in(xiang)
    client.post("/units/add", {"area": TOWNSHIP, "unit_name": "县水利局", "unit_type": "state_organ"})
    unit = SupportUnit.objects.get()
    assert client.post(f"/units/{unit.pk}/edit", {"unit_name": "县水务局", "version": 1, "reason": "改名"}).status_code == 302
    assert client.post("/units/add", {"area": TOWNSHIP, "unit_name": "县水务局"}).status_code == 409
    client.post(f"/units/{unit.pk}/villages/add", {"village": VILLAGE, "on": "2025-01-01"})
    help_ = UnitVillage.objects.get()
    assert client.post(f"/unit-villages/{help_.pk}/end", {"on": "2025-06-01", "version": 1}).status_code == 302
    assert client.post(f"/units/{unit.pk}/villages/add", {"village": NEXT_VILLAGE[:6] + "000000", "on": "2025-01-01"}).status_code == 422
    assert "2025-06-01" in body(client.get(f"/units/{unit.pk}"))


@pytest.mark.parametrize("path", ["/helpers", "/units", "/teams"])
def test_a_list_asks_the_same_of_the_database_however_long_it_is(xiang, path, django_assert_max_num_queries):
    for number in range(3):
        a_helper(xiang, f"方国{number}", unit=a_unit(xiang, f"单位{number}"))
    client = signed_in(xiang)
    client.get(path)
    with django_assert_max_num_queries(13):
        client.get(path)
