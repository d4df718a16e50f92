"""锁定字段更正申请表: a sheet of orders to be asked for; the register stays as it is until the province executes them."""

import io
from datetime import date

import openpyxl
import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import CorrectionOrder, HouseholdPeriod, Person
from taizhang.households.sealing import opened
from taizhang.households.services.orders import execute_order, refuse_order
from taizhang.intake import files
from taizhang.intake.accepting import NothingToWrite
from taizhang.intake.exporting import export_ledger
from taizhang.journal.models import JournalTx
from taizhang.kernel.identity import make_id
from taizhang.ledgers import CORRECTION_ORDERS
from tests.cast import COUNTY, NEXT_VILLAGE
from tests.households.families import AT, CAUSE, HEAD_NO, SON_NO, WIFE_NO, enroll, member
from tests.intake.test_member_acts import accepted, proposed, staged

pytestmark = pytest.mark.django_db
RIGHT_NO = make_id("990101", date(1990, 1, 3), 33)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


def attribute(household, **more: str) -> dict[str, str]:
    return {
        "户编号": household.household_no, "更正事项": "调整贫困户属性", "新贫困户属性": "低保贫困户", "更正原因": "2017年已纳入低保",
        "证明材料": "低保证",
    } | more  # fmt: skip


def identity(household, **more: str) -> dict[str, str]:
    return {
        "户编号": household.household_no, "更正事项": "调整姓名证件号码", "证件号码": SON_NO, "新证件号码": RIGHT_NO, "更正原因": "登记时抄错",
        "证明材料": "身份证复印件",
    } | more  # fmt: skip


def test_an_order_on_the_sheet_waits_for_the_province_and_changes_nothing(cun, household, period):
    accepted(cun, staged(cun, period, CORRECTION_ORDERS, attribute(household)))
    order = CorrectionOrder.objects.get()
    assert (order.kind, order.state, order.old_key, order.new_key) == ("attribute", "requested", "ordinary_farmer", "dibao_poor")
    assert (order.requested_by, order.requested_area, order.area) == (cun, household.area, household.area)
    assert (order.reason, order.proof) == ("2017年已纳入低保", "低保证")
    assert HouseholdPeriod.objects.get(household=household).hh_attr == "ordinary_farmer"


def test_the_province_executes_what_the_sheet_asked_for(cun, sheng, household, period):
    accepted(cun, staged(cun, period, CORRECTION_ORDERS, attribute(household), identity(household)))
    for order in CorrectionOrder.objects.order_by("pk"):
        execute_order(by=sheng, at=AT, cause=CAUSE, order=order, version=order.version)
    assert HouseholdPeriod.objects.get(household=household).hh_attr == "dibao_poor"
    assert opened(bytes(Person.objects.get(name="张小三").id_no), "id_no") == RIGHT_NO


def test_one_posting_a_sheet(cun, household, period):
    batch = staged(cun, period, CORRECTION_ORDERS, attribute(household), identity(household))
    before = JournalTx.objects.count()
    accepted(cun, batch)
    assert JournalTx.objects.count() == before + 1


def test_the_same_sheet_again_asks_nothing_twice(cun, household, period):
    accepted(cun, staged(cun, period, CORRECTION_ORDERS, attribute(household), identity(household)))
    again = staged(cun, period, CORRECTION_ORDERS, attribute(household), identity(household))
    assert proposed(again) == [("same", None)] * 2
    with pytest.raises(NothingToWrite):
        accepted(cun, again)


def test_another_value_while_one_waits_is_a_conflict(cun, household, period):
    accepted(cun, staged(cun, period, CORRECTION_ORDERS, attribute(household)))
    batch = staged(cun, period, CORRECTION_ORDERS, attribute(household, 新贫困户属性="五保贫困户"))
    assert proposed(batch) == [("conflict", "这一户(人)已有同一事项的申请在等待办理")]


