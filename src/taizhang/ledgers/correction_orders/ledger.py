"""锁定字段更正申请表 (correction-orders): which locked field of whom is to be corrected, from what to what, why, and what proves it."""

from taizhang.kernel import kinds
from taizhang.kernel.ledgers import Column, Ledger
from taizhang.ledgers.columns import COUNTY, HEAD_ID_NO, HEAD_NAME, HOUSEHOLD_NO, PERSON_NO, TOWNSHIP, VILLAGE, named
from taizhang.policy.code_lists import code_list

LEDGER = Ledger(
    key="correction-orders",
    title="锁定字段更正申请表",
    grain="一行一份申请",
    source="domain/archives.md 3.1 锁定字段更正 [S0](三项更正;原值、新值、证明);表样为本系统设计",
    mark="P",
    line="correction_order",
    columns=(
        COUNTY,
        TOWNSHIP,
        VILLAGE,
        HOUSEHOLD_NO,
        HEAD_NAME,
        HEAD_ID_NO,
        Column("更正事项", "order.kind", kinds.one_of(code_list("order_kind")), required=True),
        PERSON_NO,
        named("person.name"),
        named("person.id_no"),
        Column("原贫困户属性", "order.old_hh_attr", kinds.one_of(code_list("hh_attr")), derived=True, note="申请时的原值"),
        Column("新贫困户属性", "order.hh_attr", kinds.one_of(code_list("hh_attr"))),
        Column("原识别标准", "order.old_id_standard", kinds.one_of(code_list("id_standard")), derived=True, note="申请时的原值"),
        Column("新识别标准", "order.id_standard", kinds.one_of(code_list("id_standard"))),
        Column("新姓名", "order.name", kinds.name()),
        Column("新证件类型", "order.id_type", kinds.one_of(code_list("id_type"))),
        Column("新证件号码", "order.id_no", kinds.id_number()),
        Column("自哪一期起", "order.from_period", kinds.text(6), note="期次,如 2018;不填为所有期次"),
        Column("更正原因", "order.reason", kinds.text(500), required=True),
        Column("证明材料", "order.proof", kinds.text(200), required=True),
        Column("申请日期", "order.requested_on", kinds.day(), derived=True),
        Column("办理状态", "order.state", kinds.one_of(code_list("order_state")), derived=True),
        Column("办理意见", "order.note", kinds.text(500), derived=True),
    ),
    notes=(
        "一行只申请一个事项:调整贫困户属性、调整识别标准、调整姓名证件号码,没有别的",
        "导入只是提出申请,名册不变;由省级在更正申请页面核对后执行或驳回",
        "调整姓名证件号码须写明成员(人编号或证件号码),只填要改的新值",
        "原值由系统在申请时记下,执行时原值已有变动的不能执行",
    ),
)
