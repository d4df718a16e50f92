"""The family over time: natural increase and decrease (自然增加、自然减少) and change of head (户主变更)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from taizhang.accounts.models import User
from taizhang.households import writing
from taizhang.households.models import Household, Membership, Period, Person
from taizhang.households.sealing import digest_of
from taizhang.households.services.acting import add_event, insist_on_live, insist_on_papers, insist_on_right, refresh_from
from taizhang.households.services.common import set_row
from taizhang.households.services.frames import lines_of, no_errors
from taizhang.households.services.refusals import AlreadyOnRegister, NoHead, NoProof, NotInHousehold, Refused
from taizhang.journal.posting import Cause, posting
from taizhang.policy.states import NATURAL_ADD_REASONS, NATURAL_DROP_REASONS

GONE = {"death": "dead", "moved_out": "moved_out"}
"""The state of a member by the reason of his leaving; any other leaves him `reduced`."""


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
    proof: str,
    idempotency_key: str | None = None,
) -> Membership:
    """A person joins a household (自然增加): birth, marriage, moving in …

    A person who is on the register and in no household is taken up again, not doubled.

    Needs    MEMBER_ADD over the household's area
    Writes   1 person where new, 1 membership, 1 member_period, the household's derived figures, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoSuchReason, NoProof, BadFacts, NoHead, AlreadyOnRegister, AlreadyPosted
    Source   domain/archives.md 3.1 自然增加
    """
    insist_on_right(by, "add_member", household, period, at)
    _insist_on_reason(reason, NATURAL_ADD_REASONS)
    insist_on_papers(on, at, proof=proof)
    if household.closed:
        raise NotInHousehold("这一户已经销户,不能增加成员")
    if facts.get("membership.relation") == "head":
        raise NoHead("一户只能有一名户主,更换户主请办理“户主变更”")
    told = {"membership.add_reason": reason, "membership.add_on": on, "membership.add_proof": proof}
    lines = lines_of(household.area, household.group_name, {}, [{**facts, **told}])
    no_errors(lines)
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        lines = lines.with_columns(pl.lit(household.pk).alias(writing.HOUSEHOLD_ID), known_persons(lines))
        writing.add_members(lines, period)
        refresh_from([household], period)
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
    proof: str,
    new_head: Membership | None = None,
    relations: Mapping[int, str] | None = None,
    versions: Mapping[int, int] | None = None,
    idempotency_key: str | None = None,
) -> Membership:
    """A person leaves a household (自然减少): death, moving out, marriage … A head leaves only with a new head.

    Needs    MEMBER_LEAVE over the member's area
    Writes   1 membership closed (others restated with a new head), the household's derived figures, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoSuchReason, NoProof, NotInHousehold, NoHead, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 自然减少
    """
    insist_on_right(by, "leave_member", membership.household, period, at)
    _insist_on_reason(reason, NATURAL_DROP_REASONS)
    insist_on_papers(on, at, proof=proof)
    others = _others(membership, on)
    if membership.relation == "head" and new_head is None and others:
        raise NoHead("户主减少时必须同时确定新户主,并重新填写每名成员与新户主的关系")
    state = GONE.get(reason, "reduced")
    with posting(by=by, at=at, cause=cause, area=membership.area, idempotency_key=idempotency_key) as opened:
        set_row(membership, version, {"open": False, "state": state, "drop_reason": reason, "drop_on": on, "drop_proof": proof})
        if new_head is not None:
            restate(others, new_head, relations or {}, versions or {})
        refresh_from([membership.household], period)
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
    on: date,
    proof: str,
    idempotency_key: str | None = None,
) -> Household:
    """Another member becomes head (户主变更); the relations of all members are stated again. Keys are memberships.

    Needs    HEAD_CHANGE over the household's area
    Writes   every open membership of the household, its derived figures, 1 household_event, 1 posting
    Raises   NotPermitted, PeriodFrozen, OutsideWindow, NoProof, NotInState, NoHead, NotInHousehold, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 户主变更
    """
    insist_on_right(by, "change_head", household, period, at)
    insist_on_papers(on, at, reason=cause.reason, proof=proof)
    insist_on_live(household, "change_head")
    members = list(Membership.objects.filter(household=household, open=True).order_by("pk"))
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        restate(members, new_head, relations, versions)
        add_event(household, period, "change_head", on, reason=cause.reason, proof=proof)
        refresh_from([household], period)
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


def restate(members: list[Membership], new_head: Membership, relations: Mapping[int, str], versions: Mapping[int, int]) -> None:
    """State the relation of every member to the new head; the old head steps back before the new one stands.

    Raises   NotInHousehold, NoHead, LostRace
    """
    if new_head.pk not in {m.pk for m in members}:
        raise NotInHousehold("新户主必须是本户现有成员")
    stated = {m.pk: relations.get(m.pk, "") for m in members} | {new_head.pk: "head"}
    if missing := [m for m in members if not stated[m.pk]]:
        raise NoHead(f"还有{len(missing)}名成员没有填写与新户主的关系")
    if list(stated.values()).count("head") != 1:
        raise NoHead("一户只能有一名户主")
    for member in sorted(members, key=lambda m: m.pk == new_head.pk):
        set_row(member, versions.get(member.pk, member.version), {"relation": stated[member.pk]})


def _others(membership: Membership, on: date) -> list[Membership]:
    """The rest of the family, where the member is in it and leaves no earlier than he came.

    Raises   NoProof, NotInHousehold
    """
    if membership.add_on is not None and on < membership.add_on:
        raise NoProof("减少日期早于此人的增加日期,请核对")
    if not membership.open:
        raise NotInHousehold("这名成员已经不在户")
    return list(Membership.objects.filter(household=membership.household_id, open=True).exclude(pk=membership.pk))


def _insist_on_reason(reason: str, allowed: tuple[str, ...]) -> None:
    if reason not in allowed:
        raise NoSuchReason("请选择增加或减少的原因")
