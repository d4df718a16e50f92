"""The acts on a village that only a decision does (贫困村新纳入、退出, domain/archives.md 3.1), and what the register counts beside what a
village typed (1.8, 1.9). Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SURVEY, INCLUDE, EXIT = "survey_village", "include_village", "exit_village"
VILLAGE_OPERATIONS: dict[str, str] = {SURVEY: "采集村档案", INCLUDE: "贫困村纳入", EXIT: "贫困村退出"}
POOR = "poor"
POOR_ATTRIBUTES = frozenset({POOR, "poor_plan_12", "poor_plan_13"})
"""The values of list village_attr that name a poor village."""


def why_not_include(facts: Mapping[str, Any]) -> str:
    """Why a village cannot be included among the poor ones, "" when it can."""
    if facts.get("v_attr") in POOR_ATTRIBUTES and not facts.get("v_exited"):
        return "这个村已经是贫困村,不能重复纳入"
    return ""


def why_not_exit(facts: Mapping[str, Any]) -> str:
    """Why a village cannot exit, "" when it can. What an exited village must show is said by `exit_gaps`."""
    if facts.get("v_attr") not in POOR_ATTRIBUTES:
        return "这个村不是贫困村,没有可以办理的退出"
    return "这个村已经退出" if facts.get("v_exited") else ""


def exit_gaps(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the archive of a village must tell before it exits and does not (VI-01, VI-02, VI-04): sentence by fact.

    Source   domain/archives.md 2.9
    """
    found = {
        name: f"退出前应填写“{zh}”,且不为 0" for name, zh in (("v_households", "总户数"), ("v_persons", "总人口")) if not facts.get(name)
    }
    if not facts.get("v_collective_yuan"):
        found["v_collective_yuan"] = "退出前应填写“村级集体经济收入”,且不为 0"
    if facts.get("v_road_to_township") is not True:
        found["v_road_to_township"] = "到乡镇没有通沥青(水泥)路的村不能退出"
    return found


EQUAL, FLOOR = "equal", "floor"


@dataclass(frozen=True, slots=True)
class Total:
    """How a typed total stands to what the register counts: `EQUAL` it counts the same people; `FLOOR` the register holds only the
    registered ones, so the village has at least as many. `counts` says what is counted.
    """

    counted: str
    stands: str
    counts: str


