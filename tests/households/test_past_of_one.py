"""One person as of a moment: at every position what the whole register says of him then, and what replay gives back."""

import pytest
from hypothesis import HealthCheck, given, settings

from taizhang.households.models import HouseholdPeriod, MemberPeriod, Membership, Person
from taizhang.households.past import register_about, register_at
from taizhang.households.services.correcting import correct_household
from taizhang.journal.moments import moment_of
from taizhang.journal.posting import newest_position
from taizhang.journal.replay import states_at
from tests.factories import some_places
from tests.households.families import AT, CAUSE, archive_of, enroll, member, open_period
from tests.households.village_model import ACTS, Village, sheng_and_villages
from tests.journal.acts import undone

pytestmark = pytest.mark.django_db


def told_of(person: int) -> tuple[object, ...]:
    """What the page of a person reads: himself, his households with their numbers and areas, his archives."""
    himself = list(Person.objects.filter(pk=person).values_list("name", "area", "version"))
    homes = Membership.objects.filter(person=person).select_related("household").order_by("pk")
    archives = MemberPeriod.objects.filter(person=person).order_by("pk").values_list("pk", "period__key", "version")
    return himself, [(m.pk, m.household.household_no, m.household.area, m.relation, m.open, m.drop_on) for m in homes], list(archives)


def replayed(person: int, position: int) -> list[tuple[int, str, str]]:
    """His memberships by the journal alone: number, relation, whether he belongs."""
    rows = states_at(Membership, Membership.objects.filter(person=person).values_list("pk", flat=True), position)
    return sorted((pk, str(image["relation"]), str(image["open"])) for pk, image in rows.items())


def _play(by, acts):
    some_places()
    model = Village(by, open_period(by))
    positions = []
    for what, first, second in [("enroll", 0, 2), ("enroll", 1, 1), *acts]:
        model.act(what, first, second)
        positions.append(newest_position())
    return positions


@settings(max_examples=10, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_at_every_position_a_person_is_what_the_whole_register_and_replay_say(sheng, acts):
    with undone():
        positions = _play(sheng_and_villages(sheng), acts)
        persons = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        whole, alone, by_journal, short = {}, {}, {}, {}
        for position in positions:
            moment = moment_of(str(position))
            with register_at(moment):
                whole |= {(position, person): told_of(person) for person in persons}
            for person in persons:
                by_journal[position, person] = replayed(person, position)
                with register_about(moment, Person(pk=person)):
                    alone[position, person] = told = told_of(person)
                    short[position, person] = [(pk, relation, str(int(is_open))) for pk, _, _, relation, is_open, _ in told[1]]
    assert alone == whole
    assert short == by_journal


def test_what_has_nothing_to_do_with_him_is_not_laid_out(sheng):
    some_places()
    period = open_period(sheng_and_villages(sheng))
    first, second = enroll(sheng, period), enroll(sheng, period, members=[member("李四", "head")])
    then = newest_position()
    for household in (first, second):
        archive = archive_of(household, period)
        facts = {"main_cause": "disaster"}
        correct_household(by=sheng, at=AT, cause=CAUSE, household_period=archive, version=archive.version, facts=facts)
    person = Membership.objects.filter(household=first).first().person
    with register_about(moment_of(str(then)), person):
        assert list(HouseholdPeriod.objects.values_list("household", flat=True)) == [first.pk]
    assert HouseholdPeriod.objects.count() == 2
