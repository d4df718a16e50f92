"""自然村信息采集表 (natural-village-archive): one line a natural village in one period."""

from itertools import chain

from taizhang.kernel import kinds
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import village_checks as checks
from taizhang.ledgers.columns import AREA, COUNTY, TOWNSHIP, VILLAGE, columns
from taizhang.policy.archive import facts_in
from taizhang.policy.archive.natural_village import MODULES

NAME = Column(
    "自然村名称",
    "key.nv_name",
    kinds.text(50),
    required=True,
    aliases=("自然村", "村民小组", "自然村(村民小组)名称", "村民小组名称", "组名"),
    codes=("AAD041",),
    note="国家栏目代码系推断",
)
NUMBER = Column(
    "编号",
    "key.nv_number",
    kinds.text(20),
    aliases=("自然村编号",),
    codes=("AAD100",),
    note="登记自然村时记入;国家栏目代码系推断",
    mark="I",
)

LEDGER = Ledger(
    key="natural-village-archive",
    title="自然村信息采集表",
    grain="一行一个自然村(村民小组)",
    source="domain/archives.md 1.9",
    mark="V",
    line="natural_village",
    columns=(
        AREA,
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        NAME,
        NUMBER,
        *chain.from_iterable(columns("natural_village", facts_in(section)) for section in MODULES),
    ),
    checks=(checks.people_within_the_natural_village,),
    notes=("按行政村和自然村名称识别;村里没有登记过的自然村同时登记", "在册户的各项人数由系统从户档案算出,只作核对"),
)
