"""Forms over facts: what was posted becomes typed values by each fact's kind, and a fact becomes a field for ui.field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

import polars as pl
from django.http import HttpRequest, QueryDict

from taizhang.households.sealing import masked
from taizhang.households.services.refusals import BadFacts
from taizhang.kernel.findings import Severity
from taizhang.kernel.kinds import day
from taizhang.policy.archive import Fact
from taizhang.web.households import showing

FEW = 9  # a longer list of choices gets a search box
LOCKED, EVENTS_ONLY = "锁定栏目，由省级更正", "由业务操作改变，不能直接修改"
YES_NO = {"yes": True, "no": False, "": None}
MUST = "必填栏目不能为空"
STOPS = (Severity.BLOCK, Severity.ERROR)


@dataclass(slots=True)
class Typed:
    """What a form carried: `values` typed, `raw` as posted, `errors` a sentence by field name."""

    values: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_facts(posted: QueryDict, facts: Iterable[Fact], *, suffix: str = "") -> Typed:
    """The facts that a form carried, read by their kinds. One that the form does not carry stays as it is; a blank secret too."""
    typed = Typed()
    for fact in facts:
        name = f"{fact.name}{suffix}"
        if name not in posted or fact.derived:
            continue
        raw: Any = [key for key in posted.getlist(name) if key] if fact.kind.name == "some_of" else posted[name].strip()
        typed.raw[name] = raw
        if fact.kind.secret and not raw:
            continue
        value, problem = _read(fact, raw)
        if problem:
            typed.errors[name] = problem
        else:
            typed.values[fact.name] = value
    return typed


def insist_on(typed: Typed, facts: Iterable[Fact], row: Any) -> None:
    """A required fact that is known may be corrected, never blanked; one that was never known may stay unknown."""
    for fact in facts:
        if fact.required == "R" and fact.name in typed.values and typed.values[fact.name] is None and getattr(row, fact.name) is not None:
            typed.errors[fact.name] = MUST


def field_of(
    fact: Fact,
    row: Any,
    typed: Typed | None = None,
    *,
    suffix: str = "",
    may_locked: bool = True,
    theirs: Mapping[str, Any] | None = None,
    required: bool | None = None,
) -> dict[str, Any]:
    """One fact as a field: what was typed, else what stands on the row."""
    name = f"{fact.name}{suffix}"
    told: dict[str, Any] = {
        "name": name,
        "label": fact.zh,
        "kind": _input(fact),
        "unit": showing.unit(fact),
        "help": fact.note or None,
        "wide": fact.name in showing.WIDE,
        "required": fact.required == "R" if required is None else required,
    }
    if fact.derived:
        return {**told, "kind": "shown", "value": showing.shown(fact, row), "required": False, "help": "自动计算"}
    if fact.events_only or (fact.locked and not may_locked):
        why = EVENTS_ONLY if fact.events_only else LOCKED
        return {**told, "value": showing.shown(fact, row), "fixed": why, "required": False, "help": None}
    if fact.kind.name in ("one_of", "some_of"):
        of = fact.kind.code_list  # type: ignore[attr-defined]
        told |= {"choices": list(zip(of.keys(), of.labels(), strict=True)), "most": getattr(fact.kind, "most", None)}
    if fact.kind.secret:
        told |= _secret(fact, row)
    raw = (typed.raw if typed else {}).get(name)
    told["value"] = _of_raw(fact, raw) if raw is not None else _of_row(fact, row)
    told["error"] = typed.errors.get(name) if typed else None
    if theirs and fact.name in theirs:
        told["was"] = _told(fact, theirs[fact.name])
    return told


def shown_fields(facts: Iterable[Fact], row: Any) -> list[dict[str, Any]]:
    """Facts as they stand, to be read and not to be changed."""
    return [{"name": f.name, "label": f.zh, "kind": "shown", "value": showing.shown(f, row), "unit": showing.unit(f)} for f in facts]


def plain(
    name: str, label: str, posted: Mapping[str, str], errors: Mapping[str, str], *, kind: str = "text", **more: Any
) -> dict[str, Any]:
    """A field that is no fact: a reason, a date."""
    return {"name": name, "label": label, "kind": kind, "value": posted.get(name, ""), "error": errors.get(name), **more}


def reason_section(posted: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """Every correction says why."""
    told = plain("reason", "更正缘由", posted, errors, kind="longtext", required=True, wide=True, help="将写入变动历史")
    return {"title": "更正说明", "fields": [{**told, "placeholder": "例：入户核实，原登记有误"}]}


def reason_typed(request: HttpRequest) -> str:
    """The reason in the form, which may be none."""
    return request.POST.get("reason", "").strip()[:500]


def reason_of(request: HttpRequest, errors: dict[str, str], says: str = "请写明更正缘由") -> str:
    """The reason that an act demands; without one the form is wrong."""
    reason = reason_typed(request)
    if not reason:
        errors["reason"] = says
    return reason


def day_of(request: HttpRequest, name: str, errors: dict[str, str], says: str = "请填写日期") -> date | None:
    """A day; where what was typed is none, the complaint is in `errors`."""
    typed = request.POST.get(name, "").strip()
    found, problem = day().read_one(typed)
    if problem or not isinstance(found, date):
        errors[name] = day().says(problem, typed) if problem else says
        return None
    return found


def corrected(request: HttpRequest, facts: Iterable[Fact], row: Any) -> tuple[Typed, int, str]:
    """What a form over `row` (None: none stands yet) carried: its facts, the version read, the reason that a correction demands."""
    facts = tuple(facts)
    typed, version = read_facts(request.POST, facts), version_of(request)
    if row is not None and version == row.version:
        insist_on(typed, facts, row)
    first = row is None or row.pk is None or request.POST.get("version") == "0"  # made where none stood, even if one stands by now
    return typed, version, "" if first else reason_of(request, typed.errors)


def version_of(request: HttpRequest) -> int:
    """The version of the row that the form was made from; 0 where none stood, or none is told."""
    asked = request.POST.get("version", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else 0


def key_of(request: HttpRequest) -> str:
    """The idempotency key that the form carried, else a fresh one."""
    return request.POST.get("idempotency_key", "")[:80] or uuid4().hex


def found_errors(refused: BadFacts, errors: dict[str, str]) -> list[str]:
    """Findings of a service put beside their fields; gives those that belong to the whole form."""
    whole = []
    for finding in refused.findings:
        name = finding.where.column.rpartition(".")[2]
        errors.setdefault(name, finding.message)
        whole.append(finding.message)
    return whole


def _input(fact: Fact) -> str:
    match fact.kind.name:
        case "one_of":
            return "select" if len(fact.kind.code_list.keys()) <= FEW else "find"  # type: ignore[attr-defined]
        case "some_of":
            return "many"
        case "yes_no":
            return "yesno"
        case "yuan" | "day" | "phone":
            return fact.kind.name
    return "number" if isinstance(fact.kind.dtype, pl.Decimal) or fact.kind.dtype.is_integer() else "text"


def _read(fact: Fact, raw: Any) -> tuple[Any, str | None]:
    """One posted value → (value, what is wrong)."""
    kind = fact.kind
    if kind.name == "yes_no":
        return (YES_NO[raw], None) if raw in YES_NO else (None, kind.says("yes_no.unknown", raw))
    if kind.name == "one_of" and raw in kind.code_list.keys():  # type: ignore[attr-defined]  # noqa: SIM118
        return raw, None
    text = raw
    if kind.name == "some_of":
        labels = dict(zip(kind.code_list.keys(), kind.code_list.labels(), strict=True))  # type: ignore[attr-defined]
        text = "；".join(labels.get(key, key) for key in raw)
    value, problem = kind.read_one(text)
    if problem and kind.severity(problem) in STOPS:
        return None, kind.says(problem, text)
    return value, None


def _of_raw(fact: Fact, raw: Any) -> Any:
    return YES_NO.get(raw) if fact.kind.name == "yes_no" else raw


def _of_row(fact: Fact, row: Any) -> Any:
    value = getattr(row, fact.name, None)
    if fact.kind.secret:
        return ""
    if fact.kind.name == "some_of":
        return value.split(",") if value else []
    if fact.kind.name in ("yes_no", "one_of") or value is None:
        return value
    return fact.kind.show_one(value)


def _secret(fact: Fact, row: Any) -> dict[str, Any]:
    sealed = getattr(row, fact.name, None)
    if not sealed:
        return {}
    return {"placeholder": masked(bytes(sealed), fact.name), "help": "已填写；不改请留空"}


def _told(fact: Fact, value: Any) -> Any:
    """A typed value of the register as words."""
    if value is None or fact.kind.secret:
        return value or "未填"
    return fact.kind.show_one(value)
