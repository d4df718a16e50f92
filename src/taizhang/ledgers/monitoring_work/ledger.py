"""防返贫动态监测工作台账 (monitoring-work): its seven parts, as far as their facts stand in a register. Two levels of headings."""

from dataclasses import replace

from taizhang.kernel import kinds
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import checks
from taizhang.ledgers.columns import COUNTY, GROUP, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, named
from taizhang.policy.archive.modules import RISKS
from taizhang.policy.code_lists import code_list

BASE, FAMILY, OUT, BACK, MOVES, HELP, NOTES = "基本信息", "家庭状况", "脱贫情况", "返贫情况", "动态信息", "帮扶措施", "工作备注"
LONGEST = 2_000
INCOME = (
    "inc_wage_yuan",
    "inc_business_yuan",
    "inc_property_yuan",
    "inc_transfer_yuan",
    "exp_business_yuan",
    "inc_net_yuan",
    "inc_net_pc_yuan",
)
HOME = ("land_farm_mu", "land_forest_mu", "house_area_m2", "is_unsafe", "water_safe")
RETURN = (
    "returned_on",
    "return_cause",
    "monitor_kind",
    *(f"risk_{at}" for at in range(1, RISKS + 1)),
    "monitored_on",
    "risk_removed",
    "removed_on",
)


def _of(group: str, *fields: str) -> tuple[Column, ...]:
    return tuple(named(field, group=group) for field in fields)


def _told(group: str, label: str, name: str, note: str, kind: kinds.Kind | None = None) -> Column:
    """A column that is printed out of another register."""
    return Column(label, f"told.{name}", kind or kinds.text(LONGEST), group=group, derived=True, note=note, mark="P")


LEDGER = Ledger(
    key="monitoring-work",
    title="防返贫动态监测工作台账",
    grain="一行一户,写户主",
    source="种子文件“防返贫动态监测工作台账模板”;domain/ledgers.md 1.13 [S]。七个部分见于模板,各部分的栏目按其说明取自名册",
    mark="I",
    headings_in_row=3,
    columns=(
        replace(HOUSEHOLD_NO, label="编号", group=BASE, aliases=("户编号", "户编码", "户号")),
        *(replace(column, group=BASE) for column in (COUNTY, TOWNSHIP, VILLAGE, GROUP)),
        replace(PERSON_NO, group=BASE),
        named("person.name", group=BASE, required=True, aliases=("户主姓名",)),
        named("person.id_no", group=BASE, required=True),
        *_of(BASE, "person.sex", "person.birth_date"),
        _told(BASE, "年龄", "age", "标准时点的周岁", kinds.whole(0, 150, "岁")),
        *_of(BASE, "person.ethnicity", "member.education"),
        replace(named("membership.relation", group=BASE, required=True), note="一行一户:填户主"),
        named("household.hh_phone", group=BASE),
        named("household.member_count", group=FAMILY),
        *_of(FAMILY, *(f"household.{name}" for name in (*INCOME, *HOME))),
        *_of(OUT, "household.status", "household.exited_on"),
        _told(OUT, "脱贫致富产业", "industries", "由到户措施(产业、资产收益)得出"),
        _told(OUT, "主要收入来源", "main_source", "四类收入中最多的一类"),
        *_of(BACK, *(f"household.{name}" for name in RETURN)),
        *_of(MOVES, "member.work_status", "member.work_months"),
        _told(MOVES, "务工就业动态", "work", "由全户成员的务工经历得出"),
        *_of(MOVES, "member.health", "member.disease"),
        _told(HELP, "已采取的帮扶措施", "measures", "由到户措施得出"),
        _told(HELP, "帮扶责任人", "helpers", "由结对得出,导出当日在结对的"),
        _told(NOTES, "联络、会议与其他", "notes", "名册中还没有,留空供手写"),
    ),
    only=(
        ("household.monitor_kind", code_list("monitor_kind").keys()),
        ("household.status", ("out_with_policy", "out_no_policy", "returned")),
    ),
    heads_only=True,
    checks=(checks.one_line_per_number, checks.totals_agree),
    notes=(
        "七个部分依模板:基本信息、家庭状况、脱贫情况、返贫情况、动态信息、帮扶措施、工作备注",
        "列监测对象、已脱贫户和返贫户,一户一行",
        "带“由……得出”的栏由其他名册印出,在表中改了不读入:到户措施、务工经历、结对请在各自的页面或台账办理",
        "还没有的:临时性收入(每月变动)、预警与线索、联络记录、会议纪要、附件——随监测业务接入,目前“工作备注”留空供手写",
        "一户的多次识别、消除(监测轮次)目前只有本期的一次",
    ),
)
