"""Whatever the pairings are: where they are gone, the ledger that went out puts them back (that it has nothing to say where they stand:
tests/ledgers/test_register_round.py)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.households.models import Household
from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.journal.posting import Cause
from taizhang.ledgers import PAIRING
from taizhang.support.models import Helper, Pairing
from tests.cast import TOWNSHIP
from tests.intake.workbooks import AT, accepted, number, staged
from tests.journal.acts import pen, undone
from tests.ledgers.registers import put_pairings
from tests.support.cadres import a_helper, a_unit

pytestmark = pytest.mark.django_db
DAYS = st.integers(0, 900)
WISHES = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 2), st.sampled_from(["responsible", "contact"]), DAYS, st.none() | DAYS), max_size=8
)
FACTS = ("helper_name", "helper_sex", "id_digest", "helper_political", "helper_degree", "helper_post", "helper_grade")


@pytest.fixture
def helpers(xiang, family, next_family):
    """Three helpers: with a number and a unit, with a number alone, with a unit alone."""
    unit = a_unit(xiang, "县水利局")
    return [
        a_helper(xiang, "方国庆", unit=unit, helper_id_no=number(70), helper_post="科员", helper_political="ccp_member"),
        a_helper(xiang, "伍建华", helper_id_no=number(71), helper_degree="bachelor"),
        a_helper(xiang, "骆小红", unit=unit, helper_grade="clerk"),
    ]


def told():
    """Every valid pairing, and every helper who is in one, without the numbers that we gave."""
    rows = Pairing.objects.filter(valid=True).order_by("household_id", "pairing_role", "from_on", "to_on", "helper__helper_name")
    pairs = list(rows.values_list("household_id", "pairing_role", "from_on", "to_on", "helper__helper_name", "helper__unit__unit_name"))
    people = Helper.objects.filter(pairing__valid=True).distinct().order_by("helper_name")
    return pairs, list(people.values_list(*FACTS))


def workbook(by, period, *, full):
    order = {"by": by, "at": AT, "cause": Cause("export.run", "试"), "ledger": PAIRING, "period": period, "area": TOWNSHIP}
    return files.original(export_ledger(**order, unmasked=full).sha256)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES.filter(bool), full=st.booleans())
def test_what_went_out_puts_the_same_pairings_back(xiang, helpers, period, wishes, full):
    with undone():
        put_pairings(xiang, list(Household.objects.order_by("pk")), helpers, wishes)
        before, content = told(), workbook(xiang, period, full=full)
        with pen(xiang):
            Pairing.objects.update(valid=False)
        accepted(xiang, staged(xiang, content, period, key="pairing", area=TOWNSHIP))
        assert told() == before
