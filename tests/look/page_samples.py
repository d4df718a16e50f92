"""One invented context per page template: what a view would hand over."""

from datetime import UTC, date, datetime
from decimal import Decimal

from operation_samples import OPERATION_SAMPLES, OPERATIONS, STANDING

SHELL = {
    "brand": "防止返贫动态监测台账系统",
    "home_url": "/",
    "nav": [
        {"title": title, "url": f"/{n}", "here": title == "户档案"}
        for n, title in enumerate(("工作台", "户档案", "导入", "导出", "流水", "用户与授权"))
    ],
    "waiting_url": "/waiting",
    "user_name": "李审核员",
    "place_name": "示范市乙区",
    "menu": [{"title": "动态验证码", "url": "/totp", "icon": "lock"}],
    "sign_out_url": "/out",
    "idle_minutes": 30,
}


def node(name, count, children=(), *, open=False, chosen=False, more=False):  # noqa: A002
    return {"code": "990000000000", "name": name, "url": "/households?area=99", "count": count, "children": list(children), "open": open,
            "chosen": chosen, "children_url": "/places/children" if more else None}  # fmt: skip


VILLAGES = [
    node(name, count, chosen=name == "车头村")
    for name, count in (("白云村", 14), ("车头村", 14), ("郝下村", 16), ("林下村", 18), ("平元村", 6), ("洋西村", 16))
]
TOWNSHIPS = [
    node("安平街道", 227, more=True),
    node("鼓楼街道", 244, more=True),
    node("白云镇", 207, VILLAGES, open=True),
    *(node(name, count, more=True) for name, count in (("高峰镇", 165), ("天龙镇", 211), ("夏云镇", 55), ("羊昌布依族苗族乡", 31))),
]
TREE = [
    node(
        "示范市",
        6214,
        [
            node("甲区", 1346, more=True),
            node("乙区", 1566, TOWNSHIPS, open=True),
            node("丙县", 1523, more=True),
            node("丁自治县", 1840, more=True),
        ],
        open=True,
    )
]
SIDE = {"tree": TREE, "tree_search_url": "/places/find"}
PAGER = {"first": 1, "last": 20, "total": 1286, "previous_url": None, "next_url": "?page=2",
         "pages": [{"title": "1", "url": "?page=1", "here": True}, {"title": "2", "url": "?page=2", "here": False}, {"title": "…", "url": None, "here": False}, {"title": "26", "url": "?page=26", "here": False}]}  # fmt: skip
KEYSET = {**PAGER, "total": None, "pages": []}
AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
ENTRIES = [
    {"at": AT, "who": "李审核员(乙区)", "what": "更正了 2026 年度采集表", "why": "入户核实，原登记有误", "url": "/cause", "changes": [{"label": "工资性收入(元)", "old": Decimal("9600.00"), "new": Decimal("12400.00")}, {"label": "是否危房户", "old": None, "new": False}]},
    {"at": AT, "who": "车头村工作队", "what": "登记增加成员 钱小宝(出生)", "why": None},
    {"at": AT, "who": "系统导入", "what": "建立采集表", "why": "批次 12，工作表「户」第 31 行"},
]  # fmt: skip
COLOURS = {"一般贫困户": "blue", "低保贫困户": "purple", "特困供养贫困户": "red"}
PEOPLE = [("钱明珍", "9901011981********3", "白云镇/车头村", 4, "一般贫困户", "因病", "5445.00", "-0.302"), ("金国强", "9901011962********X", "高峰镇/黄猫村", 6, "低保贫困户", "缺劳力", "13705.00", "0.757"),
          ("杨国强", "9901011968********1", "鼓楼街道/塔山村", 2, "特困供养贫困户", "因残", "9361.00", "0.2"), ("郑明珍", "9901011949********0", "羊昌布依族苗族乡/大陈寨村", 6, "一般贫困户", "因学、因病", "6294.00", "-0.193")]  # fmt: skip
