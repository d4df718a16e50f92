"""A list that is looked up: who of it is on the register, and nothing about anybody outside the scope."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from taizhang.accounts.models import Grant
from taizhang.households.models import Membership
from taizhang.intake.lookups import lines_pasted
from taizhang.intake.models import Lookup
from tests.cast import NEXT_VILLAGE, VILLAGE, signed_in
from tests.factories import a_household, a_member, id_number
from tests.journal.acts import pen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def families(db):
    a_household(VILLAGE, "钱明珍", serial=1, others=[a_member("钱小宝", "son", 2), a_member("同名人", "daughter", 3)])
    a_household(VILLAGE, "金国强", serial=4, others=[a_member("同名人", "son", 5)])
    a_household(NEXT_VILLAGE, "郑外村", serial=6)


def outcomes(client, **form) -> list[tuple[str, str]]:
    """(name on the list, outcome) of every line."""
    answer = client.post("/lookups", form, follow=True)
    page = answer.content.decode()
    names = re.findall(r'<td data-col="name"[^>]*>([^<]*)</td>', page)
    said = re.findall(r'<td data-col="outcome"[^>]*><span class="status[^"]*"><span class="status-dot"></span>([^<]*)</span>', page)
    return list(zip(names, said, strict=True))


def workbook(*rows: tuple) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return SimpleUploadedFile("花名册.xlsx", kept.getvalue())


def test_who_is_on_the_register_who_is_not_and_who_is_ambiguous(cun):
    file = workbook(
        ("低保花名册",), ("序号", "姓名", "证件号码"), (1, "钱小宝", id_number(2)), (2, "金国强", None), (3, "同名人", None), (4, "查无人", None),
        (5, "钱大宝", id_number(1)), (6, None, id_number(77)), (7, None, "12345"),
    )  # fmt: skip
    assert outcomes(signed_in(cun), file=file) == [
        ("钱小宝", "在册"), ("金国强", "按姓名找到一人"), ("同名人", "同名多人,须补证件号码"), ("查无人", "管辖范围内查无此人"),
        ("钱大宝", "号码在册,姓名不同"), ("", "管辖范围内查无此人"), ("", "号码有误且没有姓名"),
    ]  # fmt: skip


def test_a_person_of_another_village_answers_like_one_who_does_not_exist(cun):
    told = outcomes(
        signed_in(cun), pasted=f"郑外村\n无此人\n{id_number(6)}\n{id_number(88)}\n郑外村 {id_number(6)}\n无此人 {id_number(88)}"
    )
    assert {said for _, said in told} == {"管辖范围内查无此人"}


def test_the_next_village_finds_its_own(lincun):
    assert outcomes(signed_in(lincun), pasted="郑外村\n钱明珍") == [("郑外村", "按姓名找到一人"), ("钱明珍", "管辖范围内查无此人")]


def test_who_left_is_said_to_have_left(cun, console):
    with pen(console):
        Membership.objects.filter(person__name="钱小宝").update(open=False, version=2)
    assert outcomes(signed_in(cun), pasted=f"钱小宝 {id_number(2)}") == [("钱小宝", "曾在册,现不在户")]


def test_numbers_are_masked_on_the_page_and_in_the_workbook(cun):
    client = signed_in(cun)
    page = client.post("/lookups", {"pasted": f"钱小宝,{id_number(2)}"}, follow=True).content.decode()
    assert id_number(2) not in page
    assert id_number(2)[:6] in page
    book = client.get(f"/lookups/{Lookup.objects.get().pk}/workbook")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not any(id_number(2) in cell for cell in cells)
    assert "在册" in cells
    assert "钱明珍" in cells


def test_a_list_is_not_there_for_another_office_nor_for_one_below(xiang, cun, waixian):
    signed_in(xiang).post("/lookups", {"pasted": "钱明珍"})
    pk = Lookup.objects.get().pk
    for user in (cun, waixian):
        other = signed_in(user)
        assert [other.get(f"/lookups/{pk}{end}").status_code for end in ("", "/progress", "/workbook")] == [404, 404, 404]
        assert other.post(f"/lookups/{pk}/cancel").status_code == 404


def test_an_answer_is_cut_to_what_its_reader_sees_today(cun):
    client = signed_in(cun)
    client.post("/lookups", {"pasted": "钱明珍"})
    lookup = Lookup.objects.get()
    assert "钱明珍</a>" in client.get(f"/lookups/{lookup.pk}").content.decode()
    Lookup.objects.filter(pk=lookup.pk).update(area=NEXT_VILLAGE)
    with pen(cun):
        Grant.objects.filter(user=cun).update(area=NEXT_VILLAGE, version=2)
    page = client.get(f"/lookups/{lookup.pk}").content.decode()
    assert "钱明珍</a>" not in page
    assert "管辖范围内查无此人" in page


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "请选择文件,或粘贴姓名、证件号码"),
        ({"pasted": "   "}, "请选择文件,或粘贴姓名、证件号码"),
        ({"pasted": "姓名 证件号码"}, "没有认出姓名或证件号码"),
        ({"file": SimpleUploadedFile("坏.xlsx", b"PK\x03\x04 not a book")}, "无法读取|读不|损坏|不是"),
    ],
)
def test_a_list_with_nothing_in_it_is_refused_with_advice(cun, form, says):
    page = signed_in(cun).post("/lookups", form, follow=True).content.decode()
    assert re.search(says, page)


def test_the_same_form_sent_twice_is_one_list(cun):
    client = signed_in(cun)
    for _ in range(2):
        client.post("/lookups", {"pasted": "钱明珍", "idempotency_key": "k1"})
    assert Lookup.objects.count() == 1


def test_who_may_see_no_household_may_look_up_nobody(guest):
    assert signed_in(guest).get("/lookups").status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_lines(cun, django_assert_max_num_queries):
    client = signed_in(cun)
    client.get("/lookups")
    with django_assert_max_num_queries(30):
        client.post("/lookups", {"pasted": "\n".join(f"无此人{'甲乙丙丁'[n % 4]}" for n in range(1_000))})


def test_pasted_lines_are_read_in_any_order():
    lines = lines_pasted(f"姓名\t证件号码\n钱小宝 {id_number(2)}\n{id_number(1)}、钱明珍\n\n1,金国强")
    assert lines.select("row", "name", "number").rows() == [(2, "钱小宝", id_number(2)), (3, "钱明珍", id_number(1)), (5, "金国强", None)]
