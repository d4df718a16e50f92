"""Orders on locked fields (锁定字段更正): asked for by any level, executed by the province alone, refused where the old value has gone."""

from datetime import date

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.models import CorrectionOrder, HouseholdPeriod, Person
from taizhang.households.sealing import digest_of, masked, opened
from taizhang.households.services.family import leave_member
from taizhang.households.services.orders import execute_order, refuse_order, request_order, withdraw_order
from taizhang.households.services.refusals import AlreadyOnRegister, BadFacts, LostRace, NoProof, NotInHousehold, OldValueGone, OrderSettled
from taizhang.journal.models import JournalEntry, JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.journal.replay import history, replay
from taizhang.kernel.identity import make_id
from tests.cast import COUNTY, PREFECTURE, PROVINCE, TOWNSHIP, VILLAGE
from tests.households.families import AT, CAUSE, HEAD_NO, SON_NO, archive_of, enroll, freeze, member, member_named, open_period
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db
NEW_NO = make_id("990101", date(1961, 2, 3), 24)  # a woman's
WHY = Cause("order.request", "与低保系统比对不一致")


@pytest.fixture
def period(cun):
    return open_period(cun)


@pytest.fixture
def household(cun, period):
    return enroll(cun, period)


def asked(by, household, kind="attribute", new=None, **other) -> CorrectionOrder:
    told = {"proof": "低保证复印件", "area": VILLAGE, "cause": WHY} | other
    return request_order(by=by, at=AT, kind=kind, household=household, new=new or {"hh_attr": "dibao_poor"}, **told)


def identity(by, household, who="张三", **new) -> CorrectionOrder:
    return asked(by, household, "identity", new, person=member_named(household, who).person)


def execute(by, order, **other) -> CorrectionOrder:
    told = {"version": order.version, "cause": Cause("order.execute")} | other
    return execute_order(by=by, at=AT, order=order, **told)


def settle(act, by, order, reason="证明材料不全", **other) -> CorrectionOrder:
    told = {"version": order.version} | other
    return act(by=by, at=AT, cause=Cause("order.settle", reason), order=order, **told)


def of_attribute(cun, household, *values, **frozen) -> list[HouseholdPeriod]:
    """Older archives of the household with these attributes, 2016 first."""
    made = []
    for key, value in zip(("2016", "2017"), values, strict=False):
        period = open_period(cun, key)
        with pen(cun):
            made.append(HouseholdPeriod.objects.create(household=household, period=period, area=VILLAGE, hh_attr=value))
    return made


def test_the_three_orders_are_exactly_those_of_the_national_system():
    assert [title for _, title in CorrectionOrder.KINDS] == ["调整贫困户属性", "调整识别标准", "调整姓名证件号码"]


@pytest.mark.parametrize(
    ("who", "area"), [("cun", VILLAGE), ("xiang", TOWNSHIP), ("xian", COUNTY), ("shi", PREFECTURE), ("sheng", PROVINCE)]
)
def test_every_level_may_ask(request, household, who, area):
    order = asked(request.getfixturevalue(who), household, area=area)
    assert (order.state, order.old_key, order.new_key, order.requested_area) == ("requested", "ordinary_farmer", "dibao_poor", area)


@pytest.mark.parametrize("who", ["lincun", "waixian", "shenji", "guest", "former"])
def test_who_may_not_ask(request, household, who):
    with pytest.raises(NotPermitted):
        asked(request.getfixturevalue(who), household)


@pytest.mark.parametrize("who", ["cun", "xiang", "xian", "shi", "waixian", "shenji", "guest", "former"])
def test_only_the_province_executes_and_refuses(request, cun, household, period, who):
    order = asked(cun, household)
    with pytest.raises(NotPermitted):
        execute(request.getfixturevalue(who), order)
    with pytest.raises(NotPermitted):
        settle(refuse_order, request.getfixturevalue(who), order)
    assert archive_of(household, period).hh_attr == "ordinary_farmer"


