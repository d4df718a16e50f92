"""家庭成员自然增加 and 自然减少 sheets: acts on members by sheet, never a silent overwrite."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import HouseholdPeriod, Membership, Person
from taizhang.households.services.windows import declare_window
from taizhang.intake import files
from taizhang.intake.accepting import NothingToWrite, accept_batch
from taizhang.intake.exporting import export_ledger
from taizhang.intake.models import Batch
from taizhang.intake.staging import receive_file, stage
from taizhang.journal.models import JournalTx
from taizhang.journal.replay import history
from taizhang.kernel.identity import make_id
from taizhang.ledgers import MEMBERS_ADDED, MEMBERS_LEFT
from tests.cast import COUNTY, NEXT_VILLAGE, PROVINCE, VILLAGE
from tests.households.families import AT, CAUSE, HEAD_NO, SON_NO, WIFE_NO, enroll, freeze, member, open_period

pytestmark = pytest.mark.django_db
BABY = make_id("990101", date(2018, 5, 6), 54)
BRIDE = make_id("990101", date(1991, 6, 7), 66)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


def book(*rows: dict[str, str]) -> bytes:
    """A workbook with these lines under the headings that any of them tells."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    made = openpyxl.Workbook()
    made.active.append(headings)
    for row in rows:
        made.active.append([row.get(name, "") for name in headings])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def staged(by, period, ledger, *rows, content: bytes | None = None, area: str = VILLAGE) -> Batch:
    content = book(*rows) if content is None else content
    batch = receive_file(by=by, at=AT, ledger=ledger, period=period, area=area, file_name="花名册.xlsx", content=content)
    return stage(batch, ledger)


def proposed(batch: Batch) -> list[tuple[str, str | None]]:
    """Kind and reason of each line."""
    return list(files.get_frame(batch.pk, "proposals-0").select("kind", "why").iter_rows())


def accepted(by, batch: Batch):
    return accept_batch(by=by, at=AT, cause=CAUSE, batch=batch)


def born(household, **more: str) -> dict[str, str]:
    return {
        "户编号": household.household_no, "姓名": "张小宝", "证件号码": BABY, "与户主关系": "之孙子", "民族": "汉族", "健康状况": "健康",
        "增加原因": "出生", "增加日期": "2018-05-06", "增加证明材料": "出生医学证明",
    } | more  # fmt: skip


def died(**more: str) -> dict[str, str]:
    return {"姓名": "李四", "证件号码": WIFE_NO, "减少原因": "死亡", "减少日期": "2018-06-01", "减少证明材料": "死亡证明"} | more


def test_a_birth_on_the_sheet_enters_the_household(cun, household, period):
    batch = staged(cun, period, MEMBERS_ADDED, born(household))
    assert (batch.state, proposed(batch)) == ("checked", [("new", None)])
    accepted(cun, batch)
    row = Membership.objects.select_related("person").get(person__name="张小宝")
    assert (row.household_id, row.relation, row.state, row.area) == (household.pk, "grandson", "active", household.area)
    assert (row.add_reason, row.add_on, row.add_proof) == ("birth", date(2018, 5, 6), "出生医学证明")
    assert HouseholdPeriod.objects.get(household=household).member_count == 4
    assert row.person.memberperiod_set.get(period=period).health == "healthy"


def test_one_posting_a_sheet_with_the_batch_as_its_reason(cun, household, period):
    batch = staged(
        cun, period, MEMBERS_ADDED, born(household), born(household, 姓名="王新娘", 证件号码=BRIDE, 与户主关系="之儿媳", 增加原因="婚入")
    )
    before = JournalTx.objects.count()
    accepted(cun, batch)
    assert JournalTx.objects.count() == before + 1
    assert Membership.objects.get(person__name="王新娘").came_from.startswith(f"{batch.pk}/")


def test_the_household_may_be_named_by_its_heads_number(cun, household, period):
    row = {k: v for k, v in born(household).items() if k != "户编号"} | {"户主证件号码": HEAD_NO}
    accepted(cun, staged(cun, period, MEMBERS_ADDED, row))
    assert Membership.objects.get(person__name="张小宝").household_id == household.pk


def test_the_same_sheet_again_changes_nothing(cun, household, period):
    accepted(cun, staged(cun, period, MEMBERS_ADDED, born(household)))
    again = staged(cun, period, MEMBERS_ADDED, born(household))
    assert proposed(again) == [("same", None)]
    with pytest.raises(NothingToWrite):
        accepted(cun, again)


