"""An area change in the background: all of it or nothing, with progress, called off before its end, found again, and nobody else's."""

from datetime import date

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from taizhang.accounts.granting import end_grant
from taizhang.accounts.keeping import console_account
from taizhang.households.models import Household, Membership, Person
from taizhang.households.services.areas import NotYet
from taizhang.intake import changing_areas, longwork, progress, queue
from taizhang.journal.models import JournalEntry, JournalTx
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.places.changes import Event
from taizhang.places.models import Place, PlaceChange
from taizhang.places.moves import Move, MoveRefused
from tests.cast import NEXT_VILLAGE, PROVINCE, START, VILLAGE, account_of, grant_to, signed_in
from tests.factories import a_household, a_period, some_places
from tests.pages.forms import body, kept, send, words

pytestmark = pytest.mark.django_db
NEW, RUNNING, CANCEL, LIST = "/places/changes/new", "/places/changes/progress", "/places/changes/cancel", "/places/changes"
IN_DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
MERGE = {
    "kind": "merge",
    "on": "2026-07-01",
    "document": "示民函〔2026〕18号",
    "reason": "两村合并",
    "old_1": VILLAGE,
    "new_1": NEXT_VILLAGE,
    "name_1": "合一村",
}
EVENT = Event("merge", date(2026, 7, 1), (Move(VILLAGE, "village", NEXT_VILLAGE, "合一村"),), "示民函〔2026〕18号")


@pytest.fixture
def villages(db):
    """A household in each of two villages, surveyed in 2026."""
    some_places()
    for at, (area, head) in enumerate([(VILLAGE, "钱明珍"), (NEXT_VILLAGE, "郑明珍")], start=1):
        a_household(area, head, serial=at, period=a_period("2026"))


@pytest.fixture
def no_worker(monkeypatch, villages):
    """What is queued waits: gives what was queued."""
    waiting = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **arguments: waiting.append((task, arguments)))
    return waiting


def work(waiting) -> longwork.Standing | None:
    """What a worker does with the first of what waits."""
    task, arguments = waiting.pop(0)
    task.func(**arguments)
    return longwork.standing_of(arguments["work"])


def begin(by, key="k"):
    changing_areas.begin(by=by, event=EVENT, reason="两村合并", key=key)
    return longwork.standing_of(changing_areas.name_of(by))


def pressed(client, **fields):
    """Look, then confirm."""
    look = send(client, NEW, **MERGE | fields)
    return client.post(NEW, kept(look) | MERGE | fields | {"step": "write"})


def events() -> list[int]:
    return sorted(set(PlaceChange.objects.values_list("event", flat=True)))


def nothing_is_changed() -> bool:
    """Neither places nor records nor the journal know of an event."""
    return (
        not PlaceChange.objects.exists()
        and Place.objects.filter(code=VILLAGE, to_on__isnull=True).count() == 1
        and all(set(m.objects.values_list("area", flat=True)) == {VILLAGE, NEXT_VILLAGE} for m in (Household, Person, Membership))
        and not JournalTx.objects.filter(action="places.change").exists()
        and not JournalEntry.objects.filter(tx__action="places.change").exists()
    )


def test_what_waits_is_done_by_the_worker_and_leads_to_its_event(sheng, no_worker):
    client = signed_in(sheng)
    answer = pressed(client)
    assert (answer.status_code, answer.url) == (302, RUNNING)
    assert nothing_is_changed()
    page = client.get(RUNNING)
    assert "正在把各类记录改挂到新区划" in words(page)
    assert work(no_worker).state == longwork.DONE
    event = PlaceChange.objects.get(old_code=VILLAGE)
    assert (event.new_name, event.reason, event.document) == ("合一村", "两村合并", "示民函〔2026〕18号")
    assert client.get(RUNNING, headers={"HX-Request": "true"}).headers["HX-Redirect"] == f"{LIST}/{event.event}"
    assert client.get(RUNNING).url == f"{LIST}/{event.event}"
    tx = JournalTx.objects.get(action="places.change")
    assert (tx.actor, tx.reason) == (sheng.pk, "两村合并")


