"""Secrets at rest (户内敏感信息): sealed in the table, in the journal and in every file; found by digest; shown masked."""

import io

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.households.models import HouseholdPeriod, MemberPeriod, Person
from taizhang.households.sealing import digest_of, masked, opened, purpose_of, seal_lines
from taizhang.journal.fields import sealer
from taizhang.journal.models import JournalEntry
from taizhang.kernel import sealing
from taizhang.kernel.sealing import AES_GCM, Sealer, WrongKey
from tests.households.families import ACCOUNT, HEAD_NO, HOUSE, PHONE, SON_NO, WIFE_NO, enroll, open_period
from tests.journal.own_house import run

KEY, OTHER = bytes(range(64)), bytes(range(1, 65))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXT, st.sampled_from(["id_no", "phone", "hh_phone", "bank_account"]))
def test_what_is_sealed_is_opened_again(text, purpose):
    assert Sealer(KEY).open(Sealer(KEY).seal(text, purpose), purpose) == text


@given(TEXT)
def test_equal_texts_give_equal_bytes_and_unequal_purposes_unequal_ones(text):
    mine = Sealer(KEY)
    assert mine.seal(text, "phone") == mine.seal(text, "phone")
    assert mine.seal(text, "phone") != mine.seal(text, "id_no")
    assert mine.digest(text, "phone") != mine.digest(text, "id_no")


@given(TEXT)
def test_another_key_opens_nothing(text):
    with pytest.raises(WrongKey):
        Sealer(OTHER).open(Sealer(KEY).seal(text, "phone"), "phone")
    assert Sealer(OTHER).digest(text, "phone") != Sealer(KEY).digest(text, "phone")


@given(TEXT)
def test_another_purpose_opens_nothing(text):
    with pytest.raises(WrongKey):
        Sealer(KEY).open(Sealer(KEY).seal(text, "phone"), "id_no")


