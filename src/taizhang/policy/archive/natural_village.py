"""The natural village's (自然村、村民小组) facts of one period (domain/archives.md 1.9). Names begin with ``nv_``.

Its name and number stand on its identity. Only totals of the whole population are typed; what the register of households counts is shown
beside them (`policy.totals`).
"""

from taizhang.kernel.kinds import km, phone, yes_no
from taizhang.kernel.kinds import name as person_name
from taizhang.policy.archive.fact import Fact
from taizhang.policy.archive.village import households, persons

BASE: tuple[Fact, ...] = (
    Fact("nv_leader", "负责人", person_name(), aliases=("负责人姓名", "组长", "村民小组长")),
    Fact("nv_phone", "电话", phone(landline=True), aliases=("联系电话", "负责人电话")),
)

PEOPLE: tuple[Fact, ...] = (
    households("nv_households", "总户数", "AAD044", required="R", aliases=("户数",)),
    households("nv_poor_households", "贫困户数", "AAD007", aliases=("贫困户",)),
    households("nv_dibao_households", "低保户数", "AAD008", aliases=("低保户",)),
    households("nv_wubao_households", "五保户数", "AAD009", aliases=("五保户", "特困供养户数")),
    persons("nv_persons", "总人口", "AAD010", required="R", aliases=("总人口数", "总人数")),
    persons("nv_poor_persons", "贫困人口数", "AAD011", aliases=("贫困人口", "贫困人数")),
    persons("nv_dibao_persons", "低保人口数", "AAD012", aliases=("低保人口", "低保人数")),
    persons("nv_wubao_persons", "五保人口数", "AAD013", aliases=("五保人口", "五保人数", "特困供养人口数")),
    persons("nv_minority_persons", "少数民族人口数", "AAD014", aliases=("少数民族人口", "少数民族")),
    persons("nv_women", "妇女人口数", "AAD015", aliases=("妇女人口", "妇女")),
    persons("nv_disabled_persons", "残疾人口数", "AAD016", aliases=("残疾人口", "残疾", "残疾人数")),
    persons("nv_labour", "劳动力人数", "AAD017", aliases=("劳动力",)),
    persons("nv_away_workers", "外出务工人数", "AAD018", aliases=("外出务工",)),
    persons("nv_poor_labour", "贫困家庭劳动力人数", aliases=("贫困家庭劳动力",)),
    persons("nv_willing_to_work", "未务工愿意务工人数", aliases=("未务工但愿意务工人数", "愿意务工人数")),
    persons("nv_founders", "创业人数", aliases=("已创业人数",)),
    persons("nv_willing_to_found", "愿意创业人数", aliases=("有创业意愿人数",)),
)

CONDITIONS: tuple[Fact, ...] = (
    Fact("nv_to_village_km", "到行政村距离", km(), "AAD325", aliases=("距行政村距离", "到行政村的距离")),
    Fact(
        "nv_road_to_village",
        "到行政村是否通沥青(水泥)路",
        yes_no(),
        "AAD326",
        aliases=("到行政村通沥青(水泥)路", "是否通沥青(水泥)路"),
    ),
    Fact("nv_has_power", "是否通生活用电", yes_no(), aliases=("通生活用电",)),
    Fact("nv_has_prod_power", "是否通生产用电", yes_no(), aliases=("通生产用电",)),
    Fact("nv_has_broadband", "是否通宽带", yes_no(), "AAD416", aliases=("通宽带",)),
)

MODULES: dict[str, tuple[str, tuple[Fact, ...]]] = {
    "nv_base": ("自然村基本情况", BASE),
    "nv_people": ("自然村人口", PEOPLE),
    "nv_conditions": ("自然村条件", CONDITIONS),
}
"""The modules of the form, in its order: section → title, facts."""
