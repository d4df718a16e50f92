"""贫困村信息采集表 (village-archive): the whole archive of a village in one period, one line a village."""

from itertools import chain

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers import village_checks as checks
from taizhang.ledgers.columns import AREA, COUNTY, TOWNSHIP, VILLAGE, columns
from taizhang.policy.archive import facts_in
from taizhang.policy.archive.village import MODULES

LEDGER = Ledger(
    key="village-archive",
    title="贫困村信息采集表",
    grain="一行一个行政村",
    source="domain/archives.md 1.8",
    mark="V",
    line="village",
    columns=(
        AREA,
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        *chain.from_iterable(columns("village", facts_in(section), group=title) for section, (title, _) in MODULES.items()),
    ),
    checks=(
        checks.water_and_houses_within_the_village,
        checks.people_within_the_village,
        checks.collective_income_in_its_unit,
        checks.clinic_area_with_a_clinic,
    ),
    notes=(
        "村集体经济收入、互助资金按万元填写,土地按亩填写;栏目代码各来源不一,按栏目名称识别",
        "村属性、是否出列、出列年度只在首次登记时收",
    ),
)
