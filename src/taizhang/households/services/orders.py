"""Orders to correct a locked field (锁定字段更正): asked for by any level, executed by the province alone, and by nothing else.

Exactly three: 调整贫困户属性, 调整识别标准, 调整姓名证件号码. Source: domain/archives.md 3.1 [S0].
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from taizhang.accounts import access
from taizhang.accounts.models import User
from taizhang.accounts.permissions import Permission
from taizhang.households.happenings import FACT_OF
from taizhang.households.models import CorrectionOrder, Household, HouseholdPeriod, Membership, Period, Person
from taizhang.households.sealing import digest_of
from taizhang.households.sealing import opened as unsealed
from taizhang.households.services.acting import insist_on_papers
from taizhang.households.services.common import set_row, stored
from taizhang.households.services.refusals import AlreadyOnRegister, BadFacts, NotInHousehold, OldValueGone, OrderSettled
from taizhang.households.services.windows import insist_on_window
from taizhang.journal.posting import Cause, posting
from taizhang.kernel import identity, names
from taizhang.kernel.findings import Finding, Severity, Where
from taizhang.policy.archive import fact
from taizhang.policy.code_lists import code_list

IDENTITY = ("name", "id_type", "id_no")
ID_TYPES = code_list("id_type").keys()
NO_PAPER = "none_yet"
KINDS = dict(CorrectionOrder.KINDS)


def request_order(
    *,
    by: User,
    at: datetime,
    cause: Cause,
    kind: str,
    household: Household,
    new: Mapping[str, Any],
    proof: str,
    area: str,
    person: Person | None = None,
    from_period: Period | None = None,
    idempotency_key: str | None = None,
) -> CorrectionOrder:
    """Ask for a locked field to be corrected. What stands now is noted as the old value; `cause.reason` is the reason.

    `new` maps facts to typed values: ``hh_attr``, ``id_standard``, or any of ``name``, ``id_type``, ``id_no`` (as text) of `person`, a
    member; an ``id_type`` of none_yet takes the number away. `from_period` is the first to be corrected, None all; `area` is the office's.

    Needs    ORDER_REQUEST over the household's area
    Writes   1 correction_order, 1 posting
    Raises   NotPermitted, OutsideWindow, NoProof, BadFacts, NotInHousehold, OrderSettled where one waits already, AlreadyPosted
    Source   domain/archives.md 3.1 锁定字段更正
    """
    access.require(by, Permission.ORDER_REQUEST, area=household.area)
    insist_on_window(by, "request_order", household.area, at)
    insist_on_papers(timezone.localdate(at), at, reason=cause.reason, proof=proof)
    of = {"kind": kind, "household": household, "person": person}
    told = of | _values(kind, household, person, new, from_period) | {"reason": cause.reason, "proof": proof, "from_period": from_period}
    with posting(by=by, at=at, cause=cause, area=household.area, idempotency_key=idempotency_key) as opened:
        _insist_on_none_waiting(**of)
        asked = {"requested_by": by, "requested_at": at, "requested_area": area}
        order = CorrectionOrder.objects.create(area=household.area, **told, **asked)
        opened.result = str(order.pk)
    return order


def withdraw_order(
    *, by: User, at: datetime, cause: Cause, order: CorrectionOrder, version: int, idempotency_key: str | None = None
) -> CorrectionOrder:
    """Take back an order that one has asked for oneself, while it waits.

    Needs    ORDER_REQUEST over the order's area, and to be the one who asked
    Writes   1 correction_order, 1 posting
    Raises   NotPermitted, OrderSettled, LostRace, AlreadyPosted
    """
    access.require(by, Permission.ORDER_REQUEST, area=order.area)
    if order.requested_by_id != by.pk:
        raise access.NotPermitted("只有提出申请的账号能够撤回")
    return _settle(by, at, cause, order, version, CorrectionOrder.WITHDRAWN, idempotency_key)


def refuse_order(
    *, by: User, at: datetime, cause: Cause, order: CorrectionOrder, version: int, idempotency_key: str | None = None
) -> CorrectionOrder:
    """Refuse an order, saying why in `cause.reason`.

    Needs    HOUSEHOLD_CORRECT_LOCKED over the order's area
    Writes   1 correction_order, 1 posting
    Raises   NotPermitted, NoProof without a reason, OrderSettled, LostRace, AlreadyPosted
    """
    access.require(by, Permission.HOUSEHOLD_CORRECT_LOCKED, area=order.area)
    insist_on_papers(timezone.localdate(at), at, reason=cause.reason)
    return _settle(by, at, cause, order, version, CorrectionOrder.REFUSED, idempotency_key)


def execute_order(
    *, by: User, at: datetime, cause: Cause, order: CorrectionOrder, version: int, idempotency_key: str | None = None
) -> CorrectionOrder:
    """Execute an order: the rows are corrected with the order as their cause (``order:ID``), all in one posting.

    What the order says stood must still stand: of an attribute or standard in the newest archive that the order covers; the archives
    that it covers and that hold the old value get the new one, frozen ones too; another value is not touched. Of an identity on the
    person; the head's name in the archives follows.

    Needs    HOUSEHOLD_CORRECT_LOCKED over the order's area
    Writes   the archives or the person, 1 correction_order, 1 posting
    Raises   NotPermitted, OutsideWindow, OrderSettled, OldValueGone, AlreadyOnRegister, LostRace, AlreadyPosted
    Source   domain/archives.md 3.1 锁定字段更正
    """
    access.require(by, Permission.HOUSEHOLD_CORRECT_LOCKED, area=order.area)
    insist_on_window(by, "execute_order", order.area, at)
    _insist_on_waiting(order)
    because = Cause(cause.action, cause.reason or order.reason, f"order:{order.pk}")
    with posting(by=by, at=at, cause=because, area=order.area, idempotency_key=idempotency_key) as opened:
        if order.kind == CorrectionOrder.IDENTITY:
            _correct_identity(order)
        else:
            _correct_archives(order)
        set_row(order, version, _settled(by, at, CorrectionOrder.EXECUTED, cause.reason))
        opened.result = str(order.pk)
    return order


def _settle(
    by: User, at: datetime, cause: Cause, order: CorrectionOrder, version: int, state: str, idempotency_key: str | None
) -> CorrectionOrder:
    _insist_on_waiting(order)
    with posting(by=by, at=at, cause=cause, area=order.area, idempotency_key=idempotency_key) as opened:
        set_row(order, version, _settled(by, at, state, cause.reason))
        opened.result = str(order.pk)
    return order


def _settled(by: User, at: datetime, state: str, note: str) -> dict[str, Any]:
    return {"state": state, "settled_by": by, "settled_at": at, "settled_note": note}


def _insist_on_none_waiting(kind: str, household: Household, person: Person | None) -> None:
    """One order of a kind at a time: the household is locked, so that of two who ask the second is told."""
    Household.objects.select_for_update().get(pk=household.pk)
    if CorrectionOrder.objects.filter(state=CorrectionOrder.REQUESTED, household=household, kind=kind, person=person).exists():
        raise OrderSettled(f"这一{'人' if person else '户'}已有一份“{KINDS[kind]}”的申请在等待办理")


def _insist_on_waiting(order: CorrectionOrder) -> None:
    if order.state != CorrectionOrder.REQUESTED:
        raise OrderSettled(f"这份更正申请{order.get_state_display()},不能再办理")


def _values(kind: str, household: Household, person: Person | None, new: Mapping[str, Any], from_period: Period | None) -> dict[str, Any]:
    """The old and new columns of an order, or BadFacts."""
    if kind not in KINDS:
        raise _bad("kind", "请选择更正事项")
    if kind == CorrectionOrder.IDENTITY:
        return _identity_values(household, person, new, from_period)
    if person is not None:
        raise _bad("person", "这一更正事项针对整户,不选成员")
    of = FACT_OF[kind]
    typed, known = new.get(of.name), code_list(of.name).keys()
    if set(new) != {of.name} or typed not in known:
        raise _bad(of.name, f"请选择新的{of.zh}")
    archive = covered(household, from_period).order_by("-period__reference_on").first()
    if archive is None:
        raise NotInHousehold("所选期次以来这一户没有档案")
    stands = getattr(archive, of.name)
    if stands == typed:
        raise _bad(of.name, f"新的{of.zh}与现在的相同,不需要更正")
    return {"old_key": stands, "new_key": typed}


def _identity_values(household: Household, person: Person | None, new: Mapping[str, Any], from_period: Period | None) -> dict[str, Any]:
    if person is None or not Membership.objects.filter(household=household, person=person, open=True).exists():
        raise NotInHousehold("请选择本户的一名现有成员")
    if from_period is not None:
        raise _bad("from_period", "姓名、证件没有期次,更正对所有期次生效")
    if set(new) - set(IDENTITY) or new.get("id_type") not in (None, "", *ID_TYPES):
        raise _bad("id_type", "请选择新的证件类型")
    if new.get("id_type") == NO_PAPER and new.get("id_no"):
        raise _bad("id_no", "暂无证件的不填证件号码")
    if new.get("id_no") and identity.facts_of(new["id_no"]).problem not in (None, *identity.WARNINGS):
        raise _bad("id_no", "新的证件号码不对,请核对")
    typed = {name: new[name] for name in IDENTITY if new.get(name)}
    if typed.get("id_no"):
        typed["id_no"] = identity.facts_of(typed["id_no"]).number
    changed = {name: stored(fact(name), value) for name, value in typed.items()}
    changed = {name: value for name, value in changed.items() if value != _plain(getattr(person, name))}
    if changed.get("id_type") == NO_PAPER and person.id_no is not None:
        changed["id_no"] = None
    if not changed:
        raise _bad("name", "请写明新的姓名、证件类型或证件号码,至少有一项与现在不同")
    told: dict[str, Any] = {}
    for name, value in changed.items():
        told |= {f"old_{name}": getattr(person, name), f"new_{name}": value}
    return told


def covered(household: Household, from_period: Period | None) -> Any:
    """The archives of a household from a period on, or all."""
    found = HouseholdPeriod.objects.filter(household=household)
    return found if from_period is None else found.filter(period__reference_on__gte=from_period.reference_on)


def _correct_archives(order: CorrectionOrder) -> None:
    name = FACT_OF[order.kind].name
    archives = covered(order.household, order.from_period)
    newest = archives.order_by("-period__reference_on").first()
    if newest is None or getattr(newest, name) != order.old_key:
        raise OldValueGone("申请以后原值已有变动,与申请中的原值不一致;请驳回后重新申请")
    of_old = {f"{name}__isnull": True} if order.old_key is None else {name: order.old_key}
    archives.filter(**of_old).update(**{name: order.new_key}, version=F("version") + 1, came_from="")


def _correct_identity(order: CorrectionOrder) -> None:
    person = Person.objects.select_for_update().get(pk=order.person_id)
    changed = {name: getattr(order, f"new_{name}") for name in IDENTITY if getattr(order, f"new_{name}") is not None}
    if order.new_id_type == NO_PAPER and order.old_id_no is not None:
        changed["id_no"] = None
    if any(_plain(getattr(person, name)) != _plain(getattr(order, f"old_{name}")) for name in changed):
        raise OldValueGone("申请以后姓名或证件已有变动,与申请中的原值不一致;请驳回后重新申请")
    typed = dict(changed)
    if changed.get("id_no") is not None:
        typed["id_no"] = unsealed(bytes(changed["id_no"]), "id_no")
    old_name = person.name
    set_row(person, person.version, changed | _identity_of(person, changed, typed))
    if "name" in changed:
        heads = Membership.objects.filter(person=person, relation="head").values("household_id")
        told = {"head_name": changed["name"], "head_initials": names.initials_of(changed["name"]), "version": F("version") + 1}
        HouseholdPeriod.objects.filter(household__in=heads, head_name=old_name).update(**told)


def _identity_of(person: Person, changed: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from a new name or number: pinyin, digest, birth date, sex. `typed` holds the number as text.

    Raises   AlreadyOnRegister when another person bears the number
    """
    found: dict[str, Any] = {}
    if "name" in changed:
        found |= {"pinyin": names.pinyin_of(changed["name"]), "initials": names.initials_of(changed["name"])}
    if "id_no" in changed and changed["id_no"] is None:
        found |= {"id_digest": None, "id_length": None, "id_checked": None}
    elif "id_no" in changed:
        said = identity.facts_of(typed["id_no"])
        digest = digest_of(typed["id_no"])
        if Person.objects.filter(id_digest=digest).exclude(pk=person.pk).exists():
            raise AlreadyOnRegister("这个证件号码已经在册,请核对号码,或上报核查是否重复")
        found |= {"id_digest": digest, "id_length": len(said.number or ""), "id_checked": said.checksum_ok}
        found |= {"birth_date": said.birth_date or person.birth_date, "sex": said.sex or person.sex}
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _bad(field: str, says: str) -> BadFacts:
    return BadFacts([Finding("order", Where("", 0, field), says, Severity.ERROR)])
