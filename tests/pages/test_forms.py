"""The forms: what is wrong is said beside the field, a refusal is 409, the loser of a race sees both values, a second send changes nothing."""

import re

import pytest

from taizhang.households.models import Household, MemberPeriod, Membership, Person
from taizhang.households.sealing import opened
from taizhang.journal.models import JournalTx
from tests.cast import NEXT_VILLAGE, VILLAGE, signed_in
from tests.factories import a_household, a_member, a_period, archive_of, id_number, member_of, some_places

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


def hidden(answer, name: str) -> str:
    """The value of a hidden field."""
    return re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', body(answer))[1]


def input_of(answer, name: str) -> str:
    """The markup of one field with what is said below it."""
    return re.search(rf'<label class="name" for="id_{name}">.*?(?=<label class="name"|<span class="name"|</section>)', body(answer), re.S)[
        0
    ]


@pytest.fixture
def household(db):
    return a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77), a_member("杨国华", "spouse", 78)])


def edit(client, household, **fields):
    """Open the form and send it with these fields."""
    asked = client.get(f"/households/{household.pk}/edit")
    sent = {"version": hidden(asked, "version"), "idempotency_key": hidden(asked, "idempotency_key"), "reason": "入户核实"}
    return client.post(f"/households/{household.pk}/edit", sent | fields)


@pytest.mark.parametrize(
    ("who", "status"), [("cun", 200), ("xiang", 200), ("xian", 200), ("sheng", 200), ("shi", 403), ("shenji", 403), ("lincun", 404)]
)
def test_the_form_opens_for_whom_may_correct_here(request, household, who, status):
    assert signed_in(request.getfixturevalue(who)).get(f"/households/{household.pk}/edit").status_code == status


def test_a_correction_is_saved_with_its_reason(cun, household):
    answer = edit(signed_in(cun), household, is_unsafe="yes", land_farm_mu="4.2亩", other_causes=["no_skill", "no_land"])
    assert answer.status_code == 302
    archive = archive_of(household)
    assert (archive.is_unsafe, str(archive.land_farm_mu), archive.other_causes) == (True, "4.20", "no_land,no_skill")
    assert JournalTx.objects.latest("pk").reason == "入户核实"


def test_derived_income_follows_what_was_typed(cun, household):
    edit(signed_in(cun), household, inc_wage_yuan="1.2万元")
    assert str(archive_of(household).inc_net_pc_yuan) == "4266.83"


def test_yes_no_can_be_made_unknown_again(cun, household):
    edit(signed_in(cun), household, led_by_firm="yes")
    edit(signed_in(cun), household, led_by_firm="")
    assert archive_of(household).led_by_firm is None


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_saved(cun, household):
    answer = edit(signed_in(cun), household, inc_wage_yuan="约1200", surveyor_phone="1380000", fuel="gas_of_mars")
    assert answer.status_code == 422
    assert "不是确数" in input_of(answer, "inc_wage_yuan")
    assert "约1200" in input_of(answer, "inc_wage_yuan")
    assert "应为11位" in input_of(answer, "surveyor_phone")
    assert "is-invalid" in input_of(answer, "fuel")
    assert str(archive_of(household).inc_wage_yuan) == "9600.00"


def test_a_correction_without_reason_is_refused(cun, household):
    answer = edit(signed_in(cun), household, is_unsafe="yes", reason=" ")
    assert answer.status_code == 422
    assert "请写明更正缘由" in body(answer)
    assert archive_of(household).is_unsafe is None


def test_a_known_required_fact_cannot_be_blanked(cun, household):
    answer = edit(signed_in(cun), household, main_cause="")
    assert answer.status_code == 422
    assert "必填栏目不能为空" in input_of(answer, "main_cause")


def test_a_secret_left_blank_stays_and_is_never_sent_to_the_browser(cun, household):
    client = signed_in(cun)
    assert "19900000001" not in body(client.get(f"/households/{household.pk}/edit"))
    edit(client, household, hh_phone="", is_unsafe="no")
    assert opened(bytes(archive_of(household).hh_phone), "hh_phone") == "19900000001"
    edit(client, household, hh_phone="13900005678")
    assert opened(bytes(archive_of(household).hh_phone), "hh_phone") == "13900005678"


