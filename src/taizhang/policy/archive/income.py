"""The income facts of a household in one period, in yuan (domain/archives.md 1.4), and the worksheet behind them.

Who computes the derived ones: policy/income.py, nobody else.
"""

from taizhang.kernel.kinds import day, text, yuan
from taizhang.policy.archive.fact import Fact

_CITY = "一市自行增设的栏目"

INCOME: tuple[Fact, ...] = (
    Fact("inc_from_on", "收入计算起始日", day(), aliases=("收入计算开始日期",), note="上年10月1日;边缘户为识别月之前12个整月"),
    Fact("inc_to_on", "收入计算截止日", day(), aliases=("收入计算结束日期",), note="本年9月30日"),
    Fact("inc_wage_yuan", "工资性收入", yuan(), "AAC073", aliases=("工资收入",)),
    Fact("inc_business_yuan", "生产经营性收入", yuan(), "AAC071", aliases=("经营性收入", "生产经营收入", "家庭经营性收入")),
    Fact("inc_property_yuan", "财产性收入", yuan(), "AAC072", aliases=("财产收入",)),
    Fact(
        "inc_transfer_yuan",
        "转移性收入",
        yuan(),
        "AAC085",
        aliases=("转移性收入合计",),
        note="填有任一分项时等于分项之和;分项全空时可直接填合计",
    ),
    Fact("tr_family_planning_yuan", "计划生育金", yuan(), "AAC076", aliases=("领取计划生育金",)),
    Fact("tr_dibao_yuan", "低保金", yuan(), "AAC077", aliases=("领取低保金", "一年期以上低保金", "低保金(一年期以上)")),
    Fact("tr_dibao_short_yuan", "一年期以下低保金", yuan(), "ACA009"),
    Fact("tr_wubao_yuan", "五保金", yuan(), "AAC086", aliases=("特困供养金", "领取五保金", "领取特困供养金", "五保金/特困供养金")),
    Fact("tr_pension_yuan", "养老保险金", yuan(), "AAC087", aliases=("领取养老保险金", "养老金")),
    Fact("tr_ecology_yuan", "生态补偿金", yuan(), "AAC078", aliases=("生态补偿",)),
    Fact("tr_other_yuan", "其他稳定长期的转移性收入", yuan(), "AAC083", aliases=("其他转移性收入",)),
    Fact("tr_retire_yuan", "离退休金", yuan(), "ACA001", note=_CITY),
    Fact("tr_support_yuan", "赡养金", yuan(), "ACA002", aliases=("赡养费",), note=_CITY),
    Fact("tr_old_age_yuan", "高龄补贴", yuan(), "ACA003", note=_CITY),
    Fact("tr_condolence_yuan", "长期抚恤金", yuan(), "ACA004", note=_CITY),
    Fact("tr_disability_yuan", "残疾补贴", yuan(), "ACA005", note=_CITY),
    Fact("tr_soldier_pay_yuan", "现役军人工资", yuan(), "ACA006", note=_CITY),
    Fact("tr_stable_subsidy_yuan", "稳定性补贴", yuan(), "ACA007", note=_CITY),
    Fact("tr_asset3y_yuan", "三年以上资产性收入", yuan(), "ACA008", note=_CITY),
    Fact("inc_total_yuan", "年总收入", yuan(), "AAC081", aliases=("家庭年总收入", "年收入", "总收入"), derived=True),
    Fact("exp_business_yuan", "生产经营性支出", yuan(), "AAC074", aliases=("经营性支出", "生产经营支出")),
    Fact(
        "inc_net_yuan",
        "年纯收入",
        yuan(negative=True),
        "AAC079",
        aliases=("家庭年纯收入", "纯收入", "家庭纯收入"),
        note="年总收入减生产经营性支出",
        derived=True,
    ),
    Fact(
        "inc_net_pc_yuan",
        "人均纯收入",
        yuan(negative=True),
        "AAC082",
        aliases=("年人均纯收入", "家庭人均纯收入", "人均年纯收入"),
        note="年纯收入除以家庭人口数,四舍五入到分",
        derived=True,
    ),
)

