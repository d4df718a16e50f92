"""Own conditions on the page, saved queries and who may use them, columns by account, the list's own export."""

import io
import re

import openpyxl
import pytest

from taizhang.households.kept import ListColumns, SavedQuery
from taizhang.households.models import Person
from taizhang.intake.models import Export
from tests.cast import NEXT_VILLAGE, TOWNSHIP, VILLAGE, account_of, grant_to, signed_in
from tests.factories import a_household, a_member, id_number
from tests.journal.acts import pen
from tests.pages.test_list import body, heads

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEXT_TOWNSHIP = "990101101000"


@pytest.fixture(autouse=True)
def families(db):
    a_household(
        VILLAGE,
        "钱明珍",
        serial=1,
        facts={"household.hh_attr": "dibao_poor"},
        others=[a_member("钱小宝", "son", 2, **{"member.health": "disabled"})],
    )
    a_household(VILLAGE, "金国强", serial=3, facts={"household.main_cause": "no_labour"})
    a_household(NEXT_VILLAGE, "郑外村", serial=4, facts={"household.hh_attr": "dibao_poor"})


def add(client, **condition) -> str:
    """Adds a condition as the form does; gives the address it leads to."""
    answer = client.post("/households", condition)
    assert answer.status_code == 302, body(answer)
    return answer["Location"]


def chips(page: str) -> list[str]:
    return re.findall(r'aria-label="去掉 ([^"]*)"', page)


def test_a_condition_is_added_by_one_action_and_at_once_at_work(xiang):
    client = signed_in(xiang)
    address = add(client, add_field="household.hh_attr", add_op="one_of", add_value="dibao_poor")
    answer = client.get(address)
    assert sorted(heads(answer)) == ["郑外村", "钱明珍"]
    assert chips(body(answer)) == ["贫困户属性 是 低保贫困户"]


def test_a_second_condition_narrows_and_a_chip_is_taken_away_by_its_link(xiang):
    client = signed_in(xiang)
    first = client.get(add(client, add_field="household.hh_attr", add_op="one_of", add_value="dibao_poor"))
    where = re.search(r'name="where" value="([^"]*)" form="filter"', body(first))[1].replace("&#34;", '"')
    second = client.get(add(client, where=where, add_field="member.health", add_op="any_of", add_value="disabled", add_who="any"))
    assert heads(second) == ["钱明珍"]
    assert len(chips(body(second))) == 2
    drop = re.search(r'class="unask" href="([^"]*)"', body(second))[1].replace("&amp;", "&")
    assert chips(body(client.get(drop))) == ["有成员:健康状况 含有 残疾"]


def test_a_ready_condition_is_one_press(xiang):
    client = signed_in(xiang)
    answer = client.get(add(client, ready="no_pension"))
    assert chips(body(answer)) == [f"有成员:{'年龄(标准时点周岁) 不低于16岁 且 (参加城乡居民基本养老保险 否 或 参加城乡居民基本养老保险 未填) 且 (参加城镇职工基本养老保险 否 或 参加城镇职工基本养老保险 未填)'}"]  # fmt: skip


@pytest.mark.parametrize(
    "condition",
    [
        {"add_field": "household.colour", "add_op": "one_of", "add_value": "x"},
        {"add_field": "household.hh_attr", "add_op": "like", "add_value": "x"},
        {"add_field": "household.hh_attr", "add_op": "one_of", "add_value": "绿"},
        {"add_field": "household.hh_phone", "add_op": "contains", "add_value": "139"},
        {"add_field": "member.dibao", "add_op": "yes", "add_who": "at_least", "add_count": "很多"},
        {"ready": "everything"},
        {"where": "{", "add_field": "household.hh_attr", "add_op": "blank"},
    ],
)
def test_what_cannot_be_asked_is_refused_with_advice(xiang, condition):
    answer = signed_in(xiang).post("/households", condition)
    assert answer.status_code == 422
    assert 'role="alert"' in body(answer)


@pytest.mark.parametrize("where", ["{", "[]", '{"all":[]}', '{"field":"x","op":"y"}', "1", '"' * 13_000])
def test_a_broken_address_is_refused_and_never_an_error(xiang, where):
    assert signed_in(xiang).get("/households", {"where": where}).status_code == 422


def test_an_identity_number_as_a_condition_never_stands_in_an_address(xiang):
    client = signed_in(xiang)
    address = add(client, add_field="person.id_no", add_op="number", add_value=id_number(2), add_who="any")
    assert id_number(2) not in address
    answer = client.get(address)
    assert heads(answer) == ["钱明珍"]
    assert id_number(2) not in body(answer)


