"""Mutated workbooks on an empty register: none gives a 500, an exception, or a partial write (I1)."""

import pytest

from tests.cast import signed_in
from tests.fuzz.household_book import rows, xlsx
from tests.fuzz.trying import COUNT, SEED, all_tried, tried, wrong_of

pytestmark = [pytest.mark.django_db, pytest.mark.fuzz]


def test_the_whole_workbook_is_written_whole(cun, period):
    told = tried(signed_in(cun), "名单.xlsx", xlsx(rows()))
    assert told.wrong == []
    assert (told.accepted, told.offered, told.after) == (True, 16, (6, 6, 16, 16, 16))


def test_no_mutant_gives_an_error_or_a_partial_write_on_an_empty_register(cun, period):
    found = all_tried(signed_in(cun), SEED, COUNT - COUNT // 2)
    assert wrong_of(found) == []
    assert [told for _, _, told in found if told.accepted and told.offered]