def test_a_child_without_a_number_is_not_taken_twice(cun, household, period):
    row = born(household, 证件号码="", 性别="男", 出生日期="2018-05-06")
    accepted(cun, staged(cun, period, MEMBERS_ADDED, row))
    assert (Person.objects.get(name="张小宝").birth_date, Person.objects.get(name="张小宝").sex) == (date(2018, 5, 6), "male")
    assert proposed(staged(cun, period, MEMBERS_ADDED, row)) == [("same", None)]


def test_a_namesake_without_a_number_is_asked_about(cun, household, period):
    row = born(household, 姓名="张小三", 证件号码="")
    assert proposed(staged(cun, period, MEMBERS_ADDED, row)) == [("conflict", "本户已有同名的成员,请写明证件号码或人编号")]


def test_a_masked_sheet_that_comes_back_adds_nobody(cun, xian, household, period):
    accepted(cun, staged(cun, period, MEMBERS_ADDED, born(household)))
    export = export_ledger(by=xian, at=AT, cause=CAUSE, ledger=MEMBERS_ADDED, period=period, area=COUNTY)
    content = files.original(export.sha256)
    assert proposed(staged(xian, period, MEMBERS_ADDED, content=content, area=COUNTY)) == [("same", None)]


def test_another_reason_for_who_lives_there_is_never_written_over(cun, household, period):
    accepted(cun, staged(cun, period, MEMBERS_ADDED, born(household)))
    batch = staged(cun, period, MEMBERS_ADDED, born(household, 增加原因="收养"))
    assert proposed(batch) == [("conflict", "此人已经在这一户,增加的原因、日期和证明不能在表中改")]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"户编号": "T99999999999"}, "按户编号或户主证件号码在本批的区划内找不到这一户,请核对"),
        ({"与户主关系": "户主"}, "一户只能有一名户主,更换户主请办理“户主变更”"),
        ({"增加日期": "2099-01-01"}, "发生日期晚于今天,请核对"),
    ],
)
def test_what_cannot_be_added_says_why(cun, household, period, more, why):
    assert proposed(staged(cun, period, MEMBERS_ADDED, born(household, **more))) == [("conflict", why)]


def test_who_lives_in_another_household_must_leave_it_first(cun, xian, household, period):
    other = enroll(xian, period, area=NEXT_VILLAGE, facts={}, members=[member("王五", "head", BRIDE)])
    batch = staged(xian, period, MEMBERS_ADDED, born(household, 证件号码=BRIDE, 姓名="王五"), area=COUNTY)
    assert proposed(batch) == [("conflict", "此人已在另一户在册,请先办理减少,或核对证件号码")]
    assert other.closed == ""


def test_a_household_of_another_village_is_not_there(lincun, household, period):
    batch = staged(lincun, period, MEMBERS_ADDED, born(household), area=NEXT_VILLAGE)
    assert proposed(batch) == [("conflict", "按户编号或户主证件号码在本批的区划内找不到这一户,请核对")]


@pytest.mark.parametrize("name", ["增加原因", "增加日期", "增加证明材料"])
def test_reason_day_and_proof_are_asked_for(cun, household, period, name):
    batch = staged(cun, period, MEMBERS_ADDED, born(household) | {name: ""})
    assert proposed(batch) == [("blocked", "这一行有需要改正的错误")]


def test_a_person_twice_on_a_sheet_is_said(cun, household, period):
    batch = staged(cun, period, MEMBERS_ADDED, born(household), born(household))
    assert [kind for kind, _ in proposed(batch)] == ["new", "blocked"]


def test_who_left_is_taken_up_again_and_not_doubled(cun, household, period):
    accepted(cun, staged(cun, period, MEMBERS_LEFT, died(减少原因="户籍迁出")))
    accepted(
        cun, staged(cun, period, MEMBERS_ADDED, born(household, 姓名="李四", 证件号码=WIFE_NO, 与户主关系="配偶", 增加原因="户籍迁入"))
    )
    assert Person.objects.filter(name="李四").count() == 1
    assert [m.open for m in Membership.objects.filter(person__name="李四").order_by("pk")] == [False, True]


def test_a_death_on_the_sheet_closes_the_membership_and_keeps_the_person(cun, household, period):
    batch = staged(cun, period, MEMBERS_LEFT, died())
    assert proposed(batch) == [("change", None)]
    accepted(cun, batch)
    row = Membership.objects.get(person__name="李四")
    assert (row.open, row.state, row.drop_reason, row.drop_on, row.drop_proof) == (False, "dead", "death", date(2018, 6, 1), "死亡证明")
    assert HouseholdPeriod.objects.get(household=household).member_count == 2
    assert history(Membership, row.pk)[-1].changed["open"] == ("1", "0")


