"""The village's facts of one period (贫困村信息采集表, domain/archives.md 1.8). Names begin with ``v_``.

Everything here may be typed, for it counts the whole village; what the register of households can count too is named in `policy.totals`.
Land is in 亩 and money in yuan as everywhere; where the form asks for 万元 the fact says so (`sheet_unit`), and the sheet converts.
Units, work teams and their people stand in the tables of support (1.7), not here.
"""

from taizhang.kernel.kinds import day, decimal, km, mu, one_of, partial_day, phone, square_metres, text, whole, yes_no, yuan
from taizhang.kernel.kinds import name as person_name
from taizhang.policy.archive.fact import Fact
from taizhang.policy.code_lists import code_list

MOST_HOUSEHOLDS, MOST_PERSONS, MOST_COUNT = 100_000, 500_000, 100_000
MOST_KM2 = 100_000
TEN_THOUSAND = "万元"
_LATER = "较晚版本的表上有此栏"
_COLUMNS_DIFFER = "另一来源的栏目代码不同,按栏目名称识别"


def households(name: str, zh: str, code: str = "", **more: object) -> Fact:
    """A number of households."""
    return Fact(name, zh, whole(0, MOST_HOUSEHOLDS, "户"), code, **more)  # type: ignore[arg-type]


def persons(name: str, zh: str, code: str = "", **more: object) -> Fact:
    """A number of people."""
    return Fact(name, zh, whole(0, MOST_PERSONS, "人"), code, **more)  # type: ignore[arg-type]


def count(name: str, zh: str, code: str = "", *, unit: str = "个", **more: object) -> Fact:
    """A number of things."""
    return Fact(name, zh, whole(0, MOST_COUNT, unit), code, **more)  # type: ignore[arg-type]


BASE: tuple[Fact, ...] = (
    Fact("v_leader", "村负责人", person_name(), "AAR011", aliases=("村负责人姓名", "负责人", "负责人姓名")),
    Fact("v_phone", "办公电话", phone(landline=True), "AAR012", aliases=("村办公电话", "村联系电话", "联系电话", "电话")),
    Fact("v_leader_grade", "职务", one_of(code_list("post_grade")), "AAF031", aliases=("负责人职务", "职务级别"), note="按职务级别选填"),
    persons("v_officials", "村官人数", "AAD038", aliases=("大学生村官人数", "村官数")),
    persons("v_party_members", "中共党员数", "AAD037", aliases=("党员人数", "中共党员人数", "党员数")),
    count("v_livestock", "牲畜存栏", "AAD026", unit="头", aliases=("牲畜存栏数", "牲畜存栏量")),
    Fact("v_lng", "经度", decimal(6, -180, 180), "AAR101"),
    Fact("v_lat", "纬度", decimal(6, -90, 90), "AAR102"),
    Fact("v_alt_m", "高程", decimal(1, -500, 9000, "米"), "AAR103", aliases=("海拔",)),
    Fact("v_direction", "发展方向", one_of(code_list("village_direction")), "AAD035"),
    Fact("v_terrain", "地形地貌", one_of(code_list("terrain")), "AAD036", aliases=("地形", "地貌")),
    Fact(
        "v_attr",
        "村属性",
        one_of(code_list("village_attr")),
        "AAD004",
        "R",
        aliases=("行政村属性", "村类型"),
        note="首次登记时填写;以后由贫困村纳入改变",
        events_only=True,
    ),
    Fact("v_planned_exit_on", "计划脱贫年份", partial_day(), "ADA007", aliases=("计划脱贫年度", "计划出列年度", "计划脱贫时间")),
    Fact("v_exited", "是否出列", yes_no(), aliases=("是否已出列", "是否脱贫出列"), note=f"{_LATER};由贫困村退出改变", events_only=True),
    Fact("v_exited_on", "出列年度", partial_day(), aliases=("出列时间", "出列年份"), note=f"{_LATER};由贫困村退出改变", events_only=True),
)