def test_after_a_refusal_one_may_ask_again(cun, sheng, household, period):
    accepted(cun, staged(cun, period, CORRECTION_ORDERS, attribute(household)))
    refuse_order(by=sheng, at=AT, cause=CAUSE, order=CorrectionOrder.objects.get(), version=1)
    assert proposed(staged(cun, period, CORRECTION_ORDERS, attribute(household))) == [("new", None)]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"新贫困户属性": "", "新识别标准": ""}, "没有写明这一更正事项的新值"),
        ({"新识别标准": "省定标准"}, "填了别的更正事项的新值:一行只申请一个事项"),
        ({"新贫困户属性": "一般农户"}, "新值与现在的相同,不需要更正"),
        ({"自哪一期起": "1999"}, "没有这一期次,请核对“自哪一期起”"),
        ({"户编号": "T99999999999"}, "按户编号或户主证件号码在本批的区划内找不到这一户,请核对"),
    ],
)
def test_an_impossible_order_on_a_household_says_why(cun, household, period, row, why):
    assert proposed(staged(cun, period, CORRECTION_ORDERS, attribute(household, **row))) == [("conflict", why)]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"证件号码": ""}, "调整姓名证件号码须写明本户的一名现有成员"),
        ({"新证件号码": SON_NO}, "新值与现在的相同,不需要更正"),
        ({"新证件号码": WIFE_NO}, "新的证件号码已经在册,请核对,或上报核查是否重复"),
        ({"自哪一期起": "2018"}, "姓名、证件没有期次,更正对所有期次生效,请不填“自哪一期起”"),
    ],
)
def test_an_impossible_order_on_a_person_says_why(cun, household, period, row, why):
    assert proposed(staged(cun, period, CORRECTION_ORDERS, identity(household, **row))) == [("conflict", why)]


def test_a_member_of_another_household_is_none_of_this_one(cun, xian, household, period):
    stranger = make_id("990101", date(1970, 1, 2), 71)
    enroll(xian, period, area=NEXT_VILLAGE, facts={}, members=[member("王五", "head", stranger)])
    batch = staged(xian, period, CORRECTION_ORDERS, identity(household, 证件号码=stranger), area=COUNTY)
    assert proposed(batch) == [("conflict", "调整姓名证件号码须写明本户的一名现有成员")]


@pytest.mark.parametrize("name", ["更正事项", "更正原因", "证明材料"])
def test_what_reason_and_proof_are_asked_for(cun, household, period, name):
    assert proposed(staged(cun, period, CORRECTION_ORDERS, attribute(household) | {name: ""})) == [("blocked", "这一行有需要改正的错误")]


def test_a_wrong_number_is_said_before_anybody_asks(cun, household, period):
    batch = staged(cun, period, CORRECTION_ORDERS, identity(household, 新证件号码=RIGHT_NO[:-1] + "0"))
    assert [kind for kind, _ in proposed(batch)] == ["blocked"]


@pytest.mark.parametrize("who", ["lincun", "shenji", "guest"])
def test_who_may_not_ask_by_sheet(request, cun, household, period, who):
    batch = staged(cun, period, CORRECTION_ORDERS, attribute(household))
    with pytest.raises(NotPermitted):
        accepted(request.getfixturevalue(who), batch)


def test_another_village_cannot_ask_for_this_household(lincun, household, period):
    batch = staged(lincun, period, CORRECTION_ORDERS, attribute(household), area=NEXT_VILLAGE)
    assert proposed(batch) == [("conflict", "按户编号或户主证件号码在本批的区划内找不到这一户,请核对")]


def test_the_sheet_goes_out_with_state_and_old_value_and_comes_in_the_same(cun, xian, household, period):
    accepted(cun, staged(cun, period, CORRECTION_ORDERS, attribute(household), identity(household)))
    export = export_ledger(by=xian, at=AT, cause=CAUSE, ledger=CORRECTION_ORDERS, period=period, area=COUNTY, unmasked=True, reason="核对")
    content = files.original(export.sha256)
    headings, *lines = [list(r) for r in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=3, values_only=True)]
    told = [{h: cell for h, cell in zip(headings, line, strict=True) if cell is not None} for line in lines]
    assert [row["办理状态"] for row in told] == ["待办理", "待办理"]
    assert (told[1]["原贫困户属性"], told[1]["新贫困户属性"], told[0]["新证件号码"]) == ("一般农户", "低保贫困户", RIGHT_NO)
    assert proposed(staged(xian, period, CORRECTION_ORDERS, content=content, area=COUNTY)) == [("same", None)] * 2


def test_numbers_are_masked_unless_asked_for(cun, xian, household, period):
    accepted(cun, staged(cun, period, CORRECTION_ORDERS, identity(household)))
    export = export_ledger(by=xian, at=AT, cause=CAUSE, ledger=CORRECTION_ORDERS, period=period, area=COUNTY)
    texts = [str(cell) for row in openpyxl.load_workbook(io.BytesIO(files.original(export.sha256))).active.values for cell in row]
    assert not {RIGHT_NO, SON_NO, HEAD_NO} & set(texts)
