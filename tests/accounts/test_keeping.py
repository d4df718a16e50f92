"""Opening, disabling and re-keying accounts."""

import pytest
from django.utils import timezone

from taizhang.accounts.access import NotPermitted
from taizhang.accounts.granting import GrantImpossible
from taizhang.accounts.keeping import (
    UsernameTaken,
    WeakPassword,
    console_account,
    create_account,
    disable_account,
    enable_account,
    set_password,
)
from taizhang.accounts.models import SignIn, User
from taizhang.accounts.sessions import open_session
from taizhang.accounts.unmask import ReasonMissing, log_unmask
from taizhang.journal.posting import Cause
from tests.cast import COUNTY, NEXT_VILLAGE, OTHER_COUNTY, PROVINCE, VILLAGE, account_of, grant_to

pytestmark = pytest.mark.django_db
GOOD = "shan-lu-99-shan"


def create(by, **values):
    facts = {"area": VILLAGE, "level": "village", "username": "newcomer", "name": "新人", "password": GOOD} | values
    return create_account(by=by, at=timezone.now(), cause=Cause("account.create"), **facts)


def unmask(by, reason="核对低保名单"):
    return log_unmask(
        by=by, at=timezone.now(), area=VILLAGE, household_pk=7, person_pks=[9, 8], fields=["id_no"], reason=reason, source="127.0.0.1"
    )


def test_a_county_opens_an_account_that_may_do_nothing_yet(xian):
    user = create(xian)
    assert user.check_password(GOOD)
    assert user.password.startswith("argon2")
    assert user.grant_set.count() == 0


@pytest.mark.parametrize("name", ["cun", "xiang", "waixian", "shenji", "guest", "former"])
def test_others_may_not_open_an_account_there(request, name):
    with pytest.raises(NotPermitted):
        create(request.getfixturevalue(name))


def test_a_county_may_not_open_an_account_in_another_county(xian):
    with pytest.raises(NotPermitted):
        create(xian, area=OTHER_COUNTY, level="county")


def test_a_username_stands_once(xian, cun):
    with pytest.raises(UsernameTaken):
        create(xian, username="cun")


def test_an_area_must_fit_its_level(xian):
    with pytest.raises(GrantImpossible):
        create(xian, area=VILLAGE, level="township")


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "newcomer-1"])
def test_a_weak_password_is_refused_with_reasons(xian, password):
    with pytest.raises(WeakPassword) as weak:
        create(xian, password=password)
    assert weak.value.says


def test_a_county_disables_an_account_and_ends_its_sessions(xian, cun):
    session = open_session(cun, at=timezone.now(), source="10.0.0.1")
    disable_account(by=xian, at=timezone.now(), cause=Cause("account.disable"), user=cun)
    assert not User.objects.get(pk=cun.pk).is_active
    assert SignIn.objects.get(pk=session.pk).ended_why == "disabled"


@pytest.mark.parametrize("name", ["lincun", "xiang", "waixian", "shenji"])
def test_others_may_not_disable_it(request, name, cun):
    with pytest.raises(NotPermitted):
        disable_account(by=request.getfixturevalue(name), at=timezone.now(), cause=Cause("account.disable"), user=cun)


def test_an_account_above_is_not_disabled_from_below(xian, shi):
    with pytest.raises(NotPermitted):
        disable_account(by=xian, at=timezone.now(), cause=Cause("account.disable"), user=shi)


def test_enabling_again_keeps_old_sessions_ended(xian, cun):
    session = open_session(cun, at=timezone.now(), source="10.0.0.1")
    disable_account(by=xian, at=timezone.now(), cause=Cause("account.disable"), user=cun)
    again = enable_account(by=xian, at=timezone.now(), cause=Cause("account.enable"), user=cun)
    assert again.is_active
    assert SignIn.objects.get(pk=session.pk).ended_at is not None


def test_everyone_sets_his_own_password_and_keeps_the_session_he_is_in(cun):
    here = open_session(cun, at=timezone.now(), source="10.0.0.1")
    there = open_session(cun, at=timezone.now(), source="10.0.0.2")
    set_password(by=cun, at=timezone.now(), cause=Cause("password.set"), user=cun, password=GOOD, keep_session=here.pk)
    assert User.objects.get(pk=cun.pk).check_password(GOOD)
    assert SignIn.objects.get(pk=here.pk).ended_at is None
    assert SignIn.objects.get(pk=there.pk).ended_why == "password"


def test_a_neighbour_may_not_set_it_and_the_county_may(lincun, xian, cun):
    with pytest.raises(NotPermitted):
        set_password(by=lincun, at=timezone.now(), cause=Cause("password.reset"), user=cun, password=GOOD)
    set_password(by=xian, at=timezone.now(), cause=Cause("password.reset"), user=cun, password=GOOD, must_change=True)
    assert User.objects.get(pk=cun.pk).must_change


def test_a_county_may_not_rekey_an_account_that_holds_more_than_the_county(xian, console):
    mighty = account_of("mighty", area=COUNTY, level="county")
    grant_to(mighty, "province", PROVINCE, "province")
    with pytest.raises(NotPermitted):
        set_password(by=xian, at=timezone.now(), cause=Cause("password.reset"), user=mighty, password=GOOD)


def test_the_command_line_has_one_account_that_cannot_sign_in(db):
    first, second = console_account(at=timezone.now()), console_account(at=timezone.now())
    assert first == second
    assert not first.has_usable_password()


def test_seeing_numbers_is_written_down_first(cun):
    row = unmask(cun)
    assert (row.by, row.human, row.person_pks, row.reason) == (cun, cun.person, [8, 9], "核对低保名单")


def test_seeing_numbers_asks_a_reason_and_the_scope(cun, lincun):
    with pytest.raises(ReasonMissing):
        unmask(cun, reason="  ")
    with pytest.raises(NotPermitted):
        unmask(lincun)
    assert lincun.area == NEXT_VILLAGE
