"""The long steps of a batch in the background: they tell how they ended on the batch, and a step that failed can be run again."""

import pytest
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

from taizhang.households.models import Person
from taizhang.intake import queue, staging, tasks
from taizhang.intake.models import Batch
from taizhang.kernel.sheets.reading import read_workbook
from taizhang.kernel.sheets.wording import FINDINGS_SHEET
from taizhang.ledgers import ledger
from tests.intake.conftest import period, places
from tests.intake.workbooks import AT, as_csv

__all__ = ["period", "places"]
FAMILY = """
| 姓名   | 证件号码 | 与户主关系 | 健康状况 | 工资性收入 |
| 赵演示 | @1       | 户主       | 健康     | 9000       |
| 周示例 | @2       | 配偶       | 健康     | -          |
| 赵虚构 | @3       | 之子       | 健康     | -          |
| 孙模拟 | @4       | 户主       | 健康     | -          |
"""
IN_DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


@pytest.fixture
def received(cun, period):
    """A workbook that was just uploaded."""
    return staging.receive_file(
        by=cun,
        at=AT,
        ledger=ledger("household-archive"),
        period=period,
        area=cun.area,
        file_name="people.csv",
        content=as_csv(FAMILY),
    )


@pytest.fixture
def checked(received):
    """A batch whose proposals wait for a person."""
    queue.start(tasks.stage_batch, received)
    return received


@pytest.mark.django_db
def test_a_received_workbook_is_checked(checked):
    assert (checked.state, checked.running, checked.message) == (Batch.CHECKED, "", "")
    assert checked.counts["proposals"]["new"] == 4


@pytest.mark.django_db
def test_accepted_rows_stand_on_the_register(checked, cun):
    queue.start(tasks.accept_rows, checked, by_id=cun.pk, kinds=["new", "change"])
    assert (checked.state, checked.running) == (Batch.ACCEPTED, "")
    assert Person.objects.count() == 4


@pytest.mark.django_db
def test_only_the_chosen_lines_are_written(checked, cun):
    sheet = checked.tables[0]["sheet"]
    queue.start(tasks.accept_rows, checked, by_id=cun.pk, kinds=["new"], chosen=[[sheet, 5]])
    assert list(Person.objects.values_list("name", flat=True)) == ["孙模拟"]


@pytest.mark.django_db
def test_who_may_not_accept_is_told_so_and_the_batch_waits_on(checked, shenji):
    queue.start(tasks.accept_rows, checked, by_id=shenji.pk, kinds=["new"])
    assert (checked.state, checked.running) == (Batch.CHECKED, "")
    assert "您的岗位" in checked.message
    assert Person.objects.count() == 0


@pytest.mark.django_db
def test_a_batch_is_at_one_step_at_a_time(checked, cun):
    Batch.objects.filter(pk=checked.pk).update(running="accept")
    with pytest.raises(queue.Busy):
        queue.start(tasks.accept_rows, checked, by_id=cun.pk, kinds=["new"])


@pytest.mark.django_db
def test_our_own_mistake_is_told_on_the_batch_and_the_step_runs_again(checked, cun, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "accept_batch", lambda **_: 1 / 0)
        queue.start(tasks.accept_rows, checked, by_id=cun.pk, kinds=["new"])
    assert (checked.state, checked.running, checked.message) == (Batch.CHECKED, "", tasks.STUMBLED)
    queue.start(tasks.accept_rows, checked, by_id=cun.pk, kinds=["new"])
    assert (checked.state, checked.message) == (Batch.ACCEPTED, "")


@pytest.mark.django_db
def test_a_workbook_at_which_we_stumble_is_a_message_and_no_lost_batch(received, monkeypatch):
    monkeypatch.setattr(tasks.staging, "stage", lambda *_, **__: 1 / 0)
    queue.start(tasks.stage_batch, received)
    assert (received.state, received.running, received.message) == (Batch.FAILED, "", tasks.STUMBLED)


@pytest.mark.django_db
def test_the_workbook_comes_back_with_its_findings(cun, period):
    wrong = FAMILY.replace("之子", "干亲")
    batch = staging.receive_file(
        by=cun, at=AT, ledger=ledger("household-archive"), period=period, area=cun.area, file_name="a.csv", content=as_csv(wrong)
    )
    queue.start(tasks.stage_batch, batch)
    assert tasks.annotated_of(batch) is None
    queue.start(tasks.annotate_batch, batch)
    marked = read_workbook(tasks.annotated_of(batch))
    assert [sheet.name for sheet in marked.sheets][-1] == FINDINGS_SHEET


@pytest.mark.django_db
def test_a_workbook_that_was_not_checked_has_no_findings_to_give_back(received):
    queue.start(tasks.annotate_batch, received)
    assert (received.running, received.message) == ("", tasks.NOT_CHECKED)


@pytest.mark.django_db
@override_settings(TASKS=IN_DATABASE)
def test_what_a_dead_worker_was_at_can_be_run_again(received):
    queue.start(tasks.stage_batch, received)
    DBTaskResult.objects.get().claim("here:8000/0")
    assert queue.take_back("here:8000/1") == 0
    assert queue.take_back("here:8000/0") == 1
    received.refresh_from_db()
    assert (received.running, received.message) == ("", queue.INTERRUPTED)
    queue.start(tasks.stage_batch, received)
    assert DBTaskResult.objects.count() == 2