STATES = [("已脱贫(享受政策)", "green"), ("未脱贫", "orange"), ("预脱贫", "cyan"), ("返贫", "red")]
HOUSEHOLD_COLUMNS = [
    {"key": "head", "title": "户主", "kind": "link", "lead": True, "sort_url": "?sort=head"},
    {"key": "id_no", "title": "证件号码", "kind": "mono"},
    {"key": "place", "title": "乡镇/村"},
    {"key": "members", "title": "人口", "kind": "number"},
    {"key": "attr", "title": "贫困户属性", "kind": "badge"},
    {"key": "cause", "title": "主要致贫原因"},
    {"key": "net", "title": "人均纯收入(元)", "kind": "yuan", "sort_url": "?sort=net", "sorted": "descending"},
    {"key": "gap", "title": "距监测线", "kind": "signed"},
    {"key": "status", "title": "脱贫状态", "kind": "status"},
    {"key": "since", "title": "首次识别", "kind": "partial"},
    {"key": "phone", "title": "联系电话", "kind": "mono", "shown": False},
    {"key": "unsafe", "title": "危房户", "kind": "yesno"},
]
HOUSEHOLD_ROWS = [
    {"id": str(n), "url": f"/households/{n}", "head": head, "id_no": id_no, "place": place, "members": members, "attr": {"label": attr, "colour": COLOURS[attr]}, "cause": cause,
     "net": Decimal(net), "gap": Decimal(gap), "status": dict(zip(("label", "colour"), STATES[n % 4], strict=True)), "since": "201408" if n % 2 else "2016", "phone": "138****0000", "unsafe": (None, False, True)[n % 3],
     "acts": [{"title": "档案", "url": "/a"}, {"title": "更正", "url": "/b"}]}
    for n, (head, id_no, place, members, attr, cause, net, gap) in enumerate(PEOPLE * 5)
]  # fmt: skip
FILTERS = [
    {"name": "q", "label": "户主姓名", "kind": "text", "value": "", "placeholder": "姓名/拼音首字母"},
    {"name": "id_no", "label": "证件号码", "kind": "text", "value": None, "placeholder": "完整证件号码"},
    {
        "name": "attr",
        "label": "贫困户属性",
        "kind": "select",
        "value": "",
        "choices": [("dibao_poor", "低保贫困户"), ("general_poor", "一般贫困户")],
    },
    {"name": "status", "label": "脱贫状态", "kind": "select", "value": "poor", "choices": [("poor", "未脱贫"), ("returned", "返贫")]},
]
MORE = [
    {"name": "since", "label": "识别日期", "kind": "day", "value": ""},
    {"name": "cause", "label": "致贫原因", "kind": "select", "value": "", "choices": [("illness", "因病")]},
]
QUERY = {"query_url": "/households", "reset_url": "/households", "fields": FILTERS, "more": MORE, "hidden": {"area": "990102103"}}

BASE_FIELDS = [
    {"name": "head", "label": "户主姓名", "kind": "text", "value": "钱明珍", "fixed": "锁定栏目，由省级更正"},
    {"name": "phone", "label": "联系电话", "kind": "phone", "value": "1380000", "required": True, "error": "应为 11 位手机号码，现为 7 位"},
    {
        "name": "attr",
        "label": "贫困户属性",
        "kind": "select",
        "value": "general_poor",
        "required": True,
        "choices": [("general_poor", "一般贫困户"), ("dibao_poor", "低保贫困户")],
    },
    {
        "name": "cause",
        "label": "主要致贫原因",
        "kind": "find",
        "value": "illness",
        "choices": [("illness", "因病"), ("disability", "因残")],
        "required": True,
    },
    {
        "name": "causes",
        "label": "其他致贫原因",
        "kind": "many",
        "value": ["no_skill"],
        "choices": [("no_skill", "缺技术"), ("no_labour", "缺劳力")],
        "most": 2,
        "help": "最多两项，不与主要原因重复",
    },
    {"name": "military", "label": "是否军烈属", "kind": "yesno", "value": None, "required": True},
    {"name": "since", "label": "首次识别年月", "kind": "month", "value": "2014-08"},
    {"name": "net", "label": "人均纯收入", "kind": "shown", "value": Decimal("5445.00"), "unit": "元", "help": "自动计算"},
]
INCOME_FIELDS = [
    {"name": "wage", "label": "工资性收入", "kind": "yuan", "value": "12400.00", "unit": "元", "was": Decimal("9600.00")},
    {"name": "business", "label": "生产经营性收入", "kind": "yuan", "value": "8000.00", "unit": "元"},
    {"name": "land", "label": "耕地面积", "kind": "number", "value": None, "unit": "亩"},
    {"name": "unsafe", "label": "是否危房户", "kind": "yesno", "value": False},
    {"name": "note", "label": "说明", "kind": "longtext", "value": "", "wide": True},
]
FORM = {"crumbs": [("户档案", "/households"), ("钱明珍", "/households/1"), ("更正采集表", None)], "note": "2026 年度采集窗口至 12 月 10 日", "errors": ["年纯收入合计小于零，请核对生产经营性支出"],
        "conflict": "2026-11-20 09:30 由车头村工作队修改", "idempotency_key": "k1", "version": 3, "cancel_url": "/households/1",
        "sections": [{"title": "基本情况", "note": "带锁的栏目由省级更正", "fields": BASE_FIELDS}, {"title": "收入与生活条件", "fields": INCOME_FIELDS}]}  # fmt: skip