def test_locked_facts_are_fixed_for_everybody_and_refused_when_sent(cun, sheng, household):
    client = signed_in(cun)
    assert 'name="hh_attr"' not in body(client.get(f"/households/{household.pk}/edit"))
    answer = edit(client, household, hh_attr="dibao_poor")
    assert answer.status_code == 409
    assert "只有省级能够更正" in body(answer)
    assert 'name="hh_attr"' not in body(signed_in(sheng).get(f"/households/{household.pk}/edit"))
    assert "请先登记锁定字段更正申请" in body(edit(signed_in(sheng), household, hh_attr="dibao_poor"))
    assert archive_of(household).hh_attr == "general_poor"


def test_what_only_operations_change_is_refused_by_the_policy(sheng, household):
    assert edit(signed_in(sheng), household, status="out_no_policy").status_code == 400
    assert archive_of(household).status == "poor"


def test_the_loser_of_a_race_sees_both_values_and_can_choose(cun, xiang, household):
    client = signed_in(cun)
    asked = client.get(f"/households/{household.pk}/edit")
    edit(signed_in(xiang), household, inc_wage_yuan="5000", house_area_m2="80")
    sent = {"version": hidden(asked, "version"), "reason": "核对", "inc_wage_yuan": "7000", "house_area_m2": "", "main_cause": "illness"}
    lost = client.post(f"/households/{household.pk}/edit", sent)
    assert lost.status_code == 409
    assert "由 xiang(白云镇) 修改" in body(lost)
    assert '<ins class="now">5000</ins>' in input_of(lost, "inc_wage_yuan")
    assert 'value="7000"' in input_of(lost, "inc_wage_yuan")
    assert 'value="80"' in input_of(lost, "house_area_m2")
    assert str(archive_of(household).inc_wage_yuan) == "5000.00"
    again = client.post(f"/households/{household.pk}/edit", sent | {"version": hidden(lost, "version"), "house_area_m2": "80"})
    assert again.status_code == 302
    assert str(archive_of(household).inc_wage_yuan) == "7000.00"


def test_the_same_form_sent_twice_posts_once(cun, household):
    client = signed_in(cun)
    asked = client.get(f"/households/{household.pk}/edit")
    sent = {
        "version": hidden(asked, "version"),
        "idempotency_key": hidden(asked, "idempotency_key"),
        "reason": "核对",
        "inc_wage_yuan": "7000",
    }
    client.post(f"/households/{household.pk}/edit", sent)
    before = JournalTx.objects.count()
    assert client.post(f"/households/{household.pk}/edit", sent).status_code == 302
    assert JournalTx.objects.count() == before


def test_a_frozen_period_refuses(cun):
    old = a_household(VILLAGE, "金国强", serial=5, period=a_period("2025", state="frozen"))
    answer = edit(signed_in(cun), old, is_unsafe="yes")
    assert answer.status_code == 409
    assert "已冻结" in body(answer)


