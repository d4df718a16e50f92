"""计划外出务工信息 (work-plans): one line a member of whom it is known whether he plans to work away, headings in row 3."""

from dataclasses import replace

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers.columns import named
from taizhang.ledgers.work_columns import WHO, who_plans_says_what_he_needs
from taizhang.policy.archive import WORK_PLAN

LEDGER = Ledger(
    key="work-plans",
    title="计划外出务工信息",
    grain="一行一名家庭成员",
    source="domain/archives.md 1.11 [S3];domain/ledgers.md 6 R06 [S19][S34]。栏目见于资料,先后系推断",
    mark="I",
    line="work_plan",
    headings_in_row=3,
    columns=(*WHO, *(replace(named(f"member.{name}"), note="") for name in WORK_PLAN)),
    checks=(who_plans_says_what_he_needs,),
    notes=(
        "表头在第3行",
        "按证件号码或人编号认人,只记在本期已有档案的成员;结转不带务工计划,各期另报",
        "列说过是否计划务工的人;没有说过的不列",
    ),
)
