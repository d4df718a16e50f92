"""家庭成员自然减少花名册 (members-left): who left a household, why, on which day, and what proves it."""

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers.columns import COUNTY, GROUP, HEAD_NAME, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, named

LEDGER = Ledger(
    key="members-left",
    title="家庭成员自然减少花名册",
    grain="一行一名减少的家庭成员",
    source="domain/archives.md 3.1 自然减少(原因、日期、证明);减少原因 1.1 [S33];表样为本系统设计",
    mark="P",
    line="member_left",
    columns=(
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        GROUP,
        HOUSEHOLD_NO,
        HEAD_NAME,
        PERSON_NO,
        named("person.name", required=True),
        named("person.id_no"),
        named("membership.relation"),
        named("membership.drop_reason", required=True),
        named("membership.drop_on", required=True),
        named("membership.drop_proof", required=True),
    ),
    notes=(
        "证件号码与人编号至少填一项,凭它找到这个人",
        "户主减少须在户的页面办理,同时确定新户主;户中只有户主一人的除外",
        "清退不是自然减少,不在这张表办理",
        "已经办理减少的人不会被覆盖,人和档案都留在册上",
    ),
)