_POOR_HH, _POOR = "在册未脱贫(含预脱贫、返贫)的户", "在册未脱贫(含预脱贫、返贫)户的成员"
_TOTALS: dict[str, Total] = {
    "poor_households": Total("poor_households", EQUAL, _POOR_HH),
    "poor_persons": Total("poor_persons", EQUAL, _POOR),
    "dibao_households": Total("dibao_households", FLOOR, "在册户中属性为低保、低保贫困或有成员享受低保的户"),
    "dibao_persons": Total("dibao_persons", FLOOR, "在册成员中享受低保的人"),
    "wubao_households": Total("wubao_households", FLOOR, "在册户中属性为五保、五保贫困或有成员享受五保的户"),
    "wubao_persons": Total("wubao_persons", FLOOR, "在册成员中享受五保(特困供养)的人"),
    "minority_persons": Total("minority_persons", FLOOR, "在册成员中汉族以外的人"),
    "women": Total("women", FLOOR, "在册成员中的女性"),
    "disabled_persons": Total("disabled_persons", FLOOR, "在册成员中健康状况含残疾的人"),
    "labour": Total("labour", FLOOR, "在册成员中有普通、技能、弱劳动能力的人"),
    "away_workers": Total("away_workers", FLOOR, "在册成员中本期务工时间大于0的人"),
    "poor_labour": Total("poor_labour", EQUAL, "在册未脱贫户中有劳动能力的成员"),
}
_OF_VILLAGES_ONLY: dict[str, Total] = {
    "households": Total("households", FLOOR, "在册的户"),
    "persons": Total("persons", FLOOR, "在册的成员"),
    "plain_poor_households": Total("plain_poor_households", EQUAL, f"{_POOR_HH}中属性为一般贫困户的"),
    "plain_poor_persons": Total("plain_poor_persons", EQUAL, f"{_POOR}中属于一般贫困户的"),
    "dibao_poor_hh": Total("dibao_poor_hh", EQUAL, f"{_POOR_HH}中属性为低保贫困户的"),
    "dibao_poor_persons": Total("dibao_poor_persons", EQUAL, f"{_POOR}中属于低保贫困户的"),
    "wubao_poor_hh": Total("wubao_poor_hh", EQUAL, f"{_POOR_HH}中属性为五保贫困户的"),
    "wubao_poor_persons": Total("wubao_poor_persons", EQUAL, f"{_POOR}中属于五保贫困户的"),
    "disabled_poor": Total("disabled_poor", EQUAL, "在册未脱贫户中健康状况含残疾的成员"),
    "party_members": Total("party_members", FLOOR, "在册成员中政治面貌为中共党员的人"),
    "preschool_pupils": Total("preschool_pupils", FLOOR, "在册成员中在校生状况为学前教育的人"),
    "children_3_to_5": Total("children_3_to_5", FLOOR, "在册成员中标准时点满3至5周岁的人"),
    "pen_covered": Total("pen_covered", FLOOR, "在册成员中参加居民或职工养老保险的人"),
    "coop_poor_hh": Total("coop_poor_hh", EQUAL, "在册未脱贫户中加入农民专业合作社的户"),
    "unsafe_water_hh": Total("unsafe_water_hh", FLOOR, "在册户中饮水不安全的户"),
    "hard_water_hh": Total("hard_water_hh", FLOOR, "在册户中饮水困难的户"),
    "powerless_hh": Total("powerless_hh", FLOOR, "在册户中未通生活用电的户"),
    "unsafe_house_hh": Total("unsafe_house_hh", FLOOR, "在册户中的危房户"),
    "unsafe_house_poor": Total("unsafe_house_poor", EQUAL, "在册未脱贫的危房户的成员"),
    "tv_hh": Total("tv_hh", FLOOR, "在册户中通广播电视的户"),
    "med_persons": Total("med_persons", FLOOR, "在册成员中参加城乡居民医保的人"),
    "pen_resident": Total("pen_resident", FLOOR, "在册成员中参加城乡居民养老保险的人"),
    "pen_employee": Total("pen_employee", FLOOR, "在册成员中参加城镇职工养老保险的人"),
    "loan_year_hh": Total("loan_year_hh", FLOOR, "在册户中本期登记了扶贫贷款措施的户"),
    "loan_overdue_hh": Total("loan_overdue_hh", FLOOR, "在册户中本期贷款措施登记为逾期的户"),
    "yulu_persons": Total("yulu_persons", FLOOR, "在册成员中本期登记了雨露计划措施的人"),
}
VILLAGE_TOTALS: dict[str, Total] = {f"v_{name}": total for name, total in (_TOTALS | _OF_VILLAGES_ONLY).items()}
"""The village's facts that the register of households can count, by name of the fact."""
NATURAL_VILLAGE_TOTALS: dict[str, Total] = {
    f"nv_{name}": total for name, total in (_TOTALS | {n: _OF_VILLAGES_ONLY[n] for n in ("households", "persons")}).items()
}

AGREES, DIFFERS, SHORT, ONLY = "agrees", "differs", "short", "only"


@dataclass(frozen=True, slots=True)
class Beside:
    """What was typed and what the register counts: `verdict` is agrees (or more than counted, where that may be), differs, short (fewer
    typed than stand on the register), only (nothing was typed)."""

    typed: int | None
    counted: int
    verdict: str
    total: Total


def beside(totals: Mapping[str, Total], typed: Mapping[str, Any], counted: Mapping[str, int]) -> dict[str, Beside]:
    """Each typed total beside what the register counts, those that can be counted.

    Blank    a count that could not be made is left out; a total that was not typed is `only`
    """
    found = {}
    for name, total in totals.items():
        if total.counted in counted:
            was, now = typed.get(name), counted[total.counted]
            found[name] = Beside(None if was is None else int(was), now, _verdict(total, was, now), total)
    return found


def _verdict(total: Total, typed: int | Decimal | None, counted: int) -> str:
    if typed is None:
        return ONLY
    if typed < counted:
        return SHORT if total.stands == FLOOR else DIFFERS
    return AGREES if typed == counted or total.stands == FLOOR else DIFFERS


def sums_off(typed: Mapping[str, Any], naturals: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where a village and its natural villages do not add up (VI-11, VI-12), in Chinese; nothing is said of what is not typed everywhere.

    `naturals` are the facts of each natural village of the village; one without an archive is empty.
    """
    found = []
    for name, zh in (("households", "总户数"), ("persons", "总人口")):
        parts = [int(part) for natural in naturals if (part := natural.get(f"nv_{name}")) is not None]
        whole = typed.get(f"v_{name}")
        if whole is not None and parts and len(parts) == len(naturals) and sum(parts) != whole:
            found.append(f"各自然村{zh}合计 {sum(parts)},村档案填的是 {whole},请核对")
    said = typed.get("v_natural_villages")
    if said is not None and naturals and said != len(naturals):
        found.append(f"村档案填了 {said} 个自然村,登记的有 {len(naturals)} 个,请核对")
    return found
