"""Small real data: a period, places, households with their members, made through the services as a user makes them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.accounts.keeping import console_account
from taizhang.households.models import Household, HouseholdPeriod, Membership, Period
from taizhang.households.services.enrolling import enroll_household
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.identity import check_character
from taizhang.places.models import Place
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PREFECTURE, PROVINCE, START, TOWNSHIP, VILLAGE

PLACES = (
    (PROVINCE, "province", "示范省", "", "shifansheng", "sfs"),
    (PREFECTURE, "prefecture", "样例市", PROVINCE, "yanglishi", "yls"),
    (COUNTY, "county", "演示县", PREFECTURE, "yanshixian", "ysx"),
    (OTHER_COUNTY, "county", "试行县", PREFECTURE, "shixingxian", "sxx"),
    (TOWNSHIP, "township", "白云镇", COUNTY, "baiyunzhen", "byz"),
    (VILLAGE, "village", "车头村", TOWNSHIP, "chetoucun", "ctc"),
    (NEXT_VILLAGE, "village", "郝下村", TOWNSHIP, "haoxiacun", "hxc"),
)
PLAIN = {
    "household.id_standard": "national",
    "household.hh_attr": "general_poor",
    "household.main_cause": "illness",
    "household.status": "poor",
    "household.first_identified_on": "2016-08",
    "household.address": "一组12号",
    "household.hh_phone": "19900000001",
    "household.inc_wage_yuan": Decimal("9600.00"),
    "household.inc_business_yuan": Decimal("800.50"),
}


def id_number(serial: int, born: str = "19810304") -> str:
    """A valid number under the prefix that no place has."""
    first17 = f"990101{born}{serial:03d}"
    return first17 + check_character(first17)


def a_period(key: str = "2026", *, state: str = Period.OPEN) -> Period:
    """A year of the archive, made once a test."""
    found = Period.objects.filter(key=key).first()
    if found is not None:
        return found
    year = int(key)
    with posting(by=console_account(at=START), at=START, cause=Cause("period.open"), area=PROVINCE):
        return Period.objects.create(
            key=key,
            title=f"{key}年度",
            kind="annual",
            reference_on=date(year, 12, 31),
            income_from=date(year - 1, 10, 1),
            income_to=date(year, 9, 30),
            state=state,
        )


def some_places() -> None:
    """The few areas of the cast, made once a test."""
    if Place.objects.exists():
        return
    with posting(by=console_account(at=START), at=START, cause=Cause("places.import"), area=PROVINCE):
        for code, level, name, parent, pinyin, initials in PLACES:
            Place.objects.create(
                code=code, level=level, name=name, parent=parent, pinyin=pinyin, initials=initials, from_on=date(2000, 1, 1), origin="试"
            )


def a_member(name: str, relation: str, serial: int, **facts: Any) -> dict[str, Any]:
    """One member as the services take him."""
    told = {"person.name": name, "membership.relation": relation, "person.id_type": "resident_id", "person.id_no": id_number(serial)}
    return told | {"person.ethnicity": "han"} | facts


def a_household(
    area: str = VILLAGE,
    head: str = "钱明珍",
    *,
    others: Sequence[Mapping[str, Any]] = (),
    serial: int = 1,
    facts: Mapping[str, Any] | None = None,
    period: Period | None = None,
) -> Household:
    """A household on the register with its head and whoever else belongs to it."""
    some_places()
    return enroll_household(
        by=console_account(at=START),
        at=START,
        cause=Cause("household.enroll", "经村民代表大会评议"),
        period=period or a_period(),
        area=area,
        group="上寨组",
        facts=PLAIN | dict(facts or {}),
        members=[a_member(head, "head", serial), *others],
    )


def archive_of(household: Household) -> HouseholdPeriod:
    """Its only archive."""
    return HouseholdPeriod.objects.get(household=household)


def member_of(household: Household, name: str) -> Membership:
    """A member by name."""
    return Membership.objects.get(household=household, person__name=name)