FACTS = [
    {"title": "基本情况", "facts": [
        {"label": "户编号", "value": "9901021030010001"}, {"label": "所在村", "value": "示范市乙区白云镇车头村"}, {"label": "村民小组", "value": "上寨组"}, {"label": "联系电话", "value": "138****0000"},
        {"label": "识别标准", "value": "国家标准"}, {"label": "贫困户属性", "value": "一般贫困户"}, {"label": "脱贫状态", "value": "已脱贫(享受政策)"}, {"label": "主要致贫原因", "value": "因病"},
        {"label": "其他致贫原因", "value": ["缺技术", "缺劳力"]}, {"label": "是否军烈属", "value": None}, {"label": "是否独生子女户", "value": False}, {"label": "开户银行", "value": "农村信用社"},
        {"label": "银行卡号", "value": "6217***********0017"}, {"label": "家庭住址", "value": "白云镇车头村上寨组 12 号", "wide": True}]},
]  # fmt: skip
LIVING = [
    {"title": "生产条件", "facts": [{"label": "耕地面积", "value": Decimal("4.20"), "unit": "亩"}, {"label": "林地面积", "value": Decimal("11.00"), "unit": "亩"}, {"label": "有效灌溉面积", "value": None, "unit": "亩"}, {"label": "加入合作社", "value": True}]},
    {"title": "生活条件", "facts": [{"label": "住房面积", "value": Decimal("96"), "unit": "m²"}, {"label": "是否危房户", "value": False}, {"label": "饮水是否安全", "value": True}, {"label": "有无卫生厕所", "value": None}, {"label": "入户路类型", "value": "水泥路"}, {"label": "距村主干路", "value": Decimal("0.50"), "unit": "km"}]},
]  # fmt: skip
MEMBER_COLUMNS = [
    {"key": "name", "title": "姓名", "lead": True}, {"key": "relation", "title": "与户主关系"}, {"key": "id_no", "title": "证件号码", "kind": "mono"}, {"key": "sex", "title": "性别"}, {"key": "age", "title": "年龄", "kind": "number"},
    {"key": "ethnicity", "title": "民族"}, {"key": "education", "title": "文化程度"}, {"key": "school", "title": "在校生状况"}, {"key": "health", "title": "健康状况"}, {"key": "labour", "title": "劳动技能"}, {"key": "insured", "title": "医疗保险", "kind": "yesno"},
]  # fmt: skip
MEMBERS = [
    {"name": name, "relation": relation, "id_no": "990101********" + tail, "sex": sex, "age": age, "ethnicity": "布依族", "education": "初中", "school": "非在校生", "health": health, "labour": "普通劳动力", "insured": insured,
     "acts": [{"title": "更正", "url": "/m/edit"}, {"title": "减少", "url": "/m/leave"}]}
    for name, relation, tail, sex, age, health, insured in (("钱明珍", "户主", "0013", "女", 45, "长期慢性病", True), ("杨国华", "配偶", "0031", "男", 47, "健康", True), ("杨小宝", "之子", "0019", "男", 12, "健康", None))
]  # fmt: skip
INCOME = [(0, "年总收入", "26800.00", True), (1, "工资性收入", "12400.00", False), (1, "生产经营性收入", "8000.00", False), (1, "财产性收入", None, False), (1, "转移性收入", "6400.00", True), (2, "低保金", "4800.00", False), (2, "生态补偿金", "1600.00", False),
          (0, "生产经营性支出", "2100.00", False), (0, "年纯收入", "24700.00", True), (0, "人均纯收入", "6175.00", True)]  # fmt: skip
AGAINST = {"label": "明细合计 12,100.00 元，少 300.00 元", "colour": "red"}
WORKSHEET = {"note": "已填 3 项，未填 40 项", "groups": [{"title": "工资性收入", "against": AGAINST, "lines": [
    {"label": "务工收入", "value": Decimal("12100.00"), "note": "县城建筑工地10个月"}, {"label": "自主采摘收入", "value": None, "note": "上山采菌，未计"}]}]}  # fmt: skip
SPELL_COLUMNS = [{"key": "name", "title": "姓名", "lead": True}, {"key": "from_on", "title": "务工开始年月"}, {"key": "wage", "title": "务工月收入(元)", "kind": "yuan"}, {"key": "ended", "title": "已结束", "kind": "yesno"}]  # fmt: skip
SPELLS = [{"name": "杨国华", "from_on": "2026年3月", "wage": Decimal("3500.00"), "ended": False, "acts": [{"title": "修改", "url": "/s/edit"}, {"title": "撤销", "url": "/s/withdraw"}]}]  # fmt: skip
MEASURE_COLUMNS = [{"key": "kind", "title": "类别", "lead": True}, {"key": "measure_item", "title": "措施内容", "kind": "wrap"}, {"key": "measure_yuan", "title": "金额(元)", "kind": "yuan"}]  # fmt: skip
MEASURES = [{"kind": "产业", "measure_item": "养蜂补助", "measure_yuan": Decimal("1500.00"), "acts": [{"title": "修改", "url": "/m/edit"}, {"title": "撤销", "url": "/m/withdraw"}]}]  # fmt: skip
TABS = [
    ("facts", "底数", None),
    ("problems", "问题", 2),
    ("measures", "对策", None),
    ("duties", "责任", None),
    ("tasks", "任务", 1),
    ("history", "历史", None),
]
HOUSEHOLD = {
    **SIDE,
    "household": {"head_name": "钱明珍", "household_no": "9901021030010001", "area_path": "白云镇 · 车头村", "period_name": "2026 年度", "frozen": False, "marks": [{"label": "一般贫困户", "colour": "blue"}, {"label": "未脱贫", "colour": "orange"}],
                  "line": [("户编号", "9901021030010001"), ("人口", "4 人"), ("人均纯收入", "6,175.00 元"), ("主要致贫原因", "因病"), ("首次识别", "2014年8月")]},
    "links": {"list": "/households", "edit": "/e", "add_member": "/m/add", "change_head": "/h", "worksheet": "/w", "compare": "/c", "unmask": "/u", "print": None},
    "periods": [{"title": "2026 年度", "url": "?period=2026", "here": True}, {"title": "2025 年度", "url": "?period=2025", "here": False}],
    "sections": FACTS, "living": LIVING, "members": {"columns": MEMBER_COLUMNS, "rows": MEMBERS},
    "income": {"note": "2025-10-01 至 2026-09-30", "lines": [{"level": level, "label": label, "value": value and Decimal(value), "derived": derived, "against": AGAINST if label == "工资性收入" else None} for level, label, value, derived in INCOME]},
    "spells": {"columns": SPELL_COLUMNS, "rows": SPELLS}, "worksheet": WORKSHEET,
    "modules": [*LIVING[:1], {"title": "未采集的模块", "facts": [], "note": "发展意愿、扶持情况"}],
    "measures": {"columns": MEASURE_COLUMNS, "rows": MEASURES}, "measure_adds": [{"title": "产业", "url": "/m/add?kind=industry"}],
    "entries": ENTRIES, "older_url": "/older", "standing": STANDING, "operations": OPERATIONS,
}  # fmt: skip


