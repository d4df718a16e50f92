"""The family over time: natural increase and decrease (自然增加、自然减少) and change of head (户主变更)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households import writing
from taizhang.households.models import Household, Membership, Period, Person
from taizhang.households.sealing import digest_of
from taizhang.households.services.common import insist_on_period, set_row
from taizhang.households.services.frames import lines_of, no_errors
from taizhang.households.services.refusals import AlreadyOnRegister, NoHead, NotInHousehold, Refused
from taizhang.journal.posting import Cause, posting
from taizhang.policy.states import NATURAL_ADD_REASONS, NATURAL_DROP_REASONS


class NoSuchReason(Refused):
    """The reason is none of the natural ones."""


def add_member(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    period: Period,
    facts: Mapping[str, Any],
    reason: str,
    on: date,
    idempotency_key: str | None = None,
) -> Membership:
    """A person joins a household (自然增加): birth, marriage, moving in …

    A person who is on the register and in no household is taken up again, not doubled.

    Needs    MEMBER_ADD over the household's area
    Writes   1 person where new, 1 membership, 1 member_period, the household's derived figures, 1 posting
    Raises   NotPermitted, PeriodFrozen, NoSuchReason, BadFacts, NoHead, AlreadyOnRegister, AlreadyPosted
    Source   domain/archives.md 3.1 自然增加
    """
    access.require(by, Permission.MEMBER_ADD, area=household.area)
    insist_on_period(by, period, household.area)
    _insist_on_reason(reason, NATURAL_ADD_REASONS)
    if household.closed:
        raise NotInHousehold("这一户已经销户,不能增加成员")
    if facts.get("membership.relation") == "head":
        raise NoHead("一户只能有一名户主,更换户主请办理“户主变更”")
    told = {"membership.add_reason": reason, "membership.add_on": on}
    lines = lines_of(household.area, household.group_name, {}, [{**facts, **told}])
    no_errors(lines)
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        lines = lines.with_columns(pl.lit(household.pk).alias(writing.HOUSEHOLD_ID), known_persons(lines))
        writing.add_members(lines, period)
        writing.refresh_derived([household.pk], period)
        added = Membership.objects.filter(household=household, open=True).order_by("-pk")[0]
        opened.result = str(added.pk)
    return added


def leave_member(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    membership: Membership,
    period: Period,
    version: int,
    reason: str,
    on: date,
    new_head: Membership | None = None,
    relations: Mapping[int, str] | None = None,
    versions: Mapping[int, int] | None = None,
    idempotency_key: str | None = None,
) -> Membership:
    """A person leaves a household (自然减少): death, moving out, marriage … A head leaves only with a new head.

    Needs    MEMBER_LEAVE over the member's area
    Writes   1 membership closed (others restated with a new head), the household's derived figures, 1 posting
    Raises   NotPermitted, PeriodFrozen, NoSuchReason, NotInHousehold, NoHead, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 自然减少
    """
    access.require(by, Permission.MEMBER_LEAVE, area=membership.area)
    insist_on_period(by, period, membership.area)
    _insist_on_reason(reason, NATURAL_DROP_REASONS)
    if not membership.open:
        raise NotInHousehold("这名成员已经不在户")
    others = Membership.objects.filter(household=membership.household_id, open=True).exclude(pk=membership.pk)
    if membership.relation == "head" and new_head is None and others.exists():
        raise NoHead("户主减少时必须同时确定新户主,并重新填写每名成员与新户主的关系")
    state = "dead" if reason == "death" else "moved_out" if reason == "moved_out" else "reduced"
    with posting(by=by, at=at, cause=cause, area=membership.area, idempotency_key=idempotency_key) as opened:
        set_row(membership, version, {"open": False, "state": state, "drop_reason": reason, "drop_on": on})
        if new_head is not None:
            _restate(list(others), new_head, relations or {}, versions or {})
        writing.refresh_derived([membership.household_id], period)
        opened.result = str(membership.pk)
    return membership


def change_head(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    household: Household,
    period: Period,
    new_head: Membership,
    relations: Mapping[int, str],
    versions: Mapping[int, int],
    idempotency_key: str | None = None,
) -> Household:
    """Another member becomes head (户主变更); the relations of all members are stated again. Keys are memberships.

    Needs    HEAD_CHANGE over the household's area
    Writes   every open membership of the household, the household's derived figures, 1 posting
    Raises   NotPermitted, PeriodFrozen, NoHead, NotInHousehold, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 户主变更
    """
    access.require(by, Permission.HEAD_CHANGE, area=household.area)
    insist_on_period(by, period, household.area)
    members = list(Membership.objects.filter(household=household, open=True).order_by("pk"))
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        _restate(members, new_head, relations, versions)
        writing.refresh_derived([household.pk], period)
        opened.result = str(household.pk)
    return household


def known_persons(lines: pl.DataFrame) -> pl.Series:
    """The persons that lines speak of who are on the register and in no household.

    Gives    `person_id`, null where the person is new
    Raises   AlreadyOnRegister when one is in a household
    Cost     2 queries
    """
    digests = lines["person.id_digest"].to_list()
    found = dict(Person.objects.filter(id_digest__in=[d for d in digests if d]).values_list("id_digest", "pk"))
    if Membership.objects.filter(person__in=found.values(), open=True).exists():
        raise AlreadyOnRegister("这个证件号码已经在册:此人在另一户(或本户)中,请先办理减少,或核对证件号码")
    return pl.Series(writing.PERSON_ID, [found.get(d) if d else None for d in digests], dtype=pl.Int64)


def digest_known(number: str) -> bool:
    """True if a number stands on the register, wherever."""
    return Person.objects.filter(id_digest=digest_of(number)).exists()


def _restate(members: list[Membership], new_head: Membership, relations: Mapping[int, str], versions: Mapping[int, int]) -> None:
    """State the relation of every member to the new head; the old head steps back before the new one stands."""
    if new_head.pk not in {m.pk for m in members}:
        raise NotInHousehold("新户主必须是本户现有成员")
    stated = {m.pk: relations.get(m.pk, "") for m in members} | {new_head.pk: "head"}
    if missing := [m for m in members if not stated[m.pk]]:
        raise NoHead(f"还有{len(missing)}名成员没有填写与新户主的关系")
    if list(stated.values()).count("head") != 1:
        raise NoHead("一户只能有一名户主")
    for member in sorted(members, key=lambda m: m.pk == new_head.pk):
        set_row(member, versions.get(member.pk, member.version), {"relation": stated[member.pk]})


def _insist_on_reason(reason: str, allowed: tuple[str, ...]) -> None:
    if reason not in allowed:
        raise NoSuchReason("请选择增加或减少的原因")
