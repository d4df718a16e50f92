"""Signing in and out: throttle, sessions, one answer for every wrong try."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from lxml import html

from taizhang.accounts.binding import address_of, key_of
from taizhang.accounts.keeping import disable_account, set_password
from taizhang.accounts.models import SignIn
from taizhang.accounts.sessions import open_session, use_session
from taizhang.accounts.signing_in import Verdict, weigh_sign_in
from taizhang.accounts.throttle import counters, take_turn
from taizhang.journal.posting import Cause
from tests.cast import VILLAGE, account_of, grant_to, signed_in

pytestmark = pytest.mark.django_db
GOOD = "shan-lu-99-shan"
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def zhang(db):
    user = account_of("zhang", password=GOOD)
    grant_to(user, "village_team", VILLAGE, "village")
    return user


def try_at(moment, password="wrong", name="zhang", source="10.0.0.9", mark=""):
    return weigh_sign_in(at=moment, name=name, password=password, source=source, mark=mark)


def post(client, password=GOOD, name="zhang", **more):
    return client.post("/sign-in", {"name": name, "password": password, **more})


def fail_and_wait(failures):
    """How many seconds each of so many failures makes the next try wait, when every try comes at the first moment that is weighed."""
    waits, moment = [], NOON
    for _ in range(failures):
        assert try_at(moment).verdict is Verdict.WRONG
        waits.append(try_at(moment).wait_seconds)
        moment += timedelta(seconds=waits[-1])
    return waits


def statuses_at(client, *minutes):
    """What one's own page answers at so many minutes past noon."""
    found = []
    for minute in minutes:
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            found.append(client.get("/account").status_code)
    return found


def why_of(response):
    return parse_qs(urlsplit(response.url).query).get("why", [""])[0]


def test_a_right_password_lets_in_and_goes_where_one_wanted(zhang):
    answer = post(Client(), next="/account")
    assert (answer.status_code, answer.url) == (302, "/account")


