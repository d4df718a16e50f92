"""The canonical image of a row: whatever stands in a column is read back out of the journal unharmed (trust.md 4.3)."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.accounts.models import Human, User
from taizhang.households.models import Household, HouseholdPeriod, Person
from taizhang.journal.images import read_image
from taizhang.journal.models import JournalEntry
from taizhang.journal.replay import replay
from taizhang.journal.sqlite.base import Salter
from tests.cast import VILLAGE
from tests.journal.acts import broken, pen, put_human, put_period, undone

pytestmark = pytest.mark.django_db
many_times = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)
TRICKY = st.sampled_from(
    ["", "~,", "~", ",", "0:,", "3:张,", "'", '"', "\\x02", "$body$", "%s", "\n\r\t", "张\u200b三", "𠮷野家", "é", "e\u0301"]
)
MONEY = st.decimals(min_value=Decimal("-999999999999.99"), max_value=Decimal("999999999999.99"), places=2)


@many_times
@given(name=TEXT | TRICKY, came_from=TEXT | TRICKY)
def test_any_text_comes_back(console, name, came_from):
    with undone():
        with pen(console) as opened:
            human = Human.objects.create(name=name, came_from=came_from)
        stood = replay(human, opened.position)
        proved = broken()
    assert stood == {"id": str(human.pk), "version": "1", "came_from": came_from, "name": name}
    assert proved == []


def _archive(console, **facts) -> tuple[dict, list[str]]:
    with undone():
        period = put_period(console)
        with pen(console) as opened:
            household = Household.objects.create(household_no="1", area=VILLAGE)
            archive = HouseholdPeriod.objects.create(household=household, period=period, area=VILLAGE, **facts)
        return replay(archive, opened.position), broken()


@many_times
@given(money=MONEY | st.none(), mu=st.decimals(min_value=0, max_value=99999, places=2) | st.none())
def test_any_decimal_comes_back_with_its_places(console, money, mu):
    stood, proved = _archive(console, inc_wage_yuan=money, land_farm_mu=mu)
    assert (stood["inc_wage_yuan"], stood["land_farm_mu"]) == (_places(money), _places(mu))
    assert proved == []


def _places(value):
    return None if value is None else f"{value:.2f}".replace("-0.00", "0.00")


@many_times
@given(
    yes=st.booleans() | st.none(),
    day=st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.none(),
    whole=st.integers(-(2**31), 2**31 - 1) | st.none(),
)
def test_any_truth_day_and_number_comes_back(console, yes, day, whole):
    stood, proved = _archive(console, is_one_child=yes, surveyed_on=day, member_count=whole)
    expected = (None if yes is None else str(int(yes)), None if day is None else day.isoformat(), None if whole is None else str(whole))
    assert (stood["is_one_child"], stood["surveyed_on"], stood["member_count"]) == expected
    assert proved == []


@many_times
@given(sealed=st.binary(max_size=80) | st.none())
def test_any_bytes_come_back(console, sealed):
    with undone():
        with pen(console) as opened:
            person = Person.objects.create(person_no="1", area=VILLAGE, name="张三", id_no=sealed)
        stood = replay(person, opened.position)
        proved = broken()
    assert stood["id_no"] == (None if sealed is None else sealed.hex())
    assert proved == []


def test_unknown_is_not_empty_and_not_the_sign_of_unknown(console):
    stands = [_archive(console, cause_note=note)[0]["cause_note"] for note in (None, "", "~,")]
    assert stands == [None, "", "~,"]


@given(st.lists(st.none() | TEXT | TRICKY))
def test_an_image_reads_back_what_was_framed(texts):
    framed = "".join("~," if text is None else f"{len(text.encode())}:{text}," for text in texts)
    assert list(read_image(framed)) == texts


def test_the_commitment_hides_the_image_behind_a_salt(console):
    human = put_human(console)
    entry = JournalEntry.objects.get(pk_of_row=human.pk, schema__tbl="human")
    assert len(entry.salt) == 16
    assert entry.commitment == hashlib.sha256(b"\x02" + entry.salt + entry.image.encode()).digest()


def test_equal_images_have_unequal_salts_and_commitments(console):
    human = put_human(console)
    with pen(console):
        Human.objects.filter(pk=human.pk).update(name=human.name)
    first, second = JournalEntry.objects.filter(pk_of_row=human.pk, schema__tbl="human").order_by("pk")
    assert first.image == second.image
    assert first.salt != second.salt
    assert first.commitment != second.commitment


def test_a_seal_is_salt_and_commitment():
    seal = Salter().seal(b"3:abc,")
    assert seal[16:] == hashlib.sha256(b"\x02" + seal[:16] + b"3:abc,").digest()


def test_a_password_is_never_in_an_image(cun):
    with pen(cun):
        User.objects.filter(pk=cun.pk).update(password="argon2$secret")
    images = list(JournalEntry.objects.filter(schema__tbl="account").values_list("image", flat=True))
    assert images
    assert [image for image in images if "argon2" in image] == []