def test_only_who_asked_withdraws(cun, xiang, sheng, household):
    order = asked(cun, household)
    for by in (xiang, sheng):
        with pytest.raises(NotPermitted, match="只有提出申请的账号"):
            settle(withdraw_order, by, order)
    assert settle(withdraw_order, cun, order).state == "withdrawn"


def test_an_attribute_is_corrected_with_the_order_as_cause_in_one_posting(cun, sheng, household, period):
    order = asked(cun, household)
    before = JournalTx.objects.count()
    execute(sheng, order)
    archive = archive_of(household, period)
    last = history(HouseholdPeriod, archive.pk)[-1]
    assert (archive.hh_attr, order.state, order.settled_by, JournalTx.objects.count()) == ("dibao_poor", "executed", sheng, before + 1)
    assert (last.ref, last.changed["hh_attr"], last.reason) == (
        f"order:{order.pk}",
        ("ordinary_farmer", "dibao_poor"),
        "与低保系统比对不一致",
    )
    assert {change.position for change in history(CorrectionOrder, order.pk)[-1:]} == {last.position}
    assert replay(archive, last.position - 1)["hh_attr"] == "ordinary_farmer"


def test_a_standard_is_corrected_where_none_stood(cun, sheng, household, period):
    order = asked(cun, household, "standard", {"id_standard": "provincial"})
    assert (order.old_key, execute(sheng, order).state) == (None, "executed")
    assert archive_of(household, period).id_standard == "provincial"


def test_all_periods_that_hold_the_old_value_are_corrected_frozen_ones_too(cun, sheng, household, period):
    older = of_attribute(cun, household, "dibao", "ordinary_farmer")
    freeze(cun, older[1].period)
    execute(sheng, asked(cun, household))
    values = HouseholdPeriod.objects.order_by("period__key").values_list("period__key", "hh_attr")
    assert list(values) == [("2016", "dibao"), ("2017", "dibao_poor"), ("2018", "dibao_poor")]


def test_from_a_period_on_leaves_the_older_ones(cun, sheng, household, period):
    of_attribute(cun, household, "ordinary_farmer", "ordinary_farmer")
    execute(sheng, asked(cun, household, from_period=period))
    values = HouseholdPeriod.objects.order_by("period__key").values_list("hh_attr", flat=True)
    assert list(values) == ["ordinary_farmer", "ordinary_farmer", "dibao_poor"]


def test_an_old_value_that_has_gone_refuses_the_order_and_nothing_changes(cun, sheng, household, period):
    order = asked(cun, household)
    with pen(cun):
        HouseholdPeriod.objects.update(hh_attr="wubao", version=2)
    before = JournalTx.objects.count()
    with pytest.raises(OldValueGone):
        execute(sheng, order)
    assert (CorrectionOrder.objects.get().state, JournalTx.objects.count()) == ("requested", before)


def test_a_corrected_name_brings_pinyin_initials_and_the_archives_head_in_all_periods(cun, sheng, household, period):
    older = of_attribute(cun, household, "dibao")[0]
    with pen(cun):
        HouseholdPeriod.objects.filter(pk=older.pk).update(head_name="张三", head_initials="zs")
    execute(sheng, identity(cun, household, name="王大力"))
    person = Person.objects.get(name="王大力")
    heads = set(HouseholdPeriod.objects.values_list("head_name", "head_initials"))
    assert (person.initials, person.pinyin != "", heads) == ("wdl", True, {("王大力", "wdl")})


def test_another_members_name_leaves_the_head_alone(cun, sheng, household, period):
    execute(sheng, identity(cun, household, "李四", name="李思"))
    assert archive_of(household, period).head_name == "张三"


def test_a_corrected_number_brings_digest_birth_date_and_sex(cun, sheng, household):
    execute(sheng, identity(cun, household, id_no=NEW_NO))
    person = Person.objects.get(name="张三")
    assert (opened(person.id_no, "id_no"), person.id_digest, person.birth_date, person.sex) == (
        NEW_NO,
        digest_of(NEW_NO),
        date(1961, 2, 3),
        "female",
    )
    assert (person.id_length, person.id_checked) == (18, True)