PAST = {"day": date(2026, 3, 31), "position": 1200, "now_url": "/households"}


def household(tab):
    return {
        **HOUSEHOLD,
        "tab": tab,
        "past": PAST,
        "tabs": [{"title": title, "url": f"?tab={key}", "here": key == tab, "count": count} for key, title, count in TABS],
    }


CHIPS = [
    {"says": "主要致贫原因 是 因病、因残", "url": "/households?where=1", "inner": [], "word": "或"},
    {"says": "有成员:健康状况 含有 残疾 或 人口 3至5人", "url": "/households?where=2", "word": "或", "inner": [{"says": "有成员:健康状况 含有 残疾", "url": "?"}, {"says": "人口 3至5人", "url": "?"}]},
]  # fmt: skip
ASKED = {"items": CHIPS, "how": "all", "turn_url": "/households?where=3", "to": [("0", "与“主要致贫原因”为或")]}
CONDITION_FIELD = {"key": "member.health", "zh": "健康状况", "unit": "", "operators": [("any_of", "含有"), ("blank", "未填")], "choices": [("disabled", "残疾")],
                   "span": "", "ends": "", "listed": "any_of", "date": False, "partial": False, "who": [("any", "有成员"), ("at_least", "至少…名成员")], "mark": ""}  # fmt: skip
SAVED_COLUMNS = [
    {"key": "name", "title": "名称", "kind": "link", "lead": True},
    {"key": "says", "title": "条件", "kind": "wrap"},
    {"key": "shared", "title": "共用", "kind": "yesno"},
]