def test_a_birth_date_with_the_last_four_places_never_stands_in_an_address(xiang):
    client = signed_in(xiang)
    answer = client.post("/households", {"text": f"19810304 {id_number(2)[-4:]}"})
    assert id_number(2)[-4:] not in answer["Location"].replace("T0000", "")
    assert heads(client.get(answer["Location"])) == ["钱明珍"]
    foreign = client.post("/households", {"text": "19810304 7777"})
    assert "7777" not in foreign["Location"]
    assert heads(client.get(foreign["Location"])) == []


def test_the_form_of_a_condition_shows_the_operators_of_its_kind(xiang):
    client = signed_in(xiang)
    assert "没有联系电话" in body(client.get("/households/condition"))
    page = body(client.get("/households/condition", {"add_field": "member.health"}))
    assert [word in page for word in ("含有", "不含", "未填", "有成员", "残疾")] == [True] * 5
    assert client.get("/households/condition", {"add_field": "member.nothing"}).status_code == 404
    assert "选项未核实" in body(client.get("/households/condition", {"add_field": "member.work_status"}))


@pytest.fixture
def colleague(db):
    """Another account of the same township."""
    user = account_of("tongshi", area=TOWNSHIP, level="township")
    grant_to(user, "township", TOWNSHIP, "township")
    return user


def saved_by(user, **form) -> SavedQuery:
    where = '{"field":"household.hh_attr","op":"one_of","values":["dibao_poor"]}'
    answer = signed_in(user).post("/households/queries/save", {"name": "低保户", "where": where, **form})
    assert answer.status_code == 303, body(answer)
    return SavedQuery.objects.get(owner=user, name=form.get("name", "低保户"), withdrawn=False)


def test_a_shared_query_is_used_by_a_colleague_and_by_nobody_else(xiang, colleague, cun, xian):
    saved = saved_by(xiang, shared="yes")
    used = signed_in(colleague).get("/households", {"saved": saved.pk}, follow=True)
    assert sorted(heads(used)) == ["郑外村", "钱明珍"]
    assert chips(body(used)) == ["贫困户属性 是 低保贫困户"]
    for other in (cun, xian):
        assert "低保户" not in body(signed_in(other).get("/households/queries"))
        assert chips(body(signed_in(other).get("/households", {"saved": saved.pk}, follow=True))) == []


def test_a_shared_query_stands_before_the_colleague_and_not_before_the_same_office_elsewhere_or_a_helper(xiang, colleague):
    neighbour = account_of("lintong", area=NEXT_TOWNSHIP, level="township")
    grant_to(neighbour, "township", NEXT_TOWNSHIP, "township")
    helper = account_of("bangfu", area=TOWNSHIP, level="township")
    grant_to(helper, "helper", TOWNSHIP, "township")
    saved = saved_by(xiang, shared="yes")
    link = f'href="/households?saved={saved.pk}"'
    assert link in body(signed_in(colleague).get("/households/condition"))
    assert f"<small>{xiang.person.name}</small>" in body(signed_in(colleague).get("/households/condition"))
    for other in (neighbour, helper):
        client = signed_in(other)
        assert link not in body(client.get("/households/condition"))
        assert chips(body(client.get("/households", {"saved": saved.pk}, follow=True))) == []
        assert client.post(f"/households/queries/{saved.pk}", {"name": "我的", "version": "1"}).status_code == 404
    saved.refresh_from_db()
    assert (saved.name, saved.version) == ("低保户", 1)


def test_a_query_that_is_not_shared_is_ones_own(xiang, colleague):
    saved_by(xiang)
    assert "低保户" in body(signed_in(xiang).get("/households/queries"))
    assert "低保户" not in body(signed_in(colleague).get("/households/queries"))


def test_a_saved_query_is_renamed_shared_and_removed_by_its_owner_only(xiang, colleague):
    saved = saved_by(xiang, shared="yes")
    refused = signed_in(colleague).post(f"/households/queries/{saved.pk}", {"name": "我的", "version": "1"})
    assert refused.status_code == 409
    client = signed_in(xiang)
    client.post(f"/households/queries/{saved.pk}", {"name": "低保贫困户", "version": "1"})
    saved.refresh_from_db()
    assert (saved.name, saved.shared, saved.version) == ("低保贫困户", False, 2)
    assert client.post(f"/households/queries/{saved.pk}", {"name": "又改", "version": "1"}).status_code == 409
    client.post(f"/households/queries/{saved.pk}", {"remove": "yes", "version": "2"})
    saved.refresh_from_db()
    assert saved.withdrawn
    assert "低保贫困户" not in body(client.get("/households/queries"))
    assert saved_by(xiang, name="低保贫困户").pk != saved.pk


def test_two_queries_of_one_account_have_two_names(xiang):
    saved_by(xiang)
    answer = signed_in(xiang).post("/households/queries/save", {"name": "低保户"})
    assert answer.status_code == 409
    assert signed_in(xiang).post("/households/queries/save", {"name": "  "}).status_code == 422


