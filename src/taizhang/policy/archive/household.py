"""The household's facts of one period: base module and living conditions (domain/archives.md 1.2, 1.5).

Household number, period, area, group and head stand in other tables and are not here; the history of the status is read from the journal.
"""

from taizhang.kernel.kinds import account, day, decimal, km, mu, one_of, partial_day, phone, some_of, square_metres, text, whole, yes_no
from taizhang.kernel.kinds import name as person_name
from taizhang.policy.archive.fact import Fact
from taizhang.policy.code_lists import code_list

MAX_MEMBERS = 99
MAX_OTHER_CAUSES = 2

BASE: tuple[Fact, ...] = (
    Fact("hh_phone", "联系电话", phone(), "AAR012", "R", aliases=("户联系电话", "家庭联系电话", "户主联系电话", "联系方式")),
    Fact("address", "家庭住址", text(200), "", "R", aliases=("家庭地址", "住址", "详细地址")),
    Fact("lng", "经度", decimal(6, -180, 180), "", "C", note="2019年起采集户位置"),
    Fact("lat", "纬度", decimal(6, -90, 90), "", "C", note="2019年起采集户位置"),
    Fact("alt_m", "高程", decimal(1, -500, 9000, "米"), "", "C", aliases=("海拔",), note="2019年起采集户位置"),
    Fact("bank", "开户银行", text(100), "AAQ002", aliases=("开户行", "开户银行名称")),
    Fact("bank_account", "银行卡号", account(), "AAC004", aliases=("银行账号", "银行卡账号", "一卡通账号", "银行账户"), note="列表中遮盖"),
    Fact("id_standard", "识别标准", one_of(code_list("id_standard")), "AAC005", "R", locked=True),
    Fact(
        "hh_attr",
        "贫困户属性",
        one_of(code_list("hh_attr")),
        "AAC006",
        "R",
        aliases=("户属性", "农户属性", "贫困户类型"),
        locked=True,
    ),
    Fact(
        "status",
        "脱贫状态",
        one_of(code_list("status")),
        "AAR010",
        "R",
        aliases=("脱贫属性", "贫困状态"),
        note="由业务操作改变(见户状态)",
        events_only=True,
    ),
    Fact("main_cause", "主要致贫原因", one_of(code_list("cause")), "AAC007", "R", aliases=("致贫原因", "致贫原因1", "主要致贫原因1")),
    Fact(
        "other_causes",
        "其他致贫原因",
        some_of(code_list("cause"), MAX_OTHER_CAUSES),
        "AAC008",
        aliases=("其它致贫原因", "次要致贫原因", "致贫原因2"),
        note="最多两项,不得与主要致贫原因重复",
    ),
    Fact("cause_note", "致贫原因说明", text(200), "", "C", aliases=("致贫原因备注",), note="致贫原因为其他时必填"),
    Fact("return_cause", "返贫原因", one_of(code_list("return_cause")), "AAC009", "C", "I", note="返贫户必填"),
    Fact("returned_on", "返贫年度", partial_day(), "", "C", aliases=("返贫时间", "返贫年月"), note="返贫户必填", events_only=True),
    Fact("planned_exit_on", "计划脱贫年度", partial_day(), "", "C", aliases=("计划脱贫时间", "拟脱贫年度"), note="属任务清"),
    Fact("exited_on", "脱贫年度", partial_day(), "", "C", aliases=("脱贫时间", "脱贫年份"), note="已脱贫户必填", events_only=True),
    Fact(
        "first_identified_on",
        "首次识别年月",
        partial_day(),
        "",
        "C",
        aliases=("首次识别时间", "识别年度", "户识别时间"),
        note="一经记入不再改变",
        events_only=True,
    ),
    Fact("is_military_family", "是否军烈属", yes_no(), "AAC012", "R", "V2", aliases=("军烈属",)),
    Fact("is_one_child", "是否独生子女户", yes_no(), "AAC013", aliases=("独生子女户",), note="栏目代码系推断"),
    Fact("is_two_daughters", "是否双女户", yes_no(), "AAC014", aliases=("双女户",), note="栏目代码系推断"),
    Fact(
        "member_count",
        "家庭人口数",
        whole(0, MAX_MEMBERS, "人"),
        "AAC017",
        aliases=("家庭人口", "人数", "家庭人口数(人)", "人口数"),
        note="等于在册正常成员数",
        derived=True,
    ),
    Fact("hh_type", "户类型", one_of(code_list("hh_type")), "", "C", aliases=("农户类型",), note="2021年起必填"),
    Fact(
        "no_labour_backstop",
        "是否整户无劳动能力兜底保障户",
        yes_no(),
        "",
        "C",
        aliases=("整户无劳动能力兜底保障户",),
        note="2021年起采集",
    ),
    Fact("surveyor", "填表人", person_name(), "", "R", aliases=("采集人", "填表人姓名", "调查人")),
    Fact("surveyor_phone", "填表人电话", phone(), "", "R", aliases=("填表人联系电话", "采集人电话")),
    Fact("surveyed_on", "填表时间", day(), "", "R", aliases=("填表日期", "采集时间", "采集日期")),
    Fact("head_signature", "户主签字", yes_no(), "", "R", aliases=("户主是否签字",), note="记是否已在表上签字"),
)

