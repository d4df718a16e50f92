"""The helpers of the demo: nobody real, most households paired, and the demo account of a helper bound to one of them."""

import pytest

from taizhang.households.models import Household
from taizhang.jobs.demo.cast import VILLAGE
from taizhang.jobs.demo.helping import put_helpers
from taizhang.journal.fields import sealer
from taizhang.kernel import identity
from taizhang.support.models import Helper, Pairing, TeamMember, VillageTeam
from tests.cast import NEXT_VILLAGE, account_of, grant_to
from tests.factories import a_household

pytestmark = pytest.mark.django_db
SEED = 7


@pytest.fixture
def households(db):
    """Ten households of one village, two of the next."""
    return [a_household(VILLAGE if n < 10 else NEXT_VILLAGE, f"户主{'甲乙丙丁戊己庚辛壬癸子丑'[n]}", serial=n + 1) for n in range(12)]


def told():
    return list(Helper.objects.order_by("pk").values_list("helper_name", "id_digest", "helper_no"))


def test_every_village_has_a_team_and_most_households_a_helper(console, households):
    put_helpers(by=console, seed=SEED)
    assert VillageTeam.objects.count() == 2
    assert TeamMember.objects.filter(is_first_secretary=True).count() == 2
    assert Household.objects.filter(pairing__isnull=False).distinct().count() >= 10
    assert Helper.objects.count() == 3


def test_the_numbers_are_sound_and_under_the_unassigned_prefix(console, households):
    put_helpers(by=console, seed=SEED)
    numbers = [sealer().open(bytes(sealed), "helper_id_no") for sealed in Helper.objects.values_list("helper_id_no", flat=True)]
    assert [n for n in numbers if not n.startswith("99") or identity.facts_of(n).problem] == []
    assert Helper.objects.filter(id_digest__isnull=True).count() == 0


def test_a_second_run_adds_nothing(console, households):
    put_helpers(by=console, seed=SEED)
    before = (told(), Pairing.objects.count())
    put_helpers(by=console, seed=SEED)
    assert (told(), Pairing.objects.count()) == before


def test_the_account_of_the_demo_s_helper_sees_his_households_alone(console, households):
    user = account_of("bangfu")
    grant_to(user, "helper", VILLAGE, "village")
    put_helpers(by=console, seed=SEED)
    seen = set(Household.objects.visible_to(user))
    assert 0 < len(seen) <= 7
    assert seen == set(Household.objects.filter(pairing__helper__account=user, pairing__to_on__isnull=True))