PEOPLE: tuple[Fact, ...] = (
    households("v_households", "总户数", "AAD005", required="R", aliases=("户数", "全村总户数")),
    persons(
        "v_persons",
        "总人口",
        "AAD010",
        required="R",
        aliases=("总人口数", "全村总人口", "总人数"),
        note="来源的页面把五保人口也误绑在此栏目代码上,按栏目名称识别",
    ),
    count("v_natural_villages", "自然村数", "AAD006", aliases=("自然村个数", "村民小组数")),
    households("v_poor_households", "贫困户数", "AAD007", required="R", aliases=("贫困户", "建档立卡贫困户数")),
    persons("v_poor_persons", "贫困人口数", "AAD011", required="R", aliases=("贫困人口", "建档立卡贫困人口数", "贫困人数")),
    households("v_plain_poor_households", "一般贫困户数", "ADA001", aliases=("一般贫困户",)),
    persons("v_plain_poor_persons", "一般贫困人口数", "ADA002", aliases=("一般贫困户人口数", "一般贫困人口")),
    households("v_dibao_households", "低保户数", "AAD008", aliases=("低保户",)),
    persons("v_dibao_persons", "低保人口数", "AAD012", aliases=("低保人口", "低保人数")),
    households("v_wubao_households", "五保户数", "AAD009", aliases=("五保户", "特困供养户数")),
    persons("v_wubao_persons", "五保人口数", "AAD013", aliases=("五保人口", "五保人数", "特困供养人口数")),
    households("v_dibao_poor_hh", "低保贫困户数", "ADA003", aliases=("低保贫困户",)),
    persons("v_dibao_poor_persons", "低保贫困人口数", "ADA004", aliases=("低保贫困户人口数", "低保贫困人口")),
    households("v_wubao_poor_hh", "五保贫困户数", "ADA005", aliases=("五保贫困户",)),
    persons("v_wubao_poor_persons", "五保贫困人口数", "ADA006", aliases=("五保贫困户人口数", "五保贫困人口")),
    persons("v_minority_persons", "少数民族人口数", "AAD014", aliases=("少数民族人口", "少数民族人数"), note=_COLUMNS_DIFFER),
    persons("v_women", "妇女人口数", "AAD015", aliases=("妇女人口", "妇女人数", "妇女"), note=_COLUMNS_DIFFER),
    persons("v_disabled_persons", "残疾人口数", "AAD016", aliases=("残疾人口", "残疾人数", "残疾人"), note=_COLUMNS_DIFFER),
    persons("v_disabled_poor", "残疾贫困人口数", "ADA024", aliases=("残疾贫困人口", "贫困残疾人数")),
    persons("v_labour", "劳动力人数", "AAD017", aliases=("劳动力", "劳动力数"), note=_COLUMNS_DIFFER),
    persons("v_away_workers", "外出务工人数", "AAD018", aliases=("外出务工", "外出务工人员数"), note=_COLUMNS_DIFFER),
    persons("v_poor_labour", "贫困家庭劳动力人数", aliases=("贫困家庭劳动力",)),
    persons("v_willing_to_work", "未务工愿意务工人数", aliases=("未务工但愿意务工人数", "愿意务工人数", "未务工愿意务工")),
    persons("v_founders", "创业人数", aliases=("已创业人数", "创业")),
    persons("v_willing_to_found", "愿意创业人数", aliases=("有创业意愿人数", "愿意创业")),
    persons("v_resident_persons", "常住人口数", aliases=("常住人口",)),
    persons("v_preschool_pupils", "学前三年在校幼儿数", aliases=("学前三年在校幼儿", "学前教育三年在校幼儿数")),
    persons("v_children_3_to_5", "3-5岁儿童数", aliases=("3-5岁儿童", "3至5岁儿童数")),
)

INCOME: tuple[Fact, ...] = (
    Fact("v_net_pc_yuan", "农民人均纯收入", yuan(), "AAD301", aliases=("人均纯收入", "农民年人均纯收入")),
    Fact(
        "v_collective_yuan", "村级集体经济收入", yuan(), "AAD302", "R", aliases=("村集体经济收入", "集体经济收入"), sheet_unit=TEN_THOUSAND
    ),
    Fact("v_disposable_pc_yuan", "农民年人均可支配收入", yuan(), aliases=("农民人均可支配收入", "人均可支配收入")),
)

LAND: tuple[Fact, ...] = (
    Fact("v_area_km2", "行政区域面积", decimal(3, 0, MOST_KM2, "平方公里"), aliases=("行政村面积", "区域面积")),
    count("v_forest_farms", "国有林场数", aliases=("国有林场个数", "国有林场")),
    Fact("v_land_farm_mu", "耕地面积", mu(), "AAD019", aliases=("耕地",)),
    Fact("v_land_irrigated_mu", "有效灌溉面积", mu(), "AAD027", aliases=("灌溉面积", "有效灌溉")),
    Fact("v_land_forest_mu", "林地面积", mu(), "AAD021", aliases=("林地",)),
    Fact("v_land_returned_mu", "退耕还林面积", mu(), "AAD022", aliases=("退耕还林",)),
    Fact("v_land_orchard_mu", "林果面积", mu(), "AAD023", aliases=("林果",)),
    Fact("v_land_grass_mu", "牧草地面积", mu(), "AAD024", aliases=("牧草地",)),
    Fact("v_land_water_mu", "水域面积", mu(), "AAD025", aliases=("水面面积", "水域")),
)

