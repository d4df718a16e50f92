"""The main job by its pages: upload, match, look at what is wrong, compare, accept."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from taizhang.households.models import Household, HouseholdPeriod, Membership, Period
from taizhang.intake import progress
from taizhang.intake.models import Batch, KnownForm
from tests.cast import NEXT_VILLAGE, VILLAGE, signed_in
from tests.intake.workbooks import FAMILY, as_csv, as_xlsx, number

pytestmark = pytest.mark.django_db
WRONG = FAMILY.replace("@3", "99010119700101").replace("8200", "约九千")
WAITS = "整户改正后再写入"


def uploaded(browser, content, name="采集表.csv", **more):
    """A file sent by the form."""
    form = {"ledger": "household-archive", "period": "2018", "area": VILLAGE, "idempotency_key": "k1", **more}
    content = as_csv(content) if isinstance(content, str) else content
    return browser.post(reverse("import_upload"), form | {"file": SimpleUploadedFile(name, content)})


def followed(browser, answer):
    """The page where a redirect leads, all the way."""
    page = browser.get(answer.url, follow=True)
    return page.content.decode()


def at(name, **query):
    """The address of a page of the only batch."""
    return reverse(name, args=[Batch.objects.get().pk])


def test_a_workbook_goes_from_upload_to_the_register(browser, period):
    page = followed(browser, uploaded(browser, FAMILY))
    assert "全部写入(3 行)" in page
    assert not Household.objects.exists()
    answer = browser.post(at("import_accept"), {"accept": "all", "group": "new", "page": "1", "idempotency_key": "k2"})
    assert "已写入名册" in followed(browser, answer)
    assert Membership.objects.filter(household=Household.objects.get()).count() == 3


def test_the_same_form_sent_twice_is_one_batch(browser, period):
    first, second = uploaded(browser, FAMILY), uploaded(browser, FAMILY)
    assert first.url == second.url
    assert Batch.objects.count() == 1


def test_another_form_is_another_batch(browser, period):
    uploaded(browser, FAMILY)
    uploaded(browser, FAMILY, idempotency_key="k9")
    assert Batch.objects.count() == 2


def test_two_people_with_the_same_key_have_their_own_batches(browser, lincun, period):
    uploaded(browser, FAMILY)
    uploaded(signed_in(lincun), FAMILY, area=NEXT_VILLAGE)
    assert set(Batch.objects.values_list("area", flat=True)) == {VILLAGE, NEXT_VILLAGE}


@pytest.mark.parametrize("wrong", [{"ledger": "nothing"}, {"period": "1999"}, {"area": ""}])
def test_a_form_with_a_wrong_choice_is_refused_with_the_form(browser, period, wrong):
    answer = uploaded(browser, FAMILY, **wrong)
    assert (answer.status_code, "没有上传" in answer.content.decode()) == (422, True)


def test_a_form_without_a_file_is_refused(browser, period):
    answer = browser.post(reverse("import_upload"), {"ledger": "household-archive", "period": "2018", "area": VILLAGE})
    assert (answer.status_code, "请选择文件" in answer.content.decode()) == (422, True)


def test_a_file_above_the_limit_is_refused_with_the_limit(browser, period, settings):
    settings.UPLOAD_BYTES = 1024 * 1024
    answer = uploaded(browser, b"x" * (1024 * 1024 + 1))
    assert (answer.status_code, "超过上限 1 MB" in answer.content.decode()) == (422, True)


def test_an_area_outside_the_scope_is_refused(browser, period):
    assert uploaded(browser, FAMILY, area=NEXT_VILLAGE).status_code == 403
    assert not Batch.objects.exists()


def test_a_frozen_period_takes_no_workbook(browser, period, out):
    with out():
        Period.objects.update(state="frozen")
    assert uploaded(browser, FAMILY).status_code == 409


def test_a_file_that_is_no_workbook_is_told_in_a_sentence(browser, period):
    page = followed(browser, uploaded(browser, b"%PDF-1.7 nothing to see", name="表.xlsx"))
    assert "导入结果" in page
    assert Batch.objects.get().state == Batch.FAILED


def test_what_is_wrong_is_said_by_row_and_heading(browser, period):
    page = followed(browser, uploaded(browser, WRONG))
    assert "查看问题" in page
    assert "证件号码有14位" in page
    assert "约九千" in page
    assert number(1) not in page


def test_findings_are_shown_one_heading_at_a_time(browser, period):
    uploaded(browser, WRONG)
    page = browser.get(at("import_findings"), {"column": "工资性收入"}).content.decode()
    assert ("约九千" in page, "证件号码有14位" in page) == (True, False)


def test_findings_are_shown_one_severity_at_a_time(browser, period):
    uploaded(browser, WRONG)
    assert "约九千" not in browser.get(at("import_findings"), {"severity": "W"}).content.decode()


def test_hints_are_shown_only_where_they_are_asked_for(browser, period):
    uploaded(browser, FAMILY.replace("@3", "99010119700101"))
    errors, hints = (browser.get(at("import_findings"), query).content.decode() for query in ({}, {"severity": "I"}))
    assert ("证件号码有14位" in errors, WAITS in errors) == (True, False)
    assert ("证件号码有14位" in hints, WAITS in hints) == (False, True)


def test_the_users_own_workbook_comes_back_with_the_findings(browser, period):
    uploaded(browser, as_xlsx(户=WRONG), name="采集表.xlsx")
    answer = browser.get(at("import_workbook"))
    assert answer["Cache-Control"] == "no-store"
    assert "%E9%87%87%E9%9B%86%E8%A1%A8-%E6%89%B9%E6%B3%A8.xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["户", "问题清单"]
    assert "证件号码有14位" in book["户"]["B4"].comment.text


def test_a_change_is_shown_old_beside_new_with_secrets_masked(browser, period, family):
    Batch.objects.all().delete()
    uploaded(browser, FAMILY.replace("13900000001", "13900000009").replace("8200", "9100"))
    page = browser.get(at("import_proposals"), {"group": "change"}).content.decode()
    assert "139****0001" in page
    assert "139****0009" in page
    assert (">8200<" in page, ">9100<" in page) == (True, True)
    assert number(1) not in page


def test_same_conflict_and_blocked_have_their_own_pages(browser, period, family, next_family):
    Batch.objects.all().delete()
    uploaded(browser, FAMILY + "| 孙模拟 | @7 | 户主 | 健康 | - | - |")
    same = browser.get(at("import_proposals"), {"group": "same"}).content.decode()
    conflict = browser.get(at("import_proposals"), {"group": "conflict"}).content.decode()
    assert "赵演示" in same
    assert "管辖区域以外已经在册" in conflict
    assert "choice_" not in conflict


def test_only_what_was_chosen_is_written(browser, period):
    uploaded(browser, FAMILY + "| 钱样例 | @5 | 户主 | 健康 | - | - |")
    browser.post(at("import_accept"), {"accept": "these", "group": "new", "page": "1", "choice_5": "accept", "choice_2": "leave"})
    assert list(HouseholdPeriod.objects.values_list("head_name", flat=True)) == ["钱样例"]


def test_all_leaves_out_what_was_refused(browser, period):
    uploaded(browser, FAMILY + "| 钱样例 | @5 | 户主 | 健康 | - | - |")
    browser.post(at("import_accept"), {"accept": "all", "group": "new", "page": "1", "choice_5": "leave"})
    assert list(HouseholdPeriod.objects.values_list("head_name", flat=True)) == ["赵演示"]


def test_choices_are_kept_from_page_to_page(browser, period):
    uploaded(browser, FAMILY + "| 钱样例 | @5 | 户主 | 健康 | - | - |")
    kept = browser.post(at("import_accept"), {"accept": "keep", "group": "new", "page": "1", "choice_5": "accept"})
    assert kept.url.endswith("?group=new&page=2")
    browser.post(at("import_accept"), {"accept": "these", "group": "new", "page": "2"})
    assert list(HouseholdPeriod.objects.values_list("head_name", flat=True)) == ["钱样例"]


def test_nothing_chosen_is_said_and_nothing_written(browser, period):
    uploaded(browser, FAMILY)
    answer = browser.post(at("import_accept"), {"accept": "these", "group": "new", "page": "1"})
    assert (answer.status_code, "没有选为" in answer.content.decode()) == (422, True)
    assert not Household.objects.exists()


def test_a_batch_is_written_once(browser, period):
    uploaded(browser, FAMILY)
    browser.post(at("import_accept"), {"accept": "all", "group": "new", "page": "1"})
    assert browser.post(at("import_accept"), {"accept": "all", "group": "new", "page": "1"}).status_code == 409
    assert Household.objects.count() == 1


def test_a_cancelled_batch_writes_nothing_and_can_be_run_again(browser, period):
    uploaded(browser, FAMILY)
    assert "已按您的要求取消" in followed(browser, browser.post(at("import_cancel")))
    assert browser.post(at("import_accept"), {"accept": "all", "group": "new", "page": "1"}).status_code == 409
    assert "全部写入(3 行)" in followed(browser, browser.post(at("import_again")))


def test_a_step_that_runs_is_told_to_stop(browser, period):
    uploaded(browser, FAMILY)
    Batch.objects.update(running="stage")
    page = followed(browser, browser.post(at("import_cancel")))
    assert "取消后不会写入任何一行" in page
    assert (progress._mark(Batch.objects.get().pk)).exists()


def test_the_progress_of_a_step_says_rows_rate_and_time_left(browser, period):
    uploaded(browser, FAMILY)
    batch = Batch.objects.get()
    Batch.objects.update(running="stage")
    meter = progress.Meter(batch.pk, "核对", 1000)
    meter.at(250)
    page = browser.get(at("import_progress"), headers={"HX-Request": "true"}).content.decode()
    assert ("<b>250</b> / 1,000 行(25.0%)" in page, "<html" in page) == (True, False)


def test_a_step_that_is_over_sends_the_browser_on(browser, period):
    uploaded(browser, FAMILY)
    answer = browser.get(at("import_progress"), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == at("import_show")


def test_headings_that_nobody_is_sure_of_are_asked_and_remembered(browser, period):
    odd = as_csv(FAMILY.replace("户联系电话", "电话机号").replace("证件号码", "证件号码数"))
    page = followed(browser, uploaded(browser, odd))
    assert "对应列" in page
    assert "电话机号" in page
    form = {"sheet": Batch.objects.get().tables[0]["sheet"], "remember": "yes"}
    form |= dict(
        zip((f"column_{n}" for n in range(6)), ("person.name", "person.id_no", "membership.relation", "member.health", "", ""), strict=True)
    )
    assert "全部写入(3 行)" in followed(browser, browser.post(at("import_matching"), form))
    assert KnownForm.objects.get().columns["电话机号"] == ""
    again = followed(browser, uploaded(browser, odd, idempotency_key="k7"))
    assert "全部写入(3 行)" in again


def test_a_matching_without_a_required_column_is_refused_by_name(browser, period):
    uploaded(browser, FAMILY)
    answer = browser.post(at("import_matching"), {"column_0": "person.name", "column_1": "person.id_no"})
    assert (answer.status_code, "还缺必填的列：与户主关系" in answer.content.decode()) == (422, True)


def test_one_column_of_the_ledger_takes_one_heading(browser, period):
    uploaded(browser, FAMILY)
    form = {"column_0": "person.name", "column_1": "person.id_no", "column_2": "membership.relation", "column_3": "person.name"}
    answer = browser.post(at("import_matching"), form)
    assert (answer.status_code, "一个栏目只能对应一列" in answer.content.decode()) == (422, True)


def test_samples_on_the_matching_page_show_no_whole_number(browser, period):
    uploaded(browser, FAMILY)
    page = browser.get(at("import_matching")).content.decode()
    assert (number(1) in page, "赵演示" in page) == (False, True)


def test_a_sheet_that_is_not_read_is_named(browser, period):
    uploaded(browser, as_xlsx(户=FAMILY, 说明="|填表说明|请看|\n|一|二|"), name="采集表.xlsx")
    assert Batch.objects.get().counts["left_sheets"] == ["说明"]
    assert "说明" in browser.get(at("import_matching")).content.decode()


def test_the_next_village_sees_nothing_of_a_batch(browser, lincun, period):
    uploaded(browser, FAMILY)
    other = signed_in(lincun)
    assert other.get(at("import_show")).status_code == 404
    assert other.get(at("import_findings")).status_code == 404
    assert other.get(at("import_workbook")).status_code == 404
    assert other.get(at("import_proposals")).status_code == 404
    assert "采集表.csv" not in other.get(reverse("imports")).content.decode()


def test_the_list_of_batches_says_where_each_is(browser, period):
    uploaded(browser, FAMILY)
    page = browser.get(reverse("imports")).content.decode()
    assert ("待确认写入" in page, "新增 3 · 更正 0 · 有问题 0" in page) == (True, True)
    assert "采集表.csv" not in browser.get(reverse("imports"), {"state": "accepted"}).content.decode()
