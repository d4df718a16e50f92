"""What is drawn at a position of the journal is kept until somebody writes, for one user."""

import pytest
from django.test import RequestFactory

from taizhang.accounts.models import Human
from taizhang.journal.posting import Cause, posting
from taizhang.web.kept import Kept, while_nobody_writes
from tests.cast import COUNTY, START

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(settings):
    """Asks for a drawing; says how often it was drawn."""
    settings.TESTING = False
    kept, times = Kept(2), []

    def ask(user, about="990101") -> int:
        request = RequestFactory().get("/households")
        request.user, request.session = user, {}
        while_nobody_writes(kept, request, (about,), lambda: times.append(about))
        return len(times)

    return ask


def write(by) -> None:
    with posting(by=by, at=START, cause=Cause("test.write"), area=COUNTY):
        Human.objects.create(name="张三")


def test_the_second_page_draws_nothing(drawn, xian):
    assert (drawn(xian), drawn(xian)) == (1, 1)


def test_after_a_posting_it_is_drawn_again(drawn, xian):
    drawn(xian)
    write(xian)
    assert drawn(xian) == 2


def test_nobody_is_shown_what_was_drawn_for_another(drawn, xian, waixian):
    assert (drawn(xian), drawn(waixian)) == (1, 2)


def test_another_place_is_another_drawing_and_the_oldest_goes(drawn, xian):
    assert [drawn(xian, about) for about in ("a", "b", "a", "c", "a", "b")] == [1, 2, 2, 3, 3, 4]


def test_the_tests_themselves_are_never_given_what_is_kept(drawn, xian, settings):
    settings.TESTING = True
    assert (drawn(xian), drawn(xian)) == (1, 2)