@given(st.text(st.characters(max_codepoint=127, exclude_categories=["Cs"]), min_size=1, max_size=20), st.data())
def test_a_byte_altered_opens_nothing(text, data):
    sealed = bytearray(Sealer(KEY).seal(text, "phone"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WrongKey):
        Sealer(KEY).open(bytes(sealed), "phone")


@given(st.binary(max_size=500))
def test_a_file_comes_back_and_opens_for_its_purpose_alone(content):
    sealed = Sealer(KEY).seal_file(content, "upload")
    assert Sealer(KEY).open_file(sealed, "upload") == content
    with pytest.raises(WrongKey):
        Sealer(KEY).open_file(sealed, "frame")


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(sealing, "PIECE_BYTES", 7)


def in_pieces(content: bytes) -> list[bytes]:
    """What `seal_pieces` writes, the head first."""
    return list(Sealer(KEY).seal_pieces(io.BytesIO(content), "upload"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_a_file_in_pieces_comes_back_whole_and_opens_for_its_purpose_alone(small_pieces, content):
    sealed = b"".join(in_pieces(content))
    assert Sealer(KEY).open_file(sealed, "upload") == content
    with pytest.raises(WrongKey):
        Sealer(KEY).open_file(sealed, "frame")


@pytest.mark.parametrize(
    "broken",
    [
        lambda head, *pieces: [head, *pieces[:-1]],
        lambda head, *pieces: [head, *pieces[1:]],
        lambda head, first, second, *rest: [head, second, first, *rest],
        lambda head, *pieces: [head, *pieces, pieces[-1]],
        lambda head, *pieces: [head[:-1] + b"x", *pieces],
        lambda head, *pieces: [head],
    ],
    ids=["cut off", "begun later", "in another order", "longer", "of another file", "empty"],
)
def test_no_piece_of_a_file_can_be_left_out_or_put_elsewhere(small_pieces, broken):
    with pytest.raises(WrongKey):
        Sealer(KEY).open_file(b"".join(broken(*in_pieces(b"0123456789" * 3))), "upload")


def test_what_was_sealed_whole_opens_piece_by_piece_too():
    sealed = Sealer(KEY).seal_file(b"before", "upload")
    assert list(Sealer(KEY).open_pieces(io.BytesIO(sealed), "upload")) == [b"before"]


def test_the_algorithm_stands_beside_the_ciphertext():
    assert Sealer(KEY).seal("x", "phone")[0] == AES_GCM


@pytest.mark.parametrize("key", [b"", bytes(32), bytes(63)])
def test_a_short_key_is_refused(key):
    with pytest.raises(WrongKey):
        Sealer(key)


@pytest.mark.parametrize(
    ("text", "purpose", "shown"),
    [
        (HEAD_NO, "id_no", f"{HEAD_NO[:10]}********{HEAD_NO[-1]}"),
        (PHONE, "phone", "139****5678"),
        ("", "phone", ""),
        ("1234567", "phone", "1234567"),
    ],
)
def test_what_anyone_may_see(text, purpose, shown):
    assert masked(sealer().seal(text, purpose), purpose) == shown


def test_unknown_is_shown_as_nothing():
    assert (masked(None, "phone"), opened(None, "phone")) == ("", "")


def test_what_is_no_number_has_no_digest():
    assert [digest_of(text) for text in ("", "abc", "5.2E+17")] == [None, None, None]


def test_purposes_are_the_facts_names():
    assert [purpose_of(name) for name in ("person.id_no", "household.hh_phone", "phone")] == ["id_no", "hh_phone", "phone"]


def test_lines_are_sealed_set_wise_with_the_facts_that_may_stand_beside():
    lines = pl.DataFrame({"person.id_no": [HEAD_NO, None, WIFE_NO.lower()], "member.phone": [PHONE, None, ""]})
    sealed = seal_lines(lines, ["person.id_no", "member.phone"])
    assert sealed.schema["person.id_no"] == sealed.schema["member.phone"] == pl.Binary
    assert sealed["person.sex"].to_list() == ["male", None, "female"]
    assert sealed["person.id_digest"].to_list() == [digest_of(HEAD_NO), None, digest_of(WIFE_NO)]
    assert sealed["person.id_checked"].to_list() == [True, None, True]
    assert [opened(value, "id_no") for value in sealed["person.id_no"]] == [HEAD_NO, "", WIFE_NO.lower()]


def test_sealing_sealed_lines_again_changes_nothing_of_the_secret():
    once = seal_lines(pl.DataFrame({"member.phone": [PHONE]}), ["member.phone"])
    assert seal_lines(once, ["member.phone"]).equals(once)


@pytest.mark.django_db
def test_a_disability_card_number_tells_kind_and_grade(cun):
    period = open_period(cun)
    members = [{"person.name": "张三", "membership.relation": "head", "person.id_no": f"{HEAD_NO}42"}]
    enroll(cun, period, members=members)
    person, survey = Person.objects.get(), MemberPeriod.objects.get()
    assert (person.id_digest, person.id_length) == (digest_of(HEAD_NO), 20)
    assert (survey.dis_type, survey.dis_grade) == ("limb", "second")


@pytest.mark.django_db
def test_no_secret_stands_open_in_a_row_or_in_an_image(cun):
    enroll(cun, open_period(cun), facts=HOUSE | {"household.bank_account": ACCOUNT})
    rows = [repr(row) for model in (Person, MemberPeriod, HouseholdPeriod) for row in model.objects.values()]
    images = list(JournalEntry.objects.values_list("image", flat=True))
    plain = [secret for secret in (HEAD_NO, WIFE_NO, SON_NO, PHONE, ACCOUNT) for text in (*rows, *images) if secret in text]
    assert plain == []
    assert opened(HouseholdPeriod.objects.get().bank_account, "bank_account") == ACCOUNT


def test_no_secret_stands_open_in_any_byte_on_the_disk(tmp_path):
    done = run("tests.households.in_house:write_and_search", tmp_path)
    assert done == {"read": done["read"], "found": [], "name_found": True}
    assert done["read"] > 100_000
