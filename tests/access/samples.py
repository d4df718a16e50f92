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
from taizhang.households.models import Household, HouseholdPeriod, MemberPeriod, Membership, Period, Person
from taizhang.journal.posting import Cause, posting
from taizhang.kernel.areas import level_of
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


def area_query(area: str) -> dict[str, Any]:
    """The area in the address."""
    return {"area": area, "level": rank_of(area[:12]).value}


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
}
