"""Conditions that are ready to be taken: above all who is in no list (没有…的户).

A blank is not an answer: where 没有 must hold for what was never filled in, the condition says so (已填 and …).
"""

from typing import Any

from taizhang.households.asking.catalogue import catalogue

Told = dict[str, Any]


def _leaf(field: str, op: str, *values: str) -> Told:
    return {"field": field, "op": op} | ({"values": list(values)} if values else {})


def _both(*parts: Told) -> Told:
    return {"all": list(parts)}


def _members(how: str, where: Told) -> Told:
    return {"members": how, "where": where}


def _not_told_yes(field: str) -> Told:
    return {"any": [_leaf(field, "no"), _leaf(field, "blank")]}


def _aged(low: str, high: str) -> Told:
    return _leaf("derived.age", "between", low, high)


_WORKING = _both(_leaf("member.work_months", "filled"), _leaf("member.work_months", "between", "1", ""))
_ON_A_SPELL = _leaf("work_spell.spell_from_on", "filled")
READY: dict[str, tuple[str, Told]] = {
    "no_helper": ("没有帮扶责任人", _leaf("beside.helper", "has_not")),
    "no_team": ("本村没有驻村工作队", _leaf("beside.team", "has_not")),
    "no_unit": ("本村没有帮扶单位", _leaf("beside.unit", "has_not")),
    "no_survey": ("本期还没有核实", _leaf("key.draft", "yes")),
    "no_phone": ("没有联系电话", _leaf("household.hh_phone", "blank")),
    "no_head": ("没有户主", _leaf("key.head_name", "blank")),
    "no_work": ("无人务工", _both(_members("no", _WORKING), _members("no", _ON_A_SPELL))),
    "idle_labour": (
        "有劳动力而无人务工",
        _both(
            _members("any", _leaf("member.labour", "one_of", "ordinary", "skilled")),
            _members("no", _WORKING),
            _members("no", _ON_A_SPELL),
        ),
    ),
    "not_insured": (
        "有成员未参加医疗保险",
        _members("any", _both(_not_told_yes("member.med_resident"), _not_told_yes("member.med_employee"))),
    ),
    "no_pension": (
        "有成年人未参加养老保险",
        _members("any", _both(_aged("16", ""), _not_told_yes("member.pen_resident"), _not_told_yes("member.pen_employee"))),
    ),
    "not_at_school": (
        "有义务教育年龄的孩子不在校",
        _members("any", _both(_aged("6", "15"), _leaf("member.school_status", "one_of", "not_student"))),
    ),
    "no_number": ("有成员没有证件号码", _members("any", _leaf("person.id_no", "blank"))),
    "no_income": ("没有填收入", _leaf("household.inc_net_yuan", "blank")),
    "no_sheet": ("没有收入核算明细", _leaf("key.worksheet", "has_not")),
    "no_account": ("没有银行卡号", _leaf("household.bank_account", "blank")),
    "no_measure": ("没有到户措施", _leaf("measure.measure_item", "blank")),
    "unsafe": ("住危房", _leaf("household.is_unsafe", "yes")),
    "no_water": ("饮水不安全", _leaf("household.water_safe", "no")),
}


def ready() -> dict[str, str]:
    """The ready conditions whose fields stand here: key and what they are called, in the order of the page."""
    return {key: zh for key, (zh, told) in READY.items() if _fields(told) <= catalogue().keys()}


def _fields(told: Told) -> set[str]:
    if "field" in told:
        return {told["field"]}
    parts = told.get("all") or told.get("any") or [told["where"]]
    return {field for part in parts for field in _fields(part)}
