"""Excel out by its pages: ordering, fetching, who may fetch what; blank templates."""

import io

import openpyxl
import pytest
from django.urls import reverse

from taizhang.households.models import HouseholdPeriod
from taizhang.intake import progress, tasks
from taizhang.intake.exporting import make_export, progress_key
from taizhang.intake.models import Export
from taizhang.ledgers import HOUSEHOLD_ARCHIVE
from tests.cast import NEXT_VILLAGE, START, VILLAGE, signed_in
from tests.intake.workbooks import imported, number

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE_MORE = """
| 姓名   | 证件号码 | 与户主关系 |
| 钱样例 | @8       | 户主       |
"""


def ordered(browser, **more):
    """A workbook ordered by the form."""
    return browser.post(reverse("export_new"), {"ledger": "household-archive", "period": "2018", "area": VILLAGE, **more})


def fetched(browser):
    """The only export, as it is downloaded."""
    return browser.get(reverse("export_download", args=[Export.objects.get().pk]))


def cells_of(content):
    """Everything that stands in the first sheet of a workbook, as one text."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def test_a_workbook_is_ordered_made_and_fetched(browser, period, family):
    assert ordered(browser).status_code == 302
    answer = fetched(browser)
    assert (answer["Content-Type"], answer["Cache-Control"]) == (XLSX, "no-store")
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    text = cells_of(answer.content)
    assert ("赵演示" in text, number(1) in text) == (True, False)


def test_full_numbers_need_a_reason(browser, period, family):
    answer = ordered(browser, full="yes")
    assert (answer.status_code, "没有导出" in answer.content.decode()) == (422, True)
    assert not Export.objects.exists()


def test_full_numbers_are_given_with_a_reason_that_is_kept(browser, period, family):
    ordered(browser, full="yes", reason="向县民政局提供比对名单")
    assert number(1) in cells_of(fetched(browser).content)
    assert "向县民政局提供比对名单" in browser.get(reverse("exports")).content.decode()


def test_a_file_with_full_numbers_is_given_to_him_who_told_the_reason_only(browser, xiang, period, family):
    ordered(browser, full="yes", reason="比对")
    assert fetched(signed_in(xiang)).status_code == 403
    assert fetched(browser).status_code == 200


def test_a_masked_file_of_the_area_is_seen_by_the_office_above_and_by_no_neighbour(browser, xiang, lincun, period, family):
    ordered(browser)
    assert fetched(signed_in(xiang)).status_code == 200
    assert fetched(signed_in(lincun)).status_code == 404
    assert Export.objects.get().file_name not in signed_in(lincun).get(reverse("exports")).content.decode()


def test_the_export_respects_the_query_of_the_list(browser, period, family):
    page = browser.get(reverse("exports"), {"status": "returned"}).content.decode()
    assert "脱贫状态：返贫" in page
    assert '<input type="hidden" name="status" value="returned">' in page
    ordered(browser, status="returned")
    assert "赵演示" not in cells_of(fetched(browser).content)


def archives(*heads):
    """The ids of archives by the names of their heads."""
    return [HouseholdPeriod.objects.get(head_name=head).pk for head in heads]


def test_the_households_picked_in_the_list_are_carried_to_the_form(browser, period, family):
    page = browser.get(reverse("exports"), {"chosen": archives("赵演示")}).content.decode()
    assert "所选：1户" in page
    assert f'<input type="hidden" name="chosen" value="{archives("赵演示")[0]}">' in page


def test_only_the_picked_households_stand_in_the_workbook(browser, cun, period, family):
    imported(cun, ONE_MORE, period)
    ordered(browser, chosen=str(archives("钱样例")[0]))
    text = cells_of(fetched(browser).content)
    assert ("钱样例" in text, "赵演示" in text) == (True, False)
    assert "所选：1户" in browser.get(reverse("exports")).content.decode()


def test_picked_households_outside_the_scope_are_left_out_without_a_word(browser, period, family, next_family):
    """Of a neighbour's household and of one that does not exist nothing is said."""
    ordered(browser, chosen=f"{archives('赵演示')[0]},{archives('孙模拟')[0]},999999")
    text = cells_of(fetched(browser).content)
    assert ("赵演示" in text, "孙模拟" in text) == (True, False)


@pytest.mark.parametrize("chosen", ["1,x", "1,,2", ",".join(map(str, range(1, 1_002)))])
def test_a_choice_that_cannot_be_read_or_is_too_large_is_refused(browser, period, family, chosen):
    assert ordered(browser, chosen=chosen).status_code == 422
    assert not Export.objects.exists()


@pytest.mark.parametrize("wrong", [{"ledger": "nothing"}, {"period": "1999"}, {"area": ""}, {"income_from": "约一千"}])
def test_a_form_with_a_wrong_choice_is_refused_with_the_form(browser, period, wrong):
    assert ordered(browser, **wrong).status_code == 422


def test_an_area_outside_the_scope_is_refused(browser, period):
    assert ordered(browser, area=NEXT_VILLAGE).status_code == 403


@pytest.mark.parametrize("key", ["household-archive", "new-and-returned"])
def test_a_blank_template_is_given(browser, key):
    answer = browser.get(reverse("template_download", args=[key]))
    assert answer["Content-Type"] == XLSX
    assert "证件号码" in cells_of(answer.content)


def test_a_template_that_is_not_there_is_not_found(browser):
    assert browser.get(reverse("template_download", args=["nothing"])).status_code == 404


def test_what_goes_out_comes_in_again_and_changes_nothing(browser, period, family):
    ordered(browser)
    from django.core.files.uploadedfile import SimpleUploadedFile

    from taizhang.intake.models import Batch

    file = SimpleUploadedFile("回来.xlsx", fetched(browser).content)
    form = {"ledger": "household-archive", "period": "2018", "area": VILLAGE, "idempotency_key": "back", "file": file}
    browser.post(reverse("import_upload"), form)
    batch = Batch.objects.get(file_name="回来.xlsx")
    assert (batch.state, batch.counts["proposals"]) == ("checked", {"new": 0, "change": 0, "same": 3, "conflict": 0, "blocked": 0})


def being_made(period, by):
    """An order that the worker has not come to yet."""
    return Export.objects.create(ledger=HOUSEHOLD_ARCHIVE.key, period=period, area=VILLAGE, by=by, at=START, position=0)


def test_one_that_is_being_made_says_how_far_it_is_and_is_called_off_by_who_ordered_it(browser, cun, period, family):
    export = being_made(period, cun)
    progress.Meter(progress_key(export), "导出", 40).at(10)
    page = browser.get(reverse("exports")).content.decode()
    assert ("<b>10</b> / 40 行" in page, f'action="/exports/{export.pk}/cancel"' in page) == (True, True)
    assert browser.post(reverse("export_cancel", args=[export.pk])).status_code == 303
    tasks.make_export.call(export.pk)  # as the worker does: no mistake of his
    export.refresh_from_db()
    assert (export.state, export.sha256) == ("cancelled", "")
    page = browser.get(reverse("exports")).content.decode()
    assert ("正在生成" in page, "生成中" in page, "已按您的要求取消" in page) == (False, False, True)


def test_nobody_calls_off_what_another_ordered(browser, xiang, period, family):
    export = being_made(period, xiang)
    assert browser.post(reverse("export_cancel", args=[export.pk])).status_code == 409
    assert "/cancel" not in browser.get(reverse("exports")).content.decode()
    make_export(export, HOUSEHOLD_ARCHIVE)
    export.refresh_from_db()
    assert export.state == "ready"
