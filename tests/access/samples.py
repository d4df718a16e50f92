"""One sample for every address: the thing it is asked for, placed in a given area. Whoever adds an address adds its sample here.

"household_show": Sample(kwargs=lambda area: {"pk": household_in(area).pk}),
"household_list": Sample(shows=lambda area: household_in(area).number),
"household_add": Sample(form=lambda area: {"area": area}),
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from taizhang.accounts.access import NATION
from taizhang.accounts.keeping import console_account
from taizhang.accounts.models import Grant, UnmaskLog, User
from taizhang.accounts.permissions import Rank
from taizhang.accounts.unmask import log_unmask
from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Period, Person, WorkSpell
from taizhang.intake.files import keep
from taizhang.intake.models import Batch, Export
from taizhang.intake.staging import receive_file, stage
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.areas import level_of
from taizhang.kernel.identity import make_id
from taizhang.ledgers import HOUSEHOLD_ARCHIVE
from tests.cast import START, account_of, grant_to

ROLE_AT = {
    Rank.PROVINCE: "province",
    Rank.PREFECTURE: "prefecture",
    Rank.COUNTY: "county",
    Rank.TOWNSHIP: "township",
    Rank.VILLAGE: "village_team",
    Rank.NATION: "state",
}


def nothing(area: str) -> dict[str, Any]:
    """No parameter."""
    return {}


@dataclass(frozen=True)
class Sample:
    """How to ask for an address about an area.

    `kwargs` fills the path, `query` the address of a GET, `form` the body of a POST. `shows` names a text that a list, asked for with `listing`
    as its query, must show when the area lies inside the scope and must not show when it does not. `open` are the statuses of a request that was let through.
    """

    kwargs: Callable[[str], dict[str, Any]] = nothing
    query: Callable[[str], dict[str, Any]] = nothing
    form: Callable[[str], dict[str, Any]] = nothing
    shows: Callable[[str], str] | None = None
    listing: dict[str, str] = field(default_factory=dict)
    open: frozenset[int] = frozenset({200, 302, 303, 409, 422})


def account_in(area: str) -> User:
    """The account of an office, without grants, made once a test. An account belongs to a whole village, never to a group."""
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


def period_of_tests() -> Period:
    """The one open period."""
    found = Period.objects.filter(key="2018").first()
    if found is None:
        with posting(by=console_account(at=START), at=START, cause=Cause("test.sample"), area=NATION):
            found = Period.objects.create(
                key="2018",
                title="2018年度",
                kind="year",
                reference_on=date(2018, 12, 31),
                income_from=date(2017, 10, 1),
                income_to=date(2018, 9, 30),
            )
    return found


def household_in(area: str) -> Household:
    """A household with its head and its archive of the period, made once a test."""
    period, found = period_of_tests(), Household.objects.filter(area=area).first()
    if found is None:
        with posting(by=console_account(at=START), at=START, cause=Cause("test.sample"), area=area):
            found = Household.objects.create(area=area, household_no=f"H{area}")
            person = Person.objects.create(area=area, person_no=f"P{area}", name=head_of(area))
            Membership.objects.create(area=area, person=person, household=found, relation="head")
            HouseholdPeriod.objects.create(area=area, household=found, period=period, head_name=head_of(area))
            MemberPeriod.objects.create(area=area, person=person, period=period)
    return found


def head_of(area: str) -> str:
    """The name of the head of a household of the tests."""
    return f"户主{area}号"


def household_pk(area: str) -> dict[str, Any]:
    """The path of a household's page."""
    return {"pk": household_in(area).pk}


def shown_head(area: str) -> str:
    """The head's name that a list shows, once the household is there."""
    household_in(area)
    return head_of(area)


def period_form(area: str) -> dict[str, Any]:
    """The form that chooses the period."""
    return {"period": period_of_tests().key}


def member_pk(area: str) -> dict[str, Any]:
    """The path of a member's page."""
    return {"pk": Membership.objects.get(household=household_in(area)).pk}


def spell_pk(area: str) -> dict[str, Any]:
    """The path of a work spell's page, made once a test."""
    member = Membership.objects.get(household=household_in(area))
    found = WorkSpell.objects.filter(person=member.person_id).first()
    if found is None:
        with posting(by=console_account(at=START), at=START, cause=Cause("test.sample"), area=area):
            found = WorkSpell.objects.create(area=area, person_id=member.person_id, period=period_of_tests(), spell_from_on="2018-03")
    return {"pk": member.pk, "spell": found.pk}


def row_of_household(area: str) -> dict[str, Any]:
    """The path of the history of a household's row."""
    return {"table": "household", "pk": household_in(area).pk}


def enrol_form(area: str) -> dict[str, Any]:
    """The village of a new household, in an open period."""
    period_of_tests()
    return {"area": area}


