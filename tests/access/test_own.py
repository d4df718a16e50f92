"""An account of the role 帮扶责任人 sees the households paired with its helper today, and nothing else: list, count, page, export, choices."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.access import NATION, NotPermitted, Permission
from taizhang.accounts.models import Grant, User
from taizhang.accounts.permissions import LogClass
from taizhang.accounts.rulebook import rulebook
from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Period, Person
from taizhang.households.query import HouseholdQuery, households_matching
from taizhang.intake.exporting import order_export
from taizhang.intake.models import Export
from taizhang.journal.posting import Cause
from taizhang.ledgers import HOUSEHOLD_ARCHIVE
from taizhang.support.models import Helper, Pairing
from taizhang.support.services.helping import bind_account, unbind_account
from taizhang.support.services.pairing import end_pairing
from taizhang.support.services.refusals import AccountTaken
from taizhang.web.tree import counts_below
from tests.cast import COUNTY, NEXT_VILLAGE, START, TOWNSHIP, VILLAGE, account_of, grant_to, signed_in
from tests.factories import a_household, a_member
from tests.journal.acts import pen
from tests.support.cadres import CAUSE, a_helper, pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def households(db):
    """Two households of one village, one of the next."""
    return [
        a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 77)]),
        a_household(VILLAGE, "金国强", serial=2),
        a_household(NEXT_VILLAGE, "杨小燕", serial=3),
    ]


@pytest.fixture
def bangfu(xian, xiang, households) -> User:
    """The account of a helper who is paired with the first household; his grant covers the township."""
    user = account_of("bangfu")
    grant_to(user, "helper", TOWNSHIP, "township")
    helper = bind_account(by=xian, at=START, cause=CAUSE, helper=a_helper(xiang), version=1, account=user)
    pair(xiang, helper, households[0])
    return user


def body(answer) -> str:
    return answer.content.decode()


def test_rows_of_every_kind_are_cut_to_his_households(bangfu, households):
    seen = {
        model: set(model.objects.visible_to(bangfu).values_list("pk", flat=True))
        for model in (Household, HouseholdPeriod, Membership, Person, MemberPeriod)
    }
    members = Membership.objects.filter(household=households[0])
    persons = set(members.values_list("person", flat=True))
    assert seen == {
        Household: {households[0].pk},
        HouseholdPeriod: set(HouseholdPeriod.objects.filter(household=households[0]).values_list("pk", flat=True)),
        Membership: set(members.values_list("pk", flat=True)),
        Person: persons,
        MemberPeriod: set(MemberPeriod.objects.filter(person__in=persons).values_list("pk", flat=True)),
    }


def test_a_table_that_belongs_to_no_household_shows_him_nothing(bangfu):
    ours = [model for model in apps.get_models() if hasattr(model._default_manager, "visible_to")]
    shown = {m.__name__ for m in ours if m._default_manager.visible_to(bangfu, Permission.HOUSEHOLD_VIEW).exists()}
    assert shown <= {
        "Household",
        "HouseholdPeriod",
        "Membership",
        "Person",
        "MemberPeriod",
        "Identification",
        "Pairing",
        "User",
        "Grant",
        "Helper",
        "SavedQuery",
    }
    assert {g.user_id for g in Grant.objects.visible_to(bangfu, Permission.HOUSEHOLD_VIEW)} == {bangfu.pk}
    assert {u.pk for u in User.objects.visible_to(bangfu, Permission.HOUSEHOLD_VIEW)} == {bangfu.pk}


def test_the_list_its_count_and_its_search_hold_his_household_alone(bangfu):
    client = signed_in(bangfu)
    listed = {
        q: body(client.get("/households", {"area": VILLAGE, "level": "village"} if not q else {"text": q}))
        for q in ("", "金", "jgq", "钱小宝")
    }
    assert [("钱明珍" in shown, "金国强" in shown) for shown in listed.values()] == [
        (True, False),
        (False, False),
        (False, False),
        (True, False),
    ]
    assert re.findall(r"共 (\d+) 户", listed[""]) == ["1"]


def test_the_area_tree_counts_his_household_alone(bangfu):
    assert counts_below(bangfu, Period.objects.get(), TOWNSHIP, "township") == {VILLAGE: 1}
    assert "车头村" in body(signed_in(bangfu).get("/areas/children", {"area": TOWNSHIP, "level": "township"}))


def test_the_work_bench_counts_his_household_alone(bangfu):
    shown = body(signed_in(bangfu).get("/"))
    assert ("金国强" in shown, "杨小燕" in shown) == (False, False)


def test_his_page_opens_and_the_others_are_not_there(bangfu, households):
    client = signed_in(bangfu)
    assert [client.get(f"/households/{h.pk}").status_code for h in households] == [200, 404, 404]
    assert client.get(f"/households/{households[0].pk}?tab=duties").status_code == 200
    assert client.get(f"/households/{households[0].pk}/edit").status_code == 403
    assert client.get(f"/households/{households[0].pk}/unmask").status_code == 403


def test_his_own_record_is_seen_and_no_other_helper(bangfu, xiang):
    other = a_helper(xiang, "伍建华")
    client = signed_in(bangfu)
    own = Helper.objects.get(account=bangfu)
    assert [client.get(f"/helpers/{h.pk}").status_code for h in (own, other)] == [200, 404]
    assert ("方国庆" in body(client.get("/helpers")), "伍建华" in body(client.get("/helpers"))) == (True, False)


def test_an_export_holds_his_household_alone_and_he_sees_only_his_own_exports(bangfu, cun, households):
    period = Period.objects.get()
    told = {"at": START, "cause": Cause("export.order"), "ledger": HOUSEHOLD_ARCHIVE, "period": period, "area": VILLAGE}
    own, foreign = order_export(by=bangfu, **told), order_export(by=cun, **told)
    wanted = households_matching(bangfu, HouseholdQuery(period.pk), permission=Permission.EXPORT_RUN)
    assert [archive.household_id for archive in wanted] == [households[0].pk]
    assert set(Export.objects.visible_to(bangfu, Permission.EXPORT_RUN)) == {own}
    assert signed_in(bangfu).get(f"/exports/{foreign.pk}").status_code == 404


def test_he_orders_no_export_with_numbers_and_none_outside_his_grant(bangfu):
    told = {"at": START, "cause": Cause("export.order"), "ledger": HOUSEHOLD_ARCHIVE, "period": Period.objects.get()}
    with pytest.raises(NotPermitted):
        order_export(by=bangfu, area=VILLAGE, unmasked=True, reason="试", **told)
    with pytest.raises(NotPermitted):
        order_export(by=bangfu, area=COUNTY, **told)


def test_no_area_is_his_to_act_in(bangfu):
    acting = {p for p in Permission if access.may(bangfu, p, VILLAGE)}
    assert acting == set()
    assert access.scope_of(bangfu).touches(VILLAGE)


def test_he_may_write_nothing_but_orders_of_exports_and_what_he_keeps_of_the_list():
    rules = {name: route.rules["POST"] for name, route in rulebook().routes.items() if "POST" in route.rules and not route.public}
    written = {name for name, rule in rules.items() if rule.permission in rulebook().roles["helper"].may and rule.log is not LogClass.VIEW}
    assert {name for name in written if not name.startswith(("export_", "query_", "lookup_"))} == {"period_choose", "household_columns"}


def test_a_pairing_that_ended_shows_nothing_any_more(bangfu, xiang):
    end_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1, on=timezone.localdate(START) - timedelta(days=1))
    assert not Household.objects.visible_to(bangfu).exists()
    assert not Person.objects.visible_to(bangfu).exists()


def test_a_member_who_left_is_no_longer_his(bangfu, households):
    with pen(bangfu):
        Membership.objects.filter(household=households[0], person__name="钱小宝").update(open=False)
    assert set(Person.objects.visible_to(bangfu).values_list("name", flat=True)) == {"钱明珍"}


def test_a_household_outside_his_grant_stays_closed_though_paired(bangfu, xiang, xian, households):
    short = account_of("short")
    grant_to(short, "helper", NEXT_VILLAGE, "village")
    helper = bind_account(by=xian, at=START, cause=CAUSE, helper=a_helper(xiang, "伍建华"), version=1, account=short)
    pair(xiang, helper, households[1], households[2])
    assert set(Household.objects.visible_to(short)) == {households[2]}


def test_an_account_that_is_not_bound_or_no_longer_sees_nothing(bangfu, xian):
    helper = Helper.objects.get(account=bangfu)
    unbind_account(by=xian, at=START, cause=CAUSE, helper=helper, version=helper.version)
    assert not Household.objects.visible_to(bangfu).exists()
    assert signed_in(bangfu).get("/households").status_code == 200


def test_another_grant_of_the_same_account_counts_beside_it(bangfu, households):
    grant_to(bangfu, "village_team", NEXT_VILLAGE, "village")
    assert set(Household.objects.visible_to(bangfu)) == {households[0], households[2]}
    assert {p.name for p in Person.objects.visible_to(bangfu)} == {"钱明珍", "钱小宝", "杨小燕"}
    assert Person.objects.visible_to(bangfu).count() == 3


def test_a_grant_over_the_whole_country_beside_it_shows_everything(bangfu, households):
    grant_to(bangfu, "state", NATION, "nation")
    assert set(Household.objects.visible_to(bangfu)) == set(Household.objects.all())


def test_an_account_belongs_to_one_helper_and_is_bound_by_who_keeps_accounts(bangfu, xiang, xian):
    other = a_helper(xiang, "伍建华")
    with pytest.raises(AccountTaken):
        bind_account(by=xian, at=START, cause=CAUSE, helper=other, version=1, account=bangfu)
    with pytest.raises(NotPermitted):
        bind_account(by=xiang, at=START, cause=CAUSE, helper=other, version=1, account=account_of("free"))


def test_the_past_shows_him_no_household_that_is_not_his_now(bangfu, xiang, households):
    today = timezone.localdate(START)
    end_pairing(by=xiang, at=START, cause=CAUSE, pairing=Pairing.objects.get(), version=1, on=today)
    client = signed_in(bangfu)
    for path in ("/households", f"/households/{households[0].pk}"):
        answer = client.get(path, {"as_of": (today + timedelta(days=1)).isoformat()})
        assert "钱明珍" not in body(answer)


def test_reading_once_costs_the_same_for_everybody_else(cun, django_assert_num_queries):
    with django_assert_num_queries(1):
        access.read_once(cun)


def test_of_his_own_is_read_once_a_request(bangfu, django_assert_num_queries):
    with django_assert_num_queries(4):
        access.read_once(bangfu)
    with django_assert_num_queries(1):
        assert Household.objects.visible_to(bangfu).count() == 1
