"""Every fact of the archives, by the table that stores it (domain/archives.md 1.2-1.9).

`HOUSEHOLD_FACTS` a household in one period, `MEMBER_FACTS` a member in one period, `PERSON_FACTS` a person, `MEMBERSHIP_FACTS` a person in
a household over time, `WORKSHEET_FACTS` the worksheet behind the income of a household in one period, `WORK_SPELL_FACTS` one of any
number of work spells of a person in one period, `MEASURE_FACTS` one of any number of measures to a household in one period,
`VILLAGE_FACTS` a village and `NATURAL_VILLAGE_FACTS` a natural village in one period.
"""

from dataclasses import replace
from itertools import chain

from taizhang.policy.archive import household, income, measures, members, modules, natural_village, support, village
from taizhang.policy.archive.fact import Fact
from taizhang.policy.archive.income import WORKSHEET_FACTS
from taizhang.policy.archive.members import WORK_PLAN, WORK_SPELL_FACTS
from taizhang.policy.code_lists import code_list

__all__ = [
    "FACT_TABLES",
    "HELPER_FACTS",
    "HOUSEHOLD_FACTS",
    "MEASURE_FACTS",
    "MEMBERSHIP_FACTS",
    "MEMBER_FACTS",
    "MODULES",
    "NATURAL_VILLAGE_FACTS",
    "PAIRING_FACTS",
    "PERSON_FACTS",
    "SECTIONS",
    "TEAM_FACTS",
    "TEAM_MEMBER_FACTS",
    "UNIT_FACTS",
    "VILLAGE_FACTS",
    "WORKSHEET_FACTS",
    "WORK_PLAN",
    "WORK_SPELL_FACTS",
    "Fact",
    "UnknownFact",
    "fact",
    "facts_in",
    "measure_facts",
    "sections",
]

MODULES: tuple[str, ...] = tuple(modules.MODULES)
"""The sections of the household's archive beside base, income and living."""

SECTIONS: dict[str, str] = {
    "base": "基本情况",
    "income": "家庭年收入",
    "living": "生产生活条件",
    **{section: zh for section, (zh, _) in modules.MODULES.items()},
    "person": "人员身份",
    "membership": "户与成员",
    "member": "家庭成员",
    "worksheet": "收入核算明细",
    "work_spell": "务工经历",
    measures.SECTION: "到户措施",
    **{measures.section_of(kind): f"到户措施({code_list('measure_kind').by_key(kind).zh})" for kind in measures.KINDS},
    **support.SECTIONS,
    **{section: zh for section, (zh, _) in village.MODULES.items()},
    **{section: zh for section, (zh, _) in natural_village.MODULES.items()},
}


class UnknownFact(Exception):
    """No fact has that name, or no section."""


def _in_section(section: str, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The same facts, knowing their section."""
    return tuple(replace(fact, section=section) for fact in facts)


HOUSEHOLD_FACTS: tuple[Fact, ...] = (
    *_in_section("base", household.BASE),
    *_in_section("income", income.INCOME),
    *_in_section("living", household.LIVING),
    *chain.from_iterable(_in_section(section, facts) for section, (_, facts) in modules.MODULES.items()),
)
PERSON_FACTS: tuple[Fact, ...] = _in_section("person", members.PERSON)
MEMBERSHIP_FACTS: tuple[Fact, ...] = _in_section("membership", members.MEMBERSHIP)
MEMBER_FACTS: tuple[Fact, ...] = _in_section("member", members.MEMBER)
UNIT_FACTS: tuple[Fact, ...] = _in_section("unit", support.UNIT)
HELPER_FACTS: tuple[Fact, ...] = _in_section("helper", support.HELPER)
TEAM_FACTS: tuple[Fact, ...] = _in_section("team", support.TEAM)
TEAM_MEMBER_FACTS: tuple[Fact, ...] = _in_section("team_member", support.TEAM_MEMBER)
PAIRING_FACTS: tuple[Fact, ...] = _in_section("pairing", support.PAIRING)
MEASURE_FACTS: tuple[Fact, ...] = (
    *_in_section(measures.SECTION, measures.COMMON),
    *chain.from_iterable(_in_section(measures.section_of(kind), measures.details_of(kind)) for kind in measures.KINDS),
)
VILLAGE_FACTS: tuple[Fact, ...] = tuple(chain.from_iterable(_in_section(section, facts) for section, (_, facts) in village.MODULES.items()))
NATURAL_VILLAGE_FACTS: tuple[Fact, ...] = tuple(
    chain.from_iterable(_in_section(section, facts) for section, (_, facts) in natural_village.MODULES.items())
)

FACT_TABLES: dict[str, tuple[Fact, ...]] = {
    "household": HOUSEHOLD_FACTS,
    "person": PERSON_FACTS,
    "membership": MEMBERSHIP_FACTS,
    "member": MEMBER_FACTS,
    "worksheet": WORKSHEET_FACTS,
    "work_spell": WORK_SPELL_FACTS,
    "measure": MEASURE_FACTS,
    "unit": UNIT_FACTS,
    "helper": HELPER_FACTS,
    "team": TEAM_FACTS,
    "team_member": TEAM_MEMBER_FACTS,
    "pairing": PAIRING_FACTS,
    "village": VILLAGE_FACTS,
    "natural_village": NATURAL_VILLAGE_FACTS,
}
_BY_NAME: dict[str, Fact] = {fact.name: fact for fact in chain.from_iterable(FACT_TABLES.values())}


def fact(name: str) -> Fact:
    """The fact of that name; names are unique over all tables.

    Raises   UnknownFact
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownFact(f"no fact {name!r} in the archive") from None


def facts_in(section: str) -> tuple[Fact, ...]:
    """Gives   the facts of one section, in the order of the form.

    Raises   UnknownFact
    """
    if section not in SECTIONS:
        raise UnknownFact(f"no section {section!r}; there are: {', '.join(SECTIONS)}")
    return tuple(fact for fact in _BY_NAME.values() if fact.section == section)


def measure_facts(kind: str) -> tuple[Fact, ...]:
    """Gives   what a measure of one kind tells: what every measure tells, then what only this kind has.

    Raises   UnknownFact
    """
    return (*facts_in(measures.SECTION), *facts_in(measures.section_of(kind)))


def sections() -> tuple[tuple[str, str], ...]:
    """Gives   (name, Chinese title) of every section, in the order of the form."""
    return tuple(SECTIONS.items())