def area_query(area: str) -> dict[str, Any]:
    """The area in the address."""
    return {"area": area, "level": rank_of(area[:12]).value}


def batch_in(area: str) -> Batch:
    """An uploaded workbook that was checked: one family for an area, made once a test."""
    by = console_account(at=START)
    if not Batch.objects.filter(area=area).exists():
        head = f"姓名,证件号码,与户主关系\n示例,{make_id('990101', date(1970, 1, 1), 1)},户主\n"
        batch = receive_file(
            by=by, at=START, ledger=HOUSEHOLD_ARCHIVE, period=period_of_tests(), area=area, file_name=f"表{area}.csv", content=head.encode()
        )
        stage(batch, HOUSEHOLD_ARCHIVE, ask=False)
    return Batch.objects.filter(area=area).first()


def batch_pk(area: str) -> dict[str, Any]:
    """The path of a batch's page."""
    return {"pk": batch_in(area).pk}


def export_in(area: str) -> Export:
    """A workbook given out of an area, made once a test."""
    found = Export.objects.filter(area=area).first()
    return found or Export.objects.create(
        ledger="household-archive", period=period_of_tests(), area=area, by=console_account(at=START), at=START, position=0,
        state="ready", sha256=keep(b"workbook"), file_name=f"导出{area}.xlsx",
    )  # fmt: skip


def rank_of(area: str) -> Rank:
    """The level of an area of the tests."""
    return Rank.NATION if area == NATION else Rank(level_of(area).name.lower())


def account_pk(area: str) -> dict[str, Any]:
    """The path of an account's page."""
    return {"pk": account_in(area).pk}


SAMPLES: dict[str, Sample] = {
    "sign_in": Sample(open=frozenset({200, 422, 429})),
    "sign_out": Sample(),
    "account": Sample(),
    "totp": Sample(),
    "users": Sample(shows=lambda area: account_in(area).username),
    "user_show": Sample(kwargs=account_pk),
    "user_add": Sample(form=lambda area: {"area": area}),
    "user_disable": Sample(kwargs=account_pk),
    "user_enable": Sample(kwargs=account_pk),
    "user_password": Sample(kwargs=account_pk),
    "user_totp": Sample(kwargs=account_pk),
    "grant_add": Sample(kwargs=account_pk),
    "logs": Sample(shows=lambda area: look_in(area).reason, listing={"kind": "unmask"}),
    "grant_end": Sample(kwargs=lambda area: {"pk": grant_in(area).pk}),
    "desk": Sample(),
    "period_choose": Sample(form=period_form),
    "tree_children": Sample(query=area_query),
    "tree_search": Sample(query=lambda area: {"q": "a"}),
    "households": Sample(query=area_query, form=lambda area: {"area": area}, shows=shown_head),
    "household_show": Sample(kwargs=household_pk),
    "household_history": Sample(kwargs=household_pk),
    "household_edit": Sample(kwargs=household_pk),
    "worksheet_edit": Sample(kwargs=household_pk),
    "household_enroll": Sample(query=enrol_form, form=enrol_form),
    "member_add": Sample(kwargs=household_pk),
    "member_edit": Sample(kwargs=member_pk),
    "member_leave": Sample(kwargs=member_pk),
    "spell_add": Sample(kwargs=member_pk),
    "spell_edit": Sample(kwargs=spell_pk),
    "spell_withdraw": Sample(kwargs=spell_pk),
    "head_change": Sample(kwargs=household_pk),
    "unmask": Sample(kwargs=household_pk),
    "journal": Sample(query=lambda area: {"area": area}),
    "row_history": Sample(kwargs=row_of_household),
    "imports": Sample(shows=lambda area: batch_in(area).file_name),
    "import_upload": Sample(form=lambda area: {"area": area}),
    "import_show": Sample(kwargs=batch_pk),
    "import_progress": Sample(kwargs=batch_pk),
    "import_cancel": Sample(kwargs=batch_pk),
    "import_again": Sample(kwargs=batch_pk),
    "import_matching": Sample(kwargs=batch_pk),
    "import_findings": Sample(kwargs=batch_pk),
    "import_workbook": Sample(kwargs=batch_pk),
    "import_proposals": Sample(kwargs=batch_pk),
    "import_accept": Sample(kwargs=batch_pk, form=lambda area: {"accept": "keep", "page": "1"}),
    "exports": Sample(query=lambda area: {"area": area}, shows=lambda area: export_in(area).file_name),
    "export_new": Sample(form=lambda area: {"area": area}),
    "export_download": Sample(kwargs=lambda area: {"pk": export_in(area).pk}),
    "template_download": Sample(kwargs=lambda area: {"key": "household-archive"}),
}
