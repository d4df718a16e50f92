"""D6: the same request, sent any number of times, in any order, with any crash between, has the effect of once."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from taizhang.accounts.models import Human
from taizhang.journal.models import JournalTx
from taizhang.journal.posting import AlreadyPosted
from taizhang.journal.triggers import REFUSED
from tests.cast import COUNTY, OTHER_COUNTY
from tests.journal.acts import broken, pen

pytestmark = pytest.mark.django_db
KEYS = st.sampled_from(["a", "b", "c"])
COUNTIES = st.sampled_from([COUNTY, OTHER_COUNTY])


class Crash(Exception):
    """The process dies before the end of the posting."""


class Requests(RuleBasedStateMachine):
    """A network that loses, doubles and reorders requests, and a server that crashes; beside it a model of what was answered."""

    by = None

    def __init__(self):
        super().__init__()
        self.answered: dict[tuple[str, str], str] = {}
        self.sent = 0
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self):
        assert broken() == []
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @rule(key=KEYS, county=COUNTIES, crash=st.booleans())
    def send(self, key, county, crash):
        self.sent += 1
        name, answer = f"人{county}{key}", f"答{self.sent}"
        got = self._sent(name, answer, key, county, crash)
        if (county, key) in self.answered:
            assert got == ("already", self.answered[county, key])
        else:
            assert got == (("crashed", "") if crash else ("done", answer))
        if got[0] == "done":
            self.answered[county, key] = answer

    def _sent(self, name, answer, key, county, crash):
        try:
            with pen(self.by, key=key, area=county) as opened:
                Human.objects.create(name=name)
                opened.result = answer
                if crash:
                    raise Crash
        except AlreadyPosted as already:
            return "already", already.result
        except Crash:
            return "crashed", ""
        return "done", answer

    @rule(county=COUNTIES)
    def send_without_a_key(self, county):
        with pen(self.by, area=county):
            Human.objects.create(name="无码")

    @rule()
    def write_with_no_posting(self):
        with pytest.raises(Exception, match=REFUSED), transaction.atomic():
            Human.objects.create(name="无过账")

    @invariant()
    def each_answered_request_had_its_effect_once(self):
        stands = Counter(Human.objects.filter(name__startswith="人99").values_list("name", flat=True))
        assert stands == Counter(f"人{county}{key}" for county, key in self.answered)
        keys = JournalTx.objects.filter(idem_key__in=["a", "b", "c"]).values_list("part", "idem_key")
        assert sorted(keys) == sorted((county[:6], key) for county, key in self.answered)


def test_any_request_any_number_of_times_has_the_effect_of_once(console):
    Requests.by = console
    run_state_machine_as_test(Requests, settings=settings(max_examples=40, stateful_step_count=15, deadline=None))
