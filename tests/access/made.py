"""What the addresses are asked for: one thing of each kind over an area, made once a test."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet

from taizhang.accounts.access import NATION
from taizhang.accounts.keeping import console_account
from taizhang.accounts.models import Grant, UnmaskLog, User
from taizhang.accounts.permissions import Rank
from taizhang.accounts.unmask import log_unmask
from taizhang.households.kept import SavedQuery
from taizhang.households.models import (
    CorrectionOrder,
    Household,
    HouseholdMark,
    HouseholdPeriod,
    Measure,
    MemberPeriod,
    Membership,
    OperationWindow,
    Period,
    Person,
    WorkSpell,
)
from taizhang.intake.files import keep
from taizhang.intake.lookups import look_up, order_lookup
from taizhang.intake.models import Batch, Export, Lookup
from taizhang.intake.staging import receive_file, stage
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.areas import level_of
from taizhang.kernel.identity import make_id
from taizhang.ledgers import HOUSEHOLD_ARCHIVE
from taizhang.places.models import Place, PlaceChange
from taizhang.support.models import Helper, Pairing, SupportUnit, TeamMember, UnitVillage, VillageTeam
from taizhang.villages.models import NaturalVillage
from tests.cast import START, account_of, grant_to

ROLE_AT = {
    Rank.PROVINCE: "province",
    Rank.PREFECTURE: "prefecture",
    Rank.COUNTY: "county",
    Rank.TOWNSHIP: "township",
    Rank.VILLAGE: "village_team",
    Rank.NATION: "state",
}
LONG_AGO = date(2018, 1, 1)


def once(rows: QuerySet, area: str, /, **facts: Any) -> Any:
    """The first of the rows; where there is none, one with these facts is written."""
    return first_or_made(rows, area, lambda: rows.model._default_manager.create(**facts))


def first_or_made(rows: QuerySet, area: str, make: Callable[[], Model]) -> Any:
    """The first of the rows; where there is none, it is made inside a posting."""
    found = rows.first()
    if found is None:
        with posting(by=console_account(at=START), at=START, cause=Cause("test.sample"), area=area):
            found = make()
    return found


def rank_of(area: str) -> Rank:
    """The level of an area of the tests."""
    return Rank.NATION if area == NATION else Rank(level_of(area).name.lower())


def account_in(area: str) -> User:
    """The account of an office, without grants. An account belongs to a whole village, never to a group."""
    area = area[:12]
    username = f"office-{area}"
    return User.objects.filter(username=username).first() or account_of(username, area=area, level=rank_of(area))


def grant_in(area: str) -> Grant:
    """A grant over an area, of the role of its level."""
    area, rank = area[:12], rank_of(area[:12])
    return Grant.objects.filter(user=account_in(area)).first() or grant_to(account_in(area), ROLE_AT[rank], area, rank)


def look_in(area: str) -> UnmaskLog:
    """A look at a number in clear, with a reason that names the area."""
    console = console_account(at=START)
    return log_unmask(
        by=console, at=START, area=area, household_pk=1, person_pks=[1], fields=["id_no"], reason=f"核对{area}号", source="127.0.0.1"
    )


def period_of_tests(area: str = NATION) -> Period:
    """The one open period."""
    return once(
        Period.objects.filter(key="2018"), NATION, key="2018", title="2018年度", kind="year", reference_on=date(2018, 12, 31),
        income_from=date(2017, 10, 1), income_to=date(2018, 9, 30),
    )  # fmt: skip


def household_in(area: str) -> Household:
    """A household with its head and its archive of the period."""
    period = period_of_tests()

    def make() -> Household:
        household = Household.objects.create(area=area, household_no=f"H{area}")
        person = Person.objects.create(area=area, person_no=f"P{area}", name=head_of(area))
        Membership.objects.create(area=area, person=person, household=household, relation="head")
        HouseholdPeriod.objects.create(area=area, household=household, period=period, head_name=head_of(area))
        MemberPeriod.objects.create(area=area, person=person, period=period)
        return household

    return first_or_made(Household.objects.filter(area=area), area, make)


def head_of(area: str) -> str:
    """The name of the head of a household of the tests."""
    return f"户主{area}号"


def member_in(area: str) -> Membership:
    """The head of the household of an area."""
    return Membership.objects.get(household=household_in(area))


def person_in(area: str) -> Person:
    """The person whom the head of the household is."""
    return member_in(area).person


def spell_in(area: str) -> WorkSpell:
    """A work spell of that head."""
    person = member_in(area).person_id
    rows = WorkSpell.objects.filter(person=person)
    return once(rows, area, area=area, person_id=person, period=period_of_tests(), spell_from_on="2018-03")


def measure_in(area: str) -> Measure:
    """A measure to the household of an area."""
    household, rows = household_in(area), Measure.objects.filter(household__area=area)
    return once(rows, area, area=area, household=household, period=period_of_tests(), kind="industry", measure_item="养蜂补助")


def mark_in(area: str) -> HouseholdMark:
    """A mark on the household of an area."""
    household, rows = household_in(area), HouseholdMark.objects.filter(household__area=area)
    return once(rows, area, household=household, area=area, kind="wrong_exit", from_on=date(2020, 1, 1), reason="试", proof="试")


def order_in(area: str) -> CorrectionOrder:
    """An order that waits."""
    household, by = household_in(area), console_account(at=START)
    return once(
        CorrectionOrder.objects.filter(household=household), area, household=household, area=area, kind="attribute", new_key="dibao",
        reason="试", proof=f"证明{area}号", requested_by=by, requested_at=START, requested_area=area,
    )  # fmt: skip


def window_in(area: str) -> OperationWindow:
    """A window, long over."""
    rows = OperationWindow.objects.filter(area=area)
    return once(rows, area, area=area, operation="mark", opens_at=START, closes_at=START + timedelta(days=1))


def batch_in(area: str) -> Batch:
    """An uploaded workbook that was checked: one family for an area."""
    found = Batch.objects.filter(area=area).first()
    if found is None:
        first = Batch.objects.filter(state=Batch.CHECKED).first()
        found = _checked(area) if first is None else _same_again(first, area)
    return found


def _checked(area: str) -> Batch:
    head = f"姓名,证件号码,与户主关系\n示例,{make_id('990101', date(1970, 1, 1), 1)},户主\n"
    batch = receive_file(
        by=console_account(at=START), at=START, ledger=HOUSEHOLD_ARCHIVE, period=period_of_tests(), area=area,
        file_name=f"表{area}.csv", content=head.encode(),
    )  # fmt: skip
    return stage(batch, HOUSEHOLD_ARCHIVE, ask=False)


def _same_again(checked: Batch, area: str) -> Batch:
    """The same workbook in another area, without the child that reads it: the matrix asks for sixty of them an address."""
    batch = Batch.objects.get(pk=checked.pk)
    batch.pk, batch.area, batch.file_name = None, area, f"表{area}.csv"
    batch.save(force_insert=True)
    frames = settings.HOME / "batches"
    shutil.copytree(frames / str(checked.pk), frames / str(batch.pk))
    return batch


def export_in(area: str) -> Export:
    """A workbook given out of an area."""
    found = Export.objects.filter(area=area).first()
    return found or Export.objects.create(
        ledger="household-archive", period=period_of_tests(), area=area, by=console_account(at=START), at=START, position=0,
        state="ready", sha256=keep(b"workbook"), file_name=f"导出{area}.xlsx",
    )  # fmt: skip


def lookup_in(area: str) -> Lookup:
    """A list that an office of an area had looked up."""
    found = Lookup.objects.filter(area=area).first()
    if found is None:
        found = order_lookup(by=console_account(at=START), at=START, period=period_of_tests(), pasted=head_of(area))
        Lookup.objects.filter(pk=found.pk).update(area=area)
        look_up(found)
    return found


def query_in(area: str) -> SavedQuery:
    """A saved query that is shared with the office of an area."""
    rows, by = SavedQuery.objects.filter(area=area), console_account(at=START)
    return once(rows, area, owner=by, area=area, level=rank_of(area[:12]), name=f"查询{area}", shared=True)


def helper_in(area: str) -> Helper:
    """A helper kept at an area, with a unit that helps it, in a team there."""

    def make() -> Helper:
        unit = SupportUnit.objects.create(area=area, unit_no=f"D{area}", unit_name=f"单位{area}号")
        UnitVillage.objects.create(area=area, unit=unit, from_on=LONG_AGO)
        helper = Helper.objects.create(area=area, helper_no=f"B{area}", helper_name=f"责任人{area}号", unit=unit)
        team = VillageTeam.objects.create(area=area, team_name=f"工作队{area}号", from_on=LONG_AGO)
        TeamMember.objects.create(team=team, helper=helper, from_on=LONG_AGO)
        return helper

    return first_or_made(Helper.objects.filter(area=area), area, make)


def unit_in(area: str) -> SupportUnit:
    """The unit of that helper."""
    return helper_in(area).unit


def unit_village_in(area: str) -> UnitVillage:
    """The help of that unit for the village."""
    return UnitVillage.objects.get(unit=unit_in(area))


def team_member_in(area: str) -> TeamMember:
    """That helper in his team."""
    return TeamMember.objects.get(helper=helper_in(area))


def team_in(area: str) -> VillageTeam:
    """His team."""
    return team_member_in(area).team


def pairing_in(area: str) -> Pairing:
    """The household of an area paired with its helper."""
    household, helper = household_in(area), helper_in(area)
    rows = Pairing.objects.filter(household=household)
    return once(rows, area, household=household, helper=helper, pairing_role="responsible", from_on=LONG_AGO)


def place_change_in(area: str) -> PlaceChange:
    """A line of an area change; a group's stands for itself."""
    found = PlaceChange.objects.filter(old_code=area).first()
    if found is None:
        level = "province" if area == NATION else level_of(area).name.lower()
        with posting(by=console_account(at=START), at=START, cause=Cause("test.sample"), area=area) as opened:
            found = PlaceChange.objects.create(
                event=opened.tx, kind="rename", on=date(2020, 1, 1), level=level, old_code=area, new_code=area, new_name=f"新{area}号",
                reason="试", document="试",
            )  # fmt: skip
    return found


def village_in(area: str) -> Place:
    """A village of the area list under that code, and a period."""
    period_of_tests()
    return once(
        Place.objects.filter(code=area, level="village"), area, code=area, level="village", name=f"村{area}", pinyin="cun", initials="c",
        from_on=date(2000, 1, 1), origin="试",
    )  # fmt: skip


def natural_in(area: str) -> NaturalVillage:
    """A natural village."""
    village_in(area)
    return once(NaturalVillage.objects.filter(area=area), area, area=area, suffix="001", name="上寨组")
