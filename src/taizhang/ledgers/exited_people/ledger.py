"""已脱贫人口名单 (exited-people): every person of a household that got out of poverty, as the system exports it; 28 columns."""

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers.columns import named
from taizhang.ledgers.people import CHECKS, PEOPLE

LEDGER = Ledger(
    key="exited-people",
    title="已脱贫人口名单",
    grain="一行一名家庭成员;户的各栏每行都填",
    source="domain/archives.md 1.11 [S5](2022年系统导出)",
    columns=PEOPLE,
    read_also=(
        named("household.monitor_kind", "监测对象类型"),
        named("household.risk_removed", "风险是否消除"),
        named("household.monitored_on", "识别时间"),
        named("household.removed_on", "消除时间"),
    ),
    only=(("household.status", ("out_with_policy", "out_no_policy")), ("household.hh_type", ("exited",))),
    every_line=True,
    checks=CHECKS,
    notes=(
        "资料说这份名单有28栏,列出的栏名却有32个:前28个为本表栏目,到“户类型”为止;其余4个(监测对象类型、风险是否消除、识别时间、消除时间)"
        "表中有就读入,导出时不印(边缘易致贫人口名单上有)",
        "列脱贫状态为已脱贫、或户类型为脱贫户的户,全体成员",
    ),
)
