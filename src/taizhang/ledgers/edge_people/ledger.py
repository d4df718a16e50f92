"""边缘易致贫人口名单 (edge-people): every person of a household on the edge of poverty, as the system exports it; 32 columns."""

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers.columns import named
from taizhang.ledgers.people import CHECKS, PEOPLE

LEDGER = Ledger(
    key="edge-people",
    title="边缘易致贫人口名单",
    grain="一行一名家庭成员;户的各栏每行都填",
    source="domain/ledgers.md 1.9 [S20](系统导出,栏目依次列全)",
    columns=(
        *PEOPLE,
        named("household.monitor_kind", "易返贫致贫户(监测对象)类型"),
        named("household.risk_removed", "风险是否消除"),
        named("household.monitored_on", "风险识别时间", aliases=("识别时间",)),
        named("household.removed_on", "风险消除时间", aliases=("消除时间",)),
    ),
    only=(("household.monitor_kind", ("edge",)),),
    every_line=True,
    checks=CHECKS,
    notes=("32栏均见于资料,无推断栏目", "列监测对象类型为边缘易致贫户的户,全体成员"),
)