def test_who_is_gone_already_is_the_same_or_a_conflict(cun, household, period):
    accepted(cun, staged(cun, period, MEMBERS_LEFT, died()))
    assert proposed(staged(cun, period, MEMBERS_LEFT, died())) == [("same", None)]
    batch = staged(cun, period, MEMBERS_LEFT, died(减少日期="2018-07-01"))
    assert proposed(batch) == [("conflict", "此人已经办理减少,原因、日期和证明不能在表中改")]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"姓名": "张三", "证件号码": HEAD_NO}, "户主减少须在户的页面办理,同时确定新户主"),
        ({"减少原因": "识别不准清退"}, "清退不是自然减少,须凭决定办理"),
        ({"减少日期": "2099-01-01"}, "发生日期晚于今天,请核对"),
    ],
)
def test_who_cannot_leave_by_a_sheet(cun, household, period, more, why):
    assert proposed(staged(cun, period, MEMBERS_LEFT, died(**more))) == [("conflict", why)]


def test_a_person_may_be_named_by_his_number_of_the_system(cun, household, period):
    row = {k: v for k, v in died().items() if k != "证件号码"} | {"人编号": Person.objects.get(name="李四").person_no}
    accepted(cun, staged(cun, period, MEMBERS_LEFT, row))
    assert not Membership.objects.get(person__name="李四").open


def test_whom_nobody_knows_cannot_leave(cun, household, period):
    ((kind, why),) = proposed(staged(cun, period, MEMBERS_LEFT, died(证件号码=BABY)))
    assert (kind, why) == ("conflict", "在本批的区划内的名册上没有这个人,请核对证件号码或人编号")


def test_what_moved_on_the_register_since_is_left(cun, household, period):
    batch = staged(cun, period, MEMBERS_LEFT, died(), died(姓名="张小三", 证件号码=SON_NO, 减少原因="户籍迁出"))
    accepted(cun, staged(cun, period, MEMBERS_LEFT, died()))
    done = accepted(cun, batch)
    assert (done.written["change"], done.stale) == (1, 1)


def test_outside_its_window_an_act_is_refused_with_the_next_opening(cun, sheng, household, period):
    span = {"opens_at": datetime(2098, 1, 1, tzinfo=UTC), "closes_at": datetime(2098, 2, 1, tzinfo=UTC)}
    declare_window(by=sheng, at=AT, cause=CAUSE, operation="leave_member", level="", area=PROVINCE, **span)
    ((kind, why),) = proposed(staged(cun, period, MEMBERS_LEFT, died()))
    assert kind == "conflict"
    assert "2098" in why


def test_a_frozen_period_takes_no_sheet(cun, household, period):
    batch = staged(cun, period, MEMBERS_LEFT, died())
    freeze(cun, period)
    with pytest.raises(Exception, match="冻结"):
        accepted(cun, batch)


@pytest.mark.parametrize("who", ["lincun", "shi", "shenji", "guest"])
def test_who_may_not_accept_a_sheet(request, cun, household, period, who):
    batch = staged(cun, period, MEMBERS_LEFT, died())
    with pytest.raises(NotPermitted):
        accepted(request.getfixturevalue(who), batch)


@pytest.mark.parametrize(("ledger", "names"), [(MEMBERS_ADDED, ["张小宝"]), (MEMBERS_LEFT, ["李四"])], ids=lambda v: getattr(v, "key", ""))
def test_a_sheet_goes_out_for_the_period_and_comes_in_the_same(cun, xian, household, period, ledger, names):
    accepted(cun, staged(cun, period, MEMBERS_ADDED, born(household)))
    accepted(cun, staged(cun, period, MEMBERS_LEFT, died()))
    export = export_ledger(by=xian, at=AT, cause=CAUSE, ledger=ledger, period=period, area=COUNTY, unmasked=True, reason="核对")
    content = files.original(export.sha256)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    headings, *lines = [list(row) for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert [line[headings.index("姓名")] for line in lines] == names
    assert [line[headings.index("户编号")] for line in lines] == [household.household_no]
    assert proposed(staged(xian, period, ledger, content=content, area=COUNTY)) == [("same", None)]


def test_acts_of_another_period_are_not_on_the_sheet(cun, xian, household, period):
    accepted(cun, staged(cun, period, MEMBERS_LEFT, died()))
    later = open_period(cun, "2019")
    export = export_ledger(by=xian, at=AT, cause=CAUSE, ledger=MEMBERS_LEFT, period=later, area=COUNTY)
    assert export.rows == 0
