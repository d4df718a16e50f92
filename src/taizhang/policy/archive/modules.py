"""The household's further modules (domain/archives.md 1.6) and what the monitoring against return asks of it (domain/ledgers.md 1.9).

What repeats in one period stands elsewhere: measures to the household in `measures`, the monitoring incomes in the worksheet of `income`.
Modules of which the domain page tells no source bear the mark I.
"""

from taizhang.kernel.kinds import mu, one_of, partial_day, phone, some_of, text, yes_no, yuan
from taizhang.kernel.kinds import name as person_name
from taizhang.policy.archive.fact import Fact
from taizhang.policy.code_lists import code_list

RISKS = 5
_NO_SOURCE = "栏目见于资料,未注明来源"

RELOCATION: tuple[Fact, ...] = (
    Fact("hh_relocated", "是否搬迁户", yes_no(), "ACR077", aliases=("是否易地搬迁户", "是否易地扶贫搬迁户")),
    Fact("relocation_mode", "搬迁方式", one_of(code_list("relocation_mode")), "ACR075", "C", note="搬迁户填"),
    Fact("resettle_mode", "安置方式", one_of(code_list("resettle_mode")), "ACR078", "C", aliases=("集中/分散",), note="搬迁户填"),
    Fact("resettle_place", "安置地点", one_of(code_list("resettle_place")), "ACR079", "C", aliases=("安置地",), note="搬迁户填"),
    Fact(
        "relocation_difficulty",
        "搬迁可能困难",
        one_of(code_list("relocation_difficulty")),
        "ACR081",
        "C",
        aliases=("搬迁可能存在的困难", "搬迁可能遇到的困难"),
        note="搬迁户填",
    ),
    Fact("in_resettle_site", "是否居住易地搬迁安置区", yes_no(), aliases=("是否居住在易地搬迁安置区",), note="监测对象信息采集表的栏目"),
    Fact("resettle_site", "安置区", text(100), "", "C", aliases=("安置区名称", "易地搬迁安置区"), note="居住安置区的填"),
)

WISHES: tuple[Fact, ...] = (
    Fact("has_work_wish", "是否有产业或就业创业意愿", yes_no(), mark="I", aliases=("产业或就业创业意愿",), note=_NO_SOURCE),
    Fact(
        "dev_constraints",
        "发展制约因素",
        some_of(code_list("constraint"), len(code_list("constraint").codes)),
        mark="I",
        aliases=("制约发展因素",),
        note=f"{_NO_SOURCE};选几项未见规定",
    ),
)

SUPPORT: tuple[Fact, ...] = (
    Fact("in_mutual_fund", "是否加入互助资金协会", yes_no(), mark="I", aliases=("加入互助资金协会",), note=_NO_SOURCE),
    Fact("aid_total_yuan", "扶贫资金到户总金额", yuan(), mark="I", aliases=("到户扶贫资金总额",), note=_NO_SOURCE),
    Fact("mutual_fund_loan", "互助资金是否借款", yes_no(), mark="I", aliases=("是否向互助资金借款",), note=_NO_SOURCE),
    Fact(
        "aid_loan_yuan", "扶贫贴息贷款", yuan(), mark="I", aliases=("扶贫贴息贷款金额",), note=f"{_NO_SOURCE};资料未说填是否还是金额,记金额"
    ),
)

RANGER: tuple[Fact, ...] = (
    Fact("ranger_eligible", "是否具备护林员选聘条件", yes_no(), mark="I", aliases=("是否具备选聘条件",), note=_NO_SOURCE),
    Fact("ranger_willing", "是否愿意承担管护", yes_no(), mark="I", aliases=("是否愿意承担管护任务",), note=_NO_SOURCE),
)

FARMLAND: tuple[Fact, ...] = (
    Fact("steep_basic_mu", "25°以上基本农田", mu(), mark="I", aliases=("25度以上基本农田",), note=_NO_SOURCE),
    Fact("steep_other_mu", "25°以上非基本农田", mu(), mark="I", aliases=("25度以上非基本农田",), note=_NO_SOURCE),
    Fact("slope_basic_mu", "15°-25°基本农田", mu(), mark="I", aliases=("15-25度基本农田", "15°至25°基本农田"), note=_NO_SOURCE),
    Fact("slope_other_mu", "15°-25°非基本农田", mu(), mark="I", aliases=("15-25度非基本农田", "15°至25°非基本农田"), note=_NO_SOURCE),
    Fact("to_return_mu", "拟退耕还林面积", mu(), mark="I", note=_NO_SOURCE),
    Fact("return_willing", "是否愿意参与新一轮退耕还林", yes_no(), mark="I", aliases=("愿意参与新一轮退耕还林",), note=_NO_SOURCE),
)

