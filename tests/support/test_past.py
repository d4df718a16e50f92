"""As of a past day: who helped then, as it was known then; and whoever sees only his own sees only what is his own now."""

import re
from datetime import UTC, date, datetime

import pytest

from taizhang.households.models import Household
from taizhang.households.past import register_about, register_at
from taizhang.journal.moments import moment_of, today
from taizhang.journal.posting import newest_position
from taizhang.journal.replay import states_at
from taizhang.support.models import Helper, Pairing
from taizhang.support.query import pairings_of, team_of, without_helper
from taizhang.support.services.pairing import open_pairings, pair_households
from taizhang.support.services.units import put_unit_village
from tests.cast import START, TOWNSHIP, VILLAGE, signed_in
from tests.support.cadres import CAUSE, ON, a_helper, a_team, a_team_member, a_unit, pair

pytestmark = pytest.mark.django_db
LATER, THEN = datetime(2026, 3, 1, 1, tzinfo=UTC), "2026-01-15"


@pytest.fixture
def changed(xiang, households, helper, other):
    """The first household had 方国庆 when 2026 began, and has 伍建华 since February, as was written down in March."""
    pair(xiang, helper, households[0])
    a_team_member(xiang, a_team(xiang), helper, is_first_secretary=True)
    seen = {p.pk: p.version for p in open_pairings([households[0].pk])}
    told = {"by": xiang, "at": LATER, "cause": CAUSE, "area": TOWNSHIP, "seen": seen}
    pair_households(households=[households[0]], helper=other, on=date(2026, 2, 1), **told)
    return households[0]


def test_the_pairings_of_a_past_day_are_those_that_stood(changed):
    with register_at(moment_of(THEN), VILLAGE):
        assert [(p.helper.helper_name, p.to_on) for p in pairings_of([changed.pk], today())[changed.pk]] == [("方国庆", None)]
        assert [m.helper.helper_name for m in team_of(VILLAGE, today())[1]] == ["方国庆"]
    assert [p.helper.helper_name for p in pairings_of([changed.pk], date(2026, 3, 2))[changed.pk]] == ["伍建华"]


def test_who_had_no_helper_then_is_asked_of_that_day(changed, households):
    with register_at(moment_of(THEN), VILLAGE):
        alone = set(without_helper(Household.objects.all(), today(), household="pk").values_list("pk", flat=True))
    assert (changed.pk in alone, households[1].pk in alone) == (False, True)


def test_the_tab_of_a_past_day_shows_who_helped_and_lets_nothing_be_changed(changed, xiang):
    shown = signed_in(xiang).get(f"/households/{changed.pk}", {"tab": "duties", "as_of": THEN}).content.decode()
    assert ("方国庆" in shown, "伍建华" in shown, "/pairings/" in shown) == (True, False, False)


def test_a_helper_who_came_later_is_not_there_yet(changed, xiang):
    a_helper(xiang, "骆小红")
    with register_at(moment_of("2025-12-31"), VILLAGE):
        assert pairings_of([changed.pk], today()) == {}


@pytest.mark.parametrize("layout", [register_at, lambda moment, area: register_about(moment, Helper.objects.get(helper_name="方国庆"))])
def test_the_pairings_of_a_helper_are_those_the_journal_replays(changed, helper, households, xiang, layout):
    before = newest_position()
    pair(xiang, helper, households[1], households[2])
    after = newest_position()
    rows = list(Pairing.objects.values_list("pk", flat=True))
    for position in (before, after):
        told = {pk: (image["household_id"], image["helper_id"], image["to_on"]) for pk, image in states_at(Pairing, rows, position).items()}
        with layout(moment_of(str(position)), TOWNSHIP):
            found = Pairing.objects.filter(helper=helper).values_list("pk", "household_id", "helper_id", "to_on")
            stood = {pk: (str(household), str(of), on and on.isoformat()) for pk, household, of, on in found}
        assert stood == {pk: image for pk, image in told.items() if image[1] == str(helper.pk)}


def test_the_page_of_a_helper_shows_his_households_of_then_and_changes_nothing(changed, helper, xiang):
    client = signed_in(xiang)
    now = client.get(f"/helpers/{helper.pk}").content.decode()
    then = client.get(f"/helpers/{helper.pk}", {"as_of": THEN}).content.decode()
    inside = then[then.index("<main") :]
    assert ("共 1 户" in then, "的名册，只读" in then) == (True, True)
    assert "没有在帮的户" in now
    assert ("/edit" in now, "/edit" in inside, "/pairings/" in inside, ">操作</th>" in inside) == (True, False, False, False)
    assert f'href="/households/{changed.pk}?tab=duties&amp;as_of={THEN}"' in inside


def test_the_list_of_helpers_counts_what_they_had_then(changed, helper, xiang):
    client = signed_in(xiang)
    row = r'<a class="fw-medium"[^>]*>([^<]+)</a>.*?data-col="households" class="num">(\d+)</td>'
    now, then = (dict(re.findall(row, client.get("/helpers", asked).content.decode(), re.S)) for asked in ({}, {"as_of": THEN}))
    assert (now, then) == ({"方国庆": "0", "伍建华": "1"}, {"方国庆": "1", "伍建华": "0"})


def test_lists_and_pages_of_teams_and_units_show_what_stood(xiang, helper):
    team = a_team(xiang)
    unit = a_unit(xiang)
    before = newest_position()
    a_team_member(xiang, team, helper, is_first_secretary=True)
    put_unit_village(by=xiang, at=START, cause=CAUSE, unit=unit, area=VILLAGE, on=ON)
    late = a_unit(xiang, "县水利局")
    client = signed_in(xiang)
    for path, told in (
        ("/teams", "方国庆"),
        (f"/teams/{team.pk}", "方国庆"),
        ("/units", "县水利局"),
        (f"/units/{unit.pk}", ON.isoformat()),
    ):
        now, then = (client.get(path, asked).content.decode() for asked in ({}, {"as_of": before}))
        assert (told in now, told in then, "的名册，只读" in then) == (True, False, True), path
        assert "/add" not in then[then.index("<main") :]
    assert client.get(f"/units/{late.pk}", {"as_of": before}).status_code == 404


def test_a_search_for_helpers_stays_in_the_past(xiang, helper):
    before = newest_position()
    answer = signed_in(xiang).post("/helpers", {"q": "方国庆", "as_of": before})
    assert answer.headers["Location"].endswith(f"as_of={before}")
