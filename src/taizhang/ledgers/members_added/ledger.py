"""家庭成员自然增加花名册 (members-added): who joined a household, why, on which day, and what proves it."""

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers import checks
from taizhang.ledgers.columns import COUNTY, GROUP, HEAD_ID_NO, HEAD_NAME, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, named

LEDGER = Ledger(
    key="members-added",
    title="家庭成员自然增加花名册",
    grain="一行一名增加的家庭成员",
    source="domain/archives.md 3.1 自然增加(人员资料、原因、日期、证明);增加原因 1.1 [S33];表样为本系统设计",
    mark="P",
    line="member_added",
    columns=(
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        GROUP,
        HOUSEHOLD_NO,
        HEAD_NAME,
        HEAD_ID_NO,
        PERSON_NO,
        named("person.name", required=True),
        named("person.id_type"),
        named("person.id_no"),
        named("person.sex"),
        named("person.birth_date"),
        named("person.ethnicity"),
        named("membership.relation", required=True),
        named("member.education"),
        named("member.school_status"),
        named("member.health"),
        named("member.labour"),
        named("membership.add_reason", required=True),
        named("membership.add_on", required=True),
        named("membership.add_proof", required=True),
    ),
    checks=(checks.healthy_excludes_others,),
    notes=(
        "户编号与户主证件号码至少填一项,凭它找到要进入的户",
        "尚无证件号码的新生儿,证件号码留空,填性别和出生日期",
        "名册上已有的人不会被覆盖:在另一户的,先在那一户办理减少;已在本户的,原因和日期不能在表中改",
        "增加户主不在这张表办理",
    ),
)