CHARTS = {
    "attributes": {
        "kind": "columns",
        "names": ["一般贫困户", "低保贫困户", "特困供养贫困户"],
        "series": [{"name": "户数", "values": [812, 391, 83]}],
    },
    "causes": {
        "kind": "ring",
        "names": ["因病", "缺劳力", "因残", "因灾", "因学", "缺技术"],
        "series": [{"name": "户数", "values": [512, 260, 180, 120, 90, 124]}],
    },
    "areas": {
        "kind": "ranking",
        "names": ["齐伯镇", "乐平镇", "马场镇", "夏云镇", "天龙镇", "高峰镇"],
        "series": [{"name": "户数", "values": [371, 263, 258, 152, 144, 98]}],
        "links": ["/households?area=1"],
    },
}
DESK = {
    "greeting": "李审核员，您好。2026 年度采集窗口还有 20 天。", "charts": CHARTS, "areas_title": "各乡镇建档立卡户数", "entries": ENTRIES, "journal_url": "/journal",
    "kpis": [{"label": "建档立卡户", "value": 1286, "note": "5,144 人", "url": "/households"}, {"label": "未脱贫", "value": 412, "note": "占 32.0%"}, {"label": "本期已采集", "value": 1249, "note": "97.1%"}, {"label": "本期新识别", "value": 23, "note": "户"}, {"label": "待改正", "value": 37, "note": "5 户超期", "bad": True}, {"label": "人均纯收入", "value": "9,214", "note": "元"}],
    "waiting": [{"title": "导入待确认", "count": 2, "unit": "", "url": "/w", "note": "采集表", "late": False}, {"title": "采集表待改正", "count": 37, "unit": "天", "url": "/w", "note": "5 户超期", "late": True}],
    "imports": [{"title": "白云镇采集表.xlsx", "at": AT, "who": "王录入", "state": {"label": "待确认", "colour": "orange"}, "note": "新 12 · 改 30", "url": "/i"}, {"title": "新识别台账.xls", "at": AT, "who": "王录入", "state": {"label": "已写入", "colour": "green"}, "note": "86 户", "url": "/i"}],
    "links": {"import": "/imports/upload", "imports": "/imports"},
}  # fmt: skip
BATCH = {
    "title": "白云镇采集表.xlsx",
    "ledger_title": "贫困户信息采集表",
    "sheet": "户",
    "heading_row": 3,
    "rows": 1204,
    "clean": 1180,
    "wrong": 24,
}
FINDING_COLUMNS = [
    {"key": "row", "title": "行", "kind": "number"},
    {"key": "column", "title": "列", "lead": True},
    {"key": "typed", "title": "表中内容", "kind": "mono"},
    {"key": "message", "title": "问题与改法", "kind": "wrap"},
    {"key": "severity", "title": "程度", "kind": "severity"},
]
FINDINGS = [
    {
        "row": 12,
        "column": "证件号码",
        "typed": "5.2E+17",
        "message": "号码已被 Excel 四舍五入，原数已丢失；请把该列设为文本后重新录入 18 位号码",
        "severity": "E",
    },
    {"row": 31, "column": "年纯收入(元)", "typed": "约1200", "message": "应为数字，例如 1200.00", "severity": "E"},
    {"row": 40, "column": "民族", "typed": "布衣族", "message": "码表里没有「布衣族」，是否为 布依族", "severity": "W"},
]
GROUPS = [
    {"title": "全部", "url": "?", "count": 24, "here": True},
    {"title": "证件号码", "url": "?", "count": 9, "here": False},
    {"title": "金额", "url": "?", "count": 15, "here": False},
]
IMPORT_LINKS = {
    "list": "/imports",
    "upload": "/imports/upload",
    "workbook": "/w",
    "matching": "/m",
    "proposals": "/p",
    "findings": "/f",
    "next": None,
}
MATCHED = [
    ("A", "序号", ["1", "2"], "", "none"),
    ("B", "户主姓名", ["钱明珍", "金国强"], "head_name", "label"),
    ("C", "身份证号", ["9901…"], "head_id_no", "alias"),
    ("D", "AAC007", ["因病"], "main_cause", "code"),
    ("E", "年收入", ["9600"], "inc_net", "guess"),
]
PROPOSALS = [
    {"id": "7", "title": "钱明珍 9901011981********3", "area": "白云镇车头村", "sheet": "户", "people": [], "told": [], "row": 12, "three": False, "choice": "accept", "changes": [{"label": "工资性收入(元)", "old": Decimal("9600"), "new": Decimal("12400")}, {"label": "联系电话", "old": None, "new": "138****0000"}]},
    {"id": "9", "title": "金国强 9901011962********X", "area": "高峰镇黄猫村", "sheet": "户", "people": [{"name": "金国强", "id_no": "9901011962********X", "relation": "户主", "row": 31}, {"name": "金小宝", "id_no": None, "relation": None, "row": 32}], "told": [{"label": "健康状况", "value": "健康"}], "row": 31, "three": True, "choice": "", "says": "导出以后，乡镇又更正过这一户。", "changes": [{"label": "人口", "exported": 5, "old": 6, "new": 5}]},
]  # fmt: skip
JOB = {"title": "正在查问题", "done": 43000, "total": 100000, "rate": 9100, "left_seconds": 66, "state": "running"}
SIMPLE_COLUMNS = [
    {"key": "name", "title": "名称", "kind": "link", "lead": True},
    {"key": "at", "title": "时间", "kind": "moment"},
    {"key": "state", "title": "状态", "kind": "status"},
]
SIMPLE_ROWS = [{"url": "/1", "name": "白云镇采集表.xlsx", "at": AT, "state": {"label": "已写入", "colour": "green"}}]
SIMPLE = {"columns": SIMPLE_COLUMNS, "rows": SIMPLE_ROWS, "pager": KEYSET}
GRANT_FIELDS = [
    {"name": "role", "label": "岗位", "kind": "select", "value": "", "required": True, "choices": [("township", "乡镇")]},
    {"name": "until", "label": "有效期至", "kind": "day", "value": "2027-12-31", "required": True},
]

HELPED = [{"url": "/households/1", "head": "钱明珍", "number": "T00000000001", "state": {"label": "在帮", "colour": "green"}, "acts": [{"title": "结束", "url": "/end"}]},
          {"url": "/households/2", "head": "金国强", "number": "T00000000002", "state": {"label": "已结束", "colour": "secondary"}, "acts": []}]  # fmt: skip
SUPPORT = {"columns": [{"key": "head", "title": "户主", "kind": "link", "lead": True}, {"key": "number", "title": "编号", "kind": "mono"}, {"key": "state", "title": "状态", "kind": "status"}],
           "rows": HELPED, "pager": None, "past": PAST, "idempotency_key": "k"}  # fmt: skip
HOUSEHOLD_DUTIES = {"columns": SUPPORT["columns"], "now": HELPED[:1], "before": HELPED[1:], "pair_url": "/pair", "pair_title": "更换帮扶责任人", "team": {"name": "驻车头村工作队", "unit": None, "from_on": AT},
                    "team_url": "/t", "member_columns": SUPPORT["columns"][:1], "members": HELPED, "unit_columns": SUPPORT["columns"][:1], "units": []}  # fmt: skip
HOUSEHOLD["duties"] = HOUSEHOLD_DUTIES

