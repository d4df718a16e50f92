"""Whatever the work spells are: where they are gone, the sheet that went out puts them back (that it has nothing to say where they stand:
tests/ledgers/test_register_round.py)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.households.models import Membership, WorkSpell
from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.ledgers import WORK_AWAY
from taizhang.policy.archive import WORK_SPELL_FACTS
from tests.cast import COUNTY
from tests.households.families import AT, CAUSE, enroll
from tests.intake.workbooks import accepted, staged
from tests.journal.acts import pen, undone

pytestmark = pytest.mark.django_db
MONTHS = st.sampled_from(["2017", "2017-10", "2018-01", "2018-06", "2018-12", "2019-03"])
MONEY = st.none() | st.decimals(0, 99999, places=2)
WORDS = st.none() | st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)
SPELL = st.fixed_dictionaries(
    {"spell_area": WORDS, "spell_employer": WORDS, "spell_wage_yuan": MONEY, "spell_sector": WORDS, "spell_channel": WORDS,
     "spell_point_to_point": st.none() | st.booleans(), "spell_transport_aid_yuan": MONEY},
)  # fmt: skip
SPELLS = st.dictionaries(st.tuples(st.integers(0, 2), MONTHS), SPELL, max_size=6)
BACK_AND_FORTH = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = tuple(fact.name for fact in WORK_SPELL_FACTS)


@pytest.fixture
def people(cun, period):
    """Three members of a household, in their order."""
    household = enroll(cun, period)
    return list(Membership.objects.filter(household=household).order_by("pk"))


def put_spells(by, period, people, spells):
    with pen(by):
        for (at, began), facts in spells.items():
            told = {
                "person_id": people[at].person_id,
                "period": period,
                "area": people[at].area,
                "ended": began < "2018-12-31"[: len(began)],
            }
            WorkSpell.objects.create(**told, spell_from_on=began, spell_to_on=began, **facts)


def spells_told():
    rows = WorkSpell.objects.filter(withdrawn=False).order_by("person", "spell_from_on")
    return list(rows.values_list("person", *NAMES))


def workbook(by, period, ledger, *, full):
    order = {"by": by, "at": AT, "cause": CAUSE, "ledger": ledger, "period": period, "area": COUNTY}
    return files.original(export_ledger(**order, unmasked=full).sha256)


def back(by, content, period, ledger):
    return staged(by, content, period, key=ledger.key, area=COUNTY)


@BACK_AND_FORTH
@given(spells=SPELLS.filter(bool), full=st.booleans())
def test_what_went_out_puts_the_same_spells_back(cun, xian, people, period, spells, full):
    with undone():
        put_spells(cun, period, people, spells)
        before, content = spells_told(), workbook(xian, period, WORK_AWAY, full=full)
        with pen(cun):
            WorkSpell.objects.update(withdrawn=True, version=2)
        accepted(xian, back(xian, content, period, WORK_AWAY))
        assert spells_told() == before
