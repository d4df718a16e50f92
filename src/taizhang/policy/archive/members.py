"""The facts of a person, of a membership, and of a member in one period (domain/archives.md 1.3)."""

from taizhang.kernel.kinds import day, id_number, one_of, partial_day, phone, some_of, text, whole, yes_no, yuan
from taizhang.kernel.kinds import name as person_name
from taizhang.policy.archive.fact import Fact
from taizhang.policy.code_lists import code_list

MAX_HEALTH = 3

PERSON: tuple[Fact, ...] = (
    Fact(
        "name",
        "姓名",
        person_name(),
        "AAB002",
        "R",
        aliases=("成员姓名", "家庭成员姓名"),
        note="以身份证为准,无身份证的以户口簿为准",
        locked=True,
    ),
    Fact("id_type", "证件类型", one_of(code_list("id_type")), "AAB018", "R", locked=True),
    Fact(
        "id_no",
        "证件号码",
        id_number(),
        "AAB004",
        "R",
        aliases=("身份证号码", "身份证号", "公民身份号码", "证件号", "身份证件号码"),
        note="残疾人填20位残疾人证号",
        locked=True,
    ),
    Fact("sex", "性别", one_of(code_list("sex")), "AAB003", note="由证件号码第17位得出", derived=True),
    Fact("birth_date", "出生日期", day(), "AAB005", aliases=("出生年月", "出生年月日"), note="由证件号码第7至14位得出", derived=True),
    Fact("ethnicity", "民族", one_of(code_list("ethnicity")), "AAB007", "R"),
)

MEMBERSHIP: tuple[Fact, ...] = (
    Fact("relation", "与户主关系", one_of(code_list("relation")), "AAB006", "R", aliases=("与户主的关系", "家庭关系")),
    Fact(
        "state",
        "生存状态",
        one_of(code_list("member_state")),
        "AAB015",
        "R",
        aliases=("人员状态",),
        note="栏目代码系推断",
        events_only=True,
    ),
    Fact("add_reason", "增加原因", one_of(code_list("add_reason")), "", "C", aliases=("自然增加原因", "新增原因"), events_only=True),
    Fact("add_on", "增加日期", day(), "", "C", aliases=("增加时间", "自然增加日期", "自然增加时间"), events_only=True),
    Fact("add_proof", "增加证明材料", text(200), "", "C", "P", aliases=("增加依据",), events_only=True),
    Fact("drop_reason", "减少原因", one_of(code_list("drop_reason")), "", "C", aliases=("自然减少原因",), events_only=True),
    Fact("drop_on", "减少日期", day(), "", "C", aliases=("减少时间", "自然减少日期", "自然减少时间"), events_only=True),
    Fact("drop_proof", "减少证明材料", text(200), "", "C", "P", aliases=("减少依据",), events_only=True),
    Fact("identified_on", "人员识别时间", partial_day(), "", "R", aliases=("人员识别年月",), events_only=True),
)

_AT_SCHOOL = "6至23岁必填;后期表样与文化程度只填一项"
_WORKS = "务工人员必填"

