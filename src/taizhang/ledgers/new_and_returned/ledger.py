"""新识别、返贫贫困户工作台账 (new-and-returned): who came on the register in a period, how, and on which days. Two levels of headings."""

from taizhang.kernel import kinds
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import checks
from taizhang.ledgers.columns import COUNTY, GROUP, HEAD_ID_NO, HEAD_NAME, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, column, columns
from taizhang.policy.archive import HOUSEHOLD_FACTS, MEMBER_FACTS, MEMBERSHIP_FACTS, PERSON_FACTS, Fact
from taizhang.policy.code_lists import code_list

HOUSEHOLD, MEMBER, INCOME, PROCEDURE = "贫困户基本情况", "家庭成员", "家庭收入", "识别程序"
HOUSEHOLD_NAMES = ("hh_phone", "id_standard", "hh_attr", "main_cause", "other_causes", "return_cause", "member_count")
INCOME_NAMES = (
    "inc_wage_yuan",
    "inc_business_yuan",
    "inc_property_yuan",
    "inc_transfer_yuan",
    "inc_total_yuan",
    "exp_business_yuan",
    "inc_net_yuan",
    "inc_net_pc_yuan",
)
MEMBER_NAMES = ("education", "school_status", "health", "labour", "work_months", "med_resident", "pen_resident")
STEPS = (
    ("branch_meeting_on", "支部提议日期", ("村支部提议时间", "支部会议日期")),
    ("committees_meeting_on", "两委商议日期", ("村两委商议时间", "两委会议日期")),
    ("party_meeting_on", "党员大会审议日期", ("党员大会日期", "党员大会审议时间")),
    ("delegates_meeting_on", "村民代表决议日期", ("村民代表会议日期", "村民代表大会决议时间")),
    ("notice_from", "公示开始日期", ("公示时间", "公示起始日期")),
    ("notice_to", "公示结束日期", ("公示截止日期",)),
    ("township_on", "乡镇审核日期", ("乡镇审核时间",)),
    ("county_on", "县级审批日期", ("县级审批时间", "县审批日期")),
    ("announced_on", "公告日期", ("公告时间",)),
)


def _named(facts: tuple[Fact, ...], names: tuple[str, ...]) -> tuple[Fact, ...]:
    by_name = {fact.name: fact for fact in facts}
    return tuple(by_name[name] for name in names)


KIND = Column(
    "类别",
    "identification.kind",
    kinds.one_of(code_list("identification_kind")),
    required=True,
    group=HOUSEHOLD,
    aliases=("新识别/返贫", "新识别或返贫", "纳入类别"),
)

LEDGER = Ledger(
    key="new-and-returned",
    title="新识别、返贫贫困户工作台账",
    grain="一行一名家庭成员;户的各栏填在户主行",
    source="安顺2018扶贫对象动态管理;栏目由 domain/archives.md 1.2-1.4、3.1、8 推定",
    mark="I",
    headings_in_row=3,
    columns=(
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        GROUP,
        HOUSEHOLD_NO,
        HEAD_NAME,
        HEAD_ID_NO,
        KIND,
        *columns("household", _named(HOUSEHOLD_FACTS, HOUSEHOLD_NAMES), group=HOUSEHOLD),
        PERSON_NO,
        *columns(
            "person",
            _named(PERSON_FACTS, ("name", "id_type", "id_no", "sex", "birth_date", "ethnicity")),
            group=MEMBER,
            required=("name", "id_no"),
        ),
        column("membership", _named(MEMBERSHIP_FACTS, ("relation",))[0], group=MEMBER, required=True),
        *columns("member", _named(MEMBER_FACTS, MEMBER_NAMES), group=MEMBER),
        *columns("household", _named(HOUSEHOLD_FACTS, INCOME_NAMES), group=INCOME),
        *(Column(label, f"identification.{name}", kinds.day(), group=PROCEDURE, aliases=aliases) for name, label, aliases in STEPS),
    ),
    checks=(checks.one_line_per_number, checks.one_head_per_household, checks.causes_differ, checks.totals_agree, checks.members_counted),
    notes=("返贫户沿用原户编号", "四个会议、公示、审批的日期由工作队填写"),
)