def test_numbers_of_an_order_are_sealed_everywhere(cun, household):
    order = identity(cun, household, id_no=NEW_NO)
    assert masked(bytes(order.new_id_no), "id_no").startswith("9901011961")
    assert opened(bytes(order.old_id_no), "id_no") == HEAD_NO
    images = "".join(JournalEntry.objects.values_list("image", flat=True))
    assert (NEW_NO in images, HEAD_NO in images) == (False, False)


def test_who_has_no_paper_has_no_number(cun, sheng, household):
    order = identity(cun, household, id_type="none_yet")
    execute(sheng, order)
    person = Person.objects.get(name="张三")
    assert (person.id_no, person.id_digest, person.id_length, person.id_checked, person.id_type) == (None, None, None, None, "none_yet")
    assert opened(bytes(CorrectionOrder.objects.get().old_id_no), "id_no") == HEAD_NO


def test_a_number_that_stands_already_is_refused(cun, sheng, household):
    order = identity(cun, household, id_no=SON_NO)
    with pytest.raises(AlreadyOnRegister):
        execute(sheng, order)
    assert opened(Person.objects.get(name="张三").id_no, "id_no") == HEAD_NO


def test_an_identity_that_has_changed_since_refuses_the_order(cun, sheng, household):
    order = identity(cun, household, name="王大力")
    with pen(cun):
        Person.objects.filter(name="张三").update(name="张山", version=2)
    with pytest.raises(OldValueGone):
        execute(sheng, order)


@pytest.mark.parametrize(
    ("kind", "new", "field"),
    [
        ("income", {"inc_wage_yuan": 1}, "kind"),
        ("attribute", {"hh_attr": "rich"}, "hh_attr"),
        ("attribute", {"hh_attr": "ordinary_farmer"}, "hh_attr"),
        ("attribute", {"id_standard": "national"}, "hh_attr"),
        ("standard", {"id_standard": ""}, "id_standard"),
        ("standard", {"id_standard": "national", "hh_attr": "dibao"}, "id_standard"),
    ],
)
def test_what_is_no_order_of_the_household_is_a_finding(cun, household, kind, new, field):
    with pytest.raises(BadFacts) as bad:
        asked(cun, household, kind, new)
    assert bad.value.findings[0].where.column == field


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ({}, "name"),
        ({"name": "张三"}, "name"),
        ({"id_no": HEAD_NO}, "name"),
        ({"id_no": "990101196102030099"}, "id_no"),
        ({"id_type": "library_card"}, "id_type"),
        ({"id_type": "none_yet", "id_no": NEW_NO}, "id_no"),
        ({"ethnicity": "han"}, "id_type"),
    ],
)
def test_what_is_no_order_of_an_identity_is_a_finding(cun, household, new, field):
    with pytest.raises(BadFacts) as bad:
        request_order(
            by=cun,
            at=AT,
            cause=WHY,
            kind="identity",
            household=household,
            new=new,
            proof="户口簿",
            area=VILLAGE,
            person=member_named(household, "张三").person,
        )
    assert bad.value.findings[0].where.column == field


def test_an_identity_has_no_period_and_belongs_to_a_member(cun, household, period):
    son = member_named(household, "张小三")
    with pytest.raises(BadFacts):
        asked(cun, household, "identity", {"name": "王五"}, person=son.person, from_period=period)
    with pytest.raises(NotInHousehold):
        asked(cun, household, "identity", {"name": "王五"})
    leave_member(
        by=cun, at=AT, cause=CAUSE, membership=son, period=period, version=1, reason="death", on=date(2018, 5, 1), proof="死亡证明"
    )
    with pytest.raises(NotInHousehold):
        asked(cun, household, "identity", {"name": "王五"}, person=son.person)


