"""The lists that the systems export: their columns, whom they list, and the files as they really come."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlwt

from taizhang.households.models import HouseholdPeriod, Membership
from taizhang.intake import files
from taizhang.intake.accepting import accept_batch
from taizhang.intake.exporting import export_ledger
from taizhang.intake.staging import receive_file, stage
from taizhang.kernel.identity import make_id
from taizhang.ledgers import EDGE_PEOPLE, EXITED_PEOPLE, HOUSEHOLD_INFORMATION, LEDGERS, MONITORED_OBJECTS
from tests.cast import COUNTY, VILLAGE
from tests.ledgers.conftest import AT, CAUSE, a_line, put

pytestmark = pytest.mark.django_db
FIRST = [
    "序号",
    "数据日期",
    "县",
    "乡",
    "行政村",
    "自然村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "人数",
    "与户主关系",
    "民族",
    "文化程度",
    "在校生状况",
    "健康状况",
    "劳动技能",
    "务工时间(月)",
    "是否参加大病保险",
    "致贫原因1",
    "危房户",
    "是否解决安全饮用水",
    "人均纯收入",
    "户联系电话",
    "人联系电话",
    "首次识别时间",
    "人员识别时间",
    "户类型",
]
OF_EDGE = ["易返贫致贫户(监测对象)类型", "风险是否消除", "风险识别时间", "风险消除时间"]
OF_EXITED = ["监测对象类型", "风险是否消除", "识别时间", "消除时间"]
HEAD, CHILD = make_id("990101", date(1980, 1, 2), 31), make_id("990101", date(2012, 3, 4), 32)
PLACE = ["演示县", "", "", "二组"]
BOTH = {
    "户类型": "脱贫户", "户联系电话": "13900000077", "人数": "2", "人均纯收入": "9100.5", "致贫原因1": "因病", "危房户": "否", "是否解决安全饮用水": "是",
    "首次识别时间": "2014-12-01", "人员识别时间": "2014-12", "行政村代码": VILLAGE, "民族": "汉族", "健康状况": "健康",
}  # fmt: skip


def lines_of(headings: list[str], *further: dict[str, str]) -> list[list[str]]:
    """Two people of a household, every cell text, blanks as empty texts."""
    people = [
        {"姓名": "郑示例", "证件号码": HEAD, "与户主关系": "户主", "务工时间(月)": "6", "人联系电话": "13900000078"},
        {"姓名": "郑样本", "证件号码": CHILD, "与户主关系": "之子", "在校生状况": "小学"},
    ]
    return [
        [(BOTH | person | more).get(heading, "") for heading in headings] for person, more in zip(people, further or ({}, {}), strict=True)
    ]


def xlsx(rows: list[list[str]]) -> bytes:
    """A workbook as a system writes it: one sheet, every cell a text."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for row in book.active.iter_rows():
        for cell in row:
            cell.number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: list[list[str]]) -> bytes:
    """The same as an old workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for index, text in enumerate(row):
            sheet.write(at, index, text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def staged(by, period, ledger, content: bytes, area: str = VILLAGE):
    batch = receive_file(by=by, at=AT, ledger=ledger, period=period, area=area, file_name="名单.xlsx", content=content)
    return stage(batch, ledger)


def told(batch, index: int = 0) -> list[tuple[int, str, str]]:
    """What was found, by row and code, without what the register says."""
    return [(row["row"], row["code"], row["message"]) for row in files.get_frame(batch.pk, f"findings-{index}").iter_rows(named=True)]


def accepted(by, batch) -> HouseholdPeriod:
    accept_batch(by=by, at=AT, cause=CAUSE, batch=batch)
    return HouseholdPeriod.objects.get(head_name="郑示例")


def exported(by, period, ledger, **options):
    return export_ledger(by=by, at=AT, cause=CAUSE, ledger=ledger, period=period, area=COUNTY, **options)


def sheet_of(export) -> list[list[object]]:
    """The rows of the workbook that was given out, from the headings on."""
    rows = openpyxl.load_workbook(io.BytesIO(files.original(export.sha256))).active.iter_rows(values_only=True)
    return [list(row) for row in rows][2:]


def column_of(export, label: str) -> list[object]:
    headings, *lines = sheet_of(export)
    return [line[headings.index(label)] for line in lines]


@pytest.fixture
def people(period):
    """赵演示 with wife, out of poverty; 钱样例 poor; 孙模拟 on the edge with his mother; 李虚构 out by his type alone."""
    out = {"household__status": "out_with_policy", "household__hh_phone": "13900000001", "household__main_cause": "illness"}
    edge = {"household__monitor_kind": "edge", "household__risk_1": "illness", "household__risk_removed": False}
    return put(
        [
            a_line(1, "赵演示", 1, household__monitored_on="2018-03", household__inc_wage_yuan=Decimal("9600.50"), **out),
            a_line(1, "周示例", 2, "spouse", member__phone="13900000002"),
            a_line(2, "钱样例", 5, household__status="poor"),
            a_line(3, "孙模拟", 7, household__hh_type="ordinary", household__monitored_on="2018-05", **edge),
            a_line(3, "吴仿真", 8, "mother"),
            a_line(4, "李虚构", 9, household__hh_type="exited"),
        ],
        period,
    )


def test_the_columns_are_those_that_the_systems_export():
    assert [c.label for c in EXITED_PEOPLE.columns] == FIRST
    assert [c.label for c in EXITED_PEOPLE.read_also] == OF_EXITED
    assert [c.label for c in EDGE_PEOPLE.columns] == FIRST + OF_EDGE
    assert {c.mark for c in (*EXITED_PEOPLE.columns, *EDGE_PEOPLE.columns)} <= {"V", "V2"}


def test_the_county_sheet_has_more_than_170_columns_and_one_heading_twice():
    labels = [c.label for c in MONITORED_OBJECTS.columns]
    assert len(labels) > 170
    assert {label for label in labels if labels.count(label) > 1} == {"风险是否已消除"}
    assert labels[0] == "县(市、区、旗)"


def test_what_is_not_verified_of_the_county_sheets_is_marked():
    assert {c.mark for c in MONITORED_OBJECTS.columns} == {"V", "I", "K"}
    assert {c.mark for c in HOUSEHOLD_INFORMATION.columns if c.field.startswith("household.")} == {"I"}


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("exited-people", ["赵演示", "周示例", "李虚构"]),
        ("edge-people", ["孙模拟", "吴仿真"]),
        ("monitored-objects", ["孙模拟", "吴仿真"]),
    ],
)
def test_a_list_holds_whom_it_names_and_nobody_else(people, period, xian, key, names):
    assert column_of(exported(xian, period, LEDGERS[key]), "姓名") == names


def test_one_line_a_household_is_its_heads(people, period, xian):
    assert column_of(exported(xian, period, HOUSEHOLD_INFORMATION), "户主姓名") == ["赵演示", "钱样例", "孙模拟", "李虚构"]


def test_the_household_stands_on_every_line_and_lines_are_numbered(people, period, xian):
    export = exported(xian, period, EXITED_PEOPLE)
    assert sheet_of(export)[0] == FIRST
    assert column_of(export, "序号") == ["1", "2", "3"]
    assert column_of(export, "数据日期") == ["2018-12-01"] * 3
    assert column_of(export, "致贫原因1") == ["因病", "因病", None]
    assert column_of(export, "户联系电话") == ["139****0001", "139****0001", None]
    assert column_of(export, "人数") == [2, 2, 1]


def test_the_printed_again_column_says_the_same(people, period, xian):
    headings, *lines = sheet_of(exported(xian, period, MONITORED_OBJECTS))
    first, second = (at for at, text in enumerate(headings) if text == "风险是否已消除")
    assert [(line[first], line[second]) for line in lines] == [("否", "否")] * 2


@pytest.mark.parametrize(
    ("key", "lines"), [("exited-people", 3), ("edge-people", 2), ("monitored-objects", 2), ("household-information", 4)]
)
def test_what_goes_out_comes_in_again_and_changes_nothing(people, period, xian, key, lines):
    content = files.original(exported(xian, period, LEDGERS[key]).sha256)
    batch = staged(xian, period, LEDGERS[key], content, COUNTY)
    assert (batch.state, batch.message) == ("checked", "")
    assert batch.counts["proposals"] == {"new": 0, "change": 0, "same": lines, "conflict": 0, "blocked": 0}


@pytest.mark.parametrize("write", [xlsx, xls], ids=["xlsx", "xls"])
def test_a_list_of_a_system_is_taken_as_it_is(period, cun, write):
    batch = staged(
        cun, period, EDGE_PEOPLE, write([FIRST + OF_EDGE, *lines_of(FIRST + OF_EDGE, *[dict.fromkeys(OF_EDGE[:1], "边缘易致贫户")] * 2)])
    )
    assert (batch.state, told(batch)) == ("checked", [])
    archive = accepted(cun, batch)
    assert (archive.monitor_kind, archive.hh_type, archive.main_cause, archive.first_identified_on) == (
        "edge",
        "exited",
        "illness",
        "2014-12-01",
    )
    assert (archive.is_unsafe, archive.water_safe, archive.risk_removed, archive.member_count) == (False, True, None, 2)
    assert archive.inc_net_pc_yuan == Decimal("9100.50")
    child = Membership.objects.select_related("person").get(person__name="郑样本")
    assert (child.relation, child.identified_on, child.person.birth_date) == ("son", "2014-12", date(2012, 3, 4))


def test_the_list_with_four_more_columns_is_read_whole(period, cun):
    more = {"监测对象类型": "脱贫不稳定户", "风险是否消除": "是", "识别时间": "2021-08", "消除时间": "2022-06"}
    batch = staged(cun, period, EXITED_PEOPLE, xlsx([FIRST + OF_EXITED, *lines_of(FIRST + OF_EXITED, more, more)]))
    assert (batch.state, told(batch)) == ("checked", [])
    archive = accepted(cun, batch)
    assert (archive.monitor_kind, archive.risk_removed, archive.monitored_on, archive.removed_on) == (
        "unstable",
        True,
        "2021-08",
        "2022-06",
    )


@pytest.mark.parametrize("county", ["县", "县(市、区、旗)", "县（市、区、旗）"])
def test_headings_in_row_three_and_either_word_for_the_county(period, cun, county):
    headings = [county if c.field == "key.county" else c.label for c in MONITORED_OBJECTS.columns]
    above = [["（自定义）监测对象信息"], ["导出时间:2022-12-31"]]
    kind = {"监测对象类型": "边缘易致贫户", "风险1": "因病", "风险是否已消除": "否"}
    batch = staged(cun, period, MONITORED_OBJECTS, xlsx([*above, headings, *lines_of(headings, kind, kind)]))
    assert (batch.state, told(batch)) == ("checked", [])
    assert (batch.tables[0]["heading_row"], batch.tables[0]["unknown"]) == (3, [])
    archive = accepted(cun, batch)
    assert (archive.monitor_kind, archive.risk_1, archive.risk_removed) == ("edge", "illness", False)


def test_a_heading_printed_twice_is_read_once_and_a_difference_is_told(period, cun):
    headings = [c.label for c in MONITORED_OBJECTS.columns]
    rows = lines_of(headings, {"监测对象类型": "边缘易致贫户"}, {"监测对象类型": "边缘易致贫户"})
    first, second = (at for at, text in enumerate(headings) if text == "风险是否已消除")
    for row in rows:
        row[first], row[second] = "否", "是"
    batch = staged(cun, period, MONITORED_OBJECTS, xlsx([headings, *rows]))
    assert [(row, code) for row, code, _ in told(batch)] == [(2, "again.differs"), (3, "again.differs")]
    assert accepted(cun, batch).risk_removed is False


def test_a_sheet_that_prints_the_heading_once_is_asked_nothing(period, cun):
    headings = list(dict.fromkeys(c.label for c in MONITORED_OBJECTS.columns))
    batch = staged(cun, period, MONITORED_OBJECTS, xlsx([headings, *lines_of(headings)]))
    assert (batch.state, batch.tables[0]["missing"], told(batch)) == ("checked", [], [])
