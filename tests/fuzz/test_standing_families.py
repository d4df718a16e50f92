"""Mutated workbooks where the families stand already: none gives a 500, an exception, or a partial write (I1)."""

import pytest

from tests.cast import signed_in
from tests.fuzz.household_book import rows, xlsx
from tests.fuzz.trying import COUNT, SEED, Told, all_tried, sent, wrong_of

pytestmark = [pytest.mark.django_db, pytest.mark.fuzz]


def test_no_mutant_gives_an_error_or_a_partial_write_where_the_families_stand_already(cun, period):
    client = signed_in(cun)
    sent(client, Told(), "名单.xlsx", xlsx(rows()))
    found = all_tried(client, SEED + 1, COUNT // 2)
    assert wrong_of(found) == []
    assert [told for _, _, told in found if told.accepted and told.changes]
