"""防返贫动态监测工作台账: seven parts, out of the registers in which their facts stand."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from taizhang.households.models import Household, Measure, Membership, WorkSpell
from taizhang.intake import files
from taizhang.intake.exporting import export_ledger
from taizhang.intake.staging import receive_file, stage
from taizhang.ledgers import MONITORING_WORK
from tests.cast import COUNTY, VILLAGE
from tests.journal.acts import pen
from tests.ledgers.conftest import AT, CAUSE, a_line, put
from tests.support.cadres import a_helper, pair

pytestmark = pytest.mark.django_db
PARTS = ["基本信息", "家庭状况", "脱贫情况", "返贫情况", "动态信息", "帮扶措施", "工作备注"]


@pytest.fixture
def people(period):
    """赵演示 out of poverty with his wife, 钱样例 poor, 孙模拟 monitored."""
    return put(
        [
            a_line(1, "赵演示", 1, household__status="out_with_policy", household__exited_on="2017", household__inc_wage_yuan=Decimal("9600.00"),
                   household__inc_business_yuan=Decimal("800.00")),
            a_line(1, "周示例", 2, "spouse"),
            a_line(2, "钱样例", 5, household__status="poor"),
            a_line(3, "孙模拟", 7, household__monitor_kind="sudden", household__risk_1="disaster", household__monitored_on="2018-05"),
        ],
        period,
    )  # fmt: skip


@pytest.fixture
def told(people, period, cun, xiang):
    """Measures, a work spell and a helper of 赵演示's household."""
    head = Membership.objects.get(person__name="赵演示")
    wife = Membership.objects.get(person__name="周示例")
    both = {"household_id": head.household_id, "period": period, "area": VILLAGE}
    with pen(cun):
        Measure.objects.create(**both, kind="industry", measure_item="养蜂补助", measure_yuan=Decimal("1500.00"), ind_scale="20箱")
        Measure.objects.create(**both, kind="health", measure_item="家庭医生签约", measure_from_on="2018-01", person_id=wife.person_id)
        Measure.objects.create(**both, kind="finance", measure_item="登记错了", withdrawn=True)
        WorkSpell.objects.create(person_id=wife.person_id, period=period, area=VILLAGE, spell_from_on="2018-03", spell_sector="餐饮业")
    pair(xiang, a_helper(xiang, "伍建华"), Household.objects.get(pk=head.household_id), on=date(2018, 1, 1))
    return head


def exported(by, period):
    return export_ledger(by=by, at=AT, cause=CAUSE, ledger=MONITORING_WORK, period=period, area=COUNTY)


def lines_of(export) -> list[dict[str, object]]:
    """The lines by lower heading."""
    rows = list(openpyxl.load_workbook(io.BytesIO(files.original(export.sha256))).active.iter_rows(min_row=3, values_only=True))
    headings = [lower or upper for upper, lower in zip(rows[0], rows[1], strict=True)]
    return [dict(zip(headings, row, strict=True)) for row in rows[2:]]


def test_the_seven_parts_stand_in_the_order_of_the_template():
    assert list(dict.fromkeys(column.group for column in MONITORING_WORK.columns)) == PARTS


def test_one_line_a_household_that_is_out_or_monitored(people, period, xian):
    assert [line["姓名"] for line in lines_of(exported(xian, period))] == ["赵演示", "孙模拟"]


def test_measures_work_and_helpers_come_from_their_registers(told, period, xian):
    line = lines_of(exported(xian, period))[0]
    assert line["已采取的帮扶措施"] == "健康:家庭医生签约(周示例,2018-01起);产业:养蜂补助(1500.00元)"
    assert line["脱贫致富产业"] == "养蜂补助,产业规模20箱"
    assert line["务工就业动态"] == "周示例:2018-03至今餐饮业"
    assert line["帮扶责任人"].startswith("伍建华")
    assert (line["年龄"], line["主要收入来源"], line["家庭人口数"]) == (48, "工资性收入", 2)


def test_what_no_register_holds_is_blank_for_the_hand(told, period, xian):
    assert {line["联络、会议与其他"] for line in lines_of(exported(xian, period))} == {None}


def test_it_comes_in_again_and_changes_nothing(told, period, xian):
    content = files.original(exported(xian, period).sha256)
    batch = receive_file(by=xian, at=AT, ledger=MONITORING_WORK, period=period, area=COUNTY, file_name="台账.xlsx", content=content)
    batch = stage(batch, MONITORING_WORK)
    assert (batch.state, batch.message) == ("checked", "")
    assert batch.counts["proposals"] == {"new": 0, "change": 0, "same": 2, "conflict": 0, "blocked": 0}