# The 2023 county worksheet [S4]: the sub-ledger of the 明白卡. (name, label) by the total it explains.
WORKSHEET: dict[str, tuple[tuple[str, str], ...]] = {
    "inc_wage_yuan": (
        ("ws_wage_labour", "务工收入"),
        ("ws_wage_public_sector", "行业部门公益岗收入"),
        ("ws_wage_public_township", "乡镇公益岗收入"),
        ("ws_wage_public_village", "村级公益岗收入"),
        ("ws_wage_gathering", "自主采摘收入"),
    ),
    "inc_business_yuan": (
        ("ws_biz_planting", "种植收入"),
        ("ws_biz_husbandry", "养殖收入"),
        ("ws_biz_orchard", "林果收入"),
        ("ws_biz_other", "其他生产经营收入"),
    ),
    "inc_property_yuan": (
        ("ws_prop_dividend", "资产收益分红"),
        ("ws_prop_land_lease", "土地流转收入"),
        ("ws_prop_loan_project", "金融贷款项目收入"),
        ("ws_prop_entrusted", "代种代养收入"),
        ("ws_prop_other", "其他财产性收入"),
    ),
    "tr_ecology_yuan": (
        ("ws_eco_returned_land", "退耕还林补助"),
        ("ws_eco_public_forest", "公益林补偿"),
        ("ws_eco_grassland", "草原生态奖补"),
        ("ws_eco_resettlement", "移民补助"),
        ("ws_eco_other", "其他生态补偿"),
    ),
    "tr_other_yuan": (
        ("ws_tr_maize_soy", "玉米大豆补贴"),
        ("ws_tr_soil", "地力补贴"),
        ("ws_tr_crop_insurance", "大田保险补助"),
        ("ws_tr_old_age", "高龄补助"),
        ("ws_tr_special_care", "优抚金"),
        ("ws_tr_disability", "残疾补助"),
        ("ws_tr_education", "教育扶持"),
        ("ws_tr_disaster", "救灾款"),
        ("ws_tr_incapable_old", "失能老人补助"),
        ("ws_tr_support", "赡养费收入"),
        ("ws_tr_heating", "取暖补贴"),
        ("ws_tr_price", "物价补贴"),
        ("ws_tr_relief", "社会救济"),
        ("ws_tr_return_insurance", "防贫保险"),
        ("ws_tr_donation", "经常性捐赠赔偿"),
        ("ws_tr_other", "其他补贴"),
    ),
    "exp_business_yuan": (
        ("ws_exp_planting", "种植支出"),
        ("ws_exp_husbandry", "养殖支出"),
        ("ws_exp_orchard", "林果支出"),
        ("ws_exp_other", "其他生产经营支出"),
    ),
}

# What the worksheet tells beside the parts of the totals.
WORKSHEET_FURTHER: tuple[Fact, ...] = (
    Fact("ws_claims_yuan", "理赔收入", yuan(), section="worksheet"),
    Fact("ws_rigid_cost_yuan", "合规自付支出", yuan(), section="worksheet"),
    Fact("ws_reference_yuan", "纳入参考范围收入", yuan(negative=True), section="worksheet"),
    Fact("ws_reference_pc_yuan", "纳入参考范围人均收入", yuan(negative=True), section="worksheet"),
)

WORKSHEET_FACTS: tuple[Fact, ...] = (
    *(
        fact
        for parts in WORKSHEET.values()
        for part, zh in parts
        for fact in (
            Fact(f"{part}_yuan", zh, yuan(), section="worksheet"),
            Fact(f"{part}_note", f"{zh}说明", text(200), section="worksheet"),
        )
    ),
    *WORKSHEET_FURTHER,
)
