"""结对帮扶台账 (pairing): who helps which household, from when to when. One line a pairing, those that ended too."""

from taizhang.kernel import kinds
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers import pairing_checks as checks
from taizhang.ledgers.columns import AREA, COUNTY, GROUP, HEAD_ID_NO, HEAD_NAME, HOUSEHOLD_NO, TOWNSHIP, VILLAGE, column, columns
from taizhang.policy.archive import HELPER_FACTS, PAIRING_FACTS, UNIT_FACTS

HOUSEHOLD, HELPER, SPAN = "帮扶对象", "帮扶责任人", "结对"
ORDER = (
    "helper_name", "helper_sex", "helper_id_no", "helper_political", "helper_degree", "helper_speciality", "helper_post", "helper_grade",
    "helper_phone", "is_resident",
)  # fmt: skip
STARTS, ENDS = ("开始时间", "帮扶开始时间", "结对时间", "结对日期"), ("结束时间", "帮扶结束时间")
BY_NAME = {fact.name: fact for fact in HELPER_FACTS}

HELPER_NO = Column(
    "编号",
    "key.helper_no",
    kinds.text(20),
    group=HELPER,
    aliases=("帮扶责任人编号", "帮扶人编号"),
    codes=("AAK110",),
    note="系统编发;新登记的不填",
)

LEDGER = Ledger(
    key="pairing",
    title="结对帮扶台账",
    grain="一行一次结对:一户和一名帮扶责任人,从哪一天到哪一天;换人另起一行",
    source="domain/archives.md 1.7;ledgers.md 1.9 G;各地版式不一,栏目取自两处",
    mark="I",
    line="pairing",
    headings_in_row=2,
    columns=(
        AREA,
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        GROUP,
        HOUSEHOLD_NO,
        HEAD_NAME,
        HEAD_ID_NO,
        HELPER_NO,
        *columns("helper", (BY_NAME[name] for name in ORDER), group=HELPER, required=("helper_name",)),
        column("unit", UNIT_FACTS[0], group=HELPER, label="所在单位", aliases=(UNIT_FACTS[0].zh,)),
        column("pairing", PAIRING_FACTS[0], group=SPAN),
        Column("结对开始时间", "pairing.from_on", kinds.day(), group=SPAN, codes=("AAR020",), aliases=STARTS),
        Column("结对结束时间", "pairing.to_on", kinds.day(), group=SPAN, codes=("AAR021",), aliases=ENDS),
    ),
    checks=(checks.starts_before_it_ends, checks.one_answer_a_helper),
    notes=(
        "换人:原来的一行不动,另起一行写新的帮扶责任人和开始时间,原结对到那一天结束",
        "结束而不换人:在原来的一行填结束时间",
        "户按户编号、户主证件号码或本村户主姓名认;帮扶责任人按编号、证件号码,或姓名和单位认",
    ),
)