@pytest.mark.parametrize("target", ["https://evil.example/x", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(zhang, target):
    assert post(Client(), next=target).url == "/"


def test_the_session_id_is_renewed_at_sign_in(zhang):
    client = Client()
    session = client.session
    session["before"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    post(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert client.get("/account").status_code == 200


def test_unknown_name_wrong_password_and_disabled_account_get_one_answer(zhang, sheng):
    disabled = account_of("li", password=GOOD)
    disable_account(by=sheng, at=NOON, cause=Cause("account.disable"), user=disabled)
    bodies = {
        post(Client(), password, name).content.replace(name.encode(), b"NAME") for name, password in (("zhang", "x"), ("nobody", "x"))
    }
    refused = {
        post(Client(REMOTE_ADDR="10.0.0.3"), GOOD, "li").status_code,
        post(Client(REMOTE_ADDR="10.0.0.4"), "x", "nobody").status_code,
    }
    assert len({body.split(b"alert-danger")[1].split(b"</div>")[0] for body in bodies}) == 1
    assert refused == {422}


def test_each_failure_doubles_the_wait_up_to_fifteen_minutes(zhang):
    assert fail_and_wait(12) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_the_right_password_too_early_is_not_weighed_and_later_is(zhang):
    try_at(NOON)
    assert try_at(NOON + timedelta(milliseconds=900), GOOD).verdict is Verdict.WAIT
    assert try_at(NOON + timedelta(seconds=1), GOOD).verdict is Verdict.OK


def test_a_thousand_wrong_passwords_in_a_minute_neither_get_in_nor_lock_the_true_user_out(zhang):
    verdicts = [try_at(NOON + timedelta(seconds=60 * n / 1000)).verdict for n in range(1000)]
    assert verdicts.count(Verdict.WRONG) <= 7
    assert set(verdicts) == {Verdict.WRONG, Verdict.WAIT}
    assert try_at(NOON + timedelta(minutes=1), GOOD, source="10.0.0.77").verdict is Verdict.OK
    assert try_at(NOON + timedelta(minutes=16), GOOD).verdict is Verdict.OK


def test_a_browser_in_which_one_signed_in_before_is_counted_by_itself(zhang):
    client = Client()
    post(client)
    mark = client.cookies["taizhang_mark"].value
    try_at(timezone.now(), source="127.0.0.1")
    assert try_at(timezone.now(), GOOD, source="127.0.0.1").verdict is Verdict.WAIT
    assert try_at(timezone.now(), GOOD, source="127.0.0.1", mark=mark).verdict is Verdict.OK


def test_a_mark_of_another_name_or_a_forged_one_is_no_mark(zhang):
    account_of("wang", password=GOOD)
    client = Client(REMOTE_ADDR="10.0.0.5")
    post(client, name="wang")
    try_at(NOON)
    assert try_at(NOON, GOOD, mark=client.cookies["taizhang_mark"].value).verdict is Verdict.WAIT
    assert try_at(NOON, GOOD, mark="zhang:forged").verdict is Verdict.WAIT


def test_a_source_that_guesses_many_names_has_to_wait_too(zhang):
    waits = [take_turn(counters(f"name{n}", "10.0.0.9", ""), at=NOON) for n in range(40)]
    assert waits == [0] * 21 + [1] * 19
    assert try_at(NOON, GOOD, source="10.0.0.10").verdict is Verdict.OK


def test_many_sources_after_one_name_have_to_wait(zhang):
    waits = [take_turn(counters("zhang", f"10.1.0.{n}", ""), at=NOON) for n in range(110)]
    assert waits == [0] * 101 + [1] * 9


def test_failures_are_forgotten_after_a_day(zhang):
    fail_and_wait(5)
    try_at(NOON + timedelta(hours=25))
    assert try_at(NOON + timedelta(hours=25)).wait_seconds == 1


def test_the_page_says_how_long_to_wait(zhang):
    client = Client()
    with time_machine.travel(NOON, tick=False):
        post(client, "wrong")
        answer = post(client, GOOD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert "1 秒后再试" in answer.content.decode()


def test_tries_are_logged_and_a_name_nobody_has_is_not(zhang):
    try_at(NOON)
    try_at(NOON, name="my-secret-password", source="10.0.0.2")
    assert list(SignIn.objects.order_by("pk").values_list("user__username", "result")) == [("zhang", "wrong"), (None, "wrong")]


def test_an_idle_session_ends_and_says_so(zhang):
    client = Client()
    with time_machine.travel(NOON, tick=False):
        post(client)
    assert statuses_at(client, 29, 58) == [200, 200]
    with time_machine.travel(NOON + timedelta(minutes=89), tick=False):
        assert why_of(client.get("/account")) == "idle"


def test_a_session_ends_after_its_longest_time_however_busy(zhang, settings):
    settings.SESSION_ABSOLUTE_SECONDS = 3600
    client = Client()
    with time_machine.travel(NOON, tick=False):
        post(client)
    assert statuses_at(client, 20, 40, 60) == [200, 200, 200]
    with time_machine.travel(NOON + timedelta(minutes=61), tick=False):
        assert why_of(client.get("/account")) == "absolute"
    assert statuses_at(client, 61) == [302]


def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(zhang):
    session = open_session(zhang, at=NOON, source="10.0.0.1")
    assert use_session(session.pk, zhang, at=NOON + timedelta(minutes=29), quiet=True) == ""
    assert use_session(session.pk, zhang, at=NOON + timedelta(minutes=31), quiet=True) == "idle"


def test_signing_out_ends_every_session_of_the_account(zhang):
    here, there = Client(), Client()
    post(here)
    post(there)
    assert why_of(here.post("/sign-out")) == "out"
    assert here.get("/account").status_code == 302
    assert why_of(there.get("/account")) == "out"


def test_a_stolen_cookie_is_worthless_after_signing_out(zhang):
    client, thief = Client(), Client()
    post(client)
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/sign-out")
    assert thief.get("/account").status_code == 302


def test_disabling_takes_effect_on_the_next_request(zhang, xian):
    client = signed_in(zhang)
    assert client.get("/account").status_code == 200
    disable_account(by=xian, at=timezone.now(), cause=Cause("account.disable"), user=zhang)
    assert client.get("/account").status_code == 302


def test_a_new_password_set_by_the_county_ends_the_session(zhang, xian):
    client = signed_in(zhang)
    client.get("/account")
    set_password(by=xian, at=timezone.now(), cause=Cause("password.reset"), user=zhang, password="another-99-shan", must_change=True)
    assert client.get("/account").status_code == 302


def test_changing_the_own_password_keeps_this_session_and_ends_the_others(zhang):
    here, there = Client(), Client()
    post(here)
    post(there)
    new = "another-99-shan"
    answer = here.post("/account", {"old_password": GOOD, "password": new, "again": new})
    assert answer.url == "/account?done=password"
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert post(Client(REMOTE_ADDR="10.0.0.8"), new).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong", "another-99-shan", "another-99-shan", "原密码不正确"),
        (GOOD, "another-99-shan", "different-99-shan", "两次输入的新密码不一致"),
        (GOOD, GOOD, GOOD, "新密码不能与原密码相同"),
        (GOOD, "12345", "12345", "密码"),
    ],
)
def test_a_password_is_not_changed_on_a_bad_form(zhang, old, new, again, says):
    client = signed_in(zhang)
    answer = client.post("/account", {"old_password": old, "password": new, "again": again})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    zhang.refresh_from_db()
    assert zhang.check_password(GOOD)


def test_a_one_time_password_leads_to_the_change_of_password_first(zhang, xian):
    set_password(by=xian, at=timezone.now(), cause=Cause("password.reset"), user=zhang, password="another-99-shan", must_change=True)
    client = Client()
    post(client, "another-99-shan")
    assert client.get("/account/totp").url == "/account"
    client.post("/account", {"old_password": "another-99-shan", "password": GOOD, "again": GOOD})
    assert client.get("/account/totp").status_code == 200


def code_of(device, moment):
    generator = TOTP(device.bin_key, device.step, device.t0, device.digits)
    generator.time = moment.timestamp()
    return f"{generator.token():06d}"


def test_a_generator_is_bound_by_a_code_and_asked_for_at_the_next_sign_in(zhang):
    client, later = signed_in(zhang), NOON + timedelta(minutes=5)
    with time_machine.travel(NOON, tick=False):
        assert "密钥" in client.get("/account/totp").content.decode()
        assert client.post("/account/totp", {"code": "000000"}).status_code == 422
        device = TOTPDevice.objects.get(user=zhang)
        assert client.post("/account/totp", {"code": code_of(device, NOON)}).status_code == 302
    with time_machine.travel(later, tick=False):
        asked = post(Client())
        assert asked.status_code == 422
        assert "动态验证码" in asked.content.decode()
        assert post(Client(), code=code_of(device, later)).status_code == 302


def test_the_key_stands_as_a_picture_in_the_page_itself_and_needs_no_style_of_its_own(zhang):
    page = html.fromstring(signed_in(zhang).get("/account/totp").content.decode())
    picture = page.xpath("//*[@role='img']/svg")[0]
    squares = picture.xpath(".//path[@stroke]")[0].get("d")
    assert len(squares) > 500
    assert not picture.xpath(".//@style | .//script | .//@href")
    device = TOTPDevice.objects.get(user=zhang)
    assert key_of(device).replace(" ", "") in address_of(device)
    assert address_of(device).startswith("otpauth://totp/%E5%8F%B0%E8%B4%A6%3Azhang?")


def test_a_bound_generator_shows_no_picture(zhang):
    TOTPDevice.objects.create(user=zhang, confirmed=True, name="手机")
    assert "<path stroke" not in signed_in(zhang).get("/account/totp").content.decode()


def test_a_code_counts_once_and_a_wrong_one_is_throttled(zhang):
    device = TOTPDevice.objects.create(user=zhang, confirmed=True, name="手机")
    with time_machine.travel(NOON, tick=False):
        code = code_of(device, NOON)
        assert post(Client(), code=code).status_code == 302
        assert post(Client(), code=code).status_code == 422
        assert post(Client(), code=code).status_code == 429