WOODLAND: tuple[Fact, ...] = (
    Fact("plantable_mu", "宜林地面积", mu(), mark="I", aliases=("宜林地",), note=_NO_SOURCE),
    Fact("public_forest_mu", "公益林面积", mu(), mark="I", aliases=("公益林",), note=_NO_SOURCE),
    Fact("unpaid_forest_mu", "待补公益林面积", mu(), mark="I", aliases=("待补公益林",), note=_NO_SOURCE),
)

_ON_FILE = "记是否已有"
PAPERS: tuple[Fact, ...] = (
    Fact("paper_truth", "家庭情况真实性承诺书", yes_no(), aliases=("真实性承诺书",), note=_ON_FILE),
    Fact("paper_startup", "自主创业意愿书", yes_no(), note=_ON_FILE),
    Fact("paper_job", "自愿就业承诺书", yes_no(), note=_ON_FILE),
    Fact("paper_helper", "干部帮扶责任书", yes_no(), aliases=("帮扶责任书",), note=_ON_FILE),
    Fact("photo_gate", "大门照片", yes_no(), note=f"{_ON_FILE};干部与户主合影"),
    Fact("photo_stove", "灶台照片", yes_no(), note=f"{_ON_FILE};干部与户主合影"),
    Fact("photo_hall", "堂屋照片", yes_no(), note=f"{_ON_FILE};干部与户主合影"),
    Fact("photo_bedroom", "卧室照片", yes_no(), note=f"{_ON_FILE};干部与户主合影"),
    Fact("photo_family", "全家大门照片", yes_no(), aliases=("大门前全家照片",), note=f"{_ON_FILE};名为四照,资料列出五处"),
)

_RISK = one_of(code_list("risk"))
_BOTH = ("rec", "识别时"), ("rem", "消除时")
_SAFE = (
    ("house", "住房出现安全问题"),
    ("school", "义务教育适龄失学辍学"),
    ("water", "饮水出现安全问题"),
    ("insured", "有成员未参加医保"),
)

MONITORING: tuple[Fact, ...] = (
    Fact(
        "monitor_kind",
        "监测对象类型",
        one_of(code_list("monitor_kind")),
        "",
        "C",
        aliases=("监测对象类别", "易返贫致贫户(监测对象)类型", "易返贫致贫户类型", "监测类别"),
        note="监测对象填;识别与消除的程序随监测业务接入",
    ),
    *(Fact(f"risk_{at}", f"风险{at}", _RISK, "", "C", aliases=(f"返贫致贫风险{at}", f"风险类型{at}")) for at in range(1, RISKS + 1)),
    Fact("disaster_kind", "自然灾害子项", one_of(code_list("disaster_kind")), "", "C", note="风险为因自然灾害的填"),
    Fact("risk_note", "风险备注", text(200), "", "C", aliases=("其他风险备注", "自然灾害备注"), note="风险为其他或因自然灾害的填"),
    Fact(
        "monitored_on",
        "风险识别时间",
        partial_day(),
        "",
        "C",
        aliases=("监测对象识别时间", "识别监测时间", "监测识别时间"),
        note="监测对象填",
    ),
    Fact("risk_removed", "风险是否消除", yes_no(), "", "C", aliases=("风险是否已消除", "是否消除风险"), note="监测对象填"),
    Fact("removed_on", "风险消除时间", partial_day(), "", "C", aliases=("消除风险时间",), note="风险已消除的填"),
    Fact("removal_way", "消除方式", one_of(code_list("removal_way")), "", "C", aliases=("风险消除方式",), note="风险已消除的填"),
    *(Fact(f"{when}_{what}", f"{zh_when}{zh}", yes_no(), "", "C", note="监测对象填") for when, zh_when in _BOTH for what, zh in _SAFE),
    Fact("dev_help", "是否实施开发式帮扶措施", yes_no(), "", "C", aliases=("实施开发式帮扶措施情况",), note="监测对象填"),
    Fact("monitor_contact", "监测联系人", person_name(), "", "C", note="监测对象填"),
    Fact("monitor_phone", "监测联系人电话", phone(), "", "C", aliases=("监测联系人联系方式",), note="监测对象填;列表中遮盖"),
)

MODULES: dict[str, tuple[str, tuple[Fact, ...]]] = {
    "relocation": ("易地搬迁", RELOCATION),
    "wishes": ("发展意愿", WISHES),
    "aided": ("扶持情况", SUPPORT),
    "ranger": ("护林员意愿", RANGER),
    "farmland": ("耕地补充", FARMLAND),
    "woodland": ("林地补充", WOODLAND),
    "papers": ("四书四照", PAPERS),
    "monitoring": ("防止返贫监测", MONITORING),
}
"""Section → (title, facts), in the order of the form. All of them stand beside the base module in the archive of one period."""
