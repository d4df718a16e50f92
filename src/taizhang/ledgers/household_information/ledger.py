"""（乡村建设）户信息 (household-information): the county's own export of households, one line a household, headings in row 3.

That the sheet exists and where its headings stand is verified, its columns are not: they are the household's facts, marked so.
"""

from dataclasses import replace

from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import checks
from taizhang.ledgers.columns import AREA, COUNTY, GROUP, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, columns, named
from taizhang.policy.archive import HOUSEHOLD_FACTS


def _unsure(column: Column) -> Column:
    return replace(column, mark="I")


LEDGER = Ledger(
    key="household-information",
    title="（乡村建设）户信息",
    grain="一行一户,写户主",
    source="domain/archives.md 1.11 [S3];栏目系推断",
    mark="I",
    headings_in_row=3,
    columns=(
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        GROUP,
        AREA,
        HOUSEHOLD_NO,
        PERSON_NO,
        replace(named("person.name", "户主姓名", required=True), aliases=("姓名", "户主")),
        replace(named("person.id_no", "户主证件号码", required=True), aliases=("证件号码", "户主身份证号码", "身份证号码")),
        named("membership.relation", required=True),
        *(_unsure(one) for one in columns("household", HOUSEHOLD_FACTS, labels={"hh_phone": "户联系电话"})),
    ),
    heads_only=True,
    checks=(checks.one_line_per_number, checks.causes_differ, checks.totals_agree),
    notes=("表头在第3行", "资料只说有这张表、表头在第3行和县一栏的叫法,没有列出栏目:户的各栏系推断"),
)