SAMPLES = {
    **OPERATION_SAMPLES,
    "errors/400.html": {}, "errors/403.html": {}, "errors/404.html": {}, "errors/409.html": {"says": "王录入刚刚更正了这一户。"}, "errors/422.html": {"findings": ["联系电话应为 11 位"]}, "errors/500.html": {"number": "a1b2c3"}, "errors/503.html": {},
    "sign_in.html": {"name": "", "ask_code": True, "error": "用户名或密码不对", "notice": None, "wait_seconds": None, "next": "/"},
    "waiting.html": {"count": 100, "most": 99, "url": "/"},
    "places/children.html": {"nodes": VILLAGES}, "places/found.html": {"areas": [{"name": "车头村", "path": "示范市 / 乙区 / 白云镇", "url": "/a"}]},
    "households/condition.html": {"sections": [("家庭成员", [("member.health", "健康状况")])], "ready": [("no_phone", "没有联系电话")], "saved": [{"name": "因病户", "url": "?", "by": "李四"}], "links": {"queries": "/households/queries", "lookups": "/lookups"}},
    "households/condition_value.html": {"field": CONDITION_FIELD},
    "households/columns.html": {"crumbs": [("户档案", "/households"), ("列设置", None)], "shown": [{"key": "head", "title": "户主", "section": "名册"}], "sections": [("基本情况", [("household.address", "家庭住址")])], "full": False, "most": 60, "usual": False, "action_url": "/households/columns", "back": "/households"},
    "households/queries.html": {"crumbs": [("户档案", "/households"), ("常用查询", None)], "columns": SAVED_COLUMNS, "rows": [{"url": "?", "name": "因病户", "says": "主要致贫原因 是 因病", "shared": True}], "mine": [{"name": "因病户", "shared": True, "version": 2, "action_url": "/households/queries/1"}], "most": 40, "errors": [], "idempotency_key": "k"},
    "lookups/list.html": {"crumbs": [("名单查找", None)], "errors": [], "pasted": "", "most": 50000, "most_megabytes": 100, "columns": SAVED_COLUMNS, "rows": [{"url": "?", "name": "花名册.xlsx", "says": "3 行", "shared": True}], "idempotency_key": "k", "action_url": "/lookups"},
    "lookups/show.html": {"crumbs": [("名单查找", "/lookups"), ("花名册.xlsx", None)], "title": "花名册.xlsx", "note": "共 3 行", "kinds": [{"title": "在册", "url": "?", "count": 2, "here": True}], "columns": SAVED_COLUMNS, "rows": [{"url": "?", "name": "钱明珍", "says": "在册", "shared": True}], "pager": None, "workbook_url": "/lookups/1/workbook"},
    "lookups/progress.html": {"crumbs": [("名单查找", "/lookups"), ("花名册.xlsx", None)], "title": "花名册.xlsx", "state": "running", "message": "", "done": 10, "total": 300, "poll_url": "?", "cancel_url": "?", "again_url": "/lookups"},
    "households/list.html": {**SIDE, **QUERY, "past": PAST, "periods": [("2026", "2026 年度"), ("2025", "2025 年度(已冻结)")], "period": "2026", "here": "/households", "area_name": "乙区", "total": "共 1,286 户", "count_url": "/households?count=all", "told": {"area": "990101"}, "asked": ASKED, "save_url": "/households/queries/save", "columns_url": "/households/columns", "columns": HOUSEHOLD_COLUMNS, "rows": HOUSEHOLD_ROWS, "pager": PAGER, "links": {"add": "/add", "import": "/import", "export": "/export"}, "batch": [{"title": "导出所选", "url": "/exports"}], "batch_keeps": {"area": "990101", "order": ""}},
    "dictionary.html": {
        "query_url": "/dictionary", "reset_url": "/dictionary?part=facts", "hidden": {"part": "facts"}, "title": "指标", "note": "1 项", "book_url": "/dictionary/book",
        "fields": [{"name": "q", "label": "查找", "kind": "text", "value": "", "placeholder": "名称"}],
        "parts": [{"title": "指标", "url": "/dictionary?part=facts", "count": 1, "here": True}],
        "columns": [{"key": "c0", "title": "指标", "lead": True}, {"key": "c1", "title": "名称", "kind": "mono"}], "rows": [{"c0": "耕地面积", "c1": "land_farm_mu"}],
    },
    "households/show.html": household("facts"),
    "households/edit.html": {**FORM, "title": "更正采集表", "ask_reason": True},
    "households/members/edit.html": {**FORM, "conflict": None}, "households/members/add.html": {**FORM, "errors": [], "conflict": None}, "households/members/leave.html": {**FORM, "errors": [], "conflict": None, "note": None},
    "households/enroll.html": {**FORM, "title": "新增户", "first": [{**BASE_FIELDS[1], "name": "area"}], "heads": [{"title": "联系电话", "required": True}, {"title": "与户主关系", "required": False}], "members": [[{**each, "name": f"{each['name']}_1"} for each in BASE_FIELDS[1:3]]], "rows": 1},
    "households/change_head.html": {**FORM, "errors": [], "conflict": None, "household": {"head_name": "钱明珍"}, "first": "2", "fields": BASE_FIELDS[5:7],
        "people": [{"id": n, "name": name, "id_no": "990101198101010013", "relation": relation, "field": {"name": f"relation_{n}", "label": "与户主关系", "kind": "select", "value": "spouse", "choices": [("spouse", "配偶"), ("son", "之子")]}} for n, name, relation in (("1", "钱明珍", "户主"), ("2", "杨国华", "配偶"), ("3", "杨小宝", "之子"))]},
    "desk.html": DESK,
    "imports/list.html": {**SIMPLE, "fields": FILTERS[:1], "hidden": {}, "query_url": "/imports", "reset_url": "/imports", "links": {"upload": "/up"}},
    "imports/upload.html": {"ledgers": [{"key": "household-archive", "title": "贫困户信息采集表", "grain": "一行 = 一户或一名成员", "template_url": "/t", "help_url": "/h", "chosen": True}, {"key": "new-and-returned", "title": "新识别、返贫贫困户工作台账", "grain": "一行 = 一户新识别或返贫户", "template_url": "/t", "help_url": None, "chosen": False}],
        "periods": [("2026", "2026 年度")], "period": "2026", "areas": [("990102000000", "乙区 990102000000")], "area": "990102000000", "most_megabytes": 100, "errors": [], "idempotency_key": "k", "cancel_url": "/imports"},
    "imports/matching.html": {"batch": BATCH, "sheets": [{"title": "户", "url": "?", "here": True}, {"title": "成员", "url": "?", "here": False}], "missing": ["贫困户属性"], "left_out": [{"row": 40, "why": "合计行"}], "left_sheets": ["说明"], "says": "", "errors": [], "idempotency_key": "k", "version": 1, "cancel_url": "/imports",
        "choices": [("head_name", "户主姓名"), ("head_id_no", "户主证件号码"), ("main_cause", "主要致贫原因"), ("inc_net", "年纯收入(元)")], "columns": [dict(zip(("place", "heading", "samples", "field", "sure"), one, strict=True)) | {"index": at} for at, one in enumerate(MATCHED)]},
    "imports/findings.html": {"batch": BATCH, "groups": GROUPS, "columns": FINDING_COLUMNS, "rows": FINDINGS, "pager": None, "links": IMPORT_LINKS, "left_sheets": [], "ready": False},
    "imports/proposals.html": {"about": None, "batch": BATCH, "counts": {"new": 12, "change": 30, "same": 1138, "conflict": 1, "blocked": 24}, "page": 1, "several": False, "chosen": 0, "torn": 1, "groups": [{"title": title, "url": "?", "count": count, "here": title == "更正"} for title, count in (("新增", 12), ("更正", 30), ("相同", 1138), ("冲突", 1))], "group": "change",
        "proposals": PROPOSALS, "pager": None, "accept_url": "/accept", "idempotency_key": "k", "version": 1, "links": IMPORT_LINKS, "refused": None},
    "imports/progress.html": {"batch": BATCH, "at": 2, "job": JOB, "poll_url": "/poll", "cancel_url": "/cancel", "links": IMPORT_LINKS},
    "imports/result.html": {"batch": BATCH, "state": {"label": "已写入", "colour": "green"}, "level": "success", "says": "已写入名册。", "cards": [{"label": "新增", "value": 12, "note": "行"}], "links": {**IMPORT_LINKS, "again": "/again"}},
    "exports/list.html": {**SIMPLE, "list_url": "/exports", "waiting": True, "going": [{"id": 1, "title": "贫困户信息采集表", "done": 10, "total": 300, "cancel_url": "/cancel"}], "form": {"ledgers": [("household-archive", "贫困户信息采集表")], "periods": [("2026", "2026 年度")], "ledger": "household-archive", "period": "2026", "full": False, "reason": "", "areas": [("990102000000", "乙区 990102000000")], "area": "990102000000", "area_name": "乙区", "query_says": "脱贫状态：未脱贫"}, "errors": [], "needs_reason": False, "hidden": {"status": "poor"}, "idempotency_key": "k", "action_url": "/exports"},
    "support/helpers.html": {**SUPPORT, "fields": FILTERS[:1], "query_url": "/helpers", "reset_url": "/helpers", "total": 2, "links": {"add": "/a", "units": "/u", "teams": "/t", "import": None}},
    "support/helper.html": {**SUPPORT, "helper": {"name": "方国庆", "number": "B00000000001", "state": {"label": "在任", "colour": "green"}}, "facts": [{"label": "联系电话", "value": "199****0011"}],
        "warnings": ["方国庆将帮扶 11 户,多于 10 户"], "now": HELPED, "before": HELPED[:1], "team_columns": SUPPORT["columns"][:1], "teams": [], "account": "方国庆(fangguoqing)", "links": {"list": "/h", "edit": "/e", "account": "/c"}, "entries": ENTRIES},
    "villages/list.html": {
        **SIDE, "fields": FILTERS[:1], "query_url": "/villages", "reset_url": "/villages", "hidden": {"area": "990101"}, "past": None, "area_name": "白云镇", "period_name": "2026年度", "total": 12, "pager": KEYSET, "links": {"import": "/i", "export": "/e"},
        "columns": [{"key": "name", "title": "行政村", "kind": "link", "lead": True}, {"key": "state", "title": "档案", "kind": "badge"}, {"key": "off", "title": "与名册不符", "kind": "badge"}],
        "rows": [{"url": "/v", "name": "车头村", "state": {"label": "已采集", "colour": "green"}, "off": {"label": "2 项", "colour": "red"}}],
    },
    "villages/show.html": {
        **SIDE, "past": None, "tab": "facts", "version": 3, "idempotency_key": "k", "contradicted": 1, "entries": ENTRIES, "older_url": None, "warnings": [],
        "village": {"name": "车头村", "path": "示范省 · 样例市 · 演示县 · 白云镇", "code": "990101100201", "period_name": "2026年度", "frozen": False, "marks": [{"label": "贫困村", "colour": "orange"}], "draft": True, "there": True},
        "links": {"list": "/v", "edit": "/e", "confirm": "/c", "include": None, "exit": "/x", "natural_add": "/n", "households": "/h"},
        "periods": [{"title": "2026年度", "url": "/p", "here": True}], "tabs": [{"title": "村档案", "url": "/f", "here": True}, {"title": "自然村", "url": "/n", "here": False}],
        "sections": [
            {"edit": "/m", "title": "村人口", "counts": True, "lines": [{"label": "贫困户数", "value": 4, "unit": "户", "counted": 3, "counts": "在册未脱贫的户", "verdict": {"label": "不一致", "colour": "red"}}, {"label": "常住人口数", "value": None, "unit": "人", "counted": None, "counts": "", "verdict": None}]},
            {"edit": None, "title": "村土地", "counts": False, "lines": [{"label": "耕地面积", "value": Decimal("2100.50"), "unit": "亩", "counted": None, "counts": "", "verdict": None}]},
        ],
        "natural": {"columns": [{"key": "name", "title": "自然村", "lead": True}], "rows": [{"name": "上寨组", "acts": [{"title": "采集", "url": "/s"}]}]},
    },
    "support/units.html": {**SUPPORT, "fields": FILTERS[:1], "query_url": "/units", "reset_url": "/units", "total": 2, "links": {"add": "/a", "helpers": "/h"}},
    "support/unit.html": {"past": None, "unit": {"name": "县水利局", "number": "D00000000001"}, "facts": [{"label": "单位联系电话", "value": None}], "village_columns": SUPPORT["columns"][:1], "villages": HELPED, "helper_columns": SUPPORT["columns"][:1], "helpers": [], "links": {"list": "/u", "edit": None, "village": "/v"}},
    "support/teams.html": {**SUPPORT, "fields": FILTERS[:1], "query_url": "/teams", "reset_url": "/teams", "total": 2, "links": {"add": None, "helpers": "/h"}},
    "support/team.html": {**SUPPORT, "team": {"name": "驻车头村工作队", "place": "车头村"}, "facts": [{"label": "进驻日期", "value": None}], "now": HELPED, "before": [], "links": {"list": "/t", "edit": "/e", "end": "/x", "add": "/a"}},
    "support/pair.html": {**FORM, "columns": SUPPORT["columns"], "rows": HELPED, "chosen": [1, 2], "warned": ["方国庆本人也在名册上"], "looked": "7", "sections": [{"title": "结对", "fields": BASE_FIELDS[:2]}], "errors": [], "conflict": None, "version": "3.1"},
    "journal/list.html": {**SIMPLE, **QUERY, "errors": [], "position": 123456},
    "journal/history.html": {"title": "钱明珍户", "crumbs": FORM["crumbs"], "entries": ENTRIES, "older_url": None},
    "accounts/users.html": {**SIMPLE, "fields": FILTERS[:1], "hidden": {}, "query_url": "/users", "reset_url": "/users", "links": {"add": "/users/add"}},
    "accounts/user.html": {**SIMPLE, "user": {"name": "li.shenhe", "person": "李审核员", "place_name": "乙区", "state": {"label": "在用", "colour": "green"}}, "facts": [{"label": "上次登录", "value": AT}], "links": {"list": "/users", "grant": "/g", "reset_password": "/p", "reset_totp": "/t"}, "entries": ENTRIES},
    "accounts/grant.html": {**FORM, "title": "新增授权", "errors": [], "conflict": None, "sections": [{"title": "授权", "fields": GRANT_FIELDS}]},
    "accounts/totp.html": {"bound": False, "secret": "JBSW Y3DP EHPK 3PXP", "picture": None, "errors": [], "cancel_url": "/", "idempotency_key": "k"},
    "accounts/logs.html": {**SIMPLE, "title": "登录记录", "chips": [{"title": "登录记录", "url": "/logs", "here": True}]},
    "accounts/unmask.html": {"subject": "钱明珍户", "crumbs": FORM["crumbs"], "errors": [], "reasons": [("check", "核对比对结果")], "reason": "", "note": "", "idempotency_key": "k", "cancel_url": "/", "facts": None},
}  # fmt: skip