ROADS: tuple[Fact, ...] = (
    Fact(
        "v_road_to_township",
        "到乡镇是否通沥青(水泥)路",
        yes_no(),
        "AAD328",
        "R",
        aliases=("是否通沥青(水泥)路", "到乡镇通沥青(水泥)路"),
    ),
    Fact("v_bus", "是否通客运班车", yes_no(), "AAD323", aliases=("通客运班车",)),
    count("v_roadless_nv", "未通沥青(水泥)路自然村数", "AAD322", aliases=("自然村未通路村数", "未通路自然村数")),
    Fact("v_roadless_km", "自然村未通沥青(水泥)路里程", km(), "AAD324", aliases=("自然村未通路里程",)),
    Fact("v_township_roadless_km", "行政村到乡镇未通沥青(水泥)路里程", km(), "AAD321", aliases=("行政村到乡镇未通里程",)),
)

WATER: tuple[Fact, ...] = (
    households("v_unsafe_water_hh", "未实现饮水安全户数", "ADA008", aliases=("饮水不安全户数",), note="旧栏目代码 AAD332(系推断)"),
    households("v_hard_water_hh", "饮水困难户数", "ADA009", aliases=("饮水困难户",), note="旧栏目代码 AAD331(系推断)"),
)

POWER: tuple[Fact, ...] = (
    count("v_prod_power_nv", "通生产用电自然村数", "AAD358", aliases=("通生产用电自然村数(20户以上)",), note="20户以上的自然村"),
    count("v_powerless_nv", "未通生活用电自然村数", "AAD355"),
    households("v_powerless_hh", "未通生活用电户数", "AAD356"),
    count("v_no_prod_power_nv", "未通生产用电自然村数", "AAD357"),
)

HOUSES: tuple[Fact, ...] = (
    households("v_unsafe_house_hh", "危房户数", "ADA010", aliases=("危房户",), note="旧栏目代码 AAD361(系推断)"),
    persons("v_unsafe_house_poor", "危房涉及贫困人数", "ADA011", aliases=("涉及贫困人数", "危房户涉及贫困人口数")),
)

INDUSTRY: tuple[Fact, ...] = (
    count("v_coops", "农民专业合作社数", "AAD371", aliases=("合作社数", "农民专业合作社个数")),
    households("v_coop_poor_hh", "加入合作社的贫困户数", "AAD372", aliases=("加入的贫困户", "参加农民专业合作社的贫困户数")),
    count("v_mutual_societies", "互助资金协会数", "ADA012", aliases=("互助协会数", "互助资金组织数")),
    Fact("v_mutual_fund_yuan", "互助资金总额", yuan(), "ADA013", aliases=("互助资金", "互助资金规模"), sheet_unit=TEN_THOUSAND),
)

TOURISM: tuple[Fact, ...] = (
    households("v_tourism_hh", "开展乡村旅游户数", "AAD381", aliases=("乡村旅游户数", "开展户数")),
    persons("v_tourism_workers", "乡村旅游从业人数", "AAD383", aliases=("旅游从业人数", "从业人数", "乡村旅游从业人员数")),
    households("v_farm_stays", "农家乐户数", "AAD382", aliases=("经营农家乐户数", "农家乐户")),
    Fact("v_tourism_hh_yuan", "乡村旅游户均收入", yuan(), "AAD384", aliases=("旅游户均收入", "户均收入")),
)

HEALTH: tuple[Fact, ...] = (
    count("v_clinics", "卫生室个数", "AAD391", aliases=("卫生室", "村卫生室个数", "卫生室数")),
    Fact("v_clinic_m2", "卫生室面积", square_metres(), "ADA014", aliases=("村卫生室面积",)),
    Fact("v_clinic_four_rooms", "卫生室四室是否分设", yes_no(), "ADA015", mark="I", aliases=("四室",), note="来源只写“四室”,填是否系推断"),
    count("v_public_toilets", "公共厕所个数", "AAD392", aliases=("公共卫生厕所个数", "公厕个数")),
    persons("v_doctors", "执业(助理)医师数", "AAD393", aliases=("执业(助理)医师", "执业医师数")),
    count("v_rubbish_points", "垃圾集中堆放点个数", "AAD394", aliases=("垃圾集中点", "垃圾集中点个数", "垃圾堆放点个数")),
)

CULTURE: tuple[Fact, ...] = (
    count("v_libraries", "文化(图书)室个数", "AAD401", aliases=("文化(图书)室", "文化室个数", "图书室个数")),
    households("v_tv_hh", "通广播电视户数", "AAD402", aliases=("通广电户", "通广播电视户")),
    households("v_broadband_hh", "通宽带户数", "AAD411", aliases=("通宽带户",)),
    Fact("v_school_broadband", "村小学是否通宽带", yes_no(), "AAD412", aliases=("村小学通宽带",)),
    households("v_mobile_web_hh", "能用手机上网户数", "AAD413", aliases=("手机上网户", "手机上网户数")),
    persons("v_info_officers", "信息员人数", "AAD414", aliases=("信息员", "村信息员人数")),
    count("v_broadband_nv", "通宽带自然村数", "AAD415", aliases=("通宽带自然村",)),
)

