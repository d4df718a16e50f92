"""Natural villages: suffixes of our own, names, surveys, closing."""

from datetime import date

import pytest

from taizhang.accounts.access import NotPermitted
from taizhang.households.services.refusals import LostRace, NoProof
from taizhang.journal.posting import Cause
from taizhang.places.models import Place
from taizhang.villages.models import NaturalVillagePeriod
from taizhang.villages.services.common import NotThere, VillageKnown
from taizhang.villages.services.natural import close_natural_village, rename_natural_village, survey_natural_village
from tests.cast import NEXT_VILLAGE, VILLAGE
from tests.factories import a_period, some_places
from tests.journal.acts import pen
from tests.villages.archives import AT, a_natural_village

pytestmark = pytest.mark.django_db


def survey(by, natural, version=0, **facts):
    return survey_natural_village(
        by=by, at=AT, cause=Cause("natural_village.survey"), natural_village=natural, period=a_period(), version=version, facts=facts
    )


def close(by, natural, reason="并入邻组", version=None, on=date(2026, 11, 1)):
    cause = Cause("natural_village.close", reason)
    return close_natural_village(by=by, at=AT, cause=cause, natural_village=natural, version=version or natural.version, on=on)


def rename(by, natural, name):
    cause = Cause("natural_village.rename")
    return rename_natural_village(by=by, at=AT, cause=cause, natural_village=natural, version=natural.version, name=name)


def test_suffixes_follow_each_other_in_a_village_and_begin_anew_in_the_next(cun, lincun):
    first, second = a_natural_village(cun, "上寨组"), a_natural_village(cun, "下寨组")
    other = a_natural_village(lincun, "上寨组", NEXT_VILLAGE)
    assert [first.code, second.code, other.code] == [f"{VILLAGE}001", f"{VILLAGE}002", f"{NEXT_VILLAGE}001"]


def test_a_group_of_the_area_list_lends_its_suffix_and_another_name_does_not_take_it(cun):
    some_places()
    with pen(cun):
        Place.objects.create(
            code=f"{VILLAGE}007", level="group", name="河边组", parent=VILLAGE, pinyin="hebianzu", initials="hbz", from_on=date(2000, 1, 1)
        )
    assert [a_natural_village(cun, name).suffix for name in ("上寨组", "河边组")] == ["008", "007"]


def test_a_name_stands_once_in_a_village(cun):
    a_natural_village(cun, "上寨组")
    with pytest.raises(VillageKnown, match="上寨组"):
        a_natural_village(cun, "上 寨组")


def test_a_closed_one_gives_its_name_back_but_never_its_suffix(cun):
    close(cun, a_natural_village(cun, "上寨组"))
    assert a_natural_village(cun, "上寨组").suffix == "002"


def test_a_name_is_demanded(cun):
    with pytest.raises(NoProof):
        a_natural_village(cun, "  ")


def test_the_next_village_may_not(cun, lincun):
    with pytest.raises(NotPermitted):
        a_natural_village(lincun)
    with pytest.raises(NotPermitted):
        survey(lincun, a_natural_village(cun), nv_households=3)


def test_the_first_survey_makes_the_archive_and_the_second_corrects_it(cun):
    natural = a_natural_village(cun)
    first = survey(cun, natural, nv_households=30)
    second = survey(cun, natural, version=1, nv_households=31)
    assert (first.pk, second.nv_households, second.version) == (second.pk, 31, 2)


def test_two_first_surveys_are_a_lost_race(cun):
    natural = a_natural_village(cun)
    survey(cun, natural, nv_households=30)
    with pytest.raises(LostRace):
        survey(cun, natural, nv_households=33)
    assert NaturalVillagePeriod.objects.get().nv_households == 30


def test_closing_asks_a_reason_and_a_day_that_has_come(cun):
    natural = a_natural_village(cun)
    with pytest.raises(NoProof, match="原因"):
        close(cun, natural, reason=" ")
    with pytest.raises(NoProof, match="晚于今天"):
        close(cun, natural, on=date(2026, 12, 30))


def test_what_is_closed_is_neither_surveyed_nor_renamed(cun):
    natural = close(cun, a_natural_village(cun))
    with pytest.raises(NotThere):
        survey(cun, natural, nv_households=3)
    with pytest.raises(NotThere):
        rename(cun, natural, "新寨组")


def test_renaming_is_a_new_version(cun):
    natural = rename(cun, a_natural_village(cun), "新寨组")
    assert (natural.name, natural.version, natural.suffix) == ("新寨组", 2, "001")