def test_htmx_gets_the_form_part_on_refusal(cun, household):
    answer = signed_in(cun).post(f"/households/{household.pk}/edit", {"reason": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "<html" not in body(answer)


def test_a_member_is_corrected(cun, household):
    member = member_of(household, "钱小宝")
    client = signed_in(cun)
    asked = client.get(f"/members/{member.pk}/edit")
    sent = {"version": hidden(asked, "version"), "reason": "核对", "health": ["", "chronic"], "work_months": "6", "relation": "nephew"}
    assert client.post(f"/members/{member.pk}/edit", sent).status_code == 302
    survey = MemberPeriod.objects.get(person=member.person_id)
    assert (survey.health, survey.work_months, Membership.objects.get(pk=member.pk).relation) == ("chronic", 6, "nephew")


def test_a_member_of_another_village_is_not_there(lincun, household):
    client, pk = signed_in(lincun), member_of(household, "钱小宝").pk
    answers = [
        client.get(f"/members/{pk}/edit"),
        client.get(f"/members/{pk}/leave"),
        client.post(f"/members/{pk}/leave", {"reason": "death"}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_the_loser_of_a_race_over_a_member_sees_both_values(cun, xiang, household):
    member, client = member_of(household, "钱小宝"), signed_in(cun)
    asked = client.get(f"/members/{member.pk}/edit")
    other = {"version": hidden(asked, "version"), "reason": "核对", "work_months": "3"}
    signed_in(xiang).post(f"/members/{member.pk}/edit", other)
    lost = client.post(f"/members/{member.pk}/edit", other | {"work_months": "9"})
    assert lost.status_code == 409
    assert '<ins class="now">3</ins>' in input_of(lost, "work_months")
    assert 'value="9"' in input_of(lost, "work_months")


def test_a_birth_increases_the_household(cun, household):
    sent = {"name": "钱小花", "id_type": "none_yet", "relation": "daughter", "reason": "birth", "on": "2026-02-03", "note": "出生医学证明"}
    assert signed_in(cun).post(f"/households/{household.pk}/members/add", sent).status_code == 302
    born = member_of(household, "钱小花")
    assert (born.add_reason, born.add_proof, archive_of(household).member_count) == ("birth", "出生医学证明", 4)


def test_an_increase_without_name_reason_or_day_says_so(cun, household):
    answer = signed_in(cun).post(
        f"/households/{household.pk}/members/add", {"name": "", "relation": "daughter", "reason": "", "on": "昨天"}
    )
    assert answer.status_code == 422
    assert "必填" in input_of(answer, "name")
    assert "请选择原因" in input_of(answer, "reason")
    assert "不是日期" in input_of(answer, "on")


def test_somebody_on_the_register_elsewhere_is_refused_without_telling_where(cun, household):
    a_household(NEXT_VILLAGE, "金国强", serial=9)
    sent = {
        "name": "金国强",
        "id_type": "resident_id",
        "id_no": id_number(9),
        "relation": "uncle",
        "reason": "moved_in",
        "on": "2026-02-03",
        "note": "户口迁移证",
    }
    answer = signed_in(cun).post(f"/households/{household.pk}/members/add", sent)
    assert answer.status_code in (409, 422)
    assert "郝下村" not in body(answer)
    assert archive_of(household).member_count == 3


def test_a_death_decreases_the_household(cun, household):
    member, client = member_of(household, "杨国华"), signed_in(cun)
    asked = client.get(f"/members/{member.pk}/leave")
    sent = {"version": hidden(asked, "version"), "reason": "death", "on": "2026-02-03"}
    unproved = client.post(f"/members/{member.pk}/leave", sent)
    assert (unproved.status_code, "请写明证明材料" in input_of(unproved, "note")) == (422, True)
    sent |= {"note": "死亡医学证明"}
    assert client.post(f"/members/{member.pk}/leave", sent).status_code == 302
    member.refresh_from_db()
    assert (member.open, member.state, member.drop_proof, archive_of(household).member_count) == (False, "dead", "死亡医学证明", 2)


def test_a_head_leaves_a_new_head_behind(cun, household):
    head, son, spouse = (member_of(household, name) for name in ("钱明珍", "钱小宝", "杨国华"))
    client = signed_in(cun)
    asked = client.get(f"/members/{head.pk}/leave")
    sent = {"version": hidden(asked, "version"), "reason": "death", "on": "2026-02-03", "note": "死亡医学证明"}
    assert client.post(f"/members/{head.pk}/leave", sent).status_code == 422
    refused = client.post(f"/members/{head.pk}/leave", sent | {"head": str(son.pk)})
    assert refused.status_code == 409
    assert client.post(f"/members/{head.pk}/leave", sent | {"head": str(son.pk), f"relation_{spouse.pk}": "father"}).status_code == 302
    assert archive_of(household).head_name == "钱小宝"


PAPERS = {"on": "2026-03-01", "proof": "户口簿", "reason": "年迈"}


@pytest.mark.parametrize("missing", PAPERS)
def test_a_change_of_head_asks_its_day_its_paper_and_its_reason(cun, household, missing):
    head, son, spouse = (member_of(household, name) for name in ("钱明珍", "钱小宝", "杨国华"))
    sent = PAPERS | {"head": str(son.pk), f"relation_{head.pk}": "mother", f"relation_{spouse.pk}": "father", missing: ""}
    answer = signed_in(cun).post(f"/households/{household.pk}/head", sent)
    assert answer.status_code == 422
    assert f'name="{missing}"' in body(answer)
    assert archive_of(household).head_name == "钱明珍"


def test_the_head_changes_and_every_relation_is_stated_again(cun, household):
    head, son, spouse = (member_of(household, name) for name in ("钱明珍", "钱小宝", "杨国华"))
    client = signed_in(cun)
    asked = client.get(f"/households/{household.pk}/head")
    sent = {"version": hidden(asked, "version"), "head": str(son.pk), **PAPERS, f"relation_{head.pk}": "mother"}
    assert client.post(f"/households/{household.pk}/head", sent).status_code == 409
    assert client.post(f"/households/{household.pk}/head", sent | {f"relation_{spouse.pk}": "father"}).status_code == 302
    relations = dict(Membership.objects.filter(household=household).values_list("person__name", "relation"))
    assert relations == {"钱明珍": "mother", "钱小宝": "head", "杨国华": "father"}
    assert archive_of(household).head_name == "钱小宝"


def test_a_head_from_another_household_is_refused(cun, household):
    stranger = member_of(a_household(NEXT_VILLAGE, "金国强", serial=9), "金国强")
    answer = signed_in(cun).post(f"/households/{household.pk}/head", {"head": str(stranger.pk)} | PAPERS)
    assert answer.status_code == 422


NEW = {
    "area": VILLAGE, "group": "上寨组", "rows": "3", "id_standard": "national", "hh_attr": "general_poor",
    "main_cause": "illness", "address": "一组3号", "name_1": "郑明珍", "relation_1": "head", "id_type_1": "resident_id", "id_no_1": id_number(31),
    "name_2": "郑小宝", "relation_2": "son", "id_type_2": "resident_id", "id_no_2": id_number(32), "name_3": "", "relation_3": "",
}  # fmt: skip


@pytest.fixture
def register(db):
    """An open period and places, and nobody yet."""
    some_places()
    return a_period()


def test_a_household_is_enrolled_with_its_members(cun, register):
    answer = signed_in(cun).post("/households/enroll", NEW)
    household = Household.objects.get()
    assert answer.url == f"/households/{household.pk}"
    archive = archive_of(household)
    assert (archive.head_name, archive.member_count, archive.status, archive.first_identified_on) == ("郑明珍", 2, None, None)


def test_what_a_new_household_lacks_is_said_and_what_was_typed_stays(cun, register):
    answer = signed_in(cun).post("/households/enroll", NEW | {"main_cause": "", "id_no_2": "990101", "relation_1": "son"})
    assert answer.status_code == 422
    assert "必填" in input_of(answer, "main_cause")
    assert "990101" in body(answer)
    assert "郑小宝" in body(answer)
    assert not Household.objects.exists()


def test_a_household_without_head_is_refused(cun, register):
    answer = signed_in(cun).post("/households/enroll", NEW | {"relation_1": "father"})
    assert answer.status_code == 409
    assert "一户必须有且只有一名户主" in body(answer)
    assert not Person.objects.exists()


def test_a_line_more_is_given_and_nothing_written(cun, register):
    answer = signed_in(cun).post("/households/enroll", NEW | {"add_row": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'name="name_4"' in body(answer)
    assert "郑明珍" in body(answer)
    assert not Household.objects.exists()


def test_nobody_enrols_outside_his_area(cun, shenji, register):
    assert signed_in(cun).post("/households/enroll", NEW | {"area": NEXT_VILLAGE}).status_code == 403
    assert signed_in(shenji).get("/households/enroll").status_code == 403
    assert not Household.objects.exists()


def test_enrolling_the_same_form_twice_makes_one_household(cun, register):
    client = signed_in(cun)
    first = client.post("/households/enroll", NEW | {"idempotency_key": "k1"})
    second = client.post("/households/enroll", NEW | {"idempotency_key": "k1"})
    assert first.url == second.url
    assert Household.objects.count() == 1


def test_the_forms_ask_a_fixed_number_of_queries(cun, household, django_assert_num_queries):
    client, member = signed_in(cun), member_of(household, "钱小宝")
    client.get("/")
    with django_assert_num_queries(9):
        client.get(f"/households/{household.pk}/edit")
    with django_assert_num_queries(10):
        client.get(f"/members/{member.pk}/edit")
    with django_assert_num_queries(10):
        client.get(f"/households/{household.pk}/head")
    with django_assert_num_queries(9):
        client.get("/households/enroll")


def test_the_loser_of_a_race_over_the_head_sees_who_was_faster(cun, xiang, household):
    head, son, spouse = (member_of(household, name) for name in ("钱明珍", "钱小宝", "杨国华"))
    client, other = signed_in(cun), signed_in(xiang)
    asked = client.get(f"/households/{household.pk}/head")
    sent = {"version": hidden(asked, "version")} | PAPERS
    other.post(
        f"/households/{household.pk}/head", sent | {"head": str(son.pk), f"relation_{head.pk}": "mother", f"relation_{spouse.pk}": "father"}
    )
    lost = client.post(
        f"/households/{household.pk}/head", sent | {"head": str(spouse.pk), f"relation_{head.pk}": "spouse", f"relation_{son.pk}": "son"}
    )
    assert lost.status_code == 409
    assert "由 xiang(白云镇) 修改" in body(lost)
    assert archive_of(household).head_name == "钱小宝"
