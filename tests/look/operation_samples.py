"""What the pages of operations, orders, periods and places are handed, as their templates declare it."""

from datetime import UTC, date, datetime

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TWO = [{"key": "name", "title": "名称", "lead": True}, {"key": "number", "title": "编号", "kind": "mono"}]
ROWS = [{"name": "车头村", "number": "990102103001", "url": "/1", "acts": [{"title": "结转", "url": "/roll"}]}]
RELATION = {"name": "relation_1", "label": "与户主关系", "kind": "select", "value": "", "choices": [("spouse", "配偶"), ("son", "之子")]}
PEOPLE = [
    {"id": "1", "name": "钱明珍", "id_no": "990101198101010013", "relation": "户主", "going": False, "was_head": True, "field": RELATION},
    {"id": "2", "name": "杨国华", "id_no": "990101197901010031", "relation": "配偶", "going": True, "was_head": False, "field": {**RELATION, "name": "relation_2"}},
]  # fmt: skip
REASON = {"name": "reason", "label": "原因", "kind": "text", "value": "", "required": True}
ACT = {
    "title": "分户", "crumbs": [("户档案", "/households"), ("分户", None)], "note": "新户另编户编号", "will": ["分出 1 人,另立一户"], "errors": ["请选新户户主"], "conflict": None,
    "sections": [{"title": "依据", "fields": [REASON]}], "idempotency_key": "k", "version": 2, "cancel_url": "/households/1", "save": "分户", "people": PEOPLE, "head": "2", "stays": "",
}  # fmt: skip
INSERTS = {
    "households/split_people.html": {},
    "households/merge_people.html": {"survivor": {"number": "T00000000002", "head": "金国强", "url": "/households/2"}, "goes": {"number": "T00000000001", "url": "/households/1"}, "looked": "T00000000002", "households": "1:2"},
    "orders/kinds.html": {"kind": "identity", "kinds": [{"title": "调整姓名证件号码", "url": "?kind=identity", "here": True}]},
}  # fmt: skip
STANDING = {"marks": [{"label": "暂停帮扶", "colour": "orange", "url": "/lift"}], "says": [{"text": "本期档案由上期结转,还没有核实", "url": "/confirm", "title": "核实无误"}]}  # fmt: skip
OPERATIONS = [{"title": "户与成员", "items": [{"title": "分户", "url": "/split", "why": None}, {"title": "合户", "url": None, "why": "本业务的窗口期已于 11 月 30 日结束"}]}]  # fmt: skip
CHANGES = [{"label": "贫困户属性", "old": "一般贫困户", "new": "低保贫困户"}]
SOLD = [{"label": "申请人", "value": "李四"}]
HELD = [("车头村", "990102103001", 30)]

PAST = {"day": date(2026, 3, 31), "position": 1200, "now_url": "/households/1"}

OPERATION_SAMPLES = {
    "act.html": {**ACT, "extra": "households/split_people.html"},
    "households/compare.html": {
        "title": "期次对照", "crumbs": [("户档案", "/households"), ("期次对照", None)], "choices": [{"key": "2025", "title": "2025 年度", "chosen": True}, {"key": "2026", "title": "2026 年度", "chosen": True}],
        "columns": [{"title": "2025 年度", "frozen": True}, {"title": "2026 年度", "frozen": False}], "enough": True, "only": False, "past": PAST, "as_of": "2026-03-31", "chips": [{"title": "只看不同", "url": "?only=differing", "here": False}],
        "groups": [{"title": "基本情况", "rows": [{"label": "人口", "unit": "人", "values": [4, 5], "differs": True}]}],
    },
    "households/person.html": {
        "past": PAST, "name": "钱明珍", "marks": [{"label": "在户", "colour": "green"}], "line": [("人编号", "P1")], "crumbs": [("户档案", "/households"), ("钱明珍", None)], "links": {"household": "/h", "edit": "/e", "unmask": "/u"},
        "tabs": [{"title": "档案", "url": "?", "here": True}, {"title": "历史", "url": "?tab=history", "here": False}], "tab": "facts", "memberships": {"columns": TWO, "rows": ROWS}, "spells": {"columns": TWO, "rows": []},
        "columns": ["2026 年度"], "lines": [{"label": "文化程度", "unit": "", "values": ["初中"], "differs": False}], "older": 1,
    },
    "orders/list.html": {"chips": [{"title": "等待办理", "url": "?", "here": True, "count": 1}], "columns": TWO, "rows": ROWS, "pager": None, "waits": True},
    "orders/show.html": {
        "title": "调整贫困户属性", "order": {"state": {"label": "等待办理", "colour": "orange"}, "number": "12", "waits": True}, "changes": CHANGES, "facts": SOLD, "settled": SOLD,
        "household_url": "/households/1", "links": {"list": "/orders", "execute": "/x", "refuse": "/r", "withdraw": "/w"}, "reason": "", "errors": ["驳回要写明原因"], "idempotency_key": "k", "version": 1,
    },
    "periods/list.html": {"open_url": "/open", "columns": TWO, "rows": ROWS, "windows": {"columns": TWO, "rows": ROWS, "url": "/declare"}, "notes": ["一个期次有一个标准时点"]},
    "long_work.html": {"crumbs": [("期次与窗口", "/periods"), ("结转", None)], "title": "结转", "job": {"title": "结转", "state": "running", "done": 10, "total": 300, "rate": 5, "left_seconds": 58, "unit": "户"}, "poll_url": "?", "cancel_url": "/cancel"},
    "places/list.html": {"title": "区划", "crumbs": [("区划", None)], "over": "乙区", "columns": TWO, "rows": ROWS, "links": {"changes": "/changes", "change": "/new"}},
    "places/changes.html": {"columns": TWO, "rows": ROWS, "pager": None, "links": {"places": "/places", "change": "/new"}, "last": None},
    "places/change.html": {
        "title": "车头村并入石头村", "event": {"kind": {"label": "并村", "colour": "blue"}, "facts": SOLD}, "columns": TWO, "rows": ROWS, "more": False,
        "sums": [{"period": "2025 年度", "basis": "原代码", "held": HELD, "carried": HELD, "total": 30}],
    },
    "places/change_form.html": {
        "crumbs": [("区划", "/places"), ("登记区划变更", None)], "errors": ["第 1 行没有这个区划"], "last": "已取消", "idempotency_key": "k", "cancel_url": "/changes", "head": [REASON], "rows": 1, "lines": [[{**REASON, "name": f"{name}_1"} for name in ("old", "new", "name")]],
        "look": {"mark": "m", "will": ["30 户随区划变更"], "more": False, "count": 1, "lines": [{"level": "村", "old_name": "车头村", "old_code": "990102103001", "new_name": "石头村", "new_code": "990102103002"}]},
    },
}  # fmt: skip
