"""（务工月监测）已外出务工信息 (work-away): one line a work spell of a member, headings in row 3."""

from taizhang.kernel import kinds
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers.columns import columns
from taizhang.ledgers.work_columns import WHO, begins_before_it_ends
from taizhang.policy.archive import WORK_SPELL_FACTS

LEDGER = Ledger(
    key="work-away",
    title="（务工月监测）已外出务工信息",
    grain="一行一名成员的一次外出务工",
    source="domain/archives.md 1.3、1.11 [S3];domain/ledgers.md 6 R06 [S19]。栏目见于资料,先后系推断",
    mark="I",
    line="work_spell",
    headings_in_row=3,
    columns=(
        *WHO,
        Column("是否已务工", "told.working", kinds.yes_no(), derived=True, note="有务工经历的印“是”;导入时不读"),
        *columns("work_spell", WORK_SPELL_FACTS),
    ),
    checks=(begins_before_it_ends,),
    notes=(
        "表头在第3行",
        "按证件号码或人编号认人,按务工开始年月认是哪一次:开始年月不同的另记一次;同一人同一年月开始的两次请在户的页面办理",
        "没有务工开始年月的行(没有外出的人)不登记",
        "撤销登错的务工经历请在户的页面办理;此人的档案要先在册",
    ),
)