LIVING: tuple[Fact, ...] = (
    Fact("land_farm_mu", "耕地面积", mu(), "AAC301", "R", aliases=("耕地",)),
    Fact("land_irrigated_mu", "有效灌溉面积", mu(), "AAC302", "R", aliases=("灌溉面积", "有效灌溉")),
    Fact("land_forest_mu", "林地面积", mu(), "AAC303", "R", aliases=("林地",)),
    Fact("land_returned_mu", "退耕还林面积", mu(), "AAC304", "R", aliases=("退耕还林",)),
    Fact("land_orchard_mu", "林果面积", mu(), "AAC305", "R", aliases=("林果",)),
    Fact("land_grass_mu", "牧草地面积", mu(), "AAC306", "R", aliases=("牧草地",)),
    Fact("land_water_mu", "水面面积", mu(), "AAC307", "R", aliases=("水面", "水域面积")),
    Fact("has_prod_power", "是否通生产用电", yes_no(), "AAC308", "R", aliases=("通生产用电",)),
    Fact("has_power", "是否通生活用电", yes_no(), "AAC313", "R", aliases=("通生活用电",)),
    Fact("has_tv", "是否通广播电视", yes_no(), "AAC314", "R", aliases=("通广播电视",)),
    Fact("in_coop", "是否加入农民专业合作社", yes_no(), "AAC084", "R", aliases=("加入农民专业合作社", "是否加入农民专业合作组织")),
    Fact("led_by_firm", "是否有龙头企业带动", yes_no(), aliases=("有龙头企业带动",), note="2021年起采集"),
    Fact("led_by_leader", "是否有致富带头人带动", yes_no(), aliases=("有致富带头人带动", "是否有创业致富带头人带动"), note="2021年起采集"),
    Fact(
        "dist_main_road_km", "与村主干路距离", km(), "AAC315", "R", aliases=("与村主干路的距离", "与村主干路距离(公里)", "到村主干路距离")
    ),
    Fact("access_road", "入户路类型", one_of(code_list("access_road")), "AAC316", "R", aliases=("入户路情况",)),
    Fact("house_area_m2", "住房面积", square_metres(), "AAC317", "R", aliases=("住房面积(平方米)", "房屋面积")),
    Fact("is_unsafe", "是否危房户", yes_no(), "AAC318", "R", aliases=("危房户", "是否危房", "住房是否危房")),
    Fact(
        "house_grade",
        "危房级别",
        one_of(code_list("house_grade")),
        "AAC322",
        "C",
        aliases=("危房等级",),
        note="是危房户时必填;C、D级为危房",
    ),
    Fact("has_toilet", "有无卫生厕所", yes_no(), "AAC319", "R", aliases=("是否有卫生厕所", "卫生厕所")),
    Fact("fuel", "主要燃料类型", one_of(code_list("fuel")), "AAC320", "R", aliases=("主要燃料", "燃料类型")),
    Fact(
        "water_hard",
        "饮水是否困难",
        yes_no(),
        "AAC311",
        "R",
        aliases=("是否饮水困难", "饮水困难"),
        note="取水水平距离超过1公里或垂直高差超过100米,或缺水半年以上为困难",
    ),
    Fact(
        "water_safe",
        "饮水是否安全",
        yes_no(),
        "AAC312",
        "R",
        aliases=("是否饮水安全", "饮水安全", "是否解决安全饮用水", "是否解决安全饮水"),
    ),
)
