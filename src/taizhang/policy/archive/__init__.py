"""Every fact of the archives, by the table that stores it (domain/archives.md 1.2-1.5).

`HOUSEHOLD_FACTS` a household in one period, `MEMBER_FACTS` a member in one period, `PERSON_FACTS` a person, `MEMBERSHIP_FACTS` a person in
a household over time, `WORKSHEET_FACTS` the worksheet behind the income of a household in one period, `WORK_SPELL_FACTS` one of any
number of work spells of a person in one period.
"""

from dataclasses import replace
from itertools import chain

from taizhang.policy.archive import household, income, members
from taizhang.policy.archive.fact import Fact
from taizhang.policy.archive.income import WORKSHEET_FACTS
from taizhang.policy.archive.members import WORK_SPELL_FACTS

__all__ = [
    "FACT_TABLES",
    "HOUSEHOLD_FACTS",
    "MEMBERSHIP_FACTS",
    "MEMBER_FACTS",
    "PERSON_FACTS",
    "SECTIONS",
    "WORKSHEET_FACTS",
    "WORK_SPELL_FACTS",
    "Fact",
    "UnknownFact",
    "fact",
    "facts_in",
    "sections",
]

SECTIONS: dict[str, str] = {
    "base": "基本情况",
    "income": "家庭年收入",
    "living": "生产生活条件",
    "person": "人员身份",
    "membership": "户与成员",
    "member": "家庭成员",
    "worksheet": "收入核算明细",
    "work_spell": "务工经历",
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
)
PERSON_FACTS: tuple[Fact, ...] = _in_section("person", members.PERSON)
MEMBERSHIP_FACTS: tuple[Fact, ...] = _in_section("membership", members.MEMBERSHIP)
MEMBER_FACTS: tuple[Fact, ...] = _in_section("member", members.MEMBER)

FACT_TABLES: dict[str, tuple[Fact, ...]] = {
    "household": HOUSEHOLD_FACTS,
    "person": PERSON_FACTS,
    "membership": MEMBERSHIP_FACTS,
    "member": MEMBER_FACTS,
    "worksheet": WORKSHEET_FACTS,
    "work_spell": WORK_SPELL_FACTS,
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


def sections() -> tuple[tuple[str, str], ...]:
    """Gives   (name, Chinese title) of every section, in the order of the form."""
    return tuple(SECTIONS.items())
