"""Invented families under area 99 for the tests of the register, put there through the services."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Period
from taizhang.households.services.enrolling import enroll_household
from taizhang.journal.posting import Cause
from taizhang.kernel.identity import make_id
from tests.cast import VILLAGE
from tests.journal.acts import pen

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
CAUSE = Cause("test.act", reason="试办")
HEAD_NO = make_id("990101", date(1960, 5, 6), 11)  # a man's
WIFE_NO = make_id("990101", date(1962, 7, 8), 22)
SON_NO = make_id("990101", date(1990, 1, 2), 33)
GRANDCHILD_NO = make_id("990101", date(2018, 2, 3), 44)
PHONE = "13900005678"
ACCOUNT = "6200000000000000011"
HOUSE = {
    "household.hh_phone": PHONE,
    "household.address": "一组12号",
    "household.inc_wage_yuan": Decimal("9000.00"),
    "household.hh_attr": "ordinary_farmer",
}


def member(name: str, relation: str, number: str | None = None, **facts: Any) -> dict[str, Any]:
    """One member's facts."""
    return {"person.name": name, "person.id_no": number, "membership.relation": relation} | {f"member.{k}": v for k, v in facts.items()}


def family() -> list[dict[str, Any]]:
    """Father, mother and son."""
    return [
        member("张三", "head", HEAD_NO, phone="13900001111", work_months=6),
        member("李四", "spouse", WIFE_NO, work_months=0),
        member("张小三", "son", SON_NO, work_months=11),
    ]


def open_period(by, key: str = "2018", state: str = Period.OPEN) -> Period:
    """A period as it stands, without asking who may open it."""
    with pen(by):
        return Period.objects.create(
            key=key,
            title=f"{key}年度",
            kind="annual",
            reference_on=date(int(key), 12, 31),
            income_from=date(int(key) - 1, 10, 1),
            income_to=date(int(key), 9, 30),
            state=state,
        )


def freeze(by, period: Period) -> Period:
    """The same period, frozen."""
    with pen(by):
        Period.objects.filter(pk=period.pk).update(state=Period.FROZEN)
    period.refresh_from_db()
    return period


def enroll(by, period: Period, **other: Any) -> Household:
    """The family on the register."""
    told = {"area": VILLAGE, "group": "一组", "facts": HOUSE, "members": family()} | other
    return enroll_household(by=by, at=AT, cause=CAUSE, period=period, **told)


def archive_of(household: Household, period: Period) -> HouseholdPeriod:
    """A household's archive."""
    return HouseholdPeriod.objects.select_related("period").get(household=household, period=period)


def member_named(household: Household, name: str) -> Membership:
    """An open membership by name."""
    return Membership.objects.select_related("person").get(household=household, person__name=name, open=True)


def survey_of(membership: Membership, period: Period) -> MemberPeriod:
    """A member's archive."""
    return MemberPeriod.objects.get(person=membership.person_id, period=period)


def versions_of(membership: Membership, period: Period) -> dict[str, int]:
    """The versions that a form would have read."""
    archive = MemberPeriod.objects.filter(person=membership.person_id, period=period).first()
    return {"person": membership.person.version, "membership": membership.version, "member": archive.version if archive else 0}