def test_the_bar_is_asked_again_by_itself_and_not_with_its_frame(sheng, no_worker):
    client = signed_in(sheng)
    begin(sheng)
    part = body(client.get(RUNNING, headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<div id="progress"')
    assert (f'hx-get="{RUNNING}"' in part, f'action="{CANCEL}"' in part) == (True, True)


def test_the_page_may_be_left_and_found_again(sheng, no_worker):
    client = signed_in(sheng)
    pressed(client)
    page = client.get(LIST)
    assert "您登记的区划变更正在办理" in words(page)
    assert f'href="{RUNNING}"' in body(page)
    assert client.get(NEW).url == RUNNING


def test_the_bar_tells_how_many_tables_have_followed(sheng, no_worker, monkeypatch):
    told = []
    monkeypatch.setattr(progress.Meter, "at", lambda self, done, total=0: told.append((done, total)))
    begin(sheng)
    work(no_worker)
    assert told[0] == (0, 0)
    assert [done for done, _ in told[1:]] == list(range(told[-1][1] + 1))


def test_what_is_called_off_while_it_waits_leaves_nothing_and_the_form_comes_back_filled(sheng, no_worker):
    client = signed_in(sheng)
    pressed(client)
    assert client.post(CANCEL).url == RUNNING
    assert work(no_worker).state == longwork.CANCELLED
    assert nothing_is_changed()
    back = client.get(RUNNING).url
    assert back == f"{NEW}?again=1"
    form = client.get(back)
    assert "没有写入任何内容" in words(form)
    assert all(f'value="{typed}"' in body(form) for typed in (VILLAGE, NEXT_VILLAGE, "合一村", "示民函〔2026〕18号", "两村合并"))
    assert f'value="{VILLAGE}"' not in body(client.get(NEW))


@pytest.mark.parametrize("tables", [1, 4, 9])
def test_what_is_called_off_between_two_tables_is_rolled_back(sheng, no_worker, monkeypatch, tables):
    begin(sheng)
    usual = progress.Meter.at

    def then_called_off(self, done, total=0):
        if done == tables:
            progress.cancel(changing_areas.name_of(sheng))
        usual(self, done, total)

    monkeypatch.setattr(progress.Meter, "at", then_called_off)
    assert work(no_worker).state == longwork.CANCELLED
    assert nothing_is_changed()
    monkeypatch.undo()
    assert begin(sheng).state == longwork.DONE


def test_a_mistake_of_ours_leaves_nothing_and_says_so(sheng, no_worker, monkeypatch):
    begin(sheng)
    monkeypatch.setattr("taizhang.households.following.BESIDE", [lambda event: 1 // 0])
    with pytest.raises(ZeroDivisionError):
        work(no_worker)
    assert longwork.standing_of(changing_areas.name_of(sheng)).says == changing_areas.STUMBLED
    assert nothing_is_changed()
    page = words(signed_in(sheng).get(LIST))
    assert "没有写入任何内容" in page
    assert "接着登记" in page


def test_a_refusal_comes_at_once_and_nothing_is_queued(sheng, no_worker):
    client = signed_in(sheng)
    late = pressed(client, on="2099-01-01")
    assert (late.status_code, "还没有到" in words(late)) == (409, True)
    with pytest.raises(MoveRefused):
        changing_areas.begin(by=sheng, event=Event("merge", EVENT.on, (Move("990101100299", "village", VILLAGE, ""),)), reason="", key="k")
    with pytest.raises(NotYet):
        changing_areas.begin(by=sheng, event=Event("merge", date(2099, 1, 1), EVENT.moves), reason="", key="k")
    assert no_worker == []
    assert longwork.standing_of(changing_areas.name_of(sheng)) is None


def test_what_another_has_changed_meanwhile_is_refused_by_the_worker_in_words(sheng, no_worker):
    client = signed_in(sheng)
    other = account_of("shenger", area=PROVINCE, level="province")
    grant_to(other, "province", PROVINCE, "province")
    begin(other)
    pressed(client)
    work(no_worker)
    assert work(no_worker).state == longwork.FAILED
    assert len(events()) == 1
    assert "没有现行的" in words(client.get(client.get(RUNNING).url))


def test_who_lost_the_permission_while_it_waited_is_refused_by_the_worker(sheng, no_worker):
    begin(sheng)
    end_grant(by=console_account(at=START), at=timezone.now(), cause=Cause("grant.end"), grant=sheng.grant_set.get())
    assert work(no_worker).state == longwork.FAILED
    assert nothing_is_changed()


def test_the_same_form_sent_twice_leads_to_the_same_work_and_another_waits_its_turn(sheng, no_worker):
    client = signed_in(sheng)
    told = kept(send(client, NEW, **MERGE)) | MERGE | {"step": "write"}
    assert client.post(NEW, told).url == RUNNING
    assert client.post(NEW, told).url == RUNNING
    other = client.post(NEW, told | {"idempotency_key": "another"})
    assert (other.status_code, "正在办理,请等它办完或先取消" in words(other)) == (409, True)
    assert len(no_worker) == 1
    work(no_worker)
    assert client.post(NEW, told).url == f"{LIST}/{events()[0]}"


def test_where_another_worker_was_first_its_event_is_shown(sheng, no_worker, monkeypatch):
    begin(sheng)

    def posted_before(**told):
        raise AlreadyPosted(7, "7")

    monkeypatch.setattr(changing_areas, "change_areas", posted_before)
    done = work(no_worker)
    assert (done.state, done.told["event"]) == (longwork.DONE, 7)


def test_nobody_else_sees_or_calls_off_what_an_account_began(sheng, xian, no_worker):
    begin(sheng)
    assert [signed_in(xian).get(RUNNING).status_code, signed_in(xian).post(CANCEL).status_code] == [403, 403]
    equal = account_of("shenger", area=PROVINCE, level="province")
    grant_to(equal, "province", PROVINCE, "province")
    client = signed_in(equal)
    assert client.get(RUNNING).url == LIST
    assert client.post(CANCEL).url == RUNNING
    assert "正在办理" not in words(client.get(LIST))
    assert work(no_worker).state == longwork.DONE


@override_settings(TASKS=IN_DATABASE)
def test_what_a_dead_worker_was_at_says_so_and_can_be_begun_again(sheng, villages):
    begin(sheng)
    DBTaskResult.objects.get().claim("here:8000/0")
    longwork.note(changing_areas.name_of(sheng), longwork.RUNNING)
    assert queue.take_back("here:8000/0") == 1
    assert longwork.standing_of(changing_areas.name_of(sheng)).says == changing_areas.LOST
    assert nothing_is_changed()
    assert begin(sheng).state == longwork.WAITING


def test_what_cannot_be_queued_is_not_under_way(sheng, villages, monkeypatch):
    monkeypatch.setattr(queue, "enqueue", lambda *_, **__: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        begin(sheng)
    assert not longwork.is_under_way(changing_areas.name_of(sheng))
    assert not (settings.HOME / "batches" / changing_areas.name_of(sheng) / "work.json").exists()


def test_tables_are_of_all_sizes_and_no_pace_is_told(sheng, no_worker):
    begin(sheng)
    progress.Meter(changing_areas.name_of(sheng), "改挂", 0).at(6, 14)
    page = words(signed_in(sheng).get(RUNNING))
    assert ("6 / 14 类" in page, "每秒" in page, "还需" in page) == (True, False, False)
