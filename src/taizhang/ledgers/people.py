"""What 已脱贫人口名单 and 边缘易致贫人口名单 have in common: the 28 columns that stand first in both exports, in their order."""

from dataclasses import replace

from taizhang.kernel.ledgers import Column
from taizhang.ledgers import checks
from taizhang.ledgers.columns import COUNTY, DATA_DATE, GROUP, HOUSEHOLD_NO, PERSON_NO, SERIAL, TOWNSHIP, VILLAGE, named

TOWNSHIP_SHORT = replace(TOWNSHIP, label="乡", aliases=("乡镇", *(alias for alias in TOWNSHIP.aliases if alias != "乡")))
NATURAL_VILLAGE = replace(GROUP, label="自然村", aliases=("村民小组", *(alias for alias in GROUP.aliases if alias != "自然村")))

PEOPLE: tuple[Column, ...] = (
    SERIAL,
    DATA_DATE,
    COUNTY,
    TOWNSHIP_SHORT,
    VILLAGE,
    NATURAL_VILLAGE,
    HOUSEHOLD_NO,
    PERSON_NO,
    named("person.name", required=True),
    named("person.id_no", required=True),
    named("household.member_count", "人数"),
    named("membership.relation", required=True),
    named("person.ethnicity"),
    named("member.education"),
    named("member.school_status"),
    named("member.health"),
    named("member.labour"),
    named("member.work_months", "务工时间(月)"),
    named("member.ins_serious", "是否参加大病保险"),
    named("household.main_cause", "致贫原因1"),
    named("household.is_unsafe", "危房户"),
    named("household.water_safe", "是否解决安全饮用水"),
    named("household.inc_net_pc_yuan", "人均纯收入"),
    named("household.hh_phone", "户联系电话"),
    named("member.phone", "人联系电话"),
    named("household.first_identified_on", "首次识别时间"),
    named("membership.identified_on", "人员识别时间"),
    named("household.hh_type", "户类型"),
)

CHECKS = (
    checks.one_line_per_number,
    checks.one_head_per_household,
    checks.healthy_excludes_others,
    checks.members_counted,
)
