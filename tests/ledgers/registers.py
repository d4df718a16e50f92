"""Registers of any values, one kind for each grain: what a sheet of that grain gives out, put there as the product's own writers put it.

`REGISTERS` maps a grain to who writes such a register. A ledger of a grain that stands here is tried by itself.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from taizhang.accounts.models import User
from taizhang.households import writing
from taizhang.households.models import CorrectionOrder, Household, MemberPeriod, Membership, Period, WorkSpell
from taizhang.households.sealing import seal_lines
from taizhang.journal.fields import sealer
from taizhang.kernel.identity import make_id
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import LEDGERS, WORK_AWAY, WORK_PLANS
from taizhang.ledgers.columns import named
from taizhang.policy.archive import FACT_TABLES, PERSON_FACTS, WORK_PLAN
from taizhang.policy.code_lists import code_list
from taizhang.support.models import Pairing
from taizhang.support.planning import Row, Wish, plan_of
from taizhang.villages.models import VillagePeriod
from taizhang.villages.services.natural import add_natural_village, survey_natural_village
from taizhang.villages.services.surveying import DECIDED, survey_village
from tests.cast import NEXT_VILLAGE, VILLAGE
from tests.journal.acts import pen
from tests.ledgers.conftest import AT, CAUSE
from tests.ledgers.values import han, value_of
from tests.support.cadres import a_helper, a_unit

HOUSES = ((VILLAGE, 3), (VILLAGE, 1), (NEXT_VILLAGE, 2))
BORN = date(1970, 1, 1)
JOINED, GONE, CAME_BACK = date(2017, 11, 1), date(2018, 6, 1), date(2018, 9, 1)
PAIRED = date(2015, 1, 1)
FACTS = {f"{home}.{fact.name}": fact for home, facts in FACT_TABLES.items() for fact in facts}
CAUSES = code_list("cause").keys()
HALF = len(CAUSES) // 2
MONTHS = ("2017", "2017-10", "2018-01", "2018-06")
OWN: dict[str, Callable[[Random], Any]] = {  # what a check over several cells binds together
    "household.main_cause": lambda chance: chance.choice(CAUSES[:HALF]),
    "household.other_causes": lambda chance: ",".join(sorted(chance.sample(CAUSES[HALF:], 2), key=CAUSES.index)),
    "member.health": lambda chance: chance.choice(("healthy", "chronic", "serious")),
    "work_spell.spell_from_on": lambda chance: chance.choice(MONTHS),
    "work_spell.spell_to_on": lambda chance: chance.choice(("2018-06", "2018-12", "2019-03")),
    "membership.drop_on": lambda chance: GONE + timedelta(chance.randint(0, 60)),
    "membership.add_on": lambda chance: JOINED + timedelta(chance.randint(0, 60)),
}


def any_of(column: Column, chance: Random) -> Any:
    """A value that a cell of a column may tell, never blank."""
    home, _, name = column.field.partition(".")
    if column.field in OWN:
        return OWN[column.field](chance)
    if home in ("village", "natural_village") and column.kind.name == "whole":
        whole = name.endswith(("v_persons", "v_households"))  # more than any part of it
        return chance.randint(500, 999) if whole else chance.randint(0, min(400, int(column.kind.highest)))
    return value_of(column, chance)


def told(chance: Random, ledger: Ledger, *homes: str) -> dict[str, Any]:
    """Facts of some homes as a ledger has columns for them, many of them blank; what is reckoned is left to the writers."""
    wanted = [c for c in ledger.columns if c.field.partition(".")[0] in homes and not (c.derived or is_reckoned(c.field))]
    return {c.field: any_of(c, chance) if c.required or chance.random() < 0.6 else None for c in wanted}


def is_reckoned(field: str) -> bool:
    """Whether a fact follows from others."""
    return field in FACTS and FACTS[field].derived


def households(chance: Random, by: User, period: Period, ledger: Ledger) -> list[Household]:
    """Three households of two villages. One member may have no number yet, one may have that of a card for disabled persons."""
    rows = [row for at in range(len(HOUSES)) for row in _family(chance, ledger, at)]
    kinds = {f"{home}.{fact.name}": fact.kind.dtype for home, facts in FACT_TABLES.items() for fact in facts}
    kinds |= {c.field: c.kind.dtype for c in ledger.columns} | {
        "line.household": pl.Int64(),
        "key.area": pl.String(),
        "key.group": pl.String(),
    }
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = pl.DataFrame([[row.get(name) for name in names] for row in rows], schema={n: kinds[n] for n in names}, orient="row")
    with pen(by):
        lines = seal_lines(lines, [name for name in names if name in SECRETS])
        writing.add_members(writing.add_households(lines, period), period)
    return list(Household.objects.order_by("pk"))


SECRETS = {field for field, fact in FACTS.items() if fact.kind.secret} | {"person.id_no"}
ID_FACTS = tuple(f"person.{fact.name}" for fact in PERSON_FACTS)


def _family(chance: Random, ledger: Ledger, at: int) -> list[dict[str, Any]]:
    area, size = HOUSES[at]
    facts = told(chance, ledger, "household", "identification")
    for field, values in ledger.only[: at < 2]:
        facts[field] = chance.choice(values)
    group = {"line.household": at, "key.area": area, "key.group": "一组"}
    return [group | facts | _member(chance, ledger, at * 10 + which, which) for which in range(size)]


def _member(chance: Random, ledger: Ledger, serial: int, which: int) -> dict[str, Any]:
    number: str | None = make_id("990101", BORN, serial)
    relations = [key for key in named("membership.relation").kind.code_list.keys() if key != "head"]  # noqa: SIM118 - a code list is no mapping
    number = chance.choice([number, None]) if which == 2 else chance.choice([number, f"{number}43"])
    own = {name: value for name, value in told(chance, ledger, "person", "membership", "member").items() if name != "person.id_no"}
    relation = chance.choice(relations) if which else "head"
    return own | {"person.name": han(chance), "person.id_no": number, "membership.relation": relation}


def acts(chance: Random, by: User, period: Period, ledger: Ledger) -> None:
    """Families some of whose members joined, left, or left and came back."""
    fields = ("add_reason", "add_on", "add_proof", "drop_reason", "drop_on", "drop_proof")
    columns = [named(f"membership.{name}") for name in fields]
    households(chance, by, period, LEDGERS["household-archive"])
    for at, membership in enumerate(Membership.objects.exclude(relation="head").order_by("pk")):
        joined, left, back = (at == 0 or chance.random() < 0.6 for _ in range(3))
        facts = {name: any_of(column, chance) for name, column in zip(fields, columns, strict=True)}
        wanted = {n: v for n, v in facts.items() if (joined and n.startswith("add")) or (left and n.startswith("drop"))}
        with pen(by):
            if wanted:
                ends = {"open": False, "state": "reduced"} if left else {}
                Membership.objects.filter(pk=membership.pk).update(**wanted, **ends, version=2)
            if left and back:
                again = {"add_reason": facts["add_reason"], "add_on": CAME_BACK, "add_proof": facts["add_proof"]}
                place = {"person_id": membership.person_id, "household_id": membership.household_id, "area": membership.area}
                Membership.objects.create(**place, **again, relation=membership.relation, state="active")


def villages(chance: Random, by: User, period: Period, ledger: Ledger) -> None:
    """Two villages surveyed; what a decision alone writes was written by one."""
    for area in (VILLAGE, NEXT_VILLAGE):
        facts = _plain(told(chance, ledger, "village"))
        decided = {name: facts.pop(name) for name in DECIDED if name in facts}
        survey_village(by=by, at=AT, cause=CAUSE, area=area, period=period, facts=facts)
        with pen(by):
            VillagePeriod.objects.filter(area=area).update(**decided, version=2)


def natural_villages(chance: Random, by: User, period: Period, ledger: Ledger) -> None:
    """Natural villages of one village, surveyed."""
    for name in sorted({han(chance) for _ in range(3)}):
        natural = add_natural_village(by=by, at=AT, cause=CAUSE, area=VILLAGE, name=name)
        facts = _plain(told(chance, ledger, "natural_village"))
        survey_natural_village(by=by, at=AT, cause=CAUSE, natural_village=natural, period=period, version=0, facts=facts)


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {field.partition(".")[2]: value for field, value in facts.items() if value is not None}


def work_spells(chance: Random, by: User, period: Period, ledger: Ledger) -> None:
    """Work spells of members, no two of one person from the same month."""
    people = _people(chance, by, period)
    months = {(chance.randrange(len(people)), chance.choice(MONTHS)) for _ in range(5)}
    with pen(by):
        for at, began in sorted(months):
            facts = told(chance, ledger, "work_spell") | {"work_spell.spell_from_on": began}
            place = {"person_id": people[at].person_id, "period": period, "area": people[at].area}
            WorkSpell.objects.create(**place, **{name.partition(".")[2]: value for name, value in facts.items()})


def work_plans(chance: Random, by: User, period: Period, ledger: Ledger) -> None:
    """What members plan."""
    people = _people(chance, by, period)
    with pen(by):
        for member in people[:3]:
            facts = {name: told(chance, ledger, "member")[f"member.{name}"] for name in WORK_PLAN} | {"plan_out": chance.random() < 0.5}
            MemberPeriod.objects.filter(person=member.person_id, period=period).update(**facts, version=2)


def _people(chance: Random, by: User, period: Period) -> list[Membership]:
    households(chance, by, period, WORK_PLANS)
    return list(Membership.objects.order_by("pk"))


def pairings(chance: Random, by: User, period: Period, ledger: Ledger) -> None:
    """Pairings of three helpers: with a number and a unit, with a number alone, with a unit alone."""
    unit = a_unit(by, "县水利局")
    numbers = (make_id("990101", BORN, 70), make_id("990101", BORN, 71), None)
    facts = [_plain({k: v for k, v in told(chance, ledger, "helper").items() if k != "helper.helper_sex"}) for _ in numbers]
    helpers = [
        a_helper(by, unit=None if at == 1 else unit, **(told_of | {"helper_name": name, "helper_id_no": number}))
        for at, (name, number, told_of) in enumerate(zip(("方国庆", "伍建华", "骆小红"), numbers, facts, strict=True))
    ]
    put_pairings(by, households(chance, by, period, WORK_AWAY), helpers, wishes(chance))


def wishes(chance: Random) -> list[tuple[int, int, str, int, int | None]]:
    """Which of two households shall have which of three helpers, as what, from the how manieth day on, for how many days."""
    roles = ("responsible", "contact")
    return [
        (
            chance.randrange(2),
            chance.randrange(3),
            chance.choice(roles),
            chance.randint(0, 900),
            chance.choice((None, chance.randint(0, 900))),
        )
        for _ in range(chance.randint(1, 8))
    ]


def put_pairings(by: User, households: list[Household], helpers: list[Any], wished: list[tuple[Any, ...]]) -> None:
    """The pairings that the wishes come to, written as they are."""
    planned: dict[tuple[int, str], list[Row]] = {}
    for house, helper, role, first, last in wished:
        key = (households[house].pk, role)
        wish = Wish(helpers[helper].pk, PAIRED + timedelta(first), None if last is None else PAIRED + timedelta(first + last))
        rows = plan_of(planned.get(key, []), [wish]).rows
        planned[key] = [Row(at + 1, 1, row.helper, row.from_on, row.to_on) for at, row in enumerate(rows)]
    with pen(by):
        for (household, role), rows in planned.items():
            for row in rows:
                told_of = {"household_id": household, "helper_id": row.helper, "pairing_role": role}
                Pairing.objects.create(from_on=row.from_on, to_on=row.to_on, **told_of)


def orders(chance: Random, by: User, period: Period, ledger: Ledger) -> None:
    """Orders on locked fields in every state, each on a day of its own."""
    homes = households(chance, by, period, LEDGERS["household-archive"])
    asked = [(chance.randrange(len(homes)), chance.choice(KINDS), chance.choice(STATES)) for _ in range(6)]
    waiting = set()
    for day, (at, kind, state) in enumerate(asked):
        head = Membership.objects.get(household=homes[at], relation="head") if kind == CorrectionOrder.IDENTITY else None
        again = state == CorrectionOrder.REQUESTED and (at, kind) in waiting
        waiting |= {(at, kind)} if state == CorrectionOrder.REQUESTED else set()
        with pen(by):
            CorrectionOrder.objects.create(
                kind=kind, household=homes[at], person=head.person if head else None, area=homes[at].area, **_asked(chance, ledger, kind),
                reason=any_of(ledger.column("order.reason"), chance), proof=any_of(ledger.column("order.proof"), chance),
                state=CorrectionOrder.REFUSED if again else state, requested_by=by, requested_at=AT - timedelta(100 - day),
                requested_area=by.area,
            )  # fmt: skip


KINDS = [kind for kind, _ in CorrectionOrder.KINDS]
STATES = [state for state, _ in CorrectionOrder.STATES]
VALUE = {CorrectionOrder.ATTRIBUTE: "hh_attr", CorrectionOrder.STANDARD: "id_standard"}


def _asked(chance: Random, ledger: Ledger, kind: str) -> dict[str, Any]:
    if kind in VALUE:
        return {"new_key": any_of(ledger.column(f"order.{VALUE[kind]}"), chance)}
    name, sealed = han(chance), sealer().seal(make_id("990101", BORN, chance.randint(100, 999)), "id_no")
    return chance.choice(({"new_name": name}, {"new_id_no": sealed}, {"new_name": name, "new_id_no": sealed}))


REGISTERS: dict[str, Callable[[Random, User, Period, Ledger], Any]] = {
    "household_member": households,
    "village": villages,
    "natural_village": natural_villages,
    "member_added": acts,
    "member_left": acts,
    "correction_order": orders,
    "work_spell": work_spells,
    "work_plan": work_plans,
    "pairing": pairings,
}
