"""贫困户信息采集表 (household-archive): the whole archive of a household and its members in one period, one line a member."""

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers import checks
from taizhang.ledgers.columns import AREA, COUNTY, GROUP, HEAD_ID_NO, HEAD_NAME, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, column, columns
from taizhang.policy.archive import HOUSEHOLD_FACTS, MEMBER_FACTS, MEMBERSHIP_FACTS, PERSON_FACTS, WORK_PLAN

FAMILY = ("relation", "identified_on")
OF_OTHER_FORMS = ("monitoring",)  # 监测对象信息采集表
SURVEYED = tuple(fact for fact in HOUSEHOLD_FACTS if fact.section not in OF_OTHER_FORMS)
OF_MEMBERS = tuple(fact for fact in MEMBER_FACTS if fact.name not in WORK_PLAN)

LEDGER = Ledger(
    key="household-archive",
    title="贫困户信息采集表",
    grain="一行一名家庭成员;户的各栏填在户主行,其余成员行可空",
    source="domain/archives.md 1.2-1.6",
    mark="V",
    columns=(
        AREA,
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        GROUP,
        HOUSEHOLD_NO,
        HEAD_NAME,
        HEAD_ID_NO,
        PERSON_NO,
        *columns("person", PERSON_FACTS, required=("name", "id_no")),
        *(column("membership", fact, required=fact.name == "relation") for fact in MEMBERSHIP_FACTS if fact.name in FAMILY),
        *columns("member", OF_MEMBERS, labels={"phone": "人联系电话"}),
        *columns("household", SURVEYED, labels={"hh_phone": "户联系电话"}),
    ),
    checks=(
        checks.one_line_per_number,
        checks.one_head_per_household,
        checks.causes_differ,
        checks.one_health_insurance,
        checks.healthy_excludes_others,
        checks.totals_agree,
        checks.members_counted,
    ),
    notes=("证件号码请按文本填写,不要让表格软件把它变成数字", "一户的成员请排在一起,户主在前"),
)