WELFARE: tuple[Fact, ...] = (
    persons("v_med_persons", "参加新型农村合作医疗人数", "AAD311", aliases=("新农合人数", "参加新农合人数", "参加城乡居民医保人数")),
    count("v_med_aid_times", "医疗救助人次", "AAD312", unit="人次", aliases=("获得医疗救助人次",)),
    persons("v_pen_resident", "参加城乡居民基本养老保险人数", "AAD313", aliases=("居民养老", "参加城乡居民养老保险人数")),
    persons("v_pen_employee", "参加城镇职工基本养老保险人数", "AAD314", aliases=("职工养老", "参加职工养老保险人数")),
    persons("v_pen_covered", "养老保险覆盖人口数", aliases=("养老覆盖人口", "养老保险覆盖人口")),
)

PROGRAMMES: tuple[Fact, ...] = (
    persons(
        "v_junior_leavers", "初中毕业未升学人数", "ADA016", mark="I", note="两后生之一,来源未写明两栏的先后", aliases=("未升学初中毕业生",)
    ),
    persons(
        "v_senior_leavers", "高中毕业未升学人数", "ADA017", mark="I", note="两后生之二,来源未写明两栏的先后", aliases=("未升学高中毕业生",)
    ),
    persons("v_yulu_persons", "参加雨露计划人数", "ADA018", aliases=("参加雨露", "雨露计划人数")),
    households("v_loan_granted_hh", "小额信贷批复户数", "ADA019", aliases=("扶贫小额信贷批复户数",)),
    households("v_loan_year_hh", "小额信贷当年贷款户数", "ADA020", aliases=("当年贷款户数",)),
    households("v_loan_overdue_hh", "小额信贷逾期户数", "ADA021", aliases=("贷款逾期户数",)),
    households("v_to_relocate_hh", "易地搬迁规划户数", "ADA022", mark="I", aliases=("搬迁规划户数", "搬迁规划"), note="计量单位(户)系推断"),
    households("v_relocated_hh", "易地搬迁已搬户数", "ADA023", mark="I", aliases=("已搬迁户数", "已搬"), note="计量单位(户)系推断"),
)

SURROUNDINGS: tuple[Fact, ...] = (
    Fact("v_has_public_toilet", "有无公共厕所", yes_no(), aliases=("公共厕所",)),
    Fact("v_has_rubbish_point", "有无垃圾收集点", yes_no(), aliases=("垃圾收集点",)),
    Fact("v_has_sewage", "有无污水处理", yes_no(), aliases=("污水处理", "有无污水处理设施")),
    Fact("v_has_biogas", "有无集中沼气", yes_no(), aliases=("集中沼气",)),
    Fact("v_has_greening", "有无绿化", yes_no(), aliases=("绿化", "是否绿化")),
    Fact("v_has_tour_parking", "有无旅游停车场", yes_no(), aliases=("旅游停车场",)),
    Fact("v_has_lamps", "有无路灯", yes_no(), aliases=("路灯",)),
)

SURVEY: tuple[Fact, ...] = (
    Fact("v_surveyor", "填表人", person_name(), mark="P", aliases=("采集人",)),
    Fact("v_surveyed_on", "填表日期", day(), mark="P", aliases=("填表时间", "采集日期")),
    Fact("v_note", "备注", text(200), mark="P"),
)

MODULES: dict[str, tuple[str, tuple[Fact, ...]]] = {
    "v_base": ("村基本情况", BASE),
    "v_people": ("村人口", PEOPLE),
    "v_income": ("村收入", INCOME),
    "v_land": ("村土地", LAND),
    "v_roads": ("村道路", ROADS),
    "v_water": ("村饮水", WATER),
    "v_power": ("村电力", POWER),
    "v_houses": ("村危房", HOUSES),
    "v_industry": ("村产业", INDUSTRY),
    "v_tourism": ("乡村旅游", TOURISM),
    "v_health": ("村卫生", HEALTH),
    "v_culture": ("村文化与信息", CULTURE),
    "v_welfare": ("村社会保障", WELFARE),
    "v_programmes": ("雨露、信贷与搬迁", PROGRAMMES),
    "v_surroundings": ("村人居环境", SURROUNDINGS),
    "v_survey": ("村表填报", SURVEY),
}
"""The modules of the form, in its order: section → title, facts."""
