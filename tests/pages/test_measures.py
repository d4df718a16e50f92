"""The 对策 tab and the forms of measures to the household (到户措施)."""

from decimal import Decimal

import pytest

from taizhang.households.models import Measure
from taizhang.journal.models import JournalTx
from tests.cast import NEXT_VILLAGE, VILLAGE, signed_in
from tests.factories import a_household, a_member, archive_of
from tests.journal.acts import pen
from tests.pages.test_worksheets import WHO, body, send

pytestmark = pytest.mark.django_db
BEES = {"measure_item": "养蜂补助", "measure_from_on": "2026-03", "measure_yuan": "1500", "ind_scale": "20箱"}


@pytest.fixture
def household(db):
    return a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)])


def tab(client, household) -> str:
    return body(client.get(f"/households/{household.pk}", {"tab": "measures"}))


def enter(user, household, kind="industry", **fields) -> Measure:
    """A measure entered on its form."""
    answer = send(signed_in(user), f"/households/{household.pk}/measures/add/{kind}", **BEES | fields)
    assert answer.status_code == 302, body(answer)
    return Measure.objects.latest("pk")


@pytest.mark.parametrize(("who", "status"), WHO)
def test_the_forms_open_for_whom_may_correct_here(request, xian, household, who, status):
    row, client = enter(xian, household), signed_in(request.getfixturevalue(who))
    assert client.get(f"/households/{household.pk}/measures/add/health").status_code == status
    assert client.get(f"/households/{household.pk}/measures/{row.pk}/edit").status_code == status
    assert client.get(f"/households/{household.pk}/measures/{row.pk}/withdraw").status_code == status


def test_a_measure_entered_stands_in_the_tab_with_what_its_kind_tells(cun, household):
    row = enter(cun, household)
    page = tab(signed_in(cun), household)
    assert (row.measure_yuan, row.area) == (Decimal("1500.00"), VILLAGE)
    assert "养蜂补助" in page
    assert "产业规模：20箱" in page
    assert "共 1 条" in page
    assert f"/households/{household.pk}/measures/{row.pk}/edit" in page


def test_an_empty_tab_says_what_to_do_and_offers_every_kind(cun, household):
    page = tab(signed_in(cun), household)
    assert "本期没有登记到户措施" in page
    assert page.count("/measures/add/") == 12


def test_a_reader_sees_the_measures_and_no_button(cun, shenji, household):
    enter(cun, household)
    page = tab(signed_in(shenji), household)
    assert "养蜂补助" in page
    assert "/measures/" not in page


def test_a_measure_may_be_for_one_member_and_for_no_stranger(cun, household):
    son = household.membership_set.get(relation="son")
    assert enter(cun, household, member=str(son.person_id)).person_id == son.person_id
    stranger = a_household(NEXT_VILLAGE, "孙外人", serial=5).membership_set.get()
    answer = send(signed_in(cun), f"/households/{household.pk}/measures/add/industry", **BEES, member=str(stranger.person_id))
    assert answer.status_code == 422
    assert "没有这名成员" in body(answer)


def test_an_unknown_kind_and_a_measure_of_another_household_are_not_there(cun, xian, household):
    other = enter(xian, a_household(NEXT_VILLAGE, "孙外人", serial=5))
    client = signed_in(cun)
    assert client.get(f"/households/{household.pk}/measures/add/gift").status_code == 404
    assert client.get(f"/households/{household.pk}/measures/{other.pk}/edit").status_code == 404


def test_what_is_wrong_is_said_beside_the_field(cun, household):
    answer = send(signed_in(cun), f"/households/{household.pk}/measures/add/industry", **BEES | {"measure_item": ""})
    assert (answer.status_code, Measure.objects.count()) == (422, 0)
    assert "“措施内容”不能为空" in body(answer)


def test_a_correction_needs_a_reason_and_tells_it(cun, household):
    row, client = enter(cun, household), signed_in(cun)
    address = f"/households/{household.pk}/measures/{row.pk}/edit"
    assert "请写明更正缘由" in body(send(client, address, ind_scale="25箱"))
    assert send(client, address, ind_scale="25箱", reason="核对发票").status_code == 302
    assert (Measure.objects.get().ind_scale, JournalTx.objects.latest("pk").reason) == ("25箱", "核对发票")


def test_a_lost_race_shows_both_values(cun, household):
    row, client = enter(cun, household), signed_in(cun)
    address = f"/households/{household.pk}/measures/{row.pk}/edit"
    with pen(cun):
        Measure.objects.filter(pk=row.pk).update(ind_scale="30箱", version=2)
    answer = client.post(address, {"version": "1", "idempotency_key": "k", "ind_scale": "40箱", "reason": "核对发票"})
    assert answer.status_code == 409
    assert "30箱" in body(answer)
    assert "40箱" in body(answer)


def test_a_withdrawn_measure_leaves_the_tab_and_stays_in_the_history(cun, household):
    row, client = enter(cun, household), signed_in(cun)
    assert send(client, f"/households/{household.pk}/measures/{row.pk}/withdraw", reason="登记到了别户").status_code == 302
    assert "养蜂补助" not in tab(client, household)
    history = body(client.get(f"/households/{household.pk}/history"))
    assert "撤销了到户措施" in history
    assert client.get(f"/households/{household.pk}/measures/{row.pk}/edit").status_code == 404


def test_the_tab_asks_a_fixed_number_of_queries(cun, household, django_assert_num_queries):
    client = signed_in(cun)
    enter(cun, household)
    enter(cun, household, kind="health", hea_doctor="yes", ind_scale="")
    tab(client, household)
    with django_assert_num_queries(18):
        tab(client, household)


def test_the_modules_told_stand_on_the_page_and_the_others_are_named(cun, household):
    client = signed_in(cun)
    page = body(client.get(f"/households/{household.pk}"))
    assert "易地搬迁、发展意愿、扶持情况、护林员意愿、耕地补充、林地补充、四书四照、防止返贫监测" in page
    archive = archive_of(household)
    assert send(client, f"/households/{household.pk}/edit", hh_relocated="yes", resettle_mode="together", reason="补录").status_code == 302
    archive.refresh_from_db()
    assert (archive.hh_relocated, archive.resettle_mode) == (True, "together")
    page = body(client.get(f"/households/{household.pk}"))
    assert "集中安置" in page
    assert "易地搬迁、发展意愿" not in page