def test_an_order_of_the_household_names_no_member_and_covers_an_archive(cun, household):
    with pytest.raises(BadFacts):
        asked(cun, household, person=member_named(household, "张三").person)
    with pytest.raises(NotInHousehold):
        asked(cun, household, from_period=open_period(cun, "2019"))


@pytest.mark.parametrize("missing", [{"proof": ""}, {"cause": Cause("order.request")}])
def test_an_order_has_a_reason_and_a_paper(cun, household, missing):
    with pytest.raises(NoProof):
        asked(cun, household, **missing)


def test_one_order_of_a_kind_waits_at_a_time(cun, xiang, sheng, household):
    order = asked(cun, household)
    with pytest.raises(OrderSettled, match="等待办理"):
        asked(xiang, household)
    identity(xiang, household, name="王大力")
    identity(xiang, household, "李四", name="李思")
    settle(refuse_order, sheng, order)
    assert asked(xiang, household).state == "requested"


def test_a_refusal_says_why_and_settles(cun, sheng, household, period):
    order = asked(cun, household)
    with pytest.raises(NoProof):
        settle(refuse_order, sheng, order, reason=" ")
    settle(refuse_order, sheng, order)
    assert (order.state, order.settled_note, order.settled_by) == ("refused", "证明材料不全", sheng)
    assert archive_of(household, period).hh_attr == "ordinary_farmer"


@pytest.mark.parametrize("how", ["executed", "refused", "withdrawn"])
def test_what_is_settled_is_settled_once(cun, sheng, household, how):
    order = asked(cun, household)
    {
        "executed": lambda: execute(sheng, order),
        "refused": lambda: settle(refuse_order, sheng, order),
        "withdrawn": lambda: settle(withdraw_order, cun, order),
    }[how]()
    with pytest.raises(OrderSettled):
        execute(sheng, order)
    with pytest.raises(OrderSettled):
        settle(refuse_order, sheng, order)
    with pytest.raises(OrderSettled):
        settle(withdraw_order, cun, order)


def test_of_two_who_settle_at_once_one_loses_and_nothing_of_his_stands(cun, sheng, household, period):
    order = asked(cun, household)
    stale = CorrectionOrder.objects.get(pk=order.pk)
    settle(withdraw_order, cun, order)
    with pytest.raises(LostRace):
        execute(sheng, stale)
    assert archive_of(household, period).hh_attr == "ordinary_farmer"


def test_the_same_order_sent_twice_is_one(cun, sheng, household):
    order = asked(cun, household, idempotency_key="o-1")
    with pytest.raises(AlreadyPosted) as second:
        asked(cun, household, idempotency_key="o-1")
    assert second.value.result == str(order.pk)
    stale = CorrectionOrder.objects.get(pk=order.pk)
    execute(sheng, order, idempotency_key="o-2")
    with pytest.raises(AlreadyPosted):
        execute(sheng, stale, idempotency_key="o-2")


def test_orders_are_seen_where_their_household_is(cun, lincun, xian, household):
    order = asked(cun, household)
    seen = {by.username: CorrectionOrder.objects.visible_to(by).filter(pk=order.pk).exists() for by in (cun, lincun, xian)}
    assert seen == {"cun": True, "lincun": False, "xian": True}


def test_an_order_end_to_end_across_three_levels(cun, xian, sheng, household, period):
    refused = settle(refuse_order, sheng, asked(cun, household), "请附低保证")
    again = asked(xian, household, proof="低保证复印件、比对表", area=COUNTY)
    execute(sheng, again, cause=Cause("order.execute", "核对无误"))
    told = [(order.state, order.settled_note) for order in CorrectionOrder.objects.order_by("pk")]
    assert told == [("refused", "请附低保证"), ("executed", "核对无误")]
    assert (refused.pk < again.pk, archive_of(household, period).hh_attr) == (True, "dibao_poor")


def test_a_household_that_came_later_is_not_touched(cun, sheng, household, period):
    other = enroll(cun, period, members=[member("王五", "head")])
    execute(sheng, asked(cun, household))
    assert archive_of(other, period).hh_attr == "ordinary_farmer"