def test_eleven_columns_until_one_chooses(xiang):
    page = body(signed_in(xiang).get("/households"))
    assert len(re.findall(r'<th data-col="', page)) == 11


def test_any_fact_becomes_a_column_in_the_order_one_likes_and_secrets_stay_masked(xiang):
    client = signed_in(xiang)
    for add_ in ("household.address", "person.birth_date", "worksheet.ws_claims_yuan", "household.bank_account"):
        assert client.post("/households/columns", {"add": add_}).status_code == 303
    client.post("/households/columns", {"remove": "unsafe"})
    client.post("/households/columns", {"up": "household.address"})
    columns = re.findall(r'<th data-col="([^"]*)"', body(client.get("/households")))
    assert columns[-5:] == ["household.address", "phone", "person.birth_date", "worksheet.ws_claims_yuan", "household.bank_account"]
    assert "unsafe" not in columns
    page = body(client.get("/households"))
    assert "一组12号" in page
    assert "1981-03-04" in page
    assert "19900000001" not in page
    client.post("/households/columns", {"usual": "yes"})
    assert len(re.findall(r'<th data-col="', body(client.get("/households")))) == 11


def test_a_column_that_does_not_exist_changes_nothing(xiang):
    client = signed_in(xiang)
    client.post("/households/columns", {"add": "person.id_digest"})
    client.post("/households/columns", {"remove": "nothing"})
    assert len(ListColumns.objects.get(user=xiang).columns) == 11


def test_columns_of_one_account_are_not_those_of_another(xiang, cun):
    signed_in(xiang).post("/households/columns", {"add": "household.address"})
    assert "household.address" not in body(signed_in(cun).get("/households"))


def test_every_column_can_be_shown(xiang):
    from taizhang.households.listed import columns, values_of
    from taizhang.households.models import HouseholdPeriod

    archives = list(HouseholdPeriod.objects.select_related("household"))
    assert all(set(row) == set(columns()) for row in values_of(archives, tuple(columns().values())))


def test_more_columns_cost_a_fixed_number_of_queries(xiang, django_assert_num_queries):
    client = signed_in(xiang)
    for key in ("household.address", "person.sex", "member.health", "worksheet.ws_claims_yuan", "measure.measure_item"):
        client.post("/households/columns", {"add": key})
    client.get("/households", headers=HTMX)
    with django_assert_num_queries(12):
        client.get("/households", headers=HTMX)
    a_household(VILLAGE, "贾一", serial=9)
    client.get("/households", headers=HTMX)
    with django_assert_num_queries(12):
        client.get("/households", headers=HTMX)


def test_the_list_goes_out_with_its_columns_and_conditions(xiang):
    client = signed_in(xiang)
    client.post("/households/columns", {"add": "household.address"})
    where = '{"field":"household.hh_attr","op":"one_of","values":["dibao_poor"]}'
    form = {"ledger": "household-list", "period": "2026", "area": TOWNSHIP, "where": where}
    assert client.post("/exports/new", form).status_code == 302
    export = Export.objects.get()
    assert (export.state, export.rows) == ("ready", 2)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/exports/{export.pk}/download").content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    headed = next(row for row in rows if row[0] == "户主")
    assert headed[-1] == "家庭住址"
    assert sorted(row[0] for row in rows[rows.index(headed) + 1 :]) == ["郑外村", "钱明珍"]
    assert not any(id_number(1) in str(cell) for row in rows for cell in row)
    assert "低保贫困户" in body(client.get("/exports"))


def test_the_list_never_goes_out_with_full_numbers(xiang):
    form = {"ledger": "household-list", "period": "2026", "area": TOWNSHIP, "full": "yes", "reason": "核对"}
    assert signed_in(xiang).post("/exports/new", form).status_code == 422


def test_a_ledger_goes_out_by_own_conditions_too(xiang):
    where = '{"field":"household.main_cause","op":"one_of","values":["no_labour"]}'
    client = signed_in(xiang)
    assert client.get("/exports", {"where": where}).status_code == 200
    assert (
        client.post("/exports/new", {"ledger": "household-archive", "period": "2026", "area": TOWNSHIP, "where": where}).status_code == 302
    )
    assert Export.objects.get().rows == 1


@pytest.mark.parametrize("number", ["99000000311824", "990000003118245", "990000003118245678"])
def test_a_persons_number_of_any_length_is_looked_for_and_not_sent_round_in_circles(xiang, console, number):
    with pen(console):
        Person.objects.filter(name="钱小宝").update(person_no=number, version=2)
    answer = signed_in(xiang).get("/households", {"text": f"{number},"})
    assert answer.status_code == 200
    assert heads(answer) == ["钱明珍"]
