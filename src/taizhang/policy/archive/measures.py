"""Measures to the household (到户措施): one register for what every line ministry does, by kind (domain/archives.md 1.6, ledgers.md 1.10).

`COMMON` every measure tells; the rest belongs to one kind. Where the domain page counts things without naming them (nine grants, seven
aids) there is one field for the name, and a measure for each.
"""

from taizhang.kernel.kinds import day, mu, one_of, partial_day, square_metres, text, whole, yes_no, yuan
from taizhang.policy.archive.fact import Fact
from taizhang.policy.code_lists import code_list

MOST_VISITS = 999

COMMON: tuple[Fact, ...] = (
    Fact("measure_item", "措施内容", text(100), "", "R", mark="P", note="如:种植补助、技能培训、雨露计划"),
    Fact("measure_from_on", "开始时间", partial_day(), mark="P"),
    Fact("measure_to_on", "结束时间", partial_day(), mark="P"),
    Fact("measure_yuan", "金额", yuan(), mark="P", note="这项措施到户的资金或补助"),
    Fact("measure_unit", "实施单位", text(100), mark="P", aliases=("责任单位",)),
    Fact("measure_effect", "成效与备注", text(200), mark="P"),
)

_DETAILS: dict[str, tuple[Fact, ...]] = {
    "industry": (
        Fact("ind_kind", "产业类型", text(50), aliases=("到户产业帮扶类型",)),
        Fact("ind_scale", "产业规模", text(50)),
        Fact("ind_yield", "产量", text(50)),
        Fact("ind_lead", "带动主体", text(100), aliases=("带动经营主体",)),
        Fact("ind_share", "入股情况", text(100)),
        Fact("ind_dividend_yuan", "分红金额", yuan()),
        Fact("ind_lease_mu", "流转土地面积", mu()),
    ),
    "employment": (
        Fact("emp_employer", "就业单位", text(100)),
        Fact("emp_place", "就业地点", text(100)),
        Fact("emp_wage_yuan", "月工资", yuan()),
        Fact("emp_contract", "是否签订劳动合同", yes_no()),
        Fact("emp_training", "培训项目", text(100)),
        Fact("emp_certificate", "取得证书", text(100)),
        Fact("emp_subsidy_yuan", "就业补贴", yuan()),
    ),
    "health": (
        Fact("hea_insurance", "参保情况", text(100)),
        Fact("hea_illness", "大病或慢性病", text(100)),
        Fact("hea_doctor", "是否签约家庭医生", yes_no()),
        Fact("hea_visits", "就诊次数", whole(0, MOST_VISITS, "次")),
        Fact("hea_cost_yuan", "医疗总费用", yuan()),
        Fact("hea_basic_yuan", "基本医保报销", yuan(), mark="I", note="资料只说分层报销,未列各层名称"),
        Fact("hea_serious_yuan", "大病保险报销", yuan(), mark="I", note="资料只说分层报销,未列各层名称"),
        Fact("hea_aid_yuan", "医疗救助金额", yuan(), mark="I", note="资料只说分层报销,未列各层名称"),
        Fact("hea_own_yuan", "个人自付", yuan(), mark="I", note="资料只说分层报销,未列各层名称"),
    ),
    "education": (
        Fact("school_name", "就读学校", text(100)),
        Fact("school_grade", "就读年级", one_of(code_list("school_status"))),
        Fact("school_dropout", "是否失学辍学", yes_no()),
        Fact("special_school", "是否接受特殊教育", yes_no()),
        Fact("grant_item", "资助项目", text(50), mark="I", note="资料称九项资助,未列名称:一项资助登记一条"),
        Fact("grant_yuan", "资助金额", yuan(), mark="I"),
    ),
    "finance": (
        Fact("fin_bank", "贷款银行", text(100)),
        Fact("fin_loan_yuan", "贷款金额", yuan()),
        Fact("fin_purpose", "贷款用途", text(100)),
        Fact("fin_on", "放款日期", day()),
        Fact("fin_rate", "贷款利率", text(20), note="按合同写,如 年利率4.35%"),
        Fact("fin_subsidy_yuan", "贴息金额", yuan()),
        Fact("fin_insured", "是否投保", yes_no()),
        Fact("fin_risk_yuan", "风险补偿金", yuan()),
        Fact("fin_repaid_yuan", "已还金额", yuan()),
        Fact("fin_overdue", "是否逾期", yes_no()),
    ),
    "housing": (
        Fact("hou_grade", "改造前危房级别", one_of(code_list("house_grade")), mark="I", note="资料只有措施名称,栏目系推断"),
        Fact("hou_way", "改造方式", text(50), mark="I", note="资料只有措施名称,栏目系推断"),
        Fact("hou_done_on", "改造完成时间", partial_day(), mark="I", note="资料只有措施名称,栏目系推断"),
        Fact("hou_subsidy_yuan", "危房改造补助", yuan(), mark="I", note="资料只有措施名称,栏目系推断"),
    ),
    "relocation": (
        Fact("rel_mode", "集中或分散", one_of(code_list("resettle_mode"))),
        Fact("rel_started_on", "开工时间", partial_day(), note="未开工留空"),
        Fact("rel_finished_on", "竣工时间", partial_day()),
        Fact("rel_accepted_on", "验收时间", partial_day()),
        Fact("rel_keys_on", "交钥匙时间", partial_day()),
        Fact("rel_moved_in_on", "入住时间", partial_day()),
        Fact("rel_house_m2", "安置住房面积", square_metres()),
        Fact("rel_subsidy_yuan", "建房补助", yuan()),
        Fact("rel_own_yuan", "个人自筹", yuan()),
        Fact("rel_photo_before", "搬迁前照片", yes_no(), note="记是否已有"),
        Fact("rel_photo_during", "建设中照片", yes_no(), note="记是否已有"),
        Fact("rel_photo_after", "建成后照片", yes_no(), note="记是否已有"),
        Fact("rel_photo_in", "入住后照片", yes_no(), note="记是否已有"),
    ),
    "ecology": (
        Fact("eco_return_mu", "退耕还林面积", mu()),
        Fact("eco_return_yuan", "退耕还林补助", yuan()),
        Fact("eco_comp_yuan", "生态补偿金额", yuan()),
        Fact("eco_ranger", "是否聘为护林员", yes_no()),
    ),
    "civil": (
        Fact("civ_dibao", "是否享受低保", yes_no()),
        Fact("civ_tekun", "是否享受五保", yes_no(), aliases=("是否享受特困供养",)),
        Fact("civ_category", "保障类别", text(50)),
        Fact("civ_yuan", "保障金额", yuan()),
    ),
    "disabled": (
        Fact("dpf_type", "残疾类别", one_of(code_list("dis_type"))),
        Fact("dpf_grade", "残疾等级", one_of(code_list("dis_grade"))),
        Fact("dpf_card_on", "残疾人证办证日期", day()),
        Fact("dpf_aid", "残联帮扶项目", text(50), mark="I", note="资料称七项帮扶,未列名称:一项帮扶登记一条"),
    ),
    "infrastructure": (Fact("inf_project", "基础设施项目", text(100), mark="I", note="资料只有措施名称,栏目系推断"),),
    "asset": (
        Fact("ast_mode", "带动方式", one_of(code_list("asset_mode"))),
        Fact("ast_share", "所持股份", text(50)),
        Fact("ast_amount_yuan", "入股或流转金额", yuan()),
        Fact("ast_contract", "合同", text(100)),
        Fact("ast_fixed_yuan", "保底收益", yuan()),
        Fact("ast_floating_yuan", "浮动分红", yuan()),
    ),
}

KINDS: tuple[str, ...] = tuple(_DETAILS)
SECTION = "measure"


def section_of(kind: str) -> str:
    """The section of the facts that only one kind of measure has."""
    return f"{SECTION}_{kind}"


def details_of(kind: str) -> tuple[Fact, ...]:
    """The facts that only one kind of measure has.

    Raises   KeyError (our own mistake)
    """
    return _DETAILS[kind]
