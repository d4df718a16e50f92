"""（自定义）行政村信息 (village-information): the county's own export of villages, one line a village, headings in row 3, in one level.

That the sheet exists, where its headings stand and some of them (是否出列, 总人口数 …) are verified, its columns one by one are not.
"""

from dataclasses import replace

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers import village_checks as checks
from taizhang.ledgers.columns import AREA, COUNTY, TOWNSHIP, VILLAGE, columns
from taizhang.policy.archive import VILLAGE_FACTS

LEDGER = Ledger(
    key="village-information",
    title="（自定义）行政村信息",
    grain="一行一个行政村",
    source="domain/archives.md 1.11 [S3];栏目系推断,取自1.8",
    mark="I",
    line="village",
    headings_in_row=3,
    columns=(
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        AREA,
        *(replace(column, mark="I") for column in columns("village", VILLAGE_FACTS)),
    ),
    checks=(
        checks.water_and_houses_within_the_village,
        checks.people_within_the_village,
        checks.collective_income_in_its_unit,
        checks.clinic_area_with_a_clinic,
    ),
    notes=(
        "表头在第3行,只有一级",
        "资料只说有这张表、表头在第3行,没有逐栏列出:各栏系推断;表上没有的栏不影响导入",
        "村集体经济收入、互助资金按万元填写,土地按亩填写",
    ),
)