MEMBER: tuple[Fact, ...] = (
    Fact("education", "文化程度", one_of(code_list("education")), "AAB008", "C", note="非在校生必填"),
    Fact(
        "school_status",
        "在校生状况",
        one_of(code_list("school_status")),
        "AAB009",
        "C",
        aliases=("在校生情况", "在校状况"),
        note=_AT_SCHOOL,
    ),
    Fact(
        "no_school_reason",
        "失学/辍学原因",
        one_of(code_list("no_school_reason")),
        "",
        "C",
        aliases=("失学或辍学原因", "失学辍学原因", "义务教育阶段未上学原因"),
        note="义务教育阶段未上学的必填",
    ),
    Fact("labour", "劳动技能", one_of(code_list("labour")), "AAB010", "R", aliases=("劳动能力", "劳动力状况")),
    Fact("work_status", "务工状况", one_of(code_list("work_status")), "AAB011", "C", "K", aliases=("务工情况",), note="选项未核实"),
    Fact("work_months", "务工时间", whole(0, 12, "月"), "AAB012", "C", aliases=("务工时间(月)", "务工月数"), note=_WORKS),
    Fact(
        "work_area",
        "务工省/市/县/乡",
        text(100),
        "AAB025",
        "C",
        aliases=("务工地点", "务工地", "务工所在地"),
        note="写到县一级;国家栏目AAB025至AAB028合为一项",
    ),
    Fact("work_employer", "务工企业名称", text(100), "AAB029", "C", aliases=("务工单位", "务工企业")),
    Fact(
        "med_resident",
        "参加城乡居民基本医疗保险",
        yes_no(),
        "AAB013",
        "R",
        aliases=(
            "是否参加城乡居民基本医疗保险",
            "参加新农合",
            "是否参加新农合",
            "参加新型农村合作医疗",
            "是否参加新型农村合作医疗",
            "参加城乡居民医疗保险",
        ),
    ),
    Fact(
        "med_employee",
        "参加职工基本医疗保险",
        yes_no(),
        "",
        "R",
        aliases=("是否参加职工基本医疗保险", "参加城镇职工基本医疗保险", "是否参加城镇职工基本医疗保险"),
    ),
    Fact(
        "pen_resident",
        "参加城乡居民基本养老保险",
        yes_no(),
        "AAB014",
        "R",
        aliases=(
            "是否参加城乡居民基本养老保险",
            "参加新农保",
            "是否参加新农保",
            "参加新型农村社会养老保险",
            "是否参加新型农村社会养老保险",
        ),
    ),
    Fact("pen_employee", "参加城镇职工基本养老保险", yes_no(), "AAB021", aliases=("是否参加城镇职工基本养老保险", "参加职工基本养老保险")),
    Fact("ins_serious", "参加大病保险", yes_no(), "AAB022", "R", aliases=("是否参加大病保险",)),
    Fact("ins_commercial", "参加商业补充医疗保险", yes_no(), aliases=("是否参加商业补充医疗保险", "商业补充医疗")),
    Fact("med_aid", "接受医疗救助", yes_no(), aliases=("是否接受医疗救助",)),
    Fact(
        "health",
        "健康状况",
        some_of(code_list("health"), MAX_HEALTH),
        "AAB017",
        "R",
        aliases=("身体状况",),
        note="可多选;健康与其他各项互斥",
    ),
    Fact("disease", "疾病名称", text(100), "ABB001", "C", aliases=("患病名称", "病种"), note="慢性病、大病必填"),
    Fact("disease_level", "疾病等级", one_of(code_list("disease_level")), "ABB002", "C", note="等级含义未见说明"),
    Fact("dis_type", "残疾类别", one_of(code_list("dis_type")), note="由残疾人证号第19位得出", derived=True),
    Fact("dis_grade", "残疾等级", one_of(code_list("dis_grade")), note="由残疾人证号第20位得出", derived=True),
    Fact(
        "dibao",
        "享受低保",
        yes_no(),
        "AAB030",
        "R",
        aliases=("是否享受低保", "是否享受农村居民最低生活保障", "是否低保"),
        note="后期表样分农村、城市",
    ),
    Fact(
        "tekun",
        "享受五保",
        yes_no(),
        "ABB003",
        "R",
        aliases=("是否享受五保", "享受特困", "是否特困供养人员", "是否享受特困供养", "是否五保"),
    ),
    Fact("is_soldier", "是否现役军人", yes_no(), "AAB019", aliases=("现役军人",)),
    Fact("political", "政治面貌", one_of(code_list("political")), "AAK033"),
    Fact(
        "phone", "联系电话", phone(), "AAB031", "C", aliases=("人联系电话", "成员联系电话", "家庭成员联系电话", "本人联系电话"), note=_WORKS
    ),
    Fact(
        "public_job",
        "公益性岗位",
        text(100),
        "",
        "C",
        "K",
        aliases=("公益岗位", "公益性岗位类型"),
        note="选项(100A42)未查到;与聘用月数同填",
    ),
    Fact(
        "public_job_months",
        "公益性岗位聘用月数",
        whole(0, 12, "月"),
        "",
        "C",
        aliases=("公益性岗位(月数)", "公益岗位月数"),
        note="与公益性岗位同填",
    ),
    Fact("relocated", "是否易地搬迁人口", yes_no(), aliases=("是否易地扶贫搬迁", "易地搬迁人口", "是否易地扶贫搬迁人口")),
    Fact("plan_out", "是否计划务工", yes_no(), aliases=("是否计划外出务工",), note="见于计划外出务工信息"),
    Fact("plan_area", "意向务工地", text(100), "", "C", "I", aliases=("意向地", "务工意向地"), note="计划务工的填写;栏名系推断"),
    Fact("plan_service", "就业服务需求", text(200), "", "C", aliases=("服务需求",), note="计划务工的填写"),
)
WORK_PLAN = ("plan_out", "plan_area", "plan_service")  # of the monthly watch of work (计划外出务工信息), on no survey form

# 2021 onwards: any number of work spells a person; they stand in a table of their own.
WORK_SPELL_FACTS: tuple[Fact, ...] = (
    Fact(
        "spell_area",
        "务工所在省市县",
        text(100),
        "",
        "C",
        aliases=("务工所在县", "务工所在地", "务工所在省/市/县", "务工地点"),
        note="写到县一级",
        section="work_spell",
    ),
    Fact("spell_employer", "务工企业名称", text(100), "", "C", aliases=("务工企业", "务工单位"), section="work_spell"),
    Fact("spell_wage_yuan", "务工月收入", yuan(), "", "R", section="work_spell", aliases=("月收入",)),
    Fact("spell_sector", "所属行业", text(50), "", "R", section="work_spell", aliases=("行业", "务工行业")),
    Fact("spell_channel", "就业渠道", text(50), "", "R", section="work_spell", aliases=("渠道",)),
    Fact("spell_point_to_point", "是否点对点输送", yes_no(), "", "R", section="work_spell", aliases=("是否点对点",)),
    Fact("spell_transport_aid_yuan", "年度交通费补助", yuan(), section="work_spell", aliases=("交通补助", "交通费补助")),
    Fact("spell_from_on", "务工开始年月", partial_day(), "", "R", section="work_spell", aliases=("务工开始时间", "开始时间")),
    Fact("spell_to_on", "务工结束年月", partial_day(), section="work_spell", aliases=("务工结束时间", "结束时间")),
)
