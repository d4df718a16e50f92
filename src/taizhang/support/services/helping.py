"""Helpers (帮扶责任人): registering one, correcting what is known of him, and the account through which he signs in."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from taizhang.accounts import access
from taizhang.accounts.granting import require_over
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.services.common import differing, insist_on_unlocked, set_row
from taizhang.journal.bulk import take_ids
from taizhang.journal.posting import Cause, posting
from taizhang.support.models import Helper, SupportUnit
from taizhang.support.services.common import insist_on_told, number_facts, spelled, stored
from taizhang.support.services.refusals import AccountTaken

OWN_NUMBER = "B"  # the numbers that we issue


def add_helper(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    area: str,
    unit: SupportUnit | None,
    facts: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> Helper:
    """Register a helper (登记帮扶责任人). `facts` maps a fact's name to its typed value (secrets as text).

    Needs    SUPPORT_KEEP over `area`
    Writes   1 helper, 1 posting
    Raises   NotPermitted, BadFacts, LockedField for a derived fact, HelperKnown, AlreadyPosted
    Source   domain/archives.md 1.7
    """
    access.require(by, Permission.SUPPORT_KEEP, area=area)
    insist_on_told(facts, "helper_name")
    insist_on_unlocked(by, area, facts)
    with posting(by=by, at=at, cause=cause, area=area, idempotency_key=idempotency_key) as opened:
        told = stored(facts) | number_facts(facts.get("helper_id_no")) | spelled(facts["helper_name"])
        pk = next(iter(take_ids(Helper, 1)))
        helper = Helper.objects.create(pk=pk, helper_no=number_of(pk), area=area, unit=unit, **told)
        opened.result = str(helper.pk)
    return helper


def correct_helper(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    helper: Helper,
    version: int,
    unit: SupportUnit | None,
    facts: Mapping[str, Any],
    ended_on: date | None = None,
    idempotency_key: str | None = None,
) -> Helper:
    """Correct what is known of a helper (更正帮扶责任人); `unit` as it is now, `ended_on` the day from which he helps no more.

    One unit at a time by construction (HL-06); his pairings stay until each is changed, and are warned of (HL-05).

    Needs    SUPPORT_KEEP over the helper's area
    Writes   1 helper, 1 posting; nothing when nothing differs
    Raises   NotPermitted, BadFacts, LockedField for a derived fact, HelperKnown, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=helper.area)
    insist_on_unlocked(by, helper.area, dict.fromkeys(facts))
    changed = differing(helper, facts)
    if "helper_name" in changed:
        insist_on_told(changed, "helper_name")
        changed |= spelled(changed["helper_name"])
    if ended_on != helper.ended_on:
        changed["ended_on"] = ended_on
    if (unit.pk if unit else None) != helper.unit_id:
        changed["unit"] = unit
    if not changed:
        return helper
    with posting(by=by, at=at, cause=cause, area=helper.area, idempotency_key=idempotency_key) as opened:
        if "helper_id_no" in changed:
            changed |= number_facts(facts["helper_id_no"], known=helper.pk)
        set_row(helper, version, changed)
        opened.result = str(helper.pk)
    return helper


def bind_account(
    *, by: User, at: datetime, cause: Cause, helper: Helper, version: int, account: User, idempotency_key: str | None = None
) -> Helper:
    """Say which account is a helper's (绑定账号): with the role 帮扶责任人 it sees the households paired with him, and nothing else.

    Needs    SUPPORT_KEEP over the helper's area, and ACCOUNTS_MANAGE over the account
    Writes   1 helper, 1 posting
    Raises   NotPermitted, AccountTaken, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=helper.area)
    require_over(by, account)
    with posting(by=by, at=at, cause=cause, area=helper.area, idempotency_key=idempotency_key) as opened:
        if Helper.objects.filter(account=account).exclude(pk=helper.pk).exists():
            raise AccountTaken("这个账号已经绑定了另一名帮扶责任人")
        if helper.account_id not in (None, account.pk):
            raise AccountTaken("这名帮扶责任人已经绑定了账号,请先解除")
        set_row(helper, version, {"account": account})
        opened.result = str(helper.pk)
    return helper


def unbind_account(*, by: User, at: datetime, cause: Cause, helper: Helper, version: int, idempotency_key: str | None = None) -> Helper:
    """Take a helper's account off him (解除绑定): it sees none of his households from now on.

    Needs    SUPPORT_KEEP over the helper's area, and ACCOUNTS_MANAGE over the account
    Writes   1 helper, 1 posting; nothing when he has none
    Raises   NotPermitted, LostRace, AlreadyPosted
    """
    access.require(by, Permission.SUPPORT_KEEP, area=helper.area)
    if helper.account is None:
        return helper
    require_over(by, helper.account)
    with posting(by=by, at=at, cause=cause, area=helper.area, idempotency_key=idempotency_key) as opened:
        set_row(helper, version, {"account": None})
        opened.result = str(helper.pk)
    return helper


def number_of(pk: int) -> str:
    """The number that we issue for a helper."""
    return f"{OWN_NUMBER}{pk:011d}"
